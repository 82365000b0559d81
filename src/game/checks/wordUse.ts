// Where a text uses a word of the field: with its plural, and not inside a longer word that is known.
import type { Entry } from '../codex.ts';

/** Finds the words of an entry in texts. */
export interface WordUse {
  readonly name: string;
  /** The first use in a text, as it stands there; `known` are uses of other words that hide what is inside them. */
  readonly in: (text: string, known: readonly WordUse[]) => string | undefined;
  /** The text without the uses of this word. */
  readonly without: (text: string) => string;
  /** Whether one of its words can hide this one: it has it inside. */
  readonly hides: (other: WordUse) => boolean;
  readonly words: readonly string[];
}

/** A word with a capital letter counts only as it is written: Secure is an attribute, secure is a word of every day. */
export function wordUse(name: string, { words = [name] }: Pick<Entry, 'words'>): WordUse {
  const patterns = words.map((word) => new RegExp(pattern(word), word === word.toLowerCase() ? 'giu' : 'gu'));
  const without = (text: string): string =>
    patterns.reduce((left, one) => left.replace(one, (use) => '#'.repeat(use.length)), text);
  return {
    name,
    words,
    without,
    hides: (other) =>
      words.some((word) => other.words.some((inner) => word.length > inner.length && word.includes(inner))),
    in(text, known) {
      if (!patterns.some((one) => text.search(one) >= 0)) return undefined;
      const left = known.filter((one) => one.hides(this)).reduce((rest, one) => one.without(rest), text);
      for (const one of patterns) {
        const found = left.match(one)?.[0];
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

/** The word and its plural, where no letter, digit, hyphen or underscore stands against it. */
function pattern(word: string): string {
  const escaped = word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  const stem = /[^aeiou]y$/.test(word) ? `(?:${escaped}|${escaped.slice(0, -1)}ies)` : `${escaped}(?:e?s)?`;
  return `(?<![\\p{L}\\p{N}_-])${stem}(?![\\p{L}\\p{N}_-])`;
}
