// Messages after the handshake (RFC 8446 4.6), as they come and as the application asks for them.
import { type Connection, countIdle, tellSecret } from './connection.ts';
import { type DecisionPoint, decide, type Protocol, refuse, type Wish } from './effects.ts';
import { takeMessage, tellMessage } from './handshakeMessages.ts';
import { nextTrafficSecret } from './keySchedule.ts';
import { decodeKeyUpdate, encodeKeyUpdate } from './messages/keyUpdate.ts';
import { decodeNewSessionTicket } from './messages/newSessionTicket.ts';
import { type TrafficKey, trafficKeyFrom } from './record.ts';
import { sendContent } from './records.ts';
import { contentTypes, handshakeTypeName, handshakeTypes } from './registry.ts';

export interface PostHandshakePoints {
  readonly onKeyUpdate: DecisionPoint<
    { readonly requested: boolean },
    { readonly read: 'next' | 'same'; readonly answer: boolean }
  >;
}

/** Every whole message that has come. */
export function* afterHandshake(c: Connection, points: PostHandshakePoints): Protocol<void> {
  for (let message = takeMessage(c); message; message = takeMessage(c)) {
    const [type = 0] = message;
    countIdle(c);
    if (type === handshakeTypes.key_update) yield* receiveKeyUpdate(c, points, message);
    else if (c.side === 'client' && type === handshakeTypes.new_session_ticket) yield* receiveTicket(c, message);
    else refuse('unexpected_message', `${handshakeTypeName(type)} after the handshake`);
  }
}

/** What the application wishes. Whoever has closed cannot send any more. */
export function* grant(c: Connection, wish: Wish): Protocol<void> {
  if (c.closed) return;
  yield* sendKeyUpdate(c, wish.requested);
}

/** 4.6.1: kept where it is wanted and not over at once. */
function* receiveTicket(c: Connection, message: Uint8Array): Protocol<void> {
  const ticket = decodeNewSessionTicket(message, c.recording);
  yield* tellMessage(c, 'received', { name: 'NewSessionTicket', bytes: message, fields: ticket.fields });
  if (ticket.lifetime > 0) c.keepTicket?.(ticket);
}

function* receiveKeyUpdate(c: Connection, points: PostHandshakePoints, message: Uint8Array): Protocol<void> {
  const update = decodeKeyUpdate(message, c.recording);
  yield* tellMessage(c, 'received', { name: 'KeyUpdate', bytes: message, fields: update.fields });
  if (c.fragments.length) refuse('unexpected_message', 'KeyUpdate must end its record'); // 5.1
  const { read, answer } = yield* decide(points.onKeyUpdate, { requested: update.requested });
  if (c.reading && read === 'next') c.reading = yield* nextKey(c, c.reading);
  if (answer && !c.closed) yield* sendKeyUpdate(c, false);
}

/** Sealed with the old key; all that follows is sealed with the new one. */
function* sendKeyUpdate(c: Connection, requested: boolean): Protocol<void> {
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
