// A level that was just begun lacks its words and nothing else.
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { newLevel, schemaFrom } from '../../src/cli/newLevel.ts';
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

describe('where an editor finds the schema', () => {
  it.each([
    [
      '/home/ann/levels',
      '/home/ann/levels/node_modules/https-quest/dist/',
      './node_modules/https-quest/dist/level.schema.json',
    ],
    ['/home/ann/https-quest', '/home/ann/https-quest/dist/', './dist/level.schema.json'],
    [
      '/home/ann/levels',
      '/usr/lib/node_modules/https-quest/dist/',
      'file:///usr/lib/node_modules/https-quest/dist/level.schema.json',
    ],
    [
      '/home/ann/https-quest/levels',
      '/home/ann/https-quest/dist/',
      'file:///home/ann/https-quest/dist/level.schema.json',
    ],
    ['/home/ann', '/home/ann/my games/dist/', 'file:///home/ann/my%20games/dist/level.schema.json'],
  ])('from %s, with the program in %s, is %s', (folder, program, says) => {
    const schema = new URL('level.schema.json', pathToFileURL(program));
    expect(schemaFrom(folder, schema)).toBe(says);
    expect(fileURLToPath(new URL(says, pathToFileURL(`${folder}/`)))).toBe(fileURLToPath(schema));
  });
});
