// The store of one host: a file in a folder that it has to itself. The events are in memory too; reading is from there.
import type { Appended, EventStore } from './eventStore.ts';
import { followers } from './followers.ts';
import { openJournalFile, toDisk } from './journalFile.ts';
import { batchLine, type Kept } from './journalLines.ts';
import { turns } from './turns.ts';
import { type Checked, checked, playerOf } from './wanted.ts';

/**
 * Opens the competition in `folder`, or begins one there: a folder has one. Rejects with StoreFault where another host has
 * it, where it cannot be read or was damaged. After a write has failed everything is refused until it is opened anew.
 */
export async function openJournal(folder: string, now: () => number = Date.now, writing = toDisk): Promise<EventStore> {
  const file = await openJournalFile(folder, writing);
  const kept = [...file.kept];
  const numbers = new Map(kept.flatMap(({ key, number }) => (key === undefined ? [] : [[key, number] as const])));

  const { add, alone } = turns(async (batches: readonly (readonly Checked[])[]) => {
    file.check();
    const { results, lines, added } = plan(batches, kept.length, numbers, now());
    if (!lines.length) return results;
    await file.append(lines);
    for (const one of added) {
      kept.push(one);
      if (one.key !== undefined) numbers.set(one.key, one.number);
    }
    following.wake();
    return results;
  });
  const read: EventStore['read'] = async (after, most = 5000) => {
    file.check();
    return kept.slice(after, after + most).map(({ number, at, event }) => ({ number, at, event }));
  };
  const following = followers(read);
  return {
    notices: file.notices,
    append: async (batch) => add(checked(batch, file.salt)),
    read,
    async head() {
      file.check();
      return kept.length;
    },
    follow: following.follow,
    erase: (player) =>
      alone(async () => {
        const left = kept.map((one): Kept => (playerOf(one.event) === player ? { ...one, event: erased } : one));
        await file.replace(
          left.map(({ number, at, ...event }) =>
            batchLine({ first: number, durable: left.length, at, events: [event] }),
          ),
        );
        for (const [index, one] of left.entries()) kept[index] = one;
      }),
    close: () =>
      alone(async () => {
        following.end();
        await file.close();
      }),
    purge: () =>
      alone(async () => {
        await file.remove();
        following.end();
      }),
  };
}
const erased = { type: 'erased' } as const;

interface Plan {
  readonly results: readonly (readonly Appended[])[];
  /** A line each batch that has something new. */
  readonly lines: readonly Buffer[];
  readonly added: readonly Kept[];
}

/** Numbers what is new in the batches, behind the `durable` events that there are. */
function plan(
  batches: readonly (readonly Checked[])[],
  durable: number,
  numbers: ReadonlyMap<string, number>,
  at: number,
): Plan {
  const taken = new Map<string, number>();
  const lines: Buffer[] = [];
  const added: Kept[] = [];
  const results = batches.map((batch) => {
    const first = durable + added.length + 1;
    const fresh: Checked[] = [];
    const appended = batch.map((one): Appended => {
      const there = one.key === undefined ? undefined : (numbers.get(one.key) ?? taken.get(one.key));
      if (there !== undefined) return { number: there, fresh: false };
      const number = first + fresh.length;
      if (one.key !== undefined) taken.set(one.key, number);
      fresh.push(one);
      return { number, fresh: true };
    });
    if (fresh.length) lines.push(batchLine({ first, durable, at, events: fresh }));
    added.push(...fresh.map((one, index) => ({ ...one, number: first + index, at })));
    return appended;
  });
  return { results, lines, added };
}
