// Logs of competitions for tests: each event a second after the one before it.
import fc from 'fast-check';
import { applyEvents, type Competition, emptyCompetition } from '../../src/classroom/competition.ts';
import type { CompetitionEvent, EventOf, Rules, Stored } from '../../src/classroom/events.ts';
import type { Move } from '../../src/game/attempt.ts';

export const ada = 'a'.repeat(16);
export const bob = 'b'.repeat(16);
export const cyd = 'c'.repeat(16);
export const tokenOf = (player: string): string => player.slice(0, 1).repeat(64);
export const hashOf = (level: string): string => Buffer.from(level.padEnd(16).slice(0, 16)).toString('hex');
export const plainRules: Rules = { attempts: 2, speedBonus: false, streaks: false, firstBlood: false, decay: false };
export const answer = (step = 'ask', choice = 'right'): Move => ({ move: 'answer', step, choice });
export const rewind: Move = { move: 'rewind' };

export const created: CompetitionEvent = {
  type: 'created',
  v: 1,
  competition: '1'.repeat(16),
  title: 'Monday',
  version: '0.1.0',
  secret: '5ec2e7'.padEnd(64, '0'),
  key: 'the private key',
  certificate: 'the certificate',
};
export const round = (levels = ['one', 'two'], rules: Partial<Rules> = {}, title = 'First'): CompetitionEvent => ({
  type: 'round',
  title,
  levels: levels.map((id) => ({ id, contentHash: hashOf(id) })),
  rules: { ...plainRules, ...rules },
});
export const state = (to: EventOf<'state'>['state']): CompetitionEvent => ({ type: 'state', state: to });
export const freeze = (frozen = true): CompetitionEvent => ({ type: 'freeze', frozen });
export const joined = (player: string, name: string, team?: string): CompetitionEvent => ({
  type: 'joined',
  player,
  name,
  token: tokenOf(player),
  ...(team === undefined ? {} : { team }),
});
export const began = (player: string, attempt: string): CompetitionEvent => ({
  type: 'began',
  player,
  attempt,
  contentHash: hashOf(attempt.split('/')[1] ?? ''),
});
export const moved = (player: string, attempt: string, index: number, move: Move = answer()): CompetitionEvent => ({
  type: 'moved',
  player,
  attempt,
  index,
  move,
});
export const graded = (
  player: string,
  attempt: string,
  moves: number,
  points: number,
  more: Partial<EventOf<'graded'>> = {},
): EventOf<'graded'> => ({ type: 'graded', player, attempt, moves, points, stars: 0, slips: [], regrade: 0, ...more });
/** A level that was played in one move and met. */
export const solved = (player: string, attempt: string, points = 100, stars: 1 | 2 | 3 = 3): CompetitionEvent[] => [
  began(player, attempt),
  moved(player, attempt, 0),
  graded(player, attempt, 1, points, { stars, outcome: 'met' }),
];

/** Numbers and times of the events: the first has number 1 and was at second 1. */
export const stored = (events: readonly CompetitionEvent[], after = 0): Stored[] =>
  events.map((event, index) => ({ number: after + index + 1, at: (after + index + 1) * 1000, event }));
export const folded = (...events: CompetitionEvent[]): Competition => applyEvents(emptyCompetition(), stored(events));

export const opened = [created, round(), joined(ada, 'Ada'), joined(bob, 'Bob'), joined(cyd, 'Cyd')];
export const running = [...opened, state('running')];

const somePlayer = fc.constantFrom(ada, bob, cyd);
const someAttempt = fc.constantFrom('1/one/1', '1/one/2', '1/two/1', '2/one/1', '2/three/1');
const somePoints = fc.integer({ min: 0, max: 100 });
/** Any event behind a beginning, also where it can hardly follow. */
const someEvent: fc.Arbitrary<CompetitionEvent> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(somePlayer, someAttempt).map((of) => began(...of)) },
  {
    weight: 8,
    arbitrary: fc.tuple(somePlayer, someAttempt, fc.nat(3)).map((of) => moved(...of)),
  },
  {
    weight: 8,
    arbitrary: fc
      .record({
        player: somePlayer,
        attempt: someAttempt,
        moves: fc.nat(4),
        points: somePoints,
        met: fc.boolean(),
        fault: fc.boolean(),
        regrade: fc.nat(1),
      })
      .map(({ player, attempt, moves, points, met, fault, regrade }) =>
        graded(player, attempt, moves, points, {
          regrade,
          ...(met ? { outcome: 'met', stars: 2 } : {}),
          ...(fault ? { fault: 'Nobody can have played this.', points: 0, stars: 0 } : {}),
        }),
      ),
  },
  fc
    .record({ player: somePlayer, points: fc.integer({ min: -50, max: 50 }) })
    .map((of): CompetitionEvent => ({ type: 'adjusted', why: 'A reason', ...of })),
  fc.constantFrom('running', 'paused', 'ended', 'revealed').map((to) => state(to as 'running')),
  fc.boolean().map(freeze),
  fc.constant(round(['one', 'three'], { attempts: 1 }, 'Second')),
  fc.constant<CompetitionEvent>({ type: 'regrade', level: 'one', regrade: 1 }),
  somePlayer.map((player): CompetitionEvent => ({ type: 'renamed', player, name: `New ${player.slice(0, 3)}` })),
  fc
    .tuple(somePlayer, fc.constantFrom('Red', 'blue', undefined))
    .map(([player, team]): CompetitionEvent => ({ type: 'teamed', player, ...(team ? { team } : {}) })),
  fc.tuple(somePlayer, fc.boolean()).map(([player, banned]): CompetitionEvent => ({ type: 'kicked', player, banned })),
  // Keys keep codes and tokens apart, as they do names.
  somePlayer.map((player): CompetitionEvent => ({ type: 'code', player, code: `7${tokenOf(player).slice(1)}` })),
  somePlayer.map(
    (player): CompetitionEvent => ({
      type: 'device',
      player,
      code: `7${tokenOf(player).slice(1)}`,
      token: `8${tokenOf(player).slice(1)}`,
    }),
  ),
  somePlayer.map((player): CompetitionEvent => ({ type: 'erased', player })),
);
/** An attempt from its beginning, with a grade of some of its moves. */
const somePlay: fc.Arbitrary<CompetitionEvent[]> = fc
  .tuple(somePlayer, someAttempt, fc.nat(3), fc.nat(3), somePoints, fc.boolean())
  .map(([player, attempt, moves, known, points, met]) => [
    began(player, attempt),
    ...Array.from({ length: moves }, (_, index) => moved(player, attempt, index)),
    graded(player, attempt, Math.min(known, moves), points, met ? { outcome: 'met', stars: 2 } : {}),
  ]);
export const someEvents: fc.Arbitrary<CompetitionEvent[]> = fc
  .array(
    fc.oneof(
      somePlay,
      someEvent.map((event) => [event]),
    ),
    { maxLength: 40 },
  )
  .map((events) => events.flat());
