// The maps of revocation lists: of those that x509-limbo has, every byte in one field, with words for each.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import fc from 'fast-check';
import { readCases } from '../../scripts/limboCases.ts';
import { describeOcspResponse, describeRevocationList } from '../../src/pki/describe.ts';
import { parseOcspResponse } from '../../src/pki/ocspResponse.ts';
import { parseRevocationList } from '../../src/pki/revocationList.ts';
import type { Field } from '../../src/tls/codec.ts';
import { noteFor } from '../../src/tls/fieldNotes.ts';

const cases = readCases(readFileSync(new URL('../vectors/x509-limbo/limbo.json', import.meta.url), 'utf8'));
const lists = ('slip' in cases ? [] : cases)
  .flatMap(({ crls }) => crls)
  .map((pem) => new Uint8Array(Buffer.from(pem.replace(/-----[^-]*-----/g, ''), 'base64')));
const leaves = (field: Field): Field[] => field.children?.flatMap(leaves) ?? [field];
const all = (field: Field): Field[] => [field, ...(field.children ?? []).flatMap(all)];

it('has every byte of a revocation list in one field, and words for each', () => {
  expect(lists.length).toBeGreaterThan(4);
  for (const der of lists) {
    const fields = describeRevocationList(der);
    let at = 0;
    for (const { offset, length } of fields.flatMap(leaves)) {
      expect(offset).toBe(at);
      at += length;
    }
    expect(at).toBe(der.length);
    expect(fields.flatMap(all).filter(({ name }) => !noteFor(name))).toEqual([]);
  }
});

it('is empty for bytes that are no list and no response, and nothing is thrown', () => {
  const [list = new Uint8Array(0)] = lists;
  fc.assert(
    fc.property(fc.nat(list.length - 1), fc.nat(255), fc.uint8Array({ maxLength: 60 }), (at, byte, noise) => {
      const changed = new Uint8Array(list).with(at, byte);
      expect('malformed' in parseRevocationList(changed)).toBe(!describeRevocationList(changed).length);
      expect('malformed' in parseOcspResponse(noise)).toBe(!describeOcspResponse(noise).length);
    }),
  );
});
