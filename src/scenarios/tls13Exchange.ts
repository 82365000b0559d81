// Alice orders at Bob's shop over TLS 1.3 while Eve listens: the exchange in which nothing goes wrong but by choice.
import { z } from 'zod';
import { clientPoints } from '../tls/client.ts';
import { decide, decisionPoint, over, type Protocol, receive, stack, tell, type ToldRecord } from '../tls/effects.ts';
import { drawNumber, drawOne, type Entropy, named, shuffle } from '../tls/entropy.ts';
import { groupName, suiteName, suites } from '../tls/registry.ts';
import { supportedGroups } from '../tls/groups.ts';
import { serverPoints } from '../tls/server.ts';
import { supportedSuites } from '../tls/suites.ts';
import { remembering, together } from './actors.ts';
import { contains, delivered, learned, negotiatedFacts, protocolFacts } from './facts.ts';
import {
  ask,
  describeHttp,
  formEncode,
  formType,
  type HttpMessage,
  httpRequest,
  httpResponse,
  parseHttp,
  site,
} from './http.ts';
import type { Event, Wire } from './network.ts';
import { alice, bob, certificates, eve, tlsClient, tlsServer } from './people.ts';
import { type Dump, type Fact, pickedSchema, type Picked, type Scenario } from './scenario.ts';

const host = 'shop.example';

const setup = z.strictObject({
  /** Whether Alice begins with the address that she types, and looks at her records afterwards. */
  browsing: z.boolean().default(false),
  /** `usual`: all that she can; `menu`: two of the three suites and a share of one group, as the seed has it, and TLS 1.2. */
  offer: z.enum(['usual', 'menu']).default('usual'),
});
type Setup = z.output<typeof setup>;

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
};

const wordNames = [
  'host',
  'item',
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

export const tls13Exchange: Scenario<Setup> = {
  name: 'tls13-exchange',
  setup,
  points: [...Object.values(browserPoints), ...Object.values(clientPoints), ...Object.values(serverPoints)],
  words: wordNames,
  vocabulary: {
    delivered: [['order', 'bob']],
    learned: [['eve', 'order']],
    found: [['alice', 'order-record']],
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
    const connecting = () =>
      tlsClient({
        host,
        entropy: named(draw, 'alice'),
        anchors: [root],
        ...(given.offer === 'menu'
          ? {
              versions: [0x0304, 0x0303],
              suites: [...menu.offered, suites.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256],
              groups: menu.groups,
              shares: [menu.shared],
            }
          : {}),
      });
    const shop = tlsServer(issueFor(host), { entropy: named(draw, 'bob') });
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
        { name: 'eve', protocol: overhear(4) },
      ],
      wires,
      words: { host, item: order.item, ...menu.words },
      facts: (events) => facts(events, order.secret),
    };
  },
};

/** Keeps all that passes, and notes what she can read; until so many streams have ended. */
function* overhear(streams: number): Protocol<void> {
  yield* tell({ what: 'kept', label: 'everything' });
  for (let open = streams; open; ) {
    const heard = yield* receive('air');
    if ('end' in heard) {
      open--;
      continue;
    }
    const http = describeHttp(heard.bytes);
    if (http)
      yield* tell({
        what: 'note',
        text: `I read ${http.name}. ${parseHttp(heard.bytes).body || 'There is no more in it.'}`,
      });
    else if (heard.bytes[0] === 23)
      yield* tell({ what: 'note', text: `${heard.bytes.length} sealed bytes. I cannot read them.` });
  }
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

function* book(request: Uint8Array): Protocol<HttpMessage> {
  const { start, body } = parseHttp(request);
  if (!start.startsWith('POST /order ')) return httpResponse('404 Not Found', {}, 'No such page.\n');
  yield* tell({ what: 'acted', action: 'order', bytes: Buffer.from(body, 'latin1') });
  return httpResponse('200 OK', { 'Content-Type': 'text/plain' }, 'Thank you. Your order is booked.\n');
}

interface Order {
  readonly item: string;
  readonly request: HttpMessage;
  readonly secret: Uint8Array;
}
function orderOf(draw: Entropy): Order {
  const item = drawOne(draw, 'item', ['star map', 'sea chart', 'trail map', 'city map', 'treasure map']);
  const street = drawOne(draw, 'street', ['Mill Lane', 'Harbour Road', 'Castle Street', 'Old Bridge Walk']);
  const note = `For ${drawOne(draw, 'name', ['Noor', 'Emil', 'Ines', 'Kofi'])}, ${1 + drawNumber(draw, 'house', 99)} ${street}. Code ${1000 + drawNumber(draw, 'code', 9000)}.`;
  const body = `item=${formEncode(item)}&note=${formEncode(note)}`;
  return {
    item,
    secret: Buffer.from(body),
    request: httpRequest(
      'POST',
      '/order',
      { Host: host, 'Content-Type': formType, 'Content-Length': String(body.length) },
      body,
    ),
  };
}

/** What Alice offers where the seed decides: two suites of three, two groups, a share of one. */
function menuOf(draw: Entropy) {
  const [one = 0, two = 0, missing = 0] = shuffle(draw, 'suites', supportedSuites);
  const [shared = 0, listed = 0] = shuffle(draw, 'groups', supportedGroups);
  return {
    offered: [one, two],
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

function facts(events: readonly Event[], order: Uint8Array): Fact[] {
  const opened = events.some(
    (event) =>
      event.what === 'acted' && event.by === 'alice' && event.action === 'opened' && contains([event.bytes], order),
  );
  return [
    ...delivered(events, 'bob', 'order', order),
    ...learned('eve', events, { order }),
    ...(opened ? [{ kind: 'found', who: 'alice', what: 'order-record' } as const] : []),
    ...negotiatedFacts(events),
    ...protocolFacts(events),
  ];
}
