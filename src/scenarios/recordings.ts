// Alice orders at Bob's, and Eve keeps what passes. Later she has Bob's private key. What it opens is decided by how Alice and
// Bob agreed on a secret, long before.
import * as z from 'zod';
import type { Issued } from '../pki/authority.ts';
import { clientPoints } from '../tls/client.ts';
import { close, decide, decisionPoint, over, type Protocol, send, stack } from '../tls/effects.ts';
import { drawOne, type Entropy, named, shuffle } from '../tls/entropy.ts';
import { suiteName, suites } from '../tls/registry.ts';
import { serverPoints } from '../tls/server.ts';
import { identity12 } from '../tls/v12/identity12.ts';
import { client12Points, server12Points } from '../tls/v12/points12.ts';
import { server12 } from '../tls/v12/server.ts';
import { answering, together } from './actors.ts';
import { diskWith } from './disk.ts';
import { delivered, learned, protocolFacts } from './facts.ts';
import { ask, formRequest, site } from './http.ts';
import type { Event, Wire } from './network.ts';
import { bookAny, deliveryForm } from './orders.ts';
import { alice, bob, certificates, eve, tlsClientOfBoth, tlsServerOfBoth } from './people.ts';
import { eavesdrop, type RecordingName, recordingPoints } from './recordingsEve.ts';
import type { Fact, Scenario } from './scenario.ts';

const host = 'shop.example';

const setup = z.strictObject({
  /** `past`: three recordings, each of another kind. `patched` and `again`: one more, after Bob has changed something. */
  when: z.enum(['past', 'patched', 'again']),
});
type Setup = z.output<typeof setup>;

type Policy = 'none' | 'forward-secret' | 'long-key' | 'rotate' | 'revoke';
const keepShut = decisionPoint<{ readonly host: string }>()(
  /** What keeps later recordings shut. The rule: no suite in which the long-lived key opens anything. */
  'server.keepShut',
  '8446 E.1',
  z.strictObject({ policy: z.enum(['none', 'forward-secret', 'long-key', 'rotate', 'revoke']) }),
  (): { policy: Policy } => ({ policy: 'forward-secret' }),
);

type Kind = 'rsa' | 'ecdhe' | 'tls13';
interface Visit {
  readonly name: RecordingName;
  readonly order: string;
  readonly day: string;
  /** What it will be; Bob decides on the new one. */
  readonly kind?: Kind;
}
const orders: Readonly<Record<Kind, string>> = { rsa: 'order-1', ecdhe: 'order-2', tls13: 'order-3' };

export const recordings: Scenario<Setup> = {
  name: 'recordings',
  setup,
  points: [
    ...Object.values(recordingPoints),
    keepShut,
    ...Object.values({ ...clientPoints, ...client12Points }),
    ...Object.values({ ...serverPoints, ...server12Points }),
  ],
  words: [
    ...['rsa', 'ecdhe', 'tls13'].flatMap((kind) => [`${kind}-id`, `${kind}-day`]),
    'rsa-suite',
    ...['order-1', 'order-2', 'order-3', 'order-4', 'order-5'],
  ],
  vocabulary: {
    learned: ['order-1', 'order-2', 'order-3', 'order-4', 'order-5'].map((order) => ['eve', order] as const),
    delivered: ['order-1', 'order-2', 'order-3', 'order-4', 'order-5'].map((order) => [order, 'bob'] as const),
    found: [['eve', 'what-it-opens']],
    stalled: [['eve', 'bob.number']],
  },
  scene({ when }, draw) {
    const { root, issueFor } = certificates(draw);
    const past = pastOf(draw);
    const visits: readonly Visit[] =
      when === 'past'
        ? past
        : [{ name: 'new', order: when === 'patched' ? 'order-4' : 'order-5', day: 'A year later' }];
    const rsaSuite = drawOne(draw, 'RSA suite', [
      suites.TLS_RSA_WITH_AES_128_GCM_SHA256,
      suites.TLS_RSA_WITH_AES_128_CBC_SHA,
    ]);
    const bodyOf = (order: string) => deliveryForm(draw, order);
    const wordOf = (kind: Kind) => past.find((visit) => visit.kind === kind);
    return {
      cast: [alice, { ...eve, title: 'Eve, who records' }, { ...bob, title: host }],
      actors: [
        {
          name: 'alice',
          protocol: shopping(visits, (visit) =>
            stack(
              ask(formRequest(host, '/order', bodyOf(visit.order))),
              tlsClientOfBoth({ host, entropy: named(draw, `alice ${visit.order}`), anchors: [root] }),
            ),
          ),
        },
        {
          name: 'bob',
          protocol: bobsYears(when, visits, {
            issue: (kind, generation) => issueFor(host, kind, generation),
            entropy: (visit) => named(draw, `bob ${visit.order}`),
            rsaSuite,
          }),
        },
        {
          name: 'eve',
          protocol: eavesdrop(visits, when === 'again'),
        },
      ],
      wires: wiresOf(visits),
      words: {
        ...Object.fromEntries(
          (['rsa', 'ecdhe', 'tls13'] as const).flatMap((kind) => [
            [`${kind}-id`, wordOf(kind)?.name ?? ''],
            [`${kind}-day`, wordOf(kind)?.day ?? ''],
          ]),
        ),
        'rsa-suite': suiteName(rsaSuite),
        ...Object.fromEntries(
          ['order-1', 'order-2', 'order-3', 'order-4', 'order-5'].map((order) => [order, bodyOf(order)]),
        ),
      },
      facts: (events) =>
        facts(
          events,
          visits.map(({ order }) => [order, Buffer.from(bodyOf(order))] as const),
        ),
    };
  },
};

/** Three visits of one week, in an order of the seed's. */
function pastOf(draw: Entropy): readonly Visit[] {
  const days = drawOne(draw, 'days', [
    ['Monday', 'Tuesday', 'Friday'],
    ['Monday', 'Wednesday', 'Thursday'],
    ['Tuesday', 'Thursday', 'Saturday'],
  ]);
  const kinds = shuffle<Kind>(draw, 'kinds', ['rsa', 'ecdhe', 'tls13']);
  return (['first', 'second', 'third'] as const).map((name, index) => {
    const kind = kinds[index] ?? 'rsa';
    return { name, order: orders[kind], day: days[index] ?? '', kind };
  });
}

function wiresOf(visits: readonly Visit[]): Wire[] {
  return [
    ...visits.map(
      ({ name, day }): Wire => ({
        ends: [
          ['alice', name],
          ['bob', name],
        ],
        taps: [['eve', `air ${name}`]],
        label: `port 443, ${day}`,
      }),
    ),
    {
      ends: [
        ['bob', 'disk'],
        ['eve', 'disk'],
      ],
      label: 'an old disk, two years later',
    },
  ];
}

function* shopping(visits: readonly Visit[], visit: (one: Visit) => Protocol<unknown>): Protocol<void> {
  for (const one of visits) yield* over(one.name, visit(one));
}

interface Settings {
  readonly issue: (kind: 'rsa' | 'rsa-3072', generation: 1 | 2 | 3) => Issued;
  readonly entropy: (visit: Visit) => Entropy;
  readonly rsaSuite: number;
}
/** He serves, and in the end his disk is sold, with every key that he had. */
function* bobsYears(when: Setup['when'], visits: readonly Visit[], settings: Settings): Protocol<void> {
  const { policy } = when === 'past' ? { policy: 'none' as const } : yield* decide(keepShut, { host });
  const { own, onDisk } = keysBy(policy, settings);
  yield* together(
    ...visits.map((visit) => over(visit.name, stack(site(bookAny), serverBy(policy, visit, own, settings)))),
  );
  yield* send(diskWith(onDisk.map(({ key }) => key)), 'disk');
  yield* close('disk');
}

/** The certificate that Bob shows, and the keys that a thief finds: after a revocation there is a new one, and a rotation leaves several. */
function keysBy(policy: Policy, { issue }: Settings): { readonly own: Issued; readonly onDisk: readonly Issued[] } {
  const generation = (number: 1 | 2 | 3) => issue('rsa', number);
  switch (policy) {
    case 'none':
      return { own: generation(1), onDisk: [generation(1)] };
    case 'long-key':
      return { own: issue('rsa-3072', 1), onDisk: [issue('rsa-3072', 1)] };
    case 'rotate':
      return { own: generation(2), onDisk: [generation(1), generation(2), generation(3)] };
    case 'revoke':
    case 'forward-secret':
      return { own: generation(2), onDisk: [generation(2)] };
  }
}

function serverBy(policy: Policy, visit: Visit, own: Issued, { entropy, rsaSuite }: Settings): Protocol<unknown> {
  const draw = entropy(visit);
  const kind = visit.kind ?? (policy === 'forward-secret' ? 'tls13' : 'rsa');
  if (kind === 'tls13') return tlsServerOfBoth(draw, () => own);
  const suite = kind === 'rsa' ? rsaSuite : suites.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;
  return answering(server12({ entropy: draw, identify: () => identity12(own.chain, own.key), suites: [suite] }), older);
}
/** Software from before RFC 7627. */
const older = { 'server.extendedMasterSecret': { answer: false, require: false } };

function facts(events: readonly Event[], secrets: readonly (readonly [string, Uint8Array])[]): Fact[] {
  const foretold = events.find((event) => event.what === 'acted' && event.action === 'foretold');
  const ended = events.some((event) => event.by === 'eve' && (event.what === 'stalled' || event.what === 'record'));
  const right = foretold?.what === 'acted' && ended && Buffer.from(foretold.bytes).toString() === openedBy(events);
  return [
    ...learned('eve', events, Object.fromEntries(secrets)),
    ...secrets.flatMap(([order, bytes]) => delivered(events, 'bob', 'order', bytes, order)),
    ...(right ? [{ kind: 'found', who: 'eve', what: 'what-it-opens' } as const] : []),
    ...protocolFacts(events),
  ];
}

/** What Eve opened in the end. */
function openedBy(events: readonly Event[]): string {
  const opened = events.flatMap((event) => (event.what === 'record' && event.by === 'eve' ? [event] : []));
  if (!opened.length) return 'nothing';
  if (opened.every(({ type }) => type === 22)) return 'handshake';
  return opened.some(({ type, sealedBy }) => type === 23 && sealedBy === 'client write') ? 'all' : 'answers';
}
