// The page of help: the keys, the commands, and what a teacher should know of the host.
import { type Line, span } from '../spans.ts';
import { wrap } from '../wrap.ts';
import type { Desk } from './desk.ts';
import { always, type Hint, shortcutHints } from './keys.ts';

export function helpLines(
  { words, addresses, notes }: Desk,
  now: Parameters<typeof shortcutHints>[0],
  width: number,
): readonly Line[] {
  const keys = [...shortcutHints(now), ...always];
  const typed = words.map(({ word, takes, says }): Hint => ({ shows: `${word} ${takes}`.trim(), says }));
  return [
    ...rows(keys, width),
    [],
    heading('Commands'),
    ...rows(typed, width),
    [],
    heading('Where players may reach this machine'),
    ...addresses.map((address): Line => [span(`  ${address}`, 'read')]),
    [],
    ...notes.flatMap((note) => textLines(note, width)),
  ];
}

export const textLines = (text: string, width: number): readonly Line[] =>
  wrap(text, '', width).map((line): Line => [span(line, 'text')]);

const heading = (text: string): Line => [span(text, 'accent')];

function rows(hints: readonly Hint[], width: number): readonly Line[] {
  const first = Math.max(...hints.map(({ shows }) => [...shows].length)) + 3;
  return hints.flatMap(({ shows, says }) =>
    wrap(says, '', width - first).map(
      (line, index): Line => [span((index ? '' : shows).padEnd(first), 'read', { bold: true }), span(line, 'text')],
    ),
  );
}
