// A secret locked for an RSA key: node:crypto opens what we lock, we open what it locks, and wrong padding is seen, and only told.
import { constants, createPublicKey, publicEncrypt } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rsaKey } from '../../src/pki/keys/rsa.ts';
import { entropy } from '../../src/tls/entropy.ts';
import { lock, premasterOf, unlock, unpad } from '../../src/tls/v12/keyTransport.ts';
import { hex } from '../tls/world.ts';

const key = rsaKey(entropy('key transport'));
const publicKey = createPublicKey(key);
const message = fc.uint8Array({ maxLength: 245 });

describe('a locked secret', () => {
  it('has eight bytes of padding at least, without a zero, and the secret behind a zero', () => {
    fc.assert(
      fc.property(message, fc.string(), (secret, seed) => {
        const padded = unlock(key, lock(publicKey, secret, entropy(seed)));
        expect(padded).toHaveLength(256);
        const padding = padded?.subarray(2, 256 - secret.length - 1) ?? Buffer.of(0);
        expect(hex(padded?.subarray(0, 2) ?? Buffer.of())).toBe('0002');
        expect(padding.length).toBeGreaterThanOrEqual(8);
        expect(padding.includes(0)).toBe(false);
        expect(hex(unpad(padded) ?? Buffer.of(0))).toBe(hex(secret));
      }),
      { numRuns: 60 },
    );
  });
  it('is opened where node:crypto locked it', () => {
    const locked = publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, Buffer.from('a secret'));
    expect(String(unpad(unlock(key, locked)))).toBe('a secret');
  });
  it('is too long where padding has no room', () => {
    expect(() => lock(publicKey, Buffer.alloc(246), entropy('x'))).toThrow('too short');
  });
  it('is nothing where it is not as long as the modulus, or not below it', () => {
    for (const locked of [Buffer.alloc(0), Buffer.alloc(255, 1), Buffer.alloc(257, 1), Buffer.alloc(256, 0xff)])
      expect(unlock(key, locked)).toBeUndefined();
  });
});

describe('padding', () => {
  const padded = (kind: number, length: number) =>
    Buffer.concat([Buffer.of(0, kind), Buffer.alloc(length, 7), Buffer.of(0), Buffer.from('secret')]);
  it.each([
    ['eight bytes', padded(2, 8), 'secret'],
    ['seven bytes', padded(2, 7), undefined],
    ['the padding of a signature', padded(1, 20), undefined],
    ['no zero at all', Buffer.concat([Buffer.of(0, 2), Buffer.alloc(30, 7)]), undefined],
    ['something in front', Buffer.concat([Buffer.of(1), padded(2, 20).subarray(1)]), undefined],
    ['nothing', Buffer.alloc(0), undefined],
  ])('of %s', (_what, bytes, secret) => {
    const found = unpad(bytes);
    expect(found && String(found)).toBe(secret);
  });
});

describe('the premaster secret that a server goes on with', () => {
  const random = Buffer.alloc(46, 0xaa);
  it.each([
    ['48 bytes', Buffer.concat([Buffer.of(3, 3), Buffer.alloc(46, 1)]), `0303${'01'.repeat(46)}`],
    ['48 bytes with another version', Buffer.concat([Buffer.of(3, 1), Buffer.alloc(46, 1)]), `0303${'01'.repeat(46)}`],
    ['47 bytes', Buffer.alloc(47, 1), `0303${'aa'.repeat(46)}`],
    ['49 bytes', Buffer.alloc(49, 1), `0303${'aa'.repeat(46)}`],
    ['no padding', undefined, `0303${'aa'.repeat(46)}`],
  ])('for %s', (_what, found, premaster) => {
    expect(hex(premasterOf(found, 0x0303, random))).toBe(premaster);
  });
});
