// How a line of the log is written and read: eight hexadecimal digits of CRC-32, a space, one JSON value, a newline.
import { crc32 } from 'node:zlib';

/** A stretch of the file, in bytes; `end` is the first that no longer belongs to it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}
export interface Line extends Span {
  /** The JSON value, where the checksum fits. */
  readonly data?: unknown;
}

/** The longest line that goes into the log of attempts has less than half of it. */
const mostBytesOfALine = 4096;
const newline = 0x0a;

export function seal(value: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(value));
  return Buffer.concat([Buffer.from(`${checksum(json)} `), json, Buffer.from('\n')]);
}

/**
 * The lines of a log, good and damaged, without the blank ones. A good line that stands behind damage on one line (a
 * torn write that the next one was appended to) is found as well. A line of more than `most` bytes is damage.
 */
export function readLines(content: Buffer, most = mostBytesOfALine): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start < content.length; ) {
    const at = content.indexOf(newline, start);
    const end = at < 0 ? content.length : at;
    lines.push(...readLine(content, unblanked(content, { start, end }), most));
    start = end + 1;
  }
  return lines;
}

function readLine(content: Buffer, { start, end }: Span, most: number): Line[] {
  if (start === end) return [];
  const data = unseal(content, { start, end }, most);
  if (data !== undefined) return [{ start, end, data }];
  for (const begin of beginnings(content, { start: Math.max(start + 1, end - most), end })) {
    const behind = unseal(content, { start: begin, end }, most);
    if (behind !== undefined)
      return [
        { start, end: begin },
        { start: begin, end, data: behind },
      ];
  }
  return [{ start, end }];
}

/** The JSON value of a line whose checksum fits; never `undefined` then. */
function unseal(content: Buffer, { start, end }: Span, most: number): unknown {
  if (end - start > most) return undefined;
  const json = content.subarray(start + 9, end);
  if (content.toString('latin1', start, start + 9) !== `${checksum(json)} `) return undefined;
  try {
    return JSON.parse(json.toString('utf8'));
  } catch {
    return undefined;
  }
}

const checksum = (bytes: Uint8Array): string => crc32(bytes).toString(16).padStart(8, '0');

/** Where a line may begin inside another. */
function* beginnings(content: Buffer, { start, end }: Span): Generator<number> {
  for (const { index } of content.toString('latin1', start, end).matchAll(/[0-9a-f]{8} (?=\{)/g)) yield start + index;
}

/** What was damaged is overwritten with spaces: a good line may stand behind them. */
function unblanked(content: Buffer, { start, end }: Span): Span {
  let first = start;
  while (first < end && content[first] === 0x20) first++;
  return { start: first, end };
}
