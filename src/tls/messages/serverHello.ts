// ServerHello and HelloRetryRequest: one format, told apart by the random (RFC 8446 4.1.3, 4.1.4).
import { createHash } from 'node:crypto';
import { refuse } from '../effects.ts';
import { handshakeTypes, suiteName, versionName } from '../registry.ts';
import { type Extension, readExtensions, writeExtensions } from './extensions.ts';
import { type Decoded, decodeMessage, type Encoded, encodeMessage } from './message.ts';

export interface ServerHello {
  readonly legacyVersion: number;
  /** 32 bytes. */
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly suite: number;
  readonly compressionMethod: number;
  readonly extensions: readonly Extension[];
}

/** The random of every HelloRetryRequest: SHA-256 of its name (4.1.3). */
export const helloRetryRandom: Uint8Array = new Uint8Array(createHash('sha256').update('HelloRetryRequest').digest());
export const isRetry = ({ random }: Pick<ServerHello, 'random'>): boolean =>
  Buffer.from(random).equals(helloRetryRandom);

/** The last 8 bytes of the random of a server that speaks 1.3 and settles for 1.2 (4.1.3): "DOWNGRD" and 01. */
export const downgradeMarker: Uint8Array = Uint8Array.of(0x44, 0x4f, 0x57, 0x4e, 0x47, 0x52, 0x44, 0x01);
export const carriesMarker = ({ random }: Pick<ServerHello, 'random'>): boolean =>
  Buffer.from(random.subarray(24, 31)).equals(downgradeMarker.subarray(0, 7)) && (random[31] === 0 || random[31] === 1);
export const withMarker = (random: Uint8Array): Uint8Array => Buffer.concat([random.subarray(0, 24), downgradeMarker]);

export const encodeServerHello = (hello: ServerHello, recording = true): Encoded => {
  const name = isRetry(hello) ? 'HelloRetryRequest' : 'ServerHello';
  return encodeMessage(handshakeTypes.server_hello, name, recording, (writer) => {
    writer
      .uint(2, 'legacy_version', hello.legacyVersion, versionName)
      .bytes('random', hello.random)
      .vector(1, 'legacy_session_id_echo', () => writer.bytes('session_id', hello.sessionId))
      .uint(2, 'cipher_suite', hello.suite, suiteName)
      .uint(1, 'legacy_compression_method', hello.compressionMethod);
    if (hello.extensions.length) writeExtensions(writer, name, hello.extensions);
  });
};

export const decodeServerHello = (bytes: Uint8Array, recording = true): Decoded<ServerHello> => {
  const retry = Buffer.from(bytes.subarray(6, 38)).equals(helloRetryRandom);
  const name = retry ? 'HelloRetryRequest' : 'ServerHello';
  return decodeMessage(bytes, handshakeTypes.server_hello, name, recording, (reader) => ({
    legacyVersion: reader.uint(2, 'legacy_version', versionName),
    random: reader.bytes(32, 'random'),
    sessionId: reader.vector(1, 'legacy_session_id_echo', () => {
      if (reader.left > 32) refuse('decode_error', 'legacy_session_id_echo: more than 32 bytes');
      return reader.rest('session_id');
    }),
    suite: reader.uint(2, 'cipher_suite', suiteName),
    compressionMethod: reader.uint(1, 'legacy_compression_method'),
    // A TLS 1.2 ServerHello may end here.
    extensions: reader.left ? readExtensions(reader, name) : [],
  }));
};
