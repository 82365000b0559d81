// What the journal of a host says of a class, and what the grading of it costs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getHeapStatistics } from 'node:v8';
import { seedOf, type Stored } from '../../../src/classroom/events.ts';
import { grading } from '../../../src/classroom/grading.ts';
import { journalName } from '../../../src/classroom/journalFile.ts';
import { readJournal } from '../../../src/classroom/journalLines.ts';
import type { Move } from '../../../src/game/attempt.ts';
import { scenarios } from '../../../src/scenarios/index.ts';
import { shippedLevels } from '../../../test/shipped.ts';
import { finish, taken } from './processes.ts';

/** While the host writes, too: what is not whole yet at the end is left out. */
export function journalOf(folder: string): readonly Stored[] {
  const path = join(folder, journalName);
  return readJournal(readFileSync(path), path).kept;
}

/** An answer in the journal, and the first grade that knows it. */
export interface GradedAnswer {
  readonly key: string;
  readonly at: number;
  readonly graded?: { readonly at: number; readonly number: number };
}
export const keyOf = (player: string, attempt: string, index: number): string => `${player} ${attempt} ${index}`;

export function gradedAnswers(stored: readonly Stored[]): readonly GradedAnswer[] {
  const answers = new Map<string, GradedAnswer>();
  /** How many moves of an attempt are graded. */
  const upTo = new Map<string, number>();
  for (const { number, at, event } of stored) {
    if (event.type === 'moved' && event.move.move === 'answer') {
      const key = keyOf(event.player, event.attempt, event.index);
      answers.set(key, { key, at });
    }
    if (event.type !== 'graded') continue;
    const attempt = `${event.player} ${event.attempt}`;
    for (let index = upTo.get(attempt) ?? 0; index < event.moves; index++) {
      const key = `${attempt} ${index}`;
      const answer = answers.get(key);
      if (answer) answers.set(key, { ...answer, graded: { at, number } });
    }
    upTo.set(attempt, Math.max(upTo.get(attempt) ?? 0, event.moves));
  }
  return [...answers.values()];
}

export interface GradingResult {
  readonly answers: number;
  readonly cpu: number;
}
/** Grades the same answers in their order, alone in a process, as one thread of the host does. */
export async function gradingAlone(): Promise<void> {
  const { folder } = await taken<{ readonly folder: string }>();
  const levels = new Map(shippedLevels().map((level) => [level.id, level]));
  const grade = grading(scenarios, (kept) => kept <= 1_000 && getHeapStatistics().used_heap_size < 160 * 2 ** 20);
  const moves = new Map<string, Move[]>();
  let secret = '';
  let answers = 0;
  const stored = journalOf(folder);
  const before = process.cpuUsage();
  for (const { event } of stored) {
    if (event.type === 'created') secret = event.secret;
    if (event.type !== 'moved') continue;
    const { player, attempt, move } = event;
    const level = levels.get(attempt.split('/')[1] ?? '');
    if (!level) throw new Error(`no level for ${attempt}`);
    const so = moves.get(`${player} ${attempt}`) ?? [];
    so.push(move);
    moves.set(`${player} ${attempt}`, so);
    const { fault } = grade({ level, seed: seedOf(secret, player, attempt), moves: [...so] });
    if (fault !== undefined) throw new Error(fault);
    answers++;
  }
  const { user, system } = process.cpuUsage(before);
  finish({ answers, cpu: (user + system) / 1e6 } satisfies GradingResult);
}
