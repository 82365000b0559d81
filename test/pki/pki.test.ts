// Certificates of the game: OpenSSL accepts them, the same seed gives the same bytes, and the judge names what is wrong.
import { spawnSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authority } from '../../src/pki/authority.ts';
import { issue, type Request } from '../../src/pki/issue.ts';
import { judge, matchesHost } from '../../src/pki/judge.ts';
import { entropy } from '../../src/tls/entropy.ts';
import { privateKeyFromSeed } from '../../src/tls/groups.ts';

const today = new Date('2026-05-04T09:00:00Z');
const pki = authority(entropy('pki'), today);
const { chain, key } = pki.issueFor('shop.example');
const findings = (
  given: readonly Uint8Array[],
  more: { host?: string; anchors?: readonly Uint8Array[]; now?: Date } = {},
) =>
  Object.fromEntries(
    judge(given, { host: 'shop.example', anchors: [pki.root], now: today, ...more }).map(({ name, holds }) => [
      name,
      holds,
    ]),
  );
const allHold = { path: true, dates: true, name: true };

describe('openssl', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'quest-pki-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const missing = spawnSync('openssl', ['version']).status !== 0;
  if (missing) console.log('skipped: openssl is not installed');

  it.skipIf(missing)('verifies the chain for the name and the day', () => {
    const file = (name: string, der: Uint8Array) => {
      const path = join(folder, name);
      writeFileSync(path, new X509Certificate(der).toString());
      return path;
    };
    const files = {
      root: file('root.pem', pki.root),
      intermediate: file('intermediate.pem', pki.intermediate),
      leaf: file('leaf.pem', chain[0] ?? new Uint8Array(0)),
    };
    const verify = (...more: string[]) =>
      spawnSync(
        'openssl',
        [
          'verify',
          '-x509_strict',
          '-purpose',
          'sslserver',
          '-CAfile',
          files.root,
          '-untrusted',
          files.intermediate,
          ...more,
          files.leaf,
        ],
        { encoding: 'utf8' },
      );
    const day = (date: Date) => ['-attime', String(date.getTime() / 1000)];
    expect(verify('-verify_hostname', 'shop.example', ...day(today)).stdout).toMatch(/: OK/);
    expect(verify('-verify_hostname', 'bank.example', ...day(today)).stderr).toMatch(/[Hh]ostname mismatch/);
    expect(verify(...day(new Date('2036-01-01T00:00:00Z'))).stderr).toMatch(/expired/);
    const { stdout } = spawnSync('openssl', ['x509', '-in', files.leaf, '-noout', '-text'], { encoding: 'utf8' });
    expect(stdout).toMatch(/DNS:shop\.example/);
    expect(stdout).toMatch(/ED25519/i);
    expect(stdout).toMatch(/CA:FALSE/);
  });
});

describe('issuing', () => {
  it('gives the same bytes for the same seed, and others for another', () => {
    const again = authority(entropy('pki'), today);
    expect(Buffer.from(again.root)).toEqual(Buffer.from(pki.root));
    expect(again.issueFor('shop.example').chain.map((der) => Buffer.from(der).toString('hex'))).toEqual(
      chain.map((der) => Buffer.from(der).toString('hex')),
    );
    const other = authority(entropy('another'), today);
    expect(Buffer.from(other.root)).not.toEqual(Buffer.from(pki.root));
  });
  it('certifies the key that belongs to the leaf, and carries no private key', () => {
    const leaf = new X509Certificate(chain[0] ?? new Uint8Array(0));
    expect(leaf.checkPrivateKey(key)).toBe(true);
    const { d = '' } = key.export({ format: 'jwk' });
    for (const der of chain) expect(Buffer.from(der).includes(Buffer.from(d, 'base64url'))).toBe(false);
  });
});

describe('a private key from a seed', () => {
  it.each(['X25519', 'Ed25519'] as const)('of %s ignores the public half that must stand in its JWK', (crv) => {
    const seed = Buffer.alloc(32, 9);
    const withOther = createPrivateKey({
      format: 'jwk',
      key: { kty: 'OKP', crv, d: seed.toString('base64url'), x: Buffer.alloc(32, 77).toString('base64url') },
    });
    const publicOf = (private_: typeof withOther) => createPublicKey(private_).export({ format: 'der', type: 'spki' });
    expect(publicOf(privateKeyFromSeed(crv, seed))).toEqual(publicOf(withOther));
  });
});

describe('the judge', () => {
  it('finds nothing wrong with a good chain, in any order behind the leaf', () => {
    expect(findings(chain)).toEqual(allHold);
    const [leaf = new Uint8Array(0), ...others] = chain;
    const stranger = authority(entropy('stranger'), today).intermediate;
    expect(findings([leaf, stranger, ...others])).toEqual(allHold);
  });
  it('names what is wrong, and only that', () => {
    expect(findings(chain, { host: 'bank.example' })).toEqual({ ...allHold, name: false });
    expect(findings(chain, { now: new Date('2027-01-01T00:00:00Z') })).toEqual({ ...allHold, dates: false });
    expect(findings(chain, { now: new Date('2020-01-01T00:00:00Z') })).toEqual({ ...allHold, dates: false });
    expect(findings(chain, { anchors: [] })).toEqual({ ...allHold, path: false });
    expect(findings(chain, { anchors: [authority(entropy('another'), today).root] })).toEqual({
      ...allHold,
      path: false,
    });
    expect(findings(chain.slice(0, 1))).toEqual({ ...allHold, path: false });
    expect(findings([])).toEqual({ path: false, dates: false, name: false });
  });

  const draw = entropy('forgers');
  const own = privateKeyFromSeed('Ed25519', draw('own'));
  const request = (more: Partial<Request>): Request => ({
    subject: 'shop.example',
    issuer: 'shop.example',
    key: own,
    issuerKey: own,
    serial: draw('serial', 16),
    notBefore: new Date(today.getTime() - 1e9),
    notAfter: new Date(today.getTime() + 1e9),
    names: ['shop.example'],
    ...more,
  });
  it('takes no self-signed certificate, nor one that only says who issued it', () => {
    expect(findings([issue(request({}))])).toEqual({ ...allHold, path: false });
    expect(findings([issue(request({ issuer: 'Quest Intermediate A1' })), pki.intermediate])).toEqual({
      ...allHold,
      path: false,
    });
  });
  it('takes no certificate that a leaf signed', () => {
    const forged = issue(request({ issuer: 'shop.example', issuerKey: key }));
    expect(findings([forged, ...chain])).toEqual({ ...allHold, path: false });
  });
  it('counts what may stand below a CA', () => {
    const rootKey = privateKeyFromSeed('Ed25519', draw('root'));
    const subKey = privateKeyFromSeed('Ed25519', draw('sub'));
    const root = (ca: true | number) =>
      issue(request({ subject: 'R', issuer: 'R', key: rootKey, issuerKey: rootKey, names: [], ca }));
    const sub = issue(request({ subject: 'S', issuer: 'R', key: subKey, issuerKey: rootKey, names: [], ca: 0 }));
    const leaf = issue(request({ issuer: 'S', issuerKey: subKey }));
    expect(findings([leaf, sub], { anchors: [root(true)] })).toEqual(allHold);
    expect(findings([leaf, sub], { anchors: [root(1)] })).toEqual(allHold);
    expect(findings([leaf, sub], { anchors: [root(0)] })).toEqual({ ...allHold, path: false });
  });
  it('comes to an end where CAs sign each other in a circle', () => {
    const circle = Array.from({ length: 40 }, (_, index) =>
      issue(request({ subject: 'Ring', issuer: 'Ring', names: [], ca: true, serial: draw(`ring ${index}`, 16) })),
    );
    const leaf = issue(request({ issuer: 'Ring' }));
    expect(findings([leaf, ...circle])).toEqual({ ...allHold, path: false });
    expect(findings([leaf, ...circle], { anchors: circle.slice(-1) })).toEqual(allHold);
  });
  it('reads names from subjectAltName alone', () => {
    const rootKey = privateKeyFromSeed('Ed25519', draw('root'));
    const root = issue(request({ subject: 'R', issuer: 'R', key: rootKey, issuerKey: rootKey, names: [], ca: true }));
    const named = (names: readonly string[]) => issue(request({ issuer: 'R', issuerKey: rootKey, names }));
    expect(findings([named([])], { anchors: [root] })).toEqual({ ...allHold, name: false });
    expect(findings([named(['a.example', 'shop.example'])], { anchors: [root] })).toEqual(allHold);
    expect(findings([named(['*.example'])], { anchors: [root] })).toEqual({ ...allHold, name: false });
  });
  it('never throws, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(255), fc.nat(), (at, byte, cut) => {
        const [leaf = new Uint8Array(0), ...others] = chain;
        const spoilt = new Uint8Array(leaf);
        spoilt[at % spoilt.length] = byte;
        const given = cut % 3 ? spoilt : spoilt.subarray(0, cut % spoilt.length);
        const { path } = findings([given, ...others]);
        // Where a byte really changed, no signature holds any more.
        if (byte !== leaf[at % leaf.length] || given.length < leaf.length) expect(path).toBe(false);
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 3 }), (given) => {
        expect(findings(given)).toEqual({ path: false, dates: false, name: false });
      }),
    );
  });
});

describe('names (RFC 9525 6.3)', () => {
  it.each([
    ['shop.example', 'shop.example', true],
    ['SHOP.example', 'shop.EXAMPLE', true],
    ['*.shop.example', 'a.shop.example', true],
    ['*.shop.example', 'shop.example', false],
    ['*.shop.example', 'a.b.shop.example', false],
    ['*.example', 'shop.example', false],
    ['*', 'shop', false],
    ['a*.shop.example', 'ab.shop.example', false],
    ['shop.*', 'shop.example', false],
    ['shop.example.', 'shop.example', false],
    ['', '', false],
    ['shop.example', 'xshop.example', false],
  ])('%s for %s: %s', (pattern, host, holds) => {
    expect(matchesHost(pattern, host)).toBe(holds);
  });
});
