// The levels that ship, loaded from their files.
import { readdirSync, readFileSync } from 'node:fs';
import { codexOf, contentOf, loadCodexFile } from '../src/game/codex.ts';
import type { Pages } from '../src/game/codexPages.ts';
import { placesOf } from '../src/game/codexPlaces.ts';
import type { Level } from '../src/game/level.ts';
import { loadLevel } from '../src/game/load.ts';
import { scenarios } from '../src/scenarios/index.ts';

/** Where they lie, with their codex. */
export const builtInFolder = new URL('../levels/', import.meta.url).pathname;
const folder = new URL('../levels/', import.meta.url);

/** Their files, in the order of the map. */
export const levelFiles: readonly string[] = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml') && contentOf(file) === 'level')
  .sort();

export const loadShipped = (file: string) => loadLevel(readFileSync(new URL(file, folder), 'utf8'), file, scenarios);

export const shippedLevels = (): readonly Level[] =>
  levelFiles.map((file) => {
    const loaded = loadShipped(file);
    if (!('level' in loaded)) throw new Error(`${file} does not load`);
    return loaded.level;
  });

/** The codex that ships. */
export function shippedPages(): Pages {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml') && contentOf(file) !== 'level')
    .map((file) => {
      const loaded = loadCodexFile(readFileSync(new URL(file, folder), 'utf8'), file);
      if ('faults' in loaded) throw new Error(`${file} does not load`);
      return loaded;
    });
  const codex = codexOf(files);
  return { codex, places: placesOf(codex, shippedLevels(), scenarios) };
}
