// Text with its meaning: what a screen is made of before a theme gives it colours.
import { beginning, clip, columnsOf, narrow } from './columns.ts';
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

/** Safe to show: nothing that steers the terminal, and nothing of which terminals disagree how wide it is. */
export const plain = (text: string): string => (narrow.test(text) ? text : printable(text).replace(disputed, '?'));
/**
 * Emoji; marks but those of Latin, Greek, Cyrillic, Hebrew, Arabic, Thai and Lao, which stand on their letter and take no column;
 * Hangul that is not composed; what Thai and Lao compose of a mark and a vowel.
 */
const disputed =
  /\p{Emoji_Presentation}|\p{DI}|(?![\u0300-\u07f3\u0e31-\u0ecd])\p{M}|[\u0e33\u0eb3\u1160-\u11ff\ud7b0-\ud7fb]/gu;

/** Safe to show, and exactly so many columns. */
export function cell(text: string, columns: number): string {
  const shown = clip(plain(text), columns);
  return shown + ' '.repeat(Math.max(0, columns - columnsOf(shown)));
}

export const widthOf = (line: Line): number => line.reduce((sum, { text }) => sum + columnsOf(text), 0);

/** Exactly `columns` wide: cut with an ellipsis, or filled up. */
export function fitted(line: Line, columns: number): Line {
  const width = widthOf(line);
  if (width <= columns) return width === columns ? line : [...line, { text: ' '.repeat(columns - width) }];
  const begun = take(line, columns - 1);
  // Of a wide letter that fits no more, one column is left.
  return [...begun, { ...(line.at(-1) ?? { text: '' }), text: '…'.padEnd(columns - widthOf(begun)) }];
}

/** The first `columns` of a line. */
export function take(line: Line, columns: number): Line {
  const taken: Span[] = [];
  let left = columns;
  for (const one of line) {
    if (left <= 0) break;
    const text = beginning(one.text, left);
    taken.push({ ...one, text });
    if (text !== one.text) break;
    left -= columnsOf(text);
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
