// The cryptography of a key exchange between two people: shares and secrets (RFC 7748), a key of them (RFC 5869), AES-256-GCM.
import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
} from 'node:crypto';
import { groups } from '../tls/registry.ts';
import { type ExchangeMessage, encodeExchange, type Recipe, recipeByte, recipeOf } from './exchangeMessages.ts';

/** One side's half: a private number and the share that is computed of it. */
export interface Half {
  readonly group: number;
  readonly number: Uint8Array;
  readonly share: Uint8Array;
  /** The secret with another share; nothing where that gives only zeros (RFC 8446 7.4.2) or is no share. */
  readonly agree: (share: Uint8Array) => Uint8Array | undefined;
}

/** Bytes of a private number, which are those of a share, too. */
export const lengthOf = (group: number): number => (group === groups.x448 ? 56 : 32);

export function halfOf(group: number, number: Uint8Array): Half {
  const crv = group === groups.x448 ? 'X448' : 'X25519';
  const jwk = (x: Uint8Array) => ({ kty: 'OKP', crv, x: Buffer.from(x).toString('base64url') });
  // The JWK's `x` must be there, but is not used: the share is computed.
  const privateKey = createPrivateKey({
    format: 'jwk',
    key: { ...jwk(new Uint8Array(lengthOf(group)).fill(1)), d: Buffer.from(number).toString('base64url') },
  });
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  return {
    group,
    number,
    share: new Uint8Array(Buffer.from(x, 'base64url')),
    agree(share) {
      try {
        const publicKey = createPublicKey({ format: 'jwk', key: jwk(share) });
        return new Uint8Array(diffieHellman({ privateKey, publicKey }));
      } catch {
        return undefined;
      }
    },
  };
}

/** The shares of whoever called and of whoever was called, in this order at both ends. */
export type Shares = readonly [caller: Uint8Array, called: Uint8Array];

/** What is signed of an exchange: both shares, so that no signature of another day fits. */
export const signedText = (caller: Uint8Array, called: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from('https-quest key exchange'), caller, called]);

/** The group whose numbers and shares have that many bytes. */
const groupFor = ({ length }: Uint8Array): number => (length === lengthOf(groups.x448) ? groups.x448 : groups.x25519);

/** 32 bytes for AES, after the recipe. */
export function keyOf(recipe: Recipe, secret: Uint8Array, shares: Shares): Uint8Array {
  const material = Buffer.concat([...(recipe.secret ? [secret] : []), ...(recipe.shares ? shares : [])]);
  if (recipe.hkdf) return new Uint8Array(hkdfSync('sha256', material, '', 'https-quest key exchange', 32));
  return Buffer.concat([material, Buffer.alloc(32)]).subarray(0, 32);
}

/** Seals `text` into a message; the nonce must be fresh. */
export function seal(key: Uint8Array, recipe: Recipe, nonce: Uint8Array, text: Uint8Array): ExchangeMessage {
  return encodeExchange('sealed', { recipe: recipeByte(recipe), ...encrypt(key, nonce, text) });
}

export function encrypt(key: Uint8Array, nonce: Uint8Array, text: Uint8Array) {
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
  return { nonce, sealed, tag: cipher.getAuthTag() };
}

/** What is inside; nothing where the tag does not fit the key. */
export function decrypt(key: Uint8Array, { parts }: ExchangeMessage): Uint8Array | undefined {
  const { nonce, sealed, tag } = parts;
  if (!nonce || !sealed || !tag) return undefined;
  try {
    const cipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 }).setAuthTag(tag);
    return new Uint8Array(Buffer.concat([cipher.update(sealed), cipher.final()]));
  } catch {
    return undefined;
  }
}

export interface Attempt {
  /** How many keys were tried. */
  readonly tried: number;
  readonly text?: Uint8Array;
}
/**
 * Everything that somebody can try who has heard these messages and holds these private numbers: each number, and even
 * each share taken for a number, with each share; and keys that are made of the shares alone.
 */
export function tryAll(
  heard: readonly ExchangeMessage[],
  numbers: readonly Uint8Array[],
  message: ExchangeMessage,
): Attempt {
  const own = [...numbers, ...heard.flatMap(({ parts }) => parts.number ?? [])];
  const seen = heard.flatMap(({ parts }) => parts.share ?? []);
  const shares = [...seen, ...own.map((number) => halfOf(groupFor(number), number).share)];
  const secrets = [...own, ...seen].flatMap((number) =>
    shares.flatMap((share) => halfOf(groupFor(number), number).agree(share) ?? []),
  );
  const pairs = shares.flatMap((one, i) => shares.flatMap((other, j): Shares[] => (i === j ? [] : [[one, other]])));
  const recipe = recipeOf(message.parts.recipe ?? new Uint8Array(1));
  const keys = new Map(
    secrets.flatMap((secret) =>
      pairs.map((pair) => {
        const key = keyOf(recipe, secret, pair);
        return [Buffer.from(key).toString('hex'), key] as const;
      }),
    ),
  );
  let tried = 0;
  for (const key of keys.values()) {
    tried++;
    const text = decrypt(key, message);
    if (text) return { tried, text };
  }
  return { tried };
}
