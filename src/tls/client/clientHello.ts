// The client’s first word (RFC 8446 4.1.2), and its second where the server asks for another (4.1.4).
import type { Connection } from '../connection.ts';
import { decide, type Protocol, refuse } from '../effects.ts';
import type { Entropy } from '../entropy.ts';
import { type KeyExchange, keyExchange, supportedGroups } from '../groups.ts';
import { flush, sendHandshake } from '../handshakeMessages.ts';
import { type ClientHello, encodeClientHello } from '../messages/clientHello.ts';
import { type Extension, findExtension } from '../messages/extensions.ts';
import type { ServerHello } from '../messages/serverHello.ts';
import { sendChangeCipherSpec } from '../records.ts';
import { groupName, pskModes, versions } from '../registry.ts';
import { bind, offerOf } from '../sessions.ts';
import { supportedSchemes } from '../signatures.ts';
import { supportedSuites } from '../suites.ts';
import { offerSession, type Resumption, sendEarlyData, wantsEarlyData } from './earlyData.ts';
import { clientPoints } from './points.ts';
import { suiteFor } from './serverHello.ts';
import { type ClientSetup, nowOf } from './setup.ts';

/** What was offered: the hello as it was sent, and the private keys of its shares. */
export interface Offer {
  readonly hello: ClientHello;
  readonly exchanges: readonly KeyExchange[];
  /** The session that was offered, if any. */
  readonly resumption: Resumption | undefined;
  /** Whether early data went with it. */
  readonly early: boolean;
  /** After a HelloRetryRequest: what the ServerHello must agree with. */
  readonly retried?: ServerHello;
}

export function* sendClientHello(c: Connection, setup: ClientSetup): Protocol<Offer> {
  const { versions: offered = [versions['TLS 1.3']], suites = supportedSuites, groups = supportedGroups } = setup;
  const version = yield* decide(clientPoints.offerVersions, { reference: offered });
  const { suites: offeredSuites } = yield* decide(clientPoints.offerSuites, { reference: suites });
  const keys = yield* decide(clientPoints.offerKeys, { groups, shares: setup.shares ?? groups.slice(0, 1) });
  const { name } = yield* decide(clientPoints.serverName, { host: setup.host });
  const later = yield* decide(clientPoints.offerPostHandshakeAuth, { wanted: setup.postHandshakeAuth ?? false });
  const resumption = yield* offerSession(setup);
  const early = resumption !== undefined && (yield* wantsEarlyData(setup, resumption));
  const modes = resumption?.modes ?? (setup.keepSession ? [pskModes.psk_dhe_ke] : undefined);
  const exchanges = (keys.shares ?? []).map(
    (group) => keyExchange(group, setup.entropy, 'client') ?? unknownExchange(group, setup.entropy),
  );
  const extensions: Extension[] = [
    ...(name === null ? [] : [{ name: 'server_name', host: name } as const]),
    ...(keys.groups ? [{ name: 'supported_groups', groups: keys.groups } as const] : []),
    { name: 'signature_algorithms', schemes: setup.schemes ?? supportedSchemes },
    ...(setup.protocols
      ? [{ name: 'application_layer_protocol_negotiation', protocols: setup.protocols } as const]
      : []),
    ...(setup.recordSizeLimit === undefined
      ? []
      : [{ name: 'record_size_limit', limit: setup.recordSizeLimit } as const]),
    ...(version.list ? [{ name: 'supported_versions', versions: version.list } as const] : []),
    ...(keys.shares ? [{ name: 'key_share', shares: exchanges } as const] : []),
    ...(later.offer ? [{ name: 'post_handshake_auth' } as const] : []),
    ...(modes ? [{ name: 'psk_key_exchange_modes', modes } as const] : []),
    ...(early ? [{ name: 'early_data' } as const] : []),
    ...(resumption ? [offerOf(resumption.session, resumption.suite, nowOf(setup))] : []),
  ];
  const unbound: ClientHello = {
    legacyVersion: version.legacyVersion,
    random: setup.entropy('random'),
    sessionId: setup.compatibility ? setup.entropy('session id') : new Uint8Array(0),
    suites: offeredSuites,
    compressionMethods: Uint8Array.of(0),
    extensions: setup.arrange?.(extensions) ?? extensions,
  };
  const hello = resumption ? bind(unbound, resumption.session, resumption.suite, c.transcript) : unbound;
  c.clientRandom = hello.random;
  c.recordVersion = version.recordVersion;
  yield* sendHandshake(c, encodeClientHello(hello, c.recording));
  yield* flush(c);
  c.recordVersion = versions['TLS 1.2'];
  if (early && resumption) yield* sendEarlyData(c, setup, resumption);
  return { hello, exchanges, resumption, early };
}

/** 4.1.4: the same hello, but for the share that is asked for and the cookie. */
export function* sendSecondClientHello(
  c: Connection,
  setup: ClientSetup,
  { hello, exchanges, resumption, early }: Offer,
  retry: ServerHello,
): Protocol<Offer> {
  const suite = suiteFor(retry);
  const group = findExtension(retry.extensions, 'key_share_request')?.group;
  const cookie = findExtension(retry.extensions, 'cookie');
  if (group === undefined && !cookie) refuse('illegal_parameter', 'the HelloRetryRequest asks for no change');
  if (group !== undefined) {
    if (!findExtension(hello.extensions, 'supported_groups')?.groups.includes(group))
      refuse('illegal_parameter', `the group ${groupName(group)} was not offered`); // 4.2.8
    if (exchanges.some((exchange) => exchange.group === group))
      refuse('illegal_parameter', `a share of ${groupName(group)} was sent already`);
  }
  const again =
    group === undefined
      ? exchanges
      : [keyExchange(group, setup.entropy, 'client') ?? unknownExchange(group, setup.entropy)];
  // 4.1.4: a session whose hash is another one is left out, its age is told anew, and there is no early data any more.
  const still = resumption?.suite.hash === suite.hash ? resumption : undefined;
  const extensions = [
    ...hello.extensions
      .filter(({ name }) => name !== 'pre_shared_key' && name !== 'early_data')
      .map(
        (extension): Extension => (extension.name === 'key_share' ? { name: 'key_share', shares: again } : extension),
      ),
    ...(cookie ? [cookie] : []),
    ...(still ? [offerOf(still.session, still.suite, nowOf(setup))] : []),
  ];
  const unbound: ClientHello = { ...hello, extensions: setup.arrange?.(extensions) ?? extensions };
  c.transcript.retry(suite);
  const second = still ? bind(unbound, still.session, still.suite, c.transcript) : unbound;
  c.writing = undefined;
  if (setup.compatibility && !early) yield* sendChangeCipherSpec(c); // D.4
  yield* sendHandshake(c, encodeClientHello(second, c.recording));
  yield* flush(c);
  return { hello: second, exchanges: again, resumption: still, early: false, retried: retry };
}

/** A share of a group that the engine does not compute with: bytes of a plausible length, and no secret. */
const unknownExchange = (group: number, draw: Entropy): KeyExchange => ({
  group,
  share: draw(`client ${groupName(group)} share`, 56),
  agree: () => refuse('internal_error', `no key exchange with ${groupName(group)}`),
});
