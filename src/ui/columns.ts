// How many columns of a terminal a text takes: none for a mark that stands on a letter, two for the wide letters of East Asia.
import { eastAsianWidth } from 'get-east-asian-width';

/** Of what `plain` in `spans.ts` lets through, as Ink counts it too. */
export const columnsOf = (text: string): number =>
  narrow.test(text) ? text.length : [...text].reduce((sum, one) => sum + columnsOfOne(one), 0);
/** Most of what is shown: each is one column, and is told so without a closer look, which takes long. */
export const narrow = /^[ -~¡-¬®-ÿ‐-‧←-⇿⏎─-◼★☆✎✓✗❯]*$/;

const columnsOfOne = (character: string): number => {
  if (/\p{M}/u.test(character)) return 0;
  return eastAsianWidth(character.codePointAt(0) ?? 0);
};

/** As much of its beginning as fits into so many columns. */
export function beginning(text: string, columns: number): string {
  // With the one behind it, which may be a mark on the last.
  if (narrow.test(text.slice(0, columns + 1))) return text.slice(0, Math.max(0, columns));
  let left = columns;
  let taken = '';
  for (const one of text) {
    left -= columnsOfOne(one);
    if (left < 0) break;
    taken += one;
  }
  return taken;
}

/** At most so many columns; what is too long ends in an ellipsis. */
export const clip = (text: string, most: number): string =>
  columnsOf(text) <= most ? text : most < 1 ? '' : `${beginning(text, most - 1)}…`;
