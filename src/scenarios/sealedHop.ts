// A sealed hop: two machines agree on keys (X25519, RFC 7748 6.1; HKDF, RFC 5869) and seal what passes between them
// (AES-128-GCM, RFC 5116). For teaching: it is not constant time, and its format is the game's own.
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import type { Entropy } from '../tls/entropy.ts';
import { type KeyExchange, keyExchange } from '../tls/groups.ts';
import { groups } from '../tls/registry.ts';
import { tagLength } from '../tls/record.ts';

/** One direction. `count` is how many messages it has sealed or opened: the nonce is made of it. */
export interface HopKey {
  /** 16 bytes. */
  readonly key: Uint8Array;
  count: number;
}
/** `there` from who called to who was called, `back` the other way. */
export interface HopKeys {
  readonly there: HopKey;
  readonly back: HopKey;
}

/** A half of X25519: of a relay the one in the public list, of a caller one that is drawn for this hop alone. */
export function hopHalf(draw: Entropy, label: string): KeyExchange {
  const half = keyExchange(groups.x25519, draw, label);
  if (!half) throw new TypeError('x25519 is always there');
  return half;
}

/** The keys of both directions: out of the secret, bound to both shares, which are 32 bytes each. Both ends get the same. */
export function hopKeys(secret: Uint8Array, caller: Uint8Array, called: Uint8Array): HopKeys {
  const expand = (direction: string): HopKey => {
    const info = Buffer.concat([Buffer.from(`https-quest hop ${direction}`), caller, called]);
    return { key: new Uint8Array(hkdfSync('sha256', secret, '', info, 16)), count: 0 };
  };
  return { there: expand('there'), back: expand('back') };
}

/** Ciphertext and tag: 16 bytes longer than `content`. */
export function sealHop(key: HopKey, content: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-128-gcm', key.key, nonceOf(key));
  key.count++;
  return Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()]);
}

/** What is inside; nothing where the tag does not fit. The count goes on only if it opens. */
export function openHop(key: HopKey, sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length < tagLength) return undefined;
  const decipher = createDecipheriv('aes-128-gcm', key.key, nonceOf(key), { authTagLength: tagLength });
  decipher.setAuthTag(sealed.subarray(sealed.length - tagLength));
  const content = decipher.update(sealed.subarray(0, sealed.length - tagLength));
  try {
    decipher.final();
  } catch {
    return undefined;
  }
  key.count++;
  return content;
}

/** Each message of a direction has a nonce of its own, and nobody has to send it (RFC 5116 3.2). */
function nonceOf({ count }: HopKey): Uint8Array {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(count, 8);
  return nonce;
}
