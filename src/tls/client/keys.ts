// The keys of a client’s connection (RFC 8446 7.1): from the key exchange, and from a session that goes on.
import { type Connection, readWith, writeWith } from '../connection.ts';
import { type Protocol, refuse } from '../effects.ts';
import { findExtension, type KeyShareEntry } from '../messages/extensions.ts';
import type { ServerHello } from '../messages/serverHello.ts';
import { groupName, pskModes } from '../registry.ts';
import {
  type ApplicationSecrets,
  deriveApplicationSecrets,
  deriveHandshakeSecrets,
  type Keys,
  tellAgreed,
} from '../secrets.ts';
import type { Suite } from '../suites.ts';
import type { Offer } from './clientHello.ts';
import type { Resumption } from './earlyData.ts';
import { suiteFor } from './serverHello.ts';

/** The keys, and whether it is an earlier session that goes on: its key proves the server, and there is no certificate. */
export interface ClientKeys extends Keys {
  readonly resumed: boolean;
}

export function* deriveHandshakeKeys(c: Connection, offer: Offer, hello: ServerHello): Protocol<ClientKeys> {
  const suite = suiteFor(hello);
  const taken = sessionTaken(offer, hello, suite);
  const share = findExtension(hello.extensions, 'key_share')?.shares[0];
  const shared = share ? agreeOn(offer, share) : new Uint8Array(suite.hashLength);
  if (!share && !taken) refuse('missing_extension', 'ServerHello has no key_share'); // 9.2
  if (taken && !taken.modes.includes(share ? pskModes.psk_dhe_ke : pskModes.psk_ke))
    refuse('illegal_parameter', `the key of the session was not offered ${share ? 'with' : 'without'} a key exchange`); // 4.2.11
  c.transcript.use(suite);
  const agreed = { suite, group: share?.group ?? 0 };
  const keys = yield* deriveHandshakeSecrets(c, agreed, taken?.session.psk, shared);
  readWith(c, 'server handshake', suite, keys.server);
  // Whoever sent early data learns from EncryptedExtensions with which key to go on.
  if (!offer.early) writeWith(c, 'client handshake', suite, keys.client);
  return { ...keys, resumed: taken !== undefined };
}

/** The session that the server takes up, which must be the one offered and fit the suite (4.2.11). */
function sessionTaken({ resumption }: Offer, hello: ServerHello, suite: Suite): Resumption | undefined {
  const taken = findExtension(hello.extensions, 'pre_shared_key_selected');
  if (!taken) return undefined;
  if (!resumption || taken.index !== 0)
    return refuse('illegal_parameter', 'the server takes a session that was not offered');
  if (resumption.suite.hash !== suite.hash) refuse('illegal_parameter', 'the suite has another hash than the session');
  return resumption;
}

/** The shared secret. After a HelloRetryRequest there is only the exchange that it asked for. */
function agreeOn({ exchanges, hello }: Offer, { group, share }: KeyShareEntry): Uint8Array {
  const own = exchanges.find((exchange) => exchange.group === group);
  if (own) return own.agree(share);
  const listed = findExtension(hello.extensions, 'supported_groups')?.groups.includes(group);
  return refuse('illegal_parameter', `no share of ${groupName(group)} was sent${listed ? ', it was only listed' : ''}`); // 4.2.8
}

/** `transcriptHash` is that up to the server's Finished (7.1). */
export function* deriveApplicationKeys(
  c: Connection,
  keys: Keys,
  transcriptHash: Uint8Array,
): Protocol<ApplicationSecrets> {
  const secrets = yield* deriveApplicationSecrets(c, keys, transcriptHash);
  readWith(c, 'server application', keys.suite, secrets.server);
  writeWith(c, 'client application', keys.suite, secrets.client);
  yield* tellAgreed(c, keys);
  return secrets;
}
