// Answers held against the schema of their point.
import { isDeepStrictEqual } from 'node:util';
import type { Scenario } from '../../scenarios/scenario.ts';
import type { DecisionPoint } from '../../tls/effects.ts';
import { composedAnswer, everyList, normalForm } from '../composed.ts';
import type { ComposedStep, Step } from '../level.ts';
import { fillDeep, type Words } from '../words.ts';
import type { Path, Problem } from '../yamlFile.ts';
import { unknownWords } from './texts.ts';

/** Answers that their point takes, and no two alike unless that is said. */
export function answersProblems(
  step: Step,
  path: Path,
  point: DecisionPoint,
  scenario: Scenario,
  words: Words,
): Problem[] {
  switch (step.kind) {
    case 'pick':
      return point.schema.safeParse({ record: 0, offset: 0, length: 1 }).success
        ? []
        : [{ path: [...path, 'kind'], message: `${point.name} is no point that is picked. Use choose.` }];
    case 'several':
    case 'order':
      return composedProblems(step, path, point, scenario, words);
    case 'choose':
    case 'predict': {
      const wrong = step.choices.flatMap(({ answer }, index) =>
        answerProblems(point, answer, [...path, 'choices', index, 'answer'], scenario, words),
      );
      return wrong.length ? wrong : twins(step.choices, path, (answer) => point.schema.parse(fillDeep(answer, words)));
    }
  }
}

function composedProblems(
  step: ComposedStep,
  path: Path,
  point: DecisionPoint,
  scenario: Scenario,
  words: Words,
): Problem[] {
  const ids = step.items.map(({ id }) => id);
  const problems = [
    ...repeated(ids, (index) => [...path, 'items', index, 'id'], 'item'),
    ...step.choices.flatMap((choice, index): Problem[] => {
      const at = [...path, 'choices', index, 'items'];
      const unknown = choice.items.filter((item) => !ids.includes(item));
      if (unknown.length) return unknown.map((item) => ({ path: at, message: `There is no item "${item}".` }));
      if (!normalForm(step, choice.items))
        return [{ path: at, message: step.kind === 'order' ? 'An order has each item once.' : 'An item comes twice.' }];
      const first = step.choices.find(
        (other) => normalForm(step, other.items)?.join() === normalForm(step, choice.items)?.join(),
      );
      return first === choice ? [] : [{ path: at, message: `These are the items of "${first?.id}" as well.` }];
    }),
  ];
  if (problems.length) return problems;
  // Every list that the prover will run must be one that the point takes.
  for (const items of everyList(step)) {
    const wrong = answerProblems(point, composedAnswer(step, items, {}), [...path, 'items'], scenario, words);
    if (wrong.length) return wrong;
  }
  return [];
}

type Answered = { readonly id: string; readonly answer: unknown; readonly sameAs?: string | undefined };
function twins(choices: readonly Answered[], path: Path, parse: (answer: unknown) => unknown): Problem[] {
  const parsed = choices.map(({ answer }) => parse(answer));
  return choices.flatMap(({ id, sameAs }, index): Problem[] => {
    const at = [...path, 'choices', index];
    if (sameAs !== undefined) {
      const other = choices.findIndex((choice) => choice.id === sameAs);
      if (other >= index || other < 0)
        return [{ path: [...at, 'sameAs'], message: `There is no earlier choice "${sameAs}" in this step.` }];
      return isDeepStrictEqual(parsed[other], parsed[index])
        ? []
        : [{ path: [...at, 'sameAs'], message: `The answers of "${id}" and "${sameAs}" differ.` }];
    }
    const twin = choices.findIndex((_, other) => other < index && isDeepStrictEqual(parsed[other], parsed[index]));
    if (twin < 0) return [];
    const name = choices[twin]?.id ?? '';
    const message = `This is the answer of "${name}" as well. If that is meant, add sameAs: ${name}.`;
    return [{ path: [...at, 'answer'], message }];
  });
}

/** One answer, with the words of a seed in it. */
export function answerProblems(
  point: DecisionPoint,
  answer: unknown,
  path: Path,
  scenario: Scenario,
  words: Words,
): Problem[] {
  const unknown = unknownWords(JSON.stringify(answer) ?? '', path, scenario);
  if (unknown.length) return unknown;
  const parsed = point.schema.safeParse(fillDeep(answer, words));
  if (parsed.success) return [];
  const [issue] = parsed.error.issues;
  const where = issue?.path.length ? `${issue.path.join('.')}: ` : '';
  return [{ path, message: `${point.name} does not take this answer: ${where}${asSentence(issue?.message ?? '')}` }];
}

/** Says that there is no such point, and which there are for that actor. */
export const noPoint = (name: string, scenario: Scenario) => {
  const prefix = name.split('.')[0];
  const near = scenario.points.map((point) => point.name).filter((one) => one.startsWith(`${prefix}.`));
  const there = near.length ? near : scenario.points.map((point) => point.name);
  return `"${scenario.name}" has no decision point ${name}. It has ${there.join(', ')}.`;
};

/** Names that must differ. */
export const repeated = (names: readonly string[], at: (index: number) => Path, what: string): Problem[] =>
  names.flatMap((name, index) =>
    names.indexOf(name) < index
      ? [{ path: at(index), message: `There is another ${what} "${name}". Rename one.` }]
      : [],
  );

export const asSentence = (message: string) => (/[.!?]$/.test(message) ? message : `${message}.`);
