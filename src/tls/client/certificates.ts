// Certificates at a client (RFC 8446 4.4.2): the server’s is judged, its own shown.
import {
  certificateExtensions,
  checkExtensions,
  failureIn,
  findingsOf,
  schemesIn,
  sendCertificate,
  sendCertificateVerify,
} from '../authentication.ts';
import type { Connection } from '../connection.ts';
import { decide, type Protocol, refuse } from '../effects.ts';
import { receiveHandshake } from '../handshakeMessages.ts';
import { decodeCertificate } from '../messages/certificate.ts';
import type { CertificateRequest } from '../messages/certificateRequest.ts';
import type { Offer } from './clientHello.ts';
import { clientPoints } from './points.ts';
import type { ClientSetup } from './setup.ts';

export function* receiveCertificate(
  c: Connection,
  { host, judge }: ClientSetup,
  { hello }: Offer,
): Protocol<readonly Uint8Array[]> {
  const { context, entries } = yield* receiveHandshake(c, decodeCertificate);
  if (context.length) refuse('illegal_parameter', 'certificate_request_context must be empty'); // 4.4.2
  if (!entries.length) refuse('decode_error', 'the server sent no certificate'); // 4.4.2.4
  for (const { extensions } of entries) checkExtensions(extensions, hello.extensions, certificateExtensions); // 4.4.2
  const chain = entries.map(({ certificate }) => certificate);
  const findings = yield* findingsOf(judge(chain, host));
  const { require, stop } = yield* decide(clientPoints.acceptChain, { host, findings });
  const failed = yield* failureIn(findings, require);
  if (stop) refuse('user_canceled', 'the user does not want to go on');
  if (failed) refuse(failed.alert, failed.says);
  return chain;
}

/** The client's own Certificate and CertificateVerify (4.4.2, 4.4.3); an empty Certificate where it shows none. */
export function* authenticate(
  c: Connection,
  { identity }: ClientSetup,
  request: CertificateRequest,
  messages = c.transcript,
): Protocol<void> {
  const { certificate } = yield* decide(clientPoints.sendCertificate, {
    available: identity !== undefined,
    fits: identity !== undefined && schemesIn(request.extensions).includes(identity.scheme),
  });
  const shown = certificate === 'own' ? identity : undefined;
  yield* sendCertificate(c, request.context, shown?.chain ?? [], messages);
  if (shown) yield* sendCertificateVerify(c, shown, messages);
}
