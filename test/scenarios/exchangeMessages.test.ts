// The game's own messages: what is written is read, and nothing else is taken for one.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeExchange, encodeExchange, isSealed, kindNames } from '../../src/scenarios/exchangeMessages.ts';
import { leaves } from '../tls/fields.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const parts = fc.record({
  group: fc.constant(Uint8Array.of(0, 29)),
  share: bytes(32),
  number: bytes(32),
  hash: bytes(32),
  demand: fc.constant(Uint8Array.of(1)),
  signature: bytes(64),
  recipe: fc.constant(Uint8Array.of(7)),
  nonce: bytes(12),
  sealing: fc.constant(Uint8Array.of(2)),
  counter: bytes(12),
  sealed: fc.uint8Array({ maxLength: 60 }),
  textHash: bytes(32),
  tag: bytes(16),
  fileKey: bytes(32),
  modulus: bytes(256),
  exponent: fc.constant(Uint8Array.of(1, 0, 1)),
  aesKey: bytes(32),
  wrapped: bytes(256),
  blocks: fc.uint8Array({ maxLength: 600 }),
  text: fc.uint8Array({ maxLength: 40 }),
});

it.each(kindNames)('a message of the kind %s is read as it was written, and its map has every byte once', (kind) => {
  fc.assert(
    fc.property(parts, (given) => {
      const written = encodeExchange(kind, given);
      const read = describeExchange(written.bytes);
      expect(read?.kind).toBe(kind);
      expect(read?.fields).toEqual(written.fields);
      expect(read && isSealed(read)).toBe(isSealed(written));
      for (const [name, value] of Object.entries(read?.parts ?? {}))
        expect(Buffer.from(value)).toEqual(Buffer.from(given[name as keyof typeof given]));
      let at = 0;
      for (const { offset, length } of leaves(written.fields)) {
        expect(offset).toBe(at);
        at += length;
      }
      expect(at).toBe(written.bytes.length);
    }),
    { numRuns: 20 },
  );
});

it('no record of TLS and no line of HTTP is taken for one', () => {
  const rest = fc.uint8Array({ maxLength: 400 });
  const first = fc.constantFrom(20, 21, 22, 23, ...Buffer.from('GPHODT'));
  fc.assert(
    fc.property(first, rest, (type, body) => {
      expect(describeExchange(Buffer.concat([Buffer.of(type), body]))).toBeUndefined();
    }),
  );
});
