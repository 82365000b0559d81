// The map of a certificate against the certificates of the world, against node, and against OpenSSL's reading of the DER.
import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { authority } from '../../src/pki/authority.ts';
import { describeCertificate, withCertificates } from '../../src/pki/describe.ts';
import type { Field } from '../../src/tls/codec.ts';
import { entropy } from '../../src/tls/entropy.ts';
import { noteFor } from '../../src/tls/fieldNotes.ts';
import { encodeCertificate } from '../../src/tls/messages/certificate.ts';

const { chain } = authority(entropy('described'), new Date('2026-05-04T09:00:00Z')).issueFor('shop.example');
const [own = new Uint8Array(0)] = chain;
const world = rootCertificates.map((pem) => new Uint8Array(new X509Certificate(pem).raw));
const leaves = (field: Field): Field[] => (field.children ? field.children.flatMap(leaves) : [field]);
const all = (field: Field): Field[] => [field, ...(field.children ?? []).flatMap(all)];
const find = (fields: readonly Field[], name: string): Field | undefined =>
  fields.flatMap(all).find((field) => field.name === name);

describe('the map of a certificate', () => {
  it.each([
    ['of the game', [...chain]],
    ['of the roots of the world', world],
  ])('%s has every byte in one field, and words for each', (_name, certificates) => {
    for (const der of certificates) {
      const [field] = describeCertificate(der);
      let at = 0;
      for (const { offset, length } of field ? leaves(field) : []) {
        expect(offset).toBe(at);
        at += length;
      }
      expect(at).toBe(der.length);
      expect(field ? all(field).filter(({ name }) => !noteFor(name)) : []).toEqual([]);
    }
    expect(certificates.length).toBeGreaterThan(1);
  });

  it('says what node reads: number, dates, key and hosts', () => {
    for (const der of [...chain, ...world]) {
      const x509 = new X509Certificate(der);
      const fields = describeCertificate(der);
      const number = BigInt(`0x${x509.serialNumber}`);
      expect(BigInt(`0x${find(fields, 'serialNumber')?.value}`)).toBe(number);
      const day = (date: string) => new Date(date).toISOString().slice(0, 10);
      expect(find(fields, 'notBefore')?.value?.slice(0, 10)).toBe(day(x509.validFrom));
      expect(find(fields, 'notAfter')?.value?.slice(0, 10)).toBe(day(x509.validTo));
      const key = find(fields, 'subjectPublicKeyInfo');
      const spki = x509.publicKey.export({ type: 'spki', format: 'der' });
      expect(Buffer.from(der.subarray(key?.offset, (key?.offset ?? 0) + (key?.length ?? 0))).equals(spki)).toBe(true);
    }
    expect(find(describeCertificate(own), 'subjectAltName')?.value).toBe('shop.example');
    expect(find(describeCertificate(own), 'extKeyUsage')?.value).toBe('server');
    expect(find(describeCertificate(own), 'keyUsage')?.value).toBe('digitalSignature');
  });

  const missing = spawnSync('openssl', ['version']).status !== 0;
  if (missing) console.log('skipped: openssl is not installed');
  it.skipIf(missing)('has its fields where OpenSSL has elements', () => {
    for (const der of [...chain, ...world.slice(0, 20)]) {
      const { stdout } = spawnSync('openssl', ['asn1parse', '-inform', 'DER'], { input: der, encoding: 'utf8' });
      const elements = new Set(
        [...stdout.matchAll(/^\s*(\d+):d=\d+\s+hl=(\d+) l=\s*(\d+)/gm)].map(
          ([, at, head, length]) => `${at} ${Number(head) + Number(length)}`,
        ),
      );
      // What is wrapped into strings of bytes openssl does not open; heads are no elements of their own.
      const seen = (field: Field): Field[] => [
        field,
        ...(/^(?:extnValue|subjectPublicKey)$/.test(field.name) ? [] : (field.children ?? []).flatMap(seen)),
      ];
      const ours = describeCertificate(der)
        .flatMap(seen)
        .filter(({ name }) => name !== 'der_head');
      expect(ours.length).toBeGreaterThan(15);
      expect(ours.filter(({ offset, length }) => !elements.has(`${offset} ${length}`))).toEqual([]);
    }
  });

  it('opens each certificate of a message where it stands, and no bytes that are none', () => {
    const entries = chain.map((certificate) => ({ certificate, extensions: [] }));
    const { bytes, fields } = encodeCertificate({ context: new Uint8Array(0), entries });
    const opened = withCertificates(fields, bytes).flatMap(all);
    expect(opened.filter(({ name }) => name === 'tbsCertificate')).toHaveLength(2);
    const name = opened.find((field) => field.name === 'dNSName');
    expect(
      Buffer.from(bytes.subarray(name?.offset, (name?.offset ?? 0) + (name?.length ?? 0))).toString('latin1'),
    ).toBe('\x82\x0cshop.example');
    expect(describeCertificate(own.subarray(1))).toEqual([]);
    expect(describeCertificate(Buffer.concat([own, Uint8Array.of(0)]))).toEqual([]);
  });

  it('never fails, whatever byte is changed or cut off', () => {
    fc.assert(
      fc.property(fc.nat(own.length - 1), fc.nat(255), fc.boolean(), (at, value, cut) => {
        const changed = cut ? own.slice(0, at) : new Uint8Array(own).with(at, value);
        for (const field of describeCertificate(changed).flatMap(all))
          expect(field.offset + field.length).toBeLessThanOrEqual(changed.length);
      }),
    );
  });
});
