// Text with its meaning: what a screen is made of before a theme gives it colours. Every character is one column wide.
import { oddWidth } from '../game/letters.ts';
import { printable } from './printable.ts';

/** What a text is, by which a theme colours it. */
export type Tone =
  | 'read'
  | 'text'
  | 'faint'
  | 'line'
  | 'accent'
  | 'client'
  | 'attacker'
  | 'server'
  | 'key'
  | 'good'
  | 'bad'
  | 'dark';
/** What it stands on; most stands on the terminal's own background. */
export type Ground = 'strip' | 'band' | 'gold' | 'right' | 'wrong';

export interface Span {
  readonly text: string;
  readonly tone?: Tone;
  readonly on?: Ground;
  readonly bold?: boolean;
  readonly italic?: boolean;
}
export type Line = readonly Span[];

export const span = (text: string, tone: Tone = 'text', more: Omit<Span, 'text' | 'tone'> = {}): Span => ({
  text: plain(text),
  tone,
  ...more,
});

/** Safe to show: nothing that steers the terminal, and nothing wider or narrower than a column. */
export const plain = (text: string): string =>
  plainly.test(text) ? text : printable(text).replace(everyOddWidth, '?');
/** Most of what is shown; it needs no closer look, which takes long. */
const plainly = /^[ -~¡-¬®-ÿ‐-‧←-⇿⏎─-◼★☆✎✓✗❯]*$/;
const everyOddWidth = new RegExp(oddWidth.source, 'gu');

export const columnsOf = (text: string): number => [...text].length;
export const widthOf = (line: Line): number => line.reduce((sum, { text }) => sum + columnsOf(text), 0);

/** Exactly `columns` wide: cut with an ellipsis, or filled up. */
export function fitted(line: Line, columns: number): Line {
  const width = widthOf(line);
  if (width <= columns) return width === columns ? line : [...line, { text: ' '.repeat(columns - width) }];
  return [...take(line, columns - 1), { ...(line.at(-1) ?? { text: '' }), text: '…' }];
}

/** The first `columns` of a line. */
export function take(line: Line, columns: number): Line {
  const taken: Span[] = [];
  let left = columns;
  for (const one of line) {
    if (left <= 0) break;
    const text = [...one.text].slice(0, left).join('');
    left -= columnsOf(text);
    taken.push({ ...one, text });
  }
  return taken;
}

/** `left` and `right` at the ends of `columns`, `left` cut where both do not fit. */
export function ends(left: Line, right: Line, columns: number, filler: Span = { text: ' ' }): Line {
  const between = columns - widthOf(left) - widthOf(right);
  if (between < 1) return [...fitted(left, columns - widthOf(right)), ...right];
  return [...left, { ...filler, text: filler.text.repeat(between) }, ...right];
}

export function centred(line: Line, columns: number): Line {
  const before = Math.max(0, Math.floor((columns - widthOf(line)) / 2));
  return fitted([{ text: ' '.repeat(before) }, ...line], columns);
}
