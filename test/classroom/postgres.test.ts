// Several hosts on one PostgreSQL: started at once, killed under them, out of reach, newer than they are.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EventStore, StoreFault, type Wanted } from '../../src/classroom/eventStore.ts';
import type { Stored } from '../../src/classroom/events.ts';
import { openPostgres } from '../../src/classroom/postgres.ts';
import { ada, bob, keyOf, move } from './events.ts';
import { noPostgres, type PostgresServer, password, startPostgres } from './postgresServer.ts';

let server: PostgresServer;
beforeAll(async () => {
  if (!noPostgres) server = await startPostgres();
});
afterAll(async () => {
  if (!noPostgres) await server.end();
});
let databases = 0;
const newDatabase = () => server.database(`test_${databases++}`);
/** What was opened here is closed after each test. */
const opened: EventStore[] = [];
const open = async (...asked: Parameters<typeof openPostgres>) => {
  const store = await openPostgres(...asked);
  opened.push(store);
  return store;
};
const using = (test: (address: string) => Promise<void>) => async () => {
  try {
    await test(await newDatabase());
  } finally {
    await Promise.all(opened.splice(0).map((store) => store.close()));
  }
};
async function query(address: string, text: string): Promise<readonly postgres.Row[]> {
  const sql = postgres(address, { max: 1, onnotice() {} });
  try {
    return await sql.unsafe(text);
  } finally {
    await sql.end();
  }
}

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
const numbers = (stored: readonly Stored[]) => stored.map(({ number }) => number);
const one = (player: string, index: number): Wanted => ({ key: keyOf(player, index), event: move(player, index) });
/** What a follower from the beginning was told; `until` resolves once it is that many. */
function ear(store: EventStore) {
  const told: Stored[] = [];
  let wake = () => {};
  store.follow(0, (more) => {
    told.push(...more);
    wake();
  });
  const until = async (count: number) => {
    while (told.length < count)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  };
  return { told, until };
}
const faultOf = async (promise: Promise<unknown>): Promise<string> => {
  const fault = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(fault).toBeInstanceOf(StoreFault);
  return fault instanceof StoreFault ? fault.message : '';
};

/** Lets through what comes and goes until it is told to hold everything back, as a network does that is gone. */
async function network(port: number) {
  const sockets = new Set<Socket>();
  let gone = false;
  const proxy = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (data) => !gone && to.write(data));
      from.on('close', () => to.destroy());
      from.on('error', () => to.destroy());
    }
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    port: (proxy.address() as AddressInfo).port,
    lose: () => {
      gone = true;
    },
    /** New connections go through; those that were there stay silent. */
    find: () => {
      for (const socket of sockets) socket.removeAllListeners('data').resume();
      gone = false;
    },
    end: () => {
      for (const socket of sockets) socket.destroy();
      proxy.close();
    },
  };
}

describe.skipIf(noPostgres)('hosts on one database', () => {
  it(
    'that start at once on an empty database host the same competition',
    using(async (address) => {
      const stores = await Promise.all([open(address), open(address), open(address)]);
      const created = await Promise.all(stores.map((store) => store.append([{ key: 'created', event: move(ada, 0) }])));
      expect(created.flat().filter(({ fresh }) => fresh)).toHaveLength(1);
      expect(created.flat().map(({ number }) => number)).toEqual([1, 1, 1]);
    }),
  );

  it(
    'append 2,000 events at the same time: no gap, none twice, and each sees all in order',
    using(async (address) => {
      const stores = [await open(address), await open(address)];
      const ears = stores.map(ear);
      const results = await Promise.all(
        stores.flatMap((store, host) =>
          Array.from({ length: 1000 }, async (_, index) => {
            if (index % 10) await new Promise((resolve) => setTimeout(resolve, index / 4));
            // Every fifth move comes to both.
            return store.append([one(index % 5 ? ([ada, bob][host] ?? ada) : ada, index), { event: move(bob, index) }]);
          }),
        ),
      );
      const fresh = results.flat().filter((appended) => appended.fresh);
      expect(fresh).toHaveLength(2000 + 1800);
      const stored = await stores[0]?.read(0, 10_000);
      expect(numbers(stored ?? [])).toEqual(upTo(3800));
      for (const heard of ears) {
        await heard.until(3800);
        expect(heard.told).toEqual(stored);
      }
      const times = (stored ?? []).map(({ at }) => at);
      expect(times).toEqual(times.toSorted((before, after) => before - after));
    }),
  );

  it(
    'go on after the server was killed: nothing that was said to be kept is lost, nothing is there twice',
    using(async (address) => {
      const stores = [await open(address), await open(address)];
      const ears = stores.map(ear);
      let kept = 0;
      let faults = 0;
      let answered = 0;
      /** Sends each move until it is kept, as a player's client does. */
      const players = [...Array(40).keys()].map(async (player) => {
        const store = stores[player % 2] ?? (await open(address));
        for (let index = 0; index < 50; index++) {
          const wanted = one(ada, player * 50 + index);
          for (let done = false; !done; ) {
            const appended = await store.append([wanted]).catch(async (error: unknown) => {
              expect(error).toBeInstanceOf(StoreFault);
              faults++;
              await new Promise((resolve) => setTimeout(resolve, 100));
              return undefined;
            });
            done = appended !== undefined;
            if (appended?.[0]?.fresh) kept++;
          }
          answered++;
        }
      });
      let isSilent = false;
      stores[0]?.follow(
        0,
        () => {},
        (fault) => {
          isSilent = fault !== undefined;
        },
      );
      const whoFollowsHears = async (silence: boolean) => {
        while (isSilent !== silence) await new Promise((resolve) => setTimeout(resolve, 10));
      };
      const killing = (async () => {
        for (const enough of [300, 900, 1500]) {
          while (answered < enough) await new Promise((resolve) => setImmediate(resolve));
          await server.kill();
          expect(await faultOf(stores[0]?.append([{ event: move(bob, 0) }]) ?? Promise.resolve())).toMatch(
            /^The database test_\d+ at 127\.0\.0\.1:\d+ does not answer \(\w+\)\. Start it,/,
          );
          await expect(stores[0]?.read(0)).rejects.toThrow(StoreFault);
          await whoFollowsHears(true);
          await server.start();
          await whoFollowsHears(false);
        }
      })();
      await Promise.all([...players, killing]);
      expect(faults).toBeGreaterThan(0);
      const stored = (await stores[0]?.read(0, 10_000)) ?? [];
      expect(numbers(stored)).toEqual(upTo(2000));
      expect(new Set(stored.map(({ event }) => JSON.stringify(event))).size).toBe(2000);
      // Where the answer was lost on its way, the event was kept, and not fresh when it was sent again.
      expect(kept).toBeLessThanOrEqual(2000);
      // Of what another host appends they hear again, too.
      await (await open(address)).append([one(bob, 0)]);
      for (const heard of ears) {
        await heard.until(2001);
        expect(heard.told.slice(0, -1)).toEqual(stored);
      }
    }),
  );

  it(
    'do not wait for ever for a network that is gone, and go on over a new connection',
    using(async (address) => {
      const between = await network(server.port);
      const store = await open(address.replace(`:${server.port}/`, `:${between.port}/`));
      const other = await open(address);
      const heard = ear(store);
      await store.append([one(ada, 0)]);
      await heard.until(1);
      between.lose();
      expect(await faultOf(store.append([one(ada, 1)]))).toMatch(/does not answer within 5 s\. Start it,/);
      await other.append([one(bob, 0)]);
      between.find();
      await store.append([one(ada, 1)]);
      await heard.until(3);
      await other.append([one(bob, 1)]);
      await heard.until(4);
      expect(numbers(heard.told)).toEqual([1, 2, 3, 4]);
      between.end();
    }),
  );

  it(
    'are told of a batch with one short notice',
    using(async (address) => {
      const store = await open(address);
      const notices: string[] = [];
      const sql = postgres(address, { max: 1 });
      await sql.listen('https_quest', (payload) => notices.push(payload));
      await store.append(upTo(5).map((index) => one(ada, index)));
      await store.append(upTo(5).map((index) => one(ada, index)));
      await store.append([one(bob, 0)]);
      await sql`notify https_quest, 'last'`;
      while (notices.at(-1) !== 'last') await new Promise((resolve) => setImmediate(resolve));
      expect(notices).toEqual(['1', '1', 'last']);
      await sql.end();
    }),
  );
});

describe.skipIf(noPostgres)('competitions in a database', () => {
  it(
    'are several over time: the newest is gone on with, and one that is hosted stays as it is',
    using(async (address) => {
      const spring = await open(address);
      await spring.append([one(ada, 0)]);
      const autumn = await open(address, 'new');
      expect(await autumn.head()).toBe(0);
      expect(await autumn.append([one(ada, 0), one(ada, 1)])).toEqual([
        { number: 1, fresh: true },
        { number: 2, fresh: true },
      ]);
      expect(await spring.append([one(bob, 0)])).toEqual([{ number: 2, fresh: true }]);
      const again = await open(address);
      expect(await again.read(0)).toEqual(await autumn.read(0));
      await autumn.erase(ada);
      expect((await spring.read(0)).map(({ event }) => event.type)).toEqual(['moved', 'moved']);
      await autumn.purge();
      for (const refused of [() => again.append([one(ada, 2)]), () => again.head()])
        expect(await faultOf(refused())).toMatch(/^The competition in the database was deleted\. Start the host again/);
      expect(await (await open(address)).read(0)).toEqual(await spring.read(0));
      expect((await query(address, 'select count(*)::int from https_quest.event'))[0]?.count).toBe(2);
    }),
  );

  it(
    'do not hold the name that stands in a key',
    using(async (address) => {
      const store = await open(address);
      await store.append([{ key: 'name:hypatia', event: move(bob, 0) }]);
      const [row] = await query(address, 'select * from https_quest.event');
      expect(row).toMatchObject({ player: bob, key: expect.stringMatching(/^[0-9a-f]{32}$/) });
      expect(JSON.stringify(row)).not.toContain('hypatia');
    }),
  );
});

describe.skipIf(noPostgres)('a database that cannot be used is told in a sentence', () => {
  it(
    'when it is of a newer version, and is left as it is',
    using(async (address) => {
      const store = await open(address);
      await store.append([one(ada, 0)]);
      await query(
        address,
        'update https_quest.version set version = 99; alter table https_quest.event rename to other',
      );
      expect(await faultOf(openPostgres(address))).toMatch(
        /are of a newer version of https-quest, and are left as they/,
      );
      expect(await query(address, 'select version from https_quest.version')).toMatchObject([{ version: 99 }]);
    }),
  );

  it(
    'when it lets nobody in, has another name, or allows nothing',
    using(async (address) => {
      await query(
        address,
        `create role guest login password '${password}'; revoke all on database postgres from public`,
      );
      const asGuest = address.replace('teacher', 'guest');
      const name = address.split('/').at(-1);
      expect(await faultOf(openPostgres(address.replace('not', 'no')))).toBe(
        `The database at 127.0.0.1:${server.port} does not let teacher in. Check the user and the password in its address.`,
      );
      expect(await faultOf(openPostgres(address.replace(/\w+$/, 'elsewhere')))).toBe(
        `There is no database elsewhere at 127.0.0.1:${server.port}. Create it, or give another one.`,
      );
      expect(await faultOf(openPostgres(asGuest))).toBe(
        `guest may not write to the database ${name} at 127.0.0.1:${server.port}. Allow it: GRANT CREATE ON DATABASE, or make it the owner.`,
      );
    }),
  );

  it('when nobody is there, or whoever is there says nothing', async () => {
    const silent = createServer((socket) => void socket.on('error', () => {})).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const address = `postgres://teacher:${encodeURIComponent(password)}@127.0.0.1:${port}/contest`;
    expect(await faultOf(openPostgres(address))).toBe(
      `The database contest at 127.0.0.1:${port} does not answer (CONNECT_TIMEOUT). Start it, or check its address; what was said to be kept is kept.`,
    );
    silent.close();
    const says = await faultOf(openPostgres(address));
    expect(says).toMatch(/^The database contest at 127\.0\.0\.1:\d+ does not answer \(ECONNREFUSED\)\. Start it/);
  });
});

describe('the address of a database', () => {
  it.each([
    'postgres://teacher:not/seen@127.0.0.1:5432/contest',
    'postgres://teacher:not@seen@127.0.0.1:5432/contest',
    'postgres://teacher:12/seen@127.0.0.1:5432/contest',
    'postgres://teacher:not%seen@127.0.0.1:5432/contest',
    'postgres:// not seen',
    'mysql://teacher:not-seen@127.0.0.1/contest',
    'seen',
  ])('is refused without being repeated: %s', async (address) => {
    const says = await faultOf(openPostgres(address));
    expect(says).toMatch(/^This is no address of a database\. Write postgres:\/\/USER:PASSWORD@HOST:5432\/DATABASE,/);
    expect(says).not.toContain('seen');
  });
});
