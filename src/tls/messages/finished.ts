// Finished, RFC 8446 4.4.4.
import { handshakeTypes } from '../registry.ts';
import { type Decoded, decodeMessage, type Encoded, encodeMessage } from './message.ts';

export interface Finished {
  /** As long as the suite's hash. */
  readonly verifyData: Uint8Array;
}

export const encodeFinished = ({ verifyData }: Finished, recording = true): Encoded =>
  encodeMessage(handshakeTypes.finished, 'Finished', recording, (writer) => writer.bytes('verify_data', verifyData));

export const decodeFinished = (bytes: Uint8Array, recording = true): Decoded<Finished> =>
  decodeMessage(bytes, handshakeTypes.finished, 'Finished', recording, (reader) => ({
    verifyData: reader.rest('verify_data'),
  }));
