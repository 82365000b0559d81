// Early data at a server (RFC 8446 4.2.10, 8): whether it is taken, and how it is read.
import { type Connection, countIdle, readWith } from '../connection.ts';
import { decide, type Protocol, refuse, send, tell } from '../effects.ts';
import { nextHandshakeType, receiveHandshake } from '../handshakeMessages.ts';
import type { TrafficSecret } from '../keySchedule.ts';
import { decodeEndOfEarlyData } from '../messages/endOfEarlyData.ts';
import { findExtension } from '../messages/extensions.ts';
import { contentLimit } from '../record.ts';
import { deriveEarlySecret, type Keys } from '../secrets.ts';
import type { Suite } from '../suites.ts';
import type { Offer } from './clientHello.ts';
import { serverPoints } from './points.ts';
import type { Resumed } from './resumption.ts';
import { selectProtocol } from './serverParameters.ts';
import type { ServerSetup } from './setup.ts';

/** Of early data that is taken: how much of it, and the secret that it is sealed with. */
export interface Early {
  readonly most: number;
  readonly secret: TrafficSecret;
}

/** 4.2.10, 8. What is not taken is passed over, unread. */
export function* acceptEarlyData(
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
  const secret = yield* deriveEarlySecret(c, suite, session.state.psk);
  c.skipping = 0;
  return { most: session.state.maxEarlyData, secret };
}

/** Milliseconds by which the age that a client says may differ from what the server counts (8.3). */
const freshFor = 10_000;

/** Early data, up to EndOfEarlyData (4.2.10, 4.5); from there on the client seals with the handshake key. */
export function* receiveEarlyData(c: Connection, { suite, client }: Keys, { most }: Early): Protocol<void> {
  let received = 0;
  yield* nextHandshakeType(c, function* (content) {
    if (content.length) c.idle = 0;
    else countIdle(c);
    received += content.length;
    if (received > most) refuse('unexpected_message', `more than ${most} bytes of early data`); // 4.2.10
    yield* tell({ what: 'data', direction: 'received', bytes: content });
    yield* send(content, 'app');
  });
  yield* receiveHandshake(c, decodeEndOfEarlyData);
  readWith(c, 'client handshake', suite, client);
}
