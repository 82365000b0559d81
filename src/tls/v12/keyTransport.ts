// RSA key transport (RFC 5246 7.4.7.1): a secret under the public key of the certificate, with the padding of RSAES-PKCS1-v1_5
// (RFC 8017 7.2) done by hand: so it comes from the seed, and so a server can keep silent about what is wrong with it.
import { constants, type KeyObject, privateDecrypt, publicEncrypt } from 'node:crypto';
import { refuse } from '../effects.ts';
import type { Entropy } from '../entropy.ts';

/** Locks a message for an RSA public key. The padding is drawn; the result is as long as the modulus. */
export function lock(publicKey: KeyObject, message: Uint8Array, draw: Entropy): Uint8Array {
  const size = sizeOf(publicKey);
  if (message.length > size - 11) refuse('handshake_failure', 'the RSA key is too short for the secret');
  const padded = Buffer.concat([Buffer.of(0, 2), nonZero(size - message.length - 3, draw), Buffer.of(0), message]);
  return publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, padded);
}

/** Random bytes without a zero: that would end the padding. */
function nonZero(length: number, draw: Entropy): Uint8Array {
  const bytes: number[] = [];
  for (let i = 0; bytes.length < length; i++)
    bytes.push(...draw(`RSA padding ${i}`, length).filter((byte) => byte !== 0));
  return Uint8Array.from(bytes.slice(0, length));
}

/** Raw RSA: the padded message, as long as the modulus; nothing where `locked` is not so long, or no number below it. */
export function unlock(privateKey: KeyObject, locked: Uint8Array): Uint8Array | undefined {
  if (locked.length !== sizeOf(privateKey)) return undefined;
  try {
    return privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, locked);
  } catch {
    return undefined;
  }
}

const sizeOf = (key: KeyObject): number => Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8);

/** The message behind the padding: 00 02, at least eight bytes that are not zero, 00. Nothing where it is not so. */
export function unpad(padded: Uint8Array | undefined): Uint8Array | undefined {
  if (padded?.[0] !== 0 || padded[1] !== 2) return undefined;
  const end = padded.indexOf(0, 2);
  return end < 10 ? undefined : padded.subarray(end + 1);
}

/**
 * The premaster secret that a server goes on with: the client's, or one of its own that will open nothing. The version is
 * always that of the ClientHello, so a wrong one in the message shows in Finished alone. `random` has 46 bytes.
 */
export function premasterOf(message: Uint8Array | undefined, version: number, random: Uint8Array): Uint8Array {
  const secret = message?.length === 48 ? message.subarray(2) : random;
  return Buffer.concat([Buffer.of(version >> 8, version & 255), secret]);
}
