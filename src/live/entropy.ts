// Real chance behind the same interface as the seed's: fresh bytes for each label, remembered within the run.
import { randomBytes } from 'node:crypto';
import type { Entropy } from '../tls/entropy.ts';

/** The same label and length give the same bytes in one run, and others in the next. */
export function freshEntropy(): Entropy {
  const drawn = new Map<string, Uint8Array>();
  return (label, length = 32) => {
    const key = `${length} ${label}`;
    const bytes = drawn.get(key) ?? new Uint8Array(randomBytes(length));
    drawn.set(key, bytes);
    return bytes;
  };
}
