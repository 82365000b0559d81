// Whatever a peer sends, an endpoint keeps little: what is too long, and what goes on without end, is refused with its alert.
import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/scenarios/network.ts';
import { connection, idleLimit } from '../../src/tls/connection.ts';
import { keepFragment, takeMessage } from '../../src/tls/handshakeMessages.ts';
import { encodeKeyUpdate } from '../../src/tls/messages/keyUpdate.ts';
import { encodeNewSessionTicket } from '../../src/tls/messages/newSessionTicket.ts';
import { contentTypes, groups, handshakeTypes, suites } from '../../src/tls/registry.ts';
import { serverPoints } from '../../src/tls/server/points.ts';
import { type Session, sealedWith } from '../../src/tls/sessions.ts';
import { encodeHelloRequest } from '../../src/tls/v12/messages/serverHelloDone.ts';
import { insider12 } from '../tls12/insider12.ts';
import { insider, type Item, listening, otherOf, type Side } from './insider.ts';
import { alertsFrom, dataTo, exchangeOf, type PairSetup, question, reply } from './pair.ts';
import { findAll } from './world.ts';

const { alert, application_data, change_cipher_spec, handshake } = contentTypes;
const nothing = Buffer.of();
const usual = insider();
const older = insider12({ suite: suites.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 });

/** One end and somebody who says `count` of these in front of the item at this place. */
interface Flood {
  readonly side: Side;
  readonly place: number;
  readonly type: number;
  readonly content: Uint8Array;
  /** Without protection, whatever the place. */
  readonly plain?: boolean;
}
const flooded13 = ({ side, place, type, content, plain }: Flood, count: number): readonly Event[] => {
  const items = usual.itemsOf(otherOf(side));
  const one: Item = { key: plain ? undefined : items[place]?.key, type, content };
  return usual.against(side, [...items.slice(0, place), ...Array<Item>(count).fill(one), ...items.slice(place)], {
    application: listening,
  });
};
const flooded12 = ({ side, place, type, content }: Flood, count: number): readonly Event[] => {
  const items = older.itemsOf(otherOf(side));
  const one = { type, content, sealed: items[place]?.sealed ?? false };
  return older.against(side, [...items.slice(0, place), ...Array(count).fill(one), ...items.slice(place)]);
};
const ticket = encodeNewSessionTicket({
  lifetime: 9,
  ageAdd: 1,
  nonce: nothing,
  ticket: Buffer.of(1),
  extensions: [],
}).bytes;
const warning = Buffer.of(1, 100);
const hello12 = older.itemsOf('client')[0]?.content ?? nothing;

const floods: readonly (readonly [what: string, with13: boolean, flood: Flood])[] = [
  ['empty records', true, { side: 'client', place: 5, type: application_data, content: nothing }],
  ['empty records', true, { side: 'server', place: 2, type: application_data, content: nothing }],
  [
    'change_cipher_spec',
    true,
    { side: 'client', place: 1, type: change_cipher_spec, content: Buffer.of(1), plain: true },
  ],
  [
    'change_cipher_spec',
    true,
    { side: 'server', place: 1, type: change_cipher_spec, content: Buffer.of(1), plain: true },
  ],
  ['tickets', true, { side: 'client', place: 5, type: handshake, content: ticket }],
  ['warnings', true, { side: 'client', place: 5, type: alert, content: warning }],
  ['warnings', true, { side: 'server', place: 2, type: alert, content: warning }],
  ['empty records', false, { side: 'client', place: 6, type: application_data, content: nothing }],
  ['empty records', false, { side: 'server', place: 4, type: application_data, content: nothing }],
  ['warnings', false, { side: 'client', place: 6, type: alert, content: warning }],
  ['warnings', false, { side: 'server', place: 4, type: alert, content: warning }],
  [
    'HelloRequests in the handshake',
    false,
    { side: 'client', place: 1, type: handshake, content: encodeHelloRequest().bytes },
  ],
  ['HelloRequests', false, { side: 'client', place: 6, type: handshake, content: encodeHelloRequest().bytes }],
  ['ClientHellos', false, { side: 'server', place: 4, type: handshake, content: hello12 }],
];

describe('without end', () => {
  it.each(floods.map(([what, with13, flood]) => [with13 ? 'TLS 1.3' : 'TLS 1.2', flood.side, what, flood] as const))(
    '%s: the %s takes some %s in a row, and refuses more',
    (version, side, _what, flood) => {
      const flooded = version === 'TLS 1.3' ? flooded13 : flooded12;
      const some = flooded(flood, idleLimit);
      expect(alertsFrom(some, side).filter((name) => name !== 'no_renegotiation')).toEqual(['close_notify']);
      expect(dataTo(some, side)).toBe(side === 'client' ? reply : question);
      const more = flooded(flood, idleLimit + 1);
      expect(alertsFrom(more, side).at(-1)).toBe('unexpected_message');
      expect(findAll(more, side, 'agreed').length).toBeLessThanOrEqual(1);
      // It does not read on to the end of the flood.
      const taken = (count: number) => findAll(flooded(flood, count), side, 'arrived').length;
      expect(taken(200)).toBe(taken(idleLimit + 1));
    },
  );
  it.each(['client', 'server'] as const)('TLS 1.3: the %s takes some KeyUpdates in a row, and refuses more', (side) => {
    const place = side === 'client' ? 5 : 2;
    const items = usual.itemsOf(otherOf(side));
    const updates = (count: number) =>
      usual.against(
        side,
        [
          ...items.slice(0, place),
          ...Array.from({ length: count }, () => ({
            ...(items[place] as Item),
            type: handshake,
            content: encodeKeyUpdate({ requested: false }).bytes,
          })),
          ...items.slice(place),
        ],
        { application: listening },
      );
    expect(alertsFrom(updates(idleLimit), side)).toEqual(['close_notify']);
    expect(dataTo(updates(idleLimit), side)).toBe(side === 'client' ? reply : question);
    expect(alertsFrom(updates(idleLimit + 1), side)).toEqual(['unexpected_message']);
  });
  it('data between them begins the count anew', () => {
    const items = usual.itemsOf('server');
    const empty = { ...(items[5] as Item), content: nothing };
    const mixed = Array.from({ length: 4 }, () => [
      ...Array<Item>(idleLimit - 1).fill(empty),
      { ...empty, content: Buffer.from('x') },
    ]).flat();
    const events = usual.against('client', [...items.slice(0, 5), ...mixed, ...items.slice(5)], {
      application: listening,
    });
    expect(alertsFrom(events, 'client')).toEqual(['close_notify']);
    expect(dataTo(events, 'client')).toBe(`xxxx${reply}`);
  });
});

describe('before there are keys, a record of data that is empty', () => {
  it.each([0, 1])('is no early data that was refused, at place %i of what the client says', (place) => {
    const retry = insider({ server: { groups: [groups.secp256r1] } });
    const items = retry.itemsOf('client');
    const empty: Item = { key: undefined, type: application_data, content: nothing };
    const events = retry.against('server', [...items.slice(0, place), empty, ...items.slice(place)], {
      application: listening,
    });
    expect(alertsFrom(events, 'server')).toEqual(['unexpected_message']);
  });
});

describe('early data that was refused is passed over', () => {
  const key = Buffer.alloc(32, 7);
  const tickets = { ...sealedWith(key), now: () => 0, maxEarlyData: 1000, seen: () => false };
  const kept: Session[] = [];
  exchangeOf({ client: { keepSession: (one) => void kept.push(one), now: () => 0 }, server: { tickets } });
  const sending = (length: number, server: PairSetup['server'] = {}): PairSetup => ({
    client: {
      session: { ...(kept[0] as Session), maxEarlyData: 10_000 },
      now: () => 0,
      earlyData: Buffer.alloc(length, 65),
    },
    server: { tickets, ...server },
    answers: { 'server.acceptEarlyData': { accept: 'never' } },
  });
  it.each([
    ['by a server that does not want it', {}],
    ['by one that asks for another share', { groups: [groups.secp256r1] }],
  ])('to the last byte that is allowed, and no further: %s', (_who, server) => {
    expect(alertsFrom(exchangeOf(sending(1000, server)), 'server')).toEqual(['close_notify']);
    expect(alertsFrom(exchangeOf(sending(1001, server)), 'server')).not.toContain('close_notify');
  });
});

describe.each(['client', 'server'] as const)('the %s', (side) => {
  const long = (type: number, length: number) => Buffer.of(type, 3, 3, length >> 8, length & 255);
  it.each([
    ['TLS 1.3', 'plain', 0, 22, 2 ** 14 + 1],
    ['TLS 1.3', 'sealed', 1, 23, 2 ** 14 + 257],
    ['TLS 1.2', 'plain', 0, 22, 2 ** 14 + 2049],
    ['TLS 1.2', 'sealed', 6, 23, 2 ** 14 + 2049],
  ] as const)('of %s does not wait for a %s record that is too long', (version, _how, place, type, length) => {
    const at = version === 'TLS 1.2' && side === 'server' ? Math.min(place, 4) : place;
    const peer = otherOf(side);
    const events =
      version === 'TLS 1.3'
        ? usual.hears(side, [...usual.seal(peer, usual.itemsOf(peer).slice(0, at)), long(type, length)], {
            application: listening,
          })
        : older.hears(side, [...older.seal(peer, older.itemsOf(peer).slice(0, at)), long(type, length)]);
    expect(alertsFrom(events, side)).toEqual(['record_overflow']);
  });
  it('does not wait for a message that is longer than any', () => {
    const place = side === 'client' ? 2 : 1;
    const items = usual.itemsOf(otherOf(side));
    const begun = { ...(items[place] as Item), content: Buffer.of(handshakeTypes.certificate, 4, 0, 1) };
    const events = usual.against(side, [...items.slice(0, place), begun], { application: listening });
    expect(alertsFrom(events, side)).toEqual(['decode_error']);
  });
});

it('a message that comes byte by byte is moved a few times, not for each byte', () => {
  const c = connection({ side: 'server', onRecord: serverPoints.onRecord });
  const message = Buffer.alloc(2 ** 16, 7);
  message.set([handshakeTypes.certificate, 0, 0xff, 0xfc]);
  const rooms = new Set<unknown>();
  let early = 0;
  for (const byte of message) {
    if (takeMessage(c)) early++;
    keepFragment(c, Uint8Array.of(byte));
    rooms.add(c.room.buffer);
  }
  expect(early).toBe(0);
  expect(rooms.size).toBeLessThan(20);
  expect(c.room.length).toBeLessThanOrEqual(2 * message.length);
  expect(Buffer.from(takeMessage(c) ?? nothing).equals(message)).toBe(true);
  expect(c.fragments).toHaveLength(0);
});
