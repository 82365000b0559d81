// "Did you mean ...?": the known word that a mistyped one is nearest to.

/** The nearest of `known`, if it is so near that it was likely meant: a slip in every third letter at most. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  // A longer one is no slip, and would take long to compare.
  if (word.length > 60) return undefined;
  let best: string | undefined;
  let fewest = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const slips = distance(word.toLowerCase(), candidate.toLowerCase());
    if (slips < fewest) [best, fewest] = [candidate, slips];
  }
  return best;
}

/** ` Did you mean "check"?`, with its space, or nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const guess = nearest(word, known);
  return guess === undefined ? '' : ` Did you mean "${guess}"?`;
}

/**
 * Letters to insert, delete, replace, or exchange with their neighbour (Damerau 1964, Levenshtein 1966; no letter is
 * touched twice).
 */
export function distance(from: string, to: string): number {
  const [a, b] = [[...from], [...to]];
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_value, column) => column);
  for (const [row, letter] of a.entries()) {
    const next = [row + 1];
    for (const [column, other] of b.entries()) {
      const replaced = at(last, column) + (letter === other ? 0 : 1);
      const exchanged =
        row > 0 && column > 0 && letter === b[column - 1] && a[row - 1] === other
          ? at(before, column - 1) + 1
          : replaced;
      next.push(Math.min(replaced, exchanged, at(last, column + 1) + 1, at(next, column) + 1));
    }
    [before, last] = [last, next];
  }
  return at(last, b.length);
}
const at = (row: readonly number[], column: number): number => row[column] ?? Number.POSITIVE_INFINITY;
