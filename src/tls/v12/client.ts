// A TLS 1.2 client. `handshake` reads as the client's column of RFC 5246 figure 1; each step is a function below it, in its order.
import { type KeyObject, X509Certificate } from 'node:crypto';
import { checkExtensions, failureIn, findingsOf } from '../authentication.ts';
import { type ClientSetup, clientPoints } from '../client.ts';
import { type Connection, connection } from '../connection.ts';
import { decide, type Protocol, receive, refuse, tell } from '../effects.ts';
import { type Outcome, wholeConnection } from '../endpoint.ts';
import { type KeyExchange, keyExchange, supportedGroups } from '../groups.ts';
import { flush, sendHandshake } from '../handshakeMessages.ts';
import { type ClientHello, encodeClientHello } from '../messages/clientHello.ts';
import { type Extension, findExtension } from '../messages/extensions.ts';
import { carriesMarker, decodeServerHello, type ServerHello } from '../messages/serverHello.ts';
import { sendContent } from '../records.ts';
import { contentTypes, extensionTypes, groupName, suiteName, versionName, versions } from '../registry.ts';
import {
  type Agreement,
  awaitMessage,
  deriveKeys,
  receiveFinished12,
  sendFinished12,
  tellAgreed,
} from './handshake12.ts';
import { lock } from './keyTransport.ts';
import { decodeCertificate12 } from './messages/certificate12.ts';
import { encodeClientShare, encodeLockedSecret } from './messages/clientKeyExchange.ts';
import { decodeServerHelloDone } from './messages/serverHelloDone.ts';
import { decodeServerKeyExchange, type EphemeralParams, encodeParams } from './messages/serverKeyExchange.ts';
import { client12Points } from './points12.ts';
import { speak12 } from './records12.ts';
import { signedParams, supportedSchemes12, verifies12 } from './signatures12.ts';
import { suite12Of, supportedSuites12 } from './suites12.ts';

/** A whole connection: the handshake, then the application's data on the link `app` until both sides have ended. */
export function* client12(setup: ClientSetup): Protocol<Outcome<void>> {
  const c = connection({ ...setup, side: 'client', onRecord: clientPoints.onRecord });
  return yield* wholeConnection(c, handshake(c, setup), clientPoints);
}

/** `sent` is a hello that was sent already, by a client that speaks TLS 1.3 as well. */
export function* handshake(c: Connection, setup: ClientSetup, sent?: Offer): Protocol<void> {
  const offer = sent ?? (yield* sendClientHello(c, setup));
  const records = speak12(c, setup.entropy);
  const chosen = yield* receiveServerHello(c, offer, setup.fallback);
  const key = yield* receiveCertificate(c, setup, chosen);
  const theirs = yield* receiveServerKeyExchange(c, offer, chosen, key);
  yield* awaitMessage(c, decodeServerHelloDone);
  const premaster = yield* sendClientKeyExchange(c, setup, offer, key, theirs);
  const master = yield* deriveKeys(c, records, chosen, premaster);
  yield* sendFinished12(c, records, master);
  if (chosen.sendEarly) yield* sendAhead(c);
  yield* receiveFinished12(c, records, master, client12Points.onFinished);
  yield* tellAgreed(c, chosen, theirs?.group);
}

export interface Offer {
  readonly hello: ClientHello;
  readonly requiresExtendedMasterSecret: boolean;
}

export function* sendClientHello(c: Connection, setup: ClientSetup): Protocol<Offer> {
  const { suites = supportedSuites12, groups = supportedGroups } = setup;
  const version = yield* decide(client12Points.offerVersions, { reference: [versions['TLS 1.2']] });
  const { suites: offeredSuites } = yield* decide(client12Points.offerSuites, { reference: suites });
  const keys = yield* decide(client12Points.offerKeys, { groups, shares: [] });
  const { name } = yield* decide(client12Points.serverName, { host: setup.host });
  const extended = yield* decide(client12Points.extendedMasterSecret, {});
  const extensions: Extension[] = [
    ...(name === null ? [] : [{ name: 'server_name', host: name } as const]),
    ...(extended.offer ? [{ name: 'extended_master_secret' } as const] : []),
    { name: 'renegotiation_info', connection: new Uint8Array(0) }, // RFC 5746 3.4
    ...(keys.groups
      ? [
          { name: 'supported_groups', groups: keys.groups } as const,
          { name: 'ec_point_formats', formats: [0] } as const,
        ]
      : []),
    { name: 'signature_algorithms', schemes: setup.schemes ?? supportedSchemes12 },
    ...(setup.protocols
      ? [{ name: 'application_layer_protocol_negotiation', protocols: setup.protocols } as const]
      : []),
    ...(version.list ? [{ name: 'supported_versions', versions: version.list } as const] : []),
  ];
  const hello: ClientHello = {
    legacyVersion: version.legacyVersion,
    random: setup.entropy('random'),
    sessionId: new Uint8Array(0),
    suites: offeredSuites,
    compressionMethods: Uint8Array.of(0),
    extensions: setup.arrange?.(extensions) ?? extensions,
  };
  c.clientRandom = hello.random;
  c.recordVersion = version.recordVersion;
  yield* sendHandshake(c, encodeClientHello(hello, c.recording));
  yield* flush(c);
  c.recordVersion = versions['TLS 1.2'];
  return { hello, requiresExtendedMasterSecret: extended.require };
}

/** 7.4.1.3: everything in it must be an answer to what was offered. */
export function* receiveServerHello(
  c: Connection,
  { hello: offered, ...offer }: Offer,
  fallback = false,
): Protocol<Agreement & { readonly sendEarly: boolean }> {
  const hello = yield* awaitMessage(c, decodeServerHello);
  checkVersion(hello, offered);
  const offered13 = findExtension(offered.extensions, 'supported_versions')?.versions.includes(versions['TLS 1.3']);
  const marker = (offered13 || fallback) && carriesMarker(hello);
  const { onMarker, stop, sendEarly } = yield* decide(client12Points.onServerHello, { suite: hello.suite, marker });
  yield* tell({ what: 'check', name: 'no downgrade marker', holds: !marker, required: onMarker !== 'ignore' });
  if (marker && onMarker === 'illegal_parameter')
    refuse('illegal_parameter', 'the server chose TLS 1.2, but its random says that it speaks TLS 1.3'); // RFC 8446 4.1.3
  if (stop) refuse('handshake_failure', `the client does not want ${suiteName(hello.suite)}`);
  if (!offered.suites.includes(hello.suite))
    refuse('illegal_parameter', `the suite ${suiteName(hello.suite)} was not offered`);
  const suite = suite12Of(hello.suite);
  if (!suite) return refuse('illegal_parameter', `the suite ${suiteName(hello.suite)} is not one of TLS 1.2`);
  if (hello.compressionMethod !== 0) refuse('illegal_parameter', 'compression was not offered');
  yield* checkServerExtensions(hello, offered);
  const extended = findExtension(hello.extensions, 'extended_master_secret') !== undefined;
  if (!extended && offer.requiresExtendedMasterSecret)
    refuse('handshake_failure', 'the server does not do extended_master_secret'); // RFC 7627 5.2
  c.transcript.use(suite);
  return { suite, extended, randoms: { client: offered.random, server: hello.random }, sendEarly };
}

function checkVersion(hello: ServerHello, offered: ClientHello): void {
  const chosen = findExtension(hello.extensions, 'supported_versions')?.versions[0];
  if (chosen !== undefined && chosen < versions['TLS 1.3'])
    refuse('illegal_parameter', `supported_versions chooses ${versionName(chosen)}, which is older than TLS 1.3`); // RFC 8446 4.2.1
  const version = chosen ?? hello.legacyVersion;
  const list = findExtension(offered.extensions, 'supported_versions')?.versions;
  if (version !== versions['TLS 1.2'] || list?.includes(version) === false)
    refuse('protocol_version', `the server chose ${versionName(version)}, which this client does not speak`);
}

function* checkServerExtensions({ extensions }: ServerHello, offered: ClientHello): Protocol<void> {
  checkExtensions(extensions, offered.extensions, [
    extensionTypes.server_name,
    extensionTypes.extended_master_secret,
    extensionTypes.renegotiation_info,
    extensionTypes.ec_point_formats,
    extensionTypes.application_layer_protocol_negotiation,
  ]);
  const info = findExtension(extensions, 'renegotiation_info');
  yield* tell({ what: 'check', name: 'renegotiation_info', holds: info !== undefined, required: false });
  if (info?.connection.length) refuse('handshake_failure', 'renegotiation_info must be empty in a first handshake'); // RFC 5746 3.4
  if (findExtension(extensions, 'ec_point_formats')?.formats.includes(0) === false)
    refuse('illegal_parameter', 'the server does not take uncompressed points'); // RFC 8422 5.2
  const chosen = findExtension(extensions, 'application_layer_protocol_negotiation')?.protocols;
  const protocols = findExtension(offered.extensions, 'application_layer_protocol_negotiation')?.protocols;
  if (chosen && !(chosen.length === 1 && protocols?.includes(chosen[0] ?? '')))
    refuse('illegal_parameter', 'ALPN: the server did not choose one of the protocols offered'); // RFC 7301 3.1
}

/** Gives the key in the server's certificate; one that the suite cannot work with is refused (7.4.2). */
export function* receiveCertificate(
  c: Connection,
  { host, judge }: ClientSetup,
  { suite }: Agreement,
): Protocol<KeyObject> {
  const { chain } = yield* awaitMessage(c, decodeCertificate12);
  if (!chain.length) refuse('decode_error', 'the server sent no certificate');
  const findings = yield* findingsOf(judge(chain, host));
  const { require, stop } = yield* decide(client12Points.acceptChain, { host, findings });
  const failed = yield* failureIn(findings, require);
  if (stop) refuse('user_canceled', 'the user does not want to go on');
  if (failed) refuse(failed.alert, failed.says);
  const key = keyOf(chain[0]);
  if ((key.asymmetricKeyType === 'rsa') !== (suite.certificate === 'RSA'))
    refuse('unsupported_certificate', `a key of the kind ${key.asymmetricKeyType} does not fit ${suiteName(suite.id)}`);
  return key;
}

function keyOf(certificate: Uint8Array = new Uint8Array(0)): KeyObject {
  try {
    return new X509Certificate(certificate).publicKey;
  } catch {
    return refuse('bad_certificate', 'the certificate cannot be read');
  }
}

/** With ECDHE alone (7.4.3): the server's half of the exchange, signed by the key in the certificate. */
function* receiveServerKeyExchange(
  c: Connection,
  { hello }: Offer,
  { suite, randoms }: Agreement,
  key: KeyObject,
): Protocol<EphemeralParams | undefined> {
  if (suite.exchange !== 'ECDHE') return undefined;
  const message = yield* awaitMessage(c, decodeServerKeyExchange);
  if (!findExtension(hello.extensions, 'supported_groups')?.groups.includes(message.group))
    refuse('illegal_parameter', `the group ${groupName(message.group)} was not offered`); // RFC 8422 5.4
  if (!findExtension(hello.extensions, 'signature_algorithms')?.schemes.includes(message.scheme))
    refuse('illegal_parameter', 'the signature scheme was not offered'); // 7.4.3
  const content = signedParams(randoms, encodeParams(message));
  const holds = verifies12(message.scheme, content, key, message.signature);
  const { require } = yield* decide(client12Points.onServerKeyExchange, { holds });
  yield* tell({ what: 'check', name: 'ServerKeyExchange', holds, required: require === 'signature' });
  if (!holds && require === 'signature')
    refuse('decrypt_error', 'ServerKeyExchange is not signed by the key in the certificate');
  return message;
}

/** 7.4.7: gives the premaster secret. */
function* sendClientKeyExchange(
  c: Connection,
  setup: ClientSetup,
  { hello }: Offer,
  key: KeyObject,
  theirs: EphemeralParams | undefined,
): Protocol<Uint8Array> {
  if (theirs) {
    const own: KeyExchange =
      keyExchange(theirs.group, setup.entropy, 'client') ??
      refuse('internal_error', `no key exchange with ${groupName(theirs.group)}`);
    const premaster = own.agree(theirs.share);
    yield* sendHandshake(c, encodeClientShare(own, c.recording));
    return premaster;
  }
  const premaster = yield* makePremaster(setup, hello);
  yield* sendLocked(c, setup, key, premaster);
  return premaster;
}

/** The version in it is the one offered, not the one chosen: so an old one that was forced shows (7.4.7.1). */
export function* makePremaster({ entropy }: ClientSetup, { legacyVersion }: ClientHello): Protocol<Uint8Array> {
  const { secret } = yield* decide(client12Points.premaster, { version: legacyVersion });
  return secret === 'fresh'
    ? Buffer.concat([Buffer.of(legacyVersion >> 8, legacyVersion & 255), entropy('premaster secret', 46)])
    : Buffer.from(secret, 'hex');
}

/** ClientKeyExchange with a secret that the owner of this RSA key can open. */
export function* sendLocked(
  c: Connection,
  { entropy }: ClientSetup,
  key: KeyObject,
  premaster: Uint8Array,
): Protocol<void> {
  yield* sendHandshake(c, encodeLockedSecret({ locked: lock(key, premaster, entropy) }, c.recording));
}

/** RFC 7918: a round trip less, and nothing has said yet that both ends saw the same handshake. */
function* sendAhead(c: Connection): Protocol<void> {
  const received = yield* receive('app');
  if (!('bytes' in received)) return;
  yield* tell({ what: 'data', direction: 'sent', bytes: received.bytes });
  yield* sendContent(c, contentTypes.application_data, received.bytes);
}
