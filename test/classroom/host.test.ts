// A whole host: a journal on the disk, TLS on loopback, graders in their threads, players that ask with node:https.

import { createHash, randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { newCode } from '../../src/classroom/commands.ts';
import type { EventStore } from '../../src/classroom/eventStore.ts';
import { StoreFault } from '../../src/classroom/eventStore.ts';
import { kick, regrade, turn } from '../../src/classroom/teaching.ts';
import { problemTag, type Seat, type Standing } from '../../src/classroom/wire.ts';
import {
  ask,
  begin,
  closeAll,
  firstAttempt,
  grader,
  joined,
  level,
  movesOf,
  newClass,
  newFolder,
  newHost,
  newStore,
  secondAttempt,
  seedOf,
  until,
  wellPlayed,
} from './classes.ts';

afterEach(closeAll);
type OfAttempt = Standing['attempts'][number];

describe('a player', () => {
  it('joins, plays, and is told what the host found by playing it', async () => {
    const { host } = await newClass();
    const seat = await joined(host, 'Ada');
    expect(seat).toEqual({
      player: expect.stringMatching(/^[0-9a-f]{16}$/),
      token: expect.stringMatching(/^[0-9a-f]{32}$/),
      name: 'Ada',
    });
    const moves = wellPlayed(await seedOf(host, seat));
    const sent = await ask(host, '/api/moves', { token: seat.token, body: movesOf(moves) });
    expect(sent.json).toEqual({ kept: { [firstAttempt]: moves.length }, refused: [] });
    const me = await until(async () => {
      const { json } = await ask(host, '/api/me', { token: seat.token });
      return (json as Standing).attempts[0]?.points !== undefined && (json as Standing);
    });
    expect(me).toMatchObject({ name: 'Ada', points: 100, rank: 1 });
    expect(me.attempts).toEqual([
      { attempt: firstAttempt, kept: moves.length, points: 100, stars: 3, outcome: 'met' } satisfies OfAttempt,
    ]);
    const board = await until(async () => {
      const { json } = await ask(host, '/api/board');
      return json.top.length > 0 && json;
    });
    expect(board).toMatchObject({ players: 1, top: [{ rank: 1, name: 'Ada', points: 100 }], levels: [{ solved: 1 }] });
    expect(JSON.stringify(board)).not.toContain(seat.player);
  });
  it('without a name gets one, and forty of them at the same moment forty', async () => {
    const { host } = await newClass();
    const seats = await Promise.all(Array.from({ length: 40 }, () => joined(host)));
    expect(new Set(seats.map(({ name }) => name)).size).toBe(40);
    expect(host.competition().players.size).toBe(40);
  });
  it('has a name to itself, however many want it at the same moment', async () => {
    const { host } = await newClass();
    const body = { wire: 1, name: 'Ada' };
    const replies = await Promise.all(Array.from({ length: 10 }, () => ask(host, '/api/join', { body })));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(9).fill(409)]);
    expect(replies.find(({ status }) => status === 409)?.json.type).toBe(`${problemTag}name`);
  });
  it('has one place, however often the same key asks for it, whatever name comes with it', async () => {
    const { host, store } = await newClass();
    const key = randomBytes(16).toString('hex');
    const asks = (body: object = {}) => ask(host, '/api/join', { body: { wire: 1, key, ...body } });
    const replies = await Promise.all(Array.from({ length: 10 }, () => asks()));
    const [seat] = replies.map(({ json }) => json as Seat);
    for (const { json } of [...replies, await asks({ name: 'Grace' })]) expect(json).toEqual(seat);
    expect((await ask(host, '/api/me', { token: seat?.token ?? '' })).json.name).toBe(seat?.name);
    expect(host.competition().players.size).toBe(1);
    const log = JSON.stringify(await store.read(0));
    expect([log.includes(key), log.includes(seat?.token ?? key)]).toEqual([false, false]);
    const other = await ask(host, '/api/join', { body: { wire: 1, key: randomBytes(16).toString('hex') } });
    expect(other.json.player).not.toBe(seat?.player);
  });
  it('has the same place at another host, after a restart, and when the round is over', async () => {
    const store = await newStore();
    const one = await newHost(store);
    await begin(one);
    const body = { wire: 1, key: randomBytes(16).toString('hex'), name: 'Ada' };
    const { json: seat } = await ask(one, '/api/join', { body });
    await one.command((competition) => turn(competition, 'end'));
    await one.close();
    const two = await newHost(store);
    expect((await ask(two, '/api/join', { body })).json).toEqual(seat);
  });
  it('is given no place by a key whose place went to another device, or was taken away', async () => {
    const { host } = await newClass();
    const bodies = ['Ada', 'Grace'].map((name) => ({ wire: 1, key: randomBytes(16).toString('hex'), name }));
    const [moved, out] = await Promise.all(bodies.map(async (body) => (await ask(host, '/api/join', { body })).json));
    const hash = createHash('sha256').update('abcdefgh').digest('hex');
    await host.command((competition) => newCode(competition, moved.player, hash));
    await ask(host, '/api/device', { body: { wire: 1, code: 'abcdefgh' } });
    await host.command((competition) => kick(competition, out.player));
    for (const body of bodies) {
      const { status, json } = await ask(host, '/api/join', { body });
      expect([status, json.type]).toEqual([401, `${problemTag}token`]);
      expect(JSON.stringify(json)).not.toContain('"token":');
    }
  });
  it('goes on on another device with a code, once, and the old device is out', async () => {
    const { host } = await newClass();
    const { player, token } = await joined(host, 'Ada');
    const code = 'abcdefgh';
    const hash = createHash('sha256').update(code).digest('hex');
    await host.command((competition) => newCode(competition, player, hash));
    const moved = await ask(host, '/api/device', { body: { wire: 1, code } });
    expect(moved.json).toMatchObject({ player, name: 'Ada' });
    expect((await ask(host, '/api/me', { token: moved.json.token })).status).toBe(200);
    const old = await ask(host, '/api/me', { token });
    expect([old.status, old.json.type, old.headers['www-authenticate']]).toEqual([401, `${problemTag}token`, 'Bearer']);
    const again = await ask(host, '/api/device', { body: { wire: 1, code } });
    expect([again.status, again.json.type]).toEqual([403, `${problemTag}code`]);
  });
  it('who was taken out is told so', async () => {
    const { host } = await newClass();
    const { player, token } = await joined(host);
    await host.command((competition) => kick(competition, player));
    expect((await ask(host, '/api/me', { token })).json.type).toBe(`${problemTag}token`);
    expect((await ask(host, '/api/moves', { token, body: { began: [], moves: [] } })).status).toBe(401);
  });
});

describe('moves', () => {
  it('that are sent twice, also at the same time, are kept once', async () => {
    const { host, store } = await newClass();
    const seat = await joined(host);
    const moves = wellPlayed(await seedOf(host, seat));
    const send = () => ask(host, '/api/moves', { token: seat.token, body: movesOf(moves) });
    const replies = [...(await Promise.all([send(), send(), send()])), await send()];
    for (const { json } of replies) expect(json).toEqual({ kept: { [firstAttempt]: moves.length }, refused: [] });
    const events = await store.read(0);
    expect(events.filter(({ event }) => event.type === 'moved')).toHaveLength(moves.length);
  });
  it('of which the first stand already count as they stand', async () => {
    const { host } = await newClass();
    const seat = await joined(host);
    const [first, ...others] = wellPlayed(await seedOf(host, seat));
    if (!first) throw new Error('no moves');
    const wrong = { ...first, choice: 'http' };
    await ask(host, '/api/moves', { token: seat.token, body: movesOf([first]) });
    const { json } = await ask(host, '/api/moves', { token: seat.token, body: movesOf([wrong as typeof first]) });
    expect(json).toEqual({
      kept: { [firstAttempt]: 1 },
      refused: [{ attempt: firstAttempt, index: 0, says: expect.stringContaining('first answer counts') }],
    });
    const rest = await ask(host, '/api/moves', { token: seat.token, body: movesOf(others, firstAttempt, 1) });
    expect(rest.json.kept).toEqual({ [firstAttempt]: others.length + 1 });
  });
  it('that come before those before them are refused, with what must come first', async () => {
    const { host } = await newClass();
    const seat = await joined(host);
    const moves = wellPlayed(await seedOf(host, seat));
    const body = { ...movesOf(moves.slice(1), firstAttempt, 1), began: movesOf([]).began };
    const { json } = await ask(host, '/api/moves', { token: seat.token, body });
    expect(json.kept).toEqual({ [firstAttempt]: 0 });
    expect(json.refused[0]).toEqual({ attempt: firstAttempt, index: 1, says: expect.stringMatching(/comes first/) });
  });
  it.each<[string, (moves: ReturnType<typeof wellPlayed>) => ReturnType<typeof wellPlayed>]>([
    ['takes a right answer back', ([first]) => (first ? [first, { move: 'rewind' }] : [])],
    ['answers after the end', (moves) => [...moves, ...moves.slice(-1)]],
    ['answers in another order', (moves) => [...moves].reverse()],
    [
      'reads the third hint before the first',
      () => [{ move: 'hint', step: level.acts[0]?.steps[0]?.id ?? '', tier: 3 }],
    ],
  ])('nobody can have made count for nothing: %s', async (_does, forge) => {
    const { host } = await newClass();
    const seat = await joined(host);
    const body = movesOf(forge(wellPlayed(await seedOf(host, seat))));
    await ask(host, '/api/moves', { token: seat.token, body });
    const attempt = await until(async () => {
      const { json } = await ask(host, '/api/me', { token: seat.token });
      return (json as Standing).attempts.find(({ fault }) => fault !== undefined);
    });
    expect(attempt).toMatchObject({ points: 0, stars: 0 });
    const { json } = await ask(host, '/api/me', { token: seat.token });
    expect(json.points).toBe(0);
  });
  it('after the end of the round do not count', async () => {
    const { host } = await newClass();
    const seat = await joined(host);
    const moves = wellPlayed(await seedOf(host, seat));
    await host.command((competition) => turn(competition, 'end'));
    const { json } = await ask(host, '/api/moves', { token: seat.token, body: movesOf(moves) });
    expect(json.kept).toEqual({ [firstAttempt]: 0 });
    expect(json.refused[0].says).toMatch(/ended/);
  });
  it('wait while the round is paused', async () => {
    const { host } = await newClass();
    const seat = await joined(host);
    const moves = wellPlayed(await seedOf(host, seat));
    await host.command((competition) => turn(competition, 'pause'));
    const { status, json } = await ask(host, '/api/moves', { token: seat.token, body: movesOf(moves) });
    expect([status, json.type]).toEqual([409, `${problemTag}later`]);
  });
});

describe('a host', () => {
  it('grades after a restart what was moved before, and is the same host', async () => {
    const folder = newFolder();
    const store = await newStore(folder);
    // Graders that never answer.
    const stuck = new URL(
      `data:text/javascript,${encodeURIComponent("import 'node:worker_threads'; setInterval(() => {}, 1000);")}`,
    );
    const before = await newHost(store, { grader: stuck });
    await begin(before);
    const seat = await joined(before, 'Ada');
    const moves = wellPlayed(await seedOf(before, seat));
    await ask(before, '/api/moves', { token: seat.token, body: movesOf(moves) });
    expect(before.competition().ungraded.size).toBe(1);
    const { created } = before.competition();
    await before.close();
    await store.close();

    const after = await newHost(await newStore(folder));
    expect(after.competition().created).toEqual(created);
    const me = await until(async () => {
      const { json } = await ask(after, '/api/me', { token: seat.token });
      return json.points === 100 && json;
    });
    expect(me.attempts[0]).toMatchObject({ kept: moves.length, stars: 3 });
  });
  it('shares a log with another: each sees what came to the other, and an attempt is graded once', async () => {
    const store = await newStore();
    const [one, two] = [await newHost(store), await newHost(store)];
    await begin(one);
    const seats = await Promise.all([one, two, one, two].map((host) => joined(host)));
    const seen = () => [one, two].map((host) => host.competition().players.size).join();
    await until(() => seen() === '4,4');
    for (const [index, seat] of seats.entries()) {
      const [here, there] = index % 2 ? [one, two] : [two, one];
      const moves = wellPlayed(await seedOf(here, seat));
      await ask(here, '/api/moves', { token: seat.token, body: movesOf(moves.slice(0, 1)) });
      await until(() => there.competition().players.get(seat.player)?.attempts.get(firstAttempt)?.moves.length === 1);
      await ask(there, '/api/moves', { token: seat.token, body: movesOf(moves.slice(1), firstAttempt, 1) });
    }
    await until(() => one.competition().ungraded.size + two.competition().ungraded.size === 0);
    const graded = (await store.read(0)).flatMap(({ event }) => (event.type === 'graded' ? [event] : []));
    const keys = graded.map(({ player, attempt, moves, regrade }) => [player, attempt, moves, regrade].join());
    expect(new Set(keys).size).toBe(keys.length);
    expect(graded.filter(({ points }) => points === 100)).toHaveLength(4);
  });
  it('grades a level anew when the teacher wants it', async () => {
    const { host, store } = await newClass();
    const seat = await joined(host);
    await ask(host, '/api/moves', { token: seat.token, body: movesOf(wellPlayed(await seedOf(host, seat))) });
    await until(() => host.competition().ungraded.size === 0);
    await host.command((competition) => regrade(competition, level.id));
    await until(() => host.competition().ungraded.size === 0);
    const graded = (await store.read(0)).flatMap(({ event }) => (event.type === 'graded' ? [event.regrade] : []));
    expect(graded).toEqual([0, 1]);
  });
  it('keeps nothing of a player who is erased', async () => {
    const { host, store } = await newClass();
    const seat = await joined(host, 'Ada');
    await ask(host, '/api/moves', { token: seat.token, body: movesOf(wellPlayed(await seedOf(host, seat))) });
    await host.erase(seat.player);
    expect(host.competition().players.size).toBe(0);
    expect(JSON.stringify((await store.read(0)).map(({ event }) => event))).not.toContain('Ada');
    expect((await ask(host, '/api/me', { token: seat.token })).status).toBe(401);
  });
  it('forgets a player who is erased at another host', async () => {
    const store = await newStore();
    const [one, two] = [await newHost(store), await newHost(store)];
    await begin(one);
    const seat = await joined(one, 'Ada');
    await until(() => two.competition().players.has(seat.player));
    await one.erase(seat.player);
    await until(() => two.competition().players.size === 0);
    expect([two.competition().names.size, two.competition().tokens.size]).toEqual([0, 0]);
    expect((await ask(two, '/api/me', { token: seat.token })).status).toBe(401);
    expect((await ask(two, '/api/board')).text).not.toContain('Ada');
  });
  it('answers 503, and when to come again, where the store keeps nothing', async () => {
    const store = await newStore();
    let isFull = false;
    const full: EventStore = {
      ...store,
      append: async (batch) => {
        if (isFull) throw new StoreFault('The disk is full.');
        return store.append(batch);
      },
    };
    const host = await newHost(full);
    await begin(host);
    const seat = await joined(host);
    const moves = wellPlayed(await seedOf(host, seat));
    isFull = true;
    for (const [path, body] of [
      ['/api/join', { wire: 1 }],
      ['/api/moves', movesOf(moves)],
    ] as const) {
      const { status, headers, json } = await ask(host, path, { token: seat.token, body });
      expect([status, headers['retry-after'], json.type]).toEqual([503, '5', `${problemTag}later`]);
    }
    isFull = false;
    const { json } = await ask(host, '/api/moves', { token: seat.token, body: movesOf(moves) });
    expect(json.kept).toEqual({ [firstAttempt]: moves.length });
  });
  it('says why it cannot listen', async () => {
    const { host, store } = await newClass();
    await expect(newHost(store, { port: host.port, grader })).rejects.toThrow(/port \d+ already/);
  });
});

it('a second attempt has a seed of its own', async () => {
  const { host } = await newClass();
  const seat = await joined(host);
  const seeds = [
    await seedOf(host, seat),
    await seedOf(host, seat, secondAttempt),
    await seedOf(host, await joined(host)),
  ];
  expect(new Set(seeds).size).toBe(3);
});
