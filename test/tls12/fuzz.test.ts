// Hostile peers of TLS 1.2, bounded: changed, shortened, doubled and random bytes at any place of the talk, and changed messages
// in records that open, end in an alert or in progress; never in an exception and never in a loop without an end.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/scenarios/network.ts';
import { suites } from '../../src/tls/registry.ts';
import { otherOf } from '../tls/insider.ts';
import { alertsFrom } from '../tls/pair.ts';
import { findAll } from '../tls/world.ts';
import { insider12, talkTo } from './insider12.ts';
import { suiteTable, talk12 } from './pair12.ts';

const change = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), bit: fc.nat(7) }),
  fc.record({ kind: fc.constant('set' as const), at: fc.nat(), byte: fc.nat(255) }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat() }),
  fc.record({ kind: fc.constant('grow' as const), more: fc.uint8Array({ minLength: 1, maxLength: 40 }) }),
  fc.record({ kind: fc.constant('drop' as const) }),
  fc.record({ kind: fc.constant('double' as const) }),
  fc.record({ kind: fc.constant('replace' as const), by: fc.uint8Array({ maxLength: 200 }) }),
);
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function changed(piece: Uint8Array, how: Change): readonly Uint8Array[] {
  const bytes = new Uint8Array(piece);
  const place = 'at' in how && bytes.length ? how.at % bytes.length : 0;
  switch (how.kind) {
    case 'flip':
      bytes[place] = (bytes[place] ?? 0) ^ (1 << how.bit);
      return [bytes];
    case 'set':
      bytes[place] = how.byte;
      return [bytes];
    case 'cut':
      return [bytes.subarray(0, place)];
    case 'grow':
      return [Buffer.concat([bytes, how.more])];
    case 'drop':
      return [];
    case 'double':
      return [bytes, bytes];
    case 'replace':
      return [how.by];
  }
}
const changes = (pieces: number) => fc.array(fc.tuple(fc.nat(pieces - 1), change), { minLength: 1, maxLength: 3 });
const applied = <T>(
  items: readonly T[],
  all: readonly (readonly [number, Change])[],
  one: (item: T, how: Change) => readonly T[],
) =>
  items.flatMap((item, index) =>
    all.filter(([at]) => at === index).reduce((now, [, how]) => now.flatMap((each) => one(each, how)), [item] as T[]),
  );
/** One alert that ends it, and before it at most the warnings that there will be no other handshake. */
const endsWell = (events: readonly Event[], side: string) =>
  expect(alertsFrom(events, side).filter((name) => name !== 'no_renegotiation').length).toBeLessThanOrEqual(1);

describe.each(
  suiteTable.flatMap(([name, suite]) => (['client', 'server'] as const).map((side) => [side, name, suite] as const)),
)('the %s with %s', (side, _name, suite) => {
  const honest = talk12({ suite });
  const script = findAll(honest, otherOf(side), 'wire').map(({ bytes }) => bytes);
  it('completes the talk when nothing was changed, however it is cut', () => {
    const whole = Buffer.concat(script);
    for (const size of [whole.length, 1000, 61]) {
      const pieces = Array.from({ length: Math.ceil(whole.length / size) }, (_, i) =>
        whole.subarray(i * size, (i + 1) * size),
      );
      const events = talkTo(side, { suite }, pieces);
      expect(findAll(events, side, 'agreed')).toHaveLength(1);
    }
  });
  it('ends in an alert or goes on, whatever is done to the pieces', () => {
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(changes(script.length), fc.boolean(), (all, joined) => {
        const pieces = applied(script, all, changed);
        const events = talkTo(side, { suite }, joined ? [Buffer.concat(pieces)] : pieces);
        endsWell(events, side);
        for (const alert of alertsFrom(events, side)) outcomes.add(alert);
      }),
      { numRuns: 120, seed: 12 },
    );
    expect(outcomes.size).toBeGreaterThan(3);
  });
});

describe.each(['client', 'server'] as const)('the %s, whose peer holds the keys', (side) => {
  const talk = insider12({ suite: suites.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 });
  const items = talk.itemsOf(otherOf(side));
  it('ends in an alert or goes on, whatever is said in records that open', () => {
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(changes(items.length), fc.option(fc.nat(items.length - 1)), (all, typed) => {
        const said = applied(items, all, (item, how) =>
          changed(item.content, how).map((content) => ({ ...item, content })),
        );
        const pieces =
          typed === null ? said : said.map((item, i) => (i === typed ? { ...item, type: 20 + (typed % 5) } : item));
        const events = talk.against(
          side,
          pieces.filter(({ content }) => content.length <= 2 ** 14),
        );
        endsWell(events, side);
        for (const alert of alertsFrom(events, side)) outcomes.add(alert);
      }),
      { numRuns: 400, seed: 12 },
    );
    expect(outcomes.size).toBeGreaterThan(4);
  });
  it('takes random bytes from the beginning for no TLS', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 4 }), (pieces) => {
        const events = talkTo(side, {}, pieces);
        expect(findAll(events, side, 'agreed')).toEqual([]);
        endsWell(events, side);
      }),
      { numRuns: 100 },
    );
  });
});
