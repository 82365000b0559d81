// Key exchange (RFC 8446 4.2.8): a private key from the seed, its share, and the secret that two shares give.
import { createECDH, createPrivateKey, createPublicKey, diffieHellman, type ECDH, type KeyObject } from 'node:crypto';
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import { refuse } from './effects.ts';
import type { Entropy } from './entropy.ts';
import { groupName, groups } from './registry.ts';

/** One side's half of a key exchange. */
export interface KeyExchange {
  readonly group: number;
  /** What is sent: 32 bytes for x25519, an uncompressed point of 65 bytes for secp256r1, 1216 for X25519MLKEM768. */
  readonly share: Uint8Array;
  /** The shared secret with the other side's share (32 bytes, 64 for X25519MLKEM768). A share that is no point is refused (4.2.8.2, 7.4.2). */
  readonly agree: (share: Uint8Array) => Uint8Array;
}

/** Offered where nothing else is said. The hybrid group is spoken by whoever lists it: its share alone fills a packet. */
export const supportedGroups: readonly number[] = [groups.x25519, groups.secp256r1];
/** As browsers have them: the hybrid group first, and those that every server knows. */
export const groupsOfBrowsers: readonly number[] = [groups.X25519MLKEM768, ...supportedGroups];

/** Draws a private key of the group under `label`; nothing where the group is not one we speak. */
export function keyExchange(group: number, draw: Entropy, label: string): KeyExchange | undefined {
  if (group === groups.x25519) return x25519(draw(`${label} x25519 private key`));
  if (group === groups.secp256r1)
    return secp256r1((attempt) => draw(`${label} secp256r1 private key${attempt ? ` ${attempt}` : ''}`));
  if (group === groups.X25519MLKEM768) return hybrid(draw, label);
  return undefined;
}

/** What a server answers to the client's share, and the secret; no secret where no share came. */
export function answerTo(
  theirs: Uint8Array | undefined,
  group: number,
  draw: Entropy,
): { readonly share: Uint8Array; readonly secret: Uint8Array | undefined } | undefined {
  if (group === groups.X25519MLKEM768) return encapsulate(theirs, draw);
  const own = keyExchange(group, draw, 'server');
  return own && { share: own.share, secret: theirs && own.agree(theirs) };
}

/**
 * X25519MLKEM768 (draft-ietf-tls-ecdhe-mlkem): two exchanges side by side, ML-KEM-768 (FIPS 203) first. Both would have to
 * be broken. The client sends an encapsulation key (1184 bytes) and an X25519 share, the server a ciphertext (1088) and one.
 */
function hybrid(draw: Entropy, label: string): KeyExchange {
  const { publicKey, secretKey } = ml_kem768.keygen(draw(`${label} ML-KEM-768 seed`, 64));
  const other = x25519(draw(`${label} X25519MLKEM768 x25519 private key`));
  return {
    group: groups.X25519MLKEM768,
    share: joined(publicKey, other.share),
    agree(share) {
      const [ciphertext, theirs] = halves(share, 1088);
      return joined(ml_kem768.decapsulate(ciphertext, secretKey), other.agree(theirs));
    },
  };
}

function encapsulate(share: Uint8Array | undefined, draw: Entropy) {
  const own = x25519(draw('server X25519MLKEM768 x25519 private key'));
  if (!share) return { share: joined(draw('server ML-KEM-768 ciphertext', 1088), own.share), secret: undefined };
  const [publicKey, theirs] = halves(share, 1184);
  const { cipherText, sharedSecret } = sealTo(publicKey, draw('server ML-KEM-768 message'));
  return { share: joined(cipherText, own.share), secret: joined(sharedSecret, own.agree(theirs)) };
}

/** A key whose numbers are not reduced is refused (FIPS 203 7.2). */
function sealTo(publicKey: Uint8Array, message: Uint8Array) {
  try {
    return ml_kem768.encapsulate(publicKey, message);
  } catch {
    return refuse('illegal_parameter', 'the ML-KEM-768 key in the share is not a valid one');
  }
}

const joined = (kem: Uint8Array, dh: Uint8Array): Uint8Array => new Uint8Array(Buffer.concat([kem, dh]));
function halves(share: Uint8Array, length: number): readonly [kem: Uint8Array, dh: Uint8Array] {
  if (share.length !== length + 32)
    refuse('illegal_parameter', `an X25519MLKEM768 share has ${length + 32} bytes here, not ${share.length}`);
  return [share.subarray(0, length), share.subarray(length)];
}

/** A 32-byte private key as a node key. The JWK's `x` must be there, but is not used: the public key is computed. */
export function privateKeyFromSeed(crv: 'X25519' | 'Ed25519', seed: Uint8Array): KeyObject {
  const d = Buffer.from(seed).toString('base64url');
  return createPrivateKey({ format: 'jwk', key: { kty: 'OKP', crv, d, x: anyPublicKey } });
}
const anyPublicKey = Buffer.alloc(32, 1).toString('base64url');

function x25519(seed: Uint8Array): KeyExchange {
  const privateKey = privateKeyFromSeed('X25519', seed);
  // Not the JWK's own x: the public key derived from the private one.
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  return {
    group: groups.x25519,
    share: new Uint8Array(Buffer.from(x, 'base64url')),
    agree(share) {
      if (share.length !== 32) refuse('illegal_parameter', `an x25519 share has 32 bytes, not ${share.length}`);
      const publicKey = createPublicKey({
        format: 'jwk',
        key: { kty: 'OKP', crv: 'X25519', x: Buffer.from(share).toString('base64url') },
      });
      return attempt(groups.x25519, () => diffieHellman({ privateKey, publicKey }));
    },
  };
}

function secp256r1(draw: (attempt: number) => Uint8Array): KeyExchange {
  const ecdh = createECDH('prime256v1');
  for (let i = 0; !takes(ecdh, draw(i)); i++);
  return {
    group: groups.secp256r1,
    share: new Uint8Array(ecdh.getPublicKey()),
    agree(share) {
      if (share.length !== 65 || share[0] !== 4)
        refuse('illegal_parameter', 'a secp256r1 share is an uncompressed point of 65 bytes');
      return attempt(groups.secp256r1, () => ecdh.computeSecret(share));
    },
  };
}

/** A number outside 1 … order-1 is no private key; it comes up less than once in 2^32 draws. */
function takes(ecdh: ECDH, seed: Uint8Array): boolean {
  try {
    ecdh.setPrivateKey(seed);
    return true;
  } catch {
    return false;
  }
}

/** node:crypto throws for a point off the curve and for an all-zero secret: both are the peer's doing. */
function attempt(group: number, compute: () => Buffer): Uint8Array {
  try {
    return new Uint8Array(compute());
  } catch {
    return refuse('illegal_parameter', `the peer's ${groupName(group)} share is not a valid one`);
  }
}
