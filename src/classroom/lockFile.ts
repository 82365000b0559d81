// A file that says which process has the folder. Only one can have it at a time; that of a dead process is taken over.
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { codeOf, reasonOf } from '../store/damage.ts';
import { StoreFault } from './eventStore.ts';

/** Those of this process: its own number in a lock file may also be that of a dead one before it, as in a container. */
const held = new Set<string>();

/** Takes the lock at `path`; gives what lets go of it. Throws StoreFault where a living process has it. */
export function takeLock(path: string): () => void {
  const own = `${path}.${process.pid}`;
  try {
    writeWhole(own, JSON.stringify({ pid: process.pid, boot: boot() }));
    try {
      linkSync(own, path);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      takeOver(path, own);
    }
  } catch (error) {
    if (error instanceof StoreFault) throw error;
    throw new StoreFault(`The lock ${path} cannot be taken: ${reasonOf(error)}. Give another folder.`);
  } finally {
    rmSync(own, { force: true });
  }
  held.add(path);
  return () => {
    held.delete(path);
    rmSync(path, { force: true });
  };
}

/**
 * Puts our lock in the place of a dead process's. Two that find it dead at once would replace each other's: so who does
 * it holds a second lock meanwhile, and looks once more.
 */
function takeOver(path: string, own: string): void {
  const turn = `${path}.taking`;
  try {
    linkSync(own, turn);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    throw new StoreFault(`Another host is just starting here. If there is none, delete ${turn} and start again.`);
  }
  try {
    const holder = holderOf(path);
    if (holder !== undefined)
      throw new StoreFault(
        `Process ${holder} already hosts from this folder. End it, or give another folder; if it is no host of this game, delete ${path}.`,
      );
    renameSync(own, path);
  } finally {
    unlinkSync(turn);
  }
}

/** The living process that has the lock. */
function holderOf(path: string): number | undefined {
  const lock = parse(readFileSync(path, 'utf8'));
  if (!lock) return undefined;
  if (lock.pid === process.pid) return held.has(path) ? lock.pid : undefined;
  // After a restart of the machine the number may be that of any program.
  if (lock.boot !== boot()) return undefined;
  try {
    process.kill(lock.pid, 0);
    return lock.pid;
  } catch (error) {
    return codeOf(error) === 'ESRCH' ? undefined : lock.pid;
  }
}

function parse(text: string): { readonly pid: number; readonly boot: string } | undefined {
  try {
    const data: unknown = JSON.parse(text);
    if (typeof data !== 'object' || data === null || !('pid' in data) || !('boot' in data)) return undefined;
    return typeof data.pid === 'number' && typeof data.boot === 'string'
      ? { pid: data.pid, boot: data.boot }
      : undefined;
  } catch {
    return undefined;
  }
}

/** What changes with each start of the machine; elsewhere than on Linux nothing says it. */
function boot(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

/** A lock is never seen half written, also after the power went. */
function writeWhole(path: string, text: string): void {
  const file = openSync(path, 'w', 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
