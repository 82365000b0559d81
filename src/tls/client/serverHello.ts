// ServerHello as a client checks it (RFC 8446 4.1.3).
import { checkExtensions } from '../authentication.ts';
import type { Connection } from '../connection.ts';
import { type Protocol, refuse } from '../effects.ts';
import { receiveHandshake } from '../handshakeMessages.ts';
import { refuseSsl } from '../legacyVersion.ts';
import { findExtension } from '../messages/extensions.ts';
import { carriesMarker, decodeServerHello, isRetry, type ServerHello } from '../messages/serverHello.ts';
import { extensionTypes, suiteName, versionName, versions } from '../registry.ts';
import { type Suite, suiteOf } from '../suites.ts';
import type { Offer } from './clientHello.ts';

/** ServerHello or HelloRetryRequest (4.1.3, 4.1.4): everything in it must be an answer to what was offered. */
export function* receiveServerHello(c: Connection, offer: Offer): Protocol<ServerHello> {
  const hello = yield* receiveHandshake(c, decodeServerHello);
  const offered = offer.hello;
  refuseSsl(hello.legacyVersion);
  const offeredVersions = findExtension(offered.extensions, 'supported_versions')?.versions ?? [offered.legacyVersion];
  const version = selectedVersion(hello, offeredVersions);
  if (offer.retried && version !== selectedVersion(offer.retried, offeredVersions))
    refuse('illegal_parameter', 'the version is not that of the HelloRetryRequest'); // 4.1.4
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

/** What supported_versions says; what legacy_version says where it is missing (4.2.1). */
const selectedVersion = (hello: ServerHello, offered: readonly number[]): number => {
  const chosen = findExtension(hello.extensions, 'supported_versions')?.versions[0];
  if (chosen === undefined) return hello.legacyVersion;
  if (chosen < versions['TLS 1.3'])
    refuse('illegal_parameter', `supported_versions chooses ${versionName(chosen)}, which is older than TLS 1.3`); // 4.2.1
  if (!offered.includes(chosen))
    refuse('illegal_parameter', `supported_versions chooses ${versionName(chosen)}, which was not offered`); // 4.2.1
  return chosen;
};

/** The suite of a ServerHello that was checked. */
export const suiteFor = (hello: ServerHello): Suite =>
  suiteOf(hello.suite) ?? refuse('illegal_parameter', `the suite ${suiteName(hello.suite)} is not one of TLS 1.3`);
