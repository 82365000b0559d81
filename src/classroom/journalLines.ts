// The format of the journal. First a line with what it is, its version and the salt of its keys; then a line a batch. A
// line is whole or it does not count, so a batch is.
import * as z from 'zod';
import { readLines, seal } from '../store/lines.ts';
import { StoreFault } from './eventStore.ts';
import { eventSchema, eventsVersion, type Stored } from './events.ts';
import type { Checked } from './wanted.ts';

/** A batch of five hundred grades with a hundred slips each is shorter. */
const mostBytesOfALine = 16 * 1024 * 1024;

const headerSchema = z.strictObject({
  log: z.literal('https-quest competition'),
  v: z.literal(eventsVersion),
  salt: z.string().regex(/^[0-9a-f]{32}$/),
});
const batchSchema = z.strictObject({
  /** The number of its first event. */
  first: z.number().int().min(1),
  /** The number of the last event that was on disk for certain when this line was written. */
  durable: z.number().int().min(0),
  at: z.number(),
  events: z.array(z.strictObject({ key: z.string().exactOptional(), event: eventSchema })).min(1),
});
type Batch = z.output<typeof batchSchema>;

export const headerLine = (salt: string): Buffer =>
  seal({ log: 'https-quest competition', v: eventsVersion, salt } satisfies z.input<typeof headerSchema>);
/** Throws StoreFault where the batch is too long to be read again. */
export function batchLine(batch: Batch): Buffer {
  const line = seal(batch);
  if (line.length > mostBytesOfALine)
    throw new StoreFault(`${batch.events.length} events at once are too many to be kept. Append fewer at a time.`);
  return line;
}

/** An event with its key. */
export type Kept = Stored & Pick<Checked, 'key'>;

export interface Found {
  /** Undefined where the file holds nothing yet. */
  readonly salt?: string;
  readonly kept: readonly Kept[];
  /** The bytes up to here are good. Behind them is what a crash left of the last write, which nobody was told to be kept. */
  readonly length: number;
}

/**
 * What stands in a journal. Throws StoreFault where it is not ours to read or was damaged.
 *
 * What is damaged at its end is torn: a group of lines that was being written, of which any page may be missing on the
 * disk. But a good line behind it that was written when the damaged one was already durable tells that it is no torn
 * write: then something else changed the file. (Of the very last group nobody can tell.)
 */
export function readJournal(content: Buffer, path: string): Found {
  const [header, ...lines] = readLines(content, mostBytesOfALine);
  const firstNewline = content.indexOf('\n');
  if (firstNewline < 0 && content.length < headerLine('0'.repeat(32)).length) return { kept: [], length: 0 };
  const { salt } = readHeader(header?.data, path);
  const kept: Kept[] = [];
  let length = firstNewline + 1;
  let torn: number | undefined;
  for (const { start, end, data } of lines) {
    const whole = data !== undefined && end < content.length;
    const batch = whole ? readBatch(data, path, () => lineNumber(content, start)) : undefined;
    if (torn === undefined && batch?.first === kept.length + 1) {
      kept.push(...batch.events.map((one, index) => ({ ...one, number: batch.first + index, at: batch.at })));
      length = end + 1;
    } else {
      torn ??= start;
      if (batch && batch.durable > kept.length) throw damaged(path, lineNumber(content, torn));
    }
  }
  return { salt, kept, length };
}

function readHeader(data: unknown, path: string): z.output<typeof headerSchema> {
  const header = headerSchema.safeParse(data);
  if (header.success) return header.data;
  if (isObject(data) && data.log === 'https-quest competition') throw newer(path);
  throw new StoreFault(
    `${path} is no log of a competition, or its first line is damaged. Move it away to begin a new one, or put back a copy.`,
  );
}

function readBatch(data: unknown, path: string, line: () => number): Batch {
  const batch = batchSchema.safeParse(data);
  if (batch.success) return batch.data;
  const events = isObject(data) && Array.isArray(data.events) ? data.events : [];
  if (events.some((one) => isObject(one) && isObject(one.event) && Number(one.event.v) > eventsVersion))
    throw newer(path);
  throw new StoreFault(
    `Line ${line()} of ${path} holds what this version of https-quest does not know. Host with the version that wrote it.`,
  );
}

const newer = (path: string) =>
  new StoreFault(
    `The competition in ${path} is of a newer version of https-quest, and is left as it is. Update the game, or give another folder.`,
  );
const damaged = (path: string, line: number) =>
  new StoreFault(
    `Line ${line} of ${path} is damaged, and good ones stand behind it. Put back a copy, or move the file away to begin a new competition.`,
  );
const lineNumber = (content: Buffer, at: number): number =>
  content.subarray(0, at).reduce((lines, byte) => lines + Number(byte === 0x0a), 1);
const isObject = (data: unknown): data is Readonly<Record<string, unknown>> =>
  typeof data === 'object' && data !== null && !Array.isArray(data);
