// The keys of a server’s connection (RFC 8446 7.1).
import { type Connection, readWith, writeWith } from '../connection.ts';
import type { Protocol } from '../effects.ts';
import {
  type ApplicationSecrets,
  deriveApplicationSecrets,
  deriveHandshakeSecrets,
  type Keys,
  tellAgreed,
} from '../secrets.ts';
import type { Answered } from './serverHello.ts';

export function* deriveHandshakeKeys(
  c: Connection,
  { suite, session, early, exchanged: { group, secret } }: Answered,
): Protocol<Keys> {
  const keys = yield* deriveHandshakeSecrets(c, { suite, group }, session?.state.psk, secret);
  if (early) readWith(c, 'client early', suite, early.secret);
  else readWith(c, 'client handshake', suite, keys.client);
  writeWith(c, 'server handshake', suite, keys.server);
  return keys;
}

/**
 * The server may send application data from here on (2, figure 1). It reads with the handshake key until the client's
 * Finished: what it reads with after that is among the secrets given back.
 */
export function* deriveApplicationKeys(c: Connection, keys: Keys): Protocol<ApplicationSecrets> {
  const secrets = yield* deriveApplicationSecrets(c, keys, c.transcript.hash());
  writeWith(c, 'server application', keys.suite, secrets.server);
  return secrets;
}

export function* readApplicationData(c: Connection, keys: Keys, next: ApplicationSecrets): Protocol<void> {
  readWith(c, 'client application', keys.suite, next.client);
  yield* tellAgreed(c, keys);
}
