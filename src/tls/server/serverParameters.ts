// What the server says first under seal (RFC 8446 4.3), and who it is (4.4.2, 4.4.3).
import { sendCertificate, sendCertificateVerify } from '../authentication.ts';
import { type Connection, limitRecords } from '../connection.ts';
import { type Protocol, refuse } from '../effects.ts';
import { sendHandshake } from '../handshakeMessages.ts';
import type { Identity } from '../identity.ts';
import type { CertificateRequest } from '../messages/certificateRequest.ts';
import type { ClientHello } from '../messages/clientHello.ts';
import { encodeEncryptedExtensions } from '../messages/encryptedExtensions.ts';
import { type Extension, findExtension } from '../messages/extensions.ts';
import { sendCertificateRequest } from './clientCertificate.ts';
import type { Answered } from './serverHello.ts';
import type { ServerSetup } from './setup.ts';

/** Gives the protocol that was chosen. */
export function* sendEncryptedExtensions(
  c: Connection,
  setup: ServerSetup,
  { hello, early }: Answered,
): Protocol<string | undefined> {
  const asked = findExtension(hello.extensions, 'application_layer_protocol_negotiation')?.protocols;
  const limit = findExtension(hello.extensions, 'record_size_limit')?.limit;
  const protocol = selectProtocol(setup, hello);
  if (asked && setup.protocols && !protocol) refuse('no_application_protocol', 'no application protocol in common'); // RFC 7301 3.2
  const extensions: Extension[] = [
    ...(findExtension(hello.extensions, 'server_name') ? [{ name: 'server_name' } as const] : []),
    ...(protocol ? [{ name: 'application_layer_protocol_negotiation', protocols: [protocol] } as const] : []),
    ...(limit !== undefined && setup.recordSizeLimit !== undefined
      ? [{ name: 'record_size_limit', limit: setup.recordSizeLimit } as const]
      : []),
    ...(early ? [{ name: 'early_data' } as const] : []),
  ];
  if (limit !== undefined && setup.recordSizeLimit !== undefined) limitRecords(c, setup.recordSizeLimit, limit);
  yield* sendHandshake(
    c,
    encodeEncryptedExtensions(
      { extensions: setup.arrange?.('EncryptedExtensions', extensions) ?? extensions },
      c.recording,
    ),
  );
  return protocol;
}

export function selectProtocol({ protocols }: ServerSetup, hello: ClientHello): string | undefined {
  const asked = findExtension(hello.extensions, 'application_layer_protocol_negotiation')?.protocols;
  return asked && protocols?.find((own) => asked.includes(own));
}

/** CertificateRequest, if the client is asked, and who the server is (4.3.2, 4.4). Gives the request. */
export function* authenticate(
  c: Connection,
  setup: ServerSetup,
  hello: ClientHello,
): Protocol<CertificateRequest | undefined> {
  const own = identityFor(setup, hello);
  const request = yield* sendCertificateRequest(c, setup);
  yield* sendCertificate(c, new Uint8Array(0), own.chain);
  yield* sendCertificateVerify(c, own);
  return request;
}

function identityFor(setup: ServerSetup, hello: ClientHello): Identity {
  const own =
    setup.identify(findExtension(hello.extensions, 'server_name')?.host) ??
    refuse('unrecognized_name', 'no certificate for that name'); // RFC 6066 3
  if (!findExtension(hello.extensions, 'signature_algorithms')?.schemes.includes(own.scheme))
    refuse('handshake_failure', 'the client cannot check our signature'); // 4.4.2.2
  return own;
}
