// What an attempt is worth, as the host finds by playing it: nobody's claim is used, and what nobody can have played counts for nothing.
import { type Answer, answerOf, BadRun, type Move, mostMoves } from '../game/attempt.ts';
import type { Level } from '../game/level.ts';
import { type Judged, play, type Snapshot } from '../game/play.ts';
import { score } from '../game/score.ts';
import type { Scenarios } from '../scenarios/index.ts';
import type { EventOf } from './events.ts';

/** What of a `graded` event the moves alone decide. */
export type Grade = Omit<EventOf<'graded'>, 'type' | 'player' | 'attempt' | 'moves' | 'regrade'>;
export type Slip = Grade['slips'][number];

export interface Graded {
  readonly level: Level;
  readonly seed: string;
  readonly moves: readonly Move[];
  /** Of an earlier grade without fault of the first of these moves: they are not played anew. */
  readonly slips?: readonly Slip[];
}

/** Grades what was played so far: one play of the answers that stand, and one of each wrong answer that is new. */
export function grade(graded: Graded, scenarios: Scenarios): Grade {
  try {
    return gradePlayed(graded, scenarios);
  } catch (error) {
    if (error instanceof BadRun) return nothingFor(error.message);
    throw error;
  }
}

/** The grade of an attempt that counts for nothing. */
export const nothingFor = (fault: string): Grade => ({ points: 0, stars: 0, slips: [], fault });

function gradePlayed({ level, seed, moves, slips: known = [] }: Graded, scenarios: Scenarios): Grade {
  if (level.proof === 'live')
    throw new BadRun(`Level "${level.id}" is played against a real program: nobody can replay it.`);
  if (moves.length > mostMoves) throw new BadRun(`The attempt has more than ${mostMoves} moves.`);
  const slips: Slip[] = [];
  const answers: Answer[] = [];
  const played = (): Snapshot => play({ level, seed, answers }, scenarios);
  for (const [index, move] of moves.entries()) {
    if (move.move === 'answer') answers.push(answerOf(move));
    if (move.move !== 'rewind') continue;
    const slip = known[slips.length] ?? slipOf(played());
    if (!slip) throw new BadRun(`Move ${index + 1} takes an answer back, but the last one was not wrong.`);
    slips.push(slip);
    answers.pop();
  }
  const snapshot = played();
  const { waiting, outcome } = snapshot;
  checkHints(moves, level, waiting?.step.id);
  const last = slipOf(snapshot);
  const { points, stars } = score(moves, level, outcome);
  return { points, stars, ...(outcome ? { outcome } : {}), slips: last ? [...slips, last] : slips };
}

function slipOf({ slip }: Snapshot): Slip | undefined {
  if (!slip) return undefined;
  const { step, choice, misconception }: Judged = slip;
  return { step, choice, ...(misconception === undefined ? {} : { misconception }) };
}

/**
 * Hints are read at the step that waits, one after the other. Which waited is known from the answer that follows, or from
 * the end; throws BadRun where another was read.
 */
function checkHints(moves: readonly Move[], level: Level, waiting: string | undefined): void {
  const hintsOf = new Map(level.acts.flatMap(({ steps }) => steps).map(({ id, hints }) => [id, hints?.length ?? 0]));
  const read = new Map<string, number>();
  let since: string[] = [];
  const allOf = (step: string | undefined) => {
    const wrong = since.find((one) => one !== step);
    if (wrong !== undefined) throw new BadRun(`A hint of step "${wrong}" was read where that step did not wait.`);
    since = [];
  };
  for (const move of moves) {
    if (move.move === 'answer') allOf(move.step);
    // What was wrong is taken back at once: between the two nothing is asked.
    if (move.move === 'rewind') allOf(undefined);
    if (move.move !== 'hint') continue;
    const { step, tier } = move;
    if (tier !== (read.get(step) ?? 0) + 1 || tier > (hintsOf.get(step) ?? 0))
      throw new BadRun(`Hint ${tier} of step "${step}" was read, which was not the next one there.`);
    read.set(step, tier);
    since.push(step);
  }
  allOf(waiting);
}
