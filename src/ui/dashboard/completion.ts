// What a command line that was begun may become.
import type { TeacherState } from '../../classroom/pageState.ts';
import type { Word } from './desk.ts';

export interface Completion {
  /** The line, as far as all that fits agrees. */
  readonly typed: string;
  /** What fits, where there is more than one. */
  readonly fits: readonly string[];
}

export function completed(
  typed: string,
  words: readonly Word[],
  { players, catalogue }: Pick<TeacherState, 'players' | 'catalogue'>,
): Completion {
  const [, word = '', gap = '', rest = ''] = /^(\S*)(\s*)(.*)$/.exec(typed) ?? [];
  const known = words.find((one) => one.word === word);
  if (!gap)
    return among(
      '',
      word,
      words.map((one) => one.word),
      (one) => (words.find((other) => other.word === one)?.takes ? ' ' : ''),
    );
  if (known?.takes.startsWith('NAME') && !rest.includes('='))
    return among(
      `${word} `,
      rest,
      players.map(({ name }) => name),
      () => (known.takes.includes('=') ? ' = ' : ''),
    );
  if (known?.takes.startsWith('LEVEL')) {
    const [, before = '', last = ''] = /^(.*[\s,])?([^\s,]*)$/.exec(rest) ?? [];
    return among(
      `${word} ${before}`,
      last,
      catalogue.map(({ id }) => id),
      () => '',
    );
  }
  return { typed, fits: [] };
}

function among(before: string, begun: string, all: readonly string[], after: (whole: string) => string): Completion {
  const fits = all.filter((one) => one.toLowerCase().startsWith(begun.toLowerCase()));
  const [first] = fits;
  if (first === undefined) return { typed: before + begun, fits: [] };
  if (fits.length === 1) return { typed: before + first + after(first), fits: [] };
  return { typed: before + shared(fits), fits };
}

/** What all begin with, in the letters of the first. */
function shared(all: readonly string[]): string {
  const [first = '', ...others] = all.map((one) => [...one]);
  const end = [...first].findIndex((letter, at) =>
    others.some((other) => other[at]?.toLowerCase() !== letter.toLowerCase()),
  );
  return [...first].slice(0, end < 0 ? undefined : end).join('');
}
