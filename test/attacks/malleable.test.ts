// Changing what is sealed, without its key.
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { crc32, crcDifference, xorAt } from '../../src/attacks/malleable.ts';
import { hex } from '../tls/world.ts';

const number = (bytes: Uint8Array): number => Buffer.from(bytes).readUInt32BE();

it('the CRC-32 of "123456789" is the check value of its catalogue, cbf43926', () => {
  expect(hex(crc32(Buffer.from('123456789')))).toBe('cbf43926');
});

it('a CRC-32 is that of zlib', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => number(crc32(bytes)) === zlibCrc32(bytes)));
});

it('a difference changes the CRC-32 of every text of its length by the same bits', () => {
  const pair = fc
    .nat(120)
    .chain((size) => fc.tuple(...[1, 2].map(() => fc.uint8Array({ minLength: size, maxLength: size }))));
  fc.assert(
    fc.property(pair, ([text = new Uint8Array(0), difference = new Uint8Array(0)]) => {
      const changed = crc32(xorAt(text, 0, difference));
      expect(hex(xorAt(crc32(text), 0, crcDifference(difference)))).toBe(hex(changed));
    }),
  );
});

it('a bit that is flipped in an AES-CTR ciphertext is flipped in the text, and no other', () => {
  const [key, counter] = [Buffer.alloc(16, 7), Buffer.alloc(16, 9)];
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 80 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (text, at, mask) => {
        const offset = at % text.length;
        const sealed = createCipheriv('aes-128-ctr', key, counter).update(text);
        const opened = createDecipheriv('aes-128-ctr', key, counter).update(xorAt(sealed, offset, Uint8Array.of(mask)));
        expect(hex(opened)).toBe(hex(xorAt(text, offset, Uint8Array.of(mask))));
      },
    ),
  );
});

it('a mask that does not lie within the bytes is a mistake of ours', () => {
  expect(() => xorAt(Uint8Array.of(1, 2), 1, Uint8Array.of(1, 1))).toThrow(RangeError);
});
