// RSASSA-PSS with a salt that is given (RFC 8017 8.1, 9.1): node:crypto draws its own, and a simulation must not.
import { constants, createHash, type KeyObject, privateEncrypt } from 'node:crypto';

/** A signature as rsa_pss_rsae_sha256 has it (RFC 8446 4.2.3): SHA-256, and a salt of 32 bytes. */
export function signPss(content: Uint8Array, key: KeyObject, salt: Uint8Array): Uint8Array {
  const bits = (key.asymmetricKeyDetails?.modulusLength ?? 0) - 1;
  const length = Math.ceil(bits / 8);
  const digest = sha256(Buffer.concat([Buffer.alloc(8), sha256(content), salt]));
  const block = Buffer.concat([Buffer.alloc(length - salt.length - digest.length - 2), Buffer.of(1), salt]);
  const masked = Buffer.from(mask(digest, block.length).map((byte, index) => byte ^ (block[index] ?? 0)));
  masked[0] = (masked[0] ?? 0) & (0xff >> (8 * length - bits));
  const encoded = Buffer.concat([masked, digest, Buffer.of(0xbc)]);
  const modulus = Math.ceil((bits + 1) / 8);
  const padded = Buffer.concat([Buffer.alloc(modulus - encoded.length), encoded]);
  return new Uint8Array(privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, padded));
}

/** MGF1 (RFC 8017 B.2.1). */
function mask(seed: Uint8Array, length: number): Uint8Array {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, counter) =>
    sha256(
      Buffer.concat([seed, Buffer.of(counter >>> 24, (counter >> 16) & 255, (counter >> 8) & 255, counter & 255)]),
    ),
  );
  return Buffer.concat(blocks).subarray(0, length);
}

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
