// Hostile peers, bounded: changed, shortened, doubled and random bytes at any place of the talk end in an alert or in
// progress, never in an exception and never in a loop without an end.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Event, run } from '../../src/scenarios/network.ts';
import { client } from '../../src/tls/client.ts';
import { close, type Protocol, receive, send, stack } from '../../src/tls/effects.ts';
import { server } from '../../src/tls/server.ts';
import { alertsFrom, answering, asking, clientSetup, exchangeOf, serverSetup } from './pair.ts';
import { findAll } from './world.ts';

/** What each side sends in an honest talk, piece by piece. */
const honest = exchangeOf();
const said = (by: string) => findAll(honest, by, 'wire').map(({ bytes }) => bytes);

/** Says what it is given, piece after piece, and listens in between. */
function* reciting(pieces: readonly Uint8Array[]): Protocol<void> {
  for (const piece of pieces) {
    yield* send(piece);
  }
  yield* close();
  while (!('end' in (yield* receive())));
}

const ends = {
  client: () => stack(asking(), client(clientSetup())),
  server: () => stack(answering(), server(serverSetup())),
} as const;
type Side = keyof typeof ends;

const against = (side: Side, pieces: readonly Uint8Array[]): readonly Event[] =>
  run(
    [
      { name: side, protocol: ends[side]() },
      { name: 'mallory', protocol: reciting(pieces) },
    ],
    [
      {
        ends: [
          [side, 'peer'],
          ['mallory', 'peer'],
        ],
      },
    ],
    ({ question }) => ({ answer: question.reference() }),
    3_000,
  ).events;

const change = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), bit: fc.nat(7) }),
  fc.record({ kind: fc.constant('set' as const), at: fc.nat(), byte: fc.nat(255) }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat() }),
  fc.record({ kind: fc.constant('grow' as const), more: fc.uint8Array({ minLength: 1, maxLength: 40 }) }),
  fc.record({ kind: fc.constant('drop' as const) }),
  fc.record({ kind: fc.constant('double' as const) }),
  fc.record({ kind: fc.constant('replace' as const), by: fc.uint8Array({ maxLength: 200 }) }),
  fc.record({
    kind: fc.constant('plain' as const),
    type: fc.constantFrom(20, 21, 22, 23, 24, 0),
    body: fc.uint8Array({ maxLength: 80 }),
  }),
);
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function changed(piece: Uint8Array, how: Change): Uint8Array[] {
  const bytes = new Uint8Array(piece);
  switch (how.kind) {
    case 'flip':
      bytes[how.at % bytes.length] = (bytes[how.at % bytes.length] ?? 0) ^ (1 << how.bit);
      return [bytes];
    case 'set':
      bytes[how.at % bytes.length] = how.byte;
      return [bytes];
    case 'cut':
      return [bytes.subarray(0, how.at % bytes.length)];
    case 'grow':
      return [Buffer.concat([bytes, how.more])];
    case 'drop':
      return [];
    case 'double':
      return [bytes, bytes];
    case 'replace':
      return [how.by];
    case 'plain':
      return [bytes, Buffer.concat([Buffer.of(how.type, 3, 3, 0, how.body.length), how.body])];
  }
}

describe.each([
  ['client', 'server'],
  ['server', 'client'],
] as const)('the %s', (side, peer) => {
  const script = said(peer);
  it('completes the talk when nothing was changed', () => {
    const events = against(side, script);
    expect(findAll(events, side, 'agreed')).toHaveLength(1);
    expect(alertsFrom(events, side)).toEqual(['close_notify']);
  });
  it('ends in an alert or goes on, whatever is done to the pieces', () => {
    const outcomes = new Map<string, number>();
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(script.length - 1), change), { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        (changes, joined) => {
          const pieces = script.flatMap((piece, index) =>
            changes
              .filter(([at]) => at === index)
              .reduce((all, [, how]) => all.flatMap((one) => changed(one, how)), [piece] as Uint8Array[]),
          );
          const events = against(side, joined ? [Buffer.concat(pieces)] : pieces);
          for (const alert of alertsFrom(events, side)) outcomes.set(alert, (outcomes.get(alert) ?? 0) + 1);
          // Whoever refused says so once, and nothing behind it but the goodbye of who canceled.
          expect(alertsFrom(events, side).length).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 600, seed: 13 },
    );
    expect([...outcomes.keys()].length).toBeGreaterThan(3);
  });
  it('does not care how the bytes are cut into pieces', () => {
    const whole = Buffer.concat(script);
    const expected = findAll(against(side, script), side, 'wire').map(({ bytes }) =>
      Buffer.from(bytes).toString('hex'),
    );
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: whole.length - 1 }), { maxLength: 12 }), (cuts) => {
        const places = [0, ...[...new Set(cuts)].sort((a, b) => a - b), whole.length];
        const pieces = places.slice(1).map((end, index) => whole.subarray(places[index], end));
        const events = against(side, pieces);
        expect(findAll(events, side, 'wire').map(({ bytes }) => Buffer.from(bytes).toString('hex'))).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
  it('takes random bytes from the beginning for no TLS', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 4 }), (pieces) => {
        const events = against(side, pieces);
        expect(findAll(events, side, 'agreed')).toEqual([]);
        expect(alertsFrom(events, side).length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 200 },
    );
  });
});
