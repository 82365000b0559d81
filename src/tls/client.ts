// A TLS 1.3 client. `handshake` reads as the client’s column of RFC 8446 figure 1; the steps stand in client/, in the files that it imports.
import { receiveCertificateVerify, receiveFinished, schemesIn, sendFinished } from './authentication.ts';
import { afterClient } from './client/afterHandshake.ts';
import { authenticate, receiveCertificate } from './client/certificates.ts';
import { sendClientHello, sendSecondClientHello } from './client/clientHello.ts';
import { endEarlyData, sendAgain } from './client/earlyData.ts';
import { deriveApplicationKeys, deriveHandshakeKeys } from './client/keys.ts';
import { clientPoints } from './client/points.ts';
import { receiveServerHello } from './client/serverHello.ts';
import { receiveCertificateRequest, receiveEncryptedExtensions } from './client/serverParameters.ts';
import type { ClientSetup } from './client/setup.ts';
import { type Connection, connection } from './connection.ts';
import type { Protocol } from './effects.ts';
import { type Outcome, wholeConnection } from './endpoint.ts';
import { flush } from './handshakeMessages.ts';
import { isRetry } from './messages/serverHello.ts';
import { sendChangeCipherSpec } from './records.ts';

export type { Finding } from './authentication.ts';
export { clientPoints } from './client/points.ts';
export type { ClientSetup } from './client/setup.ts';

/** A whole connection: the handshake, then the application's data on the link `app` until both sides have ended. */
export function* client(setup: ClientSetup): Protocol<Outcome<void>> {
  const c = connection({ ...setup, side: 'client', onRecord: clientPoints.onRecord });
  return yield* wholeConnection(c, handshake(c, setup), clientPoints);
}

export function* handshake(c: Connection, setup: ClientSetup): Protocol<void> {
  let offer = yield* sendClientHello(c, setup);
  if (setup.older && (yield* setup.older(c, offer.hello))) return;
  const sentEarly = offer.early;
  let hello = yield* receiveServerHello(c, offer);
  if (isRetry(hello)) {
    offer = yield* sendSecondClientHello(c, setup, offer, hello);
    hello = yield* receiveServerHello(c, offer);
  }
  const keys = yield* deriveHandshakeKeys(c, offer, hello);
  const { protocol, early } = yield* receiveEncryptedExtensions(c, offer, keys);
  const request = keys.resumed ? undefined : yield* receiveCertificateRequest(c);
  if (!keys.resumed) {
    const chain = yield* receiveCertificate(c, setup, offer);
    const schemes = schemesIn(offer.hello.extensions);
    yield* receiveCertificateVerify(c, clientPoints.onCertificateVerify, schemes, chain, c.transcript, setup.proves);
  }
  yield* receiveFinished(c, clientPoints.onFinished, keys.suite, keys.server);
  const transcriptHash = c.transcript.hash();
  if (early) yield* endEarlyData(c, keys);
  if (setup.compatibility && !offer.retried && !sentEarly) yield* sendChangeCipherSpec(c); // D.4
  if (request) yield* authenticate(c, setup, request);
  yield* sendFinished(c, keys.suite, keys.client);
  yield* flush(c);
  const secrets = yield* deriveApplicationKeys(c, keys, transcriptHash);
  c.after = afterClient(c, setup, { offer, keys, secrets, protocol, request });
  if (sentEarly && !early) yield* sendAgain(c, setup);
}
