// From the text of a level file to a level, or to what is wrong with it.
import type { Scenarios } from '../scenarios/index.ts';
import { problemsOf } from './checks.ts';
import { type Fault, type Read, readAs } from './faults.ts';
import { isOneAct, type Level, parseLevel } from './level.ts';
import type { Problem } from './yamlFile.ts';

/** Reads a level: its syntax, its schema, and what it says about its scenario. `check` then proves what it says. */
export function loadLevel(
  text: string,
  file: string,
  scenarios: Scenarios,
): { readonly level: Level; readonly faultsAt: Read<Level>['faultsAt'] } | { readonly faults: readonly Fault[] } {
  const read = readAs(text, file, parseLevel);
  if ('faults' in read) return read;
  const { value: level, data } = read;
  // In the short form the keys of the one act stand at the top.
  const asInFile = ({ path, ...problem }: Problem): Problem => ({
    ...problem,
    path: isOneAct(data) && path[0] === 'acts' ? path.slice(2) : path,
  });
  const faultsAt = (problems: readonly Problem[]) => read.faultsAt(problems.map(asInFile));
  const wrong = problemsOf(level, scenarios);
  return wrong.length ? { faults: faultsAt(wrong) } : { level, faultsAt };
}
