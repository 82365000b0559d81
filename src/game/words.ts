// `{word}` in a level's texts, answers and picks stands for a value that the seed decides. The scenario declares the words.

/** A word as it stands in a text: `{suite-one}`. Other braces are plain text. */
const wordPattern = /\{([a-z][a-z0-9-]*)\}/g;

export type Words = Readonly<Record<string, string>>;

/** The text with every known `{word}` replaced. An unknown one stays as it is: the loader has refused it. */
export const fill = (text: string, words: Words): string =>
  text.replace(wordPattern, (whole, word: string) => (Object.hasOwn(words, word) ? (words[word] ?? whole) : whole));

/** The same deep in plain data: in every string value, never in a key. */
export function fillDeep(value: unknown, words: Words): unknown {
  if (typeof value === 'string') return fill(value, words);
  if (Array.isArray(value)) return value.map((item) => fillDeep(item, words));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillDeep(item, words)]));
}

/** The words that a text names, in their order, each as often as it stands there. */
export const wordsIn = (text: string): string[] => [...text.matchAll(wordPattern)].map(([, word = '']) => word);
