// What a player has done so far: the events of the log, and what they add up to. Pure; `src/store/log.ts` keeps the file.
import * as z from 'zod';
import { answerSchema, type Attempt, mostMoves, moveSchema } from './attempt.ts';
import { idPattern } from './letters.ts';

/** The newest version of events that this program knows. A log with one of a higher version is left alone. */
export const logVersion = 2;
/**
 * The version in which each kind of event came. It is written with the event, so that an older program reads every log in
 * which nothing stands that it does not know.
 */
const cameIn = { started: 1, moved: 1, ended: 1, drilled: 2, reset: 2 } as const;

const id = z.string().regex(idPattern);
const oneToThree = [z.literal(1), z.literal(2), z.literal(3)] as const;
const stars = z.union([z.literal(0), ...oneToThree]);
const contentHash = z.string().regex(/^[0-9a-f]{8,64}$/);
const seed = z.string().min(1).max(200);
const head = <Type extends keyof typeof cameIn>(type: Type) => ({
  v: z.literal(cameIn[type]),
  at: z.iso.datetime(),
  type: z.literal(type),
});

/** One event of the log, as it stands on disk. Strict and bounded: a line that does not fit it is a damaged line. */
export const logEventSchema = z.discriminatedUnion('type', [
  z.strictObject({ ...head('started'), attempt: id, level: id, contentHash, seed }),
  z.strictObject({ ...head('moved'), attempt: id, move: moveSchema }),
  /** What the attempt came to, so that the map need not replay it. */
  z.strictObject({
    ...head('ended'),
    attempt: id,
    outcome: z.enum(['met', 'missed']),
    points: z.number().int().min(0).max(100),
    stars,
  }),
  /** One decision by itself, reached with this seed by the reference answers, and what was answered there. */
  z.strictObject({
    ...head('drilled'),
    level: id,
    contentHash,
    seed,
    answer: answerSchema,
    /** The choice that the answer came to, or `otherwise`, so that nothing need be replayed. */
    choice: id,
    /** The highest tier of hint that was read before. */
    hints: z.union([z.literal(0), ...oneToThree]),
    /** It was its time; otherwise it was practice. */
    due: z.boolean(),
  }),
  /** All before it of this level, or of every level, is forgotten. */
  z.strictObject({ ...head('reset'), level: id.optional() }),
]);
export type LogEvent = z.output<typeof logEventSchema>;
/** An event as its maker gives it: the log adds the version and the time. */
export type NewEvent = LogEvent extends infer One ? (One extends LogEvent ? Omit<One, 'v' | 'at'> : never) : never;

/** With its version and time. Throws where it could not be read again. */
export const dated = (event: NewEvent, at: Date): LogEvent =>
  logEventSchema.parse({ v: cameIn[event.type], at: at.toISOString(), ...event });

export interface LevelProgress {
  /** How often the level was begun. */
  readonly attempts: number;
  /** Of the attempts that met the goal, the one with the most stars, and among those the one with the most points. */
  readonly best?: { readonly points: number; readonly stars: 0 | 1 | 2 | 3 };
}
export interface Progress {
  readonly levels: Readonly<Record<string, LevelProgress>>;
  /** The newest attempt of a level that was begun and not ended, to go on with. */
  readonly unfinished: Readonly<Record<string, Begun>>;
}
interface Begun {
  readonly id: string;
  readonly attempt: Attempt;
  /** When it was begun or last gone on with. */
  readonly at: string;
}
/** The log as the store and plain mode use it (`src/store/log.ts` opens it). */
export interface AttemptLog {
  readonly progress: Progress;
  /** Every event so far, in the order of the log; read anew at each call. */
  readonly history: () => readonly LogEvent[];
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

export const progressOf = (events: Iterable<LogEvent>): Progress => foldAll(nothingYet, events).progress;
export const fold = (before: Folded, event: LogEvent): Folded => foldAll(before, [event]);

/** Changes nothing of `before`: a log may be long, so it is copied once, not for each event. */
export function foldAll({ progress, older }: Folded, events: Iterable<LogEvent>): Folded {
  const draft: Draft = {
    levels: record(progress.levels),
    unfinished: record(progress.unfinished),
    older: new Map(older),
  };
  for (const event of events) apply(draft, event);
  return { progress: { levels: draft.levels, unfinished: draft.unfinished }, older: draft.older };
}

interface Draft {
  levels: Record<string, LevelProgress>;
  unfinished: Record<string, Begun>;
  older: Map<string, Attempt>;
}

function apply(draft: Draft, event: LogEvent): void {
  switch (event.type) {
    case 'started': {
      const { level, contentHash, seed } = event;
      begin(draft, { id: event.attempt, at: event.at, attempt: { level, contentHash, seed, moves: [] } });
      break;
    }
    case 'drilled':
      break;
    case 'reset':
      forget(draft, event.level);
      break;
    case 'moved':
    case 'ended': {
      const attempt = attemptOf(draft, event.attempt);
      if (!attempt) break;
      if (event.type === 'moved') goOn(draft, attempt, event);
      else end(draft, attempt, event);
    }
  }
}

function attemptOf({ unfinished, older }: Draft, id: string): Attempt | undefined {
  for (const level in unfinished) if (unfinished[level]?.id === id) return unfinished[level].attempt;
  return older.get(id);
}

/** Events that came from another machine stand behind newer ones: the dates say which attempt is to be gone on with. */
function begin({ levels, unfinished, older }: Draft, begun: Begun): void {
  const { level } = begun.attempt;
  const other = unfinished[level];
  const [newest, overtaken] = other && other.at > begun.at ? [other, begun] : [begun, other];
  levels[level] = { ...levels[level], attempts: (levels[level]?.attempts ?? 0) + 1 };
  unfinished[level] = newest;
  if (!overtaken) return;
  older.set(overtaken.id, overtaken.attempt);
  const [oldest] = older.keys();
  if (older.size > mostOlder && oldest !== undefined) older.delete(oldest);
}

type Moved = Extract<LogEvent, { type: 'moved' }>;
function goOn({ unfinished, older }: Draft, attempt: Attempt, { attempt: id, at, move }: Moved): void {
  if (attempt.moves.length >= mostMoves) return;
  const longer = { ...attempt, moves: [...attempt.moves, move] };
  if (unfinished[attempt.level]?.id === id) unfinished[attempt.level] = { id, attempt: longer, at };
  else older.set(id, longer);
}

type Best = NonNullable<LevelProgress['best']>;
/** Stars before points: a boss that was not passed has no star, however many points. */
const isBetter = (one: Best | undefined, other: Best): boolean =>
  one !== undefined && (one.stars - other.stars || one.points - other.points) > 0;

type Ended = Extract<LogEvent, { type: 'ended' }>;
function end({ levels, unfinished, older }: Draft, { level }: Attempt, event: Ended): void {
  const had = levels[level] ?? { attempts: 1 };
  const { attempt, outcome, points, stars } = event;
  if (outcome === 'met' && !isBetter(had.best, event)) levels[level] = { ...had, best: { points, stars } };
  if (unfinished[level]?.id === attempt) delete unfinished[level];
  older.delete(attempt);
}

function forget(draft: Draft, level: string | undefined): void {
  if (level === undefined) {
    Object.assign(draft, { levels: record({}), unfinished: record({}), older: new Map() } satisfies Draft);
    return;
  }
  delete draft.levels[level];
  delete draft.unfinished[level];
  for (const [id, attempt] of draft.older) if (attempt.level === level) draft.older.delete(id);
}

/** The events that still count: without what was forgotten, and without moves of attempts that nobody saw begin. */
export function inForce(events: readonly LogEvent[]): readonly LogEvent[] {
  const resets = new Map<string | undefined, number>();
  const begun = new Map<string, { readonly level: string; readonly index: number }>();
  for (const [index, event] of events.entries()) {
    if (event.type === 'reset') resets.set(event.level, index);
    if (event.type === 'started') begun.set(event.attempt, { level: event.level, index });
  }
  const isAfter = (index: number, level: string) =>
    index > Math.max(resets.get(undefined) ?? -1, resets.get(level) ?? -1);
  return events.filter((event, index) => {
    if (event.type === 'reset') return false;
    if (event.type === 'drilled') return isAfter(index, event.level);
    const start = begun.get(event.attempt);
    return start !== undefined && start.index <= index && isAfter(start.index, start.level);
  });
}
