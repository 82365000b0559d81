// After a TLS 1.2 handshake: who asks for another one is told that there will be none (RFC 5246 7.2.2, RFC 5746 4.5).
import { sendAlert } from '../alertProtocol.ts';
import { type Connection, countIdle } from '../connection.ts';
import { describeMessage } from '../describe.ts';
import { type Protocol, refuse } from '../effects.ts';
import type { After } from '../exchange.ts';
import { takeMessage, tellMessage } from '../handshakeMessages.ts';
import { cannotAsk } from '../postHandshake.ts';
import { handshakeTypeName, handshakeTypes } from '../registry.ts';

export const after12: After = {
  *messages(c) {
    for (let message = takeMessage(c); message; message = takeMessage(c)) yield* decline(c, message);
  },
  // What the application may wish for is of TLS 1.3; here it would be a new handshake.
  *grant(_c, wish) {
    if (wish.wish === 'clientCertificate') yield* cannotAsk(wish);
  },
  *settle() {},
};

/** A warning: the connection goes on as it is. */
function* decline(c: Connection, message: Uint8Array): Protocol<void> {
  countIdle(c);
  const [type = 0] = message;
  const asks = c.side === 'client' ? handshakeTypes.hello_request : handshakeTypes.client_hello;
  if (type !== asks) refuse('unexpected_message', `${handshakeTypeName(type)} after the handshake`);
  const described = describeMessage(message);
  if (!described) return refuse('decode_error', `${handshakeTypeName(type)} cannot be read`);
  yield* tellMessage(c, 'received', { ...described, bytes: message });
  yield* sendAlert(c, 'no_renegotiation', 'there is one handshake in a connection');
}
