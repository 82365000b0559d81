// A TLS 1.2 client whose steps are laid like cards: each is the engine's own step, and runs when its turn comes, whether
// what it needs is there or not.
import type { KeyObject } from 'node:crypto';
import * as z from 'zod';
import { type ClientSetup, clientPoints } from '../tls/client.ts';
import { Gone } from '../tls/alertProtocol.ts';
import { connection, type Connection } from '../tls/connection.ts';
import { decide, decisionPoint, type Protocol, receive, tell } from '../tls/effects.ts';
import { wholeConnection } from '../tls/endpoint.ts';
import { sendContent } from '../tls/records.ts';
import { contentTypes } from '../tls/registry.ts';
import {
  makePremaster,
  type Offer,
  receiveCertificate,
  receiveServerHello,
  sendClientHello,
  sendLocked,
} from '../tls/v12/client.ts';
import {
  type Agreement,
  awaitMessage,
  deriveKeys,
  receiveFinished12,
  sendFinished12,
  tellAgreed,
} from '../tls/v12/handshake12.ts';
import type { MasterSecret12 } from '../tls/v12/keySchedule12.ts';
import { lock } from '../tls/v12/keyTransport.ts';
import { decodeCertificate12 } from '../tls/v12/messages/certificate12.ts';
import { decodeServerHelloDone } from '../tls/v12/messages/serverHelloDone.ts';
import { client12Points } from '../tls/v12/points12.ts';
import { type Records, speak12 } from '../tls/v12/records12.ts';

/** The seven steps of RSA key transport (RFC 5246 figure 1), in the order in which they work. */
const cardNames = ['ClientHello', 'ServerHello', 'Certificate', 'secret', 'keys', 'Finished', 'data'] as const;
type Card = (typeof cardNames)[number];

export const cardPoints = {
  /** The order of the steps. The rule: nobody uses what is not there yet. */
  sequence: decisionPoint<object>()(
    'client.sequence',
    '5246 7.3',
    z.strictObject({ cards: z.array(z.enum(cardNames)).max(cardNames.length) }),
    () => ({ cards: [...cardNames] }),
  ),
  /** Whose key locks the premaster secret. The rule: that in the server's certificate. */
  lockFor: decisionPoint<object>()(
    'client.lockFor',
    '5246 7.4.7.1',
    z.strictObject({ to: z.enum(['server', 'issuer', 'own']) }),
    () => ({ to: 'server' as const }),
  ),
  /** What seals the application's data. The rule: the key of one's own direction. */
  sealWith: decisionPoint<object>()(
    'client.sealWith',
    '5246 6.3',
    z.strictObject({ key: z.enum(['client_write', 'server_write', 'public']) }),
    () => ({ key: 'client_write' as const }),
  ),
};

export interface CardSetup extends ClientSetup {
  /** The key of the authority that signed the certificate, and a key pair of the client's own. */
  readonly otherKeys: Readonly<Record<'issuer' | 'own', KeyObject>>;
}

export function* cardClient(setup: CardSetup): Protocol<void> {
  const c = connection({ ...setup, side: 'client', onRecord: clientPoints.onRecord });
  yield* wholeConnection(c, layCards(c, setup), clientPoints);
}

function* layCards(c: Connection, setup: CardSetup): Protocol<void> {
  const { cards } = yield* decide(cardPoints.sequence, {});
  const hand: Hand = { c, setup, records: speak12(c, setup.entropy) };
  for (const card of cards) yield* steps[card](hand);
}

/** What the client has so far. */
interface Hand {
  readonly c: Connection;
  readonly setup: CardSetup;
  readonly records: Records;
  offer?: Offer;
  chosen?: Agreement;
  /** The key in the server's certificate. */
  key?: KeyObject;
  premaster?: Uint8Array;
  master?: MasterSecret12;
  /** The application was heard. */
  heard?: true;
}

const steps: Readonly<Record<Card, (hand: Hand) => Protocol<void>>> = {
  *ClientHello(hand) {
    hand.offer = yield* sendClientHello(hand.c, hand.setup);
  },
  *ServerHello(hand) {
    const offer = hand.offer ?? (yield* lacks('alice’s own hello'));
    hand.chosen = yield* receiveServerHello(hand.c, offer);
  },
  *Certificate(hand) {
    // Whoever has not heard ServerHello finds it here, where a certificate is due.
    if (!hand.chosen) {
      yield* awaitMessage(hand.c, decodeCertificate12);
      return;
    }
    hand.key = yield* receiveCertificate(hand.c, hand.setup, hand.chosen);
    yield* awaitMessage(hand.c, decodeServerHelloDone);
  },
  *secret(hand) {
    const { c, setup } = hand;
    const offer = hand.offer ?? (yield* lacks('alice’s own hello'));
    const server = hand.key ?? (yield* lacks('bob.public'));
    const premaster = yield* makePremaster(setup, offer.hello);
    const { to } = yield* decide(cardPoints.lockFor, {});
    const key = { server, ...setup.otherKeys }[to];
    if (key.asymmetricKeyType !== 'rsa') {
      yield* tell({
        what: 'note',
        text: 'The CA’s key is an Ed25519 key. It makes signatures. There is no way to lock anything with it.',
      });
      yield* lacks('a key that locks');
    }
    yield* sendLocked(c, setup, key, premaster);
    hand.premaster = premaster;
  },
  *keys(hand) {
    const chosen = hand.chosen ?? (yield* lacks('bob.random'));
    const premaster = hand.premaster ?? (yield* lacks('pre-master secret'));
    hand.master = yield* deriveKeys(hand.c, hand.records, chosen, premaster);
  },
  *Finished({ c, records, master: made, chosen }) {
    const master = made ?? (yield* lacks('master secret'));
    yield* sendFinished12(c, records, master);
    yield* receiveFinished12(c, records, master, client12Points.onFinished);
    if (chosen) yield* tellAgreed(c, chosen);
  },
  *data(hand) {
    const { c, setup, records, key } = hand;
    if (hand.heard) return;
    hand.heard = true;
    const received = yield* receive('app');
    if (!('bytes' in received)) return;
    yield* tell({ what: 'data', direction: 'sent', bytes: received.bytes });
    const content = yield* sealed({ c, records, key, setup }, received.bytes);
    yield* sendContent(c, contentTypes.application_data, content);
  },
};

/** What the record layer is given; it may have another key from here on. Before Finished there is nothing to choose from. */
function* sealed(
  { c, records, key, setup }: Pick<Hand, 'c' | 'records' | 'setup'> & { readonly key: KeyObject | undefined },
  bytes: Uint8Array,
): Protocol<Uint8Array> {
  const { reading, writing } = records;
  if (!c.established || !reading || !writing || !key) return bytes;
  const { key: chosen } = yield* decide(cardPoints.sealWith, {});
  switch (chosen) {
    case 'client_write':
      return bytes;
    case 'server_write':
      records.writing = { ...reading, sequence: writing.sequence };
      return bytes;
    case 'public':
      records.writing = undefined;
      return lock(key, bytes, setup.entropy);
  }
}

function* lacks(missing: string): Protocol<never> {
  yield* tell({ what: 'stalled', missing });
  throw new Gone(`the client has no ${missing}`);
}
