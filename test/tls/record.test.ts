// Records: sealed and opened by each suite, counted, padded, bounded.
import { createDecipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../src/tls/effects.ts';
import type { TrafficSecret } from '../../src/tls/keySchedule.ts';
import {
  contentLimit,
  innerFields,
  parseHeader,
  plainRecord,
  protect,
  sealedFields,
  type TrafficKey,
  trafficKeyFrom,
  tryUnprotect,
  unprotect,
} from '../../src/tls/record.ts';
import { contentTypes } from '../../src/tls/registry.ts';
import { type Suite, suiteOf, supportedSuites } from '../../src/tls/suites.ts';
import { hex, unhex } from './world.ts';

const allSuites = supportedSuites.map((id) => suiteOf(id) as Suite);
const keyOf = (suite: Suite, sequence = 0): TrafficKey => ({
  ...trafficKeyFrom('a', suite, new Uint8Array(suite.hashLength).fill(7) as TrafficSecret),
  sequence,
});
const alertOf = (deed: () => unknown): string | undefined => {
  try {
    deed();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.alert;
    throw error;
  }
};

describe.each(allSuites)('$cipher', (suite) => {
  it('opens what it sealed, whatever the content, type, padding and place', () => {
    const places = fc.oneof(fc.nat(3), fc.integer({ min: 2 ** 32 - 2, max: 2 ** 32 + 2 }), fc.constant(2 ** 40 + 1));
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom(21, 22, 23),
        fc.nat(40),
        places,
        (content, type, padding, place) => {
          const wire = protect(keyOf(suite, place), type, content, padding);
          expect(wire.length).toBe(5 + content.length + 1 + padding + 16);
          const opened = unprotect(keyOf(suite, place), wire);
          expect(opened.type).toBe(type);
          expect(Buffer.compare(opened.content, content)).toBe(0);
          expect(innerFields(opened, []).at(padding ? -1 : 0)?.name).toBe(padding ? 'zeros' : 'inner_content_type');
          expect(sealedFields(wire).map(({ name }) => name)).toEqual(['record_header', 'encrypted_record']);
          expect(tryUnprotect(keyOf(suite, place + 1), wire)).toBeUndefined();
        },
      ),
    );
  });
  it('seals with the number of the record, as 64 bits XOR the IV, and the header as associated data (5.2, 5.3)', () => {
    for (const place of [0, 1, 255, 2 ** 32 - 1, 2 ** 32, 2 ** 40 + 7]) {
      const { key, iv } = keyOf(suite);
      const wire = protect(keyOf(suite, place), 23, Buffer.from('content'), 3);
      const nonce = (BigInt(`0x${hex(iv)}`) ^ BigInt(place)).toString(16).padStart(24, '0');
      const opener = createDecipheriv(suite.cipher as 'aes-128-gcm', key, unhex(nonce), { authTagLength: 16 });
      opener.setAAD(unhex('170303001b'), { plaintextLength: 11 });
      opener.setAuthTag(wire.subarray(-16));
      const opened = Buffer.concat([opener.update(wire.subarray(5, -16)), opener.final()]);
      expect(opened.toString('latin1')).toBe('content\x17\0\0\0');
    }
  });
  it('refuses a record in which any one bit was changed with bad_record_mac, and counts it not', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(), fc.nat(7), (content, at, bit) => {
        const wire = protect(keyOf(suite), 23, content);
        wire[at % wire.length] = (wire[at % wire.length] ?? 0) ^ (1 << bit);
        const key = keyOf(suite);
        expect(alertOf(() => unprotect(key, wire))).toBe('bad_record_mac');
        expect(key.sequence).toBe(0);
      }),
    );
  });
  it('counts what it seals and opens', () => {
    const [writing, reading] = [keyOf(suite), keyOf(suite)];
    for (let count = 1; count < 5; count++) {
      unprotect(reading, protect(writing, 23, Uint8Array.of(count)));
      expect([writing.sequence, reading.sequence]).toEqual([count, count]);
    }
  });
  it('refuses what holds nothing but padding with unexpected_message', () => {
    const wire = protect(keyOf(suite), 0, new Uint8Array(0), 12);
    expect(alertOf(() => unprotect(keyOf(suite), wire))).toBe('unexpected_message');
  });
  it('takes 2^14 bytes and no more', () => {
    const most = protect(keyOf(suite), 23, new Uint8Array(contentLimit));
    expect(unprotect(keyOf(suite), most).content.length).toBe(contentLimit);
    const more = protect(keyOf(suite), 23, new Uint8Array(contentLimit + 1));
    expect(alertOf(() => unprotect(keyOf(suite), more))).toBe('record_overflow');
  });
});

it('a header that announces too much is refused with record_overflow', () => {
  const header = (type: number, length: number) => Uint8Array.of(type, 3, 3, length >> 8, length & 255);
  expect(parseHeader(header(22, contentLimit))).toEqual({ type: 22, length: contentLimit });
  expect(alertOf(() => parseHeader(header(22, contentLimit + 1)))).toBe('record_overflow');
  expect(parseHeader(header(23, contentLimit + 256)).length).toBe(contentLimit + 256);
  expect(alertOf(() => parseHeader(header(23, contentLimit + 257)))).toBe('record_overflow');
});
it('a record in the clear is the same with and without its map', () => {
  const content = Uint8Array.of(1, 0);
  const recorded = plainRecord(contentTypes.alert, 0x0303, content, true, [{ name: 'level', offset: 0, length: 1 }]);
  expect(recorded.bytes).toEqual(plainRecord(contentTypes.alert, 0x0303, content, false).bytes);
  expect(recorded.fields.map(({ name, offset }) => [name, offset])).toEqual([
    ['record_header', 0],
    ['level', 5],
  ]);
});
