// Signing certificates, lists and responses, the same bytes each time: Ed25519 and RSA PKCS#1 v1.5 are so by themselves, P-256
// by RFC 6979, RSA-PSS with a salt that is drawn from the key and what is signed.
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import { signPss } from '../tls/rsaPadding.ts';
import { der, derBits, derInteger, derNull, derOid, derSequence } from './derWriter.ts';
import { oids } from './oids.ts';

/** How an RSA key signs; other keys have one way. */
export type Padding = 'pkcs1' | 'pss';

/** The AlgorithmIdentifier of signatures by that key (RFC 4055 5, RFC 5758 3.2, RFC 8410 3). Throws for other kinds. */
export function signatureAlgorithmOf(key: KeyObject, padding: Padding = 'pkcs1'): Uint8Array {
  switch (key.asymmetricKeyType) {
    case 'ed25519':
      return derSequence(derOid(oids.ed25519));
    case 'ec':
      return derSequence(derOid(oids.ecdsaWithSHA256));
    case 'rsa':
      return padding === 'pkcs1' ? derSequence(derOid(oids.sha256WithRSA), derNull()) : pssWithSha256;
    default:
      throw new Error(`a key of the kind ${key.asymmetricKeyType} signs no certificates`);
  }
}

/** RSASSA-PSS-params with SHA-256 for both hashes and a salt of 32 bytes (RFC 4055 3.1). */
const sha256 = derSequence(derOid(oids.sha256), derNull());
const pssWithSha256 = derSequence(
  derOid(oids.rsassaPss),
  derSequence(der(0xa0, sha256), der(0xa1, derSequence(derOid(oids.mgf1), sha256)), der(0xa2, derInteger(32))),
);

/** The signature over `bytes`. Of ECDSA in DER. */
export function signatureBy(key: KeyObject, bytes: Uint8Array, padding: Padding = 'pkcs1'): Uint8Array {
  if (key.asymmetricKeyType === 'ec') {
    const { d = '' } = key.export({ format: 'jwk' });
    return p256.sign(bytes, Buffer.from(d, 'base64url'), { format: 'der', lowS: false });
  }
  if (key.asymmetricKeyType === 'rsa' && padding === 'pss') {
    const salt = createHash('sha256')
      .update(key.export({ format: 'der', type: 'pkcs8' }))
      .update(bytes)
      .digest();
    return signPss(key, 'sha256', bytes, salt);
  }
  return sign(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', bytes, key);
}

/** What is to be signed, how, and the signature: the shape of certificates and lists, and of OCSP with more behind it. */
export const signed = (
  tbs: Uint8Array,
  key: KeyObject,
  padding?: Padding,
  ...more: readonly Uint8Array[]
): Uint8Array => derSequence(tbs, signatureAlgorithmOf(key, padding), derBits(signatureBy(key, tbs, padding)), ...more);

/** A P-256 private key from 32 bytes, always the same (the bytes modulo the order, FIPS 186-5 A.2.1 in short). */
export function p256KeyFromSeed(seed: Uint8Array): KeyObject {
  const order = p256.Point.Fn.ORDER;
  const d = ((BigInt(`0x${Buffer.from(seed).toString('hex')}`) % (order - 1n)) + 1n).toString(16).padStart(64, '0');
  const point = p256.getPublicKey(Buffer.from(d, 'hex'), false);
  const coordinate = (from: number) => Buffer.from(point.subarray(from, from + 32)).toString('base64url');
  return createPrivateKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'P-256',
      d: Buffer.from(d, 'hex').toString('base64url'),
      x: coordinate(1),
      y: coordinate(33),
    },
  });
}

/** The SubjectPublicKeyInfo of a private or public key; the same bytes each time, and not to be changed. */
export function spkiOf(key: KeyObject): Uint8Array {
  const known = spkis.get(key);
  if (known) return known;
  const spki = new Uint8Array(
    (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'der', type: 'spki' }),
  );
  spkis.set(key, spki);
  return spki;
}
/** OpenSSL takes long to write one. */
const spkis = new WeakMap<KeyObject, Uint8Array>();
