// The secrets of a TLS 1.3 connection (RFC 8446 7.1) as either end derives them and tells them, in the names of a key log.
import { type Connection, tellSecret } from './connection.ts';
import { type Protocol, tell } from './effects.ts';
import * as schedule from './keySchedule.ts';
import { versions } from './registry.ts';
import type { Suite } from './suites.ts';

/** What the handshake messages are sealed with, and what all later secrets are made of. */
export interface Keys {
  readonly suite: Suite;
  /** 0 where there was no key exchange. */
  readonly group: number;
  readonly secret: schedule.HandshakeSecret;
  readonly client: schedule.TrafficSecret;
  readonly server: schedule.TrafficSecret;
}
export interface ApplicationSecrets {
  readonly client: schedule.TrafficSecret;
  readonly server: schedule.TrafficSecret;
  readonly master: schedule.MasterSecret;
}

/** Of early data: from the key of the session and the ClientHello, which is the last message so far. */
export function* deriveEarlySecret(c: Connection, suite: Suite, psk: Uint8Array): Protocol<schedule.TrafficSecret> {
  const secret = schedule.earlySecret(suite, psk);
  const messages = c.transcript.copy();
  messages.use(suite);
  const traffic = schedule.clientEarlyTraffic(suite, secret, messages.hash());
  yield* tellSecret(c, 'CLIENT_EARLY_TRAFFIC_SECRET', traffic);
  yield* tellSecret(c, 'EARLY_EXPORTER_SECRET', schedule.earlyExporterSecret(suite, secret, messages.hash()));
  return traffic;
}

/** `psk` is the key of a session that goes on, `ecdhe` what was agreed on; ServerHello is the last message so far. */
export function* deriveHandshakeSecrets(
  c: Connection,
  { suite, group }: Pick<Keys, 'suite' | 'group'>,
  psk: Uint8Array | undefined,
  ecdhe: Uint8Array,
): Protocol<Keys> {
  const secret = schedule.handshakeSecret(suite, schedule.earlySecret(suite, psk), ecdhe);
  const transcriptHash = c.transcript.hash();
  const client = schedule.clientHandshakeTraffic(suite, secret, transcriptHash);
  const server = schedule.serverHandshakeTraffic(suite, secret, transcriptHash);
  yield* tellSecret(c, 'CLIENT_HANDSHAKE_TRAFFIC_SECRET', client);
  yield* tellSecret(c, 'SERVER_HANDSHAKE_TRAFFIC_SECRET', server);
  return { suite, group, secret, client, server };
}

/** `transcriptHash` is that up to the server's Finished. */
export function* deriveApplicationSecrets(
  c: Connection,
  { suite, secret }: Keys,
  transcriptHash: Uint8Array,
): Protocol<ApplicationSecrets> {
  const master = schedule.masterSecret(suite, secret);
  const client = schedule.clientApplicationTraffic(suite, master, transcriptHash);
  const server = schedule.serverApplicationTraffic(suite, master, transcriptHash);
  yield* tellSecret(c, 'CLIENT_TRAFFIC_SECRET_0', client);
  yield* tellSecret(c, 'SERVER_TRAFFIC_SECRET_0', server);
  yield* tellSecret(c, 'EXPORTER_SECRET', schedule.exporterSecret(suite, master, transcriptHash));
  return { client, server, master };
}

/** Both Finished have passed. */
export function* tellAgreed(c: Connection, { suite, group }: Keys): Protocol<void> {
  const transcript = c.transcript.hash();
  yield* tell({ what: 'agreed', version: versions['TLS 1.3'], suite: suite.id, group, transcript });
}
