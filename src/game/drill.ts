// Which decisions are asked again, and when. Pure: what the time is, is given.
import { type Answer, type Attempt, BadRun, contentHash, moveOf } from './attempt.ts';
import type { Level, Step } from './level.ts';
import type { Decision, Given } from './mastery.ts';
import { play, type Snapshot } from './play.ts';
import type { NewEvent } from './progress.ts';
import { byReference, referenceOf } from './simulate.ts';
import type { Scenarios } from '../scenarios/index.ts';

/** Decisions of one drill: about five minutes. */
const drillLength = 8;

const day = 24 * 60 * 60 * 1000;
/** What lies between a right answer and the next question, in milliseconds, by how many there were. Before the first it is
 * the next start; behind the last nothing comes any more. */
const gaps: readonly (number | undefined)[] = [undefined, 3 * day, 10 * day];

/** How far a decision has come. */
export interface Recall {
  /** Right answers in a row, each at its time; with three it is learned. */
  readonly rights: 0 | 1 | 2 | 3;
  /** The answer that the gap is counted from. */
  readonly since: string;
}

/**
 * A wrong answer, or one after a hint, goes back to the beginning whenever it is given. A right one moves on where it is
 * the first ever or comes at its time; what is right before its time changes nothing.
 */
export function recallOf({ given }: Pick<Decision, 'given'>): Recall {
  let recall: Recall | undefined;
  for (const { at, safe, asked, hinted } of given) {
    if (asked === 'retried') continue;
    if (!safe || hinted) recall = { rights: 0, since: at };
    else if (!recall) recall = { rights: 1, since: at };
    else if (isTime(recall, at, asked)) recall = { rights: Math.min(3, recall.rights + 1) as 1 | 2 | 3, since: at };
  }
  // Only retried answers: those before them stood in a part of the log that is damaged.
  return recall ?? { rights: 0, since: given[0]?.at ?? '' };
}

/** The log does not know of starts: a drill says itself that it was one. */
function isTime(recall: Recall, at: string, asked: Given['asked']): boolean {
  if (!recall.rights) return asked === 'due';
  const due = dueAt(recall);
  return due !== undefined && at >= due.toISOString();
}

/** When a decision is asked again; nothing at the next start, or where it is learned. */
function dueAt({ rights, since }: Recall): Date | undefined {
  const gap = gaps[rights];
  return gap === undefined ? undefined : new Date(Date.parse(since) + gap);
}

export interface Clock {
  readonly now: Date;
  /** When the program was started. */
  readonly started: Date;
}

function isDue(recall: Recall, { now, started }: Clock): boolean {
  if (recall.rights === 3) return false;
  const since = Date.parse(recall.since);
  // A clock that was wrong once must not put it off for years.
  if (since > now.getTime()) return true;
  const at = dueAt(recall);
  return at ? at <= now : since < started.getTime();
}

export interface DrillItem {
  readonly level: Level;
  readonly step: Step;
  /** It is its time; otherwise it is practice. */
  readonly due: boolean;
  /** Answered wrong, or with a hint, since it was right last. */
  readonly missed: boolean;
}
export interface DrillPlan {
  /** Those that are due, the missed first, then those that wait longest. */
  readonly due: readonly DrillItem[];
  /** The others, those first that come next. Learned ones are last. */
  readonly practice: readonly DrillItem[];
  /** When the next that is not due will be; nothing where all are due or learned. */
  readonly next: Date | 'next start' | undefined;
  readonly learned: number;
}

/** The decisions of one drill: what is due; where nothing is, practice. */
export const drillItems = ({ due, practice }: DrillPlan): readonly DrillItem[] =>
  (due.length ? due : practice).slice(0, drillLength);

/** Of decisions that were answered: those that can be asked by themselves, by whether it is their time. */
export function planDrill(mastery: readonly Decision[], clock: Clock): DrillPlan {
  const found = mastery
    .filter(({ level, step }) => isReached(level, step))
    .map((decision) => ({ ...decision, recall: recallOf(decision) }))
    .toSorted((a, b) => a.recall.rights - b.recall.rights || (a.recall.since < b.recall.since ? -1 : 1));
  const item = ({ level, step, recall }: (typeof found)[number], due: boolean): DrillItem => ({
    level,
    step,
    due,
    missed: recall.rights === 0,
  });
  const due = found.filter(({ recall }) => isDue(recall, clock));
  const others = found.filter((one) => !due.includes(one));
  const coming = others.filter(({ recall }) => recall.rights < 3);
  const times = coming.flatMap(({ recall }) => dueAt(recall) ?? []).toSorted((a, b) => a.getTime() - b.getTime());
  return {
    due: due.map((one) => item(one, true)),
    practice: others.map((one) => item(one, false)),
    next: coming.some(({ recall }) => !recall.rights) ? 'next start' : times[0],
    learned: others.length - coming.length,
  };
}

/**
 * Whether a decision can be asked by itself: the reference answers lead to it, and no program of the machine must be
 * started for it.
 */
const isReached = (level: Level, step: Step): boolean => {
  const steps = level.acts.flatMap((act) => act.steps);
  return (
    level.proof !== 'live' &&
    Object.entries(step.when ?? {}).every(([earlier, choices]) => {
      const before = steps.find(({ id }) => id === earlier);
      return before !== undefined && [choices].flat().includes(referenceOf(before).id);
    })
  );
};

/** Where the seed decides which of several decisions comes, so many seeds are tried: one in two has it with the second. */
const mostSeeds = 24;

/**
 * An attempt that the reference has played up to a decision, with this seed, or where that does not lead there with one made
 * of it; nothing where none does.
 */
export function attemptUpTo(level: Level, step: string, seed: string, scenarios: Scenarios): UpTo | undefined {
  const varies = level.acts.some(({ steps }) => steps.some(({ given }) => given));
  for (let tried = 1; tried <= (varies ? mostSeeds : 1); tried++) {
    const reached = upTo(level, step, tried === 1 ? seed : `${seed} ${tried}`, scenarios);
    if (reached) return reached;
  }
  return undefined;
}

interface UpTo {
  readonly attempt: Attempt;
  readonly snapshot: Snapshot;
}
function upTo(level: Level, step: string, seed: string, scenarios: Scenarios): UpTo | undefined {
  const answers: Answer[] = [];
  try {
    for (;;) {
      const snapshot = play({ level, seed, answers }, scenarios);
      const { waiting } = snapshot;
      if (!waiting) return undefined;
      if (waiting.step.id !== step) {
        answers.push(byReference(waiting.step));
        continue;
      }
      const moves = answers.map(moveOf);
      return { attempt: { level: level.id, contentHash: contentHash(level), seed, moves }, snapshot };
    }
  } catch (error) {
    if (error instanceof BadRun) return undefined;
    throw error;
  }
}

/** What the log keeps of an answer at a decision that was reached so. */
export function drilledAs(
  { due }: Pick<DrillItem, 'due'>,
  { level, contentHash: hash, seed, moves }: Attempt,
  choice: string,
): NewEvent {
  const last = moves.at(-1);
  if (last?.move !== 'answer') throw new TypeError('nothing was answered');
  const { move: _move, ...answer } = last;
  const tiers = moves.map((move) => (move.move === 'hint' && move.step === answer.step ? move.tier : 0));
  const hints = Math.max(0, ...tiers) as 0 | 1 | 2 | 3;
  return { type: 'drilled', level, contentHash: hash, seed, answer, choice, hints, due };
}
