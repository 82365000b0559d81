// A whole run of each level that ships, by the right answers.
import type { Answer } from '../../src/game/attempt.ts';
import type { Level } from '../../src/game/level.ts';
import { play, type Snapshot } from '../../src/game/play.ts';
import { scenarios } from '../../src/scenarios/index.ts';
import { rightAnswers } from '../journeys/answers.ts';

export function wholeRun(level: Level, seed = '1'): Snapshot {
  const answers: Answer[] = [];
  for (const choice of rightAnswers[level.id] ?? []) {
    const { waiting } = play({ level, seed, answers }, scenarios);
    if (!waiting) throw new Error(`${level.id} asks no more`);
    answers.push({ step: waiting.step.id, choice });
  }
  return play({ level, seed, answers }, scenarios);
}
