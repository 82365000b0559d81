// What a player knows: every answer of the log, by the decision that it was given at; and what was believed and refuted.
//
// The log has ids alone, so this needs the levels. It reads all of it: whoever shows it computes it then, not before.
import type { Scenarios } from '../scenarios/index.ts';
import { type Answer, BadRun, contentHash, type Move, type Run } from './attempt.ts';
import { choiceOfItems, normalForm } from './composed.ts';
import { type Level, type Outcome, outcomesOf, type Step } from './level.ts';
import { play } from './play.ts';
import { inForce, type LogEvent } from './progress.ts';

/** One answer at a decision. */
export interface Given {
  /** ISO 8601. */
  readonly at: string;
  readonly safe: boolean;
  /** Of an unsafe answer. */
  readonly misconception?: string;
  /**
   * Says what was known: the first answer of an attempt, or one of a drill, before which no verdict was read. Those after
   * it in the same attempt are `retried`.
   */
  readonly asked: 'level' | 'due' | 'practice' | 'retried';
  /** A hint was read before it. */
  readonly hinted: boolean;
}
/** A decision that was answered, with all answers in the order of time; at least one. */
export interface Decision {
  readonly level: Level;
  readonly step: Step;
  readonly given: readonly Given[];
}

/**
 * Gives the decisions that were answered, in the order of the levels. What was answered at levels or steps that are not
 * there (any more) is left out. What marked bytes are, only a replay can say: it is done once for each that turned out
 * wrong.
 */
export function masteryIn(levels: readonly Level[], scenarios: Scenarios) {
  const choiceMarked = replaying(scenarios);
  return (events: readonly LogEvent[]): readonly Decision[] => {
    const places = levels.map(placesOf);
    readAll(inForce(events), new Map(places.map((place) => [place.level.id, place])), choiceMarked);
    return places.flatMap(({ level, steps }) =>
      [...steps.values()].flatMap(({ step, given }) =>
        given.length ? [{ level, step, given: given.toSorted(byTime) }] : [],
      ),
    );
  };
}

const byTime = (a: { readonly at: string }, b: { readonly at: string }): number =>
  a.at < b.at ? -1 : a.at > b.at ? 1 : 0;

/** The choice that the last answer of a run came to; nothing where the level does not take it any more. */
type ChoiceMarked = (run: Run) => string | undefined;

function replaying(scenarios: Scenarios): ChoiceMarked {
  const known = new Map<string, string | undefined>();
  return (run) => {
    const key = JSON.stringify([contentHash(run.level), run.seed, run.answers]);
    if (!known.has(key)) known.set(key, lastChoice(run, scenarios));
    return known.get(key);
  };
}

function lastChoice(run: Run, scenarios: Scenarios): string | undefined {
  try {
    return play(run, scenarios).judged.at(-1)?.choice;
  } catch (error) {
    if (error instanceof BadRun) return undefined;
    throw error;
  }
}

function readAll(events: readonly LogEvent[], places: ReadonlyMap<string, Place>, choiceMarked: ChoiceMarked): void {
  const attempts = new Map<string, Playing>();
  for (const event of events) {
    if (event.type === 'drilled') addDrilled(places.get(event.level), event);
    if (event.type === 'started') {
      const place = places.get(event.level);
      if (place) attempts.set(event.attempt, { ...event, place, standing: [], answered: new Set(), hinted: new Set() });
    }
    const playing = 'attempt' in event ? attempts.get(event.attempt) : undefined;
    if (!playing) continue;
    if (event.type === 'moved') addMove(playing, event.move, event.at, choiceMarked);
    if (event.type === 'ended') {
      settle(playing, 'safe');
      attempts.delete(event.attempt);
    }
  }
}

interface Place {
  readonly level: Level;
  readonly steps: ReadonlyMap<string, { readonly step: Step; readonly given: Given[] }>;
}
const placesOf = (level: Level): Place => ({
  level,
  steps: new Map(level.acts.flatMap(({ steps }) => steps.map((step) => [step.id, { step, given: [] }] as const))),
});

/** An attempt while its moves are read. */
interface Playing {
  readonly place: Place;
  readonly contentHash: string;
  readonly seed: string;
  readonly standing: Answer[];
  readonly answered: Set<string>;
  readonly hinted: Set<string>;
  /** Marked bytes, right or wrong: the next move tells, since only what was wrong is taken back. */
  open?: { readonly answer: Answer; readonly given: Omit<Given, 'safe'> };
}

function addMove(playing: Playing, move: Move, at: string, choiceMarked: ChoiceMarked): void {
  if (move.move === 'rewind') {
    settle(playing, 'wrong', choiceMarked);
    playing.standing.pop();
    return;
  }
  settle(playing, 'safe');
  if (move.move === 'hint') {
    playing.hinted.add(move.step);
    return;
  }
  const { move: _move, ...answer } = move;
  playing.standing.push(answer);
  const asked = playing.answered.has(answer.step) ? 'retried' : 'level';
  const given = { at, asked, hinted: playing.hinted.has(answer.step) } as const;
  playing.answered.add(answer.step);
  if ('value' in answer) playing.open = { answer, given };
  else add(playing.place, answer.step, choiceOf(playing.place, answer), given);
}

/** What was open is now known to have been right or wrong. */
function settle(playing: Playing, how: 'safe' | 'wrong', choiceMarked?: ChoiceMarked): void {
  const { open, place, standing, seed } = playing;
  if (!open) return;
  delete playing.open;
  const { step } = open.answer;
  const there = place.steps.get(step);
  if (!there) return;
  const fits = contentHash(place.level) === playing.contentHash;
  const choice =
    how === 'wrong' && fits ? choiceMarked?.({ level: place.level, seed, answers: [...standing] }) : undefined;
  const { misconception } = outcomeOf(there.step, choice) ?? {};
  there.given.push({ ...open.given, safe: how === 'safe', ...(misconception ? { misconception } : {}) });
}

function addDrilled(place: Place | undefined, event: Extract<LogEvent, { type: 'drilled' }>): void {
  const { at, answer, choice, hints, due } = event;
  if (place) add(place, answer.step, choice, { at, asked: due ? 'due' : 'practice', hinted: hints > 0 });
}

function add(place: Place, step: string, choice: string | undefined, given: Omit<Given, 'safe'>): void {
  const there = place.steps.get(step);
  const outcome = there && outcomeOf(there.step, choice);
  if (!outcome) return;
  const safe = outcome.verdict === 'safe';
  const { misconception } = outcome;
  there.given.push({ ...given, safe, ...(misconception && !safe ? { misconception } : {}) });
}

const outcomeOf = (step: Step, choice: string | undefined): Outcome | undefined =>
  outcomesOf(step).find(([id]) => id === choice)?.[1];

/** The choice that an answer came to, by its ids alone. */
function choiceOf({ steps }: Place, answer: Answer): string | undefined {
  if ('choice' in answer) return answer.choice;
  const step = steps.get(answer.step)?.step;
  if (!step || !('items' in step) || !('items' in answer)) return undefined;
  const list = normalForm(step, answer.items);
  return list && (choiceOfItems(step, list)?.id ?? 'otherwise');
}

// ---- beliefs ----------------------------------------------------------------------------------------------------

/** The history of one misconception, over all decisions at which it can be met. */
export interface Belief {
  readonly misconception: string;
  /** Unsafe answers with it. */
  readonly times: number;
  /** When it was met first and last. */
  readonly first: string;
  readonly last: string;
  /** When every decision at which it was met had been answered safely after it; nothing while it stands. */
  readonly refuted?: string;
  /** How often it came back after that, and when last. */
  readonly again: number;
  readonly lastAgain?: string;
  /** The decisions at which it was met. */
  readonly at: readonly { readonly level: string; readonly step: string; readonly stands: boolean }[];
}

/** In the order in which they were met first. */
export function beliefsOf(mastery: readonly Decision[]): readonly Belief[] {
  const answers = mastery
    .flatMap((decision) => decision.given.map((given) => ({ decision, given })))
    .toSorted((a, b) => byTime(a.given, b.given));
  const beliefs = new Map<string, Belief>();
  const standing = new Map<Decision, Set<string>>();
  for (const { decision, given } of answers) {
    const here = standing.get(decision);
    if (given.safe) {
      for (const misconception of here ?? []) refute(beliefs, misconception, decision, given.at);
      standing.delete(decision);
    } else if (given.misconception) {
      const { misconception, at } = given;
      beliefs.set(misconception, met(beliefs.get(misconception), misconception, decision, at));
      standing.set(decision, (here ?? new Set()).add(misconception));
    }
  }
  return [...beliefs.values()];
}

function met(had: Belief | undefined, misconception: string, decision: Decision, at: string): Belief {
  const here = { level: decision.level.id, step: decision.step.id, stands: true };
  if (!had) return { misconception, times: 1, first: at, last: at, again: 0, at: [here] };
  const { refuted, ...rest } = had;
  return {
    ...rest,
    times: had.times + 1,
    last: at,
    at: [...had.at.filter((one) => !isAt(one, decision)), here],
    ...(refuted === undefined ? {} : { again: had.again + 1, lastAgain: at }),
  };
}

function refute(beliefs: Map<string, Belief>, misconception: string, decision: Decision, at: string): void {
  const belief = beliefs.get(misconception);
  if (!belief) return;
  const places = belief.at.map((one) => (isAt(one, decision) ? { ...one, stands: false } : one));
  const refuted = places.some(({ stands }) => stands) ? {} : { refuted: at };
  beliefs.set(misconception, { ...belief, at: places, ...refuted });
}

const isAt = (one: Belief['at'][number], { level, step }: Decision): boolean =>
  one.level === level.id && one.step === step.id;

/** Whether the first answer ever at a decision was right, without a hint. */
export const rightAtFirst = ({ given: [first] }: Decision): boolean => first?.safe === true && !first.hinted;
