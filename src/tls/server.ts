// A TLS 1.3 server. `handshake` reads as the server’s column of RFC 8446 figure 1; the steps stand in server/, in the files that it imports.
import { receiveFinished, sendFinished } from './authentication.ts';
import { type Connection, connection } from './connection.ts';
import type { Protocol } from './effects.ts';
import { type Outcome, wholeConnection } from './endpoint.ts';
import { flush } from './handshakeMessages.ts';
import { afterServer } from './server/afterHandshake.ts';
import { receiveClientCertificate } from './server/clientCertificate.ts';
import { receiveClientHello } from './server/clientHello.ts';
import { receiveEarlyData } from './server/earlyData.ts';
import { deriveApplicationKeys, deriveHandshakeKeys, readApplicationData } from './server/keys.ts';
import { serverPoints } from './server/points.ts';
import { sendTickets } from './server/resumption.ts';
import { sendServerHello } from './server/serverHello.ts';
import { authenticate, sendEncryptedExtensions } from './server/serverParameters.ts';
import type { ServerSetup } from './server/setup.ts';

export { identity } from './identity.ts';
export { serverPoints } from './server/points.ts';
export type { ClientCertificates, ServerSetup, Tickets } from './server/setup.ts';

/** A whole connection: the handshake, then the application's data on the link `app` until both sides have ended. */
export function* server(setup: ServerSetup): Protocol<Outcome<void>> {
  const c = connection({ ...setup, side: 'server', onRecord: serverPoints.onRecord });
  return yield* wholeConnection(c, handshake(c, setup), serverPoints);
}

export function* handshake(c: Connection, setup: ServerSetup): Protocol<void> {
  const offer = yield* receiveClientHello(c);
  const answer = yield* sendServerHello(c, setup, offer);
  const keys = yield* deriveHandshakeKeys(c, answer);
  const protocol = yield* sendEncryptedExtensions(c, setup, answer);
  const request = answer.session ? undefined : yield* authenticate(c, setup, answer.hello);
  yield* sendFinished(c, keys.suite, keys.server);
  yield* flush(c);
  const next = yield* deriveApplicationKeys(c, keys);
  if (answer.early) yield* receiveEarlyData(c, keys, answer.early);
  if (request) yield* receiveClientCertificate(c, setup, request);
  yield* receiveFinished(c, serverPoints.onFinished, keys.suite, keys.client);
  yield* readApplicationData(c, keys, next);
  c.after = afterServer(c, setup, answer.hello);
  yield* sendTickets(c, setup, keys, next, answer.hello, protocol);
}
