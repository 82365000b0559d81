import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  beginAndMove,
  codeLife,
  codeVoid,
  type Decision,
  join,
  mostPlayers,
  nameTaken,
  newCode,
  seated,
  useCode,
} from '../../src/classroom/commands.ts';
import { applyEvents, type Competition } from '../../src/classroom/competition.ts';
import type { Wanted } from '../../src/classroom/eventStore.ts';
import { type CompetitionEvent, eventSchema } from '../../src/classroom/events.ts';
import { generatedName, nicknameOf } from '../../src/classroom/names.ts';
import type { Moves } from '../../src/classroom/wire.ts';
import {
  ada,
  answer,
  began,
  bob,
  cyd,
  folded,
  graded,
  hashOf,
  joined,
  moved,
  opened,
  rewind,
  round,
  running,
  solved,
  state,
  stored,
  tokenOf,
} from './logs.ts';

const dora = 'd'.repeat(16);
const asked = (more: { name?: string; team?: string; random?: number } = {}) => ({
  player: dora,
  token: tokenOf(dora),
  random: 0,
  ...more,
});
const events = (decision: Decision): CompetitionEvent[] => {
  if ('refused' in decision) throw new Error(decision.refused);
  for (const { event } of decision.events) expect(eventSchema.parse(event)).toEqual(event);
  return decision.events.map(({ event }) => event);
};
/** As a store does it: of a key the first event is kept. */
const append = (competition: Competition, wanted: readonly Wanted[]): Competition =>
  applyEvents(
    competition,
    stored(
      wanted.map(({ event }) => event),
      competition.number,
    ),
  );

describe('joining', () => {
  it('gives the place with its name and team, also late', () => {
    for (const log of [opened, running, [...running, state('paused')]]) {
      const decision = join(folded(...log), asked({ name: ' Dora ', team: 'Red' }));
      expect(decision).toEqual({
        events: [{ key: 'name:dora', event: joined(dora, 'Dora', 'Red') }],
        name: 'Dora',
      });
      expect(events(decision)).toHaveLength(1);
    }
  });
  it('makes a name that nobody has where none is given', () => {
    const competition = folded(...opened, joined('e'.repeat(16), generatedName(0)));
    expect(join(competition, asked())).toMatchObject({ name: generatedName(1) });
    expect(join(competition, asked({ random: 1_000_000_007 }))).toMatchObject({ name: generatedName(1_000_000_007) });
  });
  it('writes a team as whoever was there first wrote it', () => {
    const competition = folded(...opened, joined('e'.repeat(16), 'Eve', 'Red'));
    expect(events(join(competition, asked({ team: 'ＲＥＤ' })))).toMatchObject([{ team: 'Red' }]);
    expect(events(join(competition, asked({ team: 'Blue' })))).toMatchObject([{ team: 'Blue' }]);
  });
  const banned: CompetitionEvent = { type: 'kicked', player: ada, banned: true };
  it.each<[string, readonly CompetitionEvent[], Parameters<typeof asked>[0], string, string]>([
    ['over', [...running, state('ended')], {}, 'later', 'This round is over. Join when the next one begins.'],
    ['revealed', [...running, state('revealed')], {}, 'later', 'This round is over. Join when the next one begins.'],
    [
      'no name',
      opened,
      { name: 'D<' },
      'name',
      'The name has "<" in it. It may have letters, digits, spaces and . _ -.',
    ],
    ['a taken name', opened, { name: 'ADA' }, 'name', nameTaken.refused],
    ['a name of who is out', [...opened, { ...banned, banned: false }], { name: 'ADA' }, 'name', nameTaken.refused],
    [
      'a name that somebody had',
      [...opened, { type: 'renamed', player: ada, name: 'Ida' }],
      { name: 'Ada' },
      'name',
      nameTaken.refused,
    ],
    ['a banned name', [...opened, banned], { name: 'ada' }, 'banned', 'Your teacher does not let this name join.'],
    [
      'no team',
      opened,
      { team: '!!' },
      'name',
      'The team has "!" in it. It may have letters, digits, spaces and . _ -.',
    ],
  ])('is refused: %s', (_, log, more, type, refused) => {
    expect(join(folded(...log), asked(more))).toEqual({ refused, type });
  });
  it('is refused where the competition is full', () => {
    const many = Array.from({ length: mostPlayers - 3 }, (_, at) =>
      joined(at.toString(16).padStart(16, '0'), `P ${at}`),
    );
    const full = folded(...opened, ...many);
    expect(join(full, asked())).toEqual({ refused: 'The competition is full: it has 5000 players.', type: 'later' });
    const { players } = full;
    expect(join({ ...full, players: new Map([...players].slice(1)) }, asked())).toMatchObject({
      name: expect.any(String),
    });
  });
  it('never gives two players names that fold to one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('Ada', 'ADA', 'ａｄａ', 'Dora', ' dora', undefined), { maxLength: 8 }),
        (names) => {
          let competition = folded(...opened);
          const kept: string[] = ['Ada', 'Bob', 'Cyd'];
          for (const [at, name] of names.entries()) {
            const player = (at + 1).toString(16).padStart(16, '0');
            const decision = join(competition, { ...asked(name === undefined ? {} : { name }), player });
            if ('refused' in decision) continue;
            kept.push(decision.name);
            competition = append(competition, decision.events);
          }
          const lower = kept.map((name) => name.toLowerCase());
          expect(new Set(lower).size).toBe(lower.length);
          for (const name of kept) expect(nicknameOf(name)).toEqual({ name });
        },
      ),
    );
  });
});

describe('a request with moves', () => {
  const begin = (attempt: string, contentHash = hashOf(attempt.split('/')[1] ?? '')) => ({ attempt, contentHash });
  const move = (attempt: string, index: number, of = answer()) => ({ attempt, index, move: of });
  const ask = (log: readonly CompetitionEvent[], request: Partial<Moves>, player = ada) =>
    beginAndMove(folded(...log), tokenOf(player), { began: [], moves: [], ...request });

  it('gives an event with its key for each beginning and move, in their order', () => {
    const decision = ask(running, {
      began: [begin('1/one/1'), begin('1/one/2')],
      moves: [move('1/one/1', 0), move('1/one/1', 1, rewind), move('1/one/2', 0)],
    });
    expect(decision).toEqual({
      events: [
        { key: `began:${ada}:1/one/1`, event: began(ada, '1/one/1') },
        { key: `began:${ada}:1/one/2`, event: began(ada, '1/one/2') },
        { key: `move:${ada}:1/one/1:0`, event: moved(ada, '1/one/1', 0) },
        { key: `move:${ada}:1/one/1:1`, event: moved(ada, '1/one/1', 1, rewind) },
        { key: `move:${ada}:1/one/2:0`, event: moved(ada, '1/one/2', 0) },
      ],
      received: { kept: { '1/one/1': 2, '1/one/2': 1 }, refused: [] },
    });
    expect(events(decision)).toHaveLength(5);
  });

  const begun = [...running, began(ada, '1/one/1'), moved(ada, '1/one/1', 0)];
  it('keeps once more what is kept, in every state and of every round', () => {
    const again: Moves = { began: [begin('1/one/1')], moves: [move('1/one/1', 0)] };
    for (const more of [
      [],
      [state('paused')],
      [state('ended')],
      [state('revealed')],
      [state('ended'), round(['three'])],
      [graded(ada, '1/one/1', 1, 9, { outcome: 'met' })],
    ])
      expect(ask([...begun, ...more], again)).toEqual({
        events: [],
        received: { kept: { '1/one/1': 1 }, refused: [] },
      });
  });

  const lobby = [...begun, state('ended'), round(['three'])];
  it.each<[string, readonly CompetitionEvent[], Partial<Moves>, string, string, string?]>([
    [
      'of no player',
      running,
      {},
      'token',
      'This place in the competition is not yours any more. Join again, or ask your teacher.',
      dora,
    ],
    [
      'of a player who was taken out',
      [...running, { type: 'kicked', player: ada, banned: false }],
      {},
      'token',
      'This place in the competition is not yours any more. Join again, or ask your teacher.',
    ],
    [
      'in the lobby',
      opened,
      { began: [begin('1/one/1')] },
      'later',
      'The round has not begun yet. Wait for your teacher.',
    ],
    [
      'in the lobby of a next round',
      lobby,
      { moves: [move('2/three/1', 0)] },
      'later',
      'The round has not begun yet. Wait for your teacher.',
    ],
    [
      'in a pause',
      [...begun, state('paused')],
      { moves: [move('1/one/1', 1)] },
      'later',
      'The round is paused. Your answers are kept and sent later.',
    ],
  ])('is refused as a whole: %s', (_, log, request, type, refused, player = ada) => {
    expect(ask(log, request, player)).toEqual({ refused, type });
  });

  it.each<[string, readonly CompetitionEvent[], Partial<Moves>, string]>([
    ['no attempt', running, { began: [begin('what')] }, 'There is no such attempt. Update https-quest and join again.'],
    [
      'no attempt to move in',
      running,
      { moves: [move('0/one/1', 0)] },
      'There is no such attempt. Update https-quest and join again.',
    ],
    ['an earlier round', [...lobby, state('running')], { moves: [move('1/one/1', 1)] }, 'Its round is over.'],
    ['a later round', running, { began: [begin('2/one/1')] }, 'Its round is over.'],
    ['another level', running, { began: [begin('1/three/1')] }, 'The level is not in this round.'],
    ['a third attempt', running, { began: [begin('1/one/3')] }, 'Each level has 2 attempts in this round.'],
    [
      'a second where there is one',
      [...opened, round(['one'], { attempts: 1 }), state('running')],
      { began: [begin('2/one/2')] },
      'Each level has 1 attempt in this round.',
    ],
    [
      'the round has ended',
      [...begun, state('ended')],
      { moves: [move('1/one/1', 1)] },
      'The round has ended: what comes now does not count.',
    ],
    [
      'it is revealed',
      [...begun, state('revealed')],
      { began: [begin('1/two/1')] },
      'The round has ended: what comes now does not count.',
    ],
    [
      'another level file',
      running,
      { began: [begin('1/one/1', '0'.repeat(32))] },
      'The level one is another one here than at the host. Update https-quest.',
    ],
    [
      'another level file than before',
      begun,
      { began: [begin('1/one/1', '0'.repeat(32))] },
      'The level one is another one here than at the host. Update https-quest.',
    ],
    ['the second before the first', running, { began: [begin('1/one/2')] }, 'Attempt 1 at the level comes first.'],
    ['not begun', running, { moves: [move('1/one/1', 0)] }, 'The attempt was not begun.'],
    [
      'a fault',
      [...begun, graded(ada, '1/one/1', 1, 0, { fault: 'No.' })],
      { moves: [move('1/one/1', 1)] },
      'The attempt could not be replayed: it counts for nothing.',
    ],
    [
      'over',
      [...begun, graded(ada, '1/one/1', 1, 80, { outcome: 'met' })],
      { moves: [move('1/one/1', 1)] },
      'The attempt is over.',
    ],
    ['not in order', begun, { moves: [move('1/one/1', 2)] }, 'Move 2 of the attempt comes first.'],
    [
      'too many',
      [...running, began(ada, '1/one/1'), ...Array.from({ length: 2000 }, (_, at) => moved(ada, '1/one/1', at))],
      { moves: [move('1/one/1', 2000)] },
      'An attempt has at most 2000 moves.',
    ],
    [
      'another first answer',
      begun,
      { moves: [move('1/one/1', 0, answer('ask', 'left'))] },
      'The first answer counts, and there is one already.',
    ],
  ])('has a part refused: %s', (_, log, request, says) => {
    const decision = ask(log, request);
    expect(decision).toMatchObject({ events: [], received: { refused: [{ says }] } });
  });

  it('takes what is right beside what is not, and says how many moves are kept', () => {
    expect(
      ask(begun, {
        began: [begin('1/three/1'), begin('1/two/1')],
        moves: [move('1/one/1', 0, rewind), move('1/two/1', 0), move('1/two/1', 0, rewind), move('1/one/1', 1)],
      }),
    ).toMatchObject({
      events: [{ key: `began:${ada}:1/two/1` }, { key: `move:${ada}:1/two/1:0` }, { key: `move:${ada}:1/one/1:1` }],
      received: {
        kept: { '1/one/1': 2, '1/two/1': 1, '1/three/1': 0 },
        refused: [{ attempt: '1/three/1' }, { attempt: '1/one/1', index: 0 }, { attempt: '1/two/1', index: 0 }],
      },
    });
  });
  it('of one player does not touch the attempt of another', () => {
    expect(ask(begun, { moves: [move('1/one/1', 1)] }, bob)).toMatchObject({
      events: [],
      received: { refused: [{ says: 'The attempt was not begun.' }] },
    });
  });
  it('after another host was faster gives nothing more, and says what counts', () => {
    const request: Moves = { began: [begin('1/one/1')], moves: [move('1/one/1', 0), move('1/one/1', 1)] };
    const here = folded(...running);
    expect(beginAndMove(here, tokenOf(ada), request)).toMatchObject({
      received: { refused: [], kept: { '1/one/1': 2 } },
    });
    const other = append(here, [
      { event: began(ada, '1/one/1') },
      { event: moved(ada, '1/one/1', 0, answer('ask', 'left')) },
      { event: moved(ada, '1/one/1', 1) },
    ]);
    expect(beginAndMove(other, tokenOf(ada), request)).toMatchObject({
      events: [],
      received: {
        kept: { '1/one/1': 2 },
        refused: [{ index: 0, says: 'The first answer counts, and there is one already.' }],
      },
    });
  });
  it('in any order, cut anywhere and sent any number of times comes to the same moves, all in order', () => {
    const whole = Array.from({ length: 12 }, (_, index) => move('1/one/1', index, answer('ask', `c${index}`)));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(11), fc.nat(12)), { maxLength: 20 }), (pieces) => {
        let competition = folded(...running);
        let most = 0;
        for (const [from, length] of [...pieces, [0, 12] as const]) {
          const decision = beginAndMove(competition, tokenOf(ada), {
            began: [begin('1/one/1')],
            moves: whole.slice(from, from + length),
          });
          if ('refused' in decision) throw new Error(decision.refused);
          competition = append(competition, decision.events);
          const kept = decision.received.kept['1/one/1'] ?? 0;
          expect(kept).toBe(from <= most ? Math.max(most, Math.min(12, from + length)) : most);
          most = kept;
          expect(
            competition.players
              .get(ada)
              ?.attempts.get('1/one/1')
              ?.moves.map((one) => one.move),
          ).toEqual(whole.slice(0, kept).map((one) => one.move));
        }
        expect(most).toBe(12);
      }),
    );
  });
});

describe('a code for another device', () => {
  const code = '7'.repeat(64);
  const use = { code, token: '8'.repeat(64), now: 7000 + codeLife };
  it('is made for who is in, and used once', () => {
    const asks = newCode(folded(...running), ada, code);
    expect(events(asks)).toEqual([{ type: 'code', player: ada, code }]);
    const competition = folded(...running, ...events(asks));
    const decision = useCode(competition, use);
    expect(decision).toEqual({
      events: [{ key: `code:${code}`, event: { type: 'device', player: ada, code, token: use.token } }],
      player: ada,
      name: 'Ada',
    });
    const after = append(competition, 'events' in decision ? decision.events : []);
    expect(seated(after, use.token)).toMatchObject({ player: { name: 'Ada' } });
    expect(seated(after, tokenOf(ada))).toMatchObject({ type: 'token' });
    expect(useCode(after, use)).toEqual(codeVoid);
  });
  it('is not made for who is not in', () => {
    const out = folded(...running, { type: 'kicked', player: ada, banned: false });
    for (const player of [ada, dora]) expect(newCode(out, player, code)).toMatchObject({ type: 'token' });
  });
  it('is of no use where it is unknown, too old, or its player is out', () => {
    const made: CompetitionEvent = { type: 'code', player: ada, code };
    expect(useCode(folded(...running), use)).toEqual(codeVoid);
    expect(useCode(folded(...running, made), { ...use, now: use.now + 1 })).toEqual(codeVoid);
    expect(useCode(folded(...running, made, { type: 'kicked', player: ada, banned: true }), use)).toEqual(codeVoid);
    expect(useCode(folded(...running, made, { ...made, code: '9'.repeat(64) }), use)).toEqual(codeVoid);
  });
});

it('a second attempt is open as soon as the first has begun', () => {
  const log = [...running, ...solved(cyd, '1/one/1')];
  const decision = beginAndMove(folded(...log), tokenOf(cyd), {
    began: [{ attempt: '1/one/2', contentHash: hashOf('one') }],
    moves: [],
  });
  expect(events(decision)).toEqual([began(cyd, '1/one/2')]);
});
