// A log of Certificate Transparency (RFC 6962) of the game's own, and certificates that carry its promises.
import type { KeyObject } from 'node:crypto';
import { type Entropy, named } from '../tls/entropy.ts';
import { issue, type Request, toBeSigned } from './issue.ts';
import { parseCertificate } from './certificate.ts';
import { p256KeyFromSeed, signatureBy, spkiOf } from './signing.ts';
import { certificateEntry, logId, precertEntry, signedByLog } from './transparency.ts';
import { embeddedTimestamps } from './writeExtensions.ts';

export interface Log {
  readonly key: KeyObject;
  /** Its public key as SubjectPublicKeyInfo: what a client knows of it. */
  readonly spki: Uint8Array;
}

export function log(draw: Entropy, name: string): Log {
  const key = p256KeyFromSeed(named(draw, name)('log key'));
  return { key, spki: spkiOf(key) };
}

/** A certificate with a promise of each log in it: what they were shown is the certificate without their promises (3.1). */
export function issueLogged(request: Request, logs: readonly Log[], at: Date): Uint8Array {
  const entry = precertEntry({ tbs: toBeSigned(request) }, { key: { spki: spkiOf(request.issuerKey) } });
  return issue({ ...request, more: [...(request.more ?? []), embeddedTimestamps(promises(logs, entry, at))] });
}

/** The promises of logs that were shown the finished certificate: a list that a server sends beside it (3.3.1). */
export function promisesBeside(certificate: Uint8Array, logs: readonly Log[], at: Date): Uint8Array {
  const read = parseCertificate(certificate);
  if ('malformed' in read) throw new Error(`a certificate to be logged cannot be read: ${read.malformed}`);
  return promises(logs, certificateEntry(read), at);
}

const promises = (logs: readonly Log[], entry: Uint8Array, at: Date): Uint8Array =>
  sized(Buffer.concat(logs.map((one) => sized(timestamp(one, entry, at)))));

/** A SignedCertificateTimestamp, v1 (3.2): ECDSA over SHA-256. */
function timestamp({ key, spki }: Log, entry: Uint8Array, at: Date): Uint8Array {
  const extensions = new Uint8Array(0);
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(at.getTime()));
  const signature = signatureBy(key, signedByLog({ at, extensions }, entry));
  return Buffer.concat([Uint8Array.of(0), logId(spki), time, sized(extensions), Uint8Array.of(4, 3), sized(signature)]);
}

const sized = (bytes: Uint8Array): Uint8Array =>
  Buffer.concat([Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes]);
