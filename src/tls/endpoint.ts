// The top of an endpoint: where a refusal becomes an alert on the wire and a plain result.
import { Gone, sendAlert } from './alertProtocol.ts';
import type { AlertName } from './alerts.ts';
import type { Connection } from './connection.ts';
import { close, type Protocol, Refusal } from './effects.ts';
import { type ExchangePoints, exchange } from './exchange.ts';

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  /** `refused`: the peer broke a rule, and got the alert. `gone`: it left, with that alert or without one. */
  | { readonly ok: false; readonly fault: 'refused' | 'gone'; readonly alert?: AlertName; readonly reason: string };

/** A whole connection: this handshake, then the application's data on the link `app` until both sides have ended. */
export function* wholeConnection(
  c: Connection,
  handshake: Protocol<void>,
  points: ExchangePoints,
): Protocol<Outcome<void>> {
  return yield* endpoint(
    c,
    (function* () {
      yield* handshake;
      yield* exchange(c, points);
    })(),
  );
}

/** Runs one end. Nothing above it sees an exception, except our own bugs. */
function* endpoint<T>(c: Connection, body: Protocol<T>): Protocol<Outcome<T>> {
  try {
    return { ok: true, value: yield* body };
  } catch (error) {
    if (error instanceof Refusal) {
      yield* sendAlert(c, error.alert, error.message);
      if (error.alert === 'user_canceled') yield* sendAlert(c, 'close_notify', error.message); // 6.1
      yield* end();
      return { ok: false, fault: 'refused', alert: error.alert, reason: error.message };
    }
    if (error instanceof Gone) {
      yield* end();
      return { ok: false, fault: 'gone', reason: error.message, ...(error.alert ? { alert: error.alert } : {}) };
    }
    throw error;
  }
}

function* end(): Protocol<void> {
  yield* close('peer');
  yield* close('app', 'failed');
}
