// The key by which players know a host, and a certificate for it: new ones, or those that a teacher brings.
import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { type Failure, failure } from '../live/dial.ts';
import { pemOf } from '../live/localCa.ts';
import { readAnchors } from '../live/trust.ts';
import { DerReader } from '../pki/der.ts';
import { issue } from '../pki/issue.ts';
import { readPublicKey, weakness } from '../pki/publicKeys.ts';
import { spkiOf } from '../pki/signing.ts';

export interface HostKey {
  readonly ok: true;
  /** PEM, PKCS #8: what the event `created` keeps, as it keeps the certificate. */
  readonly key: string;
  /** PEM, one certificate. */
  readonly certificate: string;
}

const day = 24 * 3600 * 1000;

/**
 * A new P-256 key and its certificate, signed by itself. Players hold the key against the join code and look neither at the
 * dates nor at the name, for they have no other way to know either: so a clock that is wrong keeps nobody out. Yet it is a
 * good certificate, from the day before for ten years, for other programs that look at it.
 */
export function newHostKey(now: Date): HostKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const certificate = issue({
    subject: hostName,
    issuer: hostName,
    key: privateKey,
    issuerKey: privateKey,
    serial: randomBytes(16),
    notBefore: new Date(now.getTime() - day),
    notAfter: new Date(now.getTime() + 3652 * day),
  });
  return { ok: true, key: pkcs8(privateKey), certificate: pemOf(certificate) };
}

const hostName = 'HTTPS Quest host';
const pkcs8 = (key: KeyObject): string => String(key.export({ type: 'pkcs8', format: 'pem' }));

/**
 * Reads a teacher's own certificate and private key, in PEM. Of a chain only the certificate of the key is kept: players look
 * at no other. One sentence says what is wrong with which file, and what to do.
 */
export function readHostKey(certificateFile: string, keyFile: string): HostKey | Failure {
  const certificateText = readPem(certificateFile, 'certificate');
  if (typeof certificateText !== 'string') return certificateText;
  const keyText = readPem(keyFile, 'private key');
  if (typeof keyText !== 'string') return keyText;
  if (isKey(certificateText) && !isCertificate(certificateText) && isCertificate(keyText) && !isKey(keyText))
    return failure('The two files are exchanged: --cert takes the certificate, and --key the private key.');
  const chain = readAnchors(certificateText);
  if ('slip' in chain) return failure(`${certificateFile} ${chain.slip}`);
  const key = privateKeyIn(keyText, keyFile);
  if ('says' in key) return key;
  const certificate = chain.map((der) => new X509Certificate(der)).find((one) => one.checkPrivateKey(key));
  if (!certificate)
    return failure(`The private key in ${keyFile} does not belong to the certificate in ${certificateFile}.`);
  const unfit = unfitness(key);
  if (unfit)
    return failure(`The key in ${keyFile} cannot be used: it is ${unfit}. Take P-256, or RSA with 2048 to 4096 bits.`);
  const made = { key: pkcs8(key), certificate: certificate.toString() };
  if (made.certificate.length > mostOfCertificate)
    return failure(`The certificate in ${certificateFile} is too long: it may have ${mostOfCertificate} characters.`);
  try {
    createSecureContext({ key: made.key, cert: made.certificate });
  } catch (error) {
    return failure(`OpenSSL does not serve with the certificate in ${certificateFile} (${reasonOf(error)}).`);
  }
  return { ok: true, ...made };
}

/** What the event `created` has room for. */
const mostOfCertificate = 8000;
/** Of a file: enough for any chain. */
const longest = 2 ** 18;

function readPem(file: string, what: string): string | Failure {
  let text: string;
  try {
    if (statSync(file).size > longest) return failure(`${file} is too large to be a ${what}.`);
    text = readFileSync(file, 'latin1');
  } catch (error) {
    return failure(unreadable(file, what, (error as NodeJS.ErrnoException).code ?? ''));
  }
  if (text.includes('-----BEGIN ')) return text;
  return failure(
    text.startsWith('0')
      ? `${file} seems to be in DER: write it in PEM (openssl ${what === 'certificate' ? 'x509 -inform der' : 'pkey -inform der'} -in FILE -out NEW).`
      : `${file} is not in PEM: it has no line that begins with -----BEGIN.`,
  );
}

function unreadable(file: string, what: string, code: string): string {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `There is no file ${file}: the ${what} is to be read from it.`;
    case 'EISDIR':
      return `${file} is a folder: give the file with the ${what}.`;
    case 'EACCES':
    case 'EPERM':
      return `This user may not read ${file}, in which the ${what} is.`;
    default:
      return `${file}, in which the ${what} is, cannot be read (${code || 'its name is none'}).`;
  }
}

const isKey = (text: string): boolean => /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text);
const isCertificate = (text: string): boolean => /-----BEGIN [A-Z0-9 ]*CERTIFICATE-----/.test(text);

function privateKeyIn(text: string, file: string): KeyObject | Failure {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text))
    return failure(`The private key in ${file} is encrypted: decrypt it first (openssl pkey -in FILE -out NEW).`);
  if (text.includes('-----BEGIN OPENSSH PRIVATE KEY-----'))
    return failure(`${file} has a key for SSH, and no certificate can be for it.`);
  // A file may have the parameters of a curve before the key.
  const [block] = /-----BEGIN ([A-Z ]*PRIVATE KEY)-----[^-]*-----END \1-----/.exec(text) ?? [];
  if (!block) return failure(`${file} has no private key in it (-----BEGIN PRIVATE KEY-----).`);
  try {
    return createPrivateKey(block);
  } catch {
    return failure(
      `The private key in ${file} cannot be read: it is damaged, or of a kind that OpenSSL does not know.`,
    );
  }
}

function unfitness(key: KeyObject): string | undefined {
  const read = readPublicKey(new DerReader(spkiOf(key)));
  // Longer ones have no room in the event, and each handshake would take long.
  return read.kind.kind === 'rsa' && read.kind.bits > 4096 ? `RSA with ${read.kind.bits} bits` : weakness(read);
}

/** `error:0A00018F:SSL routines::ee key too small`: its last words. */
const reasonOf = (error: unknown): string =>
  error instanceof Error ? (/[^:]+$/.exec(error.message)?.[0] ?? error.message).trim() : String(error);
