// After the handshake (RFC 8446 5, 6.1): application data in both directions until both have ended.
import * as z from 'zod';
import { Gone, readAlert, sendAlert } from './alertProtocol.ts';
import { type Connection, countIdle, type OnRecord } from './connection.ts';
import {
  close,
  type DecisionPoint,
  decide,
  decisionPoint,
  type Ending,
  type Protocol,
  refuse,
  send,
  tell,
  type Wish,
} from './effects.ts';
import { keepFragment } from './handshakeMessages.ts';
import type { KeyUpdatePoints } from './keyUpdate.ts';
import { receiveContent, sendContent } from './records.ts';
import { contentTypes } from './registry.ts';

/** The decisions that both sides have once a connection stands. */
export interface ExchangePoints extends KeyUpdatePoints {
  readonly onRecord: OnRecord;
  readonly onEndOfStream: DecisionPoint<{ readonly bytes: number }, { readonly require: 'close_notify' | 'nothing' }>;
  readonly endSending: DecisionPoint<{ readonly bytes: number }, { readonly how: 'close_notify' | 'close' | 'wait' }>;
}
export const exchangePoints = (side: 'client' | 'server'): ExchangePoints => ({
  /** A record in the clear where a sealed one is due. The rule: it is refused. */
  onRecord: decisionPoint<{ type: number; name: string }>()(
    `${side}.onRecord`,
    '8446 5',
    z.strictObject({ reply: z.enum(['alert', 'accept', 'skip']) }),
    () => ({ reply: 'alert' as const }),
  ),
  /** The peer changed its key. The rule: read with the next one, and change one's own where that was asked for. */
  onKeyUpdate: decisionPoint<{ requested: boolean }>()(
    `${side}.onKeyUpdate`,
    '8446 4.6.3',
    z.strictObject({ read: z.enum(['next', 'same']).default('next'), answer: z.boolean() }),
    ({ requested }) => ({ read: 'next' as const, answer: requested }),
  ),
  /** TCP ended without a close_notify. The rule: what came may have been cut. */
  onEndOfStream: decisionPoint<{ bytes: number }>()(
    `${side}.onEndOfStream`,
    '8446 6.1',
    z.strictObject({ require: z.enum(['close_notify', 'nothing']) }),
    () => ({ require: 'close_notify' as const }),
  ),
  /** The application has nothing more to send. The rule: say so before closing. */
  endSending: decisionPoint<{ bytes: number }>()(
    `${side}.endSending`,
    '8446 6.1',
    z.strictObject({ how: z.enum(['close_notify', 'close', 'wait']) }),
    () => ({ how: 'close_notify' as const }),
  ),
});

/** What becomes of handshake messages that come now, and of what the application wishes. Each side and version has its own. */
export interface After {
  readonly messages: (c: Connection, points: ExchangePoints) => Protocol<void>;
  readonly grant: (c: Connection, wish: Wish) => Protocol<void>;
  /** Sends what this end still owes the peer, before it sends anything else of its own. */
  readonly settle: (c: Connection) => Protocol<void>;
}

export function* exchange(c: Connection, points: ExchangePoints): Protocol<void> {
  const { after } = c;
  if (!after) throw new Error('data before the end of the handshake');
  let [sending, receiving] = [true, true];
  let [sent, received] = [0, 0];
  while (sending || receiving) {
    const links = [...(receiving ? (['peer'] as const) : []), ...(sending ? (['app'] as const) : [])];
    const incoming = yield* receiveContent(c, ...links);
    switch (incoming.kind) {
      case 'app':
        sent += incoming.bytes.length;
        yield* after.settle(c);
        yield* tell({ what: 'data', direction: 'sent', bytes: incoming.bytes });
        yield* sendContent(c, contentTypes.application_data, incoming.bytes);
        break;
      case 'wish':
        yield* after.grant(c, incoming.wish);
        break;
      case 'app-end':
        yield* after.settle(c);
        yield* endSending(c, points, incoming.how, sent);
        sending = false;
        break;
      case 'end':
        receiving = false;
        if (!(yield* endOfStream(points, received))) sending = false;
        break;
      case 'content':
        switch (incoming.type) {
          case contentTypes.application_data:
            if (c.fragments.length)
              refuse('unexpected_message', 'application data in the middle of a handshake message');
            if (incoming.content.length) c.idle = 0;
            else countIdle(c);
            received += incoming.content.length;
            yield* tell({ what: 'data', direction: 'received', bytes: incoming.content });
            yield* send(incoming.content, 'app');
            break;
          case contentTypes.handshake:
            keepFragment(c, incoming.content);
            yield* after.messages(c, points);
            break;
          default:
            receiving = yield* alerted(c, incoming.content);
        }
    }
  }
  yield* close('peer');
}

function* endSending(c: Connection, points: ExchangePoints, how: Ending, bytes: number): Protocol<void> {
  // An application that failed says nothing and closes.
  const { how: chosen } = how === 'failed' ? { how: 'close' as const } : yield* decide(points.endSending, { bytes });
  if (chosen === 'close_notify') yield* sendAlert(c, 'close_notify', 'nothing more to send');
  if (chosen === 'wait') return;
  c.closed = true;
  yield* close('peer');
}

/** Whether the connection is still worth something. One that may have been cut is not. */
function* endOfStream(points: ExchangePoints, bytes: number): Protocol<boolean> {
  const { require } = yield* decide(points.onEndOfStream, { bytes });
  yield* tell({ what: 'check', name: 'close_notify', holds: false, required: require === 'close_notify' });
  yield* close('app', require === 'close_notify' ? 'failed' : 'closed');
  return require === 'nothing';
}

/** Whether more may come after this alert. An error alert ends the connection at once (6.2). */
function* alerted(c: Connection, content: Uint8Array): Protocol<boolean> {
  const alert = yield* readAlert(content);
  if (alert === 'user_canceled' || alert === 'no_renegotiation') {
    countIdle(c);
    return true;
  }
  if (alert !== 'close_notify') throw new Gone(`the peer ended the connection with ${alert}`, alert);
  yield* close('app');
  return false;
}
