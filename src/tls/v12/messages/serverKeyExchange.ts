// ServerKeyExchange with an ephemeral key on a named curve, RFC 8422 5.4.
import { Writer } from '../../codec.ts';
import { refuse } from '../../effects.ts';
import { type Decoded, decodeMessage, type Encoded, encodeMessage } from '../../messages/message.ts';
import { groupName, handshakeTypes, signatureSchemeName } from '../../registry.ts';

export interface EphemeralParams {
  readonly group: number;
  /** The server's public key. */
  readonly share: Uint8Array;
}
export interface ServerKeyExchange extends EphemeralParams {
  readonly scheme: number;
  readonly signature: Uint8Array;
}

/** ServerECDHParams as bytes: what is signed, behind both randoms. */
export const encodeParams = (params: EphemeralParams): Uint8Array =>
  writeParams(new Writer(false), params).done().bytes;

export const encodeServerKeyExchange = (message: ServerKeyExchange, recording = true): Encoded =>
  encodeMessage(handshakeTypes.server_key_exchange, 'ServerKeyExchange', recording, (writer) =>
    writeParams(writer, message)
      .uint(2, 'algorithm', message.scheme, signatureSchemeName)
      .vector(2, 'signature', () => writer.bytes('signature_value', message.signature)),
  );

export const decodeServerKeyExchange = (bytes: Uint8Array, recording = true): Decoded<ServerKeyExchange> =>
  decodeMessage(bytes, handshakeTypes.server_key_exchange, 'ServerKeyExchange', recording, (reader) => {
    const curveType = reader.uint(1, 'curve_type', curveTypeName);
    if (curveType !== namedCurve) refuse('illegal_parameter', `curve_type must be 3, a named curve, not ${curveType}`);
    return {
      group: reader.uint(2, 'named_group', groupName),
      share: reader.vector(1, 'ec_public', () => {
        if (!reader.left) refuse('decode_error', 'ServerKeyExchange: an empty point');
        return reader.rest('ec_point');
      }),
      scheme: reader.uint(2, 'algorithm', signatureSchemeName),
      signature: reader.vector(2, 'signature', () => reader.rest('signature_value')),
    };
  });

const writeParams = (writer: Writer, { group, share }: EphemeralParams): Writer =>
  writer
    .uint(1, 'curve_type', namedCurve, curveTypeName)
    .uint(2, 'named_group', group, groupName)
    .vector(1, 'ec_public', () => writer.bytes('ec_point', share));

const namedCurve = 3;
const curveTypeName = (type: number): string => (type === namedCurve ? 'named_curve' : `type ${type}`);
