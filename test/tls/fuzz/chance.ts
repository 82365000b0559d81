// Numbers that look random and are the same for the same seed, so that what went wrong can be made to happen again.
import { createHash } from 'node:crypto';

export interface Chance {
  /** A whole number from 0 up to, and without, this one. */
  readonly below: (end: number) => number;
  readonly bytes: (length: number) => Uint8Array;
  readonly oneOf: <T>(all: readonly T[]) => T | undefined;
}

export function chance(seed: string): Chance {
  const state = new Uint32Array(createHash('sha256').update(seed).digest().buffer.slice(0, 16));
  /** Marsaglia's xorshift128. */
  const next = (): number => {
    const [a = 1, b = 2, c = 3, d = 4] = state;
    const mixed = a ^ (a << 11);
    state.set([b, c, d, d ^ (d >>> 19) ^ mixed ^ (mixed >>> 8)]);
    return state[3] ?? 0;
  };
  const below = (end: number) => Math.floor((next() / 2 ** 32) * end);
  return {
    below,
    bytes: (length) => Uint8Array.from({ length }, () => below(256)),
    oneOf: (all) => all[below(all.length)],
  };
}
