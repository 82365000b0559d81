// Bob takes orders of no stated length, and decides what becomes of them when they stop.
import * as z from 'zod';
import { close, decide, decisionPoint, type Protocol, receive, stack, tell } from '../tls/effects.ts';
import { drawNumber, drawOne, type Entropy, shuffle } from '../tls/entropy.ts';
import { contentTypes } from '../tls/registry.ts';
import { decidingBy } from './actors.ts';

/** How the orders stopped. */
type Stop = 'close_notify' | 'end of stream' | 'alert in the clear';
const bookings = ['all', 'whole-lines', 'nothing'] as const;
type Booking = (typeof bookings)[number];

/** What he books of what came. The rule: all, if the end of it was sealed; else nothing. */
export const onOrdersEnd = decisionPoint<{ readonly stop: Stop }>()(
  'server.onOrdersEnd',
  '8446 6.1',
  z.strictObject({ book: z.enum(bookings) }),
  ({ stop }) => ({ book: stop === 'close_notify' ? ('all' as const) : ('nothing' as const) }),
);

/** He decides once, when the orders stop; what his TLS end asks about that follows from it. */
export function takeOrders(tls: Protocol<unknown>): Protocol<unknown> {
  let came: Uint8Array = new Uint8Array(0);
  let booking: Booking | undefined;
  function* decided(stop: Stop): Protocol<Booking> {
    if (booking) return booking;
    yield* tell({ what: 'note', text: `The orders stop. I have: ${linesIn(came)}` });
    booking = (yield* decide(onOrdersEnd, { stop })).book;
    return booking;
  }
  function* application(): Protocol<void> {
    for (;;) {
      const received = yield* receive();
      if ('bytes' in received) {
        came = Buffer.concat([came, received.bytes]);
        continue;
      }
      if (received.end === 'closed') yield* book(yield* decided('close_notify'), came);
      return yield* close();
    }
  }
  return stack(
    application(),
    decidingBy(tls, {
      *'server.onEndOfStream'() {
        return { require: (yield* decided('end of stream')) === 'nothing' ? 'close_notify' : 'nothing' };
      },
      *'server.onRecord'(situation) {
        const isAlert = (situation as { readonly type: number }).type === contentTypes.alert;
        return { reply: isAlert && (yield* decided('alert in the clear')) !== 'nothing' ? 'accept' : 'alert' };
      },
    }),
  );
}

function* book(booking: Booking, came: Uint8Array): Protocol<void> {
  if (booking === 'nothing') return;
  const bytes = booking === 'all' ? came : came.subarray(0, Buffer.from(came).lastIndexOf('\n') + 1);
  yield* tell({ what: 'acted', action: 'orders', bytes });
  yield* tell({ what: 'note', text: `Booked: ${linesIn(bytes)}` });
}

const linesIn = (bytes: Uint8Array): string =>
  Buffer.from(bytes).toString('latin1').trim().replaceAll('\n', ' / ') || 'nothing';

/** Some lines and half of one; then its other half, and a line that takes all of them back. */
export interface Orders {
  readonly first: Uint8Array;
  readonly second: Uint8Array;
  readonly whole: Uint8Array;
  /** Without its end of line. */
  readonly last: string;
}
export function ordersOf(draw: Entropy): Orders {
  const goods = shuffle(draw, 'goods', ['acorns', 'barley', 'copper', 'dates', 'elm wood', 'flax']);
  const line = (index: number) =>
    `BUY ${(1 + drawNumber(draw, `amount ${index}`, 9)) * 100} ${goods[index]} at ${10 + drawNumber(draw, `price ${index}`, 80)}\n`;
  const lines = Array.from({ length: 2 + drawNumber(draw, 'lines', 2) }, (_, index) => line(index));
  const last = `CANCEL all above: ${drawOne(draw, 'reason', ['wrong day', 'prices were mixed up', 'this was a test'])}`;
  const whole = Buffer.from(`${lines.join('')}${last}\n`);
  const torn = whole.length - last.length - 1 - 6;
  return { first: whole.subarray(0, torn), second: whole.subarray(torn), whole, last };
}
