// A TLS 1.3 server. `handshake` reads as the server's column of RFC 8446 figure 1; each step is a function below it, in its order.
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
  Gone,
  limitRecords,
  nextHandshakeType,
  readAlert,
  readWith,
  type RecordSetup,
  receiveContent,
  receiveHandshake,
  sendChangeCipherSpec,
  sendContent,
  sendHandshake,
  tellMessage,
  tellSecret,
  writeWith,
} from './connection.ts';
import { decide, decisionPoint, type Protocol, refuse, send, tell } from './effects.ts';
import { endpoint, type Outcome } from './endpoint.ts';
import type { Entropy } from './entropy.ts';
import { exchange, exchangePoints } from './exchange.ts';
import { answerTo, supportedGroups } from './groups.ts';
import type { Identity } from './identity.ts';
import * as schedule from './keySchedule.ts';
import { decodeCertificate } from './messages/certificate.ts';
import { type CertificateRequest, encodeCertificateRequest } from './messages/certificateRequest.ts';
import { type ClientHello, decodeClientHello } from './messages/clientHello.ts';
import { decodeEndOfEarlyData } from './messages/endOfEarlyData.ts';
import { encodeEncryptedExtensions } from './messages/encryptedExtensions.ts';
import { type Extension, findExtension, type KeyShareEntry } from './messages/extensions.ts';
import { encodeNewSessionTicket } from './messages/newSessionTicket.ts';
import { encodeServerHello, helloRetryRandom, withMarker } from './messages/serverHello.ts';
import { contentLimit } from './record.ts';
import { contentTypes, groupName, pskModes, versions } from './registry.ts';
import { groupNumber, suiteNumber, versionNumber } from './schema.ts';
import { ageOf, binderOf, longestLifetime, type SessionState, type TicketSeal } from './sessions.ts';
import { supportedSchemes } from './signatures.ts';
import { type Suite, suiteOf, supportedSuites } from './suites.ts';
import type { Transcript } from './transcript.ts';

export { type Identity, identity } from './identity.ts';

export interface ServerSetup extends RecordSetup {
  readonly entropy: Entropy;
  /** By the name the client asked for; nothing refuses with unrecognized_name. */
  readonly identify: (serverName: string | undefined) => Identity | undefined;
  /** In the server's order of preference; the engine's own lists where left out. */
  readonly suites?: readonly number[];
  readonly groups?: readonly number[];
  readonly protocols?: readonly string[];
  /** Whether clients get tickets to come back with. */
  readonly tickets?: Tickets;
  /** Whether to ask clients who they are, and how their answers are judged. */
  readonly clientCertificates?: ClientCertificates;
  /** Sent in a HelloRetryRequest and wanted back. */
  readonly cookie?: Uint8Array;
  /** Last word on the extensions of these messages. */
  readonly arrange?: (
    message: 'HelloRetryRequest' | 'EncryptedExtensions' | 'CertificateRequest',
    extensions: readonly Extension[],
  ) => readonly Extension[];
}

export interface Tickets extends TicketSeal {
  /** Milliseconds. */
  readonly now: () => number;
  /** How many a client gets; one where it is left out. */
  readonly count?: number;
  /** Seconds; two hours where it is left out, a week at most. */
  readonly lifetime?: number;
  /** Most bytes of early data; none where it is left out. */
  readonly maxEarlyData?: number;
  /** Whether a hello with this binder has come before; remembers it. Without such a memory no early data is taken. */
  readonly seen?: (binder: Uint8Array) => boolean;
}
export interface ClientCertificates {
  /** Judges a chain (DER, leaf first). */
  readonly judge: (chain: readonly Uint8Array[]) => readonly Finding[];
  /** Whether a client without a certificate is served as well. */
  readonly optional?: boolean;
  /** Names in DER that clients are told of. */
  readonly authorities?: readonly Uint8Array[];
  readonly schemes?: readonly number[];
}

interface Menu {
  readonly offered: readonly number[];
  readonly supported: readonly number[];
}
export const serverPoints = {
  /** How the version is said: in the old field, and in supported_versions (null leaves that out, as TLS 1.2 does). */
  selectVersion: decisionPoint<{ readonly offered: readonly number[] }>()(
    'server.selectVersion',
    '8446 4.2.1',
    z.strictObject({ legacyVersion: versionNumber.default(0x0303), extension: versionNumber.nullable() }),
    () => ({ legacyVersion: 0x0303, extension: 0x0304 }),
  ),
  /** null: none fits. */
  selectSuite: decisionPoint<Menu>()(
    'server.selectSuite',
    '8446 4.1.3',
    z.strictObject({ suite: suiteNumber.nullable() }),
    ({ offered, supported }) => ({ suite: supported.find((suite) => offered.includes(suite)) ?? null }),
  ),
  /** A share to answer with: drawn now, or the client's own sent back; or a HelloRetryRequest for another group; null: none fits. */
  selectShare: decisionPoint<Menu & { readonly shares: readonly number[] }>()(
    'server.selectShare',
    '8446 4.2.8',
    z.union([
      z.strictObject({ group: groupNumber, source: z.enum(['fresh', 'echo']) }),
      z.strictObject({ retry: groupNumber }),
      z.null(),
    ]),
    ({ supported, offered, shares }) => {
      const group = supported.find((candidate) => shares.includes(candidate));
      if (group !== undefined) return { group, source: 'fresh' as const };
      const retry = supported.find((candidate) => offered.includes(candidate));
      return retry === undefined ? null : { retry };
    },
  ),
  /** A ticket of this server's own. Whether to go on with its session, and how; `modes` are those that the client takes. */
  resume: decisionPoint<{ readonly age: number; readonly lifetime: number; readonly modes: readonly number[] }>()(
    'server.resume',
    '8446 4.2.11',
    z.strictObject({ mode: z.enum(['psk_dhe_ke', 'psk_ke']).nullable() }),
    ({ age, lifetime, modes }) => {
      if (age < 0 || age >= lifetime) return { mode: null };
      if (modes.includes(pskModes.psk_dhe_ke)) return { mode: 'psk_dhe_ke' as const };
      return { mode: modes.includes(pskModes.psk_ke) ? ('psk_ke' as const) : null };
    },
  ),
  onBinder: decisionPoint<{ readonly holds: boolean }>()(
    'server.onBinder',
    '8446 4.2.11.2',
    z.strictObject({ require: z.enum(['binder', 'nothing']) }),
    () => ({ require: 'binder' as const }),
  ),
  /** Early data that could be taken. `once`: if it is fresh and did not come before; `always`: whoever sends it again is served again. */
  acceptEarlyData: decisionPoint<{ readonly fresh: boolean; readonly seen: boolean }>()(
    'server.acceptEarlyData',
    '8446 8',
    z.strictObject({ accept: z.enum(['never', 'once', 'always']) }),
    () => ({ accept: 'once' as const }),
  ),
  /** How many tickets to give. */
  sendTickets: decisionPoint<{ readonly wanted: number }>()(
    'server.sendTickets',
    '8446 4.6.1',
    z.strictObject({ count: z.number().int().min(0).max(8) }),
    ({ wanted }) => ({ count: wanted }),
  ),
  /** Whether to ask the client for a certificate. */
  requestCertificate: decisionPoint<{ readonly wanted: boolean }>()(
    'server.requestCertificate',
    '8446 4.3.2',
    z.strictObject({ request: z.boolean() }),
    ({ wanted }) => ({ request: wanted }),
  ),
  /** Which findings about the client's chain must hold, and whether one may come without a certificate. */
  acceptClient: decisionPoint<{
    readonly anonymous: boolean;
    readonly optional: boolean;
    readonly findings: readonly Finding[];
  }>()(
    'server.acceptClient',
    '8446 4.4.2.4',
    z.strictObject({
      require: z.union([z.literal('all'), z.array(z.string().max(40)).max(20)]),
      anonymous: z.enum(['serve', 'refuse']),
    }),
    ({ optional }) => ({
      require: 'all' as const,
      anonymous: optional ? ('serve' as const) : ('refuse' as const),
    }),
  ),
  onCertificateVerify: decisionPoint<{ readonly holds: boolean }>()(
    'server.onCertificateVerify',
    '8446 4.4.3',
    z.strictObject({ require: z.enum(['signature', 'nothing']) }),
    () => ({ require: 'signature' as const }),
  ),
  onFinished: decisionPoint<{ readonly holds: boolean }>()(
    'server.onFinished',
    '8446 4.4.4',
    z.strictObject({ require: z.enum(['verifyData', 'nothing']) }),
    () => ({ require: 'verifyData' as const }),
  ),
  ...exchangePoints('server'),
};

/** A whole connection: the handshake, then the application's data on the link `app` until both sides have ended. */
export function* server(setup: ServerSetup): Protocol<Outcome<void>> {
  const c = connection({ ...setup, side: 'server', onRecord: serverPoints.onRecord });
  return yield* endpoint(
    c,
    (function* () {
      yield* handshake(c, setup);
      yield* exchange(c, serverPoints);
    })(),
  );
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
  yield* readApplicationData(c, keys, next.client);
  yield* sendTickets(c, setup, keys, next.master, answer.hello, protocol);
}

/** A hello as it came, and the messages before it. */
interface Offer extends ClientHello {
  readonly bytes: Uint8Array;
  readonly before: Transcript;
}

/** 4.1.2, 9.2: what a TLS 1.3 hello must have. */
function* receiveClientHello(c: Connection): Protocol<Offer> {
  const before = c.transcript.copy();
  const hello = yield* receiveHandshake(c, decodeClientHello);
  const offered = findExtension(hello.extensions, 'supported_versions')?.versions;
  if (!offered?.includes(versions['TLS 1.3'])) refuse('protocol_version', 'the client does not offer TLS 1.3');
  if (hello.compressionMethods.length !== 1 || hello.compressionMethods[0] !== 0)
    refuse('illegal_parameter', 'legacy_compression_methods must be a single 0');
  const groups = findExtension(hello.extensions, 'supported_groups')?.groups;
  const shares = findExtension(hello.extensions, 'key_share')?.shares;
  const resumes = offersSession(hello);
  if (!resumes && !findExtension(hello.extensions, 'signature_algorithms'))
    refuse('missing_extension', 'the client does not say which signatures it checks');
  if (!groups !== !shares || (!groups && !resumes))
    refuse('missing_extension', 'supported_groups and key_share belong together');
  const seen = new Set<number>();
  for (const { group } of shares ?? []) {
    if (seen.has(group)) refuse('illegal_parameter', `two shares of ${groupName(group)}`); // 4.2.8
    if (!groups?.includes(group))
      refuse('illegal_parameter', `a share of ${groupName(group)}, which is not in supported_groups`); // 4.2.8
    seen.add(group);
  }
  c.clientRandom = hello.random;
  return { ...hello, before };
}

/** Whether there is a pre_shared_key; it must be the last extension, whole, and say how it may be used (4.2.9, 4.2.11). */
function offersSession({ extensions }: ClientHello): boolean {
  const offered = findExtension(extensions, 'pre_shared_key');
  if (!offered) return false;
  if (extensions.at(-1) !== offered) refuse('illegal_parameter', 'pre_shared_key must be the last extension');
  if (offered.binders.length !== offered.identities.length)
    refuse('illegal_parameter', `${offered.identities.length} identities, but ${offered.binders.length} binders`);
  if (!findExtension(extensions, 'psk_key_exchange_modes'))
    refuse('missing_extension', 'pre_shared_key comes with psk_key_exchange_modes');
  return true;
}

interface Answered {
  readonly hello: ClientHello;
  readonly suite: Suite;
  readonly session: Resumed | undefined;
  /** How early data is read, where it is taken. */
  readonly early: Early | undefined;
  readonly exchanged: { readonly group: number; readonly secret: Uint8Array };
}

function* sendServerHello(c: Connection, setup: ServerSetup, offer: Offer): Protocol<Answered> {
  const version = yield* decide(serverPoints.selectVersion, {
    offered: findExtension(offer.extensions, 'supported_versions')?.versions ?? [],
  });
  const { suite: chosen } = yield* decide(serverPoints.selectSuite, {
    offered: offer.suites,
    supported: setup.suites ?? supportedSuites,
  });
  if (chosen === null) return refuse('handshake_failure', 'no cipher suite in common'); // 4.1.1
  // Whoever chose a suite that TLS 1.3 has not goes on with a hash all the same; the client will say what it thinks.
  const suite = suiteOf(chosen) ?? (suiteOf(supportedSuites[0] ?? 0) as Suite);
  const say = (retry: boolean, extensions: readonly Extension[]) =>
    encodeServerHello(
      {
        legacyVersion: version.legacyVersion,
        random: retry
          ? helloRetryRandom
          : version.extension === null
            ? withMarker(setup.entropy('random'))
            : setup.entropy('random'),
        sessionId: offer.sessionId,
        suite: chosen,
        compressionMethod: 0,
        extensions: [
          ...extensions,
          ...(version.extension === null
            ? []
            : [{ name: 'supported_versions', versions: [version.extension] } as const]),
        ],
      },
      c.recording,
    );
  let hello = offer;
  let session = yield* takeUp(setup, hello, suite);
  let share = session?.mode === pskModes.psk_ke ? undefined : yield* selectShare(setup, hello);
  if (share && 'retry' in share) {
    yield* sendRetry(c, setup, suite, say, share.retry);
    hello = yield* receiveSecondClientHello(c, setup, offer, share.retry);
    session = yield* takeUp(setup, hello, suite);
    share = { group: share.retry, source: 'fresh' };
  }
  const early = yield* acceptEarlyData(c, setup, hello, suite, session);
  const exchanged = exchangeKeys(setup, hello, suite, share);
  yield* sendHandshake(
    c,
    say(false, [
      ...(session ? [{ name: 'pre_shared_key_selected', index: session.index } as const] : []),
      ...(exchanged.entry ? [{ name: 'key_share', shares: [exchanged.entry] } as const] : []),
    ]),
  );
  yield* flush(c);
  c.transcript.use(suite);
  if (offer.sessionId.length && hello === offer) yield* sendChangeCipherSpec(c); // D.4
  // A group of which no share came gives no secret: nothing can be sealed, so all that is left is to hear what the client says.
  const secret = exchanged.secret ?? (yield* hearOut(c));
  return { hello, suite, session, early, exchanged: { group: exchanged.group, secret } };
}

interface Exchanged {
  readonly group: number;
  readonly secret: Uint8Array | undefined;
  readonly entry?: KeyShareEntry;
}

/** Without a share there is no key exchange (psk_ke): a string of zeros takes its place (7.1). */
function exchangeKeys(
  setup: ServerSetup,
  hello: ClientHello,
  suite: Suite,
  share: { readonly group: number; readonly source: 'fresh' | 'echo' } | undefined,
): Exchanged {
  if (!share) return { group: 0, secret: new Uint8Array(suite.hashLength) };
  const theirs = sharesOf(hello).find(({ group }) => group === share.group);
  const answer = answerTo(theirs?.share, share.group, setup.entropy);
  if (!answer) return refuse('handshake_failure', `no key exchange with ${groupName(share.group)}`);
  const entry = share.source === 'echo' && theirs ? theirs : { group: share.group, share: answer.share };
  return { group: share.group, secret: answer.secret, entry };
}

/** A session that goes on: which of the client's tickets, and how its key is used. */
interface Resumed {
  readonly index: number;
  readonly state: SessionState;
  readonly mode: number;
}

/** The first ticket that is this server's own and fits the suite (4.2.11); its binder must hold. */
function* takeUp({ tickets }: ServerSetup, hello: Offer, suite: Suite): Protocol<Resumed | undefined> {
  const offered = findExtension(hello.extensions, 'pre_shared_key');
  if (!offered || !tickets) return undefined;
  const states = offered.identities.map(({ identity }) => tickets.open(identity));
  const index = states.findIndex((state) => state && suiteOf(state.suite)?.hash === suite.hash);
  const state = states[index];
  if (!state) return undefined;
  const { mode } = yield* decide(serverPoints.resume, {
    age: ageOf(state, tickets.now()),
    lifetime: state.lifetime,
    modes: findExtension(hello.extensions, 'psk_key_exchange_modes')?.modes ?? [],
  });
  if (!mode) return undefined;
  const binder = offered.binders[index] ?? new Uint8Array(0);
  const holds = Buffer.from(binderOf(hello.bytes, hello, state, suite, hello.before)).equals(binder);
  const { require } = yield* decide(serverPoints.onBinder, { holds });
  yield* tell({ what: 'check', name: 'binder', holds, required: require === 'binder' });
  if (!holds && require === 'binder') refuse('decrypt_error', 'the binder is not by a holder of the session’s key'); // 6.2
  return { index, state, mode: pskModes[mode] };
}

/** Of early data that is taken: how much of it, and the secret that it is sealed with. */
interface Early {
  readonly most: number;
  readonly secret: schedule.TrafficSecret;
}

/** 4.2.10, 8. What is not taken is passed over, unread. */
function* acceptEarlyData(
  c: Connection,
  setup: ServerSetup,
  hello: Offer,
  suite: Suite,
  session: Resumed | undefined,
): Protocol<Early | undefined> {
  if (!findExtension(hello.extensions, 'early_data')) return undefined;
  c.skipping = setup.tickets?.maxEarlyData || contentLimit;
  const { tickets } = setup;
  if (!session || !tickets || session.index !== 0 || !session.state.maxEarlyData) return undefined;
  if (session.state.suite !== suite.id || session.state.protocol !== selectProtocol(setup, hello)) return undefined;
  const { identities = [], binders = [] } = findExtension(hello.extensions, 'pre_shared_key') ?? {};
  const claimed = ((identities[0]?.age ?? 0) - session.state.ageAdd + 2 ** 32) % 2 ** 32;
  const fresh = Math.abs(claimed - (tickets.now() - session.state.since)) < freshFor;
  const seen = tickets.seen?.(binders[0] ?? new Uint8Array(0)) ?? true;
  const { accept } = yield* decide(serverPoints.acceptEarlyData, { fresh, seen });
  yield* tell({ what: 'check', name: 'early data is new', holds: fresh && !seen, required: accept === 'once' });
  if (accept === 'never' || (accept === 'once' && (!fresh || seen))) return undefined;
  const secret = schedule.earlySecret(suite, session.state.psk);
  const messages = c.transcript.copy();
  messages.use(suite);
  const traffic = schedule.clientEarlyTraffic(suite, secret, messages.hash());
  yield* tellSecret(c, 'CLIENT_EARLY_TRAFFIC_SECRET', traffic);
  yield* tellSecret(c, 'EARLY_EXPORTER_SECRET', schedule.earlyExporterSecret(suite, secret, messages.hash()));
  c.skipping = 0;
  return { most: session.state.maxEarlyData, secret: traffic };
}
/** Milliseconds by which the age that a client says may differ from what the server counts (8.3). */
const freshFor = 10_000;

const sharesOf = (hello: ClientHello): readonly KeyShareEntry[] =>
  findExtension(hello.extensions, 'key_share')?.shares ?? [];

function* selectShare(
  setup: ServerSetup,
  hello: ClientHello,
): Protocol<{ group: number; source: 'fresh' | 'echo' } | { retry: number }> {
  const share = yield* decide(serverPoints.selectShare, {
    supported: setup.groups ?? supportedGroups,
    offered: findExtension(hello.extensions, 'supported_groups')?.groups ?? [],
    shares: sharesOf(hello).map(({ group }) => group),
  });
  return share ?? refuse('handshake_failure', 'no group in common'); // 4.1.1
}

/** HelloRetryRequest, 4.1.4. */
function* sendRetry(
  c: Connection,
  setup: ServerSetup,
  suite: Suite,
  say: (retry: boolean, extensions: readonly Extension[]) => ReturnType<typeof encodeServerHello>,
  group: number,
): Protocol<void> {
  const extensions: Extension[] = [
    { name: 'key_share_request', group },
    ...(setup.cookie ? [{ name: 'cookie', cookie: setup.cookie } as const] : []),
  ];
  c.transcript.retry(suite);
  c.skipping = setup.tickets?.maxEarlyData || contentLimit;
  yield* sendHandshake(c, say(true, setup.arrange?.('HelloRetryRequest', extensions) ?? extensions));
  yield* flush(c);
}

/** 4.1.2: nothing may have changed but the share, the cookie, and what a retry takes away. */
function* receiveSecondClientHello(
  c: Connection,
  setup: ServerSetup,
  first: ClientHello,
  group: number,
): Protocol<Offer> {
  if (first.sessionId.length) yield* sendChangeCipherSpec(c); // D.4
  const second = yield* receiveClientHello(c);
  c.skipping = 0;
  if (findExtension(second.extensions, 'early_data'))
    refuse('illegal_parameter', 'a second ClientHello offers no early data'); // 4.1.2
  const [share, ...others] = sharesOf(second);
  if (share?.group !== group || others.length)
    refuse('illegal_parameter', `the second ClientHello must have one share, of ${groupName(group)}`);
  if (!Buffer.from(second.random).equals(first.random) || second.suites.join() !== first.suites.join())
    refuse('illegal_parameter', 'the second ClientHello is not the first one');
  const cookie = findExtension(second.extensions, 'cookie')?.cookie;
  if (setup.cookie && !(cookie && Buffer.from(cookie).equals(setup.cookie)))
    refuse('illegal_parameter', 'the cookie did not come back');
  return second;
}

function* hearOut(c: Connection): Protocol<never> {
  for (;;) {
    const incoming = yield* receiveContent(c);
    if (incoming.kind === 'content' && incoming.type === contentTypes.alert) {
      const alert = yield* readAlert(incoming.content);
      throw new Gone(`the client ended the handshake with ${alert}`, alert);
    }
    throw new Gone('the client closed the connection');
  }
}

interface Keys {
  readonly suite: Suite;
  readonly group: number;
  readonly secret: schedule.HandshakeSecret;
  readonly client: schedule.TrafficSecret;
  readonly server: schedule.TrafficSecret;
}

function* deriveHandshakeKeys(
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

/** Gives the protocol that was chosen. */
function* sendEncryptedExtensions(
  c: Connection,
  setup: ServerSetup,
  { hello, early }: Answered,
): Protocol<string | undefined> {
  const asked = findExtension(hello.extensions, 'application_layer_protocol_negotiation')?.protocols;
  const limit = findExtension(hello.extensions, 'record_size_limit')?.limit;
  const protocol = selectProtocol(setup, hello);
  if (asked && setup.protocols && !protocol) refuse('no_application_protocol', 'no application protocol in common'); // RFC 7301 3.2
  const extensions: Extension[] = [
    ...(findExtension(hello.extensions, 'server_name') ? [{ name: 'server_name' } as const] : []),
    ...(protocol ? [{ name: 'application_layer_protocol_negotiation', protocols: [protocol] } as const] : []),
    ...(limit !== undefined && setup.recordSizeLimit !== undefined
      ? [{ name: 'record_size_limit', limit: setup.recordSizeLimit } as const]
      : []),
    ...(early ? [{ name: 'early_data' } as const] : []),
  ];
  if (limit !== undefined && setup.recordSizeLimit !== undefined) limitRecords(c, setup.recordSizeLimit, limit);
  yield* sendHandshake(
    c,
    encodeEncryptedExtensions(
      { extensions: setup.arrange?.('EncryptedExtensions', extensions) ?? extensions },
      c.recording,
    ),
  );
  return protocol;
}

function selectProtocol({ protocols }: ServerSetup, hello: ClientHello): string | undefined {
  const asked = findExtension(hello.extensions, 'application_layer_protocol_negotiation')?.protocols;
  return asked && protocols?.find((own) => asked.includes(own));
}

/** CertificateRequest, if the client is asked, and who the server is (4.3.2, 4.4). Gives the request. */
function* authenticate(
  c: Connection,
  setup: ServerSetup,
  hello: ClientHello,
): Protocol<CertificateRequest | undefined> {
  const own = identityFor(setup, hello);
  const request = yield* sendCertificateRequest(c, setup);
  yield* sendCertificate(c, new Uint8Array(0), own.chain);
  yield* sendCertificateVerify(c, own);
  return request;
}

function identityFor(setup: ServerSetup, hello: ClientHello): Identity {
  const own =
    setup.identify(findExtension(hello.extensions, 'server_name')?.host) ??
    refuse('unrecognized_name', 'no certificate for that name'); // RFC 6066 3
  if (!findExtension(hello.extensions, 'signature_algorithms')?.schemes.includes(own.scheme))
    refuse('handshake_failure', 'the client cannot check our signature'); // 4.4.2.2
  return own;
}

function* sendCertificateRequest(c: Connection, setup: ServerSetup): Protocol<CertificateRequest | undefined> {
  const wanted = setup.clientCertificates;
  const { request } = yield* decide(serverPoints.requestCertificate, { wanted: wanted !== undefined });
  if (!request) return undefined;
  const extensions: Extension[] = [
    { name: 'signature_algorithms', schemes: wanted?.schemes ?? supportedSchemes },
    ...(wanted?.authorities ? [{ name: 'certificate_authorities', authorities: wanted.authorities } as const] : []),
  ];
  const message = {
    context: new Uint8Array(0),
    extensions: setup.arrange?.('CertificateRequest', extensions) ?? extensions,
  };
  yield* sendHandshake(c, encodeCertificateRequest(message, c.recording));
  return message;
}

/**
 * The server may send application data from here on (2, figure 1). It reads with the handshake key until the client's
 * Finished: the secret to read with after that is given back.
 */
function* deriveApplicationKeys(c: Connection, { suite, secret }: Keys): Protocol<Next> {
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

/** Early data, up to EndOfEarlyData (4.2.10, 4.5); from there on the client seals with the handshake key. */
function* receiveEarlyData(c: Connection, { suite, client }: Keys, { most }: Early): Protocol<void> {
  let received = 0;
  yield* nextHandshakeType(c, function* (content) {
    received += content.length;
    if (received > most) refuse('unexpected_message', `more than ${most} bytes of early data`); // 4.2.10
    yield* tell({ what: 'data', direction: 'received', bytes: content });
    yield* send(content, 'app');
  });
  yield* receiveHandshake(c, decodeEndOfEarlyData);
  readWith(c, 'client handshake', suite, client);
}

/** NewSessionTicket (4.6.1), for clients that can use one: each with a key of its own, all that must be remembered inside. */
function* sendTickets(
  c: Connection,
  { tickets, entropy }: ServerSetup,
  { suite }: Keys,
  master: schedule.MasterSecret,
  hello: ClientHello,
  protocol: string | undefined,
): Protocol<void> {
  if (!tickets || !findExtension(hello.extensions, 'psk_key_exchange_modes')) return;
  const { count } = yield* decide(serverPoints.sendTickets, { wanted: tickets.count ?? 1 });
  const resumption = schedule.resumptionSecret(suite, master, c.transcript.hash());
  for (let number = 0; number < count; number++) {
    const nonce = Uint8Array.of(number);
    const state: SessionState = {
      suite: suite.id,
      psk: schedule.resumptionPsk(suite, resumption, nonce),
      ageAdd: Buffer.from(entropy(`ticket age ${number}`, 4)).readUInt32BE(),
      lifetime: Math.min(tickets.lifetime ?? 7200, longestLifetime),
      since: tickets.now(),
      maxEarlyData: tickets.maxEarlyData ?? 0,
      ...(protocol === undefined ? {} : { protocol }),
    };
    const { ageAdd, lifetime, maxEarlyData: maxSize } = state;
    const extensions: Extension[] = maxSize ? [{ name: 'early_data', maxSize }] : [];
    const message = encodeNewSessionTicket(
      { lifetime, ageAdd, nonce, ticket: tickets.seal(state), extensions },
      c.recording,
    );
    yield* tellMessage(c, 'sent', message);
    yield* sendContent(c, contentTypes.handshake, message.bytes, message);
  }
}

/** The client's answer to a CertificateRequest: who it is, and the proof. */
function* receiveClientCertificate(c: Connection, setup: ServerSetup, request: CertificateRequest): Protocol<void> {
  const { context, entries } = yield* receiveHandshake(c, decodeCertificate);
  if (!Buffer.from(context).equals(request.context))
    refuse('illegal_parameter', 'certificate_request_context is not that of the request'); // 4.4.2
  for (const { extensions } of entries) checkExtensions(extensions, request.extensions, certificateExtensions); // 4.4.2
  const chain = entries.map(({ certificate }) => certificate);
  const anonymous = !chain.length;
  const findings = anonymous ? [] : (setup.clientCertificates?.judge(chain) ?? []);
  const optional = setup.clientCertificates?.optional ?? false;
  const answer = yield* decide(serverPoints.acceptClient, { anonymous, optional, findings });
  if (anonymous) {
    yield* tell({ what: 'check', name: 'client certificate', holds: false, required: answer.anonymous === 'refuse' });
    if (answer.anonymous === 'refuse') refuse('certificate_required', 'the client has shown no certificate'); // 4.4.2.4
    return;
  }
  const failed = yield* failureIn(findings, answer.require);
  if (failed) refuse(failed.alert, failed.says);
  const schemes = findExtension(request.extensions, 'signature_algorithms')?.schemes ?? [];
  yield* receiveCertificateVerify(c, serverPoints.onCertificateVerify, schemes, chain);
}

function* readApplicationData(c: Connection, { suite, group }: Keys, next: schedule.TrafficSecret): Protocol<void> {
  readWith(c, 'client application', suite, next);
  yield* tell({
    what: 'agreed',
    version: versions['TLS 1.3'],
    suite: suite.id,
    group,
    transcript: c.transcript.hash(),
  });
}
