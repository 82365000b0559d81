// What the server says first under seal (RFC 8446 4.3), as a client checks it.
import { checkExtensions, checkPlaces } from '../authentication.ts';
import { type Connection, limitRecords, writeWith } from '../connection.ts';
import { type Protocol, refuse } from '../effects.ts';
import { nextHandshakeType, receiveHandshake } from '../handshakeMessages.ts';
import { type CertificateRequest, decodeCertificateRequest } from '../messages/certificateRequest.ts';
import { decodeEncryptedExtensions } from '../messages/encryptedExtensions.ts';
import { findExtension } from '../messages/extensions.ts';
import { extensionTypes, handshakeTypes } from '../registry.ts';
import type { Offer } from './clientHello.ts';
import type { ClientKeys } from './keys.ts';

export interface Answer {
  readonly protocol: string | undefined;
  /** Whether the early data is taken. */
  readonly early: boolean;
}

export function* receiveEncryptedExtensions(
  c: Connection,
  { hello, early: sent }: Offer,
  keys: ClientKeys,
): Protocol<Answer> {
  const { extensions } = yield* receiveHandshake(c, decodeEncryptedExtensions);
  checkExtensions(extensions, hello.extensions, [
    extensionTypes.server_name,
    extensionTypes.supported_groups,
    extensionTypes.application_layer_protocol_negotiation,
    extensionTypes.record_size_limit,
    extensionTypes.early_data,
  ]);
  const limit = findExtension(extensions, 'record_size_limit')?.limit;
  if (limit !== undefined) limitRecords(c, findExtension(hello.extensions, 'record_size_limit')?.limit ?? limit, limit);
  const early = findExtension(extensions, 'early_data') !== undefined;
  if (early && !keys.resumed) refuse('illegal_parameter', 'early data is taken, but not its session'); // 4.2.10
  if (sent && !early) writeWith(c, 'client handshake', keys.suite, keys.client);
  const chosen = findExtension(extensions, 'application_layer_protocol_negotiation')?.protocols;
  const offered = findExtension(hello.extensions, 'application_layer_protocol_negotiation')?.protocols;
  if (!chosen) return { protocol: undefined, early };
  const [protocol = ''] = chosen;
  if (chosen.length !== 1 || !offered?.includes(protocol))
    refuse('illegal_parameter', 'ALPN: the server did not choose one of the protocols offered'); // RFC 7301 3.1
  return { protocol, early };
}

/** Only a server that shows a certificate may ask for one, and it asks first (4.3.2). */
export function* receiveCertificateRequest(c: Connection): Protocol<CertificateRequest | undefined> {
  if ((yield* nextHandshakeType(c)) !== handshakeTypes.certificate_request) return undefined;
  const request = yield* receiveHandshake(c, decodeCertificateRequest);
  if (request.context.length) refuse('illegal_parameter', 'certificate_request_context must be empty'); // 4.3.2
  checkRequest(request);
  return request;
}

/** 4.3.2: the signatures must be named. What is unknown is passed over. */
export function checkRequest({ extensions }: CertificateRequest): void {
  checkPlaces(extensions, [
    extensionTypes.status_request,
    extensionTypes.signature_algorithms,
    extensionTypes.signed_certificate_timestamp,
    extensionTypes.certificate_authorities,
    extensionTypes.signature_algorithms_cert,
  ]);
  if (!findExtension(extensions, 'signature_algorithms'))
    refuse('missing_extension', 'the server does not say which signatures it checks');
}
