// What the title says of the log, before the log itself is opened: that takes longer than all else until the title is there.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { logName } from './folders.ts';

export interface Glance {
  /** Nothing was played yet. */
  readonly isNew: boolean;
  readonly finished: ReadonlySet<string>;
}

/**
 * The levels of which an attempt met its goal. It trusts every line: what is damaged is found when the log is opened, and
 * the title is then drawn by what the log says.
 */
export function glance(folder: string): Glance {
  const begun = new Set<string>();
  const finished = new Set<string>();
  /** Attempts that were not ended, with their level. */
  const open = new Map<string, string>();
  for (const { type, attempt, level, outcome } of events(folder)) {
    if (type === 'started') {
      open.set(attempt, level);
      begun.add(level);
    } else if (type === 'ended') {
      const its = open.get(attempt);
      if (its !== undefined && outcome === 'met') finished.add(its);
      open.delete(attempt);
    } else {
      const forgotten = level === undefined ? [...begun] : [level];
      for (const [one, its] of open) if (forgotten.includes(its)) open.delete(one);
      for (const one of forgotten) for (const levels of [begun, finished]) levels.delete(one);
    }
  }
  return { isNew: begun.size === 0, finished };
}

interface Told {
  readonly type: string;
  readonly attempt: string;
  readonly level: string;
  readonly outcome?: string;
}
const telling = /"type":"(?:started|ended|reset)"/;

function events(folder: string): readonly Told[] {
  try {
    // Moves are most of a log, and say nothing here.
    return readFileSync(join(folder, logName), 'utf8')
      .split('\n')
      .filter((line) => telling.test(line))
      .map((line) => JSON.parse(line.slice(line.indexOf('{'))));
  } catch {
    return [];
  }
}
