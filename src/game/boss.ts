// A boss: the test at the end of a chapter. It gives no hints, and what is right at the first try passes it.
import type { Level } from './level.ts';

/** How an attempt at a boss stands. */
export interface BossScore {
  /** Decisions right at the first try, so far. */
  readonly first: number;
  /** All decisions of the path. */
  readonly of: number;
  /** How many of them must be right at the first try. */
  readonly needed: number;
  /** How many more may go wrong; below 0 it cannot be passed any more. */
  readonly spare: number;
  readonly result: 'open' | 'passed' | 'failed';
}

/** In 100 decisions. */
const neededOfHundred = 80;

/** `first` are right at the first try, `untried` still to come; `over` says that the goal was met. */
export function bossScore(first: number, untried: number, of: number, over: boolean): BossScore {
  const needed = Math.ceil((of * neededOfHundred) / 100);
  const spare = first + untried - needed;
  return { first, of, needed, spare, result: spare < 0 ? 'failed' : over ? 'passed' : 'open' };
}

/** Told before it begins. */
export const bossRule = ({ needed, of }: BossScore): string =>
  `This is a boss: there are no hints. ${needed} of ${of} decisions right at the first try pass it.`;

/** Why there is no hint. */
export const noHints = ({ boss }: Level): string =>
  boss ? 'A boss gives no hints: it asks what you can do without them.' : 'There are no hints for this decision.';

/** Told at a wrong answer; nothing where it was told before that it cannot be passed any more. */
export function bossAfterSlip({ needed, of, spare }: BossScore): string {
  if (spare > 1) return `You can still pass: ${spare} more decisions may go wrong.`;
  if (spare === 1) return 'You can still pass: one more decision may go wrong.';
  if (spare === 0) return 'You can still pass, if all the rest is right at the first try.';
  return spare === -1
    ? `It takes ${needed} of ${of} right at the first try, so this time it cannot be passed any more. Play on: the rest is worth seeing.`
    : '';
}

/** Told at the end. */
export const bossResult = ({ first, of, needed, result }: BossScore): string => {
  const counted = `${first} of ${of} right at the first try`;
  return result === 'passed'
    ? `${counted}: passed.`
    : `${counted}. It takes ${needed} to pass, so there are no stars this time. Now you know where it is hard: come back whenever you like.`;
};
