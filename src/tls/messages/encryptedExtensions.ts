// EncryptedExtensions, RFC 8446 4.3.1.
import { handshakeTypes } from '../registry.ts';
import { type Extension, readExtensions, writeExtensions } from './extensions.ts';
import { type Decoded, decodeMessage, type Encoded, encodeMessage } from './message.ts';

export interface EncryptedExtensions {
  readonly extensions: readonly Extension[];
}

export const encodeEncryptedExtensions = ({ extensions }: EncryptedExtensions, recording = true): Encoded =>
  encodeMessage(handshakeTypes.encrypted_extensions, 'EncryptedExtensions', recording, (writer) =>
    writeExtensions(writer, 'EncryptedExtensions', extensions),
  );

export const decodeEncryptedExtensions = (bytes: Uint8Array, recording = true): Decoded<EncryptedExtensions> =>
  decodeMessage(bytes, handshakeTypes.encrypted_extensions, 'EncryptedExtensions', recording, (reader) => ({
    extensions: readExtensions(reader, 'EncryptedExtensions'),
  }));
