// ClientHello as a server checks it (RFC 8446 4.1.2, 9.2), the first and the one that follows a HelloRetryRequest.
import type { Connection } from '../connection.ts';
import { type Protocol, refuse } from '../effects.ts';
import { receiveHandshake } from '../handshakeMessages.ts';
import { refuseSsl } from '../legacyVersion.ts';
import { type ClientHello, decodeClientHello } from '../messages/clientHello.ts';
import { findExtension, type KeyShareEntry } from '../messages/extensions.ts';
import { sendChangeCipherSpec } from '../records.ts';
import { groupName, versions } from '../registry.ts';
import type { Transcript } from '../transcript.ts';
import type { ServerSetup } from './setup.ts';

/** A hello as it came, and the messages before it. */
export interface Offer extends ClientHello {
  readonly bytes: Uint8Array;
  readonly before: Transcript;
}

/** 4.1.2, 9.2: what a TLS 1.3 hello must have. */
export function* receiveClientHello(c: Connection): Protocol<Offer> {
  const before = c.transcript.copy();
  const hello = yield* receiveHandshake(c, decodeClientHello);
  refuseSsl(hello.legacyVersion);
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

/** 4.1.2: nothing may have changed but the share, the cookie, and what a retry takes away. */
export function* receiveSecondClientHello(
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

export const sharesOf = (hello: ClientHello): readonly KeyShareEntry[] =>
  findExtension(hello.extensions, 'key_share')?.shares ?? [];
