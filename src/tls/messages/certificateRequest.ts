// CertificateRequest, RFC 8446 4.3.2.
import { handshakeTypes } from '../registry.ts';
import { type Extension, readExtensions, writeExtensions } from './extensions.ts';
import { type Decoded, decodeMessage, type Encoded, encodeMessage } from './message.ts';

export interface CertificateRequest {
  /** Empty in the handshake; after it, what tells one request from another. */
  readonly context: Uint8Array;
  readonly extensions: readonly Extension[];
}

export const encodeCertificateRequest = ({ context, extensions }: CertificateRequest, recording = true): Encoded =>
  encodeMessage(handshakeTypes.certificate_request, 'CertificateRequest', recording, (writer) => {
    writer.vector(1, 'certificate_request_context', () => writer.bytes('context', context));
    writeExtensions(writer, 'CertificateRequest', extensions);
  });

export const decodeCertificateRequest = (bytes: Uint8Array, recording = true): Decoded<CertificateRequest> =>
  decodeMessage(bytes, handshakeTypes.certificate_request, 'CertificateRequest', recording, (reader) => ({
    context: reader.vector(1, 'certificate_request_context', () => reader.rest('context')),
    extensions: readExtensions(reader, 'CertificateRequest'),
  }));
