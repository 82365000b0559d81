// An old browser that asks for less when a connection dies, a server that speaks TLS 1.3 and warns in TLS 1.2, and somebody between
// them who cuts connections. Next year she has the server's key.
import * as z from 'zod';
import { clientPoints } from '../tls/client.ts';
import { close, decide, decisionPoint, over, type Protocol, send, stack, tell } from '../tls/effects.ts';
import { drawNumber, drawOne, named } from '../tls/entropy.ts';
import { decodeServerHello } from '../tls/messages/serverHello.ts';
import { suiteName, suites } from '../tls/registry.ts';
import { serverPoints } from '../tls/server.ts';
import { clientOfBoth } from '../tls/v12/both.ts';
import { client12 } from '../tls/v12/client.ts';
import { client12Points, server12Points } from '../tls/v12/points12.ts';
import { answering, remembering, together } from './actors.ts';
import { diskWith } from './disk.ts';
import { delivered, learned, protocolFacts } from './facts.ts';
import { downgradePoints, meddle } from './fallbackMallory.ts';
import { ask, formRequest, type HttpMessage, site } from './http.ts';
import type { Event, Wire } from './network.ts';
import { bookAny, deliveryForm } from './orders.ts';
import { alice, bob, browserJudge, certificates, mallory, tlsServerOfBoth } from './people.ts';
import type { Fact, Scenario } from './scenario.ts';

const host = 'shop.example';
const orders = ['order-1', 'order-2', 'order-3'] as const;

const setup = z.strictObject({
  /** Which order Alice sends: each act has one of its own. */
  order: z.enum(orders),
  /** Who is on the line between her and Bob. */
  line: z.enum(['mallory', 'nobody']).default('mallory'),
});
type Setup = z.output<typeof setup>;

type Policy = 'none' | 'marker' | 'no-retry' | 'finished-twice' | 'legacy-version';
const mend = decisionPoint<{ readonly host: string }>()(
  /** What the browser looks at, or leaves off. The rule: the marker. */
  'client.mend',
  '8446 4.1.3',
  z.strictObject({ policy: z.enum(['none', 'marker', 'no-retry', 'finished-twice', 'legacy-version']) }),
  (): { policy: Policy } => ({ policy: 'marker' }),
);

export const fallback: Scenario<Setup> = {
  name: 'fallback',
  setup,
  points: [
    ...Object.values(downgradePoints),
    mend,
    ...Object.values({ ...clientPoints, ...client12Points }),
    ...Object.values({ ...serverPoints, ...server12Points }),
  ],
  words: ['suite', 'hellos', 'less', ...orders],
  vocabulary: {
    learned: orders.map((order) => ['mallory', order] as const),
    delivered: orders.map((order) => [order, 'bob'] as const),
    aborted: [
      ['alice', 'any'],
      ['alice', 'illegal_parameter'],
      ['alice', 'bad_record_mac'],
      ['alice', 'unexpected_message'],
      ['bob', 'any'],
      ['bob', 'bad_record_mac'],
      ['bob', 'decrypt_error'],
    ],
    stalled: [['mallory', 'retry']],
  },
  scene({ order, line }, draw) {
    const { root, issueFor } = certificates(draw);
    const issued = issueFor(host, 'rsa');
    const suite = drawOne(draw, 'suite', [suites.TLS_RSA_WITH_AES_128_GCM_SHA256, suites.TLS_RSA_WITH_AES_128_CBC_SHA]);
    // How often the browser says the same before it says less.
    const hellos = 1 + drawNumber(draw, 'hellos', 2);
    const connections = hellos + 1;
    const words = Object.fromEntries(orders.map((name) => [name, deliveryForm(draw, name)]));
    const body = words[order] ?? '';
    const judge = browserJudge([root]);
    const attempt = (number: number): Protocol<unknown> => {
      const common = { host, judge, entropy: named(draw, `alice ${order} ${number}`) };
      return number > hellos ? client12({ ...common, fallback: true }) : clientOfBoth(common);
    };
    return {
      cast: [
        { ...alice, title: 'an old browser' },
        ...(line === 'mallory' ? [{ ...mallory, title: 'Mallory, on the line' }] : []),
        { ...bob, title: host },
      ],
      actors: [
        { name: 'alice', protocol: browse(connections, formRequest(host, '/order', body), attempt) },
        {
          name: 'bob',
          protocol: bobsYear(
            connections,
            (number) =>
              answering(
                tlsServerOfBoth(named(draw, `bob ${order} ${number}`), () => issued, [suite]),
                older,
              ),
            diskWith([issued.key]),
            line === 'mallory',
          ),
        },
        ...(line === 'mallory' ? [{ name: 'mallory', protocol: meddle(connections, named(draw, 'mallory')) }] : []),
      ],
      wires: wiresOf(connections, line),
      words: {
        suite: suiteName(suite),
        hellos: hellos === 1 ? 'one' : 'two',
        less: hellos === 1 ? 'second' : 'third',
        ...words,
      },
      facts: (events) => facts(events, order, Buffer.from(body)),
    };
  },
};

/** Software from before RFC 7627. */
const older = { 'server.extendedMasterSecret': { answer: false, require: false } };

function wiresOf(connections: number, line: Setup['line']): Wire[] {
  const labelOf = (number: number) => (number === 1 ? 'port 443' : `port 443, connection ${number}`);
  const lines = Array.from({ length: connections }, (_, index) => index + 1).flatMap((number): Wire[] =>
    line === 'nobody'
      ? [
          {
            ends: [
              ['alice', `try ${number}`],
              ['bob', `${number}`],
            ],
            label: labelOf(number),
          },
        ]
      : [
          {
            ends: [
              ['alice', `try ${number}`],
              ['mallory', `alice ${number}`],
            ],
            label: labelOf(number),
          },
          {
            ends: [
              ['mallory', `bob ${number}`],
              ['bob', `${number}`],
            ],
            label: labelOf(number),
          },
        ],
  );
  if (line === 'nobody') return lines;
  return [
    ...lines,
    {
      ends: [
        ['bob', 'disk'],
        ['mallory', 'disk'],
      ],
      label: 'an old disk, next year',
    },
  ];
}

// ---- Alice ------------------------------------------------------------------------------------------------------

/** Where a connection dies without a word, she tries again; the last time with TLS 1.2 alone. */
function* browse(
  connections: number,
  request: HttpMessage,
  attempt: (number: number) => Protocol<unknown>,
): Protocol<void> {
  const { policy } = yield* decide(mend, { host });
  let number = 1;
  for (; number <= connections; number++) {
    const { transport } = yield* over(`try ${number}`, stack(ask(request), looking(attempt(number), policy)));
    if (policy === 'no-retry' || !diedSilently(transport)) break;
    if (number < connections) yield* tell({ what: 'note', text: 'The line went dead. I try once more.' });
  }
  for (let rest = number + 1; rest <= connections; rest++) yield* close(`try ${rest}`);
}

/** The connection was lost, and nobody said why. */
function diedSilently(outcome: unknown): boolean {
  const { ok, fault, alert } = outcome as { readonly ok: boolean; readonly fault?: string; readonly alert?: string };
  return !ok && fault === 'gone' && alert === undefined;
}

/** A browser that does not look at the marker, unless that is its patch; and what else it looks at. */
function looking(tls: Protocol<unknown>, policy: Policy): Protocol<unknown> {
  if (policy === 'marker') return tls;
  const careless = answering(tls, { 'client.onServerHello': { onMarker: 'ignore', stop: false } });
  if (policy !== 'finished-twice' && policy !== 'legacy-version') return careless;
  return noting(careless, policy);
}

/** Says what the extra look saw, once the protocol inside has ended. */
function* noting(tls: Protocol<unknown>, policy: 'finished-twice' | 'legacy-version'): Protocol<unknown> {
  const seen: { finished?: boolean; version?: number } = {};
  const result = yield* remembering(tls, (told) => {
    if (told.what === 'check' && told.name === 'Finished') seen.finished = told.holds;
    if (told.what === 'message' && told.direction === 'received' && told.name === 'ServerHello')
      seen.version = decodeServerHello(told.bytes, false).legacyVersion;
  });
  if (policy === 'finished-twice' && seen.finished !== undefined)
    yield* tell({ what: 'note', text: `I looked at Finished twice. It ${seen.finished ? 'fits' : 'does not fit'}.` });
  if (policy === 'legacy-version' && seen.version !== undefined)
    yield* tell({ what: 'check', name: 'legacy_version is 0303', holds: seen.version === 0x0303, required: true });
  return result;
}

// ---- Bob --------------------------------------------------------------------------------------------------------

/** He serves, and next year his disk is sold. */
function* bobsYear(
  connections: number,
  tls: (number: number) => Protocol<unknown>,
  disk: Uint8Array,
  sold: boolean,
): Protocol<void> {
  const numbers = Array.from({ length: connections }, (_, index) => index + 1);
  yield* together(...numbers.map((number) => over(`${number}`, stack(site(bookAny), tls(number)))));
  if (!sold) return;
  yield* send(disk, 'disk');
  yield* close('disk');
}

const facts = (events: readonly Event[], order: string, secret: Uint8Array): Fact[] => [
  ...learned('mallory', events, { [order]: secret }),
  ...delivered(events, 'bob', 'order', secret, order),
  ...protocolFacts(events),
];
