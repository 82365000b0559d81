// What a certificate is given for.
import type { Progress } from './progress.ts';

/** What it is given for. */
export interface Deed {
  readonly level: string;
  readonly stars: number;
  readonly points: number;
}

/** The levels that give it, the weightiest first, and the stars that they want. */
const worthy: readonly (readonly [level: string, stars: number])[] = [
  ['final-exam', 1],
  ['both-ends', 3],
];

/** What the player did that is worth a certificate; else nothing. */
export function deedOf({ levels }: Progress): Deed | undefined {
  for (const [level, wanted] of worthy) {
    const best = levels[level]?.best;
    if (best && best.stars >= wanted) return { level, stars: best.stars, points: best.points };
  }
  return undefined;
}

/** The level that gives it, until there is a final exam. */
export const levelForIt = 'both-ends';

/** What is still to be done for it, in a sentence. */
export const whatIsWanted = `The certificate is for those who have finished the level ${levelForIt} with three stars.`;

/** Said once it was earned, before how to have it. */
export const yourCertificate = 'You have earned a certificate, a real one, in your name.';
