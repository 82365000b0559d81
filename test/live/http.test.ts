// HTTP as it comes from strangers: read the same however TCP cuts it, and never anything but an answer or a refusal.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { get, readRequest, response } from '../../src/live/http.ts';
import { readTarget, type Target } from '../../src/live/target.ts';
import type { Protocol } from '../../src/tls/effects.ts';

const target = readTarget('https://shop.example/parcel?n=1') as Target;

/** Runs a protocol whose peer says these pieces, then ends so; gives the result and what was sent. */
function hearing<Result>(protocol: Protocol<Result>, pieces: readonly string[], end: 'closed' | 'failed' = 'closed') {
  const waiting = pieces.filter((piece) => piece.length);
  let sent = '';
  let step = protocol.next();
  while (!step.done) {
    const effect = step.value;
    if (effect.kind === 'send') sent += Buffer.from(effect.bytes).toString('latin1');
    if (effect.kind !== 'receive') {
      step = protocol.next(undefined);
      continue;
    }
    const piece = waiting.shift();
    step = protocol.next({
      kind: 'received',
      received: piece === undefined ? { link: 'peer', end } : { link: 'peer', bytes: Buffer.from(piece, 'latin1') },
    });
  }
  return { result: step.value, sent };
}
const cutAt = (text: string, cuts: readonly number[]): string[] => {
  const places = [0, ...cuts.map((cut) => cut % (text.length + 1)).toSorted((a, b) => a - b), text.length];
  return places.slice(1).map((place, index) => text.slice(places[index], place));
};
const heads = fc.constantFrom(
  'HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
  'HTTP/1.1 200 OK\r\n\r\n',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 404\r\nX: y\r\n\r\n',
  'HTTP/1.1 304 Not Modified\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n',
  '',
);
const bodies = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc
    .array(fc.string({ minLength: 1, maxLength: 20 }), { maxLength: 4 })
    .map((chunks) => `${chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')}0\r\n\r\n`),
);
const cuts = fc.array(fc.nat({ max: 200 }), { maxLength: 8 });

describe('an answer', () => {
  it('is asked for in the words of HTTP/1.1', () => {
    expect(hearing(get(target), []).sent).toBe(
      'GET /parcel?n=1 HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: https-quest\r\nAccept: */*\r\nConnection: close\r\n\r\n',
    );
  });
  it('is read the same, however it is cut into pieces', () => {
    fc.assert(
      fc.property(heads, bodies, cuts, fc.constantFrom('closed', 'failed'), (head, body, places, end) => {
        const text = Buffer.from(head + body, 'utf8').toString('latin1');
        expect(hearing(get(target), cutAt(text, places), end).result).toEqual(hearing(get(target), [text], end).result);
      }),
      { numRuns: 400 },
    );
  });
  it('of chunks has as many bytes as the chunks have', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, maxLength: 50 }), { maxLength: 6 }), cuts, (chunks, places) => {
        const parts = chunks.map((chunk) => Buffer.from(chunk, 'utf8').toString('latin1'));
        const body = parts.map((part) => `${part.length.toString(16).toUpperCase()};a="b"\r\n${part}\r\n`).join('');
        const text = `HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n${body}0\r\nTrailer: x\r\n\r\n`;
        expect(hearing(get(target), cutAt(text, places)).result).toEqual({
          ok: true,
          status: 'HTTP/1.1 200 OK',
          bytes: parts.join('').length,
          body: 'whole',
        });
      }),
    );
  });
  it.each([
    ['', { ok: false, why: 'nothing came' }],
    ['HTT', { ok: false, why: 'cut off' }],
    ['HTTP/1.1 200 OK\r\nA: b', { ok: false, why: 'cut off' }],
    ['SSH-2.0-x\r\n', { ok: false, why: 'not HTTP' }],
    ['HTTP/2 200\r\n\r\n', { ok: false, why: 'not HTTP' }],
    ['HTTP/1.1 20 OK\r\n\r\n', { ok: false, why: 'not HTTP' }],
    [
      'HTTP/1.1 101 Switching Protocols\r\n\r\n\u0000\u0001',
      { ok: true, status: 'HTTP/1.1 101 Switching Protocols', bytes: 0, body: 'whole' },
    ],
  ])('%j comes to this', (text, result) => {
    expect(hearing(get(target), [text]).result).toEqual(result);
  });
});

describe('a request', () => {
  const requestIn = (...pieces: string[]) => hearing(readRequest(), pieces).result;
  it('is read the same, however it is cut into pieces', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
          'HEAD /x?y=z HTTP/1.0\r\n\r\n',
          'PUT / HTTP/1.1\r\n\r\nbody',
          'GET /\r\n\r\n',
        ),
        cuts,
        (text, places) => {
          expect(requestIn(...cutAt(text, places))).toEqual(requestIn(text));
        },
      ),
    );
  });
  it.each([
    ['GET / HTTP/1.1\r\n\r\n', { method: 'GET', target: '/' }],
    ['HEAD /x?y=z HTTP/1.0\r\nA: b\r\n\r\n', { method: 'HEAD', target: '/x?y=z' }],
    ['POST / HTTP/1.1\r\n\r\n', { status: '405 Method Not Allowed' }],
    ['GET / HTTP/1.2\r\n\r\n', { status: '400 Bad Request' }],
    ['GET  / HTTP/1.1\r\n\r\n', { status: '400 Bad Request' }],
    ['G(T / HTTP/1.1\r\n\r\n', { status: '400 Bad Request' }],
    ['', undefined],
    ['GET / HTTP/1.1\r\n', undefined],
    [`GET /${'a'.repeat(17_000)} HTTP/1.1\r\n\r\n`, { status: '431 Request Header Fields Too Large' }],
  ])('%j comes to this', (text, result) => {
    expect(requestIn(text)).toEqual(result);
  });
  it('is answered with the length in bytes, and to HEAD without the body', () => {
    const [whole, head] = ['GET', 'HEAD'].map((method) =>
      Buffer.from(response('200 OK', 'ä', method)).toString('latin1'),
    );
    expect(whole).toMatch(/\r\nContent-Length: 2\r\n[\s\S]*\r\n\r\nÃ¤$/);
    expect(whole?.startsWith(head ?? 'none')).toBe(true);
    expect(head).toMatch(/\r\n\r\n$/);
  });
});
