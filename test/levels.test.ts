// The levels that ship: each loads, and every verdict in them is what happens.
import { describe, expect, it } from 'vitest';
import { prove } from '../src/game/prove.ts';
import { scenarios } from '../src/scenarios/index.ts';
import { rightAnswers } from './journeys/answers.ts';
import { levelFiles, loadShipped } from './shipped.ts';

it('are those that have right answers, and no fewer than five', () => {
  expect(levelFiles.length).toBe(Object.keys(rightAnswers).length);
  expect(levelFiles.length).toBeGreaterThanOrEqual(5);
});

describe.each(levelFiles)('%s', (file) => {
  const loaded = loadShipped(file);

  it('loads', () => {
    expect(loaded).not.toHaveProperty('faults');
  });

  it('is proven', () => {
    if (!('level' in loaded)) throw new Error('it does not load');
    const { faults, plays, steps, choices, worlds } = prove(loaded.level, scenarios);
    expect(faults).toEqual([]);
    for (const count of [plays, steps, choices, worlds]) expect(count).toBeGreaterThan(0);
  });
});
