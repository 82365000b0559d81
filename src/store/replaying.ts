// A finished attempt once more, moment by moment: each decision, wrong ones too, and each message that came of it.
import type { Move } from '../game/attempt.ts';
import type { Judged } from '../game/play.ts';
import { score } from '../game/score.ts';
import { type Asking, common, lookAt, type Playing, snapshotOf, stageOf } from './playing.ts';

export interface Moment {
  /** What there was to see: the stage with the messages that had arrived. */
  readonly playing: Playing;
  /** What was decided at that moment; otherwise a message has just arrived. */
  readonly decided?: { readonly ask: string; readonly judged: Judged };
}
export interface Replaying {
  readonly moments: readonly Moment[];
  /** Index of the moment that is shown. */
  readonly at: number;
  /** It, as it is looked at. */
  readonly shown: Playing;
}

/** From the first message, or the first decision where that comes before. */
export function replaying(playing: Playing, asking: Asking): Replaying {
  return showing(momentsOf(playing, asking), 0);
}

/** `by` moments on, or back. */
export const stepped = ({ moments, at }: Replaying, by: number): Replaying =>
  showing(moments, Math.max(0, Math.min(moments.length - 1, at + by)));

function showing(moments: readonly Moment[], at: number): Replaying {
  const moment = moments[at];
  if (!moment) throw new RangeError('there is nothing to replay');
  return { moments, at, shown: moment.playing };
}

function momentsOf(last: Playing, asking: Asking): readonly Moment[] {
  const { moves } = last.attempt;
  let now = after(last, [], asking);
  const moments: Moment[] = arrivals(undefined, now);
  const before: After[] = [];
  for (const [index, move] of moves.entries()) {
    if (move.move === 'hint') continue;
    const next = after(last, moves.slice(0, index + 1), asking);
    if (move.move === 'answer') {
      before.push(now);
      moments.push(decision(now, next), ...arrivals(now, next));
      now = next;
    } else now = before.pop() ?? now;
  }
  return moments;
}

/** What had come of the moves so far. */
interface After {
  readonly playing: Playing;
  /** Index of the act in which the next decision is asked. */
  readonly act: number;
}

function after(last: Playing, moves: readonly Move[], asking: Asking): After {
  const attempt = { ...last.attempt, moves };
  const snapshot = snapshotOf(last.level, attempt, asking);
  const act = snapshot.acts.length - 1;
  const playing: Playing = {
    ...last,
    attempt,
    snapshot,
    act,
    score: score(moves, last.level, snapshot.outcome),
    phase: 'verdict',
    focus: 'move',
    aside: undefined,
    scroll: 0,
  };
  return { act, playing: at({ ...playing, stage: stageOf(snapshot, act) }, Number.POSITIVE_INFINITY) };
}

/** With the first `count` messages of its stage, the newest looked at. */
function at(playing: Playing, count: number): Playing {
  const rows = playing.stage.rows.slice(0, count);
  const cut = { ...playing, stage: { ...playing.stage, rows }, landed: rows.length, message: 0, layer: 0, path: [] };
  return lookAt(cut, { message: rows.length - 1 });
}

function decision(before: After, { playing: { snapshot, score: points, attempt } }: After): Moment {
  const judged = snapshot.judged.at(-1);
  if (!judged) throw new RangeError('an answer that came to nothing');
  const ask = before.playing.snapshot.waiting?.ask ?? '';
  // The stage as it was, the points as they became.
  return { playing: { ...before.playing, score: points, attempt }, decided: { ask, judged } };
}

/** The messages that are new, in this act and in those that began meanwhile. */
function arrivals(before: After | undefined, { playing, act: last }: After): Moment[] {
  const first = before?.act ?? 0;
  return Array.from({ length: last - first + 1 }, (_, index) => first + index).flatMap((act) => {
    const stage = stageOf(playing.snapshot, act);
    const known = before?.act === act ? common(before.playing.stage.rows, stage.rows) : 0;
    return stage.rows
      .slice(known)
      .map((_, index): Moment => ({ playing: at({ ...playing, act, stage }, known + index + 1) }));
  });
}
