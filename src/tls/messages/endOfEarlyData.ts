// EndOfEarlyData, RFC 8446 4.5: it says no more than that.
import { handshakeTypes } from '../registry.ts';
import { type Decoded, decodeMessage, type Encoded, encodeMessage } from './message.ts';

export const encodeEndOfEarlyData = (_nothing: object = {}, recording = true): Encoded =>
  encodeMessage(handshakeTypes.end_of_early_data, 'EndOfEarlyData', recording, () => {});

export const decodeEndOfEarlyData = (bytes: Uint8Array, recording = true): Decoded<object> =>
  decodeMessage(bytes, handshakeTypes.end_of_early_data, 'EndOfEarlyData', recording, () => ({}));
