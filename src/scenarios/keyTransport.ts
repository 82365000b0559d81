// Alice orders over TLS 1.2: she makes a secret and sends it, locked for Bob's RSA key. Eve hears all, and knows what time it is.
import { createHash, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import * as z from 'zod';
import { rsaKey } from '../pki/keys/rsa.ts';
import { clientPoints } from '../tls/client.ts';
import { type Protocol, receive, stack, tell } from '../tls/effects.ts';
import { drawNumber, drawOne, type Entropy, named } from '../tls/entropy.ts';
import { contentTypes, handshakeTypes, suites, versions } from '../tls/registry.ts';
import { serverPoints } from '../tls/server.ts';
import { identity12 } from '../tls/v12/identity12.ts';
import { keyBlock, masterSecret12, type Randoms } from '../tls/v12/keySchedule12.ts';
import { client12Points, server12Points } from '../tls/v12/points12.ts';
import { tryUnprotect12 } from '../tls/v12/record12.ts';
import { server12 } from '../tls/v12/server.ts';
import { suite12Of } from '../tls/v12/suites12.ts';
import { answering } from './actors.ts';
import { cardClient, cardPoints } from './cardClient.ts';
import { delivered, learned, negotiatedFacts, protocolFacts } from './facts.ts';
import { ask, describeHttp, formEncode, parseHttp, site } from './http.ts';
import type { Event } from './network.ts';
import { bookAny, orderWith } from './orders.ts';
import { alice, bob, browserJudge, certificates, eve, today } from './people.ts';
import type { Fact, Scenario } from './scenario.ts';

const host = 'shop.example';
const suite = suites.TLS_RSA_WITH_AES_128_GCM_SHA256;

export const keyTransport: Scenario<Record<string, never>> = {
  name: 'key-transport',
  setup: z.strictObject({}),
  points: [
    ...Object.values(cardPoints),
    ...Object.values(client12Points).filter((point) => point !== client12Points.onServerKeyExchange),
    clientPoints.onRecord,
    ...Object.values(server12Points).filter((point) => point !== server12Points.selectGroup),
    serverPoints.onRecord,
  ],
  words: ['host', 'item', 'order-hex', 'clock-secret'],
  vocabulary: {
    delivered: [['order', 'bob']],
    learned: [['eve', 'order']],
    negotiated: [['tls', '1.2']],
    aborted: [
      ['alice', 'any'],
      ['bob', 'any'],
      ['bob', 'bad_record_mac'],
      ['bob', 'unexpected_message'],
    ],
    stalled: [
      ['alice', 'bob.public'],
      ['alice', 'master secret'],
      ['alice', 'pre-master secret'],
    ],
  },
  scene(_given, draw) {
    const { root, intermediate, issueFor } = certificates(draw);
    const issued = issueFor(host, 'rsa');
    const order = orderOf(draw);
    const clock = secondsNow() + drawNumber(draw, 'clock of Alice', 2 * clockSpread) - clockSpread;
    const alicesTls = cardClient({
      host,
      entropy: named(draw, 'alice'),
      judge: browserJudge([root]),
      suites: [suite],
      otherKeys: { issuer: new X509Certificate(intermediate).publicKey, own: anotherKey(draw, issued.key) },
    });
    const bobsTls = server12({
      entropy: named(draw, 'bob'),
      identify: () => identity12(issued.chain, issued.key),
      suites: [suite],
    });
    return {
      cast: [alice, eve, bob],
      actors: [
        {
          name: 'alice',
          protocol: stack(
            ask(order.request),
            // As it was before RFC 7627: the keys hang on the secret and the two randoms.
            answering(alicesTls, { 'client.extendedMasterSecret': { offer: false, require: false } }),
          ),
        },
        { name: 'bob', protocol: stack(site(bookAny), bobsTls) },
        { name: 'eve', protocol: listen() },
      ],
      wires: [
        {
          ends: [
            ['alice', 'peer'],
            ['bob', 'peer'],
          ],
          taps: [['eve', 'air']],
          label: 'port 443',
        },
      ],
      words: {
        host,
        item: order.item,
        'order-hex': Buffer.from(order.request.bytes).toString('hex'),
        'clock-secret': Buffer.from(clockSecret(clock)).toString('hex'),
      },
      facts: (events) => facts(events, order.secret),
    };
  },
};

/** Of a pair that is not Bob's. */
function anotherKey(draw: Entropy, bobs: KeyObject): KeyObject {
  for (let number = 0; ; number++) {
    const key = createPublicKey(rsaKey(named(draw, `alice ${number}`)));
    if (!key.equals(createPublicKey(bobs))) return key;
  }
}

function orderOf(draw: Entropy) {
  const item = drawOne(draw, 'item', ['fountain pens', 'sealing wax', 'letter knives', 'blue ink', 'stamps']);
  const body = `item=${formEncode(item)}&door=${1000 + drawNumber(draw, 'door code', 9000)}`;
  return orderWith(item, body);
}

// ---- a secret made of the time, and Eve, who has a watch ----------------------------------------------------------

const secondsNow = () => Math.floor(today.getTime() / 1000);
/** Alice's clock is right within so many seconds, and everybody may know that. */
const clockSpread = 300;

/** 03 03 and 46 bytes of a hash of the seconds since 1970: as long as it should be, and as random as a clock. */
function clockSecret(seconds: number): Uint8Array {
  const hash = createHash('sha512').update(`${seconds}`).digest();
  return Buffer.concat([Buffer.of(versions['TLS 1.2'] >> 8, versions['TLS 1.2'] & 255), hash.subarray(0, 46)]);
}

/** What Eve has heard that the keys hang on, and the first record that Alice sealed. */
interface Heard {
  randoms: Partial<Randoms>;
  sealed?: Uint8Array;
  /** She has had her try at the first record with data; the second is Bob's thanks. */
  tried?: true;
}

function* listen(): Protocol<void> {
  yield* tell({ what: 'kept', label: 'everything' });
  const heard: Heard = { randoms: {} };
  for (let open = 2; open; ) {
    const received = yield* receive('air');
    if ('end' in received) open--;
    else yield* consider(received.bytes, heard);
  }
}

function* consider(record: Uint8Array, heard: Heard): Protocol<void> {
  const content = record.subarray(5);
  switch (record[0]) {
    case contentTypes.handshake:
      if (content[0] === handshakeTypes.client_hello) heard.randoms = { ...heard.randoms, client: randomIn(content) };
      else if (content[0] === handshakeTypes.server_hello)
        heard.randoms = { ...heard.randoms, server: randomIn(content) };
      else if (content[0] === handshakeTypes.client_key_exchange)
        yield* tell({ what: 'note', text: 'A secret goes by, locked for a key that I do not have.' });
      else if (looksSealed(content)) heard.sealed ??= record;
      return;
    case contentTypes.application_data:
      if (heard.tried) return;
      heard.tried = true;
      yield* read(record, heard);
  }
}
/** Behind type, length and version, in both hellos (7.4.1.2, 7.4.1.3). */
const randomIn = (hello: Uint8Array) => hello.subarray(6, 38);
/** No message of this handshake has such a type: these are eight bytes of nonce and a sealed Finished. */
const looksSealed = ([type = 0]: Uint8Array) => type === 0;

function* read(record: Uint8Array, { randoms, sealed }: Heard): Protocol<void> {
  const http = describeHttp(record.subarray(5));
  if (http) {
    yield* tell({ what: 'note', text: `In the clear: ${http.name}. ${parseHttp(http.bytes).body}` });
    return;
  }
  const { client, server } = randoms;
  if (!client || !server || !sealed) {
    yield* tell({ what: 'note', text: `${record.length} sealed bytes. I have nothing to try on them.` });
    return;
  }
  for (let seconds = secondsNow() - clockSpread; seconds < secondsNow() + clockSpread; seconds++) {
    const opened = openWith(clockSecret(seconds), { client, server }, sealed, record);
    if (!opened) continue;
    yield* tell({
      what: 'note',
      text: `The secret is ${new Date(seconds * 1000).toISOString().slice(11, 19)} on the clock, hashed.`,
    });
    yield* tell({ what: 'note', text: `I read: ${parseHttp(opened).body}`, holds: opened });
    return;
  }
  yield* tell({
    what: 'note',
    text: `${record.length} sealed bytes. I tried ${2 * clockSpread} seconds as the secret: none fits.`,
  });
}

/** The order, where this secret gives the key of Alice's Finished, and so of the record after it. */
function openWith(
  premaster: Uint8Array,
  randoms: Randoms,
  finished: Uint8Array,
  record: Uint8Array,
): Uint8Array | undefined {
  const spoken = suite12Of(suite);
  if (!spoken) throw new Error('a suite that the engine does not speak');
  const { client } = keyBlock(spoken, masterSecret12(premaster, randoms), randoms);
  const key = { label: 'client write', suite: spoken, keys: client, sequence: 0 };
  return tryUnprotect12(key, finished) && tryUnprotect12(key, record)?.content;
}

function facts(events: readonly Event[], order: Uint8Array): Fact[] {
  return [
    ...delivered(events, 'bob', 'order', order),
    ...learned('eve', events, { order }),
    ...negotiatedFacts(events),
    ...protocolFacts(events),
  ];
}
