// One attempt at a level on the screen: pure steps from one state of it to the next. Every move goes to the log at once.
import {
  type Answer,
  type Attempt,
  BadRun,
  contentHash,
  type Move,
  moveOf,
  type Run,
  standing,
} from '../game/attempt.ts';
import type { Level } from '../game/level.ts';
import { type Judged, play, type Snapshot } from '../game/play.ts';
import type { AttemptLog } from '../game/progress.ts';
import { costOfSlip, highestHint, type Score, score } from '../game/score.ts';
import { type Layer, type Row, stage, type Stage } from '../game/view.ts';
import type { Scenarios } from '../scenarios/index.ts';
import type { Field } from '../tls/codec.ts';

/** What of the screen the keys go to. */
export type Focus = 'move' | 'bytes' | 'ladder';
export interface Playing {
  readonly id: string;
  readonly level: Level;
  readonly attempt: Attempt;
  readonly snapshot: Snapshot;
  readonly score: Score;
  /** Index of the act on the stage. */
  readonly act: number;
  readonly stage: Stage;
  /** Rows of the ladder that have arrived; the others fly or wait. */
  readonly landed: number;
  /** What was there before the last answer: rows of the ladder, and notes of the player's actor. */
  readonly since: Since;
  readonly phase: 'brief' | 'ask' | 'verdict' | 'over';
  /** Points that the last answer gained or cost. */
  readonly gained: number;
  readonly focus: Focus;
  /** What the left panel shows instead of the question. */
  readonly aside: 'hint' | 'notebook' | undefined;
  /** The highest tier of hint that was read at the step that waits. */
  readonly hints: 0 | 1 | 2 | 3;
  /** First line shown of a text that is longer than its panel. */
  readonly scroll: number;
  /** Index of the message looked at: of the ladder, or in a pick of the dump. */
  readonly message: number;
  readonly layer: number;
  /** Positions of the field looked at, from the outermost. */
  readonly path: readonly number[];
  /** It is one decision by itself: the how manieth of how many. */
  readonly drill?: { readonly number: number; readonly of: number };
}
interface Since {
  readonly rows: number;
  readonly notes: number;
}
const sinceTheBeginning: Since = { rows: 0, notes: 0 };
/** What the steps need of the world. */
export interface Asking {
  /** Throws what is not to be had yet, before anything is recorded: the step is then tried again. */
  readonly play: (run: Run) => Snapshot;
  readonly log: Pick<AttemptLog, 'record'>;
  readonly still: boolean;
}

interface Begin {
  readonly id: string;
  readonly seed: string;
  readonly going: { readonly id: string; readonly attempt: Attempt } | undefined;
}

/** A new attempt, or the one that was left, where it still fits the level. */
export function begin(level: Level, { id, seed, going }: Begin, asking: Asking): Playing {
  if (going?.attempt.contentHash === contentHash(level)) {
    try {
      return resume(level, going.id, going.attempt, asking);
    } catch (error) {
      if (!(error instanceof BadRun)) throw error;
    }
  }
  const attempt: Attempt = { level: level.id, contentHash: contentHash(level), seed, moves: [] };
  const snapshot = snapshotOf(level, attempt, asking);
  asking.log.record({ attempt: id, type: 'started', level: level.id, contentHash: attempt.contentHash, seed });
  return opened(level, id, attempt, snapshot, 'brief');
}

function resume(level: Level, id: string, left: Attempt, asking: Asking): Playing {
  const snapshot = snapshotOf(level, left, asking);
  if (!snapshot.slip) return opened(level, id, left, snapshot, left.moves.length ? 'ask' : 'brief');
  const { attempt, snapshot: back } = played(level, id, left, { move: 'rewind' }, asking);
  return opened(level, id, attempt, back, 'ask');
}

export const snapshotOf = (level: Level, { seed, moves }: Attempt, { play }: Asking): Snapshot =>
  play({ level, seed, answers: standing(moves) });

function moved(id: string, attempt: Attempt, move: Move, { log }: Asking): Attempt {
  log.record({ attempt: id, type: 'moved', move });
  return { ...attempt, moves: [...attempt.moves, move] };
}

/** A move that changes the run: first played, then recorded. */
function played(level: Level, id: string, before: Attempt, move: Move, asking: Asking) {
  const snapshot = snapshotOf(level, { ...before, moves: [...before.moves, move] }, asking);
  return { attempt: moved(id, before, move, asking), snapshot };
}

/**
 * Stands at the last act of the snapshot; what happened there has all arrived, except at a brief. Where nothing more is
 * asked, the last verdict stands.
 */
export function opened(
  level: Level,
  id: string,
  attempt: Attempt,
  snapshot: Snapshot,
  phase: 'brief' | 'ask',
): Playing {
  const act = snapshot.acts.length - 1;
  const now = stageOf(snapshot, act);
  return fresh({
    id,
    level,
    attempt,
    snapshot,
    act,
    stage: now,
    landed: phase === 'brief' ? 0 : now.rows.length,
    since: sinceTheBeginning,
    score: score(attempt.moves, level, snapshot.outcome),
    phase: snapshot.outcome ? 'verdict' : phase,
    gained: snapshot.outcome ? gainedBy(attempt, level, snapshot) : 0,
  });
}

type Fresh = Omit<Playing, 'focus' | 'aside' | 'hints' | 'scroll' | 'message' | 'layer' | 'path'>;
/** With the focus on the move, and the newest message looked at. */
function fresh(playing: Fresh): Playing {
  const { waiting } = playing.snapshot;
  const hints = waiting ? highestHint(playing.attempt.moves, waiting.step.id) : 0;
  return looking({ ...playing, focus: 'move', aside: undefined, hints, scroll: 0, message: 0, layer: 0, path: [] });
}

export function stageOf({ acts, slip }: Snapshot, act: number): Stage {
  const seen = acts[act];
  if (!seen) throw new RangeError(`there is no act ${act}`);
  return stage(seen, slip !== undefined && act === acts.length - 1);
}

/** The answer is carried out: what follows flies in, then the verdict stands. */
export function answered(playing: Playing, answer: Answer, asking: Asking): Playing {
  const { waiting } = playing.snapshot;
  if (playing.phase !== 'ask' || !waiting || answer.step !== waiting.step.id) return playing;
  const move = moveOf(answer);
  const { attempt, snapshot } = played(playing.level, playing.id, playing.attempt, move, asking);
  const after = score(attempt.moves, playing.level, snapshot.outcome);
  const now = stageOf(snapshot, playing.act);
  const since = { rows: common(playing.stage.rows, now.rows), notes: playing.stage.notebook.length };
  const next: Fresh = {
    ...playing,
    attempt,
    snapshot,
    stage: now,
    score: after,
    landed: asking.still ? now.rows.length : since.rows,
    since,
    phase: 'verdict',
    gained: gainedBy(attempt, playing.level, snapshot),
  };
  return fresh(next);
}

/** What the last answer gained, or cost where it was wrong. */
export function gainedBy({ moves }: Attempt, level: Level, { judged, slip, outcome }: Snapshot): number {
  if (slip) return costOfSlip(moves, level);
  const last = judged.at(-1)?.step;
  return score(moves, level, outcome).decisions.find(({ step }) => step === last)?.points ?? 0;
}

/** Rows that look the same at the beginning of both: they need not fly again. */
export function common(before: readonly Row[], after: readonly Row[]): number {
  const differs = after.findIndex((row, index) => {
    const old = before[index];
    return !old || old.from !== row.from || old.to !== row.to || old.label !== row.label || old.kind !== row.kind;
  });
  return differs < 0 ? after.length : differs;
}

/** After a brief to the question, after a verdict back to the decision, on to the next, the next act or the end. */
export function goOn(playing: Playing, asking: Asking): Playing {
  if (isFlying(playing)) return land(playing, true);
  const { phase, snapshot, level, id } = playing;
  if (phase === 'brief')
    return fresh({ ...playing, phase: 'ask', landed: asking.still ? playing.stage.rows.length : 0 });
  if (phase !== 'verdict') return playing;
  if (snapshot.slip) {
    const { attempt, snapshot: before } = played(level, id, playing.attempt, { move: 'rewind' }, asking);
    const back = opened(level, id, attempt, before, 'ask');
    return offersHint(back) ? { ...back, aside: 'hint' } : back;
  }
  if (snapshot.waiting && playing.act === snapshot.acts.length - 1) return fresh({ ...playing, phase: 'ask' });
  if (snapshot.waiting) return opened(level, id, playing.attempt, snapshot, 'brief');
  if (playing.act < snapshot.acts.length - 1) {
    const act = snapshot.acts.length - 1;
    return fresh({
      ...playing,
      act,
      stage: stageOf(snapshot, act),
      landed: 0,
      since: sinceTheBeginning,
      phase: 'verdict',
    });
  }
  return ended(playing, asking);
}

/** The attempt is over, and the log says what it came to. */
export function ended(playing: Playing, { log }: Asking): Playing {
  const { id, snapshot, score: reached } = playing;
  const { points, stars } = reached;
  log.record({ attempt: id, type: 'ended', outcome: snapshot.outcome ?? 'missed', points, stars });
  return { ...playing, phase: 'over', scroll: 0 };
}

/** Every wrong answer of the attempt, in order, with what came of it. */
export function slipsOf(level: Level, { seed, moves }: Attempt, scenarios: Scenarios): readonly Judged[] {
  return moves.flatMap((move, index) => {
    if (move.move !== 'rewind') return [];
    const { slip } = play({ level, seed, answers: standing(moves.slice(0, index)) }, scenarios);
    return slip ? [slip] : [];
  });
}

/** After two wrong answers at a decision the next hint is offered unasked; it is read only when the player asks. */
export function offersHint({ snapshot, attempt, hints }: Playing): boolean {
  const { waiting } = snapshot;
  if (!waiting || hints >= waiting.hints.length) return false;
  return attempt.moves.filter((move) => move.move === 'answer' && move.step === waiting.step.id).length >= 2;
}

/** Shows the next hint; when all were read, or there are none, turns between them (or why there are none) and the question. */
export function hinted(playing: Playing, asking: Asking): Playing {
  const { waiting } = playing.snapshot;
  if (playing.phase !== 'ask' || !waiting) return playing;
  const tier = playing.hints + 1;
  if (tier > waiting.hints.length) return { ...playing, aside: playing.aside === 'hint' ? undefined : 'hint' };
  const attempt = moved(
    playing.id,
    playing.attempt,
    { move: 'hint', step: waiting.step.id, tier: tier as 1 | 2 | 3 },
    asking,
  );
  return {
    ...playing,
    attempt,
    hints: tier as 1 | 2 | 3,
    aside: 'hint',
    score: score(attempt.moves, playing.level, undefined),
  };
}

export const isFlying = ({ landed, stage: { rows }, phase }: Playing): boolean =>
  phase !== 'brief' && landed < rows.length;

export function land(playing: Playing, all: boolean): Playing {
  const landed = all ? playing.stage.rows.length : Math.min(playing.stage.rows.length, playing.landed + 1);
  return landed === playing.stage.rows.length ? looking({ ...playing, landed }) : { ...playing, landed };
}

// ---- looking at messages ----------------------------------------------------------------------------------------

/** A message that can be looked at. */
export interface Subject {
  readonly title: string;
  readonly layers: readonly Layer[];
}

/** The messages to look at: what is to be picked from, otherwise those of the ladder that have bytes. */
export function subjectsOf({ snapshot: { waiting }, stage: { rows }, phase, landed }: Playing): readonly Subject[] {
  if (phase === 'ask' && waiting?.dump.length)
    return waiting.dump.map(({ name, bytes, fields }) => ({ title: name, layers: [{ title: '', bytes, fields }] }));
  return rows.slice(0, landed).map(({ label, note, layers }) => ({
    title: (label === 'application data' && note) || label || 'sealed record',
    layers,
  }));
}

export const isPick = ({ snapshot: { waiting }, phase }: Playing): boolean =>
  phase === 'ask' && waiting?.step.kind === 'pick';

/**
 * Looks at what just happened: the newest message since the last answer that can be read and says more than goodbye,
 * otherwise the newest; in a pick at the first.
 */
export function looking(playing: Playing): Playing {
  if (isPick(playing)) return atMessage(playing, 0);
  const subjects = subjectsOf(playing);
  const says = ({ title, layers }: Subject, index: number) =>
    index >= playing.since.rows && layers.some(({ fields }) => fields.length) && !saysLittle.test(title);
  const found = subjects.findLastIndex(says);
  const newest = subjects.findLastIndex(({ layers }) => layers.length);
  return atMessage(playing, Math.max(0, found < 0 ? newest : found));
}

/** Goodbyes, seals, and answers that only say how it went. */
const saysLittle = /^(alert|Finished|ChangeCipherSpec|sealed|\d{3} )/;

function atMessage(playing: Playing, message: number): Playing {
  const layers = subjectsOf(playing)[message]?.layers ?? [];
  const layer = Math.max(0, layers.length - 1);
  return { ...playing, message, layer, path: pathInto(layers[layer]?.fields ?? []) };
}

/** Into what the message is about: the longest field behind the record's head, and on while one of them is most of it. */
function pathInto(fields: readonly Field[]): readonly number[] {
  if (!fields.length) return [];
  const weight = ({ name, length }: Field) => length * (weights[name] ?? 1);
  const most = Math.max(...fields.map(weight));
  const longest = fields.findLastIndex((field) => weight(field) === most);
  const field = fields[longest];
  const all = fields.reduce((sum, one) => sum + weight(one), 0);
  const deeper = field && field.length > all / 2 ? pathInto(field.children ?? []) : [];
  return [longest, ...deeper];
}

/** What a head or a type byte says is known from elsewhere; what somebody typed is what counts. */
const weights: Readonly<Record<string, number>> = { record_header: 0, inner_content_type: 0, body: 4 };

export const layerOf = (playing: Playing): Layer | undefined =>
  subjectsOf(playing)[playing.message]?.layers[playing.layer];

/** The field that the path leads to, and its neighbours. */
export function fieldsAt(playing: Playing): { readonly siblings: readonly Field[]; readonly field: Field | undefined } {
  let siblings = layerOf(playing)?.fields ?? [];
  for (const position of playing.path.slice(0, -1)) siblings = siblings[position]?.children ?? [];
  return { siblings, field: siblings[playing.path.at(-1) ?? 0] };
}

/** The answer that the field looked at is, where something is to be picked. */
export function marked(playing: Playing): Answer | undefined {
  const { field } = fieldsAt(playing);
  const { waiting } = playing.snapshot;
  if (!field || !waiting || !isPick(playing)) return undefined;
  return { step: waiting.step.id, value: { record: playing.message, offset: field.offset, length: field.length } };
}

export type Looking =
  | { readonly focus: Focus | 'next' }
  | { readonly message: number }
  | { readonly field: 1 | -1 }
  | { readonly nested: 'into' | 'out' }
  | { readonly layer: 'next' }
  | { readonly notebook: boolean }
  | { readonly scroll: number };

const focuses: readonly Focus[] = ['move', 'bytes', 'ladder'];

export function lookAt(playing: Playing, change: Looking): Playing {
  if ('focus' in change) {
    const index = focuses.indexOf(playing.focus);
    const focus = change.focus === 'next' ? focuses[(index + 1) % focuses.length] : change.focus;
    return { ...playing, focus: focus ?? 'move' };
  }
  if ('message' in change) {
    const last = subjectsOf(playing).length - 1;
    return last < 0 ? playing : atMessage(playing, Math.max(0, Math.min(last, change.message)));
  }
  if ('scroll' in change) return { ...playing, scroll: Math.max(0, change.scroll) };
  if ('notebook' in change) return { ...playing, aside: change.notebook ? 'notebook' : undefined };
  if ('layer' in change) {
    const layers = subjectsOf(playing)[playing.message]?.layers ?? [];
    const layer = layers.length ? (playing.layer + 1) % layers.length : 0;
    return { ...playing, layer, path: pathInto(layers[layer]?.fields ?? []) };
  }
  const { siblings, field } = fieldsAt(playing);
  const position = playing.path.at(-1) ?? 0;
  if ('field' in change) {
    if (!siblings.length) return playing;
    const next = (position + change.field + siblings.length) % siblings.length;
    return { ...playing, path: [...playing.path.slice(0, -1), next] };
  }
  if (change.nested === 'into') return field?.children?.length ? { ...playing, path: [...playing.path, 0] } : playing;
  return playing.path.length > 1 ? { ...playing, path: playing.path.slice(0, -1) } : { ...playing, focus: 'move' };
}
