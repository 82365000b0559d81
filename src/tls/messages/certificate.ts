// Certificate, RFC 8446 4.4.2.
import { handshakeTypes } from '../registry.ts';
import { refuse } from '../effects.ts';
import { type Extension, readExtensions, writeExtensions } from './extensions.ts';
import { type Decoded, decodeMessage, type Encoded, encodeMessage } from './message.ts';

export interface CertificateEntry {
  /** A DER certificate. */
  readonly certificate: Uint8Array;
  readonly extensions: readonly Extension[];
}
export interface CertificateMessage {
  readonly context: Uint8Array;
  /** The sender's own certificate first. */
  readonly entries: readonly CertificateEntry[];
}

export const encodeCertificate = ({ context, entries }: CertificateMessage, recording = true): Encoded =>
  encodeMessage(handshakeTypes.certificate, 'Certificate', recording, (writer) => {
    writer
      .vector(1, 'certificate_request_context', () => writer.bytes('context', context))
      .vector(3, 'certificate_list', () => {
        for (const { certificate, extensions } of entries) {
          writer.group('certificate_entry', () => {
            writer.vector(3, 'cert_data', () => writer.bytes('certificate', certificate));
            writeExtensions(writer, 'Certificate', extensions);
          });
        }
      });
  });

export const decodeCertificate = (bytes: Uint8Array, recording = true): Decoded<CertificateMessage> =>
  decodeMessage(bytes, handshakeTypes.certificate, 'Certificate', recording, (reader) => ({
    context: reader.vector(1, 'certificate_request_context', () => reader.rest('context')),
    entries: reader.vector(3, 'certificate_list', () =>
      reader.list(() =>
        reader.group('certificate_entry', () => ({
          certificate: reader.vector(3, 'cert_data', () => {
            if (!reader.left) refuse('decode_error', 'cert_data: an empty certificate');
            return reader.rest('certificate');
          }),
          extensions: readExtensions(reader, 'Certificate'),
        })),
      ),
    ),
  }));
