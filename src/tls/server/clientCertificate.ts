// A client that is asked who it is (RFC 8446 4.3.2), and its answer (4.4.2).
import { certificateExtensions, checkExtensions, failureIn, receiveCertificateVerify } from '../authentication.ts';
import type { Connection } from '../connection.ts';
import { decide, type Protocol, refuse, tell } from '../effects.ts';
import { receiveHandshake, sendHandshake } from '../handshakeMessages.ts';
import { decodeCertificate } from '../messages/certificate.ts';
import { type CertificateRequest, encodeCertificateRequest } from '../messages/certificateRequest.ts';
import { type Extension, findExtension } from '../messages/extensions.ts';
import { supportedSchemes } from '../signatures.ts';
import { serverPoints } from './points.ts';
import type { ServerSetup } from './setup.ts';

export function* sendCertificateRequest(c: Connection, setup: ServerSetup): Protocol<CertificateRequest | undefined> {
  const wanted = setup.clientCertificates;
  const { request } = yield* decide(serverPoints.requestCertificate, { wanted: wanted !== undefined });
  if (!request) return undefined;
  const extensions: Extension[] = [
    { name: 'signature_algorithms', schemes: wanted?.schemes ?? supportedSchemes },
    ...(wanted?.authorities ? [{ name: 'certificate_authorities', authorities: wanted.authorities } as const] : []),
  ];
  const message = {
    context: new Uint8Array(0),
    extensions: setup.arrange?.('CertificateRequest', extensions) ?? extensions,
  };
  yield* sendHandshake(c, encodeCertificateRequest(message, c.recording));
  return message;
}

/** The client's answer to a CertificateRequest: who it is, and the proof. */
export function* receiveClientCertificate(
  c: Connection,
  setup: ServerSetup,
  request: CertificateRequest,
): Protocol<void> {
  const { context, entries } = yield* receiveHandshake(c, decodeCertificate);
  if (!Buffer.from(context).equals(request.context))
    refuse('illegal_parameter', 'certificate_request_context is not that of the request'); // 4.4.2
  for (const { extensions } of entries) checkExtensions(extensions, request.extensions, certificateExtensions); // 4.4.2
  const chain = entries.map(({ certificate }) => certificate);
  const anonymous = !chain.length;
  const findings = anonymous ? [] : (setup.clientCertificates?.judge(chain) ?? []);
  const optional = setup.clientCertificates?.optional ?? false;
  const answer = yield* decide(serverPoints.acceptClient, { anonymous, optional, findings });
  if (anonymous) {
    yield* tell({ what: 'check', name: 'client certificate', holds: false, required: answer.anonymous === 'refuse' });
    if (answer.anonymous === 'refuse') refuse('certificate_required', 'the client has shown no certificate'); // 4.4.2.4
    return;
  }
  const failed = yield* failureIn(findings, answer.require);
  if (failed) refuse(failed.alert, failed.says);
  const schemes = findExtension(request.extensions, 'signature_algorithms')?.schemes ?? [];
  yield* receiveCertificateVerify(c, serverPoints.onCertificateVerify, schemes, chain);
}
