// Certificate, RFC 5246 7.4.2: a list and nothing else.
import { refuse } from '../../effects.ts';
import { type Decoded, decodeMessage, type Encoded, encodeMessage } from '../../messages/message.ts';
import { handshakeTypes } from '../../registry.ts';

export interface Certificate12 {
  /** DER, the sender's own certificate first. */
  readonly chain: readonly Uint8Array[];
}

export const encodeCertificate12 = ({ chain }: Certificate12, recording = true): Encoded =>
  encodeMessage(handshakeTypes.certificate, 'Certificate', recording, (writer) => {
    writer.vector(3, 'certificate_list', () => {
      for (const certificate of chain) writer.vector(3, 'cert_data', () => writer.bytes('certificate', certificate));
    });
  });

export const decodeCertificate12 = (bytes: Uint8Array, recording = true): Decoded<Certificate12> =>
  decodeMessage(bytes, handshakeTypes.certificate, 'Certificate', recording, (reader) => ({
    chain: reader.vector(3, 'certificate_list', () =>
      reader.list(() =>
        reader.vector(3, 'cert_data', () => {
          if (!reader.left) refuse('decode_error', 'cert_data: an empty certificate');
          return reader.rest('certificate');
        }),
      ),
    ),
  }));
