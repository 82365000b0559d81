// Two servers in a café: nothing on the screen says who of them is who, until a wrong answer unmasks them.
import { describe, expect, it } from 'vitest';
import type { Answer } from '../../src/game/attempt.ts';
import { play } from '../../src/game/play.ts';
import { stage } from '../../src/game/view.ts';
import { scenarios } from '../../src/scenarios/index.ts';
import { shippedLevels } from '../shipped.ts';

const level = shippedLevels().find(({ id }) => id === 'who-answered');
const seeds = ['1', '2', '3', '4', '5', '6'];
const stageAfter = (seed: string, ...choices: readonly (readonly [step: string, choice: string])[]) => {
  const answers = choices.map(([step, choice]): Answer => ({ step, choice }));
  if (!level) throw new Error('the level does not ship');
  const { acts, slip } = play({ level, seed, answers }, scenarios);
  const [seen] = acts;
  if (!seen) throw new Error('nothing was played');
  return { ...stage(seen, slip !== undefined), words: seen.words };
};

describe('the two servers', () => {
  it.each(seeds)('look alike before the first answer, seed %s', (seed) => {
    const { cast, rows, words } = stageAfter(seed);
    const servers = cast.slice(1, 3);
    expect(servers.map(({ name, role }) => [name, role])).toEqual([
      ['Bob 1', 'server'],
      ['Bob 2', 'server'],
    ]);
    expect(servers.map(({ title }) => title).sort()).toEqual([words.named, words.known].sort());
    const pages = rows.filter(({ label }) => label === '200 OK').map(({ layers }) => layers[0]?.bytes);
    expect(pages).toHaveLength(2);
    expect(Buffer.from(pages[0] ?? [])).toEqual(Buffer.from(pages[1] ?? []));
  });
  it('stand in either order', () => {
    const first = new Set(seeds.map((seed) => stageAfter(seed).cast[1]?.actor));
    expect([...first].sort()).toEqual(['bob', 'mallory']);
  });
  it('keep their masks after right answers', () => {
    const { cast, others } = stageAfter('1', ['server', 'none'], ['bar', 'https']);
    expect(cast.map(({ name }) => name)).not.toContain('Mallory');
    expect(others).toEqual([]);
  });
  it('lose them after a wrong one', () => {
    const { cast, others } = stageAfter('1', ['server', 'page']);
    expect(cast.map(({ name, role }) => [name, role])).toContainEqual(['Mallory', 'attacker']);
    expect(cast.map(({ name }) => name)).not.toContain('Bob 1');
    expect(others.filter(({ name }) => name === 'Mallory').length).toBeGreaterThan(1);
  });
});

it('whoever changes the password afterwards has told Mallory the new one, and she was in first', () => {
  const { others } = stageAfter('1', ['server', 'none'], ['bar', 'change']);
  const notes = others.map(({ text }) => text);
  expect(notes.filter((text) => text.startsWith('A password of Alice'))).toHaveLength(2);
  expect(notes.findIndex((text) => text.includes('greets me'))).toBeLessThan(notes.length - 1);
});
