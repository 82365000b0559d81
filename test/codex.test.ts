// The codex that ships: every level holds against it, nothing in it is without use, and whatever levels show has an entry.
import { describe, expect, it } from 'vitest';
import { builtInFolder } from './shipped.ts';
import { codexIn, faultLine, levelsIn } from '../src/cli/levelFiles.ts';
import { checkCodex } from '../src/game/checkCodex.ts';
import { shownIn } from '../src/game/shown.ts';
import { scenarios } from '../src/scenarios/index.ts';

const levels = levelsIn(builtInFolder);
const codex = codexIn(builtInFolder);
if (typeof levels === 'string') throw new Error(levels);

describe('the codex that ships', () => {
  it('is read without a fault', () => {
    expect([...levels.faults, ...codex.faults].map(faultLine)).toEqual([]);
  });
  it('and its levels hold against each other', () => {
    const faults = checkCodex(
      { levels: levels.levels, files: codex.files, shipped: { levels: [], files: [] } },
      scenarios,
    );
    expect(faults.map(faultLine)).toEqual([]);
  });
  it('has an entry for every message, secret, check and alert that a level shows', () => {
    const named = new Set(
      codex.files.flatMap(({ entries }) => Object.entries(entries).flatMap(([name, { shown }]) => [name, ...shown])),
    );
    const shown = levels.levels.flatMap(({ level }) => shownIn(level, scenarios).map(({ name }) => name));
    expect(new Set(shown).size).toBeGreaterThan(25);
    expect([...new Set(shown)].filter((name) => !named.has(name))).toEqual([]);
  });
});
