// The levels that ship, loaded from their files.
import { readdirSync, readFileSync } from 'node:fs';
import type { Level } from '../src/game/level.ts';
import { loadLevel } from '../src/game/load.ts';
import { scenarios } from '../src/scenarios/index.ts';

const folder = new URL('../levels/', import.meta.url);

/** Their files, in the order of the map. */
export const levelFiles: readonly string[] = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml'))
  .sort();

export const loadShipped = (file: string) => loadLevel(readFileSync(new URL(file, folder), 'utf8'), file, scenarios);

export const shippedLevels = (): readonly Level[] =>
  levelFiles.map((file) => {
    const loaded = loadShipped(file);
    if (!('level' in loaded)) throw new Error(`${file} does not load`);
    return loaded.level;
  });
