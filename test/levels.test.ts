// The levels that ship: each loads, and every verdict in them is what happens.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadLevel } from '../src/game/load.ts';
import { prove } from '../src/game/prove.ts';
import { scenarios } from '../src/scenarios/index.ts';

const folder = new URL('../levels/', import.meta.url);
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml'))
  .sort();

it('are five', () => {
  expect(files).toHaveLength(5);
});

describe.each(files)('%s', (file) => {
  const loaded = loadLevel(readFileSync(new URL(file, folder), 'utf8'), file, scenarios);

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
