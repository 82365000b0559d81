// The rules of RFC 8446 that hold for both ends alike: records, the order of messages, Finished, KeyUpdate, alerts.
import { describe, expect, it } from 'vitest';
import { decodeFinished, encodeFinished } from '../../src/tls/messages/finished.ts';
import { contentTypes, handshakeTypes } from '../../src/tls/registry.ts';
import { alertsFrom } from './pair.ts';
import {
  answerTo,
  goingOn,
  inFrontOf,
  longer,
  otherwise,
  plainBefore,
  type Rule,
  raw,
  spoilt,
  usual,
} from './refusals.ts';
import { findAll } from './world.ts';

const { handshake, alert, application_data, change_cipher_spec } = contentTypes;
const [helloOfClient] = usual.itemsOf('client').map(({ content }) => content);

/** What both ends hold each other to, given where the first sealed record of the peer stands, and its Finished. */
const rulesForBoth = (sealedFrom: number, finished: number): readonly Rule[] => {
  const after = finished + 1;
  const update = (request: number) => raw(handshakeTypes.key_update, Buffer.of(request));
  return [
    [
      'sends a Finished as long as the hash (4.4.4)',
      (items) => otherwise(items, { [finished]: { content: shorter(items[finished]?.content ?? Buffer.of()) } }),
      'decode_error',
    ],
    ['updates no keys before its Finished (4.6.3)', inFrontOf(finished, handshake, update(0)), 'unexpected_message'],
    ['asks for new keys with 0 or 1 (4.6.3)', inFrontOf(after, handshake, update(2)), 'illegal_parameter'],
    ['says the right Finished (4.4.4)', spoilt(finished), 'decrypt_error'],
    [
      'does not change ciphers behind its Finished (5)',
      plainBefore(after, change_cipher_spec, Buffer.of(1)),
      'unexpected_message',
    ],
    [
      'seals no change_cipher_spec behind its Finished (5)',
      inFrontOf(after, change_cipher_spec, Buffer.of(1)),
      'unexpected_message',
    ],
    ['sends records of a type that there is (5)', plainBefore(0, 24, Buffer.of(1, 0, 0)), 'unexpected_message'],
    [
      'puts something into a record (5.4)',
      (items) => otherwise(inFrontOf(after, 0, Buffer.of())(items), { [after]: { padding: 9 } }),
      'unexpected_message',
    ],
    ['changes ciphers with a 1 (5)', plainBefore(sealedFrom, change_cipher_spec, Buffer.of(2)), 'unexpected_message'],
    [
      'changes ciphers with one byte (5)',
      plainBefore(sealedFrom, change_cipher_spec, Buffer.of(1, 1)),
      'unexpected_message',
    ],
    [
      'seals no change_cipher_spec in the handshake (5)',
      inFrontOf(finished, change_cipher_spec, Buffer.of(1)),
      'unexpected_message',
    ],
    ['seals content of a type that there is (5)', inFrontOf(after, 99, Buffer.of(1)), 'unexpected_message'],
    [
      'sends no data before its Finished (2)',
      inFrontOf(finished, application_data, Buffer.of(1)),
      'unexpected_message',
    ],
    ['ends the record of its Finished with it (5.1)', goingOn(finished, Buffer.of(4, 0)), 'unexpected_message'],
    [
      'ends the record of a KeyUpdate with it (5.1)',
      inFrontOf(after, handshake, Buffer.concat([update(0), Buffer.of(4)])),
      'unexpected_message',
    ],
    ['seals no empty piece of a message (5.4)', inFrontOf(after, handshake, Buffer.of()), 'unexpected_message'],
    ['seals no empty alert (5.4)', inFrontOf(after, alert, Buffer.of()), 'unexpected_message'],
    ['sends alerts of two bytes (6)', inFrontOf(after, alert, Buffer.of(1)), 'decode_error'],
    ['sends one alert in a record (5.1)', inFrontOf(after, alert, Buffer.of(1, 90, 1, 0)), 'decode_error'],
    [
      'puts 2^14 bytes at most into a record (5.1)',
      plainBefore(0, handshake, Buffer.alloc(2 ** 14 + 1)),
      'record_overflow',
    ],
    [
      'seals 2^14 bytes at most in a record (5.4)',
      inFrontOf(after, application_data, Buffer.alloc(2 ** 14 + 1)),
      'record_overflow',
    ],
    [
      'makes no sealed record longer than 2^14 + 256 bytes (5.2)',
      plainBefore(after, application_data, Buffer.alloc(2 ** 14 + 257)),
      'record_overflow',
    ],
    ['seals what it sends (5.2)', plainBefore(after, application_data, Buffer.alloc(40)), 'bad_record_mac'],
    [
      'sends no hello after the handshake (4.1.2)',
      inFrontOf(after, handshake, helloOfClient as Uint8Array),
      'unexpected_message',
    ],
    ['ends the record of its hello with it (5.1)', goingOn(0, Buffer.of(0)), 'unexpected_message'],
    [
      'sends nothing behind what its message says (6)',
      (items) => otherwise(items, { 0: { content: longer(items[0]?.content ?? Buffer.of()) } }),
      'decode_error',
    ],
    ['sends no message that there is not (4)', inFrontOf(finished, handshake, raw(99)), 'unexpected_message'],
  ];
};

/** A Finished with a byte less. */
const shorter = (content: Uint8Array) =>
  encodeFinished({ verifyData: decodeFinished(content).verifyData.subarray(1) }).bytes;

describe.each([
  ['client', 4],
  ['server', 1],
] as const)('a %s wants a peer that', (side, finished) => {
  it.each(rulesForBoth(1, finished))('%s', (_rule, change, expected) => {
    expect(alertsFrom(answerTo(side, usual, change), side)).toEqual([expected]);
  });
});

describe.each(['client', 'server'] as const)('alerts to the %s', (side) => {
  const finished = side === 'client' ? 4 : 1;
  const end = findAll(
    answerTo(side, usual, (items) => items),
    side,
    'record',
  ).length;
  it.each([
    ['an error of the handshake', finished, [2, 40]],
    ['an error that says it is a warning (6)', finished, [1, 40]],
    ['one in the middle of the talk that says so (6)', finished + 1, [1, 20]],
    ['an error in the middle of the talk', finished + 1, [2, 80]],
    ['one that no registry names, which counts as an error (6)', finished + 1, [1, 250]],
    ['one that no registry names, in the handshake', finished, [2, 251]],
    ['close_notify in the handshake', finished, [1, 0]],
  ])('end it without another: %s', (_what, place, content) => {
    const events = answerTo(side, usual, inFrontOf(place, alert, Buffer.from(content)));
    expect(alertsFrom(events, side)).toEqual([]);
    expect(findAll(events, side, 'record').length).toBeLessThan(end);
  });
  it('user_canceled and then close_notify ends it in peace (6.1)', () => {
    const events = answerTo(side, usual, inFrontOf(finished + 1, alert, Buffer.of(1, 90)));
    expect(alertsFrom(events, side)).toEqual(['close_notify']);
  });
});
