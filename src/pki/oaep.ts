// RSAES-OAEP (RFC 8017 7.1) with SHA-256 and MGF1 over raw RSA, the padding done by hand: so what is locked comes from a
// seed, and is the same on every machine. What node:crypto locks, this opens, and the other way round.
import { constants, createHash, type KeyObject, privateDecrypt, publicEncrypt } from 'node:crypto';

const hashLength = 32;

/** The longest message, in bytes, that one RSA operation takes: 190 for a modulus of 2048 bits. */
export const longestFor = (key: KeyObject): number => modulusLength(key) - 2 * hashLength - 2;

/** Locks a message of at most `longestFor` bytes for a public key; `seed` is 32 bytes of chance. As long as the modulus. */
export function lockOaep(publicKey: KeyObject, message: Uint8Array, seed: Uint8Array): Uint8Array {
  const encoded = encodeOaep(message, modulusLength(publicKey), seed);
  return new Uint8Array(publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, encoded));
}

/** The message; nothing where it was locked for another key, or changed. */
export function openOaep(privateKey: KeyObject, locked: Uint8Array): Uint8Array | undefined {
  if (locked.length !== modulusLength(privateKey)) return undefined;
  try {
    return decodeOaep(privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, locked));
  } catch {
    return undefined;
  }
}

/** Bytes of the modulus. */
export const modulusLength = (key: KeyObject): number => Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8);

/** 7.1.1, step 2, with an empty label: 00, the masked seed, the masked data block. */
function encodeOaep(message: Uint8Array, length: number, seed: Uint8Array): Uint8Array {
  const room = length - 2 * hashLength - 2;
  if (message.length > room) throw new RangeError(`a message of ${message.length} bytes is longer than ${room}`);
  if (seed.length !== hashLength) throw new RangeError(`a seed has ${hashLength} bytes, not ${seed.length}`);
  const block = Buffer.concat([labelHash, Buffer.alloc(room - message.length), Buffer.of(1), message]);
  const maskedBlock = xor(block, mgf1(seed, block.length));
  const maskedSeed = xor(seed, mgf1(maskedBlock, hashLength));
  return Buffer.concat([Buffer.of(0), maskedSeed, maskedBlock]);
}

/** 7.1.2, step 3. */
function decodeOaep(encoded: Uint8Array): Uint8Array | undefined {
  const [maskedSeed, maskedBlock] = [encoded.subarray(1, 1 + hashLength), encoded.subarray(1 + hashLength)];
  const seed = xor(maskedSeed, mgf1(maskedBlock, hashLength));
  const block = xor(maskedBlock, mgf1(seed, maskedBlock.length));
  const rest = block.subarray(hashLength);
  const start = rest.findIndex((byte) => byte !== 0);
  const fits = encoded[0] === 0 && Buffer.from(labelHash).equals(block.subarray(0, hashLength)) && rest[start] === 1;
  return fits ? new Uint8Array(rest.subarray(start + 1)) : undefined;
}

/** The mask generation function of B.2.1. */
function mgf1(seed: Uint8Array, length: number): Uint8Array {
  const blocks = Array.from({ length: Math.ceil(length / hashLength) }, (_, counter) => {
    const number = Buffer.alloc(4);
    number.writeUInt32BE(counter);
    return createHash('sha256').update(seed).update(number).digest();
  });
  return Buffer.concat(blocks).subarray(0, length);
}

const labelHash = createHash('sha256').digest();
const xor = (one: Uint8Array, other: Uint8Array): Uint8Array => one.map((byte, at) => byte ^ (other[at] ?? 0));
