// What the game issues beside plain chains: signatures the same each time, stapled responses, promises of logs; each judged
// by what it claims and by what is wrong with it.
import { spawnSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, verify, X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { describeCertificate, describeOcspResponse } from '../../src/pki/describe.ts';
import { examine } from '../../src/pki/examine.ts';
import { issueLogged, log, promisesBeside } from '../../src/pki/issueLogged.ts';
import { issueOcspResponse, type ResponseRequest } from '../../src/pki/issueStatus.ts';
import { oids } from '../../src/pki/oids.ts';
import { signatureBy } from '../../src/pki/signing.ts';
import * as write from '../../src/pki/writeExtensions.ts';
import type { Field } from '../../src/tls/codec.ts';
import { entropy } from '../../src/tls/entropy.ts';
import { noteFor } from '../../src/tls/fieldNotes.ts';
import { folder, missing } from '../tls/peers.ts';
import { ed25519, host, kinds, list, p256, root, rsa, today, trustOf } from './chains.ts';

const day = 24 * 3600 * 1000;
const daysOn = (days: number) => new Date(today.getTime() + days * day);
const top = root('Status Root');
const middle = top.signCa('Status Middle', { ca: 0 });
const leaf = middle.sign(host);
const chain = [leaf, middle.certificate];
const leaves = (field: Field): Field[] => field.children?.flatMap(leaves) ?? [field];
const all = (field: Field): Field[] => [field, ...(field.children ?? []).flatMap(all)];

describe('a signature', () => {
  it.each([
    ['P-256', p256('signer'), 'pkcs1'],
    ['RSA-PSS', rsa('signer'), 'pss'],
    ['RSA', rsa('signer'), 'pkcs1'],
    ['Ed25519', ed25519('signer'), 'pkcs1'],
  ] as const)('of %s is the same each time', (_, key, padding) => {
    const bytes = Buffer.from('the same');
    expect(signatureBy(key, bytes, padding)).toEqual(signatureBy(key, bytes, padding));
  });
  it('of P-256 is that of RFC 6979 and taken by node', () => {
    // RFC 6979 A.2.5, message "sample", SHA-256
    const d = Buffer.from('C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721', 'hex');
    const point = [
      '60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6',
      '7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299',
    ];
    const [x = '', y = ''] = point.map((half) => Buffer.from(half, 'hex').toString('base64url'));
    const key = { kty: 'EC', crv: 'P-256', d: d.toString('base64url'), x, y };
    const private_ = createPrivateKey({ format: 'jwk', key });
    const signature = signatureBy(private_, Buffer.from('sample'));
    const text = Buffer.from(signature).toString('hex').toUpperCase();
    expect(text).toContain('EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716');
    expect(text).toContain('F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8');
    expect(verify('sha256', Buffer.from('sample'), createPublicKey(private_), signature)).toBe(true);
  });
});

describe('the map of a certificate', () => {
  it('has every byte in one field and words for each, of every kind that is issued', () => {
    const ders = kinds.flatMap((kind) => [...kind.chain, kind.root]);
    for (const der of ders) {
      expect(new X509Certificate(der).raw).toEqual(Buffer.from(der));
      const fields = describeCertificate(der);
      expect(fields.flatMap(leaves).reduce((at, { offset, length }) => (offset === at ? at + length : -1), 0)).toBe(
        der.length,
      );
      expect(fields.flatMap(all).filter(({ name }) => !noteFor(name))).toEqual([]);
    }
    expect(ders.length).toBeGreaterThan(100);
  });
  it('is empty for bytes that are no certificate; nothing is thrown, whatever byte of which kind is changed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.nat(), fc.nat(), fc.nat(255), (kind, which, where, byte) => {
        const spoilt = kind.chain.map((der, at) =>
          at === which % kind.chain.length ? new Uint8Array(der).with(where % der.length, byte) : der,
        );
        for (const der of spoilt) expect('malformed' in parseCertificate(der)).toBe(!describeCertificate(der).length);
        const { results } = examine(spoilt, trustOf(kind));
        expect(results.every(({ says }) => says.length > 0)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a stapled response', () => {
  const ask = (more: Partial<ResponseRequest> = {}) =>
    issueOcspResponse({
      certificate: leaf,
      issuer: middle.certificate,
      responder: { key: middle.key },
      status: 'good',
      thisUpdate: daysOn(-1),
      nextUpdate: daysOn(3),
      ...more,
    });
  const delegate = middle.sign('Responder', { names: [], more: [write.extKeyUsage(oids.ocspSigning)] });
  const noDelegate = middle.sign('Responder');
  const strange = root('Strange').sign('Responder', {
    issuer: 'Status Middle',
    names: [],
    more: [write.extKeyUsage(oids.ocspSigning)],
  });
  const by = (certificate: Uint8Array) => ({ responder: { key: ed25519('Responder'), certificate } });
  const says = (staple: Uint8Array | undefined, unknown: 'goOn' | 'stop', of = chain) =>
    examine(of, {
      host,
      anchors: [top.certificate],
      now: today,
      revocation: { ...(staple ? { staple } : {}), lists: [list(top)], unknown },
    }).results.find(({ name }) => name === 'revocation')?.says;
  const rows: readonly (readonly [string, Uint8Array | undefined, RegExp, RegExp])[] = [
    ['good', ask(), /nothing is revoked/, /nothing is revoked/],
    ['good, by one whom the CA sent', ask(by(delegate)), /nothing is revoked/, /nothing is revoked/],
    [
      'revoked',
      ask({ status: { revoked: daysOn(-2), reason: 'keyCompromise' } }),
      /is revoked: keyCompromise/,
      /is revoked: keyCompromise/,
    ],
    ['unknown', ask({ status: 'unknown' }), /nothing/, /the responder does not know it/],
    ['not there', undefined, /nothing/, /no list of its issuer/],
    ['run out', ask({ nextUpdate: daysOn(-0.5) }), /nothing/, /not of this day/],
    ['about another', ask({ certificate: middle.sign('other.example') }), /nothing/, /about another certificate/],
    ['by a stranger', ask({ responder: { key: ed25519('stranger') } }), /nothing/, /not signed for/],
    ['by a leaf of the same CA', ask(by(noDelegate)), /nothing/, /not signed for/],
    ['by one whom a stranger sent in the name of the CA', ask(by(strange)), /nothing/, /not signed for/],
    ['cut off', ask().subarray(0, 99), /nothing/, /cannot be read/],
  ];
  it.each(rows)('%s', (_, staple, soft, hard) => {
    expect(says(staple, 'goOn')).toMatch(soft);
    expect(says(staple, 'stop')).toMatch(hard);
  });
  it('that was promised must come, even where nothing known goes on', () => {
    const promised = middle.sign(host, { more: [write.mustStaple()] });
    const of = [promised, middle.certificate];
    expect(says(undefined, 'goOn', of)).toMatch(/promises a stapled response, and none came/);
    expect(says(ask({ certificate: promised }), 'goOn', of)).toMatch(/nothing is revoked/);
  });
  it('is shown field by field', () => {
    for (const staple of [ask(), ask(by(delegate)), ask({ status: { revoked: daysOn(-2), reason: 'superseded' } })]) {
      const fields = describeOcspResponse(staple);
      expect(fields.flatMap(leaves).reduce((at, { offset, length }) => (offset === at ? at + length : -1), 0)).toBe(
        staple.length,
      );
      expect(fields.flatMap(all).filter(({ name }) => !noteFor(name))).toEqual([]);
    }
  });
  it('never throws, whatever byte of it is changed, and a changed one is never taken for a good one', () => {
    const staple = ask();
    fc.assert(
      fc.property(fc.nat(staple.length - 1), fc.integer({ min: 1, max: 255 }), (at, by_) => {
        const changed = new Uint8Array(staple).with(at, (staple[at] ?? 0) ^ by_);
        expect(says(changed, 'stop')).not.toMatch(/nothing is revoked/);
      }),
      { numRuns: 300 },
    );
  });

  const noOpenssl = missing('openssl');
  if (noOpenssl) console.log('skipped: openssl is not installed');
  describe.skipIf(noOpenssl)('before openssl ocsp', () => {
    const files = folder();
    it.each([
      ['good', ask(), /leaf\.pem: good/],
      [
        'revoked',
        ask({ status: { revoked: daysOn(-2), reason: 'keyCompromise' } }),
        /leaf\.pem: revoked[\s\S]*Reason: keyCompromise/,
      ],
      ['by one whom the CA sent', ask(by(delegate)), /leaf\.pem: good/],
      ['by a leaf of the same CA', ask(by(noDelegate)), /Response Verify Failure/],
      ['by a stranger', ask({ responder: { key: ed25519('stranger') } }), /Response Verify Failure/],
    ])('%s', (_, staple, expected) => {
      const put = (name: string, bytes: Uint8Array | string) => {
        writeFileSync(join(files.path, name), bytes);
        return name;
      };
      const pem = (der: Uint8Array) => new X509Certificate(der).toString();
      const { stdout, stderr } = spawnSync(
        'openssl',
        [
          ...['ocsp', '-respin', put('staple.der', staple), '-issuer', put('issuer.pem', pem(middle.certificate))],
          ...['-cert', put('leaf.pem', pem(leaf)), '-CAfile', put('root.pem', pem(top.certificate)), '-no_nonce'],
          ...['-attime', String(today.getTime() / 1000), '-validity_period', String(10 * 365 * 24 * 3600)],
          ...['-verify_other', 'issuer.pem'],
        ],
        { cwd: files.path, encoding: 'utf8' },
      );
      expect(`${stdout}${stderr}`).toMatch(expected);
    });
  });
});

describe('promises of logs', () => {
  const logs = [log(entropy('logs'), 'Oak'), log(entropy('logs'), 'Elm')];
  const [oak, elm] = logs.map(({ spki }) => spki);
  const request = {
    subject: host,
    issuer: 'Status Middle',
    key: ed25519(host),
    issuerKey: middle.key,
    serial: entropy('logs')('serial', 16),
    notBefore: daysOn(-30),
    notAfter: daysOn(60),
    names: [host],
  };
  const logged = issueLogged(request, logs, daysOn(-30));
  const says = (certificate: Uint8Array, least: number, known = [oak, elm], beside?: Uint8Array) =>
    examine([certificate, middle.certificate], {
      host,
      anchors: [top.certificate],
      now: today,
      transparency: { logs: known.flatMap((one) => one ?? []), least, ...(beside ? { beside } : {}) },
    }).results.find(({ name }) => name === 'transparency')?.says;
  it('are in the certificate, and count for the logs that the client knows', () => {
    expect(says(logged, 2)).toBe('enough logs have it');
    expect(says(logged, 2, [oak])).toMatch(/^1 of the logs/);
    expect(says(logged, 1, [oak])).toBe('enough logs have it');
    expect(says(leaf, 1)).toMatch(/^no log has promised/);
  });
  it('may come beside it, for the finished certificate', () => {
    expect(says(leaf, 2, [oak, elm], promisesBeside(leaf, logs, today))).toBe('enough logs have it');
    expect(says(leaf, 1, [oak, elm], promisesBeside(logged, logs, today))).toMatch(/^0 of the logs/);
  });
  it('hold for nothing else: another certificate, another issuer, the future', () => {
    const other = issueLogged({ ...request, names: ['bank.example', host] }, logs, daysOn(1));
    expect(says(other, 1)).toMatch(/^0 of the logs/);
    const beside = promisesBeside(leaf, logs, today);
    fc.assert(
      fc.property(fc.nat(beside.length - 1), fc.integer({ min: 1, max: 255 }), (at, by_) => {
        const changed = new Uint8Array(beside).with(at, (beside[at] ?? 0) ^ by_);
        expect(says(leaf, 2, [oak, elm], changed)).not.toBe('enough logs have it');
      }),
      { numRuns: 200 },
    );
  });
});
