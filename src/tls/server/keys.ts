// The keys of a server’s connection (RFC 8446 7.1).
import { type Connection, readWith, tellSecret, writeWith } from '../connection.ts';
import { type Protocol, tell } from '../effects.ts';
import * as schedule from '../keySchedule.ts';
import { versions } from '../registry.ts';
import type { Suite } from '../suites.ts';
import type { Answered } from './serverHello.ts';

export interface Keys {
  readonly suite: Suite;
  readonly group: number;
  readonly secret: schedule.HandshakeSecret;
  readonly client: schedule.TrafficSecret;
  readonly server: schedule.TrafficSecret;
}

export function* deriveHandshakeKeys(
  c: Connection,
  { suite, session, early, exchanged: { group, secret: ecdhe } }: Answered,
): Protocol<Keys> {
  const secret = schedule.handshakeSecret(suite, schedule.earlySecret(suite, session?.state.psk), ecdhe);
  const transcriptHash = c.transcript.hash();
  const client = schedule.clientHandshakeTraffic(suite, secret, transcriptHash);
  const server = schedule.serverHandshakeTraffic(suite, secret, transcriptHash);
  yield* tellSecret(c, 'CLIENT_HANDSHAKE_TRAFFIC_SECRET', client);
  yield* tellSecret(c, 'SERVER_HANDSHAKE_TRAFFIC_SECRET', server);
  if (early) readWith(c, 'client early', suite, early.secret);
  else readWith(c, 'client handshake', suite, client);
  writeWith(c, 'server handshake', suite, server);
  return { suite, group, secret, client, server };
}

/**
 * The server may send application data from here on (2, figure 1). It reads with the handshake key until the client's
 * Finished: the secret to read with after that is given back.
 */
export function* deriveApplicationKeys(c: Connection, { suite, secret }: Keys): Protocol<Next> {
  const master = schedule.masterSecret(suite, secret);
  const transcriptHash = c.transcript.hash();
  const client = schedule.clientApplicationTraffic(suite, master, transcriptHash);
  const server = schedule.serverApplicationTraffic(suite, master, transcriptHash);
  yield* tellSecret(c, 'CLIENT_TRAFFIC_SECRET_0', client);
  yield* tellSecret(c, 'SERVER_TRAFFIC_SECRET_0', server);
  yield* tellSecret(c, 'EXPORTER_SECRET', schedule.exporterSecret(suite, master, transcriptHash));
  writeWith(c, 'server application', suite, server);
  return { client, master };
}

interface Next {
  /** The secret to read with, once the client's Finished has come. */
  readonly client: schedule.TrafficSecret;
  readonly master: schedule.MasterSecret;
}

export function* readApplicationData(
  c: Connection,
  { suite, group }: Keys,
  next: schedule.TrafficSecret,
): Protocol<void> {
  readWith(c, 'client application', suite, next);
  yield* tell({
    what: 'agreed',
    version: versions['TLS 1.3'],
    suite: suite.id,
    group,
    transcript: c.transcript.hash(),
  });
}
