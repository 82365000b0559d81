// The log of attempts on disk: append-only, a line an event, each line with its checksum.
//
// Nothing in the file ever moves: an event is one appended write, and what is damaged is copied to a file of its own and
// then overwritten with spaces where it stands. So two windows of the game may use one log at once, and neither can cut
// off what the other has just written.
import { closeSync, constants, fdatasyncSync, fstatSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AttemptLog,
  dated,
  foldAll,
  type LogEvent,
  logEventSchema,
  logVersion,
  type NewEvent,
  nothingYet,
} from '../game/progress.ts';
import { reasonOf, setAside } from './damage.ts';
import { logName } from './folders.ts';
import { type Line, readLines, seal } from './lines.ts';

export { logName };
/** Its version is that of the lines; each event has one of its own. */
export const header = seal({ log: 'https-quest attempts', v: 1 });
/** Someone who plays every day for ten years has a tenth of it. */
export const mostBytes = 64 * 1024 * 1024;

/**
 * Opens the log in `folder`, which is made where it is missing. Never throws for what stands in the file or for what the
 * system refuses: the game is then played without saving, and `notices` says so in one sentence.
 */
export function openLog(folder: string, now: () => Date = () => new Date()): OpenLog {
  const notices: string[] = [];
  const { found, events, append } = open(folder, notices);
  let folded = foldAll(nothingYet, found);
  const unwritten: LogEvent[] = [];
  const add = (added: readonly LogEvent[]): boolean => {
    const written = append(Buffer.concat(added.map(seal)));
    if (!written) unwritten.push(...added);
    folded = foldAll(folded, added);
    return written;
  };
  return {
    get progress() {
      return folded.progress;
    },
    history: () => [...events(), ...unwritten],
    notices,
    record: (event: NewEvent) => void add([dated(event, now())]),
    add,
  };
}
/** The log on disk, to which events of another one can be added as they are, in one write; false where they could not be. */
export interface OpenLog extends AttemptLog {
  readonly add: (events: readonly LogEvent[]) => boolean;
}

interface Opened {
  /** The events at the beginning. */
  readonly found: readonly LogEvent[];
  /** The events now. Read anew at each call: they are many, and mostly not needed once they were folded. */
  readonly events: () => readonly LogEvent[];
  /** Writes whole lines at once; false where they could not be written. */
  readonly append: (lines: Uint8Array) => boolean;
}

function open(folder: string, notices: string[]): Opened {
  const path = join(folder, logName);
  const elsewhere = 'give another folder with --data-dir DIR to save';
  const unsaved = (problem: string, advice: string, events: readonly LogEvent[] = []): Opened => {
    notices.push(`${problem}. You play without saving; ${advice}.`);
    return { found: events, events: () => events, append: () => false };
  };
  let file: number;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { O_RDWR, O_APPEND, O_CREAT, O_NONBLOCK = 0 } = constants;
    // Non-blocking, so that a pipe in the file's place cannot hold the game up.
    file = openSync(path, O_RDWR | O_APPEND | O_CREAT | O_NONBLOCK, 0o600);
  } catch (error) {
    return unsaved(`The log ${path} cannot be written: ${reasonOf(error)}`, elsewhere, readOnly(path));
  }
  const refuse = (problem: string, advice: string): Opened => {
    closeSync(file);
    return unsaved(problem, advice);
  };
  const stats = fstatSync(file);
  if (!stats.isFile()) return refuse(`${path} is no file`, elsewhere);
  if (stats.size > mostBytes)
    return refuse(`The log ${path} has more than ${mostBytes / 1024 / 1024} MiB`, 'move it away to begin a new one');
  let found = sort(contentOf(file));
  if (found.newer)
    return refuse(
      `The log ${path} is of a newer version of https-quest, and is left as it is`,
      `update the game, or ${elsewhere}`,
    );
  if (found.foreign) return refuse(`${path} is no log of this game, and is left as it is`, elsewhere);
  const append = appender(file, path, found.torn, notices);
  const opened = () => ({ found: found.events, events: () => sort(contentOf(file)).events, append });
  if (!found.header && !append(header)) return opened();
  if (found.torn) {
    // Another window may be in the middle of writing that line: once ours stands behind it, it is whole or it never will be.
    if (found.header && !append(Buffer.alloc(0))) return opened();
    found = sort(contentOf(file));
  }
  if (found.damaged.length) notices.push(setAside(path, contentOf(file), found.damaged));
  return opened();
}

/** What stands in a log. */
interface Found {
  readonly events: readonly LogEvent[];
  readonly damaged: readonly Line[];
  readonly header: boolean;
  readonly newer: boolean;
  /** Nothing in it is ours. */
  readonly foreign: boolean;
  /** The last line has no end. */
  readonly torn: boolean;
}

export function sort(content: Buffer): Found {
  const events: LogEvent[] = [];
  const damaged: Line[] = [];
  let header = false;
  let newer = false;
  for (const line of readLines(content)) {
    const event = logEventSchema.safeParse(line.data);
    if (event.success) events.push(event.data);
    else if (versionOf(line.data) > logVersion) newer = true;
    else if (isHeader(line.data)) header = true;
    else damaged.push(line);
  }
  return {
    events,
    damaged,
    header,
    newer,
    // So few bytes may be a header that was being written when the power went.
    foreign: !header && !newer && !events.length && content.length > 2 * headerLength,
    torn: content.length > 0 && content.at(-1) !== 0x0a,
  };
}
const headerLength = header.length;

const versionOf = (data: unknown): number =>
  typeof data === 'object' && data !== null && 'v' in data && typeof data.v === 'number' ? data.v : 0;
const isHeader = (data: unknown): boolean => typeof data === 'object' && data !== null && 'log' in data;

/** Appends with one write, so that lines of two windows never mix. Says once where it cannot. */
function appender(file: number, path: string, torn: boolean, notices: string[]): Opened['append'] {
  let said = false;
  let lineIsOpen = torn;
  return (lines) => {
    const bytes = lineIsOpen ? Buffer.concat([Buffer.from('\n'), lines]) : lines;
    let problem: string;
    try {
      const written = writeSync(file, bytes);
      lineIsOpen = written < bytes.length && (written > 0 || lineIsOpen);
      fdatasyncSync(file);
      if (written === bytes.length) return true;
      problem = 'the disk is full';
    } catch (error) {
      problem = reasonOf(error);
    }
    if (!said)
      notices.push(
        `Your progress can no longer be saved to ${path}: ${problem}. You can play on, but it will be lost.`,
      );
    said = true;
    return false;
  };
}

/** The events of a log that may be read and not written, so that at least the stars are there. */
function readOnly(path: string): readonly LogEvent[] {
  try {
    const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stats = fstatSync(file);
      const found = stats.isFile() && stats.size <= mostBytes ? sort(contentOf(file)) : undefined;
      return found && !found.newer ? found.events : [];
    } finally {
      closeSync(file);
    }
  } catch {
    return [];
  }
}

export function contentOf(file: number): Buffer {
  const content = Buffer.alloc(fstatSync(file).size);
  let length = 0;
  while (length < content.length) {
    const read = readSync(file, content, length, content.length - length, length);
    if (!read) break;
    length += read;
  }
  return content.subarray(0, length);
}
