import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boardOf, ranked, standingOf, type View } from '../../src/classroom/board.ts';
import {
  applyEvents,
  type Competition,
  emptyCompetition,
  playersIn,
  roundOf,
} from '../../src/classroom/competition.ts';
import { type CompetitionEvent, type Rules, seedOf } from '../../src/classroom/events.ts';
import { scoresOf } from '../../src/classroom/scoring.ts';
import { boardSchema, standingSchema } from '../../src/classroom/wire.ts';
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
} from './logs.ts';

const adjusted = (player: string, points: number): CompetitionEvent => ({
  type: 'adjusted',
  player,
  points,
  why: 'Why',
});
const board = (competition: Competition, view?: View) => {
  const drawn = boardOf(competition, view);
  expect(boardSchema.parse(drawn)).toEqual(drawn);
  return drawn;
};
const standing = (competition: Competition, player: string) => {
  const of = competition.players.get(player);
  if (!of) throw new Error('no such player');
  const told = standingOf(competition, of);
  expect(standingSchema.parse(told)).toEqual(told);
  return told;
};
const topOf = (competition: Competition, view?: View) =>
  board(competition, view).top.map(({ rank, name, points }) => `${rank} ${name} ${points}`);

describe('the board', () => {
  it('is empty before anything happened, and in a lobby', () => {
    expect(board(emptyCompetition())).toEqual({
      number: 0,
      title: '',
      state: 'lobby',
      frozen: false,
      round: { number: 0, title: '' },
      players: 0,
      top: [],
      levels: [],
      teams: [],
    });
    expect(board(folded(created, joined(ada, 'Ada', 'Red')))).toMatchObject({ title: 'Monday', players: 1, top: [] });
    expect(board(folded(...opened))).toMatchObject({
      round: { number: 1, title: 'First' },
      players: 3,
      top: [],
      levels: [
        { id: 'one', solved: 0 },
        { id: 'two', solved: 0 },
      ],
    });
  });
  it('ranks by the points of each level’s best attempt', () => {
    const competition = folded(
      ...running,
      ...solved(ada, '1/one/1', 60, 2),
      ...solved(bob, '1/one/1', 90, 3),
      ...solved(ada, '1/one/2', 80, 2),
      ...solved(ada, '1/two/1', 50, 1),
    );
    expect(board(competition)).toMatchObject({
      number: 18,
      top: [
        { rank: 1, name: 'Ada', points: 130, stars: 3, solved: 2 },
        { rank: 2, name: 'Bob', points: 90, stars: 3, solved: 1 },
      ],
      levels: [
        { id: 'one', solved: 2 },
        { id: 'two', solved: 1 },
      ],
      lastSolve: { name: 'Ada', level: 'two' },
    });
  });
  it('counts what is not finished, and nothing of what nobody can have played', () => {
    const play = [began(ada, '1/one/1'), moved(ada, '1/one/1', 0), moved(ada, '1/one/1', 1)];
    const half = [...running, ...play, graded(ada, '1/one/1', 1, 40)];
    expect(topOf(folded(...half))).toEqual(['1 Ada 40']);
    expect(board(folded(...half)).levels).toEqual([
      { id: 'one', solved: 0 },
      { id: 'two', solved: 0 },
    ]);
    expect(topOf(folded(...half, graded(ada, '1/one/1', 2, 0, { fault: 'No.' })))).toEqual([]);
  });
  it('puts who got there first first, by the moves and not by when they were graded', () => {
    const log = [
      ...running,
      began(ada, '1/one/1'),
      began(bob, '1/one/1'),
      moved(bob, '1/one/1', 0),
      moved(ada, '1/one/1', 0),
      graded(ada, '1/one/1', 1, 70),
      graded(bob, '1/one/1', 1, 70),
    ];
    expect(topOf(folded(...log))).toEqual(['1 Bob 70', '2 Ada 70']);
    expect(topOf(folded(...log, ...solved(cyd, '1/two/1', 70)))).toEqual(['1 Bob 70', '2 Ada 70', '3 Cyd 70']);
    expect(topOf(folded(...log, adjusted(bob, 5), adjusted(bob, -5)))).toEqual(['1 Ada 70', '2 Bob 70']);
  });
  it('has points that the teacher added, in their round', () => {
    const log = [...running, ...solved(ada, '1/one/1', 60), adjusted(bob, 70), adjusted(ada, -5)];
    expect(topOf(folded(...log))).toEqual(['1 Bob 70', '2 Ada 55']);
    expect(topOf(folded(...log, state('ended'), round(['one']), adjusted(cyd, 1)))).toEqual(['1 Cyd 1']);
  });
  it('shows the first ten, and counts all', () => {
    const players = Array.from({ length: 15 }, (_, at) => at.toString(16).padStart(16, '0'));
    const log = [
      ...players.map((id, at) => joined(id, `Player ${at}`)),
      ...players.flatMap((id, at) => solved(id, '1/one/1', at)),
    ];
    const competition = folded(...running, ...log);
    expect(board(competition)).toMatchObject({ players: 18, levels: [{ solved: 15 }, { solved: 0 }] });
    expect(topOf(competition)).toEqual(Array.from({ length: 10 }, (_, at) => `${at + 1} Player ${14 - at} ${14 - at}`));
  });
  it('is without those who are out', () => {
    const log = [...running, ...solved(ada, '1/one/1'), ...solved(bob, '1/one/1', 50)];
    const out = board(folded(...log, { type: 'kicked', player: ada, banned: false }));
    expect(out).toMatchObject({
      players: 2,
      top: [{ name: 'Bob' }],
      levels: [{ solved: 1 }, {}],
      lastSolve: { name: 'Bob' },
    });
  });
  it('has the mean of each team, whoever plays', () => {
    const teams = [
      joined('1'.repeat(16), 'Eve', 'Red'),
      joined('2'.repeat(16), 'Fay', 'BLUE'),
      joined('3'.repeat(16), 'Gil', 'Blue'),
    ];
    const competition = folded(
      ...running,
      ...teams,
      { type: 'teamed', player: ada, team: 'red' },
      { type: 'teamed', player: bob, team: 'Red' },
      ...solved(ada, '1/one/1', 100),
      ...solved('3'.repeat(16), '1/one/1', 66),
    );
    expect(board(competition).teams).toEqual([
      { team: 'red', points: 33.3, players: 3 },
      { team: 'BLUE', points: 33, players: 2 },
    ]);
  });
});

describe('while the board is frozen', () => {
  const before = [...running, ...solved(ada, '1/one/1', 60), ...solved(bob, '1/one/1', 50)];
  it('the public one stands still, and the teacher’s moves', () => {
    const competition = folded(...before, freeze(), ...solved(bob, '1/two/1', 90), joined('d'.repeat(16), 'Dora'));
    expect(topOf(competition)).toEqual(['1 Ada 60', '2 Bob 50']);
    expect(board(competition)).toMatchObject({ number: 13, frozen: true, players: 3, lastSolve: { level: 'one' } });
    expect(topOf(competition, 'live')).toEqual(['1 Bob 140', '2 Ada 60']);
    expect(board(competition, 'live')).toMatchObject({
      number: 17,
      frozen: true,
      players: 4,
      lastSolve: { level: 'two' },
    });
    expect(standing(competition, bob)).toMatchObject({ rank: 2, points: 140 });
  });
  it.each<[string, CompetitionEvent[]]>([
    ['unfrozen', [freeze(false)]],
    ['revealed', [state('ended'), state('revealed')]],
  ])('it moves again once it is %s', (_, more) => {
    const log = [...before, freeze(), ...solved(bob, '1/two/1', 90)];
    expect(topOf(folded(...log, ...more))).toEqual(['1 Bob 140', '2 Ada 60']);
  });
  it('a better name shows at once, and who is out is gone', () => {
    const log = [...before, freeze(), ...solved(bob, '1/two/1', 90)];
    expect(topOf(folded(...log, { type: 'renamed', player: ada, name: 'Ida' }))).toEqual(['1 Ida 60', '2 Bob 50']);
    expect(topOf(folded(...log, { type: 'kicked', player: ada, banned: true }))).toEqual(['1 Bob 50']);
  });
  it('no later event of playing changes it', () => {
    const played = new Set(['began', 'moved', 'graded', 'adjusted', 'regrade', 'joined', 'code', 'device']);
    fc.assert(
      fc.property(someEvents, someEvents, (events, later) => {
        const log = stored([...running, ...events, freeze(false), state('running'), freeze()]);
        const competition = applyEvents(emptyCompetition(), log);
        const still = structuredClone(board(competition));
        expect(still.frozen).toBe(true);
        applyEvents(
          competition,
          stored(
            later.filter(({ type }) => played.has(type)),
            competition.number,
          ),
        );
        expect(board(competition)).toEqual(still);
        // Also for a host that was started only now, and remembers no ranking.
        const anew = applyEvents(emptyCompetition(), [
          ...log,
          ...stored(
            later.filter(({ type }) => played.has(type)),
            log.length,
          ),
        ]);
        expect(board(anew)).toEqual(still);
      }),
    );
  });
});

describe('for any log', () => {
  it('two boards with the same number are the same', () => {
    fc.assert(
      fc.property(someEvents, (events) => {
        for (const view of ['public', 'live'] as const) {
          const drawn = new Map<number, unknown>();
          const log = stored([...running, ...events]);
          for (const end of log.keys()) {
            const drawing = board(applyEvents(emptyCompetition(), log.slice(0, end + 1)), view);
            expect(drawing).toEqual(drawn.get(drawing.number) ?? drawing);
            drawn.set(drawing.number, drawing);
          }
        }
      }),
      { numRuns: 40 },
    );
  });
  it('a host that went on folding draws what one draws that folds anew', () => {
    fc.assert(
      fc.property(someEvents, (events) => {
        const log = stored([...running, ...events]);
        const competition = emptyCompetition();
        for (const [at, one] of log.entries()) {
          applyEvents(competition, [one]);
          if (at % 3 === 0) board(competition);
          if (at % 7 === 0) board(competition, 'live');
        }
        const anew = applyEvents(emptyCompetition(), log);
        expect([board(competition), board(competition, 'live')]).toEqual([board(anew), board(anew, 'live')]);
      }),
    );
  });
  it('without further rules a player has the sum of the best graded attempts and of what was added', () => {
    fc.assert(
      fc.property(someEvents, (events) => {
        const competition = folded(...running, ...events);
        const now = roundOf(competition);
        for (const { player, points } of ranked(competition, 'live')) {
          const best = (now?.levels ?? []).map(({ id }) =>
            Math.max(
              0,
              ...[...player.attempts.values()]
                .filter((attempt) => attempt.level === id && attempt.round === now?.number)
                .map(({ grade }) => (grade && grade.fault === undefined ? grade.points : 0)),
            ),
          );
          const added = player.adjusted.filter((one) => one.round === now?.number).map((one) => one.points);
          expect(points).toBe([...best, ...added].reduce((all, one) => all + one, 0));
          expect(standing(competition, player.id).points).toBe(points);
        }
      }),
    );
  });
  it('the ranking is a total order of all who are in, whatever the order in which grades come', () => {
    const plays = [ada, bob, cyd].flatMap((player) => [
      began(player, '1/one/1'),
      moved(player, '1/one/1', 0),
      moved(player, '1/one/1', 1),
      began(player, '1/two/1'),
      moved(player, '1/two/1', 0),
    ]);
    const some = fc.constantFrom(0, 50, 100);
    const rules = fc.record({
      speedBonus: fc.boolean(),
      streaks: fc.boolean(),
      firstBlood: fc.boolean(),
      decay: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(some, { minLength: 9, maxLength: 9 }),
        fc.array(fc.nat(), { minLength: 9, maxLength: 9 }),
        rules,
        (points, order, on) => {
          const grades = [ada, bob, cyd].flatMap((player, at) => [
            graded(player, '1/one/1', 1, points[3 * at] ?? 0),
            graded(player, '1/one/1', 2, points[3 * at + 1] ?? 0, { outcome: 'met', stars: 3 }),
            graded(player, '1/two/1', 1, points[3 * at + 2] ?? 0, { outcome: 'met', stars: 1 }),
          ]);
          const shuffled = grades
            .map((grade, at) => ({ grade, at: order[at] ?? 0 }))
            .sort((a, b) => a.at - b.at)
            .map(({ grade }) => grade);
          const rankOf = (all: CompetitionEvent[]) =>
            ranked(
              folded(
                created,
                round(['one', 'two'], on),
                joined(ada, 'Ada'),
                joined(bob, 'Bob'),
                joined(cyd, 'Cyd'),
                state('running'),
                ...plays,
                ...all,
              ),
              'live',
            ).map(({ player, points: total, reached }) => ({ name: player.name, total, reached }));
          const ranking = rankOf(grades);
          expect(rankOf(shuffled)).toEqual(ranking);
          expect(new Set(ranking.map(({ name }) => name)).size).toBe(3);
          for (const [at, { total, reached }] of ranking.slice(1).entries()) {
            const above = ranking[at];
            expect(above && (above.total > total || (above.total === total && above.reached <= reached))).toBe(true);
          }
        },
      ),
    );
  });
});

describe('the rules that are off unless a round has them', () => {
  const on = (rules: Partial<Rules>, ...log: CompetitionEvent[]) => {
    const competition = folded(
      created,
      round(['one', 'two', 'three'], rules),
      joined(ada, 'Ada'),
      joined(bob, 'Bob'),
      state('running'),
      ...log,
    );
    return Object.fromEntries(
      scoresOf(competition, competition.rounds[0] as NonNullable<ReturnType<typeof roundOf>>).map(
        ({ player, levels }) => [player.name, levels.map(({ points }) => points)],
      ),
    );
  };
  const both = [...solved(ada, '1/one/1', 80, 3), ...solved(bob, '1/one/1', 80, 2)];
  it('first blood is for the first alone', () => {
    expect(on({}, ...both)).toEqual({ Ada: [80], Bob: [80] });
    expect(on({ firstBlood: true }, ...both)).toEqual({ Ada: [90], Bob: [80] });
  });
  it('decay makes a level worth less for all who met it', () => {
    expect(on({ decay: true }, ...solved(ada, '1/one/1', 80))).toEqual({ Ada: [80], Bob: [] });
    expect(on({ decay: true }, ...both)).toEqual({ Ada: [78], Bob: [78] });
  });
  it('decay ends at half', () => {
    const players = Array.from({ length: 60 }, (_, at) => at.toString(16).padStart(16, '0'));
    const many = on(
      { decay: true },
      ...players.map((id, at) => joined(id, `Player ${at}`)),
      ...players.flatMap((id) => solved(id, '1/one/1', 80)),
    );
    expect(many['Player 7']).toEqual([40]);
  });
  it('a streak is of three stars in a row, in the order in which they were earned', () => {
    const row = (...stars: (1 | 2 | 3)[]) =>
      ['two', 'one', 'three'].flatMap((level, at) => solved(ada, `1/${level}/1`, 50, stars[at] ?? 1));
    expect(on({ streaks: true }, ...row(3, 3, 3)).Ada).toEqual([55, 50, 60]);
    expect(on({ streaks: true }, ...row(3, 2, 3)).Ada).toEqual([50, 50, 50]);
    expect(on({}, ...row(3, 3, 3)).Ada).toEqual([50, 50, 50]);
  });
  it('a goal met soon is worth more, until ten minutes have passed', () => {
    // Events are a second apart: the round ran at second 5.
    const wait = (seconds: number) => Array.from({ length: seconds }, (): CompetitionEvent => ({ type: 'erased' }));
    expect(on({ speedBonus: true }, ...solved(ada, '1/one/1', 50)).Ada).toEqual([70]);
    expect(on({ speedBonus: true }, ...wait(298), ...solved(ada, '1/one/1', 50)).Ada).toEqual([60]);
    expect(
      on({ speedBonus: true }, ...wait(600), ...solved(ada, '1/one/1', 50), ...solved(ada, '1/two/1', 50)).Ada,
    ).toEqual([50, 70]);
  });
});

describe('what a player is told', () => {
  it('in the lobby has the levels, but no seeds yet', () => {
    expect(standing(folded(...opened), ada)).toEqual({
      title: 'Monday',
      name: 'Ada',
      state: 'lobby',
      round: {
        number: 1,
        title: 'First',
        levels: ['one', 'two'].map((id) => ({ id, contentHash: hashOf(id), attempts: [] })),
      },
      attempts: [],
      points: 0,
    });
    expect(standing(folded(created, joined(ada, 'Ada', 'Red')), ada)).toMatchObject({
      team: 'Red',
      round: { number: 0 },
    });
  });
  it('has once it runs the seeds of all attempts, each its own', () => {
    const { levels } = standing(folded(...running), ada).round;
    expect(levels.flatMap(({ attempts }) => attempts.map(({ attempt }) => attempt))).toEqual([
      '1/one/1',
      '1/one/2',
      '1/two/1',
      '1/two/2',
    ]);
    const secret = '5ec2e7'.padEnd(64, '0');
    expect(levels[0]?.attempts[1]).toEqual({ attempt: '1/one/2', seed: seedOf(secret, ada, '1/one/2') });
    const seeds = [ada, bob].flatMap((player) =>
      standing(folded(...running), player).round.levels.flatMap(({ attempts }) => attempts.map(({ seed }) => seed)),
    );
    expect(new Set(seeds).size).toBe(8);
  });
  it('has what is kept of the attempts of this round, and what they came to', () => {
    const log = [
      ...running,
      ...solved(ada, '1/one/1', 80, 2),
      began(ada, '1/one/2'),
      moved(ada, '1/one/2', 0),
      began(ada, '1/two/1'),
      moved(ada, '1/two/1', 0),
      graded(ada, '1/two/1', 1, 0, { fault: 'Nobody can have played this.' }),
    ];
    expect(standing(folded(...log), ada)).toMatchObject({
      attempts: [
        { attempt: '1/one/1', kept: 1, points: 80, stars: 2, outcome: 'met' },
        { attempt: '1/one/2', kept: 1 },
        { attempt: '1/two/1', kept: 1, points: 0, stars: 0, fault: 'Nobody can have played this.' },
      ],
      points: 80,
      rank: 1,
    });
    expect(standing(folded(...log, state('ended'), round(['one'])), ada)).toMatchObject({ attempts: [], points: 0 });
  });
  it('has a rank among the first ten alone', () => {
    const players = Array.from({ length: 12 }, (_, at) => at.toString(16).padStart(16, '0'));
    const competition = folded(
      ...running,
      ...players.map((id, at) => joined(id, `Player ${at}`)),
      ...players.flatMap((id, at) => solved(id, '1/one/1', 50 - at)),
    );
    expect(players.map((id) => standing(competition, id).rank)).toEqual([
      1,
      2,
      3,
      4,
      5,
      6,
      7,
      8,
      9,
      10,
      undefined,
      undefined,
    ]);
    expect(standing(competition, ada).rank).toBeUndefined();
    expect(playersIn(competition)).toHaveLength(15);
  });
});
