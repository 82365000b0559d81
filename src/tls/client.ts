// A TLS 1.3 client. `handshake` reads as the client's column of RFC 8446 figure 1; each step is a function below it, in its order.
import { z } from 'zod';
import {
  certificateExtensions,
  checkExtensions,
  failureIn,
  type Finding,
  receiveCertificateVerify,
  receiveFinished,
  sendCertificate,
  sendCertificateVerify,
  sendFinished,
} from './authentication.ts';
import {
  connection,
  type Connection,
  flush,
  limitRecords,
  nextHandshakeType,
  readWith,
  type RecordSetup,
  receiveHandshake,
  sendChangeCipherSpec,
  sendContent,
  sendHandshake,
  tellSecret,
  writeWith,
} from './connection.ts';
import { decide, decisionPoint, type Protocol, refuse, tell } from './effects.ts';
import { endpoint, type Outcome } from './endpoint.ts';
import type { Entropy } from './entropy.ts';
import { exchange, exchangePoints } from './exchange.ts';
import type { Identity } from './identity.ts';
import { keyExchange, type KeyExchange, supportedGroups } from './groups.ts';
import * as schedule from './keySchedule.ts';
import { decodeCertificate } from './messages/certificate.ts';
import { type CertificateRequest, decodeCertificateRequest } from './messages/certificateRequest.ts';
import { type ClientHello, encodeClientHello } from './messages/clientHello.ts';
import { decodeEncryptedExtensions } from './messages/encryptedExtensions.ts';
import { encodeEndOfEarlyData } from './messages/endOfEarlyData.ts';
import { type Extension, findExtension, type KeyShareEntry } from './messages/extensions.ts';
import { carriesMarker, decodeServerHello, isRetry, type ServerHello } from './messages/serverHello.ts';
import {
  contentTypes,
  extensionTypes,
  groupName,
  pskModes,
  handshakeTypes,
  suiteName,
  versionName,
  versions,
} from './registry.ts';
import { groupNumber, suiteNumber, versionNumber } from './schema.ts';
import { ageOf, bind, offerOf, type Session, sessionFrom } from './sessions.ts';
import { supportedSchemes } from './signatures.ts';
import { type Suite, suiteOf, supportedSuites } from './suites.ts';

export type { Finding } from './authentication.ts';

export interface ClientSetup extends RecordSetup {
  /** The reference name: what the user typed. */
  readonly host: string;
  readonly entropy: Entropy;
  /** Judges a chain (DER, leaf first) for a host. All of its findings are told, and required by the reference rule. */
  readonly judge: (chain: readonly Uint8Array[], host: string) => readonly Finding[];
  /** A session to take up again: the hello offers its ticket. */
  readonly session?: Session;
  /** Takes what the server's tickets give; without it, the client asks for none. */
  readonly keepSession?: (session: Session) => void;
  /** Milliseconds, for the age of a session. */
  readonly now?: () => number;
  /** Said before the server has said anything, where the session allows it (2.3). */
  readonly earlyData?: Uint8Array;
  /** What this client shows to a server that asks. */
  readonly identity?: Identity;
  /** Offered by the reference rules; the engine's own lists where left out. */
  readonly versions?: readonly number[];
  readonly suites?: readonly number[];
  readonly groups?: readonly number[];
  readonly shares?: readonly number[];
  readonly schemes?: readonly number[];
  readonly protocols?: readonly string[];
  /** Last word on the extensions of a ClientHello. */
  readonly arrange?: (extensions: readonly Extension[]) => readonly Extension[];
  /** Goes on where the server answers this hello with an older version; false, with nothing taken, where it does not. */
  readonly older?: (c: Connection, hello: ClientHello) => Protocol<boolean>;
  /** Looks like TLS 1.2 to boxes on the way: a session id, and a change_cipher_spec that means nothing (D.4). */
  readonly compatibility?: boolean;
}

type Defaults = { readonly reference: readonly number[] };
export const clientPoints = {
  /** Which versions to offer, and what the old version fields say. */
  offerVersions: decisionPoint<Defaults>()(
    'client.offerVersions',
    '8446 4.2.1',
    z.strictObject({
      recordVersion: versionNumber.default(0x0301),
      legacyVersion: versionNumber.default(0x0303),
      list: z.array(versionNumber).max(64).nullable(),
    }),
    ({ reference }) => ({ recordVersion: 0x0301, legacyVersion: 0x0303, list: [...reference] }),
  ),
  offerSuites: decisionPoint<Defaults>()(
    'client.offerSuites',
    '8446 4.1.2',
    z.strictObject({ suites: z.array(suiteNumber).min(1).max(64) }),
    ({ reference }) => ({ suites: [...reference] }),
  ),
  /** The groups to list and those to send a share of; null leaves the extension out. */
  offerKeys: decisionPoint<{ readonly groups: readonly number[]; readonly shares: readonly number[] }>()(
    'client.offerKeys',
    '8446 4.2.8',
    z.strictObject({
      groups: z.array(groupNumber).max(64).nullable(),
      shares: z.array(groupNumber).max(64).nullable(),
    }),
    ({ groups, shares }) => ({ groups: [...groups], shares: [...shares] }),
  ),
  serverName: decisionPoint<{ readonly host: string }>()(
    'client.serverName',
    '6066 3',
    z.strictObject({ name: z.string().max(255).nullable() }),
    ({ host }) => ({ name: host }),
  ),
  /** Which findings about the chain must hold; `stop` ends the handshake whatever they say. */
  acceptChain: decisionPoint<{ readonly host: string; readonly findings: readonly Finding[] }>()(
    'client.acceptChain',
    '8446 4.4.2.4',
    z.strictObject({
      require: z.union([z.literal('all'), z.array(z.string().max(40)).max(20)]),
      stop: z.boolean().default(false),
    }),
    () => ({ require: 'all' as const, stop: false }),
  ),
  onCertificateVerify: decisionPoint<{ readonly holds: boolean }>()(
    'client.onCertificateVerify',
    '8446 4.4.3',
    z.strictObject({ require: z.enum(['signature', 'nothing']) }),
    () => ({ require: 'signature' as const }),
  ),
  onFinished: decisionPoint<{ readonly holds: boolean }>()(
    'client.onFinished',
    '8446 4.4.4',
    z.strictObject({ require: z.enum(['verifyData', 'nothing']) }),
    () => ({ require: 'verifyData' as const }),
  ),
  /** Whether to offer a session, and how its key may be used. The rule: while it lives, to the same host, with a key exchange. */
  offerSession: decisionPoint<{ readonly age: number; readonly lifetime: number; readonly sameHost: boolean }>()(
    'client.offerSession',
    '8446 4.2.11',
    z.strictObject({
      offer: z.boolean(),
      modes: z
        .array(z.enum(['psk_ke', 'psk_dhe_ke']))
        .min(1)
        .max(2),
    }),
    ({ age, lifetime, sameHost }) => ({
      offer: sameHost && age >= 0 && age < lifetime,
      modes: ['psk_dhe_ke' as const],
    }),
  ),
  /** Whether to send data at once. The rule: what the application gives for it, if the server takes as much. */
  sendEarlyData: decisionPoint<{ readonly bytes: number; readonly most: number }>()(
    'client.sendEarlyData',
    '8446 4.2.10',
    z.strictObject({ send: z.boolean() }),
    ({ bytes, most }) => ({ send: bytes <= most }),
  ),
  /** The server did not take the early data. The rule: it is sent again, now that the server has proven itself. */
  onEarlyRefused: decisionPoint<{ readonly bytes: number }>()(
    'client.onEarlyRefused',
    '8446 4.2.10',
    z.strictObject({ again: z.boolean() }),
    () => ({ again: true }),
  ),
  /** A server asks who the client is. The rule: whoever has a certificate that the server can check shows it. */
  sendCertificate: decisionPoint<{ readonly available: boolean; readonly fits: boolean }>()(
    'client.sendCertificate',
    '8446 4.4.2',
    z.strictObject({ certificate: z.enum(['own', 'none']) }),
    ({ available, fits }) => ({ certificate: available && fits ? ('own' as const) : ('none' as const) }),
  ),
  ...exchangePoints('client'),
};

/** A whole connection: the handshake, then the application's data on the link `app` until both sides have ended. */
export function* client(setup: ClientSetup): Protocol<Outcome<void>> {
  const c = connection({ ...setup, side: 'client', onRecord: clientPoints.onRecord });
  return yield* endpoint(
    c,
    (function* () {
      yield* handshake(c, setup);
      yield* exchange(c, clientPoints);
    })(),
  );
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
    yield* receiveCertificateVerify(c, clientPoints.onCertificateVerify, schemesIn(offer.hello.extensions), chain);
  }
  yield* receiveFinished(c, clientPoints.onFinished, keys.suite, keys.server);
  const transcriptHash = c.transcript.hash();
  if (early) yield* endEarlyData(c, keys);
  if (setup.compatibility && !offer.retried && !sentEarly) yield* sendChangeCipherSpec(c); // D.4
  if (request) yield* authenticate(c, setup, request);
  yield* sendFinished(c, keys.suite, keys.client);
  yield* flush(c);
  yield* deriveApplicationKeys(c, setup, keys, transcriptHash, protocol);
  if (sentEarly && !early) yield* sendAgain(c, setup);
}

/** What was offered: the hello as it was sent, and the private keys of its shares. */
interface Offer {
  readonly hello: ClientHello;
  readonly exchanges: readonly KeyExchange[];
  /** The session that was offered, if any. */
  readonly resumption: Resumption | undefined;
  /** Whether early data went with it. */
  readonly early: boolean;
  /** After a HelloRetryRequest: what the ServerHello must agree with. */
  readonly retried?: ServerHello;
}

function* sendClientHello(c: Connection, setup: ClientSetup): Protocol<Offer> {
  const { versions: offered = [versions['TLS 1.3']], suites = supportedSuites, groups = supportedGroups } = setup;
  const version = yield* decide(clientPoints.offerVersions, { reference: offered });
  const { suites: offeredSuites } = yield* decide(clientPoints.offerSuites, { reference: suites });
  const keys = yield* decide(clientPoints.offerKeys, { groups, shares: setup.shares ?? groups.slice(0, 1) });
  const { name } = yield* decide(clientPoints.serverName, { host: setup.host });
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

interface Resumption {
  readonly session: Session;
  readonly suite: Suite;
  readonly modes: readonly number[];
}
const nowOf = ({ now = () => 0 }: ClientSetup): number => now();

function* offerSession(setup: ClientSetup): Protocol<Resumption | undefined> {
  const { session, host } = setup;
  const suite = session && suiteOf(session.suite);
  if (!suite) return undefined;
  const { offer, modes } = yield* decide(clientPoints.offerSession, {
    age: ageOf(session, nowOf(setup)),
    lifetime: session.lifetime,
    sameHost: session.host === host,
  });
  return offer ? { session, suite, modes: modes.map((mode) => pskModes[mode]) } : undefined;
}

function* wantsEarlyData({ earlyData }: ClientSetup, { session }: Resumption): Protocol<boolean> {
  if (!earlyData || !session.maxEarlyData) return false;
  const { send: now } = yield* decide(clientPoints.sendEarlyData, {
    bytes: earlyData.length,
    most: session.maxEarlyData,
  });
  return now;
}

/** 0-RTT (2.3): under a key of the old session alone, so that whoever recorded it can send it again. */
function* sendEarlyData(c: Connection, setup: ClientSetup, { session, suite }: Resumption): Protocol<void> {
  if (setup.compatibility) yield* sendChangeCipherSpec(c); // D.4
  const secret = schedule.earlySecret(suite, session.psk);
  const messages = c.transcript.copy();
  messages.use(suite);
  const traffic = schedule.clientEarlyTraffic(suite, secret, messages.hash());
  yield* tellSecret(c, 'CLIENT_EARLY_TRAFFIC_SECRET', traffic);
  yield* tellSecret(c, 'EARLY_EXPORTER_SECRET', schedule.earlyExporterSecret(suite, secret, messages.hash()));
  writeWith(c, 'client early', suite, traffic);
  yield* sendData(c, setup);
}

function* sendData(c: Connection, { earlyData = new Uint8Array(0) }: ClientSetup): Protocol<void> {
  yield* tell({ what: 'data', direction: 'sent', bytes: earlyData });
  yield* sendContent(c, contentTypes.application_data, earlyData);
}

/** 4.5: sealed with the key that it ends. */
function* endEarlyData(c: Connection, { suite, client }: Keys): Protocol<void> {
  yield* sendHandshake(c, encodeEndOfEarlyData({}, c.recording));
  yield* flush(c);
  writeWith(c, 'client handshake', suite, client);
}

function* sendAgain(c: Connection, setup: ClientSetup): Protocol<void> {
  const { again } = yield* decide(clientPoints.onEarlyRefused, { bytes: setup.earlyData?.length ?? 0 });
  if (again) yield* sendData(c, setup);
}

/** A share of a group that the engine does not compute with: bytes of a plausible length, and no secret. */
const unknownExchange = (group: number, draw: Entropy): KeyExchange => ({
  group,
  share: draw(`client ${groupName(group)} share`, 56),
  agree: () => refuse('internal_error', `no key exchange with ${groupName(group)}`),
});

/** ServerHello or HelloRetryRequest (4.1.3, 4.1.4): everything in it must be an answer to what was offered. */
function* receiveServerHello(c: Connection, offer: Offer): Protocol<ServerHello> {
  const hello = yield* receiveHandshake(c, decodeServerHello);
  const offered = offer.hello;
  const version = selectedVersion(hello);
  const offeredVersions = findExtension(offered.extensions, 'supported_versions')?.versions ?? [offered.legacyVersion];
  if (version !== versions['TLS 1.3'] && offeredVersions.includes(versions['TLS 1.3']) && carriesMarker(hello))
    refuse('illegal_parameter', `the server chose ${versionName(version)}, but its random says that it speaks TLS 1.3`); // 4.1.3
  if (!offeredVersions.includes(version)) refuse('protocol_version', `${versionName(version)} was not offered`); // D.1
  if (version !== versions['TLS 1.3'])
    refuse('protocol_version', `the server chose ${versionName(version)}, which this client does not speak`);
  if (hello.legacyVersion !== versions['TLS 1.2']) refuse('illegal_parameter', 'legacy_version must be 0303'); // 4.1.3
  if (!Buffer.from(hello.sessionId).equals(offered.sessionId))
    refuse('illegal_parameter', 'legacy_session_id_echo is not what was sent');
  if (!offered.suites.includes(hello.suite))
    refuse('illegal_parameter', `the suite ${suiteName(hello.suite)} was not offered`);
  if (!suiteOf(hello.suite)) refuse('illegal_parameter', `the suite ${suiteName(hello.suite)} is not one of TLS 1.3`);
  if (hello.compressionMethod !== 0) refuse('illegal_parameter', 'legacy_compression_method must be 0');
  const retry = isRetry(hello);
  checkExtensions(
    hello.extensions,
    offered.extensions,
    retry
      ? [extensionTypes.supported_versions, extensionTypes.key_share, extensionTypes.cookie]
      : [extensionTypes.supported_versions, extensionTypes.key_share, extensionTypes.pre_shared_key],
    retry ? [extensionTypes.cookie] : [],
  );
  if (offer.retried) {
    if (retry) refuse('unexpected_message', 'a second HelloRetryRequest'); // 4.1.4
    if (hello.suite !== offer.retried.suite)
      refuse('illegal_parameter', 'the suite is not that of the HelloRetryRequest');
  }
  return hello;
}

const selectedVersion = (hello: ServerHello): number => {
  const chosen = findExtension(hello.extensions, 'supported_versions')?.versions[0];
  if (chosen === undefined) return hello.legacyVersion;
  if (chosen < versions['TLS 1.3'])
    refuse('illegal_parameter', `supported_versions chooses ${versionName(chosen)}, which is older than TLS 1.3`); // 4.2.1
  return chosen;
};

/** 4.1.4: the same hello, but for the share that is asked for and the cookie. */
function* sendSecondClientHello(
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

interface Keys {
  readonly suite: Suite;
  /** 0 where there was no key exchange. */
  readonly group: number;
  readonly secret: schedule.HandshakeSecret;
  readonly client: schedule.TrafficSecret;
  readonly server: schedule.TrafficSecret;
  /** Whether it is an earlier session that goes on: its key proves the server, and there is no certificate. */
  readonly resumed: boolean;
}

/** The suite of a ServerHello that was checked. */
const suiteFor = (hello: ServerHello): Suite =>
  suiteOf(hello.suite) ?? refuse('illegal_parameter', `the suite ${suiteName(hello.suite)} is not one of TLS 1.3`);

function* deriveHandshakeKeys(c: Connection, offer: Offer, hello: ServerHello): Protocol<Keys> {
  const suite = suiteFor(hello);
  const taken = sessionTaken(offer, hello, suite);
  const share = findExtension(hello.extensions, 'key_share')?.shares[0];
  const shared = share ? agreeOn(offer, share) : new Uint8Array(suite.hashLength);
  if (!share && !taken) refuse('missing_extension', 'ServerHello has no key_share'); // 9.2
  if (taken && !taken.modes.includes(share ? pskModes.psk_dhe_ke : pskModes.psk_ke))
    refuse('illegal_parameter', `the key of the session was not offered ${share ? 'with' : 'without'} a key exchange`); // 4.2.11
  c.transcript.use(suite);
  const secret = schedule.handshakeSecret(suite, schedule.earlySecret(suite, taken?.session.psk), shared);
  const transcriptHash = c.transcript.hash();
  const client = schedule.clientHandshakeTraffic(suite, secret, transcriptHash);
  const server = schedule.serverHandshakeTraffic(suite, secret, transcriptHash);
  yield* tellSecret(c, 'CLIENT_HANDSHAKE_TRAFFIC_SECRET', client);
  yield* tellSecret(c, 'SERVER_HANDSHAKE_TRAFFIC_SECRET', server);
  readWith(c, 'server handshake', suite, server);
  // Whoever sent early data learns from EncryptedExtensions with which key to go on.
  if (!offer.early) writeWith(c, 'client handshake', suite, client);
  return { suite, group: share?.group ?? 0, secret, client, server, resumed: taken !== undefined };
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

interface Answer {
  readonly protocol: string | undefined;
  /** Whether the early data is taken. */
  readonly early: boolean;
}

function* receiveEncryptedExtensions(c: Connection, { hello, early: sent }: Offer, keys: Keys): Protocol<Answer> {
  const { extensions } = yield* receiveHandshake(c, decodeEncryptedExtensions);
  checkExtensions(extensions, hello.extensions, [
    extensionTypes.server_name,
    extensionTypes.supported_groups,
    extensionTypes.application_layer_protocol_negotiation,
    extensionTypes.record_size_limit,
    extensionTypes.early_data,
  ]);
  const limit = findExtension(extensions, 'record_size_limit')?.limit;
  if (limit !== undefined) limitRecords(c, findExtension(hello.extensions, 'record_size_limit')?.limit ?? limit, limit);
  const early = findExtension(extensions, 'early_data') !== undefined;
  if (early && !keys.resumed) refuse('illegal_parameter', 'early data is taken, but not its session'); // 4.2.10
  if (sent && !early) writeWith(c, 'client handshake', keys.suite, keys.client);
  const chosen = findExtension(extensions, 'application_layer_protocol_negotiation')?.protocols;
  const offered = findExtension(hello.extensions, 'application_layer_protocol_negotiation')?.protocols;
  if (!chosen) return { protocol: undefined, early };
  const [protocol = ''] = chosen;
  if (chosen.length !== 1 || !offered?.includes(protocol))
    refuse('illegal_parameter', 'ALPN: the server did not choose one of the protocols offered'); // RFC 7301 3.1
  return { protocol, early };
}

/** Only a server that shows a certificate may ask for one, and it asks first (4.3.2). */
function* receiveCertificateRequest(c: Connection): Protocol<CertificateRequest | undefined> {
  if ((yield* nextHandshakeType(c)) !== handshakeTypes.certificate_request) return undefined;
  const request = yield* receiveHandshake(c, decodeCertificateRequest);
  if (request.context.length) refuse('illegal_parameter', 'certificate_request_context must be empty'); // 4.3.2
  if (!findExtension(request.extensions, 'signature_algorithms'))
    refuse('missing_extension', 'the server does not say which signatures it checks'); // 4.3.2
  return request;
}

const schemesIn = (extensions: readonly Extension[]): readonly number[] =>
  findExtension(extensions, 'signature_algorithms')?.schemes ?? [];

function* receiveCertificate(
  c: Connection,
  { host, judge }: ClientSetup,
  { hello }: Offer,
): Protocol<readonly Uint8Array[]> {
  const { context, entries } = yield* receiveHandshake(c, decodeCertificate);
  if (context.length) refuse('illegal_parameter', 'certificate_request_context must be empty'); // 4.4.2
  if (!entries.length) refuse('decode_error', 'the server sent no certificate'); // 4.4.2.4
  for (const { extensions } of entries) checkExtensions(extensions, hello.extensions, certificateExtensions); // 4.4.2
  const chain = entries.map(({ certificate }) => certificate);
  const findings = judge(chain, host);
  const { require, stop } = yield* decide(clientPoints.acceptChain, { host, findings });
  const failed = yield* failureIn(findings, require);
  if (stop) refuse('user_canceled', 'the user does not want to go on');
  if (failed) refuse(failed.alert, failed.says);
  return chain;
}

/** The client's own Certificate and CertificateVerify (4.4.2, 4.4.3); an empty Certificate where it shows none. */
function* authenticate(c: Connection, { identity }: ClientSetup, request: CertificateRequest): Protocol<void> {
  const { certificate } = yield* decide(clientPoints.sendCertificate, {
    available: identity !== undefined,
    fits: identity !== undefined && schemesIn(request.extensions).includes(identity.scheme),
  });
  const shown = certificate === 'own' ? identity : undefined;
  yield* sendCertificate(c, request.context, shown?.chain ?? []);
  if (shown) yield* sendCertificateVerify(c, shown);
}

/** `transcriptHash` is that up to the server's Finished (7.1). */
function* deriveApplicationKeys(
  c: Connection,
  setup: ClientSetup,
  { suite, group, secret }: Keys,
  transcriptHash: Uint8Array,
  protocol: string | undefined,
): Protocol<void> {
  const master = schedule.masterSecret(suite, secret);
  const client = schedule.clientApplicationTraffic(suite, master, transcriptHash);
  const server = schedule.serverApplicationTraffic(suite, master, transcriptHash);
  yield* tellSecret(c, 'CLIENT_TRAFFIC_SECRET_0', client);
  yield* tellSecret(c, 'SERVER_TRAFFIC_SECRET_0', server);
  yield* tellSecret(c, 'EXPORTER_SECRET', schedule.exporterSecret(suite, master, transcriptHash));
  if (setup.keepSession) {
    const resumption = schedule.resumptionSecret(suite, master, c.transcript.hash());
    const shared = { suite, resumption, host: setup.host, ...(protocol === undefined ? {} : { protocol }) };
    c.keepTicket = (ticket) => setup.keepSession?.(sessionFrom(ticket, { ...shared, since: nowOf(setup) }));
  }
  readWith(c, 'server application', suite, server);
  writeWith(c, 'client application', suite, client);
  yield* tell({
    what: 'agreed',
    version: versions['TLS 1.3'],
    suite: suite.id,
    group,
    transcript: c.transcript.hash(),
  });
}
