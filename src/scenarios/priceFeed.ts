// Alice reads Bob's price feed, which has no stated length, and sends him orders. Mallory can neither read nor forge; but she can cut, and type.
import * as z from 'zod';
import { clientPoints } from '../tls/client.ts';
import { close, over, type Protocol, receive, send, stack, tell } from '../tls/effects.ts';
import { drawNumber, drawOne, type Entropy, named, shuffle } from '../tls/entropy.ts';
import { serverPoints } from '../tls/server.ts';
import { passOn, together } from './actors.ts';
import { delivered, protocolFacts } from './facts.ts';
import { httpRequest, httpResponse, readMessage } from './http.ts';
import type { Event } from './network.ts';
import { alice, bob, certificates, mallory, tlsClient, tlsServer } from './people.ts';
import type { Fact, Scenario } from './scenario.ts';

const host = 'feed.example';
/** The flight of a server is five records; the sixth is the first of the feed. */
const firstOfTheFeed = 6;

const setup = z.strictObject({
  /** `cuts`: the first reading is cut after its first record, the second gets a typed close_notify; `passes`: she passes all on. */
  mallory: z.enum(['cuts', 'passes']),
});
type Setup = z.output<typeof setup>;

export const priceFeed: Scenario<Setup> = {
  name: 'price-feed',
  setup,
  points: [...Object.values(clientPoints), ...Object.values(serverPoints)],
  words: ['host', 'first-line', 'last-line'],
  vocabulary: {
    accepted: [
      ['alice', 'whole-feed'],
      ['alice', 'truncated-feed'],
    ],
    delivered: [['orders', 'bob']],
    aborted: [
      ['alice', 'any'],
      ['alice', 'unexpected_message'],
      ['bob', 'any'],
    ],
    detected: [['alice', 'cut']],
  },
  scene(given, draw) {
    const { root, issueFor } = certificates(draw);
    const feed = feedOf(draw);
    const orders = Buffer.from(feed.orders);
    const certificate = issueFor(host);
    const reading = (link: string) =>
      over(link, stack(readFeed(), tlsClient({ host, entropy: named(draw, `alice ${link}`), anchors: [root] })));
    const serving = (link: string, application: Protocol<void>) =>
      over(link, stack(application, tlsServer(certificate, { entropy: named(draw, `bob ${link}`) })));
    const cut = given.mallory === 'cuts';
    return {
      cast: [{ ...alice, title: 'Alice’s till' }, mallory, { ...bob, title: host }],
      actors: [
        {
          name: 'alice',
          protocol: read(reading, (link) =>
            over(
              link,
              stack(sendOrders(orders), tlsClient({ host, entropy: named(draw, 'alice orders'), anchors: [root] })),
            ),
          ),
        },
        {
          name: 'mallory',
          protocol: together(
            cut ? cutting('alice 1', 'bob 1') : passing('alice 1', 'bob 1'),
            cut ? typing('alice 2', 'bob 2') : passing('alice 2', 'bob 2'),
            passing('alice 3', 'bob 3'),
          ),
        },
        {
          name: 'bob',
          protocol: together(
            ...['first', 'second', 'phone'].map((link) => serving(link, publish(feed))),
            serving('orders', takeOrders()),
          ),
        },
      ],
      wires: [
        {
          ends: [
            ['alice', 'first'],
            ['mallory', 'alice 1'],
          ],
          label: 'first reading',
        },
        {
          ends: [
            ['mallory', 'bob 1'],
            ['bob', 'first'],
          ],
          label: 'first reading',
        },
        {
          ends: [
            ['alice', 'second'],
            ['mallory', 'alice 2'],
          ],
          label: 'second reading',
        },
        {
          ends: [
            ['mallory', 'bob 2'],
            ['bob', 'second'],
          ],
          label: 'second reading',
        },
        {
          ends: [
            ['alice', 'phone'],
            ['bob', 'phone'],
          ],
          label: 'over the phone',
        },
        {
          ends: [
            ['alice', 'orders'],
            ['mallory', 'alice 3'],
          ],
          label: 'orders',
        },
        {
          ends: [
            ['mallory', 'bob 3'],
            ['bob', 'orders'],
          ],
          label: 'orders',
        },
      ],
      words: { host, 'first-line': feed.first, 'last-line': feed.last },
      facts: (events) => facts(events, feed.whole, orders),
    };
  },
};

/** Reads on one line after the other until a feed is believed, then sends the orders. */
function* read(
  reading: (link: string) => Protocol<{ readonly app: Uint8Array | undefined }>,
  ordering: (link: string) => Protocol<unknown>,
): Protocol<void> {
  for (const link of ['first', 'second', 'phone']) {
    const { app } = yield* reading(link);
    if (!app) continue;
    yield* tell({ what: 'acted', action: 'feed', bytes: app });
    yield* tell({
      what: 'note',
      text: `The till acts on this feed: ${Buffer.from(app).toString('latin1').trim().replaceAll('\n', ' / ')}`,
    });
    break;
  }
  yield* ordering('orders');
}

/** All that came until the stream ended, without the head of the response; nothing where it did not end well. */
function* readFeed(): Protocol<Uint8Array | undefined> {
  yield* send(httpRequest('GET', '/feed', { Host: host }).bytes);
  let bytes: Uint8Array = new Uint8Array(0);
  for (;;) {
    const received = yield* receive();
    if ('bytes' in received) {
      bytes = Buffer.concat([bytes, received.bytes]);
      continue;
    }
    yield* close();
    const head = Buffer.from(bytes).indexOf('\r\n\r\n');
    return received.end === 'closed' && head >= 0 ? bytes.subarray(head + 4) : undefined;
  }
}

function* publish({ head, tail }: Feed): Protocol<void> {
  if (!(yield* readMessage())) return yield* close();
  yield* send(httpResponse('200 OK', { 'Content-Type': 'text/plain', Connection: 'close' }, head, true).bytes);
  yield* send(Buffer.from(tail));
  yield* close();
}

function* sendOrders(orders: Uint8Array): Protocol<void> {
  yield* send(orders);
  yield* close();
  for (;;) if ('end' in (yield* receive())) return;
}

/** Books what came, if it came whole: there is no length, so only the end of the stream can say so. */
function* takeOrders(): Protocol<void> {
  let bytes: Uint8Array = new Uint8Array(0);
  for (;;) {
    const received = yield* receive();
    if ('bytes' in received) {
      bytes = Buffer.concat([bytes, received.bytes]);
      continue;
    }
    if (received.end === 'closed') yield* tell({ what: 'acted', action: 'orders', bytes });
    return yield* close();
  }
}

const passing = (one: string, other: string) =>
  // biome-ignore lint/correctness/useYield: it only passes on
  passOn(one, other, function* (_from, bytes) {
    return bytes;
  });

/** Cuts the cable after the first record of the feed. */
const cutting = (one: string, other: string): Protocol<void> => {
  let records = 0;
  return passOn(one, other, function* (from, bytes) {
    if (from === one) return bytes;
    records++;
    if (records > firstOfTheFeed) {
      yield* tell({ what: 'note', text: 'After the first record of the feed I cut the cable, on both sides.' });
      return 'cut';
    }
    return bytes;
  });
};

/** The seven bytes of a close_notify in the clear: anybody can type them. */
export const typedCloseNotify = Uint8Array.of(21, 3, 3, 0, 2, 1, 0);

/** After the first record of the feed she types a close_notify, then cuts. */
const typing = (one: string, other: string): Protocol<void> => {
  let records = 0;
  return passOn(one, other, function* (from, bytes) {
    if (from === one) return bytes;
    records++;
    if (records <= firstOfTheFeed) return bytes;
    yield* tell({ what: 'note', text: 'I typed 15 03 03 00 02 01 00: a close_notify in the clear. Then I cut.' });
    yield* send(typedCloseNotify, one);
    return 'cut';
  });
};

interface Feed {
  readonly first: string;
  readonly last: string;
  readonly head: string;
  readonly tail: string;
  readonly whole: Uint8Array;
  readonly orders: string;
}
/** The seed says what is bought, how many lines come before the cut, and what the rest would have said. */
function feedOf(draw: Entropy): Feed {
  const goods = shuffle(draw, 'goods', ['acorns', 'barley', 'copper', 'dates', 'elm wood', 'flax']);
  const line = (verb: string, index: number) =>
    `${verb} ${(1 + drawNumber(draw, `amount ${index}`, 9)) * 100} ${goods[index] ?? 'acorns'} at ${10 + drawNumber(draw, `price ${index}`, 80)}\n`;
  const head = Array.from({ length: 1 + drawNumber(draw, 'lines', 3) }, (_, index) => line('BUY', index));
  const last = drawOne(draw, 'last', [
    'CANCEL all above: wrong day\n',
    'CANCEL all above: prices were mixed up\n',
    'CANCEL all above: this was a test\n',
  ]);
  const whole = Buffer.from(head.join('') + last);
  return {
    first: (head[0] ?? '').trim(),
    last: last.trim(),
    head: head.join(''),
    tail: last,
    whole,
    orders: line('SELL', 4) + line('SELL', 5),
  };
}

function facts(events: readonly Event[], whole: Uint8Array, orders: Uint8Array): Fact[] {
  const accepted = events.flatMap((event): Fact[] => {
    if (event.what !== 'acted' || event.by !== 'alice' || event.action !== 'feed') return [];
    return [
      {
        kind: 'accepted',
        who: 'alice',
        what: Buffer.from(whole).equals(event.bytes) ? 'whole-feed' : 'truncated-feed',
      },
    ];
  });
  const detected = events.some(
    (event) =>
      event.what === 'check' && event.by === 'alice' && event.name === 'close_notify' && !event.holds && event.required,
  );
  return [
    ...accepted,
    ...delivered(events, 'bob', 'orders', orders),
    ...(detected ? [{ kind: 'detected', who: 'alice', what: 'cut' } as const] : []),
    ...protocolFacts(events),
  ];
}
