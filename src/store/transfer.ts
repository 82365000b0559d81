// Logs as files beside the log: a copy of what counts, to be taken elsewhere; one from elsewhere; and a copy of before.
import { closeSync, constants, copyFileSync, fstatSync, openSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { missingIn } from '../game/merge.ts';
import { inForce, type LogEvent } from '../game/progress.ts';
import { reasonOf } from './damage.ts';
import { seal } from './lines.ts';
import { contentOf, header, logName, mostBytes, type OpenLog, sort } from './log.ts';

/** One sentence on why it could not be done; nothing was changed then. */
interface Refused {
  readonly refused: string;
}

/** Writes the events that count to a new file, as a log. Never over a file that is there. */
export function writeLog(path: string, events: readonly LogEvent[]): { readonly written: number } | Refused {
  const counting = inForce(events);
  try {
    writeFileSync(path, Buffer.concat([header, ...counting.map(seal)]), { flag: 'wx', mode: 0o600, flush: true });
    return { written: counting.length };
  } catch (error) {
    const there = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    return { refused: there ? 'is there already, and is left as it is' : `cannot be written: ${reasonOf(error)}` };
  }
}

/** More than ten years of play every day have. Bounds what every later start has to read. */
const mostEvents = 100_000;
const mostLevels = 1_000;

/** Adds to the log what another one has more, in one write. */
export function importLog(
  path: string,
  folder: string,
  log: OpenLog,
): { readonly added: readonly LogEvent[] } | Refused {
  const read = readLog(path);
  if ('refused' in read) return read;
  const added = missingIn(log.history(), read.events);
  if (!added.length) return { added };
  const size = Buffer.concat(added.map(seal)).length;
  if (sizeOf(join(folder, logName)) + size > mostBytes)
    return { refused: `has more than your log can take: together they have over ${mostBytes / 1024 / 1024} MiB` };
  return log.add(added) ? { added } : { refused: 'is good, but your log could not be written' };
}

function readLog(path: string): { readonly events: readonly LogEvent[] } | Refused {
  let content: Buffer;
  try {
    // Non-blocking, so that a pipe in the file's place cannot hold the program up.
    const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stats = fstatSync(file);
      if (!stats.isFile()) return { refused: 'is no file' };
      if (stats.size > mostBytes) return { refused: `has more than ${mostBytes / 1024 / 1024} MiB` };
      content = contentOf(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return { refused: missing ? 'is not there' : `cannot be read: ${reasonOf(error)}` };
  }
  const found = sort(content);
  if (found.newer) return { refused: 'is of a newer version of https-quest; update the game first' };
  if (!found.header) return { refused: 'is no progress of this game; give a file that "export-progress" wrote' };
  const [damage] = found.damaged;
  if (damage) {
    const line = content.subarray(0, damage.start).filter((byte) => byte === 0x0a).length + 1;
    return { refused: `is damaged in line ${line}; export it anew` };
  }
  const levels = new Set(found.events.flatMap((event) => ('level' in event ? (event.level ?? []) : [])));
  if (found.events.length > mostEvents || levels.size > mostLevels)
    return {
      refused: `has more in it than anybody can have played: over ${mostEvents} events or ${mostLevels} levels`,
    };
  return { events: found.events };
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** Copies the log to `attempts.log.bak-<time>`; gives the path of the copy. */
export function copyAside(folder: string, now: Date): { readonly copy: string } | Refused {
  const path = join(folder, logName);
  const copy = `${path}.bak-${now.toISOString().replace(/[:.]/g, '-')}`;
  try {
    copyFileSync(path, copy, constants.COPYFILE_EXCL);
    return { copy };
  } catch (error) {
    return { refused: `${copy} cannot be written: ${reasonOf(error)}` };
  }
}
