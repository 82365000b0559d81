// What every store of events promises: one table of stores, the same tests for each.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventStore, Wanted } from '../../src/classroom/eventStore.ts';
import { StoreFault } from '../../src/classroom/eventStore.ts';
import type { Stored } from '../../src/classroom/events.ts';
import { openJournal } from '../../src/classroom/journal.ts';
import { openPostgres } from '../../src/classroom/postgres.ts';
import { ada, bob, everyKind, keyOf, move } from './events.ts';
import { noPostgres, type PostgresServer, startPostgres } from './postgresServer.ts';

/** Where a competition is kept: opens it, as often as it is asked. */
type Place = () => Promise<EventStore>;
interface Kind {
  readonly name: string;
  readonly missing: boolean;
  /** A new place, with nothing in it. */
  readonly place: () => Place;
}

const home = mkdtempSync(join(tmpdir(), 'https-quest-stores-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
let places = 0;

const stores: readonly Kind[] = [
  {
    name: 'the journal',
    missing: false,
    place: () => {
      const folder = join(home, `journal-${places++}`);
      return () => openJournal(folder);
    },
  },
  {
    name: 'PostgreSQL',
    missing: noPostgres,
    place: () => {
      const address = server?.database(`place_${places++}`);
      return async () => openPostgres((await address) ?? '');
    },
  },
];
let server: PostgresServer | undefined;
beforeAll(async () => {
  if (!noPostgres) server = await startPostgres();
});
afterAll(() => server?.end());

const events = (stored: readonly Stored[]) => stored.map(({ event }) => event);
const numbers = (stored: readonly { readonly number: number }[]) => stored.map(({ number }) => number);
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index);
const all = (store: EventStore) => store.read(0, 1_000_000);
const moves = (player: string, from: number, count: number): Wanted[] =>
  Array.from({ length: count }, (_, index) => ({
    key: keyOf(player, from + index),
    event: move(player, from + index),
  }));
/** Follows from `after`; `until` resolves once that many were told. */
function ear(store: EventStore, after: number) {
  const told: Stored[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const end = store.follow(after, (more) => {
    told.push(...more);
    for (const { count, resolve } of waiting) if (told.length >= count) resolve();
  });
  const until = (count: number) =>
    new Promise<void>((resolve) => {
      if (told.length >= count) resolve();
      else waiting.push({ count, resolve });
    });
  return { told, until, end };
}

describe.each(stores)('$name', ({ place, missing }) => {
  const tests = it.skipIf(missing);
  /** A store at a new place, closed at the end. */
  const using = async (test: (store: EventStore, again: Place) => Promise<void>) => {
    const open = place();
    const store = await open();
    try {
      await test(store, open);
    } finally {
      await store.close();
    }
  };

  tests('begins with nothing', () =>
    using(async (store) => {
      expect(await store.head()).toBe(0);
      expect(await store.read(0)).toEqual([]);
      expect(store.notices).toEqual([]);
      expect(await store.append([])).toEqual([]);
    }),
  );

  tests('gives back every kind of event as it was, with its number and time, also after a restart', () =>
    using(async (store, again) => {
      const before = Date.now();
      const appended = await store.append(everyKind.map((event) => ({ event })));
      expect(appended).toEqual(everyKind.map((_, index) => ({ number: index + 1, fresh: true })));
      const stored = await all(store);
      expect(events(stored)).toEqual(everyKind);
      expect(numbers(stored)).toEqual(upTo(everyKind.length));
      for (const { at } of stored) {
        expect(Number.isInteger(at)).toBe(true);
        expect(at).toBeGreaterThanOrEqual(before - 1000);
        expect(at).toBeLessThanOrEqual(Date.now() + 1000);
      }
      await store.close();
      const reopened = await again();
      expect(reopened.notices).toEqual([]);
      expect(await all(reopened)).toEqual(stored);
      await reopened.close();
    }),
  );

  tests('keeps the first event of a key, in one batch, in later ones and after a restart', () =>
    using(async (store, again) => {
      const [first, second, third] = [move(ada, 0), move(ada, 1), move(ada, 2)];
      expect(
        await store.append([
          { key: 'a', event: first },
          { key: 'a', event: second },
          { key: 'b', event: third },
          { event: second },
        ]),
      ).toEqual([
        { number: 1, fresh: true },
        { number: 1, fresh: false },
        { number: 2, fresh: true },
        { number: 3, fresh: true },
      ]);
      expect(await store.append([{ key: 'b', event: first }])).toEqual([{ number: 2, fresh: false }]);
      await store.close();
      const reopened = await again();
      expect(
        await reopened.append([
          { key: 'c', event: first },
          { key: 'a', event: third },
        ]),
      ).toEqual([
        { number: 4, fresh: true },
        { number: 1, fresh: false },
      ]);
      expect(events(await all(reopened))).toEqual([first, third, second, first]);
      await reopened.close();
    }),
  );

  tests('takes whatever stands in a key', () =>
    using(async (store) => {
      const keys = ['', ' ', '{"\\}', 'name:Ünïcode ☂', 'x'.repeat(3000), '\u0000', 'NULL', '\n'];
      const wanted = keys.map((key, index) => ({ key, event: move(ada, index) }));
      expect((await store.append(wanted)).every(({ fresh }) => fresh)).toBe(true);
      expect((await store.append(wanted)).some(({ fresh }) => fresh)).toBe(false);
    }),
  );

  tests('refuses what is no event, and all of the batch with it', () =>
    using(async (store) => {
      await store.append([{ event: move(ada, 0) }]);
      const wrong = { ...move(ada, 2), player: 'Ada' };
      await expect(store.append([{ key: 'k', event: move(ada, 1) }, { event: wrong }])).rejects.toThrow();
      expect(await store.head()).toBe(1);
      expect(await store.append([{ key: 'k', event: move(ada, 1) }])).toEqual([{ number: 2, fresh: true }]);
    }),
  );

  tests('numbers what comes at the same time without a gap, each batch in one piece, each key once', () =>
    using(async (store) => {
      const batches = Array.from({ length: 60 }, (_, index) => [
        ...moves(ada, index, 2),
        ...moves(bob, 10 * index, 1 + (index % 4)),
      ]);
      const results = await Promise.all(batches.map((batch) => store.append(batch)));
      const stored = await all(store);
      expect(numbers(stored)).toEqual(upTo(stored.length));
      const fresh = results.flat().filter((one) => one.fresh);
      expect(fresh.map(({ number }) => number).sort((one, other) => one - other)).toEqual(numbers(stored));
      for (const [index, batch] of batches.entries())
        for (const [place, { event }] of batch.entries())
          expect(stored[(results[index]?.[place]?.number ?? 0) - 1]?.event).toEqual(event);
      for (const result of results) {
        const own = result.filter((one) => one.fresh).map(({ number }) => number);
        expect(own).toEqual(upTo(own.at(-1) ?? 0, own[0] ?? 1));
      }
      // 61 moves of Ada, as neighbouring batches share one; of Bob all.
      expect(stored).toHaveLength(61 + 15 * (1 + 2 + 3 + 4));
    }),
  );

  tests('reads in pages', () =>
    using(async (store) => {
      await store.append(moves(ada, 0, 5100));
      expect(numbers(await store.read(0))).toEqual(upTo(5000));
      expect(numbers(await store.read(5000))).toEqual(upTo(5100, 5001));
      expect(numbers(await store.read(7, 3))).toEqual([8, 9, 10]);
      expect(await store.read(5100)).toEqual([]);
      expect(await store.read(9999)).toEqual([]);
      expect(await store.head()).toBe(5100);
    }),
  );

  tests('tells followers, wherever they begin, each event once and in order, while appends go on', () =>
    using(async (store) => {
      await store.append(moves(ada, 0, 20));
      const ears = [ear(store, 0), ear(store, 7), ear(store, 20)];
      const appends: Promise<unknown>[] = [];
      for (let index = 0; index < 40; index++) {
        appends.push(store.append(moves(bob, index * 3, 3)));
        if (index % 5 === 0) await appends.at(-1);
        if (index === 20) ears.push(ear(store, 13));
      }
      await Promise.all(appends);
      for (const [index, after] of [0, 7, 20, 13].entries()) {
        await ears[index]?.until(140 - after);
        expect(numbers(ears[index]?.told ?? [])).toEqual(upTo(140, after + 1));
      }
      expect(ears[0]?.told).toEqual(await all(store));
    }),
  );

  tests('tells nothing that cannot be read yet, and nothing to whom left', () =>
    using(async (store) => {
      const left = ear(store, 0);
      const stays = ear(store, 0);
      await store.append(moves(ada, 0, 1));
      await Promise.all([left.until(1), stays.until(1)]);
      left.end();
      await store.append(moves(ada, 1, 1));
      await stays.until(2);
      expect(left.told).toHaveLength(1);
      expect(stays.told).toEqual(await all(store));
    }),
  );

  tests('erases what is of a player, on disk too; numbers stay, and keys stay taken', () =>
    using(async (store, again) => {
      await store.append(everyKind.map((event, index) => ({ key: `name:${index}`, event })));
      await store.append(moves(bob, 0, 3));
      await store.erase(ada);
      const stored = await all(store);
      expect(numbers(stored)).toEqual(upTo(everyKind.length + 3));
      const ofAda = everyKind.filter((event) => 'player' in event);
      expect(ofAda).toHaveLength(10);
      expect(events(stored)).toEqual([
        ...everyKind.map((event) => ('player' in event ? { type: 'erased' } : event)),
        ...events(stored).slice(-3),
      ]);
      expect(events(stored).slice(-3)).toEqual(moves(bob, 0, 3).map(({ event }) => event));
      expect(JSON.stringify(stored)).not.toMatch(/ada0|Łukasiewicz|Countess/);
      expect(await store.append([{ key: 'name:4', event: move(bob, 9) }])).toEqual([{ number: 5, fresh: false }]);
      expect(await store.append([{ key: 'new', event: move(bob, 9) }])).toEqual([
        { number: everyKind.length + 4, fresh: true },
      ]);
      await store.erase('0'.repeat(16));
      const after = await all(store);
      expect(after.slice(0, -1)).toEqual(stored);
      await store.close();
      const reopened = await again();
      expect(reopened.notices).toEqual([]);
      expect(await all(reopened)).toEqual(after);
      expect(await reopened.append([{ key: 'name:4', event: move(bob, 9) }])).toEqual([{ number: 5, fresh: false }]);
      await reopened.close();
    }),
  );

  tests('writes at its end what was accepted, and refuses everything from then on', () =>
    using(async (store, again) => {
      const heard = ear(store, 0);
      const appended = store.append(moves(ada, 0, 3));
      await store.close();
      expect(await appended).toHaveLength(3);
      await store.close();
      for (const refused of [store.append(moves(ada, 3, 1)), store.read(0), store.head(), store.erase(ada)])
        await expect(refused).rejects.toThrow(StoreFault);
      const reopened = await again();
      expect(numbers(await all(reopened))).toEqual([1, 2, 3]);
      await reopened.append(moves(ada, 3, 1));
      await reopened.close();
      expect(heard.told.length).toBeLessThanOrEqual(3);
    }),
  );

  tests('is empty after a purge', () =>
    using(async (store, again) => {
      await store.append([{ key: 'created', event: move(ada, 0) }]);
      await store.purge();
      await expect(store.head()).rejects.toThrow(StoreFault);
      const reopened = await again();
      expect(await all(reopened)).toEqual([]);
      expect(await reopened.append([{ key: 'created', event: move(ada, 0) }])).toEqual([{ number: 1, fresh: true }]);
      await reopened.close();
    }),
  );

  /** Steps of a story: appends that are not waited for, followers that come and go, erasures, restarts. */
  const steps = fc.array(
    fc.oneof(
      fc.record({
        do: fc.constant('append' as const),
        batch: fc.array(
          fc.record({ key: fc.option(fc.nat(12), { nil: undefined }), player: fc.constantFrom(ada, bob) }),
          { maxLength: 5 },
        ),
      }),
      fc.record({ do: fc.constant('follow' as const), after: fc.nat(10) }),
      fc.record({ do: fc.constant('wait' as const) }),
      fc.record({ do: fc.constant('erase' as const), player: fc.constantFrom(ada, bob) }),
      fc.record({ do: fc.constant('restart' as const) }),
    ),
    { maxLength: 25 },
  );
  tests('keeps its promises in any order of what is asked', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (story) => {
        const open = place();
        let store = await open();
        let ears: { readonly after: number; readonly heard: ReturnType<typeof ear> }[] = [];
        let waiting: Promise<unknown>[] = [];
        const kept = new Map<string, number>();
        let fresh = 0;
        const note = (batch: readonly Wanted[], appended: Awaited<ReturnType<EventStore['append']>>) => {
          for (const [index, { key }] of batch.entries()) {
            const one = appended[index];
            if (one?.fresh) fresh++;
            if (key === undefined) expect(one?.fresh).toBe(true);
            else if (kept.has(key)) expect(one?.number).toBe(kept.get(key));
            else kept.set(key, one?.number ?? 0);
          }
        };
        let index = 0;
        try {
          for (const step of story) {
            if (step.do === 'append') {
              const batch = step.batch.map(
                ({ key, player }): Wanted => ({
                  ...(key === undefined ? {} : { key: `key ${key}` }),
                  event: move(player, index++),
                }),
              );
              waiting.push(store.append(batch).then((appended) => note(batch, appended)));
            } else if (step.do === 'follow') ears.push({ after: step.after, heard: ear(store, step.after) });
            else if (step.do === 'erase') waiting.push(store.erase(step.player));
            else {
              await Promise.all(waiting);
              waiting = [];
              if (step.do === 'wait') continue;
              await store.close();
              store = await open();
              ears = [];
            }
          }
          await Promise.all(waiting);
          const stored = await all(store);
          expect(numbers(stored)).toEqual(upTo(fresh));
          for (const { after, heard } of ears) {
            await heard.until(stored.length - after);
            expect(numbers(heard.told)).toEqual(numbers(stored.slice(after)));
          }
        } finally {
          await store.close();
        }
      }),
      { numRuns: 60 },
    );
  });
});
