// ClientKeyExchange: a locked secret (RFC 5246 7.4.7.1) or a public key (RFC 8422 5.7). The suite says which.
import { refuse } from '../../effects.ts';
import { type Decoded, decodeMessage, type Encoded, encodeMessage } from '../../messages/message.ts';
import { handshakeTypes } from '../../registry.ts';

export interface LockedSecret {
  /** EncryptedPreMasterSecret: as long as the RSA modulus. */
  readonly locked: Uint8Array;
}
export interface ClientShare {
  readonly share: Uint8Array;
}

export const encodeLockedSecret = ({ locked }: LockedSecret, recording = true): Encoded =>
  encodeMessage(handshakeTypes.client_key_exchange, name, recording, (writer) =>
    writer.vector(2, 'encrypted_pre_master_secret', () => writer.bytes('rsa_ciphertext', locked)),
  );

export const decodeLockedSecret = (bytes: Uint8Array, recording = true): Decoded<LockedSecret> =>
  decodeMessage(bytes, handshakeTypes.client_key_exchange, name, recording, (reader) => ({
    locked: reader.vector(2, 'encrypted_pre_master_secret', () => reader.rest('rsa_ciphertext')),
  }));

export const encodeClientShare = ({ share }: ClientShare, recording = true): Encoded =>
  encodeMessage(handshakeTypes.client_key_exchange, name, recording, (writer) =>
    writer.vector(1, 'ec_public', () => writer.bytes('ec_point', share)),
  );

export const decodeClientShare = (bytes: Uint8Array, recording = true): Decoded<ClientShare> =>
  decodeMessage(bytes, handshakeTypes.client_key_exchange, name, recording, (reader) => ({
    share: reader.vector(1, 'ec_public', () => {
      if (!reader.left) refuse('decode_error', 'ClientKeyExchange: an empty point');
      return reader.rest('ec_point');
    }),
  }));

const name = 'ClientKeyExchange';
