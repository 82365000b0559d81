// ServerHelloDone (RFC 5246 7.4.5) and HelloRequest (7.4.1.1): messages that say all by being there.
import { type Decoded, decodeMessage, type Encoded, encodeMessage } from '../../messages/message.ts';
import { handshakeTypes } from '../../registry.ts';

export const encodeServerHelloDone = (recording = true): Encoded =>
  encodeMessage(handshakeTypes.server_hello_done, 'ServerHelloDone', recording, () => {});

export const decodeServerHelloDone = (bytes: Uint8Array, recording = true): Decoded<object> =>
  decodeMessage(bytes, handshakeTypes.server_hello_done, 'ServerHelloDone', recording, () => ({}));

export const encodeHelloRequest = (recording = true): Encoded =>
  encodeMessage(handshakeTypes.hello_request, 'HelloRequest', recording, () => {});

export const decodeHelloRequest = (bytes: Uint8Array, recording = true): Decoded<object> =>
  decodeMessage(bytes, handshakeTypes.hello_request, 'HelloRequest', recording, () => ({}));
