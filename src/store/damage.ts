// What becomes of the damaged parts of a log: kept in a file of their own, then blanked where they stood.
import { closeSync, fdatasyncSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import type { Span } from './lines.ts';

/**
 * Copies the spans of `content` to the next free `<path>.damaged-<n>`, a line each, and overwrites them with spaces in the
 * file. Gives one sentence for the player. What could not be kept is not overwritten.
 */
export function setAside(path: string, content: Buffer, damaged: readonly Span[]): string {
  const lines = damaged.length === 1 ? 'One line' : `${damaged.length} lines`;
  const were = damaged.length === 1 ? 'was' : 'were';
  const said = `${lines} of your log ${path} ${were} damaged and could not be read`;
  try {
    const kept = keep(path, content, damaged);
    blank(path, damaged);
    return `${said}; what stood there is kept in ${basename(kept)}, and all the rest is used.`;
  } catch (error) {
    return `${said}, nor be set aside (${reasonOf(error)}); all the rest is used.`;
  }
}

function keep(path: string, content: Buffer, damaged: readonly Span[]): string {
  const parts = damaged.flatMap(({ start, end }) => [content.subarray(start, end), Buffer.from('\n')]);
  for (let number = 1; ; number++) {
    const kept = `${path}.damaged-${number}`;
    try {
      writeFileSync(kept, Buffer.concat(parts), { flag: 'wx', mode: 0o600, flush: true });
      return kept;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}

function blank(path: string, damaged: readonly Span[]): void {
  // A file opened for appending writes at its end only, wherever it is told to.
  const file = openSync(path, 'r+');
  try {
    for (const { start, end } of damaged) writeSync(file, Buffer.alloc(end - start, ' '), 0, end - start, start);
    fdatasyncSync(file);
  } finally {
    closeSync(file);
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'you have no permission to write there',
  EPERM: 'you have no permission to write there',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'your disk quota is used up',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EEXIST: 'a file stands where the folder should be',
  EISDIR: 'it is a folder',
  ENOENT: 'its folder is not there',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its links lead in a circle',
  EFBIG: 'the file may not grow any more',
  EIO: 'the disk reports an error',
  ENXIO: 'it is no file',
};

/** Why the system refused, in plain words. */
export const reasonOf = (error: unknown): string => reasons[codeOf(error)] ?? `the system says ${codeOf(error)}`;
/** Its code, such as ENOENT; of anything else what it says. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : String(error);
