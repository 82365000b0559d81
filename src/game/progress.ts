// What a player has done so far: the events of the log, and what they add up to. Pure; `src/store/log.ts` keeps the file.
import { z } from 'zod';
import { type Attempt, type Move, mostMoves, moveSchema } from './attempt.ts';
import { idPattern } from './letters.ts';

/** The version that this program writes. A log of a higher one is left alone. */
export const logVersion = 1;

const id = z.string().regex(idPattern);
const stars = z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]);
const head = { v: z.literal(logVersion), at: z.iso.datetime(), attempt: id };

/** One event of the log, as it stands on disk. Strict and bounded: a line that does not fit it is a damaged line. */
export const logEventSchema = z.discriminatedUnion('type', [
  z.strictObject({
    ...head,
    type: z.literal('started'),
    level: id,
    contentHash: z.string().regex(/^[0-9a-f]{8,64}$/),
    seed: z.string().min(1).max(200),
  }),
  z.strictObject({ ...head, type: z.literal('moved'), move: moveSchema }),
  /** What the attempt came to, so that the map need not replay it. */
  z.strictObject({
    ...head,
    type: z.literal('ended'),
    outcome: z.enum(['met', 'missed']),
    points: z.number().int().min(0).max(100),
    stars,
  }),
]);
export type LogEvent = z.output<typeof logEventSchema>;
/** An event as its maker gives it: the log adds the version and the time. */
export type NewEvent = LogEvent extends infer One ? (One extends LogEvent ? Omit<One, 'v' | 'at'> : never) : never;

export interface LevelProgress {
  /** How often the level was begun. */
  readonly attempts: number;
  /** Of the attempts that met the goal, the one with the most points. */
  readonly best?: { readonly points: number; readonly stars: 0 | 1 | 2 | 3 };
}
export interface Progress {
  readonly levels: Readonly<Record<string, LevelProgress>>;
  /** The newest attempt of a level that was begun and not ended, to go on with. */
  readonly unfinished: Readonly<Record<string, { readonly id: string; readonly attempt: Attempt }>>;
}
/** The log as the store and plain mode use it (`src/store/log.ts` opens it). */
export interface AttemptLog {
  readonly progress: Progress;
  /** What was wrong with the file and what was done about it: one sentence each, for the player. May grow. */
  readonly notices: readonly string[];
  /** Appends durably; the time and the version are added. A failure to write is a notice, never a crash. */
  readonly record: (event: NewEvent) => void;
}

/** Attempts that a newer one of their level has overtaken, and that may still end: played in another window. */
const mostOlder = 16;

/** The fold of the log, an event at a time. */
export interface Folded {
  readonly progress: Progress;
  readonly older: ReadonlyMap<string, Attempt>;
}
// Names of levels come from files: a record without a prototype has no `constructor` of its own to be mistaken for one.
const record = <T>(entries: Readonly<Record<string, T>>): Record<string, T> =>
  Object.assign(Object.create(null), entries);
export const nothingYet: Folded = { progress: { levels: record({}), unfinished: record({}) }, older: new Map() };

export const progressOf = (events: Iterable<LogEvent>): Progress => {
  let folded = nothingYet;
  for (const event of events) folded = fold(folded, event);
  return folded.progress;
};

export function fold(before: Folded, event: LogEvent): Folded {
  if (event.type === 'started') {
    const { level, contentHash, seed } = event;
    return begin(before, event.attempt, { level, contentHash, seed, moves: [] });
  }
  const attempt = attemptOf(before, event.attempt);
  if (!attempt) return before;
  return event.type === 'moved' ? goOn(before, event.attempt, attempt, event.move) : end(before, attempt, event);
}

function attemptOf({ progress, older }: Folded, id: string): Attempt | undefined {
  return Object.values(progress.unfinished).find((one) => one.id === id)?.attempt ?? older.get(id);
}

function begin({ progress, older }: Folded, id: string, attempt: Attempt): Folded {
  const { level } = attempt;
  const { levels, unfinished } = progress;
  const overtaken = unfinished[level];
  const kept = [...older, ...(overtaken ? [[overtaken.id, overtaken.attempt] as const] : [])];
  return {
    older: new Map(kept.slice(-mostOlder)),
    progress: {
      levels: record({ ...levels, [level]: { ...levels[level], attempts: (levels[level]?.attempts ?? 0) + 1 } }),
      unfinished: record({ ...unfinished, [level]: { id, attempt } }),
    },
  };
}

function goOn({ progress, older }: Folded, id: string, attempt: Attempt, next: Move): Folded {
  if (attempt.moves.length >= mostMoves) return { progress, older };
  const longer = { ...attempt, moves: [...attempt.moves, next] };
  if (older.has(id)) return { progress, older: new Map(older).set(id, longer) };
  const unfinished = record({ ...progress.unfinished, [attempt.level]: { id, attempt: longer } });
  return { progress: { ...progress, unfinished }, older };
}

function end({ progress, older }: Folded, { level }: Attempt, event: Extract<LogEvent, { type: 'ended' }>): Folded {
  const had = progress.levels[level] ?? { attempts: 1 };
  const better = event.outcome === 'met' && event.points >= (had.best?.points ?? 0);
  const best = { points: event.points, stars: event.stars };
  const levels = better ? record({ ...progress.levels, [level]: { ...had, best } }) : progress.levels;
  const unfinished = record(progress.unfinished);
  if (unfinished[level]?.id === event.attempt) delete unfinished[level];
  const left = new Map(older);
  left.delete(event.attempt);
  return { progress: { levels, unfinished }, older: left };
}
