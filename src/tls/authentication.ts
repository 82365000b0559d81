// Certificate, CertificateVerify and Finished (RFC 8446 4.4), as either side says them and checks them: over a Handshake Context,
// which is the transcript so far (`messages`), and in the case of Finished with a Base Key.
import type { AlertName } from './alerts.ts';
import type { Connection } from './connection.ts';
import { type DecisionPoint, decide, type Protocol, refuse, tell } from './effects.ts';
import { receiveHandshake, sendHandshake } from './handshakeMessages.ts';
import type { Identity } from './identity.ts';
import { type TrafficSecret, verifyData } from './keySchedule.ts';
import { encodeCertificate } from './messages/certificate.ts';
import { decodeCertificateVerify, encodeCertificateVerify } from './messages/certificateVerify.ts';
import { type Extension, extensionTypeOf, findExtension } from './messages/extensions.ts';
import { decodeFinished, encodeFinished } from './messages/finished.ts';
import { extensionName, extensionTypes, isRegistered } from './registry.ts';
import { signedContent, verifies } from './signatures.ts';
import type { Suite } from './suites.ts';

/** One check of a certificate chain, named, with the alert that an endpoint sends which insists on it. */
export interface Finding {
  readonly name: string;
  readonly holds: boolean;
  readonly says: string;
  readonly alert: AlertName;
}

export type OnCertificateVerify = DecisionPoint<
  { readonly holds: boolean },
  { readonly require: 'signature' | 'nothing' }
>;
export type OnFinished = DecisionPoint<{ readonly holds: boolean }, { readonly require: 'verifyData' | 'nothing' }>;

/** An empty chain says: none that fits (4.4.2.3). */
export function* sendCertificate(
  c: Connection,
  context: Uint8Array,
  chain: readonly Uint8Array[],
  messages = c.transcript,
): Protocol<void> {
  const entries = chain.map((certificate) => ({ certificate, extensions: [] }));
  yield* sendHandshake(c, encodeCertificate({ context, entries }, c.recording), messages);
}

export function* sendCertificateVerify(c: Connection, own: Identity, messages = c.transcript): Protocol<void> {
  const signature = yield* own.prove(signedContent(c.side, messages.hash()));
  if (signature)
    yield* sendHandshake(c, encodeCertificateVerify({ scheme: own.scheme, signature }, c.recording), messages);
}

export function* sendFinished(
  c: Connection,
  suite: Suite,
  secret: TrafficSecret,
  messages = c.transcript,
): Protocol<void> {
  const finished = { verifyData: verifyData(suite, secret, messages.hash()) };
  yield* sendHandshake(c, encodeFinished(finished, c.recording), messages);
}

/** 4.2, 4.4.2: an extension that was not asked for, or that does not belong into this message, is refused. */
export function checkExtensions(
  extensions: readonly Extension[],
  request: readonly Extension[],
  allowed: readonly number[],
  unasked: readonly number[] = [],
): void {
  const asked = new Set([...request.map(extensionTypeOf), ...unasked]);
  for (const type of extensions.map(extensionTypeOf)) {
    if (!asked.has(type)) refuse('unsupported_extension', `the extension ${extensionName(type)} was not offered`);
    if (!allowed.includes(type)) misplaced(type);
  }
}

/** 4.2: what is known and does not belong into this message is refused, also where nothing was asked; the unknown is passed over. */
export function checkPlaces(extensions: readonly Extension[], allowed: readonly number[]): void {
  for (const type of extensions.map(extensionTypeOf)) {
    if (isRegistered(type) && !allowed.includes(type)) misplaced(type);
  }
}

const misplaced = (type: number): never =>
  refuse('illegal_parameter', `the extension ${extensionName(type)} does not belong into this message`);

/** What may stand beside a certificate, where it was asked for. */
export const certificateExtensions = [extensionTypes.status_request, extensionTypes.signed_certificate_timestamp];

/** A judge may have to ask first: then it is a protocol of its own. */
export type Judged = readonly Finding[] | Protocol<readonly Finding[]>;
export function* findingsOf(judged: Judged): Protocol<readonly Finding[]> {
  return 'next' in judged ? yield* judged : judged;
}

/** What CertificateVerify says, and the chain that came before it. */
export interface Proof {
  readonly scheme: number;
  readonly content: Uint8Array;
  readonly signature: Uint8Array;
  readonly chain: readonly Uint8Array[];
}
/** By the key of the first certificate. */
// biome-ignore lint/correctness/useYield: it asks nobody; others may
function* byTheLeaf({ scheme, content, signature, chain: [leaf = new Uint8Array(0)] }: Proof): Protocol<boolean> {
  return verifies(scheme, content, leaf, signature);
}

/** Tells all findings; gives the first of those required that does not hold. */
export function* failureIn(
  findings: readonly Finding[],
  require: 'all' | readonly string[],
): Protocol<Finding | undefined> {
  const required = (name: string) => require === 'all' || require.includes(name);
  for (const { name, holds } of findings) yield* tell({ what: 'check', name, holds, required: required(name) });
  return findings.find(({ name, holds }) => !holds && required(name));
}

/** The signatures that the author of this message checks. */
export const schemesIn = (extensions: readonly Extension[]): readonly number[] =>
  findExtension(extensions, 'signature_algorithms')?.schemes ?? [];

/** `schemes` are those that this end has said it takes; `proves` is how it checks the signature. */
export function* receiveCertificateVerify(
  c: Connection,
  point: OnCertificateVerify,
  schemes: readonly number[],
  chain: readonly Uint8Array[],
  messages = c.transcript,
  proves: (proof: Proof) => Protocol<boolean> = byTheLeaf,
): Protocol<void> {
  const content = signedContent(c.side === 'client' ? 'server' : 'client', messages.hash());
  const { scheme, signature } = yield* receiveHandshake(c, decodeCertificateVerify, messages);
  if (!schemes.includes(scheme)) refuse('illegal_parameter', 'the signature scheme was not offered'); // 4.4.3
  const holds = yield* proves({ scheme, content, signature, chain });
  const { require } = yield* decide(point, { holds });
  yield* tell({ what: 'check', name: 'CertificateVerify', holds, required: require === 'signature' });
  if (!holds && require === 'signature')
    refuse('decrypt_error', 'CertificateVerify is not signed by the key in the certificate'); // 4.4.3
}

/** `secret` is the traffic secret of the peer's direction. */
export function* receiveFinished(
  c: Connection,
  point: OnFinished,
  suite: Suite,
  secret: TrafficSecret,
  messages = c.transcript,
): Protocol<void> {
  const expected = verifyData(suite, secret, messages.hash());
  const { verifyData: given } = yield* receiveHandshake(c, decodeFinished, messages);
  if (given.length !== suite.hashLength) refuse('decode_error', `verify_data has ${given.length} bytes`);
  const holds = Buffer.from(expected).equals(given);
  const { require } = yield* decide(point, { holds });
  yield* tell({ what: 'check', name: 'Finished', holds, required: require === 'verifyData' });
  if (!holds && require === 'verifyData') refuse('decrypt_error', 'Finished is not over the messages that we saw'); // 4.4.4
  c.established = true;
}
