// The join code in letters that are read from afar: five by six points each, two points in one character.

/** What a code is written with: Crockford's digits and capitals, which leave out I, L, O and U. */
const points: Readonly<Record<string, string>> = {
  '0': '.###. #...# #..## ##..# #...# .###.',
  '1': '..#.. .##.. ..#.. ..#.. ..#.. .###.',
  '2': '.###. #...# ...#. ..#.. .#... #####',
  '3': '####. ....# ..##. ....# #...# .###.',
  '4': '...#. ..##. .#.#. ##### ...#. ...#.',
  '5': '##### #.... ####. ....# #...# .###.',
  '6': '.###. #.... ####. #...# #...# .###.',
  '7': '##### ....# ...#. ..#.. ..#.. ..#..',
  '8': '.###. #...# .###. #...# #...# .###.',
  '9': '.###. #...# #...# .#### ....# .###.',
  A: '.###. #...# #...# ##### #...# #...#',
  B: '####. #...# ####. #...# #...# ####.',
  C: '.###. #...# #.... #.... #...# .###.',
  D: '####. #...# #...# #...# #...# ####.',
  E: '##### #.... ####. #.... #.... #####',
  F: '##### #.... ####. #.... #.... #....',
  G: '.###. #.... #.... #..## #...# .###.',
  H: '#...# #...# ##### #...# #...# #...#',
  J: '..### ...#. ...#. ...#. #..#. .##..',
  K: '#...# #..#. ###.. #..#. #...# #...#',
  M: '#...# ##.## #.#.# #...# #...# #...#',
  N: '#...# ##..# #.#.# #..## #...# #...#',
  P: '####. #...# #...# ####. #.... #....',
  Q: '.###. #...# #...# #.#.# #..#. .##.#',
  R: '####. #...# #...# ####. #..#. #...#',
  S: '.#### #.... .###. ....# #...# .###.',
  T: '##### ..#.. ..#.. ..#.. ..#.. ..#..',
  V: '#...# #...# #...# #...# .#.#. ..#..',
  W: '#...# #...# #...# #.#.# ##.## #...#',
  X: '#...# .#.#. ..#.. ..#.. .#.#. #...#',
  Y: '#...# .#.#. ..#.. ..#.. ..#.. ..#..',
  Z: '##### ....# ..##. .#... #.... #####',
  '-': '..... ..... .###. ..... ..... .....',
};
const blank = '..... ..... ..... ..... ..... .....';

/** How many columns `bigLetters` takes. */
export const bigWidth = (text: string): number => Math.max(0, 6 * text.length - 1);

/** Three rows of half blocks; in ASCII, which has none, six of `#`. */
export function bigLetters(text: string, ascii: boolean): readonly string[] {
  const glyphs = [...text.toUpperCase()].map((letter) => (points[letter] ?? blank).split(' '));
  const rows = Array.from({ length: 6 }, (_, row) => glyphs.map((glyph) => glyph[row]).join('.'));
  if (ascii) return rows.map((row) => row.replaceAll('.', ' '));
  return [0, 2, 4].map((row) =>
    [...(rows[row] ?? '')].map((upper, column) => halves[`${upper}${rows[row + 1]?.[column]}`] ?? ' ').join(''),
  );
}
const halves: Readonly<Record<string, string>> = { '##': '█', '#.': '▀', '.#': '▄' };
