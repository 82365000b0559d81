// DER is read in the one form that it allows: each other form of the same value is refused, by name.
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { attempt } from '../../src/pki/attempt.ts';
import { DerReader } from '../../src/pki/der.ts';
import { der, derFlags, derInteger, derOid, derTime } from '../../src/pki/derWriter.ts';
import { readTime } from '../../src/pki/times.ts';

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
const read = <T>(hex: string | Uint8Array, body: (reader: DerReader) => T): T | { readonly malformed: string } => {
  const given = typeof hex === 'string' ? bytes(hex) : hex;
  return attempt(given, 1000, () => {
    const reader = new DerReader(given);
    const value = body(reader);
    reader.done();
    return value;
  });
};

describe('refused is', () => {
  const rows: readonly (readonly [string, string, (reader: DerReader) => unknown, RegExp])[] = [
    ['a length in one byte more than need be', '04810141', (r) => r.plain(4, 'x'), /a length longer than it need be/],
    ['a length with a leading zero', `0482008000${'41'.repeat(128)}`, (r) => r.plain(4, 'x'), /longer than it need be/],
    ['an indefinite length', '3080020100' + '0000', (r) => r.any('x'), /an indefinite length/],
    ['a length of four bytes', '048400000001' + '41', (r) => r.any('x'), /a length of 4 bytes/],
    ['more than is there', '0405414141', (r) => r.plain(4, 'x'), /5 bytes announced, 3 left/],
    ['a byte behind the end', '04014100', (r) => r.plain(4, 'x'), /1 bytes too many/],
    ['a byte left inside', '3004020101' + '00', (r) => r.sequence('x', () => r.integer('y')), /x: 1 bytes too many/],
    ['a tag of several bytes', '1f810100', (r) => r.any('x'), /a tag of several bytes/],
    ['another tag', '020101', (r) => r.plain(4, 'x'), /tag 02 where 04 is due/],
    ['nothing', '', (r) => r.any('x'), /missing or cut off/],
    ['a BOOLEAN of 01', '010101', (r) => r.boolean('x'), /a BOOLEAN is 00 or FF/],
    ['a FALSE that should be left out', '010100', (r) => r.flag('x'), /FALSE is written by leaving it out/],
    ['an INTEGER without bytes', '0200', (r) => r.integer('x'), /without bytes/],
    ['an INTEGER with a leading zero', '02020001', (r) => r.integer('x'), /longer than it need be/],
    ['an INTEGER with leading ones', '0202ff80', (r) => r.integer('x'), /longer than it need be/],
    ['a negative number', '0201ff', (r) => r.small('x'), /negative/],
    ['a large number', '02050100000000', (r) => r.small('x'), /too large/],
    ['an identifier with a needless zero', '06032a8001', (r) => r.oid('x'), /an arc longer than it need be/],
    ['an identifier cut off', '06022a81', (r) => r.oid('x'), /cut off/],
    ['nine unused bits', '03020980', (r) => r.bits('x'), /9 unused bits/],
    ['unused bits that are set', '03020481', (r) => r.bits('x'), /its unused bits are not 0/],
    ['an empty list', '3000', (r) => r.list(0x30, 'x', () => r.any('y'), 1), /x: empty/],
    [
      'a time without seconds',
      '170b323630353034303930305a',
      (r) => readTime(r, 'x'),
      /no time as certificates write it/,
    ],
    ['the 30th of February', '170d3236303233303039303030305a', (r) => readTime(r, 'x'), /a time that does not exist/],
    ['a time of another zone', '1711323630353034303930303030' + '2b30313030', (r) => readTime(r, 'x'), /no time/],
  ];
  it.each(rows)('%s', (_, hex, body, why) => {
    expect(read(hex, body)).toEqual({ malformed: expect.stringMatching(why) });
  });
});

describe('what is written', () => {
  it('is read again: numbers, identifiers, flags, times, strings of any length', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31 - 1), fc.uniqueArray(fc.nat(8)), fc.nat(300), (value, bits, length) => {
        expect(read(derInteger(value), (r) => r.small('x'))).toBe(value);
        const oid = `2.5.${value}.${value % 200}`;
        expect(read(derOid(oid), (r) => r.oid('x'))).toBe(oid);
        expect(read(derFlags(new Set(bits)), (r) => r.flags('x', []))).toEqual(new Set(bits));
        const time = new Date(value * 1000);
        expect(read(derTime(time), (r) => readTime(r, 'x'))).toEqual(time);
        expect(read(der(4, new Uint8Array(length)), (r) => r.plain(4, 'x'))).toHaveLength(length);
      }),
    );
  });
});
