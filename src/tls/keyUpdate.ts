// KeyUpdate (RFC 8446 4.6.3): either end changes the key that it sends with.
import { type Connection, tellSecret } from './connection.ts';
import { type DecisionPoint, decide, type Protocol, refuse } from './effects.ts';
import { tellMessage } from './handshakeMessages.ts';
import { nextTrafficSecret } from './keySchedule.ts';
import { decodeKeyUpdate, encodeKeyUpdate } from './messages/keyUpdate.ts';
import { type TrafficKey, trafficKeyFrom } from './record.ts';
import { sendContent } from './records.ts';
import { contentTypes } from './registry.ts';

export interface KeyUpdatePoints {
  readonly onKeyUpdate: DecisionPoint<
    { readonly requested: boolean },
    { readonly read: 'next' | 'same'; readonly answer: boolean }
  >;
}

export function* receiveKeyUpdate(c: Connection, points: KeyUpdatePoints, message: Uint8Array): Protocol<void> {
  const update = decodeKeyUpdate(message, c.recording);
  yield* tellMessage(c, 'received', { name: 'KeyUpdate', bytes: message, fields: update.fields });
  if (c.fragments.length) refuse('unexpected_message', 'KeyUpdate must end its record'); // 5.1
  const { read, answer } = yield* decide(points.onKeyUpdate, { requested: update.requested });
  if (c.reading && read === 'next') c.reading = yield* nextKey(c, c.reading);
  if (answer && !c.closed) yield* sendKeyUpdate(c, false);
}

/** Sealed with the old key; all that follows is sealed with the new one. */
export function* sendKeyUpdate(c: Connection, requested: boolean): Protocol<void> {
  if (!c.writing) return;
  const message = encodeKeyUpdate({ requested }, c.recording);
  yield* tellMessage(c, 'sent', message);
  yield* sendContent(c, contentTypes.handshake, message.bytes, message);
  c.writing = yield* nextKey(c, c.writing);
}

/** `client application` is followed by `client application 1`, and CLIENT_TRAFFIC_SECRET_0 by _1. */
function* nextKey(c: Connection, { label, suite, secret }: TrafficKey): Protocol<TrafficKey> {
  const [side = '', phase = '', generation = '0'] = label.split(' ');
  const next = Number(generation) + 1;
  const value = nextTrafficSecret(suite, secret);
  yield* tellSecret(c, `${side.toUpperCase()}_TRAFFIC_SECRET_${next}`, value);
  return trafficKeyFrom(`${side} ${phase} ${next}`, suite, value);
}
