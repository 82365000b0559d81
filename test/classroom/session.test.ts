import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { News } from '../../src/classroom/followEvents.ts';
import { openSession } from '../../src/classroom/session.ts';
import { problemTag, type Standing } from '../../src/classroom/wire.ts';
import { contentHash, type Move } from '../../src/game/attempt.ts';
import type { Level } from '../../src/game/level.ts';
import { type AttemptLog, dated, type LogEvent, nothingYet } from '../../src/game/progress.ts';
import { openLog } from '../../src/store/log.ts';
import { levelFiles, loadShipped } from '../shipped.ts';
import { type Fault, fakeHost, fakeTime } from './fakeHost.ts';

const home = mkdtempSync(join(tmpdir(), 'https-quest-session-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
let folders = 0;

const [first, second] = levelFiles.slice(0, 2).map((file) => {
  const loaded = loadShipped(file);
  if (!('level' in loaded)) throw new Error(file);
  return loaded.level;
}) as [Level, Level];
const hashed = [first, second].map((level) => ({ id: level.id, contentHash: contentHash(level) }));

/** What a disk keeps, without the disk. */
function memoryLog(): AttemptLog {
  const events: LogEvent[] = [];
  return {
    progress: nothingYet.progress,
    history: () => [...events],
    notices: [],
    record: (event) => void events.push(dated(event, new Date(1_770_000_000_000))),
  };
}

let draws = 0;
function playing({ host = fakeHost(hashed), log = memoryLog(), standing }: Partial<Given> = {}) {
  const time = fakeTime();
  const kept: Standing[] = [];
  const session = openSession({
    transport: host.transport,
    token: host.token,
    log,
    standing,
    keepStanding: (now) => void kept.push(now),
    draw: () => (draws++).toString(16).padStart(18, '0'),
    after: time.after,
  });
  const begin = (level: Level) => {
    const { id, seed, says } = session.begin(level);
    session.log.record({ type: 'started', attempt: id, level: level.id, contentHash: contentHash(level), seed });
    return { id, seed, says };
  };
  const move = (id: string, choice: string) =>
    session.log.record({ type: 'moved', attempt: id, move: { move: 'answer', step: 'door', choice } });
  return { host, log, time, session, kept, begin, move };
}
interface Given {
  readonly host: ReturnType<typeof fakeHost>;
  readonly log: AttemptLog;
  readonly standing: Standing | undefined;
}
const choicesOf = (moves: readonly Move[] | undefined) => moves?.map((move) => ('choice' in move ? move.choice : ''));

const open: News = { what: 'open' };
const place: News = { what: 'event', name: 'standing', number: 1, data: { number: 1 } };
const board: News = { what: 'event', name: 'board', number: 1, data: { number: 1 } };
const lost: News = { what: 'lost', again: 1000, trouble: { ok: false, why: 'away', says: 'The host is silent.' } };
const everyNews = [open, place, board, lost];

describe('what is played', () => {
  it('is sent in its order, with the seed and the beginning that the host gave', async () => {
    const { host, time, session, begin, move } = playing();
    await time.settle();
    const { id, seed, says } = begin(first);
    expect(says).toBeUndefined();
    expect(seed).toBe(host.standing().round.levels[0]?.attempts[0]?.seed);
    for (const choice of ['a', 'b', 'c']) move(id, choice);
    expect(session.state().unsent).toBe(3);
    await time.settle();
    expect(session.state().unsent).toBe(0);
    expect(choicesOf(host.kept.get(`1/${first.id}/1`))).toEqual(['a', 'b', 'c']);
    session.close();
  });

  it('goes in batches that the host takes', async () => {
    const { host, time, session, begin, move } = playing();
    await time.settle();
    const { id } = begin(first);
    for (let index = 0; index < 120; index++) move(id, `c${index}`);
    await time.settle();
    expect(host.order).toHaveLength(120);
    expect(host.requests.filter((request) => request.startsWith('POST')).length).toBeLessThanOrEqual(4);
    session.close();
  });

  it('waits on this disk while the host is away, and is tried again after 1, 2, 4 ... 30 seconds', async () => {
    const { host, time, session, begin, move } = playing();
    await time.settle();
    const { id } = begin(first);
    await time.settle();
    host.faults.push(...Array<Fault>(7).fill('lost'));
    time.waits.length = 0;
    move(id, 'a');
    await time.settle();
    // A move that comes meanwhile does not hurry it.
    move(id, 'b');
    await time.settle();
    expect(session.state()).toMatchObject({ unsent: 2, away: 'The host does not answer.' });
    while (host.faults.length) await time.pass();
    while (session.state().unsent) await time.pass();
    expect(time.waits.filter((ms) => ms !== 3000)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    expect(choicesOf(host.kept.get(`1/${first.id}/1`))).toEqual(['a', 'b']);
    expect(session.log.notices).toEqual([
      'The host does not answer. Play on: what you do is kept here, and sent later.',
      'The host is there again.',
    ]);
    session.close();
  });

  it('is asked for at once where somebody asks', async () => {
    const { host, time, session, begin, move } = playing();
    await time.settle();
    const { id } = begin(first);
    await time.settle();
    host.faults.push('lost');
    move(id, 'a');
    await time.settle();
    expect(session.state().unsent).toBe(1);
    session.look();
    await time.settle();
    expect(session.state().unsent).toBe(0);
    session.close();
  });

  it('is sent by the next start, from the log alone', async () => {
    const folder = join(home, `data-${folders++}`);
    const host = fakeHost(hashed);
    const before = playing({ host, log: openLog(folder) });
    await before.time.settle();
    const { id } = before.begin(first);
    before.move(id, 'a');
    await before.time.settle();
    host.faults.push('cut', ...Array<Fault>(3).fill('lost'));
    before.move(id, 'b');
    await before.time.settle();
    before.move(id, 'c');
    await before.time.settle();
    before.session.close();
    host.faults.length = 0;
    const asked = host.requests.length;
    const after = playing({ host, log: openLog(folder), standing: before.kept.at(-1) });
    expect(after.session.log.progress.unfinished[first.id]?.attempt.moves).toHaveLength(3);
    // What the host kept without saying so is as good as unsent, until it is asked.
    expect(after.session.state().unsent).toBe(2);
    await after.time.settle();
    expect(after.session.state().unsent).toBe(0);
    expect(choicesOf(host.kept.get(`1/${first.id}/1`))).toEqual(['a', 'b', 'c']);
    // It asked first, and sent only what was missing.
    expect(host.requests.slice(asked)).toEqual(['GET /api/me', 'POST /api/moves']);
    expect(host.bodies.at(-1)).toMatchObject({ began: [], moves: [{ index: 2 }] });
    after.session.close();
  });

  it('comes to the host once and in order, whatever the line and the machine do', async () => {
    const fault = fc.constantFrom<Fault>('lost', 'cut', 'twice', 'late', 'part', 'garbage', 'busy', 'none');
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ does: fc.constant('move' as const), times: fc.integer({ min: 1, max: 60 }) }),
      },
      {
        weight: 3,
        arbitrary: fc.record({ does: fc.constant('faults' as const), faults: fc.array(fault, { maxLength: 4 }) }),
      },
      { weight: 2, arbitrary: fc.record({ does: fc.constant('pass' as const) }) },
      { weight: 2, arbitrary: fc.record({ does: fc.constant('settle' as const) }) },
      { weight: 1, arbitrary: fc.record({ does: fc.constant('kill' as const) }) },
      { weight: 1, arbitrary: fc.record({ does: fc.constant('begin' as const) }) },
      { weight: 2, arbitrary: fc.record({ does: fc.constant('tell' as const), news: fc.constantFrom(...everyNews) }) },
    );
    let most = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        const log = memoryLog();
        const host = fakeHost(hashed, 9);
        let now = playing({ host, log });
        await now.time.settle();
        let { id } = now.begin(first);
        const played: string[] = [];
        for (const one of steps) {
          if (one.does === 'faults') host.faults.push(...one.faults);
          if (one.does === 'pass') await now.time.pass();
          if (one.does === 'settle') await now.time.settle();
          if (one.does === 'tell') host.tell(one.news);
          if (one.does === 'begin') {
            const next = now.begin(first);
            if (!next.says) id = next.id;
          }
          if (one.does === 'kill') {
            now.session.close();
            now = playing({ host, log, standing: now.kept.at(-1) ?? host.standing() });
          }
          if (one.does !== 'move') continue;
          for (let index = 0; index < one.times; index++) {
            played.push(`m${played.length}`);
            now.move(id, played.at(-1) ?? '');
          }
        }
        for (let turn = 0; now.session.state().unsent && turn < 200; turn++) await now.time.pass();
        now.session.close();
        most = Math.max(most, host.order.length);
        expect(choicesOf(host.order.map(({ move }) => move))).toEqual(played);
        for (const [, moves] of host.kept) expect(new Set(choicesOf(moves)).size).toBe(moves.length);
      }),
      { numRuns: 150 },
    );
    expect(most).toBeGreaterThan(100);
  });

  it('is not sent any more where the host refused it, and that is said once', async () => {
    const { host, time, session, begin, move } = playing();
    await time.settle();
    const { id } = begin(first);
    await time.settle();
    host.refusing.set(`1/${first.id}/1`, 'This attempt was closed.');
    move(id, 'a');
    move(id, 'b');
    await time.settle();
    move(id, 'c');
    await time.settle();
    expect(session.state().unsent).toBe(0);
    expect(session.log.notices).toEqual(['This attempt was closed.']);
    // It is not gone on with, and the next one counts.
    expect(session.log.progress.unfinished).toEqual({});
    expect(session.begin(first)).toMatchObject({ seed: host.standing().round.levels[0]?.attempts[1]?.seed });
    session.close();
  });

  it('is not sent again and again to a host that keeps nothing', async () => {
    const { host, time, session, begin, move } = playing();
    await time.settle();
    const { id } = begin(first);
    await time.settle();
    host.faults.push(...Array<Fault>(6).fill('none'));
    move(id, 'a');
    await time.settle();
    expect(host.faults).toHaveLength(5);
    for (let turn = 0; turn < 20; turn++) await time.pass();
    expect(session.state().unsent).toBe(0);
    session.close();
  });
});

describe('a host that says by itself when something changes', () => {
  const told = async () => {
    const now = playing();
    await now.time.settle();
    const tell = async (news: News) => {
      now.host.tell(news);
      await now.time.settle();
    };
    await tell(open);
    // The wait that began before.
    await now.time.pass();
    const asked = now.host.requests.length;
    now.time.waits.length = 0;
    return { ...now, tell, asks: () => now.host.requests.length - asked };
  };

  it('is followed once, and asked seldom, and when it says that the own place changed', async () => {
    const { host, time, session, tell, asks } = await told();
    await tell(board);
    expect(asks()).toBe(0);
    host.become('paused');
    await tell(place);
    expect(session.state().standing?.state).toBe('paused');
    expect([asks(), time.waits]).toEqual([1, [30_000]]);
    await time.pass();
    expect([asks(), time.waits, host.followed()]).toEqual([2, [30_000, 30_000], 1]);
    session.close();
    await time.settle();
    expect(host.tell(place)).toBe(false);
  });

  it('is asked once more soon where it answers as before: another of its hosts may not know it yet', async () => {
    const { host, time, session, tell, asks } = await told();
    await tell(place);
    expect([asks(), time.waits]).toEqual([1, [3000]]);
    host.become('paused');
    await time.pass();
    expect(session.state().standing?.state).toBe('paused');
    expect([asks(), time.waits]).toEqual([2, [3000, 30_000]]);
    session.close();
  });

  it('is asked once more where it says so while it is being asked', async () => {
    const { host, time, session, asks } = await told();
    host.tell(place);
    host.tell(place);
    await Promise.resolve();
    host.tell(place);
    await time.settle();
    expect(asks()).toBe(2);
    session.close();
  });

  it('is asked at once when it says no more, and then as often as before, until it does again', async () => {
    const { host, time, session, tell, asks } = await told();
    await tell(lost);
    expect([asks(), time.waits]).toEqual([1, [3000]]);
    await tell(lost);
    expect(asks()).toBe(1);
    await time.pass();
    await time.pass();
    expect([asks(), time.waits]).toEqual([3, [3000, 3000, 3000]]);
    await tell(open);
    await time.pass();
    expect([asks(), time.waits.at(-1), host.followed()]).toEqual([4, 30_000, 1]);
    session.close();
  });

  it('that was away is asked at once when its events come again', async () => {
    const { host, time, session, begin, move, tell } = await told();
    const { id } = begin(first);
    await time.settle();
    host.faults.push('lost', 'lost');
    await tell(lost);
    await time.pass();
    move(id, 'a');
    await time.settle();
    expect(session.state()).toMatchObject({ unsent: 1, away: 'The host does not answer.' });
    await tell(open);
    expect(session.state()).toMatchObject({ unsent: 0, away: undefined });
    session.close();
  });

  it('and refuses the events, is asked why', async () => {
    const { host, session, tell } = await told();
    host.say({ type: `${problemTag}token`, detail: 'You were taken out by the teacher.' });
    await tell({ what: 'refused', answer: { ok: true, status: 401, headers: {}, body: undefined } });
    expect(session.state().over?.word).toBe('token');
    expect(host.tell(open)).toBe(false);
    session.close();
  });

  it('gives no events to so many, is asked as often as without', async () => {
    const { host, time, session } = playing();
    await time.settle();
    host.tell(lost);
    for (let turn = 0; turn < 3; turn++) await time.pass();
    expect(time.waits).toEqual([3000, 3000, 3000, 3000]);
    session.close();
  });
});

describe('the next attempt', () => {
  it('is there without the host, one after the other, and then it is practice', async () => {
    const { host, time, session, begin } = playing();
    await time.settle();
    host.faults.push(...Array<Fault>(50).fill('lost'));
    const seeds = host.standing().round.levels[0]?.attempts.map(({ seed }) => seed);
    expect([begin(first).seed, begin(first).seed]).toEqual(seeds);
    const recorded = session.log.history().length;
    const practice = begin(first);
    expect(practice.says).toBe('You have had your 2 attempts. What you play now is practice, and does not count.');
    expect(seeds).not.toContain(practice.seed);
    expect(session.log.history()).toHaveLength(recorded);
    session.close();
  });

  it('is not one that another device began', async () => {
    const host = fakeHost(hashed);
    host.kept.set(`1/${first.id}/1`, [{ move: 'rewind' }]);
    const { time, session } = playing({ host });
    await time.settle();
    expect(session.begin(first).seed).toBe(host.standing().round.levels[0]?.attempts[1]?.seed);
    session.close();
  });

  it('takes the place of one of which the host has more than this log', async () => {
    const { host, log, time, session, begin, move } = playing();
    await time.settle();
    move(begin(first).id, 'a');
    await time.settle();
    session.close();
    host.kept.get(`1/${first.id}/1`)?.push({ move: 'rewind' });
    const after = playing({ host, log });
    await after.time.settle();
    expect(after.session.state().unsent).toBe(0);
    expect(after.session.log.progress.unfinished).toEqual({});
    expect(after.session.begin(first).seed).toBe(host.standing().round.levels[0]?.attempts[1]?.seed);
    after.session.close();
  });

  it('begins at the first again in the next round, whose progress is its own', async () => {
    const { host, time, session, begin, move } = playing();
    await time.settle();
    move(begin(first).id, 'a');
    await time.settle();
    expect(Object.keys(session.log.progress.unfinished)).toEqual([first.id]);
    host.nextRound();
    await time.pass();
    expect(session.log.progress.unfinished).toEqual({});
    const { seed } = host.standing().round.levels[0]?.attempts[0] ?? {};
    expect(session.begin(first).seed).toBe(seed);
    session.close();
  });

  it.each([
    ['of a round that is over', 'The round is over.', (host: Given['host']) => host.become('ended')],
    [
      'of another version',
      'Your game has another version of this level than the host. Get the game that the host has.',
      () => {},
      [{ id: first.id, contentHash: 'ab'.repeat(16) }],
    ],
    ['of another level', 'This level is not part of the round.', () => {}, [hashed[1] ?? { id: '', contentHash: '' }]],
  ])('is practice %s', async (_of, why, change, levels = hashed) => {
    const host = fakeHost(levels);
    change(host);
    const { time, session } = playing({ host });
    await time.settle();
    expect(session.begin(first).says).toBe(`${why} What you play now is practice, and does not count.`);
    session.close();
  });
});

describe('the player is told', () => {
  it.each([
    ['paused', 'The round is paused. Wait until it goes on.'],
    ['ended', 'The round is over. What you play from now on does not count.'],
  ] as const)('when the round is %s', async (state, says) => {
    const { host, time, session } = playing();
    await time.settle();
    host.become(state);
    await time.pass();
    expect(session.state().standing?.state).toBe(state);
    expect(session.log.notices).toEqual([says]);
    session.close();
  });

  it.each(['token', 'banned', 'version'])('that it is over, once: %s', async (word) => {
    const { host, time, session } = playing();
    await time.settle();
    host.say({ type: problemTag + word, detail: 'You were taken out by the teacher.' });
    await time.pass();
    const asked = host.requests.length;
    for (let turn = 0; turn < 5; turn++) await time.pass();
    session.look();
    await time.settle();
    expect(session.state().over).toEqual({ word, says: 'You were taken out by the teacher.' });
    expect(session.log.notices).toEqual(['You were taken out by the teacher.']);
    expect(host.requests.length).toBe(asked);
    session.close();
  });

  it('that the host takes nothing now, once, and it is sent when the host does', async () => {
    const { host, time, session, begin, move } = playing();
    await time.settle();
    const { id } = begin(first);
    await time.settle();
    host.faults.push(...Array<Fault>(4).fill('busy'));
    move(id, 'a');
    for (let turn = 0; turn < 12; turn++) await time.pass();
    expect(session.log.notices).toEqual(['The host has too much to do.']);
    expect(session.state()).toMatchObject({ unsent: 0, away: undefined });
    session.close();
  });
});
