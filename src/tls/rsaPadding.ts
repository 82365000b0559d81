// The paddings of RSA (RFC 8017) over raw RSA, with every random byte given by the caller: the same bytes each time, and each
// step there to be seen. NOT constant time: a decryption here tells whoever measures it what was wrong.
import {
  constants,
  createHash,
  type KeyObject,
  privateDecrypt,
  privateEncrypt,
  publicDecrypt,
  publicEncrypt,
} from 'node:crypto';

/** As node:crypto names it. */
export type Hash = 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** Bytes of the modulus: as many as a padded message, a signature and a ciphertext have. */
export const sizeOf = (key: KeyObject): number => Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8);

const padding = constants.RSA_NO_PADDING;
const raw = (operation: typeof publicEncrypt, key: KeyObject, block: Uint8Array): Uint8Array =>
  new Uint8Array(operation({ key, padding }, block));

/** m^e and c^d mod n (5.1.1, 5.1.2), on blocks as long as the modulus. Throw where the number is not below the modulus. */
export const encryptRaw = (key: KeyObject, block: Uint8Array): Uint8Array => raw(publicEncrypt, key, block);
export const decryptRaw = (key: KeyObject, block: Uint8Array): Uint8Array => raw(privateDecrypt, key, block);
const signRaw = (key: KeyObject, block: Uint8Array): Uint8Array => raw(privateEncrypt, key, block);
const recoverRaw = (key: KeyObject, block: Uint8Array): Uint8Array => raw(publicDecrypt, key, block);

const digest = (hash: Hash, ...parts: readonly Uint8Array[]): Buffer =>
  parts.reduce((state, part) => state.update(part), createHash(hash)).digest();
const xor = (one: Uint8Array, other: Uint8Array): Uint8Array => one.map((byte, at) => byte ^ (other[at] ?? 0));

/** MGF1 (B.2.1). */
export function mask(hash: Hash, seed: Uint8Array, length: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let at = 0, made = 0; made < length; at++) {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(at);
    const block = digest(hash, seed, counter);
    blocks.push(block);
    made += block.length;
  }
  return Buffer.concat(blocks).subarray(0, length);
}

/** 0, 2, bytes that are not 0, 0, the message (7.2.1). `fill` gives the random bytes; zeros among them become 1. */
export function padPkcs1(size: number, message: Uint8Array, fill: Uint8Array): Uint8Array {
  const room = size - message.length - 3;
  if (room < 8) throw new RangeError(`${message.length} bytes are too many for a key of ${size}`);
  if (fill.length < room) throw new RangeError(`${room} random bytes are wanted, ${fill.length} are there`);
  const noise = fill.subarray(0, room).map((byte) => byte || 1);
  return Buffer.concat([Uint8Array.of(0, 2), noise, Uint8Array.of(0), message]);
}

/** The message in a block (7.2.2); nothing where the padding is wrong. */
export function unpadPkcs1(block: Uint8Array): Uint8Array | undefined {
  const end = block.indexOf(0, 2);
  return block[0] === 0 && block[1] === 2 && end >= 10 ? block.subarray(end + 1) : undefined;
}

/** EME-OAEP (7.1.1): `seed` has as many bytes as the hash. */
export function padOaep(
  size: number,
  hash: Hash,
  message: Uint8Array,
  seed: Uint8Array,
  label = new Uint8Array(0),
): Uint8Array {
  const labelHash = digest(hash, label);
  const room = size - 2 * labelHash.length - 2 - message.length;
  if (room < 0) throw new RangeError(`${message.length} bytes are too many for a key of ${size}`);
  if (seed.length !== labelHash.length)
    throw new RangeError(`the seed has ${labelHash.length} bytes, not ${seed.length}`);
  const data = Buffer.concat([labelHash, Buffer.alloc(room), Uint8Array.of(1), message]);
  const maskedData = xor(data, mask(hash, seed, data.length));
  return Buffer.concat([Uint8Array.of(0), xor(seed, mask(hash, maskedData, seed.length)), maskedData]);
}

/** 7.1.2; nothing where anything is wrong. */
export function unpadOaep(block: Uint8Array, hash: Hash, label = new Uint8Array(0)): Uint8Array | undefined {
  const labelHash = digest(hash, label);
  const length = labelHash.length;
  if (block.length < 2 * length + 2 || block[0] !== 0) return undefined;
  const [maskedSeed, maskedData] = [block.subarray(1, 1 + length), block.subarray(1 + length)];
  const seed = xor(maskedSeed, mask(hash, maskedData, length));
  const data = xor(maskedData, mask(hash, seed, maskedData.length));
  const start = data.findIndex((byte, at) => at >= length && byte !== 0);
  if (!labelHash.equals(data.subarray(0, length)) || data[start] !== 1) return undefined;
  return data.subarray(start + 1);
}

/** EMSA-PSS (9.1.1) for a modulus whose bits are whole bytes. */
export function padPss(size: number, hash: Hash, message: Uint8Array, salt: Uint8Array): Uint8Array {
  const proof = digest(hash, Buffer.alloc(8), digest(hash, message), salt);
  const room = size - proof.length - salt.length - 2;
  if (room < 0) throw new RangeError(`a key of ${size} bytes is too short for ${hash} and a salt of ${salt.length}`);
  const data = Buffer.concat([Buffer.alloc(room), Uint8Array.of(1), salt]);
  const masked = xor(data, mask(hash, proof, data.length));
  masked[0] = (masked[0] ?? 0) & 0x7f;
  return Buffer.concat([masked, proof, Uint8Array.of(0xbc)]);
}

/** RSASSA-PSS (8.1.1) with a salt of the caller's. */
export const signPss = (key: KeyObject, hash: Hash, message: Uint8Array, salt: Uint8Array): Uint8Array =>
  signRaw(key, padPss(sizeOf(key), hash, message, salt));

/** 8.1.2, 9.1.2. */
export function verifiesPss(
  key: KeyObject,
  hash: Hash,
  message: Uint8Array,
  signature: Uint8Array,
  saltLength: number,
): boolean {
  const block = recovered(key, signature);
  const length = digest(hash).length;
  if (!block || block.length < length + saltLength + 2 || block.at(-1) !== 0xbc || (block[0] ?? 0) & 0x80) return false;
  const [masked, proof] = [block.subarray(0, -length - 1), block.subarray(-length - 1, -1)];
  const data = xor(masked, mask(hash, proof, masked.length));
  data[0] = (data[0] ?? 0) & 0x7f;
  const salt = data.subarray(data.length - saltLength);
  const head = data.subarray(0, data.length - saltLength);
  if (head.some((byte, at) => byte !== (at === head.length - 1 ? 1 : 0))) return false;
  return digest(hash, Buffer.alloc(8), digest(hash, message), salt).equals(proof);
}

/** DigestInfo of each hash up to the digest (9.2, note 1). */
const digestInfos: Readonly<Record<Hash, string>> = {
  sha1: '3021300906052b0e03021a05000414',
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
};

/** EMSA-PKCS1-v1_5 (9.2): no random byte in it. */
export function padSignature(size: number, hash: Hash, message: Uint8Array): Uint8Array {
  const info = Buffer.concat([Buffer.from(digestInfos[hash], 'hex'), digest(hash, message)]);
  if (size < info.length + 11) throw new RangeError(`a key of ${size} bytes is too short for ${hash}`);
  return Buffer.concat([Uint8Array.of(0, 1), Buffer.alloc(size - info.length - 3, 0xff), Uint8Array.of(0), info]);
}

/** RSASSA-PKCS1-v1_5 (8.2.1). */
export const signPkcs1 = (key: KeyObject, hash: Hash, message: Uint8Array): Uint8Array =>
  signRaw(key, padSignature(sizeOf(key), hash, message));

/** 8.2.2: the block must be the very one that signing makes. */
export const verifiesPkcs1 = (key: KeyObject, hash: Hash, message: Uint8Array, signature: Uint8Array): boolean =>
  Buffer.from(padSignature(sizeOf(key), hash, message)).equals(recovered(key, signature) ?? new Uint8Array(0));

function recovered(key: KeyObject, signature: Uint8Array): Uint8Array | undefined {
  try {
    return recoverRaw(key, signature);
  } catch {
    return undefined; // not below the modulus, or of another length
  }
}
