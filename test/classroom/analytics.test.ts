import { describe, expect, it } from 'vitest';
import { heatMap, progressOf, stuckPlayers } from '../../src/classroom/analytics.ts';
import type { CompetitionEvent, EventOf } from '../../src/classroom/events.ts';
import type { Move } from '../../src/game/attempt.ts';
import {
  ada,
  answer,
  began,
  bob,
  cyd,
  folded,
  graded,
  moved,
  opened,
  rewind,
  round,
  running,
  solved,
  state,
} from './logs.ts';

const slip = (step: string, choice: string, misconception?: string): EventOf<'graded'>['slips'][number] => ({
  step,
  choice,
  ...(misconception === undefined ? {} : { misconception }),
});
const slipped = (player: string, attempt: string, ...slips: EventOf<'graded'>['slips']): CompetitionEvent[] => [
  began(player, attempt),
  moved(player, attempt, 0),
  graded(player, attempt, 1, 0, { slips }),
];
const play = (attempt: string, ...moves: Move[]): CompetitionEvent[] => [
  began(ada, attempt),
  ...moves.map((move, index) => moved(ada, attempt, index, move)),
];

describe('the heat map', () => {
  it('counts players, not answers, by belief and by wrong answer', () => {
    const log = [
      ...running,
      ...slipped(ada, '1/one/1', slip('ask', 'lock', 'lock-means-honest'), slip('ask', 'lock', 'lock-means-honest')),
      ...slipped(ada, '1/one/2', slip('ask', 'lock', 'lock-means-honest'), slip('end', 'early')),
      ...slipped(bob, '1/one/1', slip('ask', 'name', 'any-name-will-do')),
      ...slipped(cyd, '1/one/1', slip('ask', 'lock', 'lock-means-honest')),
      ...solved(bob, '1/two/1'),
    ];
    expect(heatMap(folded(...log))).toEqual([
      {
        level: 'one',
        players: 3,
        misconceptions: [
          {
            misconception: 'lock-means-honest',
            players: 2,
            answer: { step: 'ask', choice: 'lock', players: 2 },
          },
          {
            misconception: 'any-name-will-do',
            players: 1,
            answer: { step: 'ask', choice: 'name', players: 1 },
          },
        ],
        steps: [
          { step: 'ask', choice: 'lock', players: 2, wrong: 3 },
          { step: 'end', choice: 'early', players: 1, wrong: 1 },
        ],
      },
      { level: 'two', players: 1, misconceptions: [], steps: [] },
    ]);
    const without = folded(...log, { type: 'kicked', player: ada, banned: false });
    expect(heatMap(without)[0]).toMatchObject({
      players: 2,
      steps: [{ step: 'ask', choice: 'lock', players: 1, wrong: 2 }],
    });
    expect(heatMap(folded(...log, state('ended'), round(['one'])))).toEqual([
      { level: 'one', players: 0, misconceptions: [], steps: [] },
    ]);
  });
  it('is empty without a round', () => {
    expect(heatMap(folded())).toEqual([]);
  });
});

describe('who is stuck', () => {
  // Events are a second apart: the round runs from second 6, the attempt from second 7.
  const after = 60_000;
  const stuckAt = (seconds: number, ...log: CompetitionEvent[]) =>
    stuckPlayers(folded(...running, ...log), seconds * 1000, after);
  it('is who had no right answer for so long', () => {
    const log = play('1/one/1', answer('ask'), answer('end', 'wrong'), rewind);
    expect(stuckAt(67, ...log)).toEqual([]);
    expect(stuckAt(68, ...log)).toEqual([
      { player: ada, name: 'Ada', level: 'one', step: 'end', since: 8000, wrong: 0 },
    ]);
  });
  it.each<[string, Move[], number, string | undefined]>([
    ['nothing', [], 7000, undefined],
    ['a right answer', [answer('ask')], 8000, undefined],
    ['a hint', [answer('ask'), { move: 'hint', step: 'end', tier: 1 }], 8000, 'end'],
    ['a wrong answer', [answer('ask', 'wrong'), rewind], 7000, 'ask'],
    ['a right one after a wrong one', [answer('ask', 'wrong'), rewind, answer('ask')], 10_000, undefined],
  ])('stands after %s since the last right answer', (_, moves, since, step) => {
    const [stuck] = stuckAt(100, ...play('1/one/1', ...moves));
    expect([stuck?.since, stuck?.step]).toEqual([since, step]);
  });
  it('takes an answer that missed the goal for a wrong one', () => {
    const log = [
      ...play('1/one/1', answer('ask'), answer('end', 'wrong')),
      graded(ada, '1/one/1', 2, 0, { outcome: 'missed', slips: [slip('end', 'wrong')] }),
    ];
    expect(stuckAt(100, ...log)).toMatchObject([{ step: 'end', since: 8000, wrong: 1 }]);
  });
  it('is who was wrong three times at one decision, at once', () => {
    const wrong = [answer('ask', 'wrong'), rewind];
    const thrice = (...moves: Move[]) => [
      ...play('1/one/1', ...wrong, ...wrong, ...wrong, ...moves),
      graded(ada, '1/one/1', 6 + moves.length, 0, { slips: [1, 2, 3].map(() => slip('ask', 'wrong')) }),
    ];
    expect(stuckAt(15, ...thrice())).toMatchObject([{ step: 'ask', wrong: 3 }]);
    expect(stuckAt(15, ...thrice(answer('ask')))).toEqual([]);
  });
  it('is nobody who is done, or out, or in another round, and nobody in a pause', () => {
    const log = play('1/one/1', answer('ask'));
    expect(stuckAt(1000, ...solved(ada, '1/one/1'))).toEqual([]);
    expect(stuckAt(1000, ...log, graded(ada, '1/one/1', 1, 0, { fault: 'No.' }))).toEqual([]);
    expect(stuckAt(1000, ...log, { type: 'kicked', player: ada, banned: false })).toEqual([]);
    expect(stuckAt(1000, ...log, state('ended'), round(['one']), state('running'))).toEqual([]);
    expect(stuckAt(1000, ...log, state('paused'))).toEqual([]);
    expect(stuckPlayers(folded(...opened), 1_000_000)).toEqual([]);
  });
  it('does not count the time before a pause ended', () => {
    const log = [...play('1/one/1', answer('ask')), state('paused'), state('running')];
    expect(stuckAt(69, ...log)).toEqual([]);
    expect(stuckAt(70, ...log)).toMatchObject([{ since: 10_000 }]);
  });
  it('is where the player did something last; the longest stuck first', () => {
    const log = [...play('1/one/1', answer('ask')), ...play('1/two/1'), began(bob, '1/one/1'), began(cyd, '1/one/1')];
    expect(stuckAt(100, ...log).map(({ name, level }) => `${name} ${level}`)).toEqual([
      'Ada two',
      'Bob one',
      'Cyd one',
    ]);
  });
});

describe('progress', () => {
  it('is told of each player and level, ranked', () => {
    const log = [
      ...running,
      { type: 'teamed', player: bob, team: 'Red' } as const,
      ...slipped(ada, '1/one/1', slip('ask', 'lock')),
      ...solved(bob, '1/one/1', 80, 2),
      began(bob, '1/two/1'),
      moved(bob, '1/two/1', 0),
      graded(bob, '1/two/1', 1, 0, { fault: 'Nobody can have played this.' }),
    ];
    const fresh = { state: 'new', attempts: 0, points: 0, stars: 0, wrong: 0 };
    expect(progressOf(folded(...log))).toEqual([
      {
        player: bob,
        name: 'Bob',
        team: 'Red',
        rank: 1,
        points: 80,
        levels: [
          { level: 'one', state: 'met', attempts: 1, points: 80, stars: 2, wrong: 0 },
          {
            level: 'two',
            state: 'playing',
            attempts: 1,
            points: 0,
            stars: 0,
            wrong: 0,
            fault: 'Nobody can have played this.',
          },
        ],
      },
      {
        player: ada,
        name: 'Ada',
        rank: 2,
        points: 0,
        levels: [
          { level: 'one', state: 'playing', attempts: 1, points: 0, stars: 0, wrong: 1 },
          { level: 'two', ...fresh },
        ],
      },
      { player: cyd, name: 'Cyd', rank: 3, points: 0, levels: ['one', 'two'].map((level) => ({ level, ...fresh })) },
    ]);
  });
});
