// ClientHello, RFC 8446 4.1.2.
import { refuse } from '../effects.ts';
import { handshakeTypes, suiteName, versionName } from '../registry.ts';
import { type Extension, readExtensions, writeExtensions } from './extensions.ts';
import { type Decoded, decodeMessage, type Encoded, encodeMessage } from './message.ts';

export interface ClientHello {
  readonly legacyVersion: number;
  /** 32 bytes. */
  readonly random: Uint8Array;
  /** 0 to 32 bytes. */
  readonly sessionId: Uint8Array;
  readonly suites: readonly number[];
  readonly compressionMethods: Uint8Array;
  readonly extensions: readonly Extension[];
}

export const encodeClientHello = (hello: ClientHello, recording = true): Encoded =>
  encodeMessage(handshakeTypes.client_hello, 'ClientHello', recording, (writer) => {
    writer
      .uint(2, 'legacy_version', hello.legacyVersion, versionName)
      .bytes('random', hello.random)
      .vector(1, 'legacy_session_id', () => writer.bytes('session_id', hello.sessionId))
      .vector(2, 'cipher_suites', () => {
        for (const suite of hello.suites) writer.uint(2, 'cipher_suite', suite, suiteName);
      })
      .vector(1, 'legacy_compression_methods', () => writer.bytes('compression_method', hello.compressionMethods));
    writeExtensions(writer, 'ClientHello', hello.extensions);
  });

export const decodeClientHello = (bytes: Uint8Array, recording = true): Decoded<ClientHello> =>
  decodeMessage(bytes, handshakeTypes.client_hello, 'ClientHello', recording, (reader) => ({
    legacyVersion: reader.uint(2, 'legacy_version', versionName),
    random: reader.bytes(32, 'random'),
    sessionId: reader.vector(1, 'legacy_session_id', () => {
      if (reader.left > 32) refuse('decode_error', 'legacy_session_id: more than 32 bytes');
      return reader.rest('session_id');
    }),
    suites: reader.vector(2, 'cipher_suites', () => {
      if (!reader.left) refuse('decode_error', 'cipher_suites: the list is empty');
      return reader.list(() => reader.uint(2, 'cipher_suite', suiteName));
    }),
    compressionMethods: reader.vector(1, 'legacy_compression_methods', () => {
      if (!reader.left) refuse('decode_error', 'legacy_compression_methods: the list is empty');
      return reader.rest('compression_method');
    }),
    // A hello of a TLS 1.2 client may end here (RFC 5246 7.4.1.2).
    extensions: reader.left ? readExtensions(reader, 'ClientHello') : [],
  }));
