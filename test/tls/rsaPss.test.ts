// RSASSA-PSS with a given salt: the same bytes each time, and good in the eyes of OpenSSL.
import { constants, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signPss } from '../../src/tls/rsaPss.ts';
import { hex } from './world.ts';

const padding = constants.RSA_PKCS1_PSS_PADDING;
const saltLength = constants.RSA_PSS_SALTLEN_DIGEST;

// 1025 bits: where the modulus is a bit longer than its bytes, the encoded message is a byte shorter (RFC 8017 8.1.1).
describe.each([1024, 1025, 1031, 2048])('with a key of %i bits', (modulusLength) => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength });
  const key = createPublicKey(privateKey);
  const bytes = (minLength: number, maxLength = minLength) => fc.uint8Array({ minLength, maxLength });
  it('any content under any salt is signed so that node verifies it, and no other content', () => {
    fc.assert(
      fc.property(bytes(0, 200), bytes(32), (content, salt) => {
        const signature = signPss(content, privateKey, salt);
        expect(verify('sha256', content, { key, padding, saltLength }, signature)).toBe(true);
        expect(verify('sha256', Buffer.concat([content, salt]), { key, padding, saltLength }, signature)).toBe(false);
        expect(hex(signPss(content, privateKey, salt))).toBe(hex(signature));
      }),
      { numRuns: 30 },
    );
  });
});
