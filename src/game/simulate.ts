// One act in one world: the scenario runs, and each decision goes to whoever has the say in it.
import { type Answerer, type Asked, type Event, run as network } from '../scenarios/network.ts';
import type { Cast, Dump, Fact, Picked, Scenario, Scene } from '../scenarios/scenario.ts';
import type { Entropy } from '../tls/entropy.ts';
import { type Answer, BadRun } from './attempt.ts';
import { isMet } from './goal.ts';
import { choiceOfItems, composedAnswer, normalForm } from './composed.ts';
import type { Act, ComposedStep, Outcome, PickStep, Step, World } from './level.ts';
import { choiceOf, pointing, type Region, regionOf, targetsOf } from './picks.ts';
import { fill, fillDeep, type Words } from './words.ts';

/** One act as it was played, up to where it waits or ended. The texts of `act` and `world` have the seed's words. */
export interface Seen {
  readonly act: Act;
  readonly world: World;
  /** The actor that the player is. */
  readonly you: string;
  readonly cast: readonly Cast[];
  readonly words: Words;
  readonly events: readonly Event[];
  readonly facts: readonly Fact[];
  readonly met: boolean;
}

/** An answer as it was taken. */
export interface Taken {
  readonly step: Step;
  readonly answer: Answer;
  /** The choice's id, or `otherwise`. */
  readonly choice: string;
  readonly outcome: Outcome;
  /** The choice's label, or the name of the bytes that were picked. */
  readonly label: string;
  /** What the actor was given, before its point's schema. */
  readonly executed: unknown;
  readonly asked: Asked;
  /** Which of the run's `decision` events it is, from 0. */
  readonly decision: number;
}

export interface Simulated extends Seen {
  readonly taken: readonly Taken[];
  readonly waiting?: { readonly step: Step; readonly asked: Asked };
}

/** What an act is given: the seed's entropy, and what earlier acts left. */
export interface Situation {
  readonly scenario: Scenario;
  readonly act: Act;
  readonly draw: Entropy;
  readonly before: Before;
}
export interface Before {
  /** Per actor and point, the answers that became a policy. */
  readonly carried: Policies;
  /** What was chosen at each step, for `when`. */
  readonly chosen: Readonly<Record<string, string>>;
}
export type Policies = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
export const nothingBefore: Before = { carried: {}, chosen: {} };

/**
 * Who answers the steps of a level, knowing what was taken so far in this act, and what an answer would be taken as; `wait`
 * stops the run there. To give an answer that was taken in another world is to give it anew in this one.
 */
export type Strategy = (
  step: Step,
  taken: readonly Taken[],
  look: (answer: Answer) => Taken,
) => Answer | Taken | 'wait';

/** The choice marked `reference`, otherwise the first safe one. (The loader refuses a step without; `check` runs it.) */
export function referenceOf(step: Step): Step['choices'][number] {
  const { choices } = step;
  const choice = choices.find(({ reference }) => reference) ?? choices.find(({ verdict }) => verdict === 'safe');
  const [first] = choices;
  if (!choice && !first) throw new TypeError(`step ${step.id} has no choices`);
  return choice ?? (first as Step['choices'][number]);
}
export const byReference = (step: Step): Answer => ({ step: step.id, choice: referenceOf(step).id });

/** Those answers, each at its step, and the reference where there is none. */
export function following(answers: readonly (Answer | Taken)[]): Strategy {
  const byStep = new Map(answers.map((answer) => [stepOf(answer), answer]));
  return (step) => byStep.get(step.id) ?? byReference(step);
}
const stepOf = ({ step }: Answer | Taken): string => (typeof step === 'string' ? step : step.id);

/** A scene to be run, and who answers. */
export interface Staging {
  readonly scene: Scene;
  readonly world: World;
  readonly you: string;
  readonly answer: Answerer;
}
/** What came of it. */
export interface Staged {
  readonly events: readonly Event[];
  /** Words that only the run could know, such as which program it was. */
  readonly words?: Words;
}
/** Hands scenes to whoever runs them, and is resumed with what came of each. */
export type Playing<Result> = Generator<Staging, Result, Staged>;

/** Every scene is run in the model. */
export function inTheModel<Result>(playing: Playing<Result>): Result {
  let step = playing.next();
  while (!step.done) {
    const { scene, answer } = step.value;
    step = playing.next(network(scene.actors, scene.wires, answer));
  }
  return step.value;
}

/** Throws BadRun where the strategy gives an answer that the step cannot take. */
export const simulate = (situation: Situation, world: World, strategy: Strategy): Simulated =>
  inTheModel(simulating(situation, world, strategy));

export function* simulating(
  { scenario, act: given, draw, before }: Situation,
  world: World,
  strategy: Strategy,
): Playing<Simulated> {
  const scene = scenario.scene(scenario.setup.parse(world.setup), draw);
  const act = { ...given, steps: given.steps.map((step) => pointing(step, scene.words)) };
  const you = scene.cast.find(({ role }) => role === act.role)?.actor;
  if (you === undefined) throw new TypeError(`${scenario.name} has no actor for the role ${act.role}`);
  const taken: Taken[] = [];
  const chosen: Record<string, string> = { ...before.chosen };
  const asks = new Map<string, number>();
  let decisions = 0;
  let waiting: Simulated['waiting'];

  const stepAt = (point: string, nth: number): Step | undefined =>
    act.steps.find(
      (step) => step.at === point && step.nth === nth && isTime(step, chosen) && isGiven(step, scene.words),
    );
  const policyOf = ({ by, question }: Asked): unknown => {
    for (const policies of [before.carried, world.policies]) {
      const policy = policies[by]?.[question.point];
      if (policy !== undefined) return fillDeep(policy, scene.words);
    }
    return question.reference();
  };

  const answerer: Answerer = (asked) => {
    const key = `${asked.by} ${asked.question.point}`;
    const nth = (asks.get(key) ?? 0) + 1;
    const step = asked.by === you ? stepAt(asked.question.point, nth) : undefined;
    const place: Place = { asked, decision: decisions, words: scene.words };
    const answer = step && strategy(step, taken, (answer) => take(step, answer, place));
    waiting = step && answer === 'wait' ? { step, asked } : undefined;
    // Whoever goes on with the run is asked this once more.
    if (waiting) return 'wait';
    asks.set(key, nth);
    decisions++;
    if (!step || !answer || answer === 'wait') return { answer: policyOf(asked) };
    const one = take(step, answer, place);
    taken.push(one);
    chosen[step.id] = one.choice;
    return { answer: one.executed };
  };
  const ran = yield { scene, world, you, answer: answerer };
  const facts = scene.facts(ran.events);
  const words = { ...scene.words, ...ran.words };
  return {
    act: { ...act, ...filled({ title: act.title, brief: act.brief }, words) },
    world: { ...world, ...filled({ announce: world.announce }, words) },
    you,
    cast: scene.cast.map((one) => ({ ...one, ...filled({ name: one.name, title: one.title }, words) })),
    words,
    events: ran.events,
    facts,
    met: !waiting && isMet(world.goal, facts),
    taken,
    ...(waiting ? { waiting } : {}),
  };
}

/** Asked only where each step that `when` names was answered so. */
const isTime = (step: Step, chosen: Readonly<Record<string, string>>): boolean =>
  Object.entries(step.when ?? {}).every(([earlier, choices]) => [choices].flat().includes(chosen[earlier] ?? ''));

/** Asked only where the seed's words are those that `given` names. */
export const isGiven = ({ given }: Pick<Step, 'given'>, words: Words): boolean =>
  Object.entries(given ?? {}).every(([word, values]) => [values].flat().includes(words[word] ?? ''));

const filled = <Texts extends Readonly<Record<string, string | undefined>>>(texts: Texts, words: Words): Texts =>
  Object.fromEntries(
    Object.entries(texts).map(([key, text]) => [key, text === undefined ? text : fill(text, words)]),
  ) as Texts;

interface Place {
  readonly asked: Asked;
  readonly decision: number;
  readonly words: Words;
}

function take(step: Step, given: Answer | Taken, { asked, decision, words }: Place): Taken {
  const answer = 'outcome' in given ? given.answer : given;
  if (answer.step !== step.id)
    throw new BadRun(`The run answers step "${answer.step}" where step "${step.id}" is asked.`);
  switch (step.kind) {
    case 'choose':
    case 'predict': {
      if (!('choice' in answer)) throw new BadRun(`Step "${step.id}" is answered by one of its choices.`);
      const choice = choiceById(step.choices, answer);
      const label = fill(choice.label, words);
      const executed = fillDeep(choice.answer, words);
      return { step, answer, asked, decision, choice: choice.id, outcome: choice, label, executed };
    }
    case 'pick': {
      const dump = dumpOf(asked);
      const elsewhere = 'outcome' in given ? given : undefined;
      const region = elsewhere ? sameRegion(step, elsewhere, dump) : pickedRegion(step, answer, dump);
      const choice = choiceOf(step.choices, dump, region);
      const { record, offset, length, path } = region;
      const name = dump[record]?.name ?? '';
      return {
        step,
        answer,
        asked,
        decision,
        choice: choice?.id ?? 'otherwise',
        outcome: choice ?? step.otherwise,
        label: choice ? fill(choice.label, words) : path ? `${path} of ${name}` : name,
        executed: { record, offset, length } satisfies Picked,
      };
    }
    case 'several':
    case 'order': {
      const list = composedList(step, answer);
      const choice = choiceOfItems(step, list);
      return {
        step,
        answer,
        asked,
        decision,
        choice: choice?.id ?? 'otherwise',
        outcome: choice ?? step.otherwise,
        label: fill(
          list.map((id) => step.items.find((item) => item.id === id)?.label ?? id).join(', ') || 'none',
          words,
        ),
        executed: composedAnswer(step, list, words),
      };
    }
  }
}

/** The items of an answer, in their normal form. */
function composedList(step: ComposedStep, answer: Answer): readonly string[] {
  if ('value' in answer) throw new BadRun(`Step "${step.id}" is answered by items, not by bytes.`);
  const given = 'items' in answer ? answer.items : choiceById(step.choices, answer).items;
  const list = normalForm(step, given);
  if (list) return list;
  throw new BadRun(
    step.kind === 'order'
      ? `Step "${step.id}" wants each of its items once, in an order.`
      : `Step "${step.id}" has no such items, or one of them comes twice.`,
  );
}

/** The region that an answer to a pick stands for: marked bytes, or the first target of the choice. */
function pickedRegion(step: PickStep, answer: Answer, dump: readonly Dump[]): Region {
  if ('items' in answer) throw new BadRun(`Step "${step.id}" is answered by bytes, not by items.`);
  const region =
    'value' in answer ? regionOf(dump, answer.value) : targetsOf(choiceById(step.choices, answer), dump)[0];
  if (region) return region;
  throw new BadRun(
    'value' in answer
      ? `The bytes marked at step "${step.id}" are not among those that lie before the player.`
      : `Choice "${answer.choice}" of step "${step.id}" names nothing that lies before the player.`,
  );
}

/** The pick of another world in this one: the same bytes where they mean the same, else what the choice names here. */
function sameRegion(step: PickStep, elsewhere: Taken, dump: readonly Dump[]): Region {
  const { answer, executed } = elsewhere;
  if (!('value' in answer)) return pickedRegion(step, answer, dump);
  const here = regionOf(dump, answer.value);
  if (here && (choiceOf(step.choices, dump, here)?.id ?? 'otherwise') === elsewhere.choice) return here;
  const choice = step.choices.find(({ id }) => id === elsewhere.choice);
  const target = choice && targetsOf(choice, dump)[0];
  // Where neither is there, the actor is given the bytes as they were marked: a pick is a rule, and it may find nothing.
  return target ?? { ...(executed as Picked), path: '' };
}

function choiceById<Choice extends { readonly id: string }>(choices: readonly Choice[], answer: Answer): Choice {
  const choice = 'choice' in answer ? choices.find(({ id }) => id === answer.choice) : undefined;
  if (!choice) throw new BadRun(`Step "${answer.step}" has no choice "${'choice' in answer ? answer.choice : ''}".`);
  return choice;
}

/** What the asking actor has before it; nothing where the point is none that is picked. */
export const dumpOf = ({ question: { situation } }: Asked): readonly Dump[] =>
  typeof situation === 'object' && situation !== null && 'dump' in situation && Array.isArray(situation.dump)
    ? situation.dump
    : [];
