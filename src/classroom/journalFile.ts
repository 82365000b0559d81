// The journal on disk: opened and repaired, appended to, replaced. Whatever fails here ends it until it is opened anew.
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  rmSync,
} from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf } from '../store/damage.ts';
import { contentOf } from '../store/log.ts';
import { StoreFault } from './eventStore.ts';
import { type Found, headerLine, readJournal } from './journalLines.ts';
import { takeLock } from './lockFile.ts';

/** The name of the journal in its folder. */
export const journalName = 'competition.log';
/** Beside it: what was cut off its end. */
const cutName = `${journalName}.cut`;
/** A class of three hundred that plays all levels twice writes a fifth of it. */
const mostBytes = 256 * 1024 * 1024;

/** How bytes reach a file and its disk: each resolves once it is done. */
export interface Writing {
  readonly write: (file: FileHandle, bytes: Buffer) => Promise<void>;
  readonly sync: (file: FileHandle) => Promise<void>;
}
export const toDisk: Writing = { write: (file, bytes) => file.appendFile(bytes), sync: (file) => file.datasync() };

export interface JournalFile {
  readonly salt: string;
  readonly kept: Found['kept'];
  readonly notices: readonly string[];
  /** Throws the StoreFault after which nothing can be done any more, if there was one. */
  readonly check: () => void;
  /** In one write; resolves once the lines are on disk. */
  readonly append: (lines: readonly Buffer[]) => Promise<void>;
  /** These lines are all that there is behind the header, on disk or, after a crash, what was there before. */
  readonly replace: (lines: readonly Buffer[]) => Promise<void>;
  readonly close: () => Promise<void>;
  /** Deletes the file, and closes. */
  readonly remove: () => Promise<void>;
}

/** Opens the journal of `folder`, which is made where it is missing. Rejects with StoreFault. */
export async function openJournalFile(folder: string, writing: Writing): Promise<JournalFile> {
  const path = join(folder, journalName);
  let letGo = () => {};
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    letGo = takeLock(join(folder, 'competition.lock'));
    const notices: string[] = [];
    const found = repaired(folder, notices);
    const salt = found.salt ?? randomBytes(16).toString('hex');
    const file =
      found.salt === undefined ? await replaceBy(folder, [headerLine(salt)], writing) : await open(path, 'a', 0o600);
    return { salt, kept: found.kept, notices, ...writer(folder, file, headerLine(salt), writing, letGo) };
  } catch (error) {
    letGo();
    if (error instanceof StoreFault) throw error;
    throw new StoreFault(`The competition cannot be kept in ${path}: ${reasonOf(error)}. Give another folder.`);
  }
}

function writer(
  folder: string,
  opened: FileHandle,
  header: Buffer,
  writing: Writing,
  letGo: () => void,
): Omit<JournalFile, 'salt' | 'kept' | 'notices'> {
  const path = join(folder, journalName);
  let file = opened;
  let ended: StoreFault | undefined;
  let open = true;
  const check = () => {
    if (ended) throw ended;
  };
  /** After a failure nobody knows what is on the disk. */
  const unlessFailed = async (task: () => Promise<void>) => {
    check();
    try {
      await task();
    } catch (error) {
      ended = new StoreFault(
        `The competition can no longer be saved to ${path}: ${reasonOf(error)}. Mend that, then start the host again; what it said to be saved is saved.`,
      );
      throw ended;
    }
  };
  const close = async () => {
    ended ??= new StoreFault(`The competition in ${path} was closed.`);
    if (!open) return;
    open = false;
    await file.close();
    letGo();
  };
  return {
    check,
    async append(lines) {
      check();
      const bytes = Buffer.concat(lines);
      if ((await file.stat()).size + bytes.length > mostBytes)
        throw new StoreFault(
          `The competition in ${path} has reached ${mostBytes / 1024 / 1024} MiB. Begin a new one in another folder.`,
        );
      await unlessFailed(async () => {
        await writing.write(file, bytes);
        await writing.sync(file);
      });
    },
    replace: (lines) =>
      unlessFailed(async () => {
        file = await replaceBy(folder, [header, ...lines], writing, file);
        rmSync(join(folder, cutName), { force: true });
      }),
    close,
    async remove() {
      check();
      for (const name of [journalName, cutName]) rmSync(join(folder, name), { force: true });
      await close();
    },
  };
}

/** What stands in the journal, once what a crash left at its end was cut off and put aside. */
function repaired(folder: string, notices: string[]): Found {
  const path = join(folder, journalName);
  const { O_RDWR, O_CREAT, O_NONBLOCK = 0 } = constants;
  // Non-blocking, so that a pipe in the file's place cannot hold the host up.
  const file = openSync(path, O_RDWR | O_CREAT | O_NONBLOCK, 0o600);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new StoreFault(`${path} is no file. Give another folder.`);
    if (stats.size > mostBytes)
      throw new StoreFault(
        `${path} has more than ${mostBytes / 1024 / 1024} MiB. Move it away to begin a new competition.`,
      );
    const content = contentOf(file);
    const found = readJournal(content, path);
    const torn = content.subarray(found.length);
    if (torn.length) {
      appendFileSync(join(folder, cutName), torn, { mode: 0o600, flush: true });
      ftruncateSync(file, found.length);
      fdatasyncSync(file);
      notices.push(
        `The host was stopped in the middle of writing: the last ${torn.length} bytes of ${path} were not whole and are now in ${cutName}; all before them is used.`,
      );
    }
    return found;
  } finally {
    closeSync(file);
  }
}

/** Puts a new file in the place of the journal, at once and for good. Gives it, open for appending, and closes the old. */
async function replaceBy(
  folder: string,
  lines: readonly Buffer[],
  writing: Writing,
  old?: FileHandle,
): Promise<FileHandle> {
  const temporary = join(folder, `${journalName}.new`);
  rmSync(temporary, { force: true });
  const file = await open(temporary, 'ax', 0o600);
  try {
    await writing.write(file, Buffer.concat(lines));
    await writing.sync(file);
    await rename(temporary, join(folder, journalName));
    await syncFolder(folder);
  } catch (error) {
    await file.close();
    rmSync(temporary, { force: true });
    throw error;
  }
  await old?.close();
  return file;
}

/** Only then a new name in it outlives a power cut. Windows knows no such thing. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const file = await open(folder, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
