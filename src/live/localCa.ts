// A certificate authority of one's own machine: made once, kept in the data folder, good for this machine alone.
import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { issue } from '../pki/issue.ts';
import { type Failure, failure } from './dial.ts';

export interface LocalCa {
  readonly ok: true;
  /** In PEM: what a client is told to trust. */
  readonly file: string;
  readonly key: KeyObject;
  /** The CA's common name. */
  readonly name: string;
  readonly folder: string;
}

const day = 24 * 3600 * 1000;
const hour = 3600 * 1000;
/** What it may certify. Whoever steals its key gains nothing but this machine's own names (RFC 5280 4.2.1.10). */
const only = { names: ['localhost'], ranges: ['127.0.0.0/8', '::1/128'] };

/** Reads the CA in `folder`, or makes it there (P-256, five years). The private key is the owner's alone to read. */
export function localCa(folder: string, now: Date): LocalCa | Failure {
  const [file, keyFile] = [join(folder, 'ca.pem'), join(folder, 'ca-key.pem')];
  try {
    if (!existsSync(file) && !existsSync(keyFile)) make(folder, file, keyFile, now);
    const certificate = new X509Certificate(readFileSync(file));
    const key = createPrivateKey(readFileSync(keyFile));
    if (!certificate.checkPrivateKey(key))
      return unusable(folder, 'its key and its certificate do not belong together');
    if (now < new Date(certificate.validFrom) || now.getTime() + lifeOfLeaf > new Date(certificate.validTo).getTime())
      return unusable(folder, 'its certificate has expired, or soon will');
    return { ok: true, file, key, name: certificate.subject.replace(/^CN=/, ''), folder };
  } catch (error) {
    return unusable(folder, error instanceof Error ? error.message : String(error));
  }
}

const unusable = (folder: string, why: string): Failure =>
  failure(
    `The local CA in ${folder} cannot be used: ${why}. Delete that folder, and a new one is made; clients must then be told to trust the new one.`,
  );

function make(folder: string, file: string, keyFile: string, now: Date): void {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = `HTTPS Quest local CA ${randomBytes(4).toString('hex')}`;
  const certificate = issue({
    subject: name,
    issuer: name,
    key: privateKey,
    issuerKey: privateKey,
    serial: randomBytes(16),
    notBefore: new Date(now.getTime() - hour),
    notAfter: new Date(now.getTime() + 5 * 365 * day),
    ca: 0,
    only,
  });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  writeFileSync(file, pemOf(certificate), { flag: 'wx' });
}

/** Of a leaf: long enough for any run of the server. */
const lifeOfLeaf = 30 * day;

export interface Leaf {
  readonly ok: true;
  /** DER, leaf first. */
  readonly chain: readonly Uint8Array[];
  readonly key: KeyObject;
  /** Its certificate in PEM, to be looked at. */
  readonly file: string;
}

/** A new certificate for this machine, with a P-256 key that is nowhere but in memory. */
export function leafOf(ca: LocalCa, now: Date): Leaf | Failure {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const certificate = issue({
    subject: 'localhost',
    issuer: ca.name,
    key: privateKey,
    issuerKey: ca.key,
    serial: randomBytes(16),
    notBefore: new Date(now.getTime() - hour),
    notAfter: new Date(now.getTime() + lifeOfLeaf),
    names: ['localhost'],
    addresses: ['127.0.0.1', '::1'],
  });
  const file = join(ca.folder, 'leaf.pem');
  try {
    writeFileSync(file, pemOf(certificate));
  } catch (error) {
    return failure(`The certificate cannot be written to ${file} (${(error as NodeJS.ErrnoException).code}).`);
  }
  return { ok: true, chain: [certificate], key: privateKey, file };
}

/** A certificate in PEM. */
export const pemOf = (der: Uint8Array): string => new X509Certificate(der).toString();
