// Levels as they ship with the program: checked when it was built, trusted when it runs.
import type { Scenarios } from '../scenarios/index.ts';
import type { Level } from './level.ts';

/** The checked level as plain data, to be written as JSON. */
export const compile = (level: Level): Level => JSON.parse(JSON.stringify(level)) as Level;

/** A level that was compiled with this program. Throws where it was not: then the build is at fault. */
export function loadCompiled(data: unknown, scenarios: Scenarios): Level {
  const level = data as Level;
  if (level?.format !== 1 || !scenarios.has(level.scenario))
    throw new Error('The levels of this program do not belong to it: build it again.');
  return level;
}
