// An order at a shop: the form that carries it, and the shop that books it.
import { type Protocol, tell } from '../tls/effects.ts';
import { drawNumber, drawOne, type Entropy } from '../tls/entropy.ts';
import { formEncode, formRequest, type HttpMessage, httpResponse, parseHttp } from './http.ts';

export interface Order {
  readonly item: string;
  /** The filled form: what nobody but the shop may learn. */
  readonly secret: Uint8Array;
  readonly request: HttpMessage;
}

export const orderWith = (item: string, form: string, host = 'shop.example'): Order => ({
  item,
  secret: Buffer.from(form),
  request: formRequest(host, '/order', form),
});

/** A filled form: a thing, and where to bring it. */
export function deliveryForm(draw: Entropy, order: string): string {
  const item = drawOne(draw, `${order} item`, ['music box', 'lantern', 'chess clock', 'spyglass', 'tea kettle']);
  const road = drawOne(draw, `${order} road`, ['Mill Lane', 'Harbour Road', 'Castle Street', 'Old Bridge Walk']);
  return `item=${formEncode(item)}&to=${formEncode(`${1 + drawNumber(draw, `${order} house`, 199)} ${road}`)}`;
}

/** What a shop answers, also where it is none. */
export const thanks = httpResponse('200 OK', { 'Content-Type': 'text/plain' }, 'Thank you. Your order is booked.\n');

/** Books whatever form comes. */
export function* bookAny(request: Uint8Array, action = 'order'): Protocol<HttpMessage> {
  yield* tell({ what: 'acted', action, bytes: Buffer.from(parseHttp(request).body, 'latin1') });
  return thanks;
}

/** Books orders, and has nothing else. */
export function* book(request: Uint8Array): Protocol<HttpMessage> {
  if (!parseHttp(request).start.startsWith('POST /order ')) return httpResponse('404 Not Found', {}, 'No such page.\n');
  return yield* bookAny(request);
}
