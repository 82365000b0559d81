// The host as its pages see it: over a real log, with the teacher's commands really decided.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { applyEvents, type Competition } from '../../src/classroom/competition.ts';
import type { CompetitionEvent } from '../../src/classroom/events.ts';
import { type PagesDesk, pagesDesk, teacherState } from '../../src/classroom/pagesDesk.ts';
import { loadShipped } from '../shipped.ts';
import {
  ada,
  began,
  bob,
  created,
  folded,
  freeze,
  graded,
  joined,
  moved,
  round,
  solved,
  state,
  stored,
} from './logs.ts';

const loaded = loadShipped('0-first-contact/1-first-contact.yaml');
if (!('level' in loaded)) throw new Error('the level does not load');
const { level } = loaded;
const step = level.acts[0]?.steps.find(({ choices }) => choices.some(({ misconception }) => misconception));
const slipped = step?.choices.find(({ misconception }) => misconception);
const misconception = slipped?.misconception ?? '';
const beliefs = new Map([[misconception, 'It is so because somebody said it.']]);

const log = [
  created,
  round(['first-contact', 'one']),
  joined(ada, 'Ada', 'Blue'),
  joined(bob, 'Bob'),
  state('running'),
];
const looks = { levels: [level], beliefs, address: '192.0.2.7', code: 'K7QM2-9F4DX', command: 'join it' };

function deskOn(competition: Competition): PagesDesk & { readonly erased: string[] } {
  const erased: string[] = [];
  return {
    ...looks,
    erased,
    host: {
      competition: () => competition,
      async command(decide) {
        const decision = decide(competition);
        if ('refused' in decision) return decision;
        const events = decision.events.map(({ event }) => event);
        applyEvents(competition, stored(events, competition.number));
        return { ...decision, fresh: events.map(() => true) };
      },
      async erase(player) {
        erased.push(player);
        return undefined;
      },
      changed: () => () => {},
    },
  };
}

describe('the state for the teacher', () => {
  it('says misconceptions and the answer that most gave in the words of the level', () => {
    const slips = [{ step: step?.id ?? '', choice: slipped?.id ?? '', misconception }];
    const met = (player: string): CompetitionEvent[] => [
      began(player, '1/first-contact/1'),
      moved(player, '1/first-contact/1', 0),
      graded(player, '1/first-contact/1', 1, 20, { slips }),
    ];
    const { heat, titles, catalogue } = teacherState(folded(...log, ...met(ada), ...met(bob)), looks, 0);
    expect(heat).toEqual([
      {
        level: 'first-contact',
        misconception,
        title: 'It is so because somebody said it.',
        players: 2,
        of: 2,
        answer: { step: step?.ask, choice: slipped && 'label' in slipped ? slipped.label : '', times: 2 },
      },
    ]);
    expect(titles).toEqual([
      { id: 'first-contact', title: level.title },
      { id: 'one', title: 'one' },
    ]);
    expect(catalogue).toHaveLength(1);
  });

  it('goes on while the board is frozen, and the board does not', () => {
    const frozen = folded(...log, ...solved(ada, '1/one/1', 60), freeze(), ...solved(bob, '1/one/1', 90));
    const { board, players } = teacherState(frozen, looks, 0);
    expect(board.top.map(({ name, points }) => [name, points])).toEqual([['Ada', 60]]);
    expect(players.map(({ name, points, solved: met }) => [name, points, met])).toEqual([
      ['Ada', 60, 1],
      ['Bob', 90, 1],
    ]);
  });

  it('says where a player is, and who is stuck there', () => {
    const competition = folded(...log, began(bob, '1/first-contact/1'));
    const { players, stuck } = teacherState(competition, looks, 3_600_000);
    expect(players.map(({ level: at, movedAt }) => [at, movedAt])).toEqual([
      [undefined, undefined],
      ['first-contact', 6000],
    ]);
    expect(stuck).toEqual([{ player: bob, level: 'first-contact', since: 6000, wrong: 0 }]);
  });
});

describe('a command of the page', () => {
  it.each([
    [{ type: 'pause' }, 'state', 'paused'],
    [{ type: 'freeze' }, 'frozen', 6],
  ] as const)('%j is decided and done', async (command, field, value) => {
    const competition = folded(...log);
    expect(await pagesDesk(deskOn(competition)).command(command)).toHaveProperty('done');
    expect(competition[field]).toBe(value);
  });

  it('about a player is done to that player', async () => {
    const competition = folded(...log);
    const { command } = pagesDesk(deskOn(competition));
    await command({ type: 'rename', player: ada, name: 'Ada L.' });
    await command({ type: 'assign', player: ada });
    await command({ type: 'adjust', player: ada, points: 5, why: 'Helped Bob' });
    await command({ type: 'ban', player: bob });
    expect(competition.players.get(ada)).toMatchObject({ name: 'Ada L.', team: undefined, adjusted: [{ points: 5 }] });
    expect(competition.players.get(bob)?.standing).toBe('banned');
    expect(await command({ type: 'rename', player: ada, name: '=1' })).toEqual({
      refused: expect.stringContaining('"="'),
    });
  });

  it('for a code gives one whose hash alone is kept', async () => {
    const competition = folded(...log);
    const answer = await pagesDesk(deskOn(competition)).command({ type: 'device', player: ada });
    const code = 'code' in answer ? (answer.code ?? '') : '';
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/);
    expect([...competition.codes.keys()]).toEqual([createHash('sha256').update(code).digest('hex')]);
  });

  it('begins a round with levels that are here, and no others', async () => {
    const competition = folded(...log, state('ended'));
    const { command } = pagesDesk(deskOn(competition));
    const rules = { attempts: 3, speedBonus: false, streaks: false, firstBlood: false, decay: false };
    expect(await command({ type: 'round', title: 'Next', levels: ['nowhere'], rules })).toEqual({
      refused: 'There is no level nowhere here.',
    });
    expect(await command({ type: 'round', title: 'Next', levels: ['first-contact'], rules })).toHaveProperty('done');
    expect(competition.rounds[1]).toMatchObject({ title: 'Next', levels: [{ id: 'first-contact' }], rules });
  });

  it('erases through the host, which tells the store', async () => {
    const desk = deskOn(folded(...log));
    await pagesDesk(desk).command({ type: 'erase', player: ada });
    expect(desk.erased).toEqual([ada]);
  });
});

it('the results are those of the competition', () => {
  const { results } = pagesDesk(deskOn(folded(...log, ...solved(ada, '1/one/1', 60))));
  expect(results('csv')).toContain('Ada,Blue,in');
  expect(JSON.parse(results('json'))).toMatchObject({ title: 'Monday', players: [{ name: 'Ada' }, { name: 'Bob' }] });
});
