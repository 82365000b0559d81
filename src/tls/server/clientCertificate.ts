// A client that is asked who it is (RFC 8446 4.3.2), and its answer (4.4.2, 4.4.3).
import {
  certificateExtensions,
  checkExtensions,
  failureIn,
  receiveCertificateVerify,
  schemesIn,
} from '../authentication.ts';
import type { Connection } from '../connection.ts';
import { decide, type Protocol, refuse, tell } from '../effects.ts';
import { receiveHandshake, sendHandshake } from '../handshakeMessages.ts';
import { type CertificateMessage, decodeCertificate } from '../messages/certificate.ts';
import { type CertificateRequest, encodeCertificateRequest } from '../messages/certificateRequest.ts';
import type { Extension } from '../messages/extensions.ts';
import { supportedSchemes } from '../signatures.ts';
import { serverPoints } from './points.ts';
import type { ServerSetup } from './setup.ts';

/** In the handshake (4.3.2). */
export function* sendCertificateRequest(c: Connection, setup: ServerSetup): Protocol<CertificateRequest | undefined> {
  const { clientCertificates } = setup;
  const wanted = clientCertificates !== undefined && clientCertificates.when !== 'later';
  const { request } = yield* decide(serverPoints.requestCertificate, { wanted });
  if (!request) return undefined;
  const message = certificateRequest(setup, new Uint8Array(0));
  yield* sendHandshake(c, encodeCertificateRequest(message, c.recording));
  return message;
}

export function certificateRequest(
  { clientCertificates: wanted, arrange }: ServerSetup,
  context: Uint8Array,
): CertificateRequest {
  const extensions: Extension[] = [
    { name: 'signature_algorithms', schemes: wanted?.schemes ?? supportedSchemes },
    ...(wanted?.authorities ? [{ name: 'certificate_authorities', authorities: wanted.authorities } as const] : []),
  ];
  return { context, extensions: arrange?.('CertificateRequest', extensions) ?? extensions };
}

/** The client's answer in the handshake: who it is, and the proof. */
export function* receiveClientCertificate(
  c: Connection,
  setup: ServerSetup,
  request: CertificateRequest,
): Protocol<void> {
  const certificate = yield* receiveHandshake(c, decodeCertificate);
  if (!Buffer.from(certificate.context).equals(request.context))
    refuse('illegal_parameter', 'certificate_request_context is not that of the request'); // 4.4.2
  yield* judgeClient(c, setup, request, certificate);
}

/** A Certificate that came, and the CertificateVerify that must follow. Gives the chain, which is empty where none was shown. */
export function* judgeClient(
  c: Connection,
  setup: ServerSetup,
  request: CertificateRequest,
  { entries }: CertificateMessage,
  messages = c.transcript,
): Protocol<readonly Uint8Array[]> {
  for (const { extensions } of entries) checkExtensions(extensions, request.extensions, certificateExtensions); // 4.4.2
  const chain = entries.map(({ certificate }) => certificate);
  const anonymous = !chain.length;
  const findings = anonymous ? [] : (setup.clientCertificates?.judge(chain) ?? []);
  const optional = setup.clientCertificates?.optional ?? false;
  const answer = yield* decide(serverPoints.acceptClient, { anonymous, optional, findings });
  if (anonymous) {
    yield* tell({ what: 'check', name: 'client certificate', holds: false, required: answer.anonymous === 'refuse' });
    if (answer.anonymous === 'refuse') refuse('certificate_required', 'the client has shown no certificate'); // 4.4.2.4
    return chain;
  }
  const failed = yield* failureIn(findings, answer.require);
  if (failed) refuse(failed.alert, failed.says);
  yield* receiveCertificateVerify(c, serverPoints.onCertificateVerify, schemesIn(request.extensions), chain, messages);
  return chain;
}
