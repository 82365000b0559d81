// What is made of the figures: percentiles, what is wanted, and what must not be missed.

export const part = (numbers: readonly number[], share: number): number =>
  numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))] ?? Number.NaN;
export const ms = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

const missed: string[] = [];
/** Counts fail the bench. */
export function none(what: string, count: number): void {
  if (count !== 0) missed.push(`${what}: ${count}, and none is wanted`);
}
/** Gives the exit code. */
export function verdict(): number {
  for (const one of missed) console.error(`\n${one}`);
  return missed.length ? 1 : 0;
}

export const row = (what: string, ...cells: readonly string[]): void =>
  console.log(what.padEnd(58) + cells.map((cell) => cell.padStart(10)).join('  '));
/** Times and memory depend on the machine: they are held against what is wanted, and fail nothing. */
export const wanted = (value: number, most: number, unit: string): string =>
  `${most} ${unit}${value <= most ? '' : ', missed'}`;
/** A row with the median and the 99th percentile; `most` is wanted of the second. */
export function timesRow(what: string, numbers: readonly number[], most?: number): void {
  const p99 = part(numbers, 0.99);
  row(what, ms(part(numbers, 0.5)), ms(p99), ...(most === undefined ? [] : [wanted(p99, most, 'ms')]));
}
