// The local CA: made once, read again, for this machine alone; OpenSSL is the judge.
import { spawnSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type LocalCa, leafOf, localCa } from '../../src/live/localCa.ts';
import { issue } from '../../src/pki/issue.ts';
import { folder, missing, pem } from '../tls/peers.ts';

const files = folder();
const now = new Date();
let count = 0;
const place = () => join(files.path, `ca ${count++}`);
const good = (where: string, day = now): LocalCa => {
  const made = localCa(where, day);
  if (!made.ok) throw new Error(made.says);
  return made;
};

describe('the local CA', () => {
  it('is made once, and read from then on', () => {
    const where = place();
    const first = good(where);
    const bytes = readFileSync(first.file);
    expect(good(where).name).toBe(first.name);
    expect(readFileSync(first.file)).toEqual(bytes);
    expect(good(place()).name).not.toBe(first.name);
  });
  it('keeps its key for its owner alone', () => {
    const where = place();
    good(where);
    expect(statSync(join(where, 'ca-key.pem')).mode & 0o777).toBe(0o600);
    expect(statSync(where).mode & 0o777).toBe(0o700);
    expect(createPrivateKey(readFileSync(join(where, 'ca-key.pem'))).asymmetricKeyDetails?.namedCurve).toBe(
      'prime256v1',
    );
  });
  it.each<readonly [string, (where: string) => void, RegExp]>([
    [
      'a key of another',
      (where) => writeFileSync(join(where, 'ca-key.pem'), readFileSync(join(place0(), 'ca-key.pem'))),
      /do not belong together/,
    ],
    ['no key', (where) => rmSync(join(where, 'ca-key.pem')), /ENOENT/],
    ['no certificate', (where) => rmSync(join(where, 'ca.pem')), /ENOENT/],
    ['a certificate that is none', (where) => writeFileSync(join(where, 'ca.pem'), 'none'), /cannot be used/],
  ])('with %s is not used, and it is said what to do', (_what, spoil, says) => {
    const where = place();
    good(where);
    spoil(where);
    const read = localCa(where, now);
    expect(read.ok ? '' : read.says).toMatch(says);
    expect(read.ok ? '' : read.says).toMatch(/Delete that folder/);
  });
  it('that expires before its next leaf is not used', () => {
    const where = place();
    good(where);
    const read = localCa(where, new Date(now.getTime() + (5 * 365 - 20) * 24 * 3600 * 1000));
    expect(read.ok ? '' : read.says).toMatch(/expired, or soon will/);
  });
  it('where no folder can be made is told in a sentence', () => {
    const read = localCa(join(files.put('a file', ''), 'ca'), now);
    expect(read.ok ? '' : read.says).toMatch(/cannot be used/);
  });
});
const place0 = (): string => {
  const where = place();
  good(where);
  return where;
};

describe.skipIf(missing('openssl'))('openssl', () => {
  const verify = (root: string, leaf: string, ...more: string[]) =>
    spawnSync('openssl', ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', root, ...more, leaf], {
      encoding: 'utf8',
    });
  it.each([
    ['localhost', ['-verify_hostname', 'localhost']],
    ['127.0.0.1', ['-verify_ip', '127.0.0.1']],
    ['::1', ['-verify_ip', '::1']],
  ])('accepts the leaf for %s', (_host, more) => {
    const ca = good(place());
    const leaf = leafOf(ca, now);
    if (!leaf.ok) throw new Error(leaf.says);
    const { stdout, stderr, status } = verify(ca.file, leaf.file, ...more);
    expect(`${stdout}${stderr}`).toMatch(/: OK\n$/);
    expect(status).toBe(0);
    expect(new X509Certificate(readFileSync(leaf.file)).publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
  });
  it('refuses the leaf for another name', () => {
    const ca = good(place());
    const leaf = leafOf(ca, now);
    if (!leaf.ok) throw new Error(leaf.says);
    expect(verify(ca.file, leaf.file, '-verify_hostname', 'shop.example').status).not.toBe(0);
  });
  it.each([
    [{ names: ['shop.example'] }, /permitted subtree violation/],
    [{ addresses: ['10.0.0.1'] }, /permitted subtree violation/],
    [{ addresses: ['2001:db8::1'] }, /permitted subtree violation/],
    [{ names: ['localhost'], addresses: ['127.9.9.9'] }, /: OK/],
  ])('whatever the CA signs, %j is judged by its constraints', (names, says) => {
    const ca = good(place());
    const strange = issue({
      subject: 'localhost',
      issuer: ca.name,
      key: ca.key,
      issuerKey: ca.key,
      serial: new Uint8Array(16).fill(7),
      notBefore: new Date(now.getTime() - 1000),
      notAfter: new Date(now.getTime() + 1_000_000),
      ...names,
    });
    const { stdout, stderr } = verify(ca.file, files.put('strange.pem', pem(strange)));
    expect(`${stdout}${stderr}`).toMatch(says);
  });
});
