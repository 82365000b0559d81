// Alice orders at Bob's shop over TLS 1.3 while Eve listens: the exchange in which nothing goes wrong but by choice.
import * as z from 'zod';
import { clientPoints } from '../tls/client.ts';
import { decide, decisionPoint, over, type Protocol, stack, type ToldRecord, tell } from '../tls/effects.ts';
import { drawNumber, drawOne, type Entropy, named, shuffle } from '../tls/entropy.ts';
import { supportedGroups } from '../tls/groups.ts';
import { groupName, suiteName, suites } from '../tls/registry.ts';
import { serverPoints } from '../tls/server.ts';
import { supportedSuites } from '../tls/suites.ts';
import { server12Points } from '../tls/v12/points12.ts';
import { beforeFirstSend, remembering, together } from './actors.ts';
import { contains, delivered, holds, learned, negotiatedFacts, protocolFacts } from './facts.ts';
import { ask, formEncode, type HttpMessage, httpRequest, httpResponse, site } from './http.ts';
import type { Event, Wire } from './network.ts';
import { book, type Order, orderWith } from './orders.ts';
import { overhear } from './overhear.ts';
import { alice, bob, certificates, eve, tlsClient, tlsServer, tlsServerOfBoth } from './people.ts';
import { type Dump, type Fact, type Picked, pickedSchema, type Scenario } from './scenario.ts';

const host = 'shop.example';

const setup = z.strictObject({
  /** Whether Alice begins with the address that she types, and looks at her records afterwards. */
  browsing: z.boolean().default(false),
  /**
   * `usual`: all that she can; `menu`: two of the three suites and a share of one group, as the seed has it, and TLS 1.2;
   * `full`: all three, the same share, and TLS 1.2.
   */
  offer: z.enum(['usual', 'menu', 'full']).default('usual'),
  /** Whether Bob's address serves a second site, which he shows to whoever names none, and TLS 1.2 beside 1.3. */
  shared: z.boolean().default(false),
  /** Whether Alice says, before her hello leaves, what Eve will be able to read. */
  predicting: z.boolean().default(false),
});
type Setup = z.output<typeof setup>;

const readings = ['server_name', 'certificate', 'order', 'nothing'] as const;
export const browserPoints = {
  /** The address that the person types. The rule: with https, so that nothing leaves in the clear. */
  openUrl: decisionPoint<{ readonly host: string }>()(
    'client.openUrl',
    '9110 4.2',
    z.strictObject({ scheme: z.enum(['https', 'http', 'none']) }),
    () => ({ scheme: 'https' as const }),
  ),
  /** A record of one's own connection to look into. The rule: one that carries what one sent. */
  openRecord: decisionPoint<{ readonly dump: readonly Dump[]; readonly sent: Uint8Array }>()(
    'client.openRecord',
    '8446 5.2',
    pickedSchema,
    ({ dump, sent }): Picked => {
      const record = dump.findIndex(({ bytes }) => Buffer.from(bytes).includes(Buffer.from(sent)));
      return { record: Math.max(0, record), offset: 0, length: 1 };
    },
  ),
  /** What whoever listens will have read at the end. The rule: the hello is in the clear, and all that matters is not. */
  predictReading: decisionPoint<object>()(
    'observer.predictReading',
    '8446 5.2',
    z.strictObject({ item: z.enum(readings) }),
    () => ({ item: 'server_name' as const }),
  ),
};

/** The words of a menu. */
export const menuWords = [
  'suite-one',
  'suite-one-label',
  'suite-two',
  'suite-two-label',
  'suite-missing',
  'suite-missing-label',
  'group-shared',
  'group-shared-label',
  'group-listed',
  'group-listed-label',
] as const;
const wordNames = ['host', 'other-host', 'item', ...menuWords] as const;

export const tls13Exchange: Scenario<Setup> = {
  name: 'tls13-exchange',
  setup,
  points: [
    ...Object.values(browserPoints),
    ...Object.values(clientPoints),
    ...Object.values(serverPoints),
    server12Points.downgradeMarker,
    server12Points.extendedMasterSecret,
    server12Points.selectGroup,
  ],
  words: wordNames,
  vocabulary: {
    delivered: [['order', 'bob']],
    learned: [['eve', 'order']],
    found: [
      ['alice', 'order-record'],
      ['alice', 'what-eve-reads'],
    ],
    negotiated: [['tls', '1.3']],
    aborted: [
      ['alice', 'any'],
      ['bob', 'any'],
    ],
  },
  scene(given, draw) {
    const { root, issueFor } = certificates(draw);
    const menu = menuOf(draw);
    const order = orderOf(draw);
    const otherHost = drawOne(draw, 'other site', ['bakery.example', 'books.example', 'garden.example']);
    const [own, other] = [issueFor(host), issueFor(otherHost)];
    const alicesTls = () =>
      tlsClient({
        host,
        entropy: named(draw, 'alice'),
        anchors: [root],
        ...(given.offer === 'usual'
          ? {}
          : {
              versions: [0x0304, 0x0303],
              suites: given.offer === 'menu' ? menu.suites : fullSuites,
              groups: menu.groups,
              shares: [menu.shared],
            }),
      });
    const connecting = given.predicting ? () => beforeFirstSend(alicesTls(), foretell()) : alicesTls;
    const ofBob = named(draw, 'bob');
    const shop = given.shared
      ? tlsServerOfBoth(ofBob, (name) => (name === host ? own : other))
      : tlsServer(own, { entropy: ofBob });
    const heard = [['eve', 'air']] as const;
    const wires: Wire[] = [
      {
        ends: [
          ['alice', 'port 80'],
          ['bob', 'port 80'],
        ],
        taps: heard,
        label: 'port 80',
      },
      {
        ends: [
          ['alice', 'port 443'],
          ['bob', 'port 443'],
        ],
        taps: heard,
        label: 'port 443',
      },
    ];
    return {
      cast: [alice, eve, bob],
      actors: [
        {
          name: 'alice',
          protocol: given.browsing
            ? browse(connecting, order)
            : over('port 443', stack(ask(order.request), connecting())),
        },
        { name: 'bob', protocol: together(over('port 80', site(redirect)), over('port 443', stack(site(book), shop))) },
        { name: 'eve', protocol: overhear(4, given.predicting) },
      ],
      wires,
      words: { host, 'other-host': otherHost, item: order.item, ...menu.words },
      facts: (events) => facts(events, order.secret, own.chain[0] ?? new Uint8Array(0)),
    };
  },
};

/** What the player foretells, asked when the first bytes are about to leave. */
function* foretell(): Protocol<void> {
  const { item } = yield* decide(browserPoints.predictReading, {});
  yield* tell({ what: 'acted', action: 'predicted', bytes: Buffer.from(item) });
}

function* browse(connecting: () => Protocol<unknown>, order: Order): Protocol<void> {
  const { scheme } = yield* decide(browserPoints.openUrl, { host });
  if (scheme === 'http') {
    yield* over('port 80', ask(order.request));
    return;
  }
  if (scheme === 'none') yield* over('port 80', ask(httpRequest('GET', '/', { Host: host })));
  const records: ToldRecord[] = [];
  const { app } = yield* over(
    'port 443',
    remembering(stack(ask(order.request), connecting()), (told) => {
      if (told.what === 'record') records.push(told);
    }),
  );
  if (!app) return;
  const dump = records.map(dumpOf);
  const { record } = yield* decide(browserPoints.openRecord, { dump, sent: order.secret });
  const opened = dump[record];
  if (opened) yield* tell({ what: 'acted', action: 'opened', bytes: opened.bytes });
}

/** A record as its owner sees it: opened where it was sealed. */
const dumpOf = (record: ToldRecord): Dump => ({
  name: record.name,
  bytes: record.inner?.bytes ?? record.wire,
  fields: record.inner?.fields ?? record.fields,
  wire: record.wire,
  direction: record.direction,
});

/** What Bob does on port 80: he sends everybody to https. */
// biome-ignore lint/correctness/useYield: it asks nobody
function* redirect(): Protocol<HttpMessage> {
  return httpResponse('301 Moved Permanently', { Location: `https://${host}/` });
}

export function orderOf(draw: Entropy): Order {
  const item = drawOne(draw, 'item', ['star map', 'sea chart', 'trail map', 'city map', 'treasure map']);
  const street = drawOne(draw, 'street', ['Mill Lane', 'Harbour Road', 'Castle Street', 'Old Bridge Walk']);
  const note = `For ${drawOne(draw, 'name', ['Noor', 'Emil', 'Ines', 'Kofi'])}, ${1 + drawNumber(draw, 'house', 99)} ${street}. Code ${1000 + drawNumber(draw, 'code', 9000)}.`;
  const body = `item=${formEncode(item)}&note=${formEncode(note)}`;
  return orderWith(item, body);
}

/** All that she can, and the suite of TLS 1.2 that fits Bob's Ed25519 key (RFC 8422 5.10). */
export const fullSuites: readonly number[] = [...supportedSuites, suites.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256];

/** What Alice offers where the seed decides: two suites of three, two groups, a share of one. */
export function menuOf(draw: Entropy) {
  const [one = 0, two = 0, missing = 0] = shuffle(draw, 'suites', supportedSuites);
  const [shared = 0, listed = 0] = shuffle(draw, 'groups', supportedGroups);
  return {
    suites: [one, two, suites.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256],
    groups: [shared, listed],
    shared,
    words: {
      'suite-one': suiteName(one),
      'suite-one-label': suiteLabel(one),
      'suite-two': suiteName(two),
      'suite-two-label': suiteLabel(two),
      'suite-missing': suiteName(missing),
      'suite-missing-label': suiteLabel(missing),
      'group-shared': groupName(shared),
      'group-shared-label': groupLabel(shared),
      'group-listed': groupName(listed),
      'group-listed-label': groupLabel(listed),
    },
  };
}
/** `1301 AES-128-GCM-SHA256`. */
const suiteLabel = (suite: number) =>
  `${suite.toString(16)} ${suiteName(suite).replace('TLS_', '').replaceAll('_', '-')}`;
const groupLabel = (group: number) => (groupName(group) === 'secp256r1' ? 'P-256' : groupName(group));

function facts(events: readonly Event[], order: Uint8Array, certificate: Uint8Array): Fact[] {
  const opened = events.some(
    (event) =>
      event.what === 'acted' && event.by === 'alice' && event.action === 'opened' && contains([event.bytes], order),
  );
  const predicted = events.find((event) => event.what === 'acted' && event.action === 'predicted');
  const foreseen =
    predicted?.what === 'acted' && isRead(Buffer.from(predicted.bytes).toString(), events, { order, certificate });
  return [
    ...delivered(events, 'bob', 'order', order),
    ...learned('eve', events, { order }),
    ...(opened ? [{ kind: 'found', who: 'alice', what: 'order-record' } as const] : []),
    ...(foreseen ? [{ kind: 'found', who: 'alice', what: 'what-eve-reads' } as const] : []),
    ...negotiatedFacts(events),
    ...protocolFacts(events),
  ];
}

/** Whether Eve holds what was named; that she holds nothing is known when both ends have said their last. */
function isRead(item: string, events: readonly Event[], secrets: Readonly<Record<string, Uint8Array>>): boolean {
  const held = holds('eve', events);
  const all: Readonly<Record<string, Uint8Array>> = { ...secrets, server_name: Buffer.from(host) };
  if (item in all) return contains(held, all[item] as Uint8Array);
  const ended = events.filter((event) => event.what === 'closed' && event.label === 'port 443').length === 2;
  return ended && !Object.values(all).some((secret) => contains(held, secret));
}
