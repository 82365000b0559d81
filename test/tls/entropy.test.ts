// Draws are those of HKDF, whatever their length.
import { createHmac, hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { entropy } from '../../src/tls/entropy.ts';

it('a draw is HKDF-SHA256 of the seed’s key, with its label as info', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 300 }), (seed, label, length) => {
      const key = createHmac('sha256', 'https-quest').update(seed, 'utf8').digest();
      const drawn = hkdfSync('sha256', key, '', Buffer.from(label, 'utf8'), length);
      expect(entropy(seed)(label, length)).toEqual(new Uint8Array(drawn));
    }),
    { numRuns: 200 },
  );
});
