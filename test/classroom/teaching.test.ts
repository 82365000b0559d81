import { describe, expect, it } from 'vitest';
import { type Decision, nameTaken } from '../../src/classroom/commands.ts';
import { applyEvents, type Competition, emptyCompetition } from '../../src/classroom/competition.ts';
import { type CompetitionEvent, eventSchema } from '../../src/classroom/events.ts';
import {
  adjust,
  assign,
  ban,
  erase,
  freeze,
  kick,
  newRound,
  regrade,
  rename,
  type Turn,
  turn,
  unfreeze,
} from '../../src/classroom/teaching.ts';
import {
  ada,
  bob,
  created,
  folded,
  freeze as frozen,
  hashOf,
  joined,
  opened,
  plainRules,
  round,
  running,
  state,
} from './logs.ts';

const nobody = 'd'.repeat(16);
const out = (banned: boolean): CompetitionEvent => ({ type: 'kicked', player: ada, banned });
const asked = { title: 'Next', levels: [{ id: 'three', contentHash: hashOf('three') }], rules: plainRules };

it.each<[string, readonly CompetitionEvent[], (competition: Competition) => Decision, CompetitionEvent, string?]>([
  ['start', opened, (c) => turn(c, 'start'), state('running')],
  ['pause', running, (c) => turn(c, 'pause'), state('paused')],
  ['resume', [...running, state('paused')], (c) => turn(c, 'resume'), state('running')],
  ['end', running, (c) => turn(c, 'end'), state('ended')],
  ['end in a pause', [...running, state('paused')], (c) => turn(c, 'end'), state('ended')],
  ['reveal', [...running, state('ended')], (c) => turn(c, 'reveal'), state('revealed')],
  ['freeze', running, freeze, frozen()],
  ['unfreeze', [...running, frozen()], unfreeze, frozen(false)],
  ['a first round', [created], (c) => newRound(c, asked), { type: 'round', ...asked }, 'round:1'],
  ['other levels in the lobby', opened, (c) => newRound(c, asked), { type: 'round', ...asked }, 'round:2'],
  [
    'a round after a round',
    [...running, state('revealed')],
    (c) => newRound(c, asked),
    { type: 'round', ...asked },
    'round:2',
  ],
  ['kick', running, (c) => kick(c, ada), out(false)],
  ['ban', running, (c) => ban(c, ada), out(true)],
  ['ban who was kicked', [...running, out(false)], (c) => ban(c, ada), out(true)],
  ['rename', running, (c) => rename(c, ada, ' Ida '), { type: 'renamed', player: ada, name: 'Ida' }, 'name:ida'],
  [
    'rename in case alone, under no key: the player has it',
    running,
    (c) => rename(c, ada, 'ADA'),
    { type: 'renamed', player: ada, name: 'ADA' },
  ],
  [
    'rename back',
    [...running, { type: 'renamed', player: ada, name: 'Ida' }],
    (c) => rename(c, ada, 'Ada'),
    { type: 'renamed', player: ada, name: 'Ada' },
  ],
  ['a team', running, (c) => assign(c, ada, 'Red'), { type: 'teamed', player: ada, team: 'Red' }],
  [
    'a team that is there',
    [...running, joined(nobody, 'Dora', 'Red')],
    (c) => assign(c, ada, 'red'),
    { type: 'teamed', player: ada, team: 'Red' },
  ],
  ['no team', running, (c) => assign(c, ada, undefined), { type: 'teamed', player: ada }],
  [
    'points',
    running,
    (c) => adjust(c, ada, -5, 'Helped by others'),
    { type: 'adjusted', player: ada, points: -5, why: 'Helped by others' },
  ],
  ['regrade', running, (c) => regrade(c, 'one'), { type: 'regrade', level: 'one', regrade: 1 }, 'regrade:one:1'],
  [
    'regrade again',
    [...running, { type: 'regrade', level: 'one', regrade: 1 }],
    (c) => regrade(c, 'one'),
    { type: 'regrade', level: 'one', regrade: 2 },
    'regrade:one:2',
  ],
  ['erase', running, (c) => erase(c, ada), { type: 'erased', player: ada }],
])('%s gives its event', (_, log, decide, event, key) => {
  expect(eventSchema.parse(event)).toEqual(event);
  expect(decide(folded(...log))).toEqual({ events: [key === undefined ? { event } : { key, event }] });
});

const badName = 'The name needs a letter or a digit.';
it.each<[string, readonly CompetitionEvent[], (competition: Competition) => Decision, string]>([
  ['a start without a round', [created], (c) => turn(c, 'start'), 'There is no round yet. Choose its levels first.'],
  ['freeze in the lobby', opened, freeze, 'The board can be frozen while a round is running.'],
  ['freeze twice', [...running, frozen()], freeze, 'The board stands still already.'],
  ['unfreeze', running, unfreeze, 'The board is not frozen.'],
  ['a round in a round', running, (c) => newRound(c, asked), 'End the round that is running first.'],
  [
    'a round in a pause',
    [...running, state('paused')],
    (c) => newRound(c, asked),
    'End the round that is running first.',
  ],
  [
    'a round without a title',
    opened,
    (c) => newRound(c, { ...asked, title: '' }),
    'The text is empty. Type at least 2 letters.',
  ],
  ['a round without levels', opened, (c) => newRound(c, { ...asked, levels: [] }), 'A round needs a level.'],
  [
    'a level twice',
    opened,
    (c) => newRound(c, { ...asked, levels: [...asked.levels, ...asked.levels] }),
    'The level three is in the round twice.',
  ],
  [
    'too many rounds',
    Array.from({ length: 999 }, () => round()),
    (c) => newRound(c, asked),
    'A competition has at most 999 rounds. Begin a new competition.',
  ],
  ['kick twice', [...running, out(false)], (c) => kick(c, ada), 'This player is out already.'],
  ['ban twice', [...running, out(true)], (c) => ban(c, ada), 'This player is banned already.'],
  ['a bad name', running, (c) => rename(c, ada, '...'), badName],
  ['the same name', running, (c) => rename(c, ada, 'Ada'), 'The player has this name already.'],
  ['a bad team', running, (c) => assign(c, ada, '..'), 'The team needs a letter or a digit.'],
  [
    'points before a round',
    [created, joined(ada, 'Ada')],
    (c) => adjust(c, ada, 5, 'Why not'),
    'There is no round yet. Choose its levels first.',
  ],
  [
    'no points',
    running,
    (c) => adjust(c, ada, 0, 'Why not'),
    'Give a whole number of points from -10,000 to 10,000 that is not 0.',
  ],
  [
    'half points',
    running,
    (c) => adjust(c, ada, 0.5, 'Why not'),
    'Give a whole number of points from -10,000 to 10,000 that is not 0.',
  ],
  [
    'many points',
    running,
    (c) => adjust(c, ada, 10_001, 'Why not'),
    'Give a whole number of points from -10,000 to 10,000 that is not 0.',
  ],
  ['points for nothing', running, (c) => adjust(c, ada, 5, ''), 'The text is empty. Type at least 2 letters.'],
  ['regrade', running, (c) => regrade(c, 'three'), 'The level three is in no round.'],
  ...(
    [
      (c) => kick(c, nobody),
      (c) => ban(c, nobody),
      (c) => rename(c, nobody, 'Dora'),
      (c) => assign(c, nobody, 'Red'),
      (c) => adjust(c, nobody, 5, 'Why not'),
      (c) => erase(c, nobody),
    ] satisfies ((competition: Competition) => Decision)[]
  ).map((decide): [string, readonly CompetitionEvent[], (competition: Competition) => Decision, string] => [
    'no player',
    running,
    decide,
    'There is no such player.',
  ]),
])('%s is refused', (_, log, decide, refused) => {
  expect(decide(folded(...log))).toEqual({ refused, type: 'blank' });
});

it('a name of another is refused as taken', () => {
  expect(rename(folded(...running), bob, 'ADA')).toEqual(nameTaken);
});

describe('from each state', () => {
  const states = ['lobby', 'running', 'paused', 'ended', 'revealed'] as const;
  it.each<[Turn, string, string]>([
    ['start', 'lobby', 'The round can be started in its lobby alone.'],
    ['pause', 'running', 'Only a round that is running can be paused.'],
    ['resume', 'paused', 'The round is not paused.'],
    ['end', 'running paused', 'No round is running.'],
    ['reveal', 'ended', 'The results can be revealed once the round has ended.'],
  ])('%s can be asked for in %s alone', (asks, from, refused) => {
    const decided = states.map((at) => [at, turn(folded(...opened, state(at)), asks)] as const);
    expect(decided.flatMap(([at, decision]) => ('events' in decision ? [at] : [])).join(' ')).toBe(from);
    for (const [, decision] of decided) if ('refused' in decision) expect(decision.refused).toBe(refused);
  });
});

it('before anything happened nothing can be asked for but a round', () => {
  const empty = applyEvents(emptyCompetition(), []);
  expect(newRound(empty, asked)).toMatchObject({ events: [{ key: 'round:1' }] });
  expect(turn(empty, 'end')).toMatchObject({ refused: expect.any(String) });
});
