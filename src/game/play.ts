// A run is a list of answers; everything else follows from it. Resume, replay, spectate, grade and prove are this call.
import type { Asked } from '../scenarios/network.ts';
import type { Dump, Scenario } from '../scenarios/scenario.ts';
import type { Scenarios } from '../scenarios/index.ts';
import { entropy, type Entropy, shuffle } from '../tls/entropy.ts';
import { type Answer, BadRun, type Run } from './attempt.ts';
import type { Act, Level, Step, World } from './level.ts';
import {
  type Before,
  byReference,
  dumpOf,
  following,
  inTheModel,
  nothingBefore,
  type Playing,
  type Seen,
  type Simulated,
  simulating,
  type Situation,
  type Strategy,
  type Taken,
} from './simulate.ts';
import { fill, type Words } from './words.ts';

/** What an answer came to: the words of the choice (or of `otherwise`), with the seed's words filled in. */
export interface Judged {
  /** Index of the act, from 0. */
  readonly act: number;
  readonly step: string;
  /** The choice's id, or `otherwise`. */
  readonly choice: string;
  readonly label: string;
  readonly safe: boolean;
  readonly headline: string;
  readonly says: string;
  readonly misconception?: string;
  readonly rfc?: string;
}
/** A choice as it is offered: in the seed's order, words filled in. */
export interface Option {
  readonly id: string;
  readonly label: string;
  readonly note?: string;
}
export interface Waiting {
  readonly step: Step;
  /** With the seed's words filled in. */
  readonly ask: string;
  readonly hints: readonly string[];
  /** Of a choose or predict, or the items of several or order. Empty for a pick. */
  readonly options: readonly Option[];
  /** Of a pick. */
  readonly dump: readonly Dump[];
  readonly asked: Asked;
}
export interface Snapshot {
  readonly acts: readonly Seen[];
  readonly judged: readonly Judged[];
  readonly waiting?: Waiting;
  /** The unsafe answer after which the reference played to the end; the last act's world shows its harm. */
  readonly slip?: Judged;
  readonly outcome?: 'met' | 'missed';
}

/**
 * Plays the acts in order up to the first step that has no answer, or to the end. After an unsafe answer nothing more is
 * asked: the reference plays its act to the end, in the world in which the harm shows. Throws BadRun where the answers
 * are none that this level takes.
 */
export const play = (run: Run, scenarios: Scenarios): Snapshot => inTheModel(playing(run, scenarios));

/** The same, for whoever runs the scenes otherwise than in the model. */
export function* playing({ level, seed, answers }: Run, scenarios: Scenarios): Playing<Snapshot> {
  const scenario = scenarioOf(level, scenarios);
  const draw = entropy(seed);
  const acts: Seen[] = [];
  const judged: Judged[] = [];
  let left = answers;
  let before = nothingBefore;
  for (const [index, act] of level.acts.entries()) {
    const { seen, own, slipped } = yield* playAct({ scenario, act, draw, before }, left);
    judged.push(...own.map((taken) => judge(index, taken, seen.words)));
    left = left.slice(own.length);
    acts.push(shown(seen));
    const slip = slipped ? judged.at(-1) : undefined;
    if (left.length && (slip || seen.waiting || !seen.met || index === level.acts.length - 1))
      throw new BadRun(
        `The run is over, but ${left.length === 1 ? 'one answer is' : `${left.length} answers are`} left.`,
      );
    if (seen.waiting) return { acts, judged, waiting: waitingFor(seen.waiting, seen.words, draw) };
    if (slip) return { acts, judged, slip, outcome: 'missed' };
    if (!seen.met) return { acts, judged, outcome: 'missed' };
    before = after(seen, before);
  }
  return { acts, judged, outcome: 'met' };
}

interface Played {
  readonly seen: Simulated;
  /** The answers of the player, without those that the reference gave. */
  readonly own: readonly Taken[];
  /** The last answer was unsafe. */
  readonly slipped: boolean;
}

function* playAct(situation: Situation, answers: readonly Answer[]): Playing<Played> {
  const { worlds } = situation.act;
  const shown = shownWorld(situation.act);
  const strategy: Strategy = (step, taken) =>
    taken.some(isUnsafe) ? byReference(step) : (answers[taken.length] ?? 'wait');
  const seen = yield* simulating(situation, shown, strategy);
  const slip = seen.taken.findIndex(isUnsafe);
  if (slip < 0) return { seen, own: seen.taken, slipped: false };
  const own = seen.taken.slice(0, slip + 1);
  const fatal = worlds.find(({ name }) => name === own.at(-1)?.outcome.in) ?? shown;
  return { seen: fatal === shown ? seen : yield* simulating(situation, fatal, following(own)), own, slipped: true };
}

/** Plays the acts in the worlds that are shown, and in no other: for answers that are safe where they stand. */
export function* playingActs(
  { level, seed }: Pick<Run, 'level' | 'seed'>,
  scenarios: Scenarios,
  strategy: Strategy,
): Playing<'met' | 'missed'> {
  const scenario = scenarioOf(level, scenarios);
  const draw = entropy(seed);
  let before = nothingBefore;
  for (const act of level.acts) {
    const seen = yield* simulating({ scenario, act, draw, before }, shownWorld(act), strategy);
    if (!seen.met) return 'missed';
    before = after(seen, before);
  }
  return 'met';
}

/** The answers of somebody who knows the level. Throws BadRun where this version does not know its scenario. */
export function wellPlayed(run: Pick<Run, 'level' | 'seed'>, scenarios: Scenarios): readonly Answer[] {
  const answers: Answer[] = [];
  const strategy: Strategy = (step) => {
    const answer = byReference(step);
    answers.push(answer);
    return answer;
  };
  inTheModel(playingActs(run, scenarios, strategy));
  return answers;
}

/** The one that the player sees; the others show what a wrong answer leads to. */
function shownWorld({ worlds: [shown] }: Act): World {
  if (!shown) throw new TypeError('an act without a world');
  return shown;
}

function scenarioOf({ id, scenario: name }: Level, scenarios: Scenarios): Scenario {
  const scenario = scenarios.get(name);
  if (!scenario) throw new BadRun(`Level "${id}" plays in "${name}", which this version does not know.`);
  return scenario;
}

/** What the screen is given: without what only the rules need. */
const shown = ({ taken: _taken, waiting: _waiting, ...seen }: Simulated): Seen => seen;

const isUnsafe = ({ outcome }: Taken): boolean => outcome.verdict !== 'safe';

/** What the next act is given. Of a point that was asked more than once, the last answer is carried. */
export function after(
  { act, you, taken }: Pick<Simulated, 'act' | 'you' | 'taken'>,
  { carried, chosen }: Before,
): Before {
  const answers = Object.fromEntries(taken.map(({ asked, executed }) => [asked.question.point, executed]));
  return {
    carried: act.carry.includes(you) ? { ...carried, [you]: { ...carried[you], ...answers } } : carried,
    chosen: { ...chosen, ...Object.fromEntries(taken.map(({ step, choice }) => [step.id, choice])) },
  };
}

function judge(act: number, { step, choice, label, outcome }: Taken, words: Words): Judged {
  const { verdict, headline, says, misconception, rfc } = outcome;
  return {
    act,
    step: step.id,
    choice,
    label,
    safe: verdict === 'safe',
    headline: fill(headline, words),
    says: fill(says, words),
    ...(misconception === undefined ? {} : { misconception }),
    ...(rfc === undefined ? {} : { rfc }),
  };
}

function waitingFor({ step, asked }: NonNullable<Simulated['waiting']>, words: Words, draw: Entropy): Waiting {
  const offered = step.kind === 'pick' ? [] : 'items' in step ? step.items : step.choices;
  return {
    step,
    ask: fill(step.ask, words),
    hints: (step.hints ?? []).map((hint) => fill(hint, words)),
    options: shuffle<Option>(draw, `order of ${step.id}`, offered.map(optionOf)).map(({ id, label, note }) => ({
      id,
      label: fill(label, words),
      ...(note === undefined ? {} : { note: fill(note, words) }),
    })),
    dump: step.kind === 'pick' ? dumpOf(asked) : [],
    asked,
  };
}

const optionOf = ({
  id,
  label,
  ...rest
}: {
  readonly id: string;
  readonly label: string;
  readonly note?: string | undefined;
}): Option => ({
  id,
  label,
  ...(rest.note === undefined ? {} : { note: rest.note }),
});
