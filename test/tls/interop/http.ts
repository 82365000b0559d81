// What the two ends of a cell say: a request of HTTP/1.1 or two, and an answer longer than a record holds.
import { close, type Protocol, receive, send, wishFor } from '../../../src/tls/effects.ts';

export const host = 'shop.example';
/** The last request says that it is the last. */
export const request = (last = true): string =>
  `GET /parcel HTTP/1.1\r\nHost: ${host}\r\n${last ? 'Connection: close\r\n' : ''}\r\n`;
/** Numbers and nothing else: the programs of OpenSSL take a letter at the beginning of what they read for a command. */
export const body = Array.from({ length: 4000 }, (_, number) => `${number}\n`).join('');
export const response = (last = true): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nConnection: ${last ? 'close' : 'keep-alive'}\r\n\r\n${body}`;

export interface Talk {
  /** How many requests there are in the connection. */
  readonly requests?: number;
  /** Changes its keys before it speaks, and asks the other to. */
  readonly rekeying?: boolean;
}

/** The client's part; gives all that it heard. `early`: the first request was sent before the connection stood. */
export function* visiting({
  requests = 1,
  rekeying = false,
  early = false,
}: Talk & { early?: boolean }): Protocol<string> {
  let heard = '';
  for (let left = requests; left > 0; left--) {
    if (rekeying) yield* wishFor({ wish: 'keyUpdate', requested: true });
    if (!early || left < requests) yield* send(Buffer.from(request(left === 1)));
    for (const before = heard.length; heard.length - before < response(left === 1).length; ) {
      const received = yield* receive();
      if ('end' in received) return heard;
      heard += Buffer.from(received.bytes).toString('latin1');
    }
  }
  yield* close();
  while (!('end' in (yield* receive())));
  return heard;
}

/** The server's part; gives all that it heard. */
export function* serving({ requests = 1, rekeying = false }: Talk): Protocol<string> {
  let heard = '';
  let answered = 0;
  while (answered < requests) {
    const received = yield* receive();
    if ('end' in received) break;
    heard += Buffer.from(received.bytes).toString('latin1');
    for (; answered < heard.split('\r\n\r\n').length - 1; answered++) {
      if (rekeying) yield* wishFor({ wish: 'keyUpdate', requested: true });
      yield* send(Buffer.from(response(answered === requests - 1)));
    }
  }
  yield* close();
  while (!('end' in (yield* receive())));
  return heard;
}
