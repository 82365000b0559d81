// A peer that holds the keys and breaks the rules inside them: what it changes is sealed well, so it reaches every state.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentTypes } from '../../src/tls/registry.ts';
import { insider, type Item, type Side } from './insider.ts';
import { alertsFrom, dataTo, question, reply } from './pair.ts';
import { findAll, hex } from './world.ts';

const { itemsOf, against } = insider();
const careless: Readonly<Record<string, unknown>> = {
  'client.acceptChain': { require: [] },
  'client.onCertificateVerify': { require: 'nothing' },
  'client.onFinished': { require: 'nothing' },
  'server.onFinished': { require: 'nothing' },
};

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
      return fits && joined.length + (item.padding ?? 0) <= 2 ** 14 ? instead(2, { ...item, content: joined }) : items;
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
        const events = against(side, all(items, changes), { answers: careless });
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
