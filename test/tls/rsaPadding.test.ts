// Our paddings of RSA before node:crypto: what one pads, the other takes off, for every hash; and spoilt blocks are refused.
import { constants, createPublicKey, privateDecrypt, publicEncrypt, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rsaKey } from '../../src/pki/keys/rsa.ts';
import { entropy } from '../../src/tls/entropy.ts';
import {
  decryptRaw,
  encryptRaw,
  type Hash,
  padOaep,
  padPkcs1,
  signPkcs1,
  signPss,
  sizeOf,
  unpadOaep,
  unpadPkcs1,
  verifiesPkcs1,
  verifiesPss,
} from '../../src/tls/rsaPadding.ts';

const draw = entropy('paddings');
const key = rsaKey(draw);
const publicKey = createPublicKey(key);
const size = sizeOf(key);
const hashes: readonly (readonly [Hash, number])[] = [
  ['sha1', 20],
  ['sha256', 32],
  ['sha384', 48],
  ['sha512', 64],
];
const message = Buffer.from('1,000 to Bob');
const pss = constants.RSA_PKCS1_PSS_PADDING;

describe.each(hashes)('%s', (hash, length) => {
  const salt = draw('salt', length);
  it('OAEP is opened by node, and what node seals is opened; each label by itself', () => {
    for (const label of [new Uint8Array(0), Buffer.from('order')]) {
      const options = { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: hash, oaepLabel: label };
      const ours = encryptRaw(publicKey, padOaep(size, hash, message, salt, label));
      expect(privateDecrypt(options, ours)).toEqual(message);
      const theirs = decryptRaw(key, publicEncrypt({ ...options, key: publicKey }, message));
      expect(Buffer.from(unpadOaep(theirs, hash, label) ?? [])).toEqual(message);
      expect(unpadOaep(theirs, hash, Buffer.from('another'))).toBeUndefined();
    }
  });
  it('PSS is taken by node, and node’s is taken, with the length of salt that is meant', () => {
    for (const saltLength of [0, length]) {
      const ours = signPss(key, hash, message, salt.subarray(0, saltLength));
      expect(verify(hash, message, { key: publicKey, padding: pss, saltLength }, ours)).toBe(true);
      const theirs = sign(hash, message, { key, padding: pss, saltLength });
      expect(verifiesPss(publicKey, hash, message, theirs, saltLength)).toBe(true);
      expect(verifiesPss(publicKey, hash, message, theirs, saltLength + 1)).toBe(false);
      expect(verifiesPss(publicKey, hash, Buffer.from('9,000 to Bob'), theirs, saltLength)).toBe(false);
    }
    expect(signPss(key, hash, message, salt)).toEqual(signPss(key, hash, message, salt));
  });
  it('PKCS#1 v1.5 signs the very bytes that node signs', () => {
    const ours = signPkcs1(key, hash, message);
    expect(Buffer.from(ours)).toEqual(sign(hash, message, key));
    expect(verifiesPkcs1(publicKey, hash, message, ours)).toBe(true);
    expect(verifiesPkcs1(publicKey, hash, Buffer.from('9,000 to Bob'), ours)).toBe(false);
  });
});

describe('PKCS#1 v1.5 encryption', () => {
  it('is opened after node sealed, and padded as 7.2.1 has it', () => {
    const block = decryptRaw(key, publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, message));
    expect(Buffer.from(unpadPkcs1(block) ?? [])).toEqual(message);
    const ours = padPkcs1(size, message, Buffer.alloc(size));
    expect([...ours.subarray(0, 3), ours.indexOf(0, 1)]).toEqual([0, 2, 1, size - message.length - 1]);
    expect(decryptRaw(key, encryptRaw(publicKey, ours))).toEqual(new Uint8Array(ours));
  });
  it('gives back what went in, and nothing for a block that is not padded', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: size - 11 }),
        fc.uint8Array({ minLength: size, maxLength: size }),
        (text, fill) => {
          const block = padPkcs1(size, text, fill);
          expect(Buffer.from(unpadPkcs1(block) ?? [1])).toEqual(Buffer.from(text));
          expect(unpadPkcs1(new Uint8Array(block).with(1, 1))).toBeUndefined();
          expect(unpadPkcs1(new Uint8Array(block).with(5, 0))).toBeUndefined();
        },
      ),
    );
  });
});

it('a message that is too long is refused with its length', () => {
  expect(() => padPkcs1(size, Buffer.alloc(size - 10), Buffer.alloc(size))).toThrow(/246 bytes are too many/);
  expect(() => padOaep(size, 'sha256', Buffer.alloc(size - 65), Buffer.alloc(32))).toThrow(/191 bytes are too many/);
  expect(() => padOaep(size, 'sha256', message, Buffer.alloc(5))).toThrow(/the seed has 32 bytes, not 5/);
});
