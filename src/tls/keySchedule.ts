// The key schedule (RFC 8446 7.1), one line of its figure a function. Stages are branded: a wrong stage does not compile.
import { createHash, createHmac } from 'node:crypto';
import type { Suite } from './suites.ts';

declare const stage: unique symbol;
type Stage<Name extends string> = Uint8Array & { readonly [stage]: Name };
export type EarlySecret = Stage<'early'>;
export type HandshakeSecret = Stage<'handshake'>;
export type MasterSecret = Stage<'master'>;
/** Of one direction and one phase: client or server, handshake or application. */
export type TrafficSecret = Stage<'traffic'>;
type Hash = Pick<Suite, 'hash' | 'hashLength'>;

const empty = new Uint8Array(0);

/** Transcript-Hash of the empty string and of whole byte strings (4.4.1). */
export function hashOf({ hash }: Hash, ...parts: readonly Uint8Array[]): Uint8Array {
  const digest = createHash(hash);
  for (const part of parts) digest.update(part);
  return digest.digest();
}

/** HMAC with the suite's hash. HKDF-Extract(salt, ikm) is hmac(salt, ikm) (RFC 5869 2.2). */
const hmac = ({ hash }: Hash, key: Uint8Array, data: Uint8Array): Uint8Array =>
  createHmac(hash, key).update(data).digest();

/** HKDF-Expand-Label (7.1). Never more than one block is needed, so Expand is a single HMAC. */
export function expandLabel(
  suite: Hash,
  secret: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
): Uint8Array {
  const name = Buffer.from(`tls13 ${label}`, 'latin1');
  const info = Buffer.concat([
    Buffer.of(length >> 8, length & 255, name.length),
    name,
    Buffer.of(context.length),
    context,
    Buffer.of(1),
  ]);
  return hmac(suite, secret, info).subarray(0, length);
}
/** Derive-Secret(Secret, Label, Messages), the messages given by their transcript hash. */
const deriveSecret = (suite: Hash, secret: Uint8Array, label: string, transcriptHash: Uint8Array): Uint8Array =>
  expandLabel(suite, secret, label, transcriptHash, suite.hashLength);
/** Derive-Secret(., "derived", ""): what leads from one extract to the next. */
export const derived = (suite: Hash, secret: Uint8Array): Uint8Array =>
  deriveSecret(suite, secret, 'derived', hashOf(suite));
const zeros = (suite: Hash): Uint8Array => new Uint8Array(suite.hashLength);

/** HKDF-Extract(0, PSK); without a PSK that is a string of zeros. */
export const earlySecret = (suite: Hash, psk: Uint8Array = zeros(suite)) =>
  hmac(suite, zeros(suite), psk) as EarlySecret;
export const handshakeSecret = (suite: Hash, early: EarlySecret, ecdhe: Uint8Array) =>
  hmac(suite, derived(suite, early), ecdhe) as HandshakeSecret;
export const masterSecret = (suite: Hash, handshake: HandshakeSecret) =>
  hmac(suite, derived(suite, handshake), zeros(suite)) as MasterSecret;

/** The binder of a PSK from an earlier connection (4.2.11.2), over the hello without its binders. */
export const binder = (suite: Hash, early: EarlySecret, truncated: Uint8Array) =>
  verifyData(suite, deriveSecret(suite, early, 'res binder', hashOf(suite)) as TrafficSecret, truncated);

/** `hello` is the transcript hash up to ClientHello. */
export const clientEarlyTraffic = (suite: Hash, secret: EarlySecret, hello: Uint8Array) =>
  deriveSecret(suite, secret, 'c e traffic', hello) as TrafficSecret;
export const earlyExporterSecret = (suite: Hash, secret: EarlySecret, hello: Uint8Array) =>
  deriveSecret(suite, secret, 'e exp master', hello);

/** `hello` is the transcript hash up to ServerHello. */
export const clientHandshakeTraffic = (suite: Hash, secret: HandshakeSecret, hello: Uint8Array) =>
  deriveSecret(suite, secret, 'c hs traffic', hello) as TrafficSecret;
export const serverHandshakeTraffic = (suite: Hash, secret: HandshakeSecret, hello: Uint8Array) =>
  deriveSecret(suite, secret, 's hs traffic', hello) as TrafficSecret;
/** `finished` is the transcript hash up to the server's Finished. */
export const clientApplicationTraffic = (suite: Hash, secret: MasterSecret, finished: Uint8Array) =>
  deriveSecret(suite, secret, 'c ap traffic', finished) as TrafficSecret;
export const serverApplicationTraffic = (suite: Hash, secret: MasterSecret, finished: Uint8Array) =>
  deriveSecret(suite, secret, 's ap traffic', finished) as TrafficSecret;
export const exporterSecret = (suite: Hash, secret: MasterSecret, finished: Uint8Array) =>
  deriveSecret(suite, secret, 'exp master', finished);

/** `finished` is the transcript hash up to the client's Finished. */
export const resumptionSecret = (suite: Hash, secret: MasterSecret, finished: Uint8Array) =>
  deriveSecret(suite, secret, 'res master', finished);
/** The PSK of a ticket (4.6.1). */
export const resumptionPsk = (suite: Hash, resumption: Uint8Array, nonce: Uint8Array) =>
  expandLabel(suite, resumption, 'resumption', nonce, suite.hashLength);

/** The key of the Finished message's HMAC (4.4.4). */
export const finishedKey = (suite: Hash, secret: TrafficSecret) =>
  expandLabel(suite, secret, 'finished', empty, suite.hashLength);
export const verifyData = (suite: Hash, secret: TrafficSecret, transcriptHash: Uint8Array) =>
  hmac(suite, finishedKey(suite, secret), transcriptHash);

/** application_traffic_secret_N+1 of a direction (7.2). */
export const nextTrafficSecret = (suite: Hash, secret: TrafficSecret) =>
  expandLabel(suite, secret, 'traffic upd', empty, suite.hashLength) as TrafficSecret;

/** The traffic key and IV (7.3). */
export const trafficKey = (suite: Suite, secret: TrafficSecret) =>
  expandLabel(suite, secret, 'key', empty, suite.keyLength);
export const trafficIv = (suite: Suite, secret: TrafficSecret) => expandLabel(suite, secret, 'iv', empty, 12);
