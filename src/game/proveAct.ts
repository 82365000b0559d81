// One act from one situation: a walk over all safe answers, with every answer tried at each step on the way.
import type { Answer } from './attempt.ts';
import { isLost } from './goal.ts';
import { choiceOfItems, everyList } from './composed.ts';
import { contradiction, shortfall } from './judge.ts';
import type { Level, Step, World } from './level.ts';
import { regions, targetsOf } from './picks.ts';
import { after } from './play.ts';
import {
  type Before,
  byReference,
  dumpOf,
  following,
  type Simulated,
  type Situation,
  simulate,
  type Strategy,
  type Taken,
} from './simulate.ts';
import type { Tally } from './tally.ts';

export interface Task {
  /** Index of the act in its level. */
  readonly index: number;
  readonly level: Level;
  /** The steps whose fields are not to be marked, because they were already; grows. Nothing where none are to be. */
  readonly marked: Set<string> | undefined;
  readonly tally: Tally;
}

/** Tells the tally what was run and what is wrong; gives what the acts after this one may find. */
export function proveAct(situation: Situation, task: Task): Before[] {
  const { act, before } = situation;
  const { index, level, marked, tally } = task;
  const [shown, ...others] = act.worlds;
  const plays = playsOf(situation, task);
  const ends: Before[] = [];
  if (!shown) return ends;

  /** Gives the answer as it was taken, unless it stands for another choice than it says. */
  const judge = (path: readonly Taken[], answer: Answer): Taken | undefined => {
    const inShown = plays.byReference(shown, [...path, answer]);
    const taken = inShown.taken[path.length];
    if (!taken) return undefined;
    const place = { act: index, step: answer.step };
    if ('choice' in answer && answer.choice !== taken.choice) {
      tally.fault({ ...place, choice: answer.choice, message: `the bytes that it names first are "${taken.choice}"` });
      return undefined;
    }
    tally.judged(taken);
    const given = [...path, taken];
    const ended = [
      { world: shown, ...inShown },
      ...others.map((world) => ({ world, ...plays.byReference(world, given) })),
    ];
    const message = contradiction(taken, ended, (world) => plays.canBeMet(world, given, taken.step.id));
    if (message)
      tally.fault({
        ...place,
        choice: taken.choice,
        message: 'choice' in answer ? message : `${message} (given: ${placeOf(taken)})`,
      });
    return taken;
  };

  const walk = (path: readonly Taken[]): void => {
    const { you, taken } = plays.byReference(shown, path);
    const next = taken[path.length];
    if (!next) {
      ends.push(after({ act, you, taken }, before));
      return;
    }
    const { step, asked } = next;
    const place = { act: index, step: step.id };
    tally.steps.add(step.id);
    const executed = new Set<string>();
    for (const answer of namedAnswers(step, asked))
      tally.guard({ ...place, choice: answer.choice }, () => {
        const one = judge(path, answer);
        if (one) executed.add(JSON.stringify(one.executed));
        if (one?.outcome.verdict === 'safe' && !isTwin(one, level)) walk([...path, one]);
      });
    if (!marked || marked.has(step.id)) return;
    marked.add(step.id);
    for (const answer of otherAnswers(step, asked).filter(
      (one) => !('value' in one && executed.has(JSON.stringify(one.value))),
    )) {
      tally.picks++;
      tally.guard(place, () => judge(path, answer));
    }
  };

  tally.guard({ act: index }, () => {
    for (const world of act.worlds) {
      const { met, facts } = plays.byReference(world, []);
      const why = met ? '' : shortfall(world.goal, facts);
      if (why) tally.fault({ act: index, message: `the reference misses the goal in world "${world.name}": ${why}` });
    }
    walk([]);
  });
  return ends;
}

type Played = Pick<Simulated, 'met' | 'facts' | 'taken' | 'you'>;
type Given = readonly (Answer | Taken)[];

/** Plays of one act from one situation, each counted, and none made twice. */
function playsOf(situation: Situation, { index, tally }: Task) {
  const memo = new Map<string, Played>();
  const run = (world: World, strategy: Strategy): Simulated => {
    tally.play(index, world);
    return simulate(situation, world, strategy);
  };
  return {
    /** Those answers, and the reference afterwards. Kept for every longer beginning of the same run as well. */
    byReference(world: World, given: Given): Played {
      const known = memo.get(keyOf(world, given));
      if (known) return known;
      const { met, facts, taken, you } = run(world, following(given));
      const rest = taken.filter((one) => !given.some((answer) => stepIdOf(answer) === one.step.id));
      for (let i = 0; i <= rest.length; i++)
        memo.set(keyOf(world, [...given, ...rest.slice(0, i)]), { met, facts, taken, you });
      return { met, facts, taken, you };
    },
    /** Whether any answers after the slip meet the goal of the world. What is lost already is not played on. */
    canBeMet(world: World, given: Given, slip: string): boolean {
      const { taken: all, met } = this.byReference(world, given);
      const last = all.findIndex(({ step }) => step.id === slip);
      const open = all.slice(last + 1).some(({ step }) => !given.some((answer) => stepIdOf(answer) === step.id));
      if (last < 0 || !open) return met;
      const byStep = new Map(given.map((answer) => [stepIdOf(answer), answer]));
      const seen = run(world, (step, taken) => {
        const slipped = taken.some((one) => one.step.id === slip);
        return byStep.get(step.id) ?? (slipped ? 'wait' : byReference(step));
      });
      if (isLost(world.goal, seen.facts)) return false;
      if (!seen.waiting) return seen.met;
      const { step, asked } = seen.waiting;
      return [...namedAnswers(step, asked), ...otherAnswers(step, asked)].some((answer) =>
        this.canBeMet(world, [...given, answer], slip),
      );
    },
  };
}

const stepIdOf = ({ step }: Answer | Taken): string => (typeof step === 'string' ? step : step.id);
const keyOf = (world: World, given: Given): string =>
  [world.name, ...given.map((one) => JSON.stringify('outcome' in one ? one.answer : one)).sort()].join(' ');

/** Each choice by its id; of a pick those that name something in this dump. */
function namedAnswers(step: Step, asked: Taken['asked']): { readonly step: string; readonly choice: string }[] {
  const choices =
    step.kind === 'pick' ? step.choices.filter((choice) => targetsOf(choice, dumpOf(asked)).length) : step.choices;
  return choices.map(({ id }) => ({ step: step.id, choice: id }));
}

/** Everything that can be marked in the dump of a pick, each stretch of bytes once; all lists of items that no choice names. */
function otherAnswers(step: Step, asked: Taken['asked']): readonly Exclude<Answer, { readonly choice: string }>[] {
  if ('items' in step)
    return everyList(step)
      .filter((items) => !choiceOfItems(step, items))
      .map((items) => ({ step: step.id, items }));
  if (step.kind !== 'pick') return [];
  const values = regions(dumpOf(asked)).map(({ record, offset, length }) => ({ record, offset, length }));
  const different = new Map(values.map((value) => [JSON.stringify(value), value]));
  return [...different.values()].map((value) => ({ step: step.id, value }));
}

const placeOf = ({ label, executed }: Taken): string => `${label}, ${JSON.stringify(executed)}`;

/** Its answer is another choice's and no later step asks which of the two it was: what follows is run for the other. */
const isTwin = ({ step, choice }: Taken, level: Level): boolean =>
  step.choices.some(({ id, sameAs }) => id === choice && sameAs !== undefined) &&
  !level.acts.some(({ steps }) => steps.some(({ when }) => when && step.id in when));
