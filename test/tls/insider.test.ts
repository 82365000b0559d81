// A peer that holds the keys and breaks the rules inside them: what it changes is sealed well, so it reaches every state.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Event, run } from '../../src/scenarios/network.ts';
import { client } from '../../src/tls/client.ts';
import { close, type Protocol, receive, send, stack } from '../../src/tls/effects.ts';
import type { TrafficSecret } from '../../src/tls/keySchedule.ts';
import { plainRecord, protect, type TrafficKey, trafficKeyFrom } from '../../src/tls/record.ts';
import { contentTypes } from '../../src/tls/registry.ts';
import { server } from '../../src/tls/server.ts';
import { type Suite, suiteOf } from '../../src/tls/suites.ts';
import {
  alertsFrom,
  answering,
  asking,
  clientSetup,
  dataTo,
  exchangeOf,
  question,
  reply,
  serverSetup,
} from './pair.ts';
import { findAll, hex } from './world.ts';

type Side = 'client' | 'server';
/** What goes into one record, and under which key (none: in the clear). */
interface Item {
  readonly key: string | undefined;
  readonly type: number;
  readonly content: Uint8Array;
  readonly padding?: number;
}
const honest = exchangeOf();
const itemsOf = (side: Side): readonly Item[] =>
  findAll(honest, side, 'record').flatMap(({ direction, sealedBy, type, inner, wire }) =>
    direction === 'sent'
      ? [{ key: sealedBy, type, content: inner ? inner.bytes.subarray(0, -1) : wire.subarray(5) }]
      : [],
  );
const labels: Readonly<Record<string, string>> = {
  'client handshake': 'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
  'server handshake': 'SERVER_HANDSHAKE_TRAFFIC_SECRET',
  'client application': 'CLIENT_TRAFFIC_SECRET_0',
  'server application': 'SERVER_TRAFFIC_SECRET_0',
};

/** The items as records, each sealed under its key with the number that is due. */
function sealed(side: Side, items: readonly Item[]): readonly Uint8Array[] {
  const suite = suiteOf(findAll(honest, side, 'agreed')[0]?.suite ?? 0) as Suite;
  const keys = new Map<string, TrafficKey>(
    Object.entries(labels).map(([label, secret]) => {
      const { value } = findAll(honest, side, 'secret').find((one) => one.label === secret) ?? {};
      return [label, trafficKeyFrom(label, suite, value as TrafficSecret)];
    }),
  );
  return items.map(({ key, type, content, padding }) => {
    const traffic = key && keys.get(key);
    return traffic ? protect(traffic, type, content, padding) : plainRecord(type, 0x0303, content, false).bytes;
  });
}

function* reciting(records: readonly Uint8Array[]): Protocol<void> {
  for (const record of records) yield* send(record);
  yield* close();
  while (!('end' in (yield* receive())));
}
const careless: Readonly<Record<string, unknown>> = {
  'client.acceptChain': { require: [] },
  'client.onCertificateVerify': { require: 'nothing' },
  'client.onFinished': { require: 'nothing' },
  'server.onFinished': { require: 'nothing' },
};
const against = (
  side: Side,
  items: readonly Item[],
  answers: Readonly<Record<string, unknown>> = {},
): readonly Event[] =>
  run(
    [
      {
        name: side,
        protocol:
          side === 'client' ? stack(asking(), client(clientSetup())) : stack(answering(), server(serverSetup())),
      },
      { name: 'mallory', protocol: reciting(sealed(side === 'client' ? 'server' : 'client', items)) },
    ],
    [
      {
        ends: [
          [side, 'peer'],
          ['mallory', 'peer'],
        ],
      },
    ],
    ({ question: asked }) => ({ answer: answers[asked.point] ?? asked.reference() }),
    3_000,
  ).events;

/** All handshake bytes that are sent in order, with the key of each. */
const talkOf = (items: readonly Item[]): string =>
  items
    .flatMap(({ key, type, content }) =>
      type === contentTypes.handshake && content.length
        ? [...hex(content).matchAll(/../g)].map(([b]) => `${key}${b}`)
        : [],
    )
    .join();

/** Ways to say the same in other records. */
const regrouping = fc.oneof(
  fc.record({ kind: fc.constant('split' as const), at: fc.nat() }),
  fc.record({ kind: fc.constant('join' as const) }),
  fc.record({ kind: fc.constant('pad' as const), zeros: fc.nat(300) }),
);
/** Ways to say something else. */
const spoiling = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), bit: fc.nat(7) }),
  fc.record({ kind: fc.constant('set' as const), at: fc.nat(), byte: fc.nat(255) }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat() }),
  fc.record({ kind: fc.constant('grow' as const), more: fc.uint8Array({ minLength: 1, maxLength: 30 }) }),
  fc.record({ kind: fc.constant('type' as const), type: fc.constantFrom(0, 20, 21, 22, 23, 24) }),
  fc.record({ kind: fc.constant('drop' as const) }),
  fc.record({ kind: fc.constant('double' as const) }),
  fc.record({ kind: fc.constant('swap' as const) }),
);
type Change =
  typeof regrouping extends fc.Arbitrary<infer R>
    ? typeof spoiling extends fc.Arbitrary<infer S>
      ? R | S
      : never
    : never;

/** The items with one of them changed. */
function changed(items: readonly Item[], place: number, how: Change): readonly Item[] {
  const index = place % items.length;
  const item = items[index];
  const next = items[index + 1];
  if (!item) return items;
  const instead = (count: number, ...by: readonly Item[]) => [
    ...items.slice(0, index),
    ...by,
    ...items.slice(index + count),
  ];
  const { content } = item;
  const at = 'at' in how ? how.at % Math.max(1, content.length) : 0;
  switch (how.kind) {
    case 'split':
      // An alert stays whole (8446 5.1), and no record of a handshake may be empty.
      if (item.type === contentTypes.alert || at === 0) return items;
      return instead(1, { ...item, content: content.subarray(0, at) }, { ...item, content: content.subarray(at) });
    case 'join': {
      const fits = next && next.key === item.key && next.type === item.type && item.type !== contentTypes.alert;
      const joined = Buffer.concat([content, next?.content ?? content]);
      return fits && joined.length <= 2 ** 14 ? instead(2, { ...item, content: joined }) : items;
    }
    case 'pad':
      return item.key && content.length + how.zeros <= 2 ** 14 ? instead(1, { ...item, padding: how.zeros }) : items;
    case 'flip':
      return instead(1, { ...item, content: content.map((byte, i) => (i === at ? byte ^ (1 << how.bit) : byte)) });
    case 'set':
      return instead(1, { ...item, content: content.map((byte, i) => (i === at ? how.byte : byte)) });
    case 'cut':
      return instead(1, { ...item, content: content.subarray(0, at) });
    case 'grow':
      return content.length + how.more.length <= 2 ** 14
        ? instead(1, { ...item, content: Buffer.concat([content, how.more]) })
        : items;
    case 'type':
      return instead(1, { ...item, type: how.type });
    case 'drop':
      return instead(1);
    case 'double':
      return instead(1, item, item);
    case 'swap':
      return next ? instead(2, next, item) : items;
  }
}
const all = (items: readonly Item[], changes: readonly (readonly [number, Change])[]) =>
  changes.reduce((now, [place, how]) => changed(now, place, how), items);

describe.each([
  ['client', 'server', reply],
  ['server', 'client', question],
] as const)('the %s', (side, peer, data) => {
  const items = itemsOf(peer);

  it('takes the same words in any records', () => {
    expect(items.length).toBeGreaterThanOrEqual(side === 'client' ? 8 : 4);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(60), regrouping), { maxLength: 8 }), (changes) => {
        const events = against(side, all(items, changes));
        expect(alertsFrom(events, side)).toEqual(['close_notify']);
        expect(findAll(events, side, 'agreed')).toHaveLength(1);
        expect(dataTo(events, side)).toEqual(data);
      }),
      { numRuns: 150 },
    );
  });
  it('agrees to nothing but the handshake that was meant, and says why at most once', () => {
    const alerts = new Set<string>();
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(60), fc.oneof({ weight: 3, arbitrary: spoiling }, regrouping)), {
          minLength: 1,
          maxLength: 3,
        }),
        (changes) => {
          const spoilt = all(items, changes);
          const events = against(side, spoilt);
          const told = alertsFrom(events, side).filter((alert) => alert !== 'close_notify');
          expect(told.length).toBeLessThanOrEqual(1);
          for (const alert of told) alerts.add(alert);
          if (!talkOf(spoilt).startsWith(talkOf(items))) expect(findAll(events, side, 'agreed')).toEqual([]);
        },
      ),
      { numRuns: 700, seed: 5 },
    );
    expect([...alerts].sort()).toEqual(expect.arrayContaining([...expectedAlerts[side]]));
  });
  it('that checks nothing ends all the same', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(60), spoiling), { minLength: 1, maxLength: 3 }), (changes) => {
        const events = against(side, all(items, changes), careless);
        expect(alertsFrom(events, side).filter((alert) => alert !== 'close_notify').length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 250 },
    );
  });
});

/** What the changes above meet, if they reach every state. */
const expectedAlerts: Readonly<Record<Side, readonly string[]>> = {
  client: [
    'bad_certificate',
    'bad_record_mac',
    'decode_error',
    'decrypt_error',
    'illegal_parameter',
    'unexpected_message',
  ],
  server: ['bad_record_mac', 'decode_error', 'decrypt_error', 'illegal_parameter', 'unexpected_message'],
};
