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
  readAlert,
  readWith,
  type RecordSetup,
  receiveContent,
  receiveHandshake,
  sendChangeCipherSpec,
  sendHandshake,
  tellSecret,
  writeWith,
} from './connection.ts';
import { decide, decisionPoint, type Protocol, refuse, tell } from './effects.ts';
import { endpoint, type Outcome } from './endpoint.ts';
import type { Entropy } from './entropy.ts';
import { exchange, exchangePoints } from './exchange.ts';
import { keyExchange, supportedGroups } from './groups.ts';
import type { Identity } from './identity.ts';
import * as schedule from './keySchedule.ts';
import { decodeCertificate } from './messages/certificate.ts';
import { type CertificateRequest, encodeCertificateRequest } from './messages/certificateRequest.ts';
import { type ClientHello, decodeClientHello } from './messages/clientHello.ts';
import { encodeEncryptedExtensions } from './messages/encryptedExtensions.ts';
import { type Extension, findExtension, type KeyShareEntry } from './messages/extensions.ts';
import { encodeServerHello, helloRetryRandom, withMarker } from './messages/serverHello.ts';
import { contentTypes, groupName, versions } from './registry.ts';
import { groupNumber, suiteNumber, versionNumber } from './schema.ts';
import { supportedSchemes } from './signatures.ts';
import { type Suite, suiteOf, supportedSuites } from './suites.ts';

export { type Identity, identity } from './identity.ts';

export interface ServerSetup extends RecordSetup {
  readonly entropy: Entropy;
  /** By the name the client asked for; nothing refuses with unrecognized_name. */
  readonly identify: (serverName: string | undefined) => Identity | undefined;
  /** In the server's order of preference; the engine's own lists where left out. */
  readonly suites?: readonly number[];
  readonly groups?: readonly number[];
  readonly protocols?: readonly string[];
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
  const { hello, suite, exchanged } = yield* sendServerHello(c, setup, offer);
  const keys = yield* deriveHandshakeKeys(c, suite, exchanged);
  yield* sendEncryptedExtensions(c, setup, hello);
  const own = identityFor(setup, hello);
  const request = yield* sendCertificateRequest(c, setup);
  yield* sendCertificate(c, new Uint8Array(0), own.chain);
  yield* sendCertificateVerify(c, own);
  yield* sendFinished(c, keys.suite, keys.server);
  yield* flush(c);
  const next = yield* deriveApplicationKeys(c, keys);
  if (request) yield* receiveClientCertificate(c, setup, request);
  yield* receiveFinished(c, serverPoints.onFinished, keys.suite, keys.client);
  yield* readApplicationData(c, keys, next);
}

/** 4.1.2, 9.2: what a TLS 1.3 hello must have. */
function* receiveClientHello(c: Connection): Protocol<ClientHello> {
  const hello = yield* receiveHandshake(c, decodeClientHello);
  const offered = findExtension(hello.extensions, 'supported_versions')?.versions;
  if (!offered?.includes(versions['TLS 1.3'])) refuse('protocol_version', 'the client does not offer TLS 1.3');
  if (hello.compressionMethods.length !== 1 || hello.compressionMethods[0] !== 0)
    refuse('illegal_parameter', 'legacy_compression_methods must be a single 0');
  const groups = findExtension(hello.extensions, 'supported_groups')?.groups;
  const shares = findExtension(hello.extensions, 'key_share')?.shares;
  if (!findExtension(hello.extensions, 'signature_algorithms'))
    refuse('missing_extension', 'the client does not say which signatures it checks');
  if (!groups || !shares) return refuse('missing_extension', 'supported_groups and key_share belong together');
  const seen = new Set<number>();
  for (const { group } of shares) {
    if (seen.has(group)) refuse('illegal_parameter', `two shares of ${groupName(group)}`); // 4.2.8
    if (!groups.includes(group))
      refuse('illegal_parameter', `a share of ${groupName(group)}, which is not in supported_groups`); // 4.2.8
    seen.add(group);
  }
  c.clientRandom = hello.random;
  return hello;
}

interface Answered {
  readonly hello: ClientHello;
  readonly suite: Suite;
  readonly exchanged: { readonly group: number; readonly secret: Uint8Array };
}

function* sendServerHello(c: Connection, setup: ServerSetup, offer: ClientHello): Protocol<Answered> {
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
  let share = yield* selectShare(setup, hello);
  if ('retry' in share) {
    yield* sendRetry(c, setup, suite, say, share.retry);
    hello = yield* receiveSecondClientHello(c, setup, offer, share.retry);
    share = { group: share.retry, source: 'fresh' };
  }
  const theirs = sharesOf(hello).find(({ group }) => 'group' in share && group === share.group);
  const own = keyExchange(share.group, setup.entropy, 'server');
  if (!own) return refuse('handshake_failure', `no key exchange with ${groupName(share.group)}`);
  const secret = theirs && own.agree(theirs.share);
  const entry = share.source === 'echo' && theirs ? theirs : { group: own.group, share: own.share };
  yield* sendHandshake(c, say(false, [{ name: 'key_share', shares: [entry] }]));
  yield* flush(c);
  c.transcript.use(suite);
  if (offer.sessionId.length && hello === offer) yield* sendChangeCipherSpec(c); // D.4
  // A group of which no share came gives no secret: nothing can be sealed, so all that is left is to hear what the client says.
  return { hello, suite, exchanged: { group: share.group, secret: secret ?? (yield* hearOut(c)) } };
}

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
  yield* sendHandshake(c, say(true, setup.arrange?.('HelloRetryRequest', extensions) ?? extensions));
  yield* flush(c);
}

/** 4.1.2: nothing may have changed but the share, the cookie, and what a retry takes away. */
function* receiveSecondClientHello(
  c: Connection,
  setup: ServerSetup,
  first: ClientHello,
  group: number,
): Protocol<ClientHello> {
  if (first.sessionId.length) yield* sendChangeCipherSpec(c); // D.4
  const second = yield* receiveClientHello(c);
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
  suite: Suite,
  { group, secret: ecdhe }: Answered['exchanged'],
): Protocol<Keys> {
  const secret = schedule.handshakeSecret(suite, schedule.earlySecret(suite), ecdhe);
  const transcriptHash = c.transcript.hash();
  const client = schedule.clientHandshakeTraffic(suite, secret, transcriptHash);
  const server = schedule.serverHandshakeTraffic(suite, secret, transcriptHash);
  yield* tellSecret(c, 'CLIENT_HANDSHAKE_TRAFFIC_SECRET', client);
  yield* tellSecret(c, 'SERVER_HANDSHAKE_TRAFFIC_SECRET', server);
  readWith(c, 'client handshake', suite, client);
  writeWith(c, 'server handshake', suite, server);
  return { suite, group, secret, client, server };
}

function* sendEncryptedExtensions(c: Connection, setup: ServerSetup, hello: ClientHello): Protocol<void> {
  const asked = findExtension(hello.extensions, 'application_layer_protocol_negotiation')?.protocols;
  const limit = findExtension(hello.extensions, 'record_size_limit')?.limit;
  const protocol = asked && setup.protocols?.find((own) => asked.includes(own));
  if (asked && setup.protocols && !protocol) refuse('no_application_protocol', 'no application protocol in common'); // RFC 7301 3.2
  const extensions: Extension[] = [
    ...(findExtension(hello.extensions, 'server_name') ? [{ name: 'server_name' } as const] : []),
    ...(protocol ? [{ name: 'application_layer_protocol_negotiation', protocols: [protocol] } as const] : []),
    ...(limit !== undefined && setup.recordSizeLimit !== undefined
      ? [{ name: 'record_size_limit', limit: setup.recordSizeLimit } as const]
      : []),
  ];
  if (limit !== undefined && setup.recordSizeLimit !== undefined) limitRecords(c, setup.recordSizeLimit, limit);
  yield* sendHandshake(
    c,
    encodeEncryptedExtensions(
      { extensions: setup.arrange?.('EncryptedExtensions', extensions) ?? extensions },
      c.recording,
    ),
  );
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
function* deriveApplicationKeys(c: Connection, { suite, secret }: Keys): Protocol<schedule.TrafficSecret> {
  const master = schedule.masterSecret(suite, secret);
  const transcriptHash = c.transcript.hash();
  const client = schedule.clientApplicationTraffic(suite, master, transcriptHash);
  const server = schedule.serverApplicationTraffic(suite, master, transcriptHash);
  yield* tellSecret(c, 'CLIENT_TRAFFIC_SECRET_0', client);
  yield* tellSecret(c, 'SERVER_TRAFFIC_SECRET_0', server);
  yield* tellSecret(c, 'EXPORTER_SECRET', schedule.exporterSecret(suite, master, transcriptHash));
  writeWith(c, 'server application', suite, server);
  return client;
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
