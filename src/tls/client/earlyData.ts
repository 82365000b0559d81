// A session taken up again by a client, and data that it sends before the server has said anything (RFC 8446 2.3, 4.2.10, 4.2.11).
import { type Connection, writeWith } from '../connection.ts';
import { decide, type Protocol, tell } from '../effects.ts';
import { flush, sendHandshake } from '../handshakeMessages.ts';
import { encodeEndOfEarlyData } from '../messages/endOfEarlyData.ts';
import { sendChangeCipherSpec, sendContent } from '../records.ts';
import { contentTypes, pskModes } from '../registry.ts';
import { deriveEarlySecret, type Keys } from '../secrets.ts';
import { ageOf, type Session } from '../sessions.ts';
import { type Suite, suiteOf } from '../suites.ts';
import { clientPoints } from './points.ts';
import { type ClientSetup, nowOf } from './setup.ts';

export interface Resumption {
  readonly session: Session;
  readonly suite: Suite;
  readonly modes: readonly number[];
}

export function* offerSession(setup: ClientSetup): Protocol<Resumption | undefined> {
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

export function* wantsEarlyData({ earlyData }: ClientSetup, { session }: Resumption): Protocol<boolean> {
  if (!earlyData || !session.maxEarlyData) return false;
  const { send: now } = yield* decide(clientPoints.sendEarlyData, {
    bytes: earlyData.length,
    most: session.maxEarlyData,
  });
  return now;
}

/** 0-RTT (2.3): under a key of the old session alone, so that whoever recorded it can send it again. */
export function* sendEarlyData(c: Connection, setup: ClientSetup, { session, suite }: Resumption): Protocol<void> {
  if (setup.compatibility) yield* sendChangeCipherSpec(c); // D.4
  const traffic = yield* deriveEarlySecret(c, suite, session.psk);
  writeWith(c, 'client early', suite, traffic);
  yield* sendData(c, setup);
}

function* sendData(c: Connection, { earlyData = new Uint8Array(0) }: ClientSetup): Protocol<void> {
  yield* tell({ what: 'data', direction: 'sent', bytes: earlyData });
  yield* sendContent(c, contentTypes.application_data, earlyData);
}

/** 4.5: sealed with the key that it ends. */
export function* endEarlyData(c: Connection, { suite, client }: Keys): Protocol<void> {
  yield* sendHandshake(c, encodeEndOfEarlyData({}, c.recording));
  yield* flush(c);
  writeWith(c, 'client handshake', suite, client);
}

export function* sendAgain(c: Connection, setup: ClientSetup): Protocol<void> {
  const { again } = yield* decide(clientPoints.onEarlyRefused, { bytes: setup.earlyData?.length ?? 0 });
  if (again) yield* sendData(c, setup);
}
