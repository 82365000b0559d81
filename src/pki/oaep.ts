// RSAES-OAEP (RFC 8017 7.1) with SHA-256 and an empty label, its seed given: what is locked is the same on every machine.
import type { KeyObject } from 'node:crypto';
import { decryptRaw, encryptRaw, padOaep, sizeOf, unpadOaep } from '../tls/rsaPadding.ts';

const hashLength = 32;

/** The longest message, in bytes, that one RSA operation takes: 190 for a modulus of 2048 bits. */
export const longestFor = (key: KeyObject): number => sizeOf(key) - 2 * hashLength - 2;

/** Locks a message of at most `longestFor` bytes for a public key; `seed` is 32 bytes of chance. As long as the modulus. */
export const lockOaep = (publicKey: KeyObject, message: Uint8Array, seed: Uint8Array): Uint8Array =>
  encryptRaw(publicKey, padOaep(sizeOf(publicKey), 'sha256', message, seed));

/** The message; nothing where it was locked for another key, or changed. */
export function openOaep(privateKey: KeyObject, locked: Uint8Array): Uint8Array | undefined {
  try {
    const message = unpadOaep(decryptRaw(privateKey, locked), 'sha256');
    return message && new Uint8Array(message);
  } catch {
    return undefined; // not below the modulus, or of another length
  }
}
