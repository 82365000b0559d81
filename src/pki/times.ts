// Times in certificates (RFC 5280 4.1.2.5): Greenwich, with seconds, with two digits for the year up to 2049.
import { type DerReader, malformed, tags } from './der.ts';

/** A Time: UTCTime up to 2049, GeneralizedTime from 2050. */
export function readTime(reader: DerReader, name: string): Date {
  if (reader.next === tags.generalizedTime) {
    const time = readGeneralizedTime(reader, name);
    if (time.getUTCFullYear() < 2050) reader.slips.push(`${name}: a year before 2050 has two digits`);
    return time;
  }
  return timeOf(
    reader.plain(tags.utcTime, name, (content) => inWords(timeOf(content, name, 2))),
    name,
    2,
  );
}

/** As OCSP has it: any year with four digits. */
export const readGeneralizedTime = (reader: DerReader, name: string): Date =>
  timeOf(
    reader.plain(tags.generalizedTime, name, (content) => inWords(timeOf(content, name, 4))),
    name,
    4,
  );

const inWords = (time: Date): string => time.toISOString().replace('T', ' ').slice(0, 19);

function timeOf(content: Uint8Array, name: string, yearDigits: 2 | 4): Date {
  const text = Buffer.from(content).toString('latin1');
  const parts = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/.exec(text);
  if (!parts || parts[1]?.length !== yearDigits) return malformed(`${name}: no time as certificates write it`);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1).map(Number);
  const full = yearDigits === 4 ? year : year + (year < 50 ? 2000 : 1900);
  const time = new Date(0);
  time.setUTCFullYear(full, month - 1, day);
  time.setUTCHours(hour, minute, second);
  const same =
    time.getUTCFullYear() === full &&
    time.getUTCMonth() === month - 1 &&
    time.getUTCDate() === day &&
    time.getUTCHours() === hour &&
    time.getUTCMinutes() === minute &&
    time.getUTCSeconds() === second;
  return same ? time : malformed(`${name}: a time that does not exist`);
}
