// A peer that holds the keys and breaks the rules inside them: what it changes is sealed well, so it reaches every state.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentTypes } from '../../src/tls/registry.ts';
import { changedBy, regrouping, spoiling } from './changes.ts';
import { type Item, insider, type Side } from './insider.ts';
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

describe.each([
  ['client', 'server', reply],
  ['server', 'client', question],
] as const)('the %s', (side, peer, data) => {
  const items = itemsOf(peer);

  it('takes the same words in any records', () => {
    expect(items.length).toBeGreaterThanOrEqual(side === 'client' ? 8 : 4);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(60), regrouping), { maxLength: 8 }), (changes) => {
        const events = against(side, changedBy(items, changes));
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
          const spoilt = changedBy(items, changes);
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
        const events = against(side, changedBy(items, changes), { answers: careless });
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
