// The files of the log, for a program that is killed in the middle of a write: in its `DIE_IN_WRITE`th, when so large a part as
// `DIE_AFTER` says is written.
import { writeSync as write } from 'node:fs';

export { closeSync, constants, fdatasyncSync, fstatSync, mkdirSync, openSync, readSync } from 'node:fs';

let left = Number(process.env.DIE_IN_WRITE ?? 0);
export function writeSync(file: number, bytes: Uint8Array): number {
  if (--left !== 0) return write(file, bytes);
  const part = Math.round(bytes.length * Number(process.env.DIE_AFTER));
  if (part) write(file, bytes.subarray(0, part));
  process.kill(process.pid, 'SIGKILL');
  return part;
}
