// Mallory between two people who agree on a key: every message passes through her hands.
import { createHash, sign } from 'node:crypto';
import * as z from 'zod';
import { close, decide, decisionPoint, type Protocol, receive, send, tell } from '../tls/effects.ts';
import type { Entropy } from '../tls/entropy.ts';
import { privateKeyFromSeed } from '../tls/groups.ts';
import { groups } from '../tls/registry.ts';
import { type Attempt, decrypt, type Half, halfOf, keyOf, lengthOf, seal, signedText, tryAll } from './exchangeKeys.ts';
import {
  demands,
  describeExchange,
  type ExchangeMessage,
  encodeExchange,
  type Recipe,
  recipeOf,
} from './exchangeMessages.ts';
import { inHex, openedBy } from './exchangeTold.ts';

export const manInTheMiddlePoints = {
  /** What goes on to Bob for Alice's share. The rule of the attack: a share of one's own. */
  onClientShare: decisionPoint<{ readonly share: Uint8Array }>()(
    'mallory.onClientShare',
    '7748 6.1',
    z.strictObject({ forward: z.enum(['own', 'same', 'zero']) }),
    () => ({ forward: 'own' as const }),
  ),
  /** What goes on to Alice for Bob's share. The rule: a share of one's own, where Bob has one, too. */
  onServerShare: decisionPoint<{ readonly swapped: boolean }>()(
    'mallory.onServerShare',
    '7748 6.1',
    z.strictObject({ forward: z.enum(['own', 'own-signed', 'same', 'echo']) }),
    ({ swapped }): { forward: 'own' | 'own-signed' | 'same' | 'echo' } => ({ forward: swapped ? 'own' : 'same' }),
  ),
  /** What becomes of the sealed order. The rule: opened, read, and sealed for Bob, where one can. */
  onRecord: decisionPoint<{ readonly opened: boolean }>()(
    'mallory.onRecord',
    '5116 2.1',
    z.strictObject({ forward: z.enum(['reseal', 'same', 'plain']) }),
    ({ opened }): { forward: 'reseal' | 'same' | 'plain' } => ({ forward: opened ? 'reseal' : 'same' }),
  ),
};

/** What she needs to open and to seal on one side: the secret, and the two shares that were used there. */
interface Leg {
  readonly secret: Uint8Array;
  readonly shares: readonly [caller: Uint8Array, called: Uint8Array];
}

export function* meddle(draw: Entropy): Protocol<void> {
  yield* stand(draw);
  yield* close('alice');
  yield* close('bob');
}

function* stand(draw: Entropy): Protocol<void> {
  const hello = yield* from('alice');
  const aliceShare = hello?.parts.share;
  if (!hello || !aliceShare) return;
  const group = hello.parts.group?.[1] === groups.x448 ? groups.x448 : groups.x25519;
  const half = (label: string) => halfOf(group, draw(label, lengthOf(group)));
  const asClient = half('number for Bob');
  const { forward: toBob } = yield* decide(manInTheMiddlePoints.onClientShare, { share: aliceShare });
  const clientShare = { own: asClient.share, same: aliceShare, zero: new Uint8Array(lengthOf(group)) }[toBob];
  yield* send(encodeExchange(hello.kind, { ...hello.parts, share: clientShare }).bytes, 'bob');

  const reply = yield* from('bob');
  const bobShare = reply?.parts.share;
  if (!reply || !bobShare) return;
  let asServer = half('number for Alice');
  const swapped = toBob === 'own';
  const { forward: toAlice } = yield* decide(manInTheMiddlePoints.onServerShare, { swapped });
  const serverShare = { own: asServer.share, 'own-signed': asServer.share, same: bobShare, echo: aliceShare }[toAlice];
  yield* send(reproven(reply, serverShare, toAlice === 'own-signed' ? { draw, aliceShare } : undefined).bytes, 'alice');

  const bobsSecret = swapped ? asClient.agree(bobShare) : undefined;
  const alicesSecret = serverShare === asServer.share ? asServer.agree(aliceShare) : undefined;
  let withBob: Leg | undefined = bobsSecret && { secret: bobsSecret, shares: [clientShare, bobShare] };
  let withAlice: Leg | undefined = alicesSecret && { secret: alicesSecret, shares: [aliceShare, serverShare] };
  if (demands[hello.parts.demand?.[0] ?? 0] === 'sealed') {
    const wrapped = yield* from('bob');
    if (!wrapped) return;
    const innerShare = withBob && openWith(withBob, wrapped);
    if (withBob && withAlice && innerShare) {
      asServer = half('inner number for Alice');
      yield* tell({
        what: 'note',
        text: 'Bob seals his share for whoever answered him: for me. I open it and seal mine.',
      });
      yield* send(
        sealFor(withAlice, recipeOf(wrapped.parts.recipe ?? new Uint8Array(1)), draw('inner nonce', 12), asServer.share)
          .bytes,
        'alice',
      );
      withBob = legOf(asClient, innerShare, [clientShare, innerShare]);
      withAlice = legOf(asServer, aliceShare, [aliceShare, asServer.share]);
    } else yield* send(wrapped.bytes, 'alice');
  }
  yield* noteOn(withAlice, withBob);
  const passive = toBob === 'same' && toAlice === 'same';
  const numbers = [asClient.number, asServer.number];
  yield* carry({ draw, withAlice, withBob, passive, guess: (order) => tryAll([hello, reply], numbers, order) });
}

const legOf = (own: Half, theirs: Uint8Array, shares: Leg['shares']): Leg | undefined => {
  const secret = own.agree(theirs);
  return secret && { secret, shares };
};

function* noteOn(withAlice: Leg | undefined, withBob: Leg | undefined): Protocol<void> {
  const words = (name: string, leg: Leg | undefined) =>
    leg ? `with ${name} ${inHex(leg.secret)}` : `with ${name} none`;
  yield* tell({
    what: 'note',
    text: `The secrets that I share: ${words('Alice', withAlice)}, ${words('Bob', withBob)}`,
  });
}

interface Carrying {
  readonly draw: Entropy;
  readonly withAlice: Leg | undefined;
  readonly withBob: Leg | undefined;
  /** She changed nothing, and goes on so. */
  readonly passive: boolean;
  /** What else she can try on a message: all that passed, with all numbers that she drew. */
  readonly guess: (message: ExchangeMessage) => Attempt;
}
/** The order to Bob, and his receipt to Alice. */
function* carry({ draw, withAlice, withBob, passive, guess }: Carrying): Protocol<void> {
  const order = yield* from('alice');
  if (!order) return;
  const { tried, text } = withAlice ? { tried: 1, text: openWith(withAlice, order) } : guess(order);
  if (text) {
    yield* tell(openedBy(order, 'received', text));
    yield* tell({ what: 'note', text: `I read: ${Buffer.from(text).toString('latin1')}`, holds: text });
  } else yield* tell({ what: 'note', text: `I made ${tried} keys of all that I have. None opens the order.` });
  const { forward } = passive
    ? { forward: 'same' as const }
    : yield* decide(manInTheMiddlePoints.onRecord, { opened: text !== undefined });
  const recipe = recipeOf(order.parts.recipe ?? new Uint8Array(1));
  if (forward === 'reseal' && text && withBob) {
    const resealed = sealFor(withBob, recipe, draw('nonce for Bob', 12), text);
    yield* tell(openedBy(resealed, 'sent', text));
    yield* send(resealed.bytes, 'bob');
  } else if (forward === 'plain' && text) yield* send(encodeExchange('plain', { text }).bytes, 'bob');
  else yield* send(order.bytes, 'bob');

  const receipt = yield* from('bob');
  if (!receipt) return;
  const thanks = withBob && openWith(withBob, receipt);
  if (!thanks || !withAlice) return yield* send(receipt.bytes, 'alice');
  const resealed = sealFor(withAlice, recipe, draw('nonce for Alice', 12), thanks);
  yield* tell(openedBy(receipt, 'received', thanks));
  yield* tell(openedBy(resealed, 'sent', thanks));
  yield* send(resealed.bytes, 'alice');
}

const openWith = ({ secret, shares }: Leg, message: ExchangeMessage): Uint8Array | undefined =>
  decrypt(keyOf(recipeOf(message.parts.recipe ?? new Uint8Array(1)), secret, shares), message);
const sealFor = ({ secret, shares }: Leg, recipe: Recipe, nonce: Uint8Array, text: Uint8Array): ExchangeMessage =>
  seal(keyOf(recipe, secret, shares), recipe, nonce, text);

/** Bob's answer with another share in it; what can be made anew is made anew. Bob's signature stays, unless she signs. */
function reproven(
  reply: ExchangeMessage,
  share: Uint8Array,
  signing: { readonly draw: Entropy; readonly aliceShare: Uint8Array } | undefined,
): ExchangeMessage {
  const { hash, signature } = reply.parts;
  const key = signing && privateKeyFromSeed('Ed25519', signing.draw('signing key'));
  return encodeExchange(reply.kind, {
    ...reply.parts,
    share,
    ...(hash ? { hash: createHash('sha256').update(share).digest() } : {}),
    ...(signature && key && signing ? { signature: sign(null, signedText(signing.aliceShare, share), key) } : {}),
  });
}

function* from(link: string): Protocol<ExchangeMessage | undefined> {
  const received = yield* receive(link);
  return 'end' in received ? undefined : describeExchange(received.bytes);
}
