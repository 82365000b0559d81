// The level that is played was changed: the same answers in the changed level, and the screen stays where it is.
import { type Attempt, standing } from '../game/attempt.ts';
import type { Level } from '../game/level.ts';
import type { Snapshot } from '../game/play.ts';
import { beginningOf, refitted } from '../game/refit.ts';
import { score } from '../game/score.ts';
import type { Scenarios } from '../scenarios/index.ts';
import {
  type Asking,
  ended,
  fieldsAt,
  gainedBy,
  looking,
  opened,
  type Playing,
  snapshotOf,
  stageOf,
  subjectsOf,
} from './playing.ts';

interface Anew {
  /** The id of the attempt, where it has to be another one. */
  readonly id: string;
  readonly scenarios: Scenarios;
}

/** Goes on in the changed level: at the same place where it takes all answers that stand, otherwise behind the last it takes. */
export function reread(playing: Playing, level: Level, { id: drawn, scenarios }: Anew, asking: Asking): Playing {
  const attempt = refitted(playing.attempt, level, scenarios);
  const snapshot = snapshotOf(level, attempt, asking);
  const same = attempt === playing.attempt;
  const id = same ? playing.id : drawn;
  if (!same) for (const event of beginningOf(id, attempt)) asking.log.record(event);
  if (lost(playing.attempt, attempt) || playing.act >= snapshot.acts.length)
    return opened(level, id, attempt, snapshot, 'ask');
  const stage = stageOf(snapshot, playing.act);
  const phase = phaseIn(snapshot, playing);
  const next: Playing = {
    ...playing,
    id,
    level,
    attempt,
    snapshot,
    stage,
    phase: phase === 'over' ? 'verdict' : phase,
    score: score(attempt.moves, level, snapshot.outcome),
    gained: phase === 'verdict' ? gainedBy(attempt, level, snapshot) : 0,
    // What had arrived has arrived; what is new is there at once, unless the packets are still in flight.
    landed:
      playing.landed < playing.stage.rows.length ? Math.min(playing.landed, stage.rows.length) : stage.rows.length,
    since: {
      rows: Math.min(playing.since.rows, stage.rows.length),
      notes: Math.min(playing.since.notes, stage.notebook.length),
    },
    hints: same ? playing.hints : 0,
    aside: same || playing.aside !== 'hint' ? playing.aside : undefined,
  };
  const shown = looksAt(next) === looksAt(playing) ? next : looking(next);
  if (phase !== 'over') return shown;
  return same ? { ...shown, phase } : ended(shown, asking);
}

/** A sentence on a level that was read again, and on the answers that went with it. */
export function readAgain(before: Attempt, now: Attempt): string {
  const left = lost(before, now);
  if (!left) return 'The level was read again.';
  return `The level was read again. ${left === 1 ? 'One answer does' : `${left} answers do`} not fit it any more.`;
}

/** How many of the answers that stood the attempt no longer has. */
const lost = (before: Attempt, now: Attempt): number => standing(before.moves).length - standing(now.moves).length;

/** The same moment, unless there is no such moment any more. */
function phaseIn({ acts, waiting, slip }: Snapshot, { phase, act }: Playing): Playing['phase'] {
  const asks = waiting !== undefined && act === acts.length - 1;
  if (phase === 'over') return asks ? 'ask' : slip ? 'verdict' : 'over';
  return phase === 'verdict' || asks ? phase : 'verdict';
}

/** The message and the field in it, by their names. */
const looksAt = (playing: Playing): string =>
  JSON.stringify([subjectsOf(playing)[playing.message]?.title, playing.layer, fieldsAt(playing).field?.name]);
