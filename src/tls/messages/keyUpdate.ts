// KeyUpdate, RFC 8446 4.6.3.
import { refuse } from '../effects.ts';
import { handshakeTypes } from '../registry.ts';
import { type Decoded, decodeMessage, type Encoded, encodeMessage } from './message.ts';

export interface KeyUpdate {
  /** Whether the other side shall change its sending key, too. */
  readonly requested: boolean;
}

export const encodeKeyUpdate = ({ requested }: KeyUpdate, recording = true): Encoded =>
  encodeMessage(handshakeTypes.key_update, 'KeyUpdate', recording, (writer) =>
    writer.uint(1, 'request_update', requested ? 1 : 0, requestName),
  );

export const decodeKeyUpdate = (bytes: Uint8Array, recording = true): Decoded<KeyUpdate> =>
  decodeMessage(bytes, handshakeTypes.key_update, 'KeyUpdate', recording, (reader) => {
    const request = reader.uint(1, 'request_update', requestName);
    if (request > 1) refuse('illegal_parameter', `request_update must be 0 or 1, not ${request}`);
    return { requested: request === 1 };
  });

const requestName = (request: number): string =>
  ['update_not_requested', 'update_requested'][request] ?? `request ${request}`;
