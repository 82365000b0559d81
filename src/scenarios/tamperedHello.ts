// Alice orders over a line on which Mallory overwrites a suite in her ClientHello: in TLS 1.2 Finished tells, in TLS 1.3 the
// keys do. At home the line is clean.
import * as z from 'zod';
import { client, clientPoints } from '../tls/client.ts';
import { close, decide, decisionPoint, over, type Protocol, stack, tell } from '../tls/effects.ts';
import { drawNumber, drawOne, type Entropy, named } from '../tls/entropy.ts';
import { contentTypes, handshakeTypes, suiteName, suites } from '../tls/registry.ts';
import { serverPoints } from '../tls/server.ts';
import { supportedSuites } from '../tls/suites.ts';
import { client12 } from '../tls/v12/client.ts';
import { identity12 } from '../tls/v12/identity12.ts';
import { client12Points, server12Points } from '../tls/v12/points12.ts';
import { server12 } from '../tls/v12/server.ts';
import { answering, passOn, together } from './actors.ts';
import { delivered, learned, protocolFacts } from './facts.ts';
import { ask, describeHttp, formEncode, type HttpMessage, parseHttp, site } from './http.ts';
import type { Event, Wire } from './network.ts';
import { bookAny, orderWith } from './orders.ts';
import { alice, bob, browserJudge, certificates, mallory, tlsServer } from './people.ts';
import type { Fact, Scenario } from './scenario.ts';

const host = 'shop.example';

const setup = z.strictObject({
  /** What the order is called: each act has one of its own. */
  order: z.enum(['order-1', 'order-2']),
  /** What Alice and Bob speak. In 1.3 she says beforehand what will show the edit. */
  version: z.enum(['1.2', '1.3']),
});
type Setup = z.output<typeof setup>;

const alarms = ['record', 'CertificateVerify', 'Finished'] as const;
type Alarm = (typeof alarms)[number];
const predictAlarm = decisionPoint<object>()(
  'observer.predictAlarm',
  '8446 7.1',
  z.strictObject({ event: z.enum(alarms) }),
  () => ({ event: 'record' as const }),
);

export const tamperedHello: Scenario<Setup> = {
  name: 'tampered-hello',
  setup,
  points: [
    predictAlarm,
    ...Object.values(client12Points),
    clientPoints.onCertificateVerify,
    clientPoints.onRecord,
    ...Object.values(server12Points),
    ...[serverPoints.selectVersion, serverPoints.selectShare, serverPoints.onRecord],
  ],
  words: ['host', 'item', 'good', 'good-label', 'good-number', 'edit'],
  vocabulary: {
    delivered: [
      ['order-1', 'bob'],
      ['order-2', 'bob'],
    ],
    learned: [
      ['mallory', 'order-1'],
      ['mallory', 'order-2'],
    ],
    detected: [['alice', 'Finished']],
    found: [['alice', 'what-shows-it']],
    aborted: [
      ['alice', 'any'],
      ['alice', 'decrypt_error'],
      ['alice', 'bad_record_mac'],
      ['bob', 'any'],
      ['bob', 'handshake_failure'],
      ['bob', 'decrypt_error'],
      ['bob', 'bad_record_mac'],
    ],
  },
  scene(given, draw) {
    const { root, issueFor } = certificates(draw);
    const order = orderOf(draw, given.order);
    const good = drawOne(draw, 'good suite', [
      suites.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
      suites.TLS_RSA_WITH_AES_128_GCM_SHA256,
    ]);
    const edit = drawOne(draw, 'edit', [0x0a0a, 0x3a3a, 0x7a7a, 0xdada]);
    const old = given.version === '1.2';
    const issued = issueFor(host, old ? 'rsa' : 'ed25519');
    const run = named(draw, given.order);
    const offered = old ? [good, suites.TLS_RSA_WITH_NULL_SHA256] : supportedSuites;
    const alicesTls = (link: string) => {
      const common = { host, entropy: named(run, `alice ${link}`), judge: browserJudge([root]), suites: offered };
      return old
        ? // With extended_master_secret the keys would hang on the hello, as they do in TLS 1.3 (RFC 7627).
          answering(client12(common), { 'client.extendedMasterSecret': { offer: false, require: false } })
        : client(common);
    };
    const bobsTls = (link: string) =>
      old
        ? server12({
            entropy: named(run, `bob ${link}`),
            identify: () => identity12(issued.chain, issued.key),
            suites: offered,
          })
        : tlsServer(issued, { entropy: named(run, `bob ${link}`) });
    return {
      cast: [alice, mallory, bob],
      actors: [
        { name: 'alice', protocol: shopOn(places(old), order.request, alicesTls, !old) },
        {
          name: 'mallory',
          protocol: together(...cafes(old).map((link) => meddle(link, { from: offered[0] ?? 0, to: edit }))),
        },
        {
          name: 'bob',
          protocol: together(...places(old).map((link) => over(link, stack(site(bookAny), bobsTls(link))))),
        },
      ],
      wires: wiresOf(old),
      words: {
        host,
        item: order.item,
        good: suiteName(good),
        'good-label': `${hex(good)} ${suiteName(good)
          .replace('TLS_', '')
          .replace(/_SHA\d+$/, '')
          .replaceAll('_', '-')}`,
        'good-number': hex(good),
        edit: hex(edit),
      },
      facts: (events) => facts(events, given.order, order.secret),
    };
  },
};
const hex = (value: number) => value.toString(16).padStart(4, '0');

/** Where Alice tries, one place after the other. */
const places = (old: boolean): readonly string[] => [...cafes(old), 'home'];
const cafes = (old: boolean): readonly string[] => (old ? ['café', 'café again'] : ['café']);

function wiresOf(old: boolean): readonly Wire[] {
  return [
    ...cafes(old).flatMap((link): Wire[] => [
      {
        ends: [
          ['alice', link],
          ['mallory', `alice ${link}`],
        ],
        label: link,
      },
      {
        ends: [
          ['mallory', `bob ${link}`],
          ['bob', link],
        ],
        label: link,
      },
    ]),
    {
      ends: [
        ['alice', 'home'],
        ['bob', 'home'],
      ],
      label: 'home',
    },
  ];
}

/** She tries until she has an answer. */
function* shopOn(
  links: readonly string[],
  request: HttpMessage,
  tls: (link: string) => Protocol<unknown>,
  predicting: boolean,
): Protocol<void> {
  if (predicting) {
    const { event } = yield* decide(predictAlarm, {});
    yield* tell({ what: 'acted', action: 'predicted', bytes: Buffer.from(event) });
  }
  let answered = false;
  for (const link of links) {
    if (answered) yield* close(link);
    else answered = (yield* over(link, stack(ask(request), tls(link)))).app !== undefined;
  }
}

interface Edit {
  readonly from: number;
  readonly to: number;
}
function* meddle(link: string, edit: Edit): Protocol<void> {
  yield* passOn(`alice ${link}`, `bob ${link}`, function* (from, bytes) {
    const http = bytes[0] === contentTypes.application_data ? describeHttp(bytes.subarray(5)) : undefined;
    if (http) yield* tell({ what: 'note', text: `In the clear: ${http.name}. ${bodyOf(http)}` });
    const edited = from.startsWith('alice') ? overwrite(bytes, edit) : undefined;
    if (!edited) return bytes;
    yield* tell({ what: 'note', text: `I wrote ${hex(edit.to)} over ${hex(edit.from)} in Alice’s hello.` });
    return edited;
  });
}
/** Without the MAC that stands behind it. */
const bodyOf = (http: HttpMessage): string => /^[\x20-\x7e]*/.exec(parseHttp(http.bytes).body)?.[0] ?? '';

/** The hello with that suite overwritten: two bytes, and no length changes. Nothing where these bytes are no hello with it. */
function overwrite(bytes: Uint8Array, { from, to }: Edit): Uint8Array | undefined {
  if (bytes[0] !== contentTypes.handshake || bytes[5] !== handshakeTypes.client_hello) return undefined;
  const afterRandom = 5 + 4 + 2 + 32;
  const begin = afterRandom + 1 + (bytes[afterRandom] ?? 0) + 2;
  const length = (bytes[begin - 2] ?? 0) * 256 + (bytes[begin - 1] ?? 0);
  for (let at = begin; at < begin + length; at += 2) {
    if ((bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0) !== from) continue;
    const copy = Uint8Array.from(bytes);
    copy.set([to >> 8, to & 255], at);
    return copy;
  }
  return undefined;
}

function orderOf(draw: Entropy, name: string) {
  const item = drawOne(draw, `${name} item`, ['opera tickets', 'train tickets', 'ferry tickets', 'concert tickets']);
  const body = `item=${formEncode(item)}&pin=${1000 + drawNumber(draw, `${name} pin`, 9000)}`;
  return orderWith(item, body);
}

function facts(events: readonly Event[], name: string, order: Uint8Array): Fact[] {
  const predicted = events.find((event) => event.what === 'acted' && event.action === 'predicted');
  const foreseen =
    predicted?.what === 'acted' && Buffer.from(predicted.bytes).toString() === firstAlarm(events.filter(byAlice));
  const noticed = events.some((event) => byAlice(event) && event.what === 'check' && isBroken(event, 'Finished'));
  return [
    ...delivered(events, 'bob', 'order', order, name),
    ...learned('mallory', events, { [name]: order }),
    ...(noticed ? [{ kind: 'detected', who: 'alice', what: 'Finished' } as const] : []),
    ...(foreseen ? [{ kind: 'found', who: 'alice', what: 'what-shows-it' } as const] : []),
    ...protocolFacts(events),
  ];
}
const byAlice = ({ by }: Event): boolean => by === 'alice';
const isBroken = (event: Extract<Event, { what: 'check' }>, name: string): boolean =>
  event.name === name && !event.holds;

/** What first told Alice that something is wrong. */
function firstAlarm(events: readonly Event[]): Alarm | undefined {
  for (const event of events) {
    if (event.what === 'alert' && event.alert === 'bad_record_mac' && event.direction === 'sent') return 'record';
    if (event.what !== 'check') continue;
    for (const name of ['CertificateVerify', 'Finished'] as const) if (isBroken(event, name)) return name;
  }
  return undefined;
}
