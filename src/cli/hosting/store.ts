// Where a host keeps its competition: in a folder that it has to itself, or in a database that several hosts share.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type EventStore, StoreFault } from '../../classroom/eventStore.ts';
import { openJournal } from '../../classroom/journal.ts';
import { journalName } from '../../classroom/journalFile.ts';
import { printable, quoted } from '../../ui/printable.ts';
import { wrap } from '../../ui/wrap.ts';
import type { Call } from '../call.ts';
import { exit } from '../output.ts';

export interface Place {
  readonly store: EventStore;
  /** In words: a folder is named, an address with its password is not. */
  readonly where: string;
  /** What comes here again: `https-quest host`, with what is to be typed behind it. */
  readonly command: string;
}

/**
 * To begin one where there is none, or the one that is there: to go on with it, or to export it. Gives the exit code where it is not so, or where it
 * cannot be kept there: it was said why.
 */
export async function openPlace(
  { settings, folder, output, slip }: Call,
  wish: 'begin' | 'go on' | 'export',
): Promise<Place | number> {
  const { data, database, dataDir } = settings;
  if (data !== undefined && database !== undefined) return slip('--data and --database: give one of them.');
  const at = data ?? join(folder, 'host');
  const where = database === undefined ? quoted(at, 200) : 'the database';
  const otherwise = (isThere: boolean): string | undefined => {
    if (isThere === (wish !== 'begin')) return undefined;
    if (wish === 'export') return `There is no competition in ${where}. Say where: --data DIR or --database URL.`;
    return isThere
      ? `There is a competition in ${where}. Go on with it: --resume. Delete it, with all that its players did: --purge. ${database === undefined ? 'Or begin one in another folder: --data DIR.' : 'Or begin one in another database.'}`
      : `There is no competition in ${where}. Without --resume and --purge one is begun there.`;
  };
  const refused = database === undefined ? otherwise(existsSync(join(at, journalName))) : undefined;
  if (refused !== undefined) return slip(refused);
  const opened = await keeping(output, async () => {
    if (database === undefined) return openJournal(at);
    const { openPostgres } = await import('../../classroom/postgres.ts');
    const store = await openPostgres(database);
    const found = await store.head().then(
      (head) => otherwise(head > 0),
      async (error) => {
        await store.close();
        throw error;
      },
    );
    if (found === undefined) return store;
    await store.close();
    return slip(found);
  });
  if (typeof opened === 'number') return opened;
  output.complain(opened.notices.flatMap((notice) => wrap(printable(notice))));
  const option =
    database !== undefined
      ? ' --database URL'
      : data !== undefined
        ? ` --data ${quoted(data, 200)}`
        : dataDir !== undefined
          ? ` --data-dir ${quoted(dataDir, 200)}`
          : '';
  return { store: opened, where, command: `https-quest host${option}` };
}

/** What comes of it; or the exit code, where the place for the competition fails at it: then that was said. */
export async function keeping<Result>(
  output: Call['output'],
  work: () => Promise<Result | number>,
): Promise<Result | number> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error;
    output.complain(wrap(printable(error.message)));
    return exit.unmet;
  }
}

/** The same store. Where it no longer keeps anything, or can no longer be read, `say` hears of it once, and again when it does. */
export function heard(store: EventStore, say: (text: string) => void): EventStore {
  let failing: 'to read' | 'to keep' | undefined;
  const failed = (how: 'to read' | 'to keep', { message }: StoreFault) => {
    if (!failing) say(`${message} Until then nothing counts that is done now; players send it again.`);
    // What can be read may still keep nothing: its disk is full.
    if (failing !== 'to keep') failing = how;
  };
  const fine = (how: 'to read' | 'to keep') => {
    if (!failing || (failing === 'to keep' && how === 'to read')) return;
    failing = undefined;
    say('What happens is kept again.');
  };
  return {
    ...store,
    follow: (after, tell) => store.follow(after, tell, (fault) => (fault ? failed('to read', fault) : fine('to read'))),
    async append(batch) {
      try {
        const appended = await store.append(batch);
        fine('to keep');
        return appended;
      } catch (error) {
        if (error instanceof StoreFault) failed('to keep', error);
        throw error;
      }
    },
  };
}
