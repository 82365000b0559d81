// The key of a host: a new one, or a teacher's own; with OpenSSL as judge and as maker.
import { spawnSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import tls from 'node:tls';
import { describe, expect, it } from 'vitest';
import { eventSchema } from '../../src/classroom/events.ts';
import { type HostKey, newHostKey, readHostKey } from '../../src/classroom/hostKey.ts';
import { certifiedKey } from '../../src/classroom/joinCode.ts';
import { pemOf } from '../../src/live/localCa.ts';
import { issue } from '../../src/pki/issue.ts';
import { spkiOf } from '../../src/pki/signing.ts';
import { folder, listening, missing } from '../tls/peers.ts';

const files = folder();
const now = new Date('2026-05-04T10:00:00Z');
const day = 24 * 3600 * 1000;
let count = 0;
const file = (text: string | Uint8Array): string => {
  const path = join(files.path, `file ${count++}.pem`);
  writeFileSync(path, text);
  return path;
};
const keyPem = (key: KeyObject): string => String(key.export({ type: 'pkcs8', format: 'pem' }));
const certify = (key: KeyObject, organization = 'A school', notAfter = new Date(now.getTime() + day)): string =>
  pemOf(
    issue({
      subject: 'host.example',
      organization,
      issuer: 'A school',
      key,
      issuerKey: p256,
      serial: randomBytes(16),
      notBefore: now,
      notAfter,
      names: ['host.example'],
    }),
  );
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const other = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
const odd = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey;
const certificate = file(certify(p256));
const key = file(keyPem(p256));

const good = (made: ReturnType<typeof readHostKey>): HostKey => {
  if (!made.ok) throw new Error(made.says);
  return made;
};
const served = async ({ key: pem, certificate: cert }: HostKey): Promise<Uint8Array> => {
  const port = await listening(tls.createServer({ key: pem, cert }));
  const client = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  await once(client, 'secureConnect');
  const shown = client.getPeerX509Certificate();
  client.destroy();
  return shown ? certifiedKey(shown) : new Uint8Array();
};

describe('a new key', () => {
  it('is another each time, on P-256, and goes into the event that begins a competition', () => {
    const [one, two] = [newHostKey(now), newHostKey(now)];
    expect(one.key).not.toBe(two.key);
    expect(createPrivateKey(one.key).asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    const created = {
      type: 'created',
      v: 1,
      competition: '0123456789abcdef',
      title: 'A',
      version: '1',
      secret: '00'.repeat(32),
    };
    const { key: pem, certificate: cert } = one;
    expect(eventSchema.safeParse({ ...created, key: pem, certificate: cert }).success).toBe(true);
  });
  it('is served, and its certificate shows it', async () => {
    const made = newHostKey(now);
    expect(await served(made)).toEqual(spkiOf(createPrivateKey(made.key)));
    expect(certifiedKey(made.certificate)).toEqual(spkiOf(createPrivateKey(made.key)));
  });
  it.skipIf(missing('openssl'))('has a certificate that OpenSSL verifies on each day of ten years', () => {
    const path = file(newHostKey(now).certificate);
    const verify = (at: number) =>
      spawnSync('openssl', [
        'verify',
        '-x509_strict',
        '-CAfile',
        path,
        '-partial_chain',
        '-attime',
        `${at / 1000}`,
        path,
      ]);
    for (const days of [-1, 0, 3651]) expect(verify(now.getTime() + days * day).status, `day ${days}`).toBe(0);
    for (const days of [-2, 3653]) expect(verify(now.getTime() + days * day).status, `day ${days}`).not.toBe(0);
  });
});

describe("a teacher's own key", () => {
  it.each<readonly [string, KeyObject]>([
    ['P-256', p256],
    ['P-384', other],
    ['Ed25519', generateKeyPairSync('ed25519').privateKey],
    ['RSA with 2048 bits', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey],
  ])('of the kind %s is read and served', async (_kind, own) => {
    const read = good(readHostKey(file(certify(own)), file(keyPem(own))));
    expect(new X509Certificate(read.certificate).checkPrivateKey(createPrivateKey(read.key))).toBe(true);
    expect(await served(read)).toEqual(spkiOf(own));
  });
  it('is found in a chain in any order, in one file with its certificate, and with words around', () => {
    const chain = `Issued for A school\n${certify(other)}${certify(p256)}${keyPem(p256)}`;
    const both = file(chain);
    expect(certifiedKey(good(readHostKey(both, both)).certificate)).toEqual(spkiOf(p256));
  });
  it('is read although its certificate has expired: players do not look at it', () => {
    const old = certify(p256, 'A school', new Date(now.getTime() + 1000));
    expect(good(readHostKey(file(old), key)).certificate).toBe(old);
  });
  it.skipIf(missing('openssl'))('is read as openssl writes it', () => {
    const [keyFile, certificateFile] = [join(files.path, 'own key.pem'), join(files.path, 'own cert.pem')];
    const { status } = spawnSync('openssl', [
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-subj',
        '/CN=host.example',
      ],
      ...['-keyout', keyFile, '-out', certificateFile],
    ]);
    expect(status).toBe(0);
    good(readHostKey(certificateFile, keyFile));
    // Of the older way, with the parameters of the curve before the key.
    const older = join(files.path, 'older.pem');
    spawnSync('sh', ['-c', `(openssl ecparam -name prime256v1; openssl ec -in "${keyFile}") > "${older}" 2>/dev/null`]);
    good(readHostKey(certificateFile, older));
  });

  const encrypted = (type: 'pkcs8' | 'sec1') =>
    String(p256.export({ type, format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' }));
  const damaged = keyPem(p256).replace(/\n.{20}/, '\nAAAAAAAAAAAAAAAAAAAA');
  const place = join(files.path, 'folder');
  mkdirSync(place);
  const none = join(files.path, 'none');
  it.each<readonly [string, string, string, RegExp]>([
    ['no certificate file', none, key, /^There is no file .*none: the certificate is to be read/],
    ['no key file', certificate, none, /^There is no file .*none: the private key is to be read/],
    ['a folder', certificate, place, /is a folder: give the file with the private key/],
    ['a name that is none', 'a\0b', key, /cannot be read \(ERR_INVALID_ARG_VALUE\)/],
    ['a file without end', file(new Uint8Array(300_000)), key, /too large to be a certificate/],
    ['a text', file('hello'), key, /is not in PEM/],
    ['a certificate in DER', file(new X509Certificate(certify(p256)).raw), key, /in DER: .*openssl x509 -inform der/],
    ['a key in DER', certificate, file(p256.export({ type: 'pkcs8', format: 'der' })), /in DER: .*openssl pkey/],
    ['the two exchanged', key, certificate, /^The two files are exchanged: --cert takes the certificate/],
    ['a key in place of the certificate', key, key, /has no certificate in it/],
    ['a certificate in place of the key', certificate, certificate, /has no private key in it/],
    ['a public key', certificate, file(spkiPem(p256)), /has no private key in it/],
    [
      'a damaged certificate',
      file(certify(p256).replace(/\n.{20}/, '\nAAAAAAAAAAAAAAAAAAAA')),
      key,
      /that cannot be read/,
    ],
    ['a damaged key', certificate, file(damaged), /cannot be read: it is damaged/],
    ['an encrypted key', certificate, file(encrypted('pkcs8')), /is encrypted: decrypt it first/],
    ['an encrypted key of the older way', certificate, file(encrypted('sec1')), /is encrypted: decrypt it first/],
    ['a key for SSH', certificate, file('-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n'), /a key for SSH/],
    [
      'the key of another',
      certificate,
      file(keyPem(other)),
      /^The private key in .* does not belong to the certificate in/,
    ],
    ['RSA with 1024 bits', file(certify(short)), file(keyPem(short)), /it is RSA with 1024 bits\. Take P-256/],
    ['a curve of a coin', file(certify(odd)), file(keyPem(odd)), /it is a key on another curve/],
    ['a certificate as long as a book', file(certify(p256, 'A'.repeat(9000))), key, /is too long/],
  ])('with %s is not taken, and it is said why', (_what, certificateFile, keyFile, why) => {
    const read = readHostKey(certificateFile, keyFile);
    expect(read.ok ? '' : read.says).toMatch(why);
    expect(read.ok ? '' : read.says).toMatch(/^[ -~\0]*[.)]$/);
  });
});

function spkiPem(of: KeyObject): string {
  return `-----BEGIN PUBLIC KEY-----\n${Buffer.from(spkiOf(of)).toString('base64')}\n-----END PUBLIC KEY-----\n`;
}
