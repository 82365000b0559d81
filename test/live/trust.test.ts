// The judge before certificates as the world has them: RSA and ECDSA, cross-signed, expired, by address, and all real roots.
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject, randomBytes, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { readAnchors, trusting } from '../../src/live/trust.ts';
import { issue, type Request } from '../../src/pki/issue.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { examine } from '../../src/pki/examine.ts';
import { isSignedBy } from '../../src/pki/publicKeys.ts';
import { folder, missing, pem } from '../tls/peers.ts';
import { ca, keys, leaf } from './world.ts';

const now = new Date();
const day = 24 * 3600 * 1000;
const p256 = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const made = (subject: string, issuer: string, key: KeyObject, issuerKey: KeyObject, more: Partial<Request> = {}) =>
  issue({
    subject,
    issuer,
    key,
    issuerKey,
    serial: randomBytes(16),
    notBefore: new Date(now.getTime() - 10 * day),
    notAfter: new Date(now.getTime() + 10 * day),
    ...more,
  });
const holds = (chain: readonly Uint8Array[], host: string, anchors: readonly Uint8Array[], day = now) =>
  Object.fromEntries(trusting(anchors, () => day)(chain, host).map((finding) => [finding.name, finding.holds]));
const good = { path: true, dates: true, name: true };

describe('certificates that sign each other', () => {
  const [oldRoot, newRoot, middle, end] = [p256(), p256(), p256(), p256()];
  const expired = { notAfter: new Date(now.getTime() - day), ca: true } as const;
  const roots = {
    old: made('Old Root', 'Old Root', oldRoot, oldRoot, expired),
    new: made('New Root', 'New Root', newRoot, newRoot, { ca: true }),
  };
  const crossed = made('New Root', 'Old Root', newRoot, oldRoot, expired);
  const issuing = made('Middle', 'New Root', middle, newRoot, { ca: 0 });
  const issuingByOld = made('Middle', 'Old Root', middle, oldRoot, { ca: 0 });
  const last = made('shop.example', 'Middle', end, middle, { names: ['shop.example'] });

  it('lead to the new root, although the old one that has crossed it is in the chain and in the store', () => {
    expect(holds([last, issuing, crossed], 'shop.example', [roots.old, roots.new])).toEqual(good);
  });
  it('lead to the new root, where the other path runs through one that has expired', () => {
    expect(holds([last, issuingByOld, issuing], 'shop.example', [roots.old, roots.new])).toEqual(good);
  });
  it('in any order', () => {
    expect(holds([last, crossed, roots.new, issuing], 'shop.example', [roots.new])).toEqual(good);
  });
  it('are out of their dates where all paths are', () => {
    expect(holds([last, issuing, crossed], 'shop.example', [roots.old])).toEqual({ ...good, dates: false });
  });
  it('lead nowhere without a root', () => {
    expect(holds([last, issuing, crossed], 'shop.example', [])).toMatchObject({ path: false });
  });
});

describe('an address', () => {
  const cert = leaf(keys['P-256'] as KeyObject, {
    names: ['localhost', '10.0.0.1', '*.0.0.1'],
    addresses: ['127.0.0.1', '2001:db8::7'],
  });
  it.each([
    ['127.0.0.1', true],
    ['2001:db8::7', true],
    ['2001:DB8:0:0:0:0:0:7', true],
    ['127.0.0.2', false],
    ['10.0.0.1', false],
    ['11.0.0.1', false],
    ['::1', false],
    ['localhost', true],
  ])('%s: %s', (host, named) => {
    expect(holds([cert], host, [ca])).toEqual({ ...good, name: named });
  });
});

describe('the roots of Node.js', () => {
  const ders = rootCertificates.map((one) => new Uint8Array(new X509Certificate(one).raw));
  it('are all read, and each is its own anchor, RSA and ECDSA alike', () => {
    const failed = ders.flatMap((der) => {
      const certificate = parseCertificate(der);
      if ('malformed' in certificate) return [certificate.malformed];
      const { results } = examine([der], { host: 'shop.example', anchors: [der], now }, [
        'name',
        'dates',
        'usage',
        'profile',
      ]);
      const why = results.filter(({ holds }) => !holds).map(({ says }) => says);
      return isSignedBy(certificate, certificate.key) ? why : [`${certificate.called} is not signed by itself`];
    });
    expect(failed).toEqual([]);
    const kinds = new Set(ders.map((der) => new X509Certificate(der).publicKey.asymmetricKeyType));
    expect([...kinds].sort()).toEqual(['ec', 'rsa']);
  });
  it('are in the store without being added', () => {
    const [valid] = ders.filter((der) => now < new Date(new X509Certificate(der).validTo));
    const [path] = trusting([], () => now)([valid as Uint8Array], 'shop.example');
    // Found; but a root is no server.
    expect(path?.says).toMatch(/is not for TLS: see keyUsage/);
  });
});

describe.skipIf(missing('openssl'))('chains that openssl made', () => {
  const files = folder();
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: files.path, stdio: 'pipe' });
  it.each([
    ['rsa:2048', 'rsa:2048', 'sha256'],
    ['rsa:4096', 'rsa:2048', 'sha512'],
    ['P-384', 'P-256', 'sha384'],
    ['rsa:3072', 'P-256', 'sha256'],
  ])('root %s, leaf %s, %s: hold', (root, end, digest) => {
    const kind = (name: string) =>
      name.startsWith('rsa') ? ['-newkey', name] : ['-newkey', 'ec', '-pkeyopt', `ec_paramgen_curve:${name}`];
    const made = (name: string, ...more: string[]) =>
      openssl(
        'req',
        '-x509',
        '-nodes',
        `-${digest}`,
        '-days',
        '3',
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.pem`,
        ...more,
      );
    made('root', ...kind(root), '-subj', '/C=XX/O=Röot, Inc./CN=Root', '-utf8');
    made(
      'end',
      ...kind(end),
      '-subj',
      '/CN=shop.example',
      '-addext',
      'subjectAltName=DNS:*.shop.example',
      '-addext',
      'basicConstraints=critical,CA:FALSE',
      '-CA',
      'root.pem',
      '-CAkey',
      'root.key',
    );
    const [anchors, chain] = ['root', 'end'].map((name) =>
      readAnchors(readFileSync(join(files.path, `${name}.pem`), 'latin1')),
    );
    if (!anchors || !chain || 'slip' in anchors || 'slip' in chain) throw new Error('not read');
    expect(holds(chain, 'www.shop.example', anchors, new Date(now.getTime() + day))).toEqual(good);
    expect(holds(chain, 'www.shop.example', [ca])).toMatchObject({ path: false });
  });
});

describe('a PEM file', () => {
  it('gives all of its certificates', () => {
    expect(readAnchors(`# mine\n${pem(ca)}\n${pem(leaf(keys.RSA as KeyObject))}`)).toHaveLength(2);
    expect(readAnchors(pem(ca))).toEqual([ca]);
  });
  it.each([
    ['', /no certificate/],
    ['-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n', /no certificate/],
    ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', /cannot be read/],
  ])('%j gives none', (text, says) => {
    const read = readAnchors(text);
    expect('slip' in read && read.slip).toMatch(says);
  });
});
