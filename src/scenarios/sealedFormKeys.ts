// How a form is sealed: AES in counter mode (RFC 3686) with nothing, a CRC-32 or a hash to guard it, or AES-GCM (RFC 5116 5.1).
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import * as z from 'zod';
import { crc32 } from '../attacks/malleable.ts';
import { decide, decisionPoint, type Protocol } from '../tls/effects.ts';
import { describeExchange, type ExchangeMessage, encodeExchange } from './exchangeMessages.ts';

/** The place in the list of sealings. */
export const sealing = { ctr: 0, longCtr: 1, crc: 2, hash: 3, gcm: 4 } as const;
export type Sealing = (typeof sealing)[keyof typeof sealing];

export const payeePoints = {
  /** How forms are to be sealed from now on. The rule: so that a change is found before a byte is used. */
  patch: decisionPoint<Record<string, never>>()(
    'server.patch',
    '5116 2.1',
    z.strictObject({ policy: z.enum(['none', 'aes-gcm', 'aes-256', 'crc-32', 'sha-256']) }),
    () => ({ policy: 'aes-gcm' as const }),
  ),
};

export function* policyTerms(): Protocol<Sealing> {
  const { policy } = yield* decide(payeePoints.patch, {});
  return {
    none: sealing.ctr,
    'aes-256': sealing.longCtr,
    'crc-32': sealing.crc,
    'sha-256': sealing.hash,
    'aes-gcm': sealing.gcm,
  }[policy];
}

/** What a message asks for; nothing where it asks for nothing. */
export function termsIn(bytes: Uint8Array): Sealing | undefined {
  const [asked] = describeExchange(bytes)?.parts.sealing ?? [];
  return Object.values(sealing).find((one) => one === asked);
}

/** What Alice and Bob have. */
export interface Keys {
  /** 16 bytes. */
  readonly short: Uint8Array;
  /** 32 bytes. */
  readonly long: Uint8Array;
}

export function seal(how: Sealing, keys: Keys, nonce: Uint8Array, text: Uint8Array): ExchangeMessage {
  const asked = Uint8Array.of(how);
  switch (how) {
    case sealing.gcm: {
      const cipher = createCipheriv('aes-128-gcm', keys.short, nonce);
      const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
      return encodeExchange('formTagged', { sealing: asked, nonce, sealed, tag: cipher.getAuthTag() });
    }
    case sealing.hash:
      return encodeExchange('formHashed', {
        sealing: asked,
        counter: nonce,
        sealed: counted(how, keys, nonce, text),
        textHash: sha256(text),
      });
    case sealing.crc:
    case sealing.ctr:
    case sealing.longCtr: {
      const inside = how === sealing.crc ? Buffer.concat([text, crc32(text)]) : text;
      return encodeExchange('form', { sealing: asked, counter: nonce, sealed: counted(how, keys, nonce, inside) });
    }
  }
}

/** What came out, and the check that guards it, if any. Without a text where AES-GCM gives none (RFC 5116 2.2). */
export interface Opened {
  readonly text?: Uint8Array;
  readonly guard?: { readonly name: 'tag' | 'checksum' | 'hash'; readonly holds: boolean };
}
export function open(how: Sealing, keys: Keys, { parts }: ExchangeMessage): Opened {
  const { sealed = nothing, counter = nothing, nonce = nothing, tag = nothing, textHash = nothing } = parts;
  if (how === sealing.gcm) {
    try {
      const cipher = createDecipheriv('aes-128-gcm', keys.short, nonce, { authTagLength: 16 }).setAuthTag(tag);
      const text = Buffer.concat([cipher.update(sealed), cipher.final()]);
      return { text, guard: { name: 'tag', holds: true } };
    } catch {
      return { guard: { name: 'tag', holds: false } };
    }
  }
  if (counter.length !== 12) return {};
  const inside = counted(how, keys, counter, sealed);
  switch (how) {
    case sealing.ctr:
    case sealing.longCtr:
      return { text: inside };
    case sealing.crc: {
      const text = inside.subarray(0, -4);
      return { text, guard: { name: 'checksum', holds: same(crc32(text), inside.subarray(-4)) } };
    }
    case sealing.hash:
      return { text: inside, guard: { name: 'hash', holds: same(sha256(inside), textHash) } };
  }
}

/** The text XOR the key stream, which is AES of a counter that begins at 1 behind the nonce (RFC 3686 4). */
function counted(how: Sealing, { short, long }: Keys, nonce: Uint8Array, text: Uint8Array): Buffer {
  const counter = Buffer.concat([nonce, Buffer.of(0, 0, 0, 1)]);
  const [name, key] = how === sealing.longCtr ? (['aes-256-ctr', long] as const) : (['aes-128-ctr', short] as const);
  return createCipheriv(name, key, counter).update(text);
}

const nothing = new Uint8Array(0);
export const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
const same = (one: Uint8Array, other: Uint8Array): boolean => Buffer.from(one).equals(other);
