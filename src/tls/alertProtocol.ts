// Alerts of a connection (RFC 8446 6).
import { type AlertName, alertName, alertNumber } from './alerts.ts';
import type { Connection } from './connection.ts';
import { type Protocol, refuse, tell } from './effects.ts';
import { receiveContent, sendContent } from './records.ts';
import { contentTypes } from './registry.ts';

export function* sendAlert(c: Connection, alert: AlertName, reason: string): Protocol<void> {
  if (c.closed) return;
  const warning = ['close_notify', 'user_canceled', 'no_renegotiation'].includes(alert);
  c.flight = [];
  yield* tell({ what: 'alert', direction: 'sent', alert, reason });
  yield* sendContent(c, contentTypes.alert, Uint8Array.of(warning ? 1 : 2, alertNumber(alert)));
}

/** Reads an alert (6) and tells it. An error alert, or anything that is none, ends the connection. */
export function* readAlert(content: Uint8Array): Protocol<AlertName> {
  const [, number = -1] = content;
  if (!content.length) refuse('unexpected_message', 'an empty alert record'); // 5.4
  if (content.length !== 2) refuse('decode_error', 'an alert has two bytes');
  const alert = alertName(number);
  if (!alert) throw new Gone(`the peer ended the connection with the alert ${number}, which no registry names`); // 6
  yield* tell({ what: 'alert', direction: 'received', alert, reason: 'the peer said so' });
  return alert;
}

export function* endOnAlert(c: Connection, content: Uint8Array): Protocol<void> {
  const alert = yield* readAlert(content);
  // user_canceled announces the close_notify that follows (6.1).
  if (alert === 'user_canceled') {
    const next = yield* receiveContent(c);
    if (next.kind === 'content' && next.type === contentTypes.alert) yield* readAlert(next.content);
  }
  throw new Gone(`the peer ended the handshake with ${alert}`, alert);
}

/** The peer went away: with an alert, or by closing the connection. Thrown inside an endpoint, caught once at its top. */
export class Gone extends Error {
  readonly alert: AlertName | undefined;
  constructor(reason: string, alert?: AlertName) {
    super(reason);
    this.alert = alert;
  }
}
