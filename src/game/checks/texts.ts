// The texts of a level: the words in them, and the columns that they take.
import type { Scenario } from '../../scenarios/scenario.ts';
import { type Level, room, type Step } from '../level.ts';
import { columns } from '../texts.ts';
import { fill, type Words, wordsIn } from '../words.ts';
import type { Path, Problem } from '../yamlFile.ts';

/** The words that a text names must be the scenario's; what is shown before there is a seed can have none. */
export function textProblems(level: Level, scenario: Scenario): Problem[] {
  const { title, teaches, terms, acts, brief, debrief, boss } = level;
  const seedless = [['title', title] as const, ['teaches', teaches] as const, ['terms', terms.join(' ')] as const];
  return [
    ...seedless.flatMap(([key, text]) =>
      wordsIn(text).map((word) => ({ path: [key], message: `{${word}} cannot stand here: there is no seed yet.` })),
    ),
    ...unknownWords(brief, ['brief'], scenario),
    ...unknownWords(debrief, ['debrief'], scenario),
    ...unknownWords(boss?.reward ?? '', ['boss', 'reward'], scenario),
    ...acts.flatMap((act, index) => [
      ...wordsBelow({ title: act.title, brief: act.brief }, ['acts', index], scenario),
      ...act.worlds.flatMap(({ announce }, at) => wordsBelow({ announce }, ['acts', index, 'worlds', at], scenario)),
      ...act.steps.flatMap((step, at) => wordsBelow(step, ['acts', index, 'steps', at], scenario)),
    ]),
  ];
}

/** Every text below, but answers, which are looked at with their point. */
function wordsBelow(value: unknown, path: Path, scenario: Scenario): Problem[] {
  if (typeof value === 'string') return unknownWords(value, path, scenario);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'answer' ? [] : wordsBelow(inner, [...path, Array.isArray(value) ? Number(key) : key], scenario),
  );
}

/** The words of a text that the scenario does not have. */
export const unknownWords = (text: string, path: Path, scenario: Scenario): Problem[] =>
  wordsIn(text)
    .filter((word) => !scenario.words.includes(word))
    .map((word) => ({ path, message: noWord(word, scenario) }));

export const noWord = (word: string, { name, words }: Scenario): string =>
  words.length
    ? `"${name}" has no word {${word}}. It has ${words.join(', ')}.`
    : `"${name}" has no words, so {${word}} stands for nothing.`;

/** The columns of what stands on one line, with a seed's words in it. */
export function widthProblems(step: Step, path: Path, words: Words): Problem[] {
  const items = 'items' in step ? step.items : [];
  const lines: [Path, keyof typeof room, string | undefined][] = [
    ...items.map(({ label }, index): [Path, keyof typeof room, string] => [['items', index, 'label'], 'item', label]),
    ...step.choices.flatMap((choice, index): [Path, keyof typeof room, string | undefined][] => [
      [['choices', index, 'label'], 'label', 'label' in choice ? choice.label : undefined],
      [['choices', index, 'note'], 'note', choice.note],
      [['choices', index, 'headline'], 'headline', choice.headline],
    ]),
  ];
  if ('otherwise' in step) lines.push([['otherwise', 'headline'], 'headline', step.otherwise.headline]);
  return lines.flatMap(([key, what, text]) => {
    const width = columns(fill(text ?? '', words));
    if (width <= room[what]) return [];
    return [{ path: [...path, ...key], message: `This takes ${width} columns, and the screen has ${room[what]}.` }];
  });
}
