// A step held against the act that it is in: its point, its choices, their verdicts, and when it is asked.
import { isDeepStrictEqual } from 'node:util';
import type { Scenario, Scene } from '../../scenarios/scenario.ts';
import { factText, namedFact } from '../goal.ts';
import { type Act, type Outcome, outcomesOf, type Step } from '../level.ts';
import type { Path, Problem } from '../yamlFile.ts';
import { answersProblems, noPoint, repeated } from './answers.ts';
import { noWord, widthProblems } from './texts.ts';

export interface StepContext {
  readonly act: Act;
  /** The steps before this one, by id. */
  readonly before: ReadonlyMap<string, Step>;
  readonly scenario: Scenario;
  readonly scene: Scene;
}

export function stepProblems(step: Step, path: Path, context: StepContext): Problem[] {
  const { act, before, scenario, scene } = context;
  const problems: Problem[] = [];
  const say = (key: Path, message: string) => problems.push({ path: [...path, ...key], message });
  if (before.has(step.id)) say(['id'], `Another step of this level is called "${step.id}" as well. Rename one.`);
  const point = scenario.points.find((one) => one.name === step.at);
  if (!point) say(['at'], noPoint(step.at, scenario));
  problems.push(...whenProblems(step, path, before));
  for (const word of Object.keys(step.given ?? {}))
    if (!scenario.words.includes(word)) say(['given', word], noWord(word, scenario));
  problems.push(
    ...repeated(
      step.choices.map(({ id }) => id),
      (index) => [...path, 'choices', index, 'id'],
      'choice',
    ),
  );
  if (step.choices.some(({ id }) => id === 'otherwise'))
    say(['choices'], 'No choice may be called "otherwise": that is what is not named.');
  const safe = step.choices.filter(({ verdict }) => verdict === 'safe');
  if (!safe.length)
    say(
      ['choices'],
      `None of the choices of "${step.id}" (${step.choices.map(({ id }) => id).join(', ')}) is safe, so nobody can go on. Make one safe.`,
    );
  const references = step.choices.filter(({ reference }) => reference);
  if (references.length > 1) say(['choices'], 'Only one choice can be the reference.');
  if (references.some(({ verdict }) => verdict !== 'safe'))
    say(['choices'], 'The reference choice must be a safe one.');
  for (const [index, choice] of step.choices.entries())
    problems.push(...outcomeProblems(choice, [...path, 'choices', index], act));
  if ('otherwise' in step) problems.push(...outcomeProblems(step.otherwise, [...path, 'otherwise'], act));
  if (point) problems.push(...answersProblems(step, path, point, scenario, scene.words));
  return [...problems, ...widthProblems(step, path, scene.words)];
}

function whenProblems(step: Step, path: Path, before: ReadonlyMap<string, Step>): Problem[] {
  return Object.entries(step.when ?? {}).flatMap(([id, named]) => {
    const earlier = before.get(id);
    const at = [...path, 'when', id];
    if (!earlier) return [{ path: at, message: `No earlier step is called "${id}".` }];
    const ids = outcomesOf(earlier).map(([choice]) => choice);
    return [named]
      .flat()
      .filter((choice) => !ids.includes(choice))
      .map((choice) => ({ path: at, message: `Step "${id}" has no choice "${choice}". It has ${ids.join(', ')}.` }));
  });
}

function outcomeProblems(outcome: Outcome, path: Path, { worlds }: Act): Problem[] {
  const { verdict } = outcome;
  const names = worlds.map(({ name }) => name);
  if (verdict === 'safe')
    return outcome.in === undefined ? [] : [{ path: [...path, 'in'], message: 'A safe choice holds in every world.' }];
  const problems: Problem[] = [];
  if (outcome.misconception === undefined)
    problems.push({ path, message: 'An unsafe choice needs a misconception: the belief that it stands for.' });
  const world = outcome.in === undefined ? worlds[0] : worlds.find(({ name }) => name === outcome.in);
  if (!world)
    return [
      ...problems,
      { path: [...path, 'in'], message: `There is no world "${outcome.in}". There is ${names.join(', ')}.` },
    ];
  const [key, pattern, among] =
    'breaks' in verdict
      ? (['breaks', verdict.breaks, world.goal.never] as const)
      : ([
          'misses',
          verdict.misses,
          world.goal.must.flatMap((item) => ('anyOf' in item ? item.anyOf : [item])),
        ] as const);
  if (!among.some((one) => isDeepStrictEqual(namedFact(one), namedFact(pattern))))
    problems.push({
      path: [...path, 'verdict', key],
      message: `The goal of world "${world.name}" has no ${factText(pattern)} under ${key === 'breaks' ? 'never' : 'must'}.`,
    });
  return problems;
}
