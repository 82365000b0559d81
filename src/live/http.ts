// As much of HTTP/1.1 (RFC 9112) as a visit to a real server takes, and as a real browser takes to be answered.
import { close, type Protocol, receive, send } from '../tls/effects.ts';
import type { Target } from './target.ts';

export type Answer =
  | {
      readonly ok: true;
      /** The status line: `HTTP/1.1 200 OK`. */
      readonly status: string;
      /** Of the body. */
      readonly bytes: number;
      readonly body: BodyEnd;
    }
  | { readonly ok: false; readonly why: 'nothing came' | 'cut off' | 'not HTTP' };

/** `long`: it was good so far, but is longer than a mebibyte, and the rest was not read. */
export type BodyEnd = 'whole' | 'cut' | 'long';
type Body = { readonly bytes: number; readonly body: BodyEnd } | undefined;

const mostOfHead = 2 ** 16;
const mostOfBody = 2 ** 20;

/** Asks for the target with GET, on `peer`, and reads the answer; then closes. */
export function* get({ path, authority }: Target): Protocol<Answer> {
  yield* send(
    Buffer.from(
      `GET ${path} HTTP/1.1\r\nHost: ${authority}\r\nUser-Agent: https-quest\r\nAccept: */*\r\nConnection: close\r\n\r\n`,
      'latin1',
    ),
  );
  const answer = yield* readAnswer();
  yield* close();
  return answer;
}

/** What has come so far, and whether the stream has ended: `failed` where it may have been cut. */
interface Source {
  bytes: Buffer;
  end?: 'closed' | 'failed';
}

function* readAnswer(): Protocol<Answer> {
  const source: Source = { bytes: Buffer.alloc(0) };
  for (;;) {
    const head = yield* readHead(source);
    if (head === undefined)
      return {
        ok: false,
        why: source.bytes.length ? (beginsLikeHttp(source) ? 'cut off' : 'not HTTP') : 'nothing came',
      };
    const [status = '', ...lines] = head.split('\r\n');
    const [, code = ''] = /^HTTP\/1\.\d (\d{3})(?: .*)?$/.exec(status) ?? [];
    if (!code) return { ok: false, why: 'not HTTP' };
    // 1xx come before the answer (RFC 9110 15.2); after a 101 another protocol would be spoken.
    if (code.startsWith('1') && code !== '101') continue;
    const read = /^(?:1..|204|304)$/.test(code)
      ? { bytes: 0, body: 'whole' as const }
      : yield* readBody(source, fieldsOf(lines));
    return read ? { ok: true, status, ...read } : { ok: false, why: 'not HTTP' };
  }
}

const beginsLikeHttp = ({ bytes }: Source): boolean => 'HTTP/1.'.startsWith(bytes.subarray(0, 7).toString('latin1'));

/** Up to the empty line, which is taken from the source as well. Nothing where the stream ended before, or it is too long. */
function* readHead(source: Source, longest = mostOfHead): Protocol<string | undefined> {
  for (;;) {
    const end = source.bytes.indexOf('\r\n\r\n');
    if (end >= 0 && end <= longest) {
      const head = source.bytes.subarray(0, end).toString('latin1');
      source.bytes = source.bytes.subarray(end + 4);
      return head;
    }
    if (end > longest || source.bytes.length > longest || !(yield* more(source))) return undefined;
  }
}

function* more(source: Source): Protocol<boolean> {
  if (source.end) return false;
  const received = yield* receive();
  if ('end' in received) {
    source.end = received.end;
    return false;
  }
  source.bytes = Buffer.concat([source.bytes, received.bytes]);
  return true;
}

const fieldsOf = (lines: readonly string[]): ReadonlyMap<string, string> =>
  new Map(
    lines.map((line) => {
      const at = line.indexOf(':');
      return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()] as const;
    }),
  );

/** RFC 9112 6.3: by its chunks, by its length, or up to the end of the stream. Nothing where it says it in no way that there is. */
function* readBody(source: Source, fields: ReadonlyMap<string, string>): Protocol<Body> {
  if (/(?:^|,)\s*chunked$/i.test(fields.get('transfer-encoding') ?? '')) return yield* readChunks(source);
  const length = fields.get('content-length');
  if (length === undefined) {
    while (source.bytes.length < mostOfBody && (yield* more(source)));
    return { bytes: source.bytes.length, body: source.end === 'closed' ? 'whole' : stopped(source) };
  }
  if (!/^\d{1,15}$/.test(length)) return undefined;
  const wanted = Math.min(Number(length), mostOfBody);
  while (source.bytes.length < wanted && (yield* more(source)));
  const bytes = Math.min(source.bytes.length, wanted);
  return { bytes, body: bytes === Number(length) ? 'whole' : stopped(source) };
}

/** RFC 9112 7.1. The trailer is not read. */
function* readChunks(source: Source): Protocol<Body> {
  let bytes = 0;
  while (bytes < mostOfBody) {
    const line = source.bytes.indexOf('\r\n');
    const [, size] =
      /^([0-9a-f]{1,8})\s*(?:;.*)?$/i.exec(source.bytes.subarray(0, Math.max(line, 0)).toString('latin1')) ?? [];
    if (line >= 0 && size === undefined) return undefined;
    const length = Number.parseInt(size ?? '', 16);
    if (length === 0) return { bytes, body: 'whole' };
    const end = line + 2 + length + 2;
    if (line >= 0 && source.bytes.length >= end) {
      bytes += length;
      source.bytes = source.bytes.subarray(end);
    } else if (source.bytes.length > mostOfBody || !(yield* more(source))) {
      return {
        bytes: bytes + (line < 0 ? 0 : Math.min(length, source.bytes.length - line - 2)),
        body: stopped(source),
      };
    }
  }
  return { bytes, body: stopped(source) };
}

/** Why reading stopped before the body's end. */
const stopped = ({ end }: Source): BodyEnd => (end ? 'cut' : 'long');

export interface Request {
  readonly method: string;
  readonly target: string;
}

/** Reads one request; gives it, or the status to refuse it with, or nothing where none came. */
export function* readRequest(): Protocol<Request | { readonly status: string } | undefined> {
  const source: Source = { bytes: Buffer.alloc(0) };
  const head = yield* readHead(source, 2 ** 14);
  if (head === undefined) {
    if (source.bytes.length > 2 ** 14) return { status: '431 Request Header Fields Too Large' };
    return source.bytes.length && !source.end ? { status: '400 Bad Request' } : undefined;
  }
  const [, method = '', target = ''] =
    /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\S+) HTTP\/1\.[01]$/.exec(head.split('\r\n')[0] ?? '') ?? [];
  if (!method) return { status: '400 Bad Request' };
  if (method !== 'GET' && method !== 'HEAD') return { status: '405 Method Not Allowed' };
  return { method, target };
}

/** An answer that ends the connection. To HEAD the body is left out, but its length is said (RFC 9110 9.3.2). */
export function response(status: string, html: string, method = 'GET'): Uint8Array {
  const body = Buffer.from(html, 'utf8');
  const head = [
    `HTTP/1.1 ${status}`,
    'Content-Type: text/html; charset=utf-8',
    `Content-Length: ${body.length}`,
    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    'Cache-Control: no-store',
    ...(status.startsWith('405') ? ['Allow: GET, HEAD'] : []),
    'Connection: close',
  ];
  const bytes = Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1');
  return method === 'HEAD' ? bytes : Buffer.concat([bytes, body]);
}
