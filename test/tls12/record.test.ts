// Records of TLS 1.2: sealed and opened by every suite; nothing else opens, and nobody learns why.
import { createCipheriv, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../src/tls/effects.ts';
import { entropy } from '../../src/tls/entropy.ts';
import { noteFor } from '../../src/tls/fieldNotes.ts';
import { suites } from '../../src/tls/registry.ts';
import {
  innerFields12,
  protect12,
  type RecordKey,
  sealedFields12,
  tryUnprotect12,
  unprotect12,
} from '../../src/tls/v12/record12.ts';
import { suite12Of } from '../../src/tls/v12/suites12.ts';
import { leaves } from '../tls/fields.ts';
import { hex } from '../tls/world.ts';
import { suiteTable } from './pair12.ts';

const draw = entropy('records 1.2');
const fresh = (id: number): RecordKey => {
  const suite = suite12Of(id);
  if (!suite) throw new Error('no such suite');
  const keys = {
    mac: draw('mac', suite.macLength || 1).subarray(0, suite.macLength),
    key: draw('key', suite.keyLength || 1).subarray(0, suite.keyLength),
    iv: draw('iv', suite.ivLength || 1).subarray(0, suite.ivLength),
  };
  return { label: 'client write', suite, keys, sequence: 0 };
};
const content = fc.uint8Array({ maxLength: 400 });
const type = fc.constantFrom(20, 21, 22, 23);
const alertOf = (deed: () => unknown): string | undefined => {
  try {
    deed();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.alert;
    throw error;
  }
};

describe.each(suiteTable)('%s', (_name, id) => {
  it('opens what it sealed, one after another', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(type, content), { minLength: 1, maxLength: 5 }), (records) => {
        const [writing, reading] = [fresh(id), fresh(id)];
        for (const [kind, bytes] of records) {
          const { wire, opened } = protect12(writing, kind, bytes, draw);
          expect(wire[0]).toBe(kind);
          expect(Buffer.from(wire).readUInt16BE(3)).toBe(wire.length - 5);
          const read = unprotect12(reading, wire);
          expect(hex(read.content)).toBe(hex(bytes));
          expect(hex(read.inner)).toBe(hex(opened.inner));
        }
        expect(reading.sequence).toBe(records.length);
      }),
    );
  });
  it('does not open with any bit changed, or cut, and the record that is due still opens', () => {
    fc.assert(
      fc.property(type, content, fc.nat(), fc.nat(7), fc.boolean(), (kind, bytes, at, bit, cut) => {
        const { wire } = protect12(fresh(id), kind, bytes, draw);
        const reading = fresh(id);
        const spoilt = new Uint8Array(wire);
        // The version and length of the header are not read; the length that counts is that of the record.
        const place = [0, ...Array.from(wire.keys()).slice(5)][at % (wire.length - 4)] ?? 0;
        spoilt[place] = (spoilt[place] ?? 0) ^ (1 << bit);
        const bad = cut ? wire.subarray(0, 5 + (at % (wire.length - 5))) : spoilt;
        expect(alertOf(() => unprotect12(reading, bad))).toBe('bad_record_mac');
        expect(hex(unprotect12(reading, wire).content)).toBe(hex(bytes));
      }),
      { numRuns: 300 },
    );
  });
  it('does not open twice, nor out of its turn', () => {
    const writing = fresh(id);
    const [first, second] = ['one', 'two'].map((text) => protect12(writing, 23, Buffer.from(text), draw).wire);
    const reading = fresh(id);
    expect(tryUnprotect12(reading, second as Uint8Array)).toBeUndefined();
    expect(tryUnprotect12(reading, first as Uint8Array)).toBeDefined();
    expect(tryUnprotect12(reading, first as Uint8Array)).toBeUndefined();
    expect(tryUnprotect12(reading, second as Uint8Array)).toBeDefined();
  });
  it('refuses more than 2^14 bytes inside with record_overflow', () => {
    const sealed = (length: number) => protect12(fresh(id), 23, new Uint8Array(length), draw).wire;
    expect(unprotect12(fresh(id), sealed(2 ** 14)).content).toHaveLength(2 ** 14);
    expect(alertOf(() => unprotect12(fresh(id), sealed(2 ** 14 + 1)))).toBe('record_overflow');
  });
  it('has maps that cover every byte, outside and inside, with words for each', () => {
    fc.assert(
      fc.property(content, (bytes) => {
        const key = fresh(id);
        const { wire, opened } = protect12(key, 23, bytes, draw);
        const data = [{ name: 'data', offset: 0, length: bytes.length }];
        for (const [fields, whole] of [
          [sealedFields12(key, wire), wire],
          [innerFields12(key, opened, data), opened.inner],
        ] as const) {
          let at = 0;
          for (const { name, offset, length } of leaves(fields)) {
            expect(offset).toBe(at);
            expect(noteFor(name)).toBeDefined();
            at += length;
          }
          expect(at).toBe(whole.length);
        }
      }),
    );
  });
});

describe('AES-GCM', () => {
  const id = suites.TLS_RSA_WITH_AES_128_GCM_SHA256;
  it('never uses a nonce twice under a key', () => {
    const key = fresh(id);
    const nonces = Array.from({ length: 300 }, () => hex(protect12(key, 23, Buffer.of(1), draw).wire.subarray(5, 13)));
    expect(new Set(nonces).size).toBe(300);
  });
});

describe('AES-CBC', () => {
  const id = suites.TLS_RSA_WITH_AES_128_CBC_SHA;
  /** A record whose MAC is right, with the padding given. */
  const padded = (text: string, padding: Uint8Array) => {
    const { keys } = fresh(id);
    const prefix = Buffer.of(0, 0, 0, 0, 0, 0, 0, 0, 23, 3, 3, 0, text.length);
    const mac = createHmac('sha1', keys.mac).update(prefix).update(text).digest();
    const cipher = createCipheriv('aes-128-cbc', keys.key, Buffer.alloc(16, 7)).setAutoPadding(false);
    const sealed = Buffer.concat([cipher.update(Buffer.concat([Buffer.from(text), mac, padding])), cipher.final()]);
    const fragment = Buffer.concat([Buffer.alloc(16, 7), sealed]);
    return Buffer.concat([Buffer.of(23, 3, 3, fragment.length >> 8, fragment.length & 255), fragment]);
  };
  it('draws another IV for each record', () => {
    const key = fresh(id);
    const ivs = Array.from({ length: 50 }, () => hex(protect12(key, 23, Buffer.of(1), draw).wire.subarray(5, 21)));
    expect(new Set(ivs).size).toBe(50);
  });
  it.each([11, 27, 251])('takes %i bytes of padding', (length) => {
    const record = padded('what', Buffer.alloc(length - 4 + 1, length - 4));
    expect(String(unprotect12(fresh(id), record).content)).toBe('what');
  });
  it('refuses wrong padding with the words it has for a wrong MAC', () => {
    const wrong = Buffer.alloc(8, 7);
    wrong[0] = 6;
    const said = (record: Uint8Array) => {
      try {
        return String(unprotect12(fresh(id), record).content);
      } catch (error) {
        return error instanceof Refusal ? `${error.alert}: ${error.message}` : String(error);
      }
    };
    const spoilt = padded('what', Buffer.alloc(8, 7));
    expect(said(spoilt)).toBe('what');
    spoilt[6] = (spoilt[6] ?? 0) ^ 1; // the IV: the first byte of the content, and nothing of the padding
    expect(said(padded('what', wrong))).toBe(said(spoilt));
    expect(said(spoilt)).toMatch(/^bad_record_mac/);
  });
});
