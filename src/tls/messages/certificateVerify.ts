// CertificateVerify, RFC 8446 4.4.3.
import { handshakeTypes, signatureSchemeName } from '../registry.ts';
import { type Decoded, decodeMessage, type Encoded, encodeMessage } from './message.ts';

export interface CertificateVerify {
  readonly scheme: number;
  readonly signature: Uint8Array;
}

export const encodeCertificateVerify = ({ scheme, signature }: CertificateVerify, recording = true): Encoded =>
  encodeMessage(handshakeTypes.certificate_verify, 'CertificateVerify', recording, (writer) =>
    writer
      .uint(2, 'algorithm', scheme, signatureSchemeName)
      .vector(2, 'signature', () => writer.bytes('signature_value', signature)),
  );

export const decodeCertificateVerify = (bytes: Uint8Array, recording = true): Decoded<CertificateVerify> =>
  decodeMessage(bytes, handshakeTypes.certificate_verify, 'CertificateVerify', recording, (reader) => ({
    scheme: reader.uint(2, 'algorithm', signatureSchemeName),
    signature: reader.vector(2, 'signature', () => reader.rest('signature_value')),
  }));
