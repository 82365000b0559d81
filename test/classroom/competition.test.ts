import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyEvents,
  emptyCompetition,
  isOver,
  partsOf,
  playerOf,
  playersIn,
  roundOf,
} from '../../src/classroom/competition.ts';
import type { CompetitionEvent } from '../../src/classroom/events.ts';
import {
  ada,
  began,
  bob,
  created,
  cyd,
  folded,
  freeze,
  graded,
  hashOf,
  joined,
  moved,
  opened,
  round,
  running,
  solved,
  someEvents,
  state,
  stored,
  tokenOf,
} from './logs.ts';

const attemptOf = (competition: ReturnType<typeof folded>, player = ada, id = '1/one/1') =>
  competition.players.get(player)?.attempts.get(id);

describe('the fold', () => {
  it('begins with nothing, and knows after its events what happened', () => {
    const competition = folded(...running, began(ada, '1/one/1'), moved(ada, '1/one/1', 0));
    expect(competition.number).toBe(8);
    expect(competition.created).toEqual(created);
    expect(competition.state).toBe('running');
    expect(competition.runningSince).toBe(6000);
    expect(roundOf(competition)).toMatchObject({ number: 1, title: 'First', levels: [{ id: 'one' }, { id: 'two' }] });
    expect(playersIn(competition).map(({ name }) => name)).toEqual(['Ada', 'Bob', 'Cyd']);
    expect(playerOf(competition, tokenOf(ada))?.name).toBe('Ada');
    expect(attemptOf(competition)).toMatchObject({ nth: 1, level: 'one', at: 7000, moves: [{ number: 8, at: 8000 }] });
  });
  it('in one go is the fold in pieces, and events that come again change nothing', () => {
    fc.assert(
      fc.property(someEvents, fc.nat(), fc.nat(5), (events, cut, again) => {
        const all = stored([...running, ...events]);
        const at = cut % all.length;
        const pieces = applyEvents(
          applyEvents(emptyCompetition(), all.slice(0, at)),
          all.slice(Math.max(0, at - again)),
        );
        expect(pieces).toEqual(applyEvents(emptyCompetition(), all));
      }),
    );
  });
  it('takes a player who joined twice at the same moment once, with what was done since', () => {
    const before = folded(...running, began(ada, '1/one/1'), moved(ada, '1/one/1', 0));
    const players = structuredClone([...before.players]);
    const [again] = stored([joined(ada, 'Other')], before.number);
    applyEvents(before, again ? [again] : []);
    expect([...before.players]).toEqual(players);
    expect(before.names.size).toBe(3);
  });
  it('does not change its events', () => {
    fc.assert(
      fc.property(someEvents, (events) => {
        const all = stored([...running, ...events]);
        const before = structuredClone(all);
        applyEvents(emptyCompetition(), all);
        expect(all).toEqual(before);
      }),
    );
  });
  it('of a log in which a player was erased is what a host knows that went on running', () => {
    fc.assert(
      fc.property(someEvents, someEvents, (before, after) => {
        const kept = stored([...running, ...before]);
        const said = stored([{ type: 'erased', player: bob }, ...after], kept.length);
        const live = applyEvents(applyEvents(emptyCompetition(), kept), said);
        const erased = kept.map((one) =>
          'player' in one.event && one.event.player === bob ? { ...one, event: { type: 'erased' } as const } : one,
        );
        expect(applyEvents(applyEvents(emptyCompetition(), erased), said)).toEqual(live);
        expect(JSON.stringify([...live.names, ...live.players])).not.toMatch(/Bob|bbbb/);
      }),
    );
  });
  it('reads 100,000 events in a moment', () => {
    const players = Array.from({ length: 300 }, (_, index) => index.toString(16).padStart(16, '0'));
    const plays = players.flatMap((player) =>
      Array.from({ length: 9 }, (_, nth) => [
        began(player, `1/one/${nth + 1}`),
        ...Array.from({ length: 18 }, (_, index) => [
          moved(player, `1/one/${nth + 1}`, index),
          graded(player, `1/one/${nth + 1}`, index + 1, index),
        ]).flat(),
      ]).flat(),
    );
    const log = stored([created, round(), ...players.map((player, at) => joined(player, `Player ${at}`)), ...plays]);
    expect(log.length).toBeGreaterThan(100_000);
    const competition = applyEvents(emptyCompetition(), log);
    expect(competition.ungraded.size).toBe(0);
    expect(attemptOf(competition, players[299], '1/one/9')?.moves.length).toBe(18);
  });
});

describe('a round', () => {
  it('that is new is in its lobby, and its board moves', () => {
    const competition = folded(...running, freeze(), state('ended'), round(['three'], {}, 'Second'));
    expect(competition).toMatchObject({ state: 'lobby', frozen: undefined });
    expect(roundOf(competition)).toMatchObject({ number: 2, title: 'Second' });
  });
  it('that is revealed has a board that moves; a second freeze does not move the first', () => {
    expect(folded(...running, freeze(), moved(ada, '1/one/1', 0), freeze()).frozen).toBe(7);
    expect(folded(...running, freeze(), state('ended')).frozen).toBe(7);
    expect(folded(...running, freeze(), state('ended'), state('revealed')).frozen).toBeUndefined();
    expect(folded(...running, freeze(), freeze(false)).frozen).toBeUndefined();
  });
});

describe('a token', () => {
  const code: CompetitionEvent = { type: 'code', player: ada, code: '7'.repeat(64) };
  const device: CompetitionEvent = { type: 'device', player: ada, code: '7'.repeat(64), token: '8'.repeat(64) };
  it('is void once another device goes on, and the code with it', () => {
    const competition = folded(...running, code, device);
    expect(playerOf(competition, tokenOf(ada))).toBeUndefined();
    expect(playerOf(competition, '8'.repeat(64))?.id).toBe(ada);
    expect(competition.codes.size).toBe(0);
  });
  it('is void once the player is out, and codes are', () => {
    for (const banned of [true, false]) {
      const competition = folded(...running, code, { type: 'kicked', player: ada, banned });
      expect(playerOf(competition, tokenOf(ada))).toBeUndefined();
      expect(competition.codes.size).toBe(0);
      expect(competition.players.get(ada)?.standing).toBe(banned ? 'banned' : 'kicked');
      expect(playersIn(competition).map(({ id }) => id)).toEqual([bob, cyd]);
      // What follows of somebody who is out gives nothing back.
      const late = applyEvents(competition, stored([code, device], competition.number));
      expect([late.tokens.size, late.codes.size]).toEqual([2, 0]);
    }
  });
  it('is not given by an older code of the player', () => {
    const competition = folded(...running, code, { ...code, code: '9'.repeat(64) });
    expect([...competition.codes.keys()]).toEqual(['9'.repeat(64)]);
  });
});

describe('an attempt', () => {
  const play = [...running, began(ada, '1/one/1'), moved(ada, '1/one/1', 0), moved(ada, '1/one/1', 1)];
  it('keeps what it began with, and its moves in order, each once', () => {
    const competition = folded(...play, began(ada, '1/one/1'), moved(ada, '1/one/1', 1), moved(ada, '1/one/1', 3));
    expect(attemptOf(competition)?.moves.map(({ number }) => number)).toEqual([8, 9]);
    expect(attemptOf(competition)?.contentHash).toBe(hashOf('one'));
  });
  it('has the grade of the most moves of the newest grading, in whichever order they come', () => {
    const grades = [
      graded(ada, '1/one/1', 1, 10),
      graded(ada, '1/one/1', 2, 20),
      graded(ada, '1/one/1', 1, 5, { regrade: 1 }),
    ];
    const pointsAfter = (...of: number[]) =>
      attemptOf(folded(...play, ...of.flatMap((index) => grades[index] ?? [])))?.grade?.points;
    expect([pointsAfter(0, 1), pointsAfter(1, 0), pointsAfter(0, 1, 2), pointsAfter(2, 1, 0)]).toEqual([20, 20, 5, 5]);
  });
  it('has no grade of moves that are not there', () => {
    expect(attemptOf(folded(...play, graded(ada, '1/one/1', 3, 30)))?.grade).toBeUndefined();
  });
  it('is to be graded while its grade lacks moves or is of an older grading', () => {
    const waiting = (...more: CompetitionEvent[]) => [...folded(...play, ...more).ungraded].map(({ id }) => id);
    const whole = graded(ada, '1/one/1', 2, 20);
    const again: CompetitionEvent = { type: 'regrade', level: 'one', regrade: 1 };
    expect(waiting()).toEqual(['1/one/1']);
    expect(waiting(graded(ada, '1/one/1', 1, 20))).toEqual(['1/one/1']);
    expect(waiting(whole)).toEqual([]);
    expect(waiting(whole, again)).toEqual(['1/one/1']);
    expect(waiting(whole, again, { ...whole, regrade: 1 })).toEqual([]);
    expect(waiting(whole, { ...again, level: 'two' })).toEqual([]);
    expect(waiting({ type: 'kicked', player: ada, banned: false })).toEqual([]);
    expect(waiting({ type: 'erased', player: ada })).toEqual([]);
  });
  it('is over where the goal was met, or nobody can have played it', () => {
    const over = (...more: CompetitionEvent[]) => {
      const attempt = attemptOf(folded(...play, ...more));
      return attempt && isOver(attempt);
    };
    expect(over()).toBe(false);
    expect(over(graded(ada, '1/one/1', 1, 20, { outcome: 'missed' }))).toBe(false);
    expect(over(graded(ada, '1/one/1', 1, 20, { outcome: 'met' }))).toBe(true);
    expect(over(graded(ada, '1/one/1', 1, 0, { fault: 'No.' }))).toBe(true);
  });
  it('keeps beside a grade that came after the freeze the one before it', () => {
    const competition = folded(
      ...play,
      graded(ada, '1/one/1', 1, 10),
      freeze(),
      graded(ada, '1/one/1', 2, 20),
      ...solved(bob, '1/one/1'),
    );
    expect(attemptOf(competition)).toMatchObject({ grade: { points: 20 }, earlier: { points: 10 } });
    expect(attemptOf(competition, bob)).toMatchObject({ grade: { points: 100 }, earlier: undefined });
    const later = applyEvents(competition, stored([graded(ada, '1/one/1', 2, 30, { regrade: 1 })], competition.number));
    expect(attemptOf(later)).toMatchObject({ grade: { points: 30 }, earlier: { points: 10 } });
  });
});

describe('the id of an attempt', () => {
  it.each([
    ['1/one/1', { round: 1, level: 'one', nth: 1 }],
    ['999/a-b-9/99', { round: 999, level: 'a-b-9', nth: 99 }],
    ['0/one/1', undefined],
    ['1/one/0', undefined],
    ['1/one', undefined],
    ['1/One/1', undefined],
    ['1/../1', undefined],
    ['1/one/1\n', undefined],
    ['', undefined],
  ])('%j says %j', (id, parts) => {
    expect(partsOf(id)).toEqual(parts);
  });
});

it('names stay taken, also those that a player had before', () => {
  const competition = folded(...opened, { type: 'renamed', player: ada, name: 'Ida' });
  expect([competition.names.get('ada'), competition.names.get('ida')]).toEqual([ada, ada]);
});
it('where the board stands still, only what concerns names and states shows', () => {
  const shown = (...more: CompetitionEvent[]) => folded(...running, freeze(), ...more).shown;
  expect(shown()).toBe(7);
  expect(shown(...solved(ada, '1/one/1'), joined('d'.repeat(16), 'Dora'))).toBe(7);
  expect(shown({ type: 'renamed', player: ada, name: 'Ida' })).toBe(8);
  expect(shown({ type: 'kicked', player: ada, banned: true })).toBe(8);
  expect(folded(...running, ...solved(ada, '1/one/1')).shown).toBe(9);
});
