// Alice's side of a TLS 1.3 handshake in which she judges what comes herself: Bob's answer, his flight; and says what seals.
import * as z from 'zod';
import { Gone } from '../tls/alertProtocol.ts';
import {
  findingsOf,
  receiveCertificateVerify,
  receiveFinished,
  schemesIn,
  sendFinished,
} from '../tls/authentication.ts';
import { afterClient } from '../tls/client/afterHandshake.ts';
import { receiveCertificate } from '../tls/client/certificates.ts';
import { type Offer, sendClientHello, sendSecondClientHello } from '../tls/client/clientHello.ts';
import { deriveApplicationKeys, deriveHandshakeKeys } from '../tls/client/keys.ts';
import { receiveServerHello } from '../tls/client/serverHello.ts';
import { receiveEncryptedExtensions } from '../tls/client/serverParameters.ts';
import { type ClientSetup, clientPoints } from '../tls/client.ts';
import { type Connection, connection, writeWith } from '../tls/connection.ts';
import { decide, decisionPoint, type Protocol, refuse, tell } from '../tls/effects.ts';
import { type Outcome, wholeConnection } from '../tls/endpoint.ts';
import { flush, nextHandshakeType, receiveHandshake } from '../tls/handshakeMessages.ts';
import { decodeCertificate } from '../tls/messages/certificate.ts';
import { decodeCertificateVerify } from '../tls/messages/certificateVerify.ts';
import type { ClientHello } from '../tls/messages/clientHello.ts';
import { findExtension } from '../tls/messages/extensions.ts';
import { carriesMarker, decodeServerHello, isRetry, type ServerHello } from '../tls/messages/serverHello.ts';
import { handshakeTypes } from '../tls/registry.ts';
import type { ApplicationSecrets, Keys } from '../tls/secrets.ts';
import { signedContent, verifies } from '../tls/signatures.ts';
import { handshake as handshake12 } from '../tls/v12/client.ts';
import { peekMessage } from '../tls/v12/handshake12.ts';
import { answering } from './actors.ts';

/** Each check of hers, with the alert that RFC 8446 names: 4.1.3, D.1; 6.2, 4.4.3, 4. */
export const answerChecks = {
  'no downgrade marker': 'illegal_parameter',
  'TLS 1.3': 'protocol_version',
  'the suite was offered': 'illegal_parameter',
} as const;
export const flightChecks = {
  path: 'unknown_ca',
  'CertificateVerify follows': 'unexpected_message',
  CertificateVerify: 'decrypt_error',
} as const;

export const alicePoints = {
  /** What she says to a ServerHello. The rule: go on with an answer to what was offered; else the alert that is due. */
  onAnswer: decisionPoint<{ readonly fault: keyof typeof answerChecks | undefined }>()(
    'client.onAnswer',
    '8446 4.1.3',
    z.strictObject({ reply: z.enum(['continue', 'illegal_parameter', 'protocol_version', 'retry-older']) }),
    ({ fault }) => ({ reply: fault ? answerChecks[fault] : ('continue' as const) }),
  ),
  /** What she says to Certificate and what follows it. The rule: go on where all checks hold; else the alert that is due. */
  onFlight: decisionPoint<{ readonly fault: keyof typeof flightChecks | undefined }>()(
    'client.onFlight',
    '8446 4.4',
    z.strictObject({ reply: z.enum(['continue', 'decrypt_error', 'unexpected_message', 'unknown_ca']) }),
    ({ fault }) => ({ reply: fault ? flightChecks[fault] : ('continue' as const) }),
  ),
  /** What seals her application data. The rule: the application key of her own direction. */
  sealOrder: decisionPoint<object>()(
    'client.sealOrder',
    '8446 7.3',
    z.strictObject({ key: z.enum(['client_application', 'client_handshake', 'server_application']) }),
    () => ({ key: 'client_application' as const }),
  ),
};

/** What she decides herself; all else her software does. */
export type Judging = 'seal' | 'answer' | 'flight';

/** She found the answer wanting, and comes again with a hello of TLS 1.2. */
export const triesOlder = (outcome: unknown): boolean =>
  typeof outcome === 'object' && outcome !== null && 'reason' in outcome && outcome.reason === comesAgain;
const comesAgain = 'the client hangs up and comes again with TLS 1.2';

export function* judgingClient(setup: ClientSetup, judging: Judging): Protocol<Outcome<void>> {
  const c = connection({ ...setup, side: 'client', onRecord: clientPoints.onRecord });
  return yield* wholeConnection(c, handshake(c, setup, judging), clientPoints);
}

/** As `handshake` of the engine has it, but for what she judges. */
function* handshake(c: Connection, setup: ClientSetup, judging: Judging): Protocol<void> {
  let offer = yield* sendClientHello(c, setup);
  if (judging === 'answer') {
    const taken = yield* judgeAnswer(c, offer);
    if (taken === 'older') return yield* goOnOlder(c, setup, offer.hello);
    offer = taken;
  }
  let hello = yield* receiveServerHello(c, offer);
  if (isRetry(hello)) {
    offer = yield* sendSecondClientHello(c, setup, offer, hello);
    hello = yield* receiveServerHello(c, offer);
  }
  const keys = yield* deriveHandshakeKeys(c, offer, hello);
  const { protocol } = yield* receiveEncryptedExtensions(c, offer, keys);
  if (judging === 'flight') yield* judgeFlight(c, setup);
  else {
    const chain = yield* receiveCertificate(c, setup, offer);
    const schemes = schemesIn(offer.hello.extensions);
    yield* receiveCertificateVerify(c, clientPoints.onCertificateVerify, schemes, chain, c.transcript, setup.proves);
  }
  yield* receiveFinished(c, clientPoints.onFinished, keys.suite, keys.server);
  const transcriptHash = c.transcript.hash();
  yield* sendFinished(c, keys.suite, keys.client);
  yield* flush(c);
  const secrets = yield* deriveApplicationKeys(c, keys, transcriptHash);
  c.after = afterClient(c, setup, { offer, keys, secrets, protocol, request: undefined });
  if (judging === 'seal') yield* sealOrder(c, keys, secrets);
}

// ---- the answer -------------------------------------------------------------------------------------------------

/** The offer to hold the answer against: where she goes on whatever it says, what was chosen counts as offered. */
function* judgeAnswer(c: Connection, offer: Offer): Protocol<Offer | 'older'> {
  const answer = decodeServerHello(yield* peekMessage(c), false);
  if (isRetry(answer)) return offer;
  const fault = faultIn(answer, offer.hello);
  const { reply } = yield* decide(alicePoints.onAnswer, { fault });
  // Who goes on with TLS 1.2 looks at the marker there, once more.
  const again = reply === 'continue' && fault === 'no downgrade marker';
  if (fault && !again) yield* tell({ what: 'check', name: fault, holds: false, required: reply !== 'continue' });
  if (reply === 'retry-older') throw new Gone(comesAgain);
  if (reply !== 'continue')
    return refuse(reply, fault ? `the check fails: ${fault}` : 'the client wants no more of it');
  if (isOlder(answer)) return 'older';
  return { ...offer, hello: { ...offer.hello, suites: [...offer.hello.suites, answer.suite] } };
}

function faultIn(answer: ServerHello, offered: ClientHello): keyof typeof answerChecks | undefined {
  if (isOlder(answer)) return carriesMarker(answer) ? 'no downgrade marker' : 'TLS 1.3';
  return offered.suites.includes(answer.suite) ? undefined : 'the suite was offered';
}

const isOlder = ({ extensions }: ServerHello): boolean => findExtension(extensions, 'supported_versions') === undefined;

/** TLS 1.2 after all, and the marker is nothing to her. */
const goOnOlder = (c: Connection, setup: ClientSetup, hello: ClientHello): Protocol<void> =>
  answering(handshake12(c, setup, { hello, requiresExtendedMasterSecret: false }), {
    'client.onServerHello': { onMarker: 'ignore', stop: false, sendEarly: false },
  });

// ---- the flight -------------------------------------------------------------------------------------------------

function* judgeFlight(c: Connection, setup: ClientSetup): Protocol<void> {
  const { entries } = yield* receiveHandshake(c, decodeCertificate);
  const chain = entries.map(({ certificate }) => certificate);
  const [leaf] = chain;
  if (!leaf) return refuse('decode_error', 'the server sent no certificate');
  const findings = yield* findingsOf(setup.judge(chain, setup.host));
  const other = findings.find(({ name, holds }) => !holds && name !== 'path');
  if (other) return refuse(other.alert, other.says);
  const path = findings.every(({ holds }) => holds);
  yield* note(`Certificate: its dates and its name hold. ${path ? 'A' : 'No'} path leads to a root of mine.`);
  const proof = yield* receiveProof(c, leaf);
  yield* note(proofInWords[proof]);
  const fault = path ? proofFaults[proof] : 'path';
  const { reply } = yield* decide(alicePoints.onFlight, { fault });
  if (fault) yield* tell({ what: 'check', name: fault, holds: false, required: reply !== 'continue' });
  if (reply !== 'continue') refuse(reply, fault ? `the check fails: ${fault}` : 'the client wants no more of it');
}

/** CertificateVerify, if it comes: whether the leaf's key made it, over all messages so far. */
function* receiveProof(c: Connection, leaf: Uint8Array): Protocol<'holds' | 'fails' | 'missing'> {
  if ((yield* nextHandshakeType(c)) !== handshakeTypes.certificate_verify) return 'missing';
  const content = signedContent('server', c.transcript.hash());
  const { scheme, signature } = yield* receiveHandshake(c, decodeCertificateVerify);
  return verifies(scheme, content, leaf, signature) ? 'holds' : 'fails';
}

const proofInWords = {
  holds: 'CertificateVerify: the key in Certificate signed all messages so far.',
  fails: 'CertificateVerify: the key in Certificate did not make this signature.',
  missing: 'CertificateVerify: it did not come. Finished came.',
} as const;

const proofFaults = { holds: undefined, fails: 'CertificateVerify', missing: 'CertificateVerify follows' } as const;

const note = (text: string): Protocol<void> => tell({ what: 'note', text });

// ---- what seals -------------------------------------------------------------------------------------------------

function* sealOrder(c: Connection, { suite, client }: Keys, { server }: ApplicationSecrets): Protocol<void> {
  const { key } = yield* decide(alicePoints.sealOrder, {});
  if (key === 'client_handshake') writeWith(c, 'client handshake', suite, client);
  if (key === 'server_application') writeWith(c, 'server application', suite, server);
}
