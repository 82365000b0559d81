// A level that was just begun lacks its words and nothing else.
import { describe, expect, it } from 'vitest';
import { newLevel } from '../../src/cli/newLevel.ts';
import { loadLevel } from '../../src/game/load.ts';
import { prove } from '../../src/game/prove.ts';
import { scenarios } from '../../src/scenarios/index.ts';

const text = newLevel('my-level', 'file:///schema.json');
const empty = text
  .split('\n')
  .flatMap((line, index) => (/""[\],]?/.test(line.replace(/^ *#.*/, '')) ? [index + 1] : []));

describe('a new level', () => {
  it('is refused for each text that is missing, at its line, and for nothing else', () => {
    const loaded = loadLevel(text, 'my-level.yaml', scenarios);
    if (!('faults' in loaded)) throw new Error('it loads without words');
    expect(new Set(loaded.faults.map(({ message }) => message))).toEqual(new Set(['This is empty.']));
    expect([...new Set(loaded.faults.map(({ line }) => line))]).toEqual(empty);
    expect(empty.length).toBeGreaterThan(10);
  });
  it('is proven once its words are there', () => {
    const written = text.replaceAll('""', 'Words');
    const loaded = loadLevel(written, 'my-level.yaml', scenarios);
    if (!('level' in loaded)) throw new Error(JSON.stringify(loaded.faults));
    const { faults, choices, worlds } = prove(loaded.level, scenarios);
    expect({ faults, choices, worlds }).toEqual({ faults: [], choices: 2, worlds: 2 });
  });
});
