// The two ends of a key exchange: Alice, who decides, and Bob, who does as the rules say.
import { createHash, type KeyObject, sign, verify } from 'node:crypto';
import * as z from 'zod';
import { close, decide, decisionPoint, type Protocol, receive, send, tell } from '../tls/effects.ts';
import type { Entropy } from '../tls/entropy.ts';
import { groups } from '../tls/registry.ts';
import { decrypt, encrypt, type Half, halfOf, keyOf, lengthOf, type Shares, seal, signedText } from './exchangeKeys.ts';
import {
  demands,
  describeExchange,
  type ExchangeMessage,
  encodeExchange,
  type Recipe,
  recipeOf,
} from './exchangeMessages.ts';
import { contentsOf, inHex, openedBy } from './exchangeTold.ts';

export const exchangePoints = {
  /** What goes to Bob. The rule: the share, and never the private number. */
  sendShare: decisionPoint<{ readonly share: Uint8Array }>()(
    'client.sendShare',
    '7748 6.1',
    z.strictObject({ send: z.enum(['share', 'number', 'both', 'hash']) }),
    () => ({ send: 'share' as const }),
  ),
  /** What Bob's share is combined with. The rule: one's own private number. */
  combine: decisionPoint<{ readonly share: Uint8Array }>()(
    'client.combine',
    '7748 6.1',
    z.strictObject({ with: z.enum(['own-number', 'own-share', 'bobs-number']) }),
    () => ({ with: 'own-number' as const }),
  ),
  /** What the key is made of. The rule: HKDF of the secret and both shares. */
  deriveKey: decisionPoint<{ readonly secret: Uint8Array }>()(
    'client.deriveKey',
    '7748 6.1',
    z.strictObject({
      input: z
        .array(z.enum(['secret', 'shares']))
        .min(1)
        .max(2),
      kdf: z.enum(['hkdf', 'none']),
    }),
    (): { input: ('secret' | 'shares')[]; kdf: 'hkdf' | 'none' } => ({ input: ['secret', 'shares'], kdf: 'hkdf' }),
  ),
  /** What becomes of the private number. The rule: it is erased as soon as the key is there. */
  afterUse: decisionPoint<Record<string, never>>()(
    'client.afterUse',
    '8446 E.1',
    z.strictObject({ keep: z.enum(['nothing', 'number', 'locked']) }),
    () => ({ keep: 'nothing' as const }),
  ),
  /** What is asked of the share that comes back. The rule: a signature by a key that is known to be Bob's. */
  demand: decisionPoint<Record<string, never>>()(
    'client.demand',
    '8446 4.4.3',
    z.strictObject({ demand: z.enum([...demands, 'bigger-group']) }),
    (): { demand: (typeof demands)[number] | 'bigger-group' } => ({ demand: 'signature' }),
  ),
};

// ---- Alice ------------------------------------------------------------------------------------------------------

export interface Caller {
  readonly draw: Entropy;
  readonly order: Uint8Array;
  readonly bobsKey: KeyObject;
  /** Bob speaks first. */
  readonly waits: boolean;
  /** Says what she demands of the share that comes back. */
  readonly picky: boolean;
  /** It is stolen a week later, running as it is. */
  readonly laptop: boolean;
}

export function* call(setup: Caller): Protocol<void> {
  const used = yield* exchange(setup);
  yield* close();
  if (!setup.laptop) return;
  if (used) {
    const { keep } = yield* decide(exchangePoints.afterUse, {});
    yield* send(diskOf(keep, used, setup.draw).bytes, 'laptop');
  }
  yield* close('laptop');
}

/** Agrees on a key and sends the order; gives the half that was used, once Bob has said that he booked it. */
function* exchange({ draw, order, bobsKey, waits, picky }: Caller): Protocol<Half | undefined> {
  const { demand } = picky ? yield* decide(exchangePoints.demand, {}) : { demand: 'nothing' as const };
  const group = demand === 'bigger-group' ? groups.x448 : groups.x25519;
  const own = halfOf(group, draw('private number', lengthOf(group)));
  yield* tell({ what: 'note', text: `My private number is ${inHex(own.number)} and its share ${inHex(own.share)}` });
  const early = waits ? yield* receiveMessage() : undefined;
  yield* say(yield* opening(own, demand));
  const reply = early ?? (yield* receiveMessage());
  const theirs = reply && (yield* acceptShare(own, reply, demand, bobsKey));
  if (!theirs) return undefined;
  const secret = yield* combined(own, theirs);
  if (!secret) return undefined;
  yield* tell({ what: 'note', text: `The secret that I computed: ${inHex(secret)}` });
  const { input, kdf } = yield* decide(exchangePoints.deriveKey, { secret });
  const recipe: Recipe = { secret: input.includes('secret'), shares: input.includes('shares'), hkdf: kdf === 'hkdf' };
  const key = keyOf(recipe, secret, [own.share, theirs]);
  yield* tell({ what: 'data', direction: 'sent', bytes: order });
  yield* say(seal(key, recipe, draw('nonce', 12), order), order);
  const receipt = yield* receiveMessage();
  const read = receipt && decrypt(key, receipt);
  if (!read) return undefined;
  yield* tell(openedBy(receipt, 'received', read));
  return own;
}

function* opening({ group, number, share }: Half, demand: string): Protocol<ExchangeMessage> {
  const asked = (demands as readonly string[]).indexOf(demand);
  if (asked > 0) return encodeExchange('demanding', contentsOf(group, { share, demand: Uint8Array.of(asked) }));
  const { send: what } = yield* decide(exchangePoints.sendShare, { share });
  if (what === 'hash') return encodeExchange('hash', { hash: sha256(share) });
  return encodeExchange(what, contentsOf(group, { share, number }));
}

/** Bob's share, if it is what was demanded. */
function* acceptShare(
  own: Half,
  { kind, parts, bytes }: ExchangeMessage,
  demand: string,
  bobsKey: KeyObject,
): Protocol<Uint8Array | undefined> {
  const { share } = parts;
  if (!share) return undefined;
  switch (demand) {
    case 'hash':
      return (yield* check('hash', kind === 'hashed' && sha256(share).equals(parts.hash ?? bytes))) ? share : undefined;
    case 'signature': {
      const holds = verify(null, signedText(own.share, share), bobsKey, parts.signature ?? new Uint8Array(0));
      if (yield* check('signature', kind === 'signed' && holds)) return share;
      yield* tell({ what: 'note', text: 'Bob never signed these two shares. I send nothing.' });
      return undefined;
    }
    case 'sealed': {
      // A first exchange with whoever answers; under its key comes the share that counts.
      const wrapped = yield* receiveMessage();
      const first = own.agree(share);
      const inside = wrapped && first && decrypt(keyOf(recipeUsed, first, [own.share, share]), wrapped);
      if (!(yield* check('tag', inside !== undefined)) || !inside || !wrapped) return undefined;
      yield* tell(openedBy(wrapped, 'received', inside));
      return inside;
    }
    default:
      return share;
  }
}

function* combined(own: Half, theirs: Uint8Array): Protocol<Uint8Array | undefined> {
  const { with: what } = yield* decide(exchangePoints.combine, { share: theirs });
  if (what === 'bobs-number') {
    yield* tell({ what: 'note', text: 'Bob’s private number? He never sent it, and his share does not tell it.' });
    yield* tell({ what: 'stalled', missing: 'bob.number' });
    return undefined;
  }
  const secret = (what === 'own-share' ? halfOf(own.group, own.share) : own).agree(theirs);
  yield* check('zero-share', secret !== undefined);
  return secret;
}

/** What a thief finds. A locked file is on a laptop that was taken running, so its key is there, too. */
function diskOf(keep: 'nothing' | 'number' | 'locked', { number }: Half, draw: Entropy): ExchangeMessage {
  switch (keep) {
    case 'nothing':
      return encodeExchange('emptyDisk', {});
    case 'number':
      return encodeExchange('disk', { number });
    case 'locked': {
      const fileKey = draw('file key');
      return encodeExchange('openDisk', { fileKey, ...encrypt(fileKey, draw('file nonce', 12), number) });
    }
  }
}

// ---- Bob --------------------------------------------------------------------------------------------------------

interface Called {
  readonly draw: Entropy;
  readonly signing: KeyObject;
  readonly begins: boolean;
}

export function* answer({ draw, signing, begins }: Called): Protocol<void> {
  yield* agreeAndBook(draw, signing, begins);
  yield* close();
}

function* agreeAndBook(draw: Entropy, signing: KeyObject, begins: boolean): Protocol<void> {
  const early = begins ? halfOf(groups.x25519, draw('private number')) : undefined;
  if (early) yield* say(encodeExchange('share', contentsOf(early.group, { share: early.share })));
  const first = yield* receiveMessage();
  if (!first) return;
  const group = first.parts.group?.[1] === groups.x448 ? groups.x448 : groups.x25519;
  const theirs = first.parts.share ?? (first.parts.number && halfOf(group, first.parts.number).share);
  if (!theirs) {
    yield* tell({ what: 'note', text: 'That is a hash. It does not lead back to the share, so I cannot compute.' });
    yield* tell({ what: 'stalled', missing: 'share' });
    return;
  }
  const outer = early ?? halfOf(group, draw('private number', lengthOf(group)));
  const secret = outer.agree(theirs);
  if (!(yield* check('zero-share', secret !== undefined)) || !secret) {
    yield* tell({ what: 'note', text: 'With this share the secret is all zeros. I stop.' });
    return;
  }
  const demand = demands[first.parts.demand?.[0] ?? 0];
  let own = outer;
  let shared = secret;
  if (!early) yield* say(proven(outer, theirs, demand, signing));
  if (demand === 'sealed') {
    own = halfOf(group, draw('inner private number', lengthOf(group)));
    shared = own.agree(theirs) ?? secret;
    yield* say(
      seal(keyOf(recipeUsed, secret, [theirs, outer.share]), recipeUsed, draw('inner nonce', 12), own.share),
      own.share,
    );
  }
  yield* tell({ what: 'note', text: `The secret that I computed: ${inHex(shared)}` });
  yield* book(shared, [theirs, own.share], draw('receipt nonce', 12));
}

/** Bob's share, with what was demanded of it. */
function proven({ group, share }: Half, theirs: Uint8Array, demand: string | undefined, signing: KeyObject) {
  if (demand === 'hash') return encodeExchange('hashed', contentsOf(group, { share, hash: sha256(share) }));
  if (demand === 'signature')
    return encodeExchange(
      'signed',
      contentsOf(group, { share, signature: sign(null, signedText(theirs, share), signing) }),
    );
  return encodeExchange('share', contentsOf(group, { share }));
}

function* book(secret: Uint8Array, shares: Shares, nonce: Uint8Array): Protocol<void> {
  const message = yield* receiveMessage();
  if (!message) return;
  if (!(yield* check('not-sealed', message.kind === 'sealed'))) {
    yield* tell({ what: 'note', text: 'An order in the clear? I take only sealed ones.' });
    return;
  }
  const recipe = recipeOf(message.parts.recipe ?? new Uint8Array(1));
  const key = keyOf(recipe, secret, shares);
  const text = decrypt(key, message);
  if (!(yield* check('tag', text !== undefined)) || !text) {
    yield* tell({ what: 'note', text: 'The tag does not fit my key. I throw this message away.' });
    return;
  }
  yield* tell(openedBy(message, 'received', text));
  yield* tell({ what: 'acted', action: 'order', bytes: text });
  const receipt = Buffer.from('Booked. Thank you.');
  yield* say(seal(key, recipe, nonce, receipt), receipt);
}

// ---- both -------------------------------------------------------------------------------------------------------

/** Sends a message; whoever sealed it knows what is inside. */
function* say(message: ExchangeMessage, inside?: Uint8Array): Protocol<void> {
  if (inside) yield* tell(openedBy(message, 'sent', inside));
  yield* send(message.bytes);
}

function* receiveMessage(): Protocol<ExchangeMessage | undefined> {
  const received = yield* receive();
  return 'end' in received ? undefined : describeExchange(received.bytes);
}

function* check(name: string, holds: boolean): Protocol<boolean> {
  yield* tell({ what: 'check', name, holds, required: true });
  return holds;
}

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
/** What both use where nobody decides. */
const recipeUsed: Recipe = { secret: true, shares: true, hkdf: true };
