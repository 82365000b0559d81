// Bob answers two clients over TLS 1.3: Alice, and a till whose Finished is not over the whole handshake. Eve hears both.
import * as z from 'zod';
import { receiveCertificateVerify, receiveFinished, schemesIn } from '../tls/authentication.ts';
import { afterClient } from '../tls/client/afterHandshake.ts';
import { receiveCertificate } from '../tls/client/certificates.ts';
import { sendClientHello } from '../tls/client/clientHello.ts';
import { deriveApplicationKeys, deriveHandshakeKeys } from '../tls/client/keys.ts';
import { receiveServerHello } from '../tls/client/serverHello.ts';
import { receiveEncryptedExtensions } from '../tls/client/serverParameters.ts';
import { type ClientSetup, clientPoints } from '../tls/client.ts';
import { type Connection, connection } from '../tls/connection.ts';
import { close, over, type Protocol, stack } from '../tls/effects.ts';
import { wholeConnection } from '../tls/endpoint.ts';
import { drawNumber, drawOne, type Entropy, named } from '../tls/entropy.ts';
import { flush, sendHandshake } from '../tls/handshakeMessages.ts';
import { verifyData } from '../tls/keySchedule.ts';
import { encodeFinished } from '../tls/messages/finished.ts';
import { identity, serverPoints } from '../tls/server.ts';
import { delivered, learned, protocolFacts } from './facts.ts';
import { flightPoints, flightServer } from './flightServer.ts';
import { ask, formEncode, type HttpMessage, site } from './http.ts';
import type { Event } from './network.ts';
import { bookAny, orderWith } from './orders.ts';
import { overhear } from './overhear.ts';
import { alice, bob, browserJudge, certificates, eve, tlsClient } from './people.ts';
import type { Cast, Fact, Scenario } from './scenario.ts';

const host = 'shop.example';

const setup = z.strictObject({
  /** What Alice's order is called: each act has one of its own. */
  order: z.enum(['order-1', 'order-2']),
  /** Whether the till calls after her. */
  till: z.boolean().default(false),
});
type Setup = z.output<typeof setup>;

export const serverFlight: Scenario<Setup> = {
  name: 'server-flight',
  setup,
  points: [
    ...Object.values(flightPoints),
    ...Object.values(clientPoints),
    ...[serverPoints.selectVersion, serverPoints.selectSuite, serverPoints.selectShare, serverPoints.onFinished],
    ...[serverPoints.onRecord, serverPoints.onEndOfStream, serverPoints.endSending, serverPoints.onKeyUpdate],
  ],
  words: ['host', 'item', 'last-heard'],
  called: { 'unmatched-finished': ['agreed'] },
  vocabulary: {
    delivered: [
      ['order-1', 'bob'],
      ['order-2', 'bob'],
    ],
    learned: [
      ['eve', 'order-1'],
      ['eve', 'order-2'],
      ['eve', 'certificate'],
    ],
    accepted: [['bob', 'unmatched-finished']],
    aborted: [
      ['alice', 'any'],
      ['alice', 'unexpected_message'],
      ['alice', 'bad_record_mac'],
      ['alice', 'bad_certificate'],
      ['alice', 'unknown_ca'],
      ['alice', 'decrypt_error'],
      ['bob', 'any'],
      ['bob', 'decrypt_error'],
    ],
  },
  scene(given, draw) {
    const { root, intermediate, issueFor } = certificates(draw);
    const issued = issueFor(host);
    const [leaf = new Uint8Array(0)] = issued.chain;
    const run = named(draw, given.order);
    const order = orderOf(run, 'order');
    const orders = { alice: { name: 'order', booked: false }, till: { name: 'till order', booked: false } };
    const lastHeard = drawOne(run, 'the till forgets', ['EncryptedExtensions', 'Certificate', 'CertificateVerify']);
    const serving = (client: 'alice' | 'till') =>
      over(
        client,
        stack(
          site(book(orders[client])),
          flightServer({
            entropy: named(run, `bob ${client}`),
            own: identity(issued.chain, issued.key),
            certificates: { leaf, intermediate, root },
          }),
        ),
      );
    const tillSetup = { host, entropy: named(run, 'till'), judge: browserJudge([root]) };
    return {
      cast: [alice, eve, bob, ...(given.till ? [till] : [])],
      actors: [
        {
          name: 'alice',
          protocol: stack(ask(order.request), tlsClient({ host, entropy: named(run, 'alice'), anchors: [root] })),
        },
        ...(given.till
          ? [
              {
                name: 'till',
                protocol: stack(ask(orderOf(run, 'till order').request), forgetfulClient(tillSetup, lastHeard)),
              },
            ]
          : []),
        {
          name: 'bob',
          protocol: (function* () {
            yield* serving('alice');
            // Whoever could not serve Alice has no thought for the next one.
            if (given.till && orders.alice.booked) yield* serving('till');
            else if (given.till) yield* close('till');
          })(),
        },
        { name: 'eve', protocol: overhear(given.till ? 4 : 2, false) },
      ],
      wires: ['alice', ...(given.till ? ['till'] : [])].map((client) => ({
        ends: [
          [client, 'peer'],
          ['bob', client],
        ],
        taps: [['eve', 'air']],
        label: 'port 443',
      })),
      words: { host, item: order.item, 'last-heard': lastHeard },
      facts: (events) => facts(events, given.order, order.secret, leaf),
    };
  },
};

const till: Cast = { actor: 'till', role: 'client', name: 'Till', title: 'a till in a shop', beside: 'alice' };

/** A client with a bug: its Finished is over the messages up to this one, and not over those behind it. */
function* forgetfulClient(setup: ClientSetup, last: string): Protocol<void> {
  const c = connection({ ...setup, side: 'client', onRecord: clientPoints.onRecord });
  yield* wholeConnection(c, forgetful(c, setup, last), clientPoints);
}

function* forgetful(c: Connection, setup: ClientSetup, last: string): Protocol<void> {
  const offer = yield* sendClientHello(c, setup);
  const keys = yield* deriveHandshakeKeys(c, offer, yield* receiveServerHello(c, offer));
  const { protocol } = yield* receiveEncryptedExtensions(c, offer, keys);
  const hashes = [c.transcript.hash()];
  const chain = yield* receiveCertificate(c, setup, offer);
  hashes.push(c.transcript.hash());
  const schemes = schemesIn(offer.hello.extensions);
  yield* receiveCertificateVerify(c, clientPoints.onCertificateVerify, schemes, chain, c.transcript, setup.proves);
  hashes.push(c.transcript.hash());
  yield* receiveFinished(c, clientPoints.onFinished, keys.suite, keys.server);
  const transcriptHash = c.transcript.hash();
  const partly = hashes[['EncryptedExtensions', 'Certificate', 'CertificateVerify'].indexOf(last)] ?? transcriptHash;
  yield* sendHandshake(c, encodeFinished({ verifyData: verifyData(keys.suite, keys.client, partly) }, c.recording));
  yield* flush(c);
  const secrets = yield* deriveApplicationKeys(c, keys, transcriptHash);
  c.after = afterClient(c, setup, { offer, keys, secrets, protocol, request: undefined });
}

const book = (order: { readonly name: string; booked: boolean }) =>
  function* (request: Uint8Array): Protocol<HttpMessage> {
    order.booked = true;
    return yield* bookAny(request, order.name);
  };

function orderOf(draw: Entropy, name: string) {
  const item = drawOne(draw, `${name} item`, ['garden gloves', 'tulip bulbs', 'a rake', 'bird seed', 'a watering can']);
  const body = `item=${formEncode(item)}&gate=${1000 + drawNumber(draw, `${name} gate`, 9000)}`;
  return orderWith(item, body);
}

function facts(events: readonly Event[], name: string, order: Uint8Array, certificate: Uint8Array): Fact[] {
  const mismatched = events.findIndex((event) => event.by === 'bob' && isFailedFinished(event));
  const served = events.some(
    (event, at) => mismatched >= 0 && at > mismatched && event.what === 'acted' && event.action === 'till order',
  );
  return [
    ...delivered(events, 'bob', 'order', order, name),
    ...learned('eve', events, { [name]: order, certificate }),
    ...(served ? [{ kind: 'accepted', who: 'bob', what: 'unmatched-finished' } as const] : []),
    ...protocolFacts(events),
  ];
}

const isFailedFinished = (event: Event): boolean => event.what === 'check' && event.name === 'Finished' && !event.holds;
