// A level that was changed while it is played: what of the attempt it takes as well.
import type { Scenarios } from '../scenarios/index.ts';
import { type Answer, type Attempt, BadRun, contentHash, moveOf, standing } from './attempt.ts';
import type { Level } from './level.ts';
import { play } from './play.ts';
import type { NewEvent } from './progress.ts';

/**
 * The attempt to go on with in the changed level. Where only words were changed it is the same one. Otherwise it is another
 * one from the same seed: of the answers that stand, as many as the level still takes, each where its step is asked.
 */
export function refitted(attempt: Attempt, level: Level, scenarios: Scenarios): Attempt {
  const hash = contentHash(level);
  if (hash === attempt.contentHash) return attempt;
  const { seed } = attempt;
  // A real program does not do the same twice: the level begins anew with it.
  let answers: readonly Answer[] = level.proof === 'live' ? [] : standing(attempt.moves);
  while (answers.length && !takes(level, seed, answers, scenarios)) answers = answers.slice(0, -1);
  return { level: level.id, contentHash: hash, seed, moves: answers.map(moveOf) };
}

function takes(level: Level, seed: string, answers: readonly Answer[], scenarios: Scenarios): boolean {
  try {
    play({ level, seed, answers }, scenarios);
    return true;
  } catch (error) {
    if (error instanceof BadRun) return false;
    throw error;
  }
}

/** What the log is told of an attempt that begins with moves. */
export const beginningOf = (id: string, { level, contentHash, seed, moves }: Attempt): readonly NewEvent[] => [
  { attempt: id, type: 'started', level, contentHash, seed },
  ...moves.map((move): NewEvent => ({ attempt: id, type: 'moved', move })),
];
