// A TLS 1.2 server. `handshake` reads as the server's column of RFC 5246 figure 1; each step is a function below it, in its order.
import { type Connection, connection, type RecordSetup } from '../connection.ts';
import { decide, type Protocol, refuse } from '../effects.ts';
import { type Outcome, wholeConnection } from '../endpoint.ts';
import type { Entropy } from '../entropy.ts';
import { type KeyExchange, keyExchange, supportedGroups } from '../groups.ts';
import { flush, receiveHandshake, sendHandshake } from '../handshakeMessages.ts';
import { refuseSsl } from '../legacyVersion.ts';
import { type ClientHello, decodeClientHello } from '../messages/clientHello.ts';
import { type Extension, findExtension } from '../messages/extensions.ts';
import { encodeServerHello, withMarker } from '../messages/serverHello.ts';
import { groupName, suiteName, suites, versionName, versions } from '../registry.ts';
import { handshake as handshake13, type ServerSetup, serverPoints } from '../server.ts';
import {
  type Agreement,
  deriveKeys,
  peekMessage,
  receiveFinished12,
  sendFinished12,
  tellAgreed,
} from './handshake12.ts';
import type { Identity12 } from './identity12.ts';
import { premasterOf, unpad } from './keyTransport.ts';
import { encodeCertificate12 } from './messages/certificate12.ts';
import { decodeClientShare, decodeLockedSecret } from './messages/clientKeyExchange.ts';
import { encodeServerHelloDone } from './messages/serverHelloDone.ts';
import { encodeParams, encodeServerKeyExchange } from './messages/serverKeyExchange.ts';
import { server12Points } from './points12.ts';
import { speak12 } from './records12.ts';
import { signedParams } from './signatures12.ts';
import { type Suite12, suite12Of, supportedSuites12 } from './suites12.ts';

export interface Server12Setup extends RecordSetup {
  readonly entropy: Entropy;
  /** By the name the client asked for; nothing refuses with unrecognized_name. */
  readonly identify: (serverName: string | undefined) => Identity12 | undefined;
  /** In the server's order of preference; the engine's own lists where left out. */
  readonly suites?: readonly number[];
  readonly groups?: readonly number[];
  readonly protocols?: readonly string[];
  /** It speaks TLS 1.3 with whoever offers that, set up like this. */
  readonly tls13?: ServerSetup;
}

/** A whole connection: the handshake, then the application's data on the link `app` until both sides have ended. */
export function* server12(setup: Server12Setup): Protocol<Outcome<void>> {
  const c = connection({ ...setup, side: 'server', onRecord: serverPoints.onRecord });
  return yield* wholeConnection(c, handshake(c, setup), serverPoints);
}

export function* handshake(c: Connection, setup: Server12Setup): Protocol<void> {
  if (setup.tls13 && (yield* offers13(c))) return yield* handshake13(c, setup.tls13);
  const records = speak12(c, setup.entropy);
  const offer = yield* receiveClientHello(c, setup);
  const chosen = yield* sendServerHello(c, setup, offer);
  yield* sendCertificate(c, chosen);
  const own = yield* sendServerKeyExchange(c, setup, offer, chosen);
  yield* sendServerHelloDone(c);
  const premaster = yield* receiveClientKeyExchange(c, setup, offer, chosen, own);
  const master = yield* deriveKeys(c, records, chosen, premaster);
  yield* receiveFinished12(c, records, master, server12Points.onFinished);
  yield* sendFinished12(c, records, master);
  yield* tellAgreed(c, chosen, own?.group);
}

/** What the hello says that comes next; who takes it reads it again. */
function* offers13(c: Connection): Protocol<boolean> {
  const { extensions } = decodeClientHello(yield* peekMessage(c), false);
  return findExtension(extensions, 'supported_versions')?.versions.includes(versions['TLS 1.3']) ?? false;
}

/** 7.4.1.2. A server of TLS 1.2 alone does not look at supported_versions; one that knows it believes it (RFC 8446 4.2.1). */
function* receiveClientHello(c: Connection, { tls13 }: Server12Setup): Protocol<ClientHello> {
  const hello = yield* receiveHandshake(c, decodeClientHello);
  refuseSsl(hello.legacyVersion);
  const list = tls13 && findExtension(hello.extensions, 'supported_versions')?.versions;
  if (list ? !list.includes(versions['TLS 1.2']) : hello.legacyVersion < versions['TLS 1.2'])
    refuse('protocol_version', `the client offers ${versionName(hello.legacyVersion)} at most`);
  if (!hello.compressionMethods.includes(0))
    refuse('illegal_parameter', 'the client must offer to do without compression');
  if (findExtension(hello.extensions, 'renegotiation_info')?.connection.length)
    refuse('handshake_failure', 'renegotiation_info must be empty in a first handshake'); // RFC 5746 3.6
  if (findExtension(hello.extensions, 'ec_point_formats')?.formats.includes(0) === false)
    refuse('illegal_parameter', 'the client does not take uncompressed points'); // RFC 8422 5.1
  c.clientRandom = hello.random;
  return hello;
}

interface Chosen extends Agreement {
  readonly identity: Identity12;
}

function* sendServerHello(c: Connection, setup: Server12Setup, offer: ClientHello): Protocol<Chosen> {
  const identity =
    setup.identify(findExtension(offer.extensions, 'server_name')?.host) ??
    refuse('unrecognized_name', 'no certificate for that name'); // RFC 6066 3
  const suite = yield* selectSuite(setup, offer, identity);
  const { write } = yield* decide(server12Points.downgradeMarker, { speaks13: setup.tls13 !== undefined });
  const offered = findExtension(offer.extensions, 'extended_master_secret') !== undefined;
  const extended = yield* decide(server12Points.extendedMasterSecret, { offered });
  if (extended.require && !offered) refuse('handshake_failure', 'the client does not do extended_master_secret'); // RFC 7627 5.2
  const draw = setup.entropy('random');
  const random = write ? withMarker(draw) : draw;
  yield* sendHandshake(
    c,
    encodeServerHello(
      {
        legacyVersion: versions['TLS 1.2'],
        random,
        sessionId: new Uint8Array(0), // no session is kept
        suite: suite.id,
        compressionMethod: 0,
        extensions: answersTo(offer, setup, suite, extended.answer && offered),
      },
      c.recording,
    ),
  );
  c.transcript.use(suite);
  return {
    suite,
    identity,
    extended: extended.answer && offered,
    randoms: { client: offer.random, server: random },
  };
}

/** The suite must fit the certificate and, with ECDHE, a curve and a signature of the client's (RFC 8422 5.1). */
function* selectSuite(setup: Server12Setup, offer: ClientHello, identity: Identity12): Protocol<Suite12> {
  const groups = findExtension(offer.extensions, 'supported_groups')?.groups;
  const common = (setup.groups ?? supportedGroups).some((group) => groups?.includes(group));
  const schemes = findExtension(offer.extensions, 'signature_algorithms')?.schemes ?? [];
  const fits = ({ exchange: how, certificate }: Suite12) =>
    certificate === identity.certificate && (how === 'RSA' || (common && schemes.includes(identity.scheme)));
  const { suite: chosen } = yield* decide(server12Points.selectSuite, {
    offered: offer.suites,
    supported: (setup.suites ?? supportedSuites12).filter((id) => {
      const suite = suite12Of(id);
      return suite && fits(suite);
    }),
  });
  if (chosen === null) return refuse('handshake_failure', 'no cipher suite in common'); // 7.4.1.3
  return suite12Of(chosen) ?? refuse('internal_error', `${suiteName(chosen)} is not one of TLS 1.2`);
}

function answersTo(offer: ClientHello, setup: Server12Setup, suite: Suite12, extended: boolean): readonly Extension[] {
  const asked = findExtension(offer.extensions, 'application_layer_protocol_negotiation')?.protocols;
  const protocol = asked && setup.protocols?.find((own) => asked.includes(own));
  if (asked && setup.protocols && !protocol) refuse('no_application_protocol', 'no application protocol in common'); // RFC 7301 3.2
  const safe =
    findExtension(offer.extensions, 'renegotiation_info') !== undefined ||
    offer.suites.includes(suites.TLS_EMPTY_RENEGOTIATION_INFO_SCSV); // RFC 5746 3.6
  const points = suite.exchange === 'ECDHE' && findExtension(offer.extensions, 'ec_point_formats');
  return [
    ...(findExtension(offer.extensions, 'server_name') ? [{ name: 'server_name' } as const] : []),
    ...(extended ? [{ name: 'extended_master_secret' } as const] : []),
    ...(safe ? [{ name: 'renegotiation_info', connection: new Uint8Array(0) } as const] : []),
    ...(points ? [{ name: 'ec_point_formats', formats: [0] } as const] : []),
    ...(protocol ? [{ name: 'application_layer_protocol_negotiation', protocols: [protocol] } as const] : []),
  ];
}

function* sendCertificate(c: Connection, { identity }: Chosen): Protocol<void> {
  yield* sendHandshake(c, encodeCertificate12({ chain: identity.chain }, c.recording));
}

/** With ECDHE alone (7.4.3): a fresh key, signed together with both randoms. */
function* sendServerKeyExchange(
  c: Connection,
  setup: Server12Setup,
  offer: ClientHello,
  { suite, identity, randoms }: Chosen,
): Protocol<KeyExchange | undefined> {
  if (suite.exchange !== 'ECDHE') return undefined;
  const { group } = yield* decide(server12Points.selectGroup, {
    offered: findExtension(offer.extensions, 'supported_groups')?.groups ?? [],
    supported: setup.groups ?? supportedGroups,
  });
  if (group === null) return refuse('handshake_failure', 'no group in common');
  const own =
    keyExchange(group, setup.entropy, 'server') ?? refuse('internal_error', `no key exchange with ${groupName(group)}`);
  const signature = yield* identity.prove(signedParams(randoms, encodeParams(own)));
  yield* sendHandshake(
    c,
    encodeServerKeyExchange(
      { group: own.group, share: own.share, scheme: identity.scheme, signature: signature ?? new Uint8Array(0) },
      c.recording,
    ),
  );
  return own;
}

function* sendServerHelloDone(c: Connection): Protocol<void> {
  yield* sendHandshake(c, encodeServerHelloDone(c.recording));
  yield* flush(c);
}

/** 7.4.7: gives the premaster secret. One that was locked and is none becomes a random one, and Finished will not fit. */
function* receiveClientKeyExchange(
  c: Connection,
  setup: Server12Setup,
  offer: ClientHello,
  { identity }: Chosen,
  own: KeyExchange | undefined,
): Protocol<Uint8Array> {
  if (own) return own.agree((yield* receiveHandshake(c, decodeClientShare)).share);
  const { locked } = yield* receiveHandshake(c, decodeLockedSecret);
  const message = unpad(identity.unlock?.(locked));
  const random = setup.entropy('premaster secret that is none', 46);
  const { onBadPadding } = yield* decide(server12Points.onPremaster, {
    padded: message !== undefined,
    length: message?.length ?? 0,
  });
  if (message?.length !== 48 && onBadPadding === 'alert')
    refuse('decrypt_error', 'the locked premaster secret is not padded as it should be');
  return premasterOf(message, offer.legacyVersion, random);
}
