// The two ends of a delivery: Alice sends an AES key and a photo; Bob, on a phone, opens both and answers with a pickup code.
import { constants, createPublicKey, type KeyObject, privateEncrypt, publicDecrypt } from 'node:crypto';
import * as z from 'zod';
import { lockOaep, longestFor, openOaep } from '../pki/oaep.ts';
import { sizeOf } from '../tls/rsaPadding.ts';
import { close, decide, decisionPoint, type Protocol, receive, send, tell } from '../tls/effects.ts';
import type { Entropy } from '../tls/entropy.ts';
import { decrypt, encrypt } from './exchangeKeys.ts';
import { describeExchange, type ExchangeMessage, encodeExchange, isSealed } from './exchangeMessages.ts';
import { openedBy, type Unreadable } from './exchangeTold.ts';

export const senderPoints = {
  /** How the AES key travels. The rule: under the public key of whoever shall open it. */
  wrapKey: decisionPoint<{ readonly bits: number }>()(
    'client.wrapKey',
    '8017 7.1',
    z.strictObject({ to: z.enum(['bob', 'alice', 'itself', 'nobody']) }),
    () => ({ to: 'bob' as const }),
  ),
  /** What seals the photo. The rule: AES-GCM with the key that was sent. */
  encryptBulk: decisionPoint<{ readonly length: number }>()(
    'client.encryptBulk',
    '5116 2.1',
    z.strictObject({ method: z.enum(['aes-gcm', 'rsa-blocks', 'rsa-once']) }),
    () => ({ method: 'aes-gcm' as const }),
  ),
};
export const receiverPoints = {
  /** What seals the answer. The rule: the same AES key with a nonce that it never had. */
  sealWith: decisionPoint<{ readonly length: number }>()(
    'server.sealWith',
    '5116 3.1',
    z.union([
      z.strictObject({ key: z.literal('aes'), nonce: z.enum(['fresh', 'repeat']) }),
      z.strictObject({ key: z.literal('rsa-private') }),
    ]),
    () => ({ key: 'aes' as const, nonce: 'fresh' as const }),
  ),
};

// ---- Alice ----------------------------------------------------------------------------------------------------------

export interface Sender {
  readonly draw: Entropy;
  readonly photo: Uint8Array;
  /** Her own; its private half never left her laptop. */
  readonly publicKey: KeyObject;
}
export function* sendPhoto(sender: Sender): Protocol<void> {
  const offered = yield* next('publicKey');
  const bobsKey = offered && publicKeyIn(offered);
  if (bobsKey) yield* deliver(sender, bobsKey);
  yield* close();
}

function* deliver({ draw, photo, publicKey }: Sender, bobsKey: KeyObject): Protocol<void> {
  const key = draw('aes key');
  const { to } = yield* decide(senderPoints.wrapKey, { bits: sizeOf(bobsKey) * 8 });
  const under = (rsa: KeyObject) => encodeExchange('keyUnderRsa', { wrapped: lockOaep(rsa, key, draw('key padding')) });
  const wrapped = {
    bob: () => under(bobsKey),
    alice: () => under(publicKey),
    itself: () => encodeExchange('keyUnderItself', encrypt(key, draw('key nonce', 12), key)),
    nobody: () => encodeExchange('openKey', { aesKey: key }),
  }[to]();
  if (isSealed(wrapped)) yield* tell(openedBy(wrapped, 'sent', key, theKey(wrapped.name)));
  yield* send(wrapped.bytes);
  const { method } = yield* decide(senderPoints.encryptBulk, { length: photo.length });
  const sealed = yield* sealPhoto(method, { draw, photo, key, bobsKey });
  if (!sealed) return;
  yield* send(sealed.bytes);
  const reply = yield* next('reply', 'replyUnderRsa');
  const code = reply && readReply(reply, key, bobsKey);
  if (!reply || !code) {
    yield* tell({ what: 'note', text: 'No pickup code came that I can read.' });
    return;
  }
  yield* tell(openedBy(reply, 'received', code));
  yield* tell({ what: 'acted', action: 'code', bytes: code });
}

interface Bulk {
  readonly draw: Entropy;
  readonly photo: Uint8Array;
  readonly key: Uint8Array;
  readonly bobsKey: KeyObject;
}
function* sealPhoto(
  method: 'aes-gcm' | 'rsa-blocks' | 'rsa-once',
  { draw, photo, key, bobsKey }: Bulk,
): Protocol<ExchangeMessage | undefined> {
  const room = longestFor(bobsKey);
  switch (method) {
    case 'aes-gcm': {
      const message = encodeExchange('photo', encrypt(key, draw('photo nonce', 12), photo));
      yield* tell(openedBy(message, 'sent', photo, thePhoto('the photo, sealed')));
      return message;
    }
    case 'rsa-blocks': {
      const blocks = Array.from({ length: Math.ceil(photo.length / room) }, (_, index) =>
        lockOaep(bobsKey, photo.subarray(index * room, (index + 1) * room), draw(`block ${index} padding`)),
      );
      const message = encodeExchange('photoInBlocks', { blocks: Buffer.concat(blocks) });
      yield* tell(openedBy(message, 'sent', photo, thePhoto('the photo, in blocks')));
      yield* tell({
        what: 'note',
        text: `${blocks.length} blocks. ${photo.length} bytes became ${message.parts.blocks?.length ?? 0}.`,
      });
      return message;
    }
    case 'rsa-once':
      yield* tell({
        what: 'note',
        text: `RSA refused: with this key it takes ${room} bytes at once, and the photo has ${photo.length}.`,
      });
      return undefined;
  }
}

/** The code; nothing where neither key gives one. What a private key made, its public key undoes (RFC 8017 5.2). */
function readReply(
  { parts, ...message }: ExchangeMessage,
  key: Uint8Array,
  bobsKey: KeyObject,
): Uint8Array | undefined {
  return parts.wrapped ? undoneBy(bobsKey, parts.wrapped) : decrypt(key, { parts, ...message });
}

export function undoneBy(publicKey: KeyObject, made: Uint8Array): Uint8Array | undefined {
  try {
    return new Uint8Array(publicDecrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, made));
  } catch {
    return undefined;
  }
}

// ---- Bob ------------------------------------------------------------------------------------------------------------

export interface Receiver {
  readonly draw: Entropy;
  readonly key: KeyObject;
  readonly code: string;
}
export function* receivePhoto({ draw, key: privateKey, code }: Receiver): Protocol<void> {
  const { n = '', e = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  const [modulus, exponent] = [Buffer.from(n, 'base64url'), Buffer.from(e, 'base64url')];
  yield* send(encodeExchange('publicKey', { modulus, exponent }).bytes);
  const aesKey = yield* receiveKey(privateKey);
  const message = yield* next('photo', 'photoInBlocks');
  const photo = message && (yield* openPhoto(message, aesKey, privateKey));
  if (message && photo) {
    yield* tell(openedBy(message, 'received', photo, thePhoto('the photo, opened')));
    yield* tell({ what: 'acted', action: 'photo', bytes: photo });
    yield* reply(draw, { aesKey, privateKey, code, photo: message });
  }
  yield* close();
}

function* receiveKey(privateKey: KeyObject): Protocol<Uint8Array | undefined> {
  const message = yield* next('keyUnderRsa', 'keyUnderItself', 'openKey');
  const { wrapped, aesKey } = message?.parts ?? {};
  if (message?.kind === 'keyUnderItself') {
    yield* tell({ what: 'note', text: 'It takes the key to get at the key. I have none.' });
    yield* tell({ what: 'stalled', missing: 'key to open the key' });
  }
  if (!message || !wrapped) return aesKey;
  const key = openOaep(privateKey, wrapped);
  yield* tell({ what: 'spent', operation: 'rsa-private', count: 1 });
  if (key) {
    yield* tell(openedBy(message, 'received', key, theKey('the AES key, opened')));
    yield* tell({ what: 'note', text: 'One operation with my private key, and I have the AES key.' });
  } else {
    yield* tell({ what: 'note', text: 'My private key does not open this. It was locked with another public key.' });
    yield* tell({ what: 'stalled', missing: 'private key that fits' });
  }
  return key;
}

function* openPhoto(
  message: ExchangeMessage,
  aesKey: Uint8Array | undefined,
  privateKey: KeyObject,
): Protocol<Uint8Array | undefined> {
  const { blocks } = message.parts;
  if (!blocks) return aesKey && decrypt(aesKey, message);
  const size = sizeOf(privateKey);
  const count = Math.ceil(blocks.length / size);
  const opened = Array.from({ length: count }, (_, index) =>
    openOaep(privateKey, blocks.subarray(index * size, (index + 1) * size)),
  );
  yield* tell({ what: 'spent', operation: 'rsa-private', count });
  yield* tell({ what: 'note', text: `${count} operations with my private key for one photo, where one could do.` });
  const whole = opened.flatMap((block) => block ?? []);
  return whole.length === count ? Buffer.concat(whole) : undefined;
}

interface Answering {
  readonly aesKey: Uint8Array | undefined;
  readonly privateKey: KeyObject;
  readonly code: string;
  /** What it answers. */
  readonly photo: ExchangeMessage;
}
function* reply(draw: Entropy, { aesKey, privateKey, code, photo }: Answering): Protocol<void> {
  const text = Buffer.from(code);
  const how = yield* decide(receiverPoints.sealWith, { length: text.length });
  if (how.key === 'rsa-private') {
    yield* tell({ what: 'spent', operation: 'rsa-private', count: 1 });
    const wrapped = privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, text);
    return yield* say(encodeExchange('replyUnderRsa', { wrapped }), text);
  }
  if (!aesKey) return;
  const nonce = (how.nonce === 'repeat' && photo.parts.nonce) || draw('reply nonce', 12);
  yield* say(encodeExchange('reply', encrypt(aesKey, nonce, text)), text);
}

function* say(message: ExchangeMessage, text: Uint8Array): Protocol<void> {
  yield* tell(openedBy(message, 'sent', text));
  yield* send(message.bytes);
}

export const thePhoto = (name: string): Unreadable => ({ name, field: 'photo_bytes' });
const theKey = (name: string): Unreadable => ({ name, field: 'aes_key' });

// ---- both -----------------------------------------------------------------------------------------------------------

/** The next message, if it is of one of these kinds. */
function* next(...kinds: readonly ExchangeMessage['kind'][]): Protocol<ExchangeMessage | undefined> {
  const received = yield* receive();
  const message = 'bytes' in received ? describeExchange(received.bytes) : undefined;
  return message && kinds.includes(message.kind) ? message : undefined;
}

export function publicKeyIn({ parts: { modulus, exponent } }: ExchangeMessage): KeyObject {
  const text = (bytes: Uint8Array = new Uint8Array(0)) => Buffer.from(bytes).toString('base64url');
  return createPublicKey({ format: 'jwk', key: { kty: 'RSA', n: text(modulus), e: text(exponent) } });
}
