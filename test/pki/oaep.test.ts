// OAEP over raw RSA, held against that of node:crypto in both directions.
import { constants, createPublicKey, type KeyObject, privateDecrypt, publicEncrypt } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { longRsaKey } from '../../src/pki/keys/rsa3072.ts';
import { rsaKey } from '../../src/pki/keys/rsa.ts';
import { lockOaep, longestFor, openOaep } from '../../src/pki/oaep.ts';
import { sizeOf } from '../../src/tls/rsaPadding.ts';
import { entropy, named } from '../../src/tls/entropy.ts';
import { hex } from '../tls/world.ts';

const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
const draw = entropy('oaep');
const keys: readonly (readonly [bits: number, key: KeyObject, longest: number])[] = [
  [2048, rsaKey(draw), 190],
  [3072, longRsaKey(), 318],
];

describe.each(keys)('with a modulus of %i bits', (bits, key, longest) => {
  const publicKey = createPublicKey(key);
  const message = fc.uint8Array({ maxLength: longest });
  const seed = fc.uint8Array({ minLength: 32, maxLength: 32 });

  it(`${longest} bytes fit, and not one more`, () => {
    expect(sizeOf(key) * 8).toBe(bits);
    expect(longestFor(publicKey)).toBe(longest);
    expect(openOaep(key, lockOaep(publicKey, new Uint8Array(longest), draw('seed')))).toHaveLength(longest);
    expect(() => lockOaep(publicKey, new Uint8Array(longest + 1), draw('seed'))).toThrow(RangeError);
  });
  it('node:crypto opens what is locked here', () => {
    fc.assert(
      fc.property(message, seed, (text, chance) => {
        const locked = lockOaep(publicKey, text, chance);
        expect(hex(privateDecrypt({ key, ...padding }, locked))).toBe(hex(text));
        expect(hex(lockOaep(publicKey, text, chance))).toBe(hex(locked));
      }),
      { numRuns: 20 },
    );
  });
  it('what node:crypto locks is opened here', () => {
    fc.assert(
      fc.property(message, (text) => {
        expect(hex(openOaep(key, publicEncrypt({ key: publicKey, ...padding }, text)) ?? Buffer.from('nothing'))).toBe(
          hex(text),
        );
      }),
      { numRuns: 20 },
    );
  });
  it('what was changed, is for another key or is no block at all opens to nothing', () => {
    const locked = lockOaep(publicKey, Buffer.from('a key'), draw('seed'));
    for (const at of [0, 40, locked.length - 1])
      expect(
        openOaep(
          key,
          locked.map((byte, index) => (index === at ? byte ^ 1 : byte)),
        ),
      ).toBeUndefined();
    const all = ['1', '2', '3', '4', '5', '6'].map((name) => rsaKey(named(draw, name)));
    const others = [...all, longRsaKey()].filter((one) => !one.equals(key));
    expect(others.length).toBeGreaterThan(1);
    for (const other of others) expect(openOaep(other, locked)).toBeUndefined();
    expect(openOaep(key, new Uint8Array(sizeOf(key)))).toBeUndefined();
    expect(openOaep(key, locked.subarray(1))).toBeUndefined();
  });
});
