// HTTP/1.1 messages (RFC 9112) with the map of their fields, and the little of it that the game's sites speak.
import { type Field, Reader } from '../tls/codec.ts';
import { close, type Protocol, receive, send } from '../tls/effects.ts';

export interface HttpMessage {
  /** `POST /login` or `200 OK`. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly fields: readonly Field[];
}
type Headers = Readonly<Record<string, string>>;

export const httpRequest = (method: string, target: string, headers: Headers, body = ''): HttpMessage =>
  describeHttp(text(`${method} ${target} HTTP/1.1`, headers, body)) as HttpMessage;

/** A filled form, sent. */
export const formRequest = (host: string, target: string, form: string): HttpMessage =>
  httpRequest('POST', target, { Host: host, 'Content-Type': formType, 'Content-Length': String(form.length) }, form);

/** With a Content-Length, unless `untilClose`: then the body ends where the stream ends (RFC 9112 6.3). */
export const httpResponse = (status: string, headers: Headers, body = '', untilClose = false): HttpMessage =>
  describeHttp(
    text(`HTTP/1.1 ${status}`, untilClose ? headers : { ...headers, 'Content-Length': String(body.length) }, body),
  ) as HttpMessage;

const text = (start: string, headers: Headers, body: string): Uint8Array =>
  Buffer.from(
    `${[start, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)].join('\r\n')}\r\n\r\n${body}`,
    'latin1',
  );

/**
 * The map of a message: start line, headers by their name (`Cookie:`), body; form fields and query by their name (`pass=`).
 * Nothing where the bytes do not begin like HTTP.
 */
export function describeHttp(bytes: Uint8Array): HttpMessage | undefined {
  const all = latin1(bytes);
  const head = all.indexOf('\r\n\r\n');
  const start = /^(?:([A-Z]+) (\S+) (HTTP\/1\.[01])|(HTTP\/1\.[01]) (\d{3}) ([^\r\n]*))\r\n/.exec(all);
  if (!start || head < 0) return undefined;
  const reader = new Reader(bytes);
  const [line, method = '', target = '', version = '', , status = '', reason = ''] = start;
  if (method) {
    reader.group('request_line', () => {
      reader.bytes(method.length, 'method', latin1);
      reader.bytes(1, 'space');
      readTarget(reader, target);
      reader.bytes(1, 'space');
      reader.bytes(version.length, 'http_version', latin1);
      reader.bytes(2, 'crlf');
    });
  } else {
    reader.group('status_line', () => {
      reader.bytes('HTTP/1.1 '.length, 'http_version', latin1);
      reader.bytes(3, 'status_code', latin1);
      reader.bytes(line.length - 2 - 'HTTP/1.1 200'.length, 'reason', latin1);
      reader.bytes(2, 'crlf');
    });
  }
  let form = false;
  for (let at = line.length; at < head + 2; ) {
    const end = all.indexOf('\r\n', at);
    const [name = '', value = ''] = split(all.slice(at, end), ': ');
    if (/^content-type$/i.test(name) && value === formType) form = true;
    readHeader(reader, name, value, end - at);
    at = end + 2;
  }
  reader.bytes(2, 'empty_line');
  if (reader.left) {
    const body = all.slice(head + 4);
    if (form) reader.group('body', () => readForm(reader, body));
    else reader.rest('body', latin1);
  }
  return {
    name: method ? `${method} ${target.replace(/\?.*/, '')}` : `${status} ${reason}`,
    bytes,
    fields: reader.done(),
  };
}
export const formType = 'application/x-www-form-urlencoded';

function readTarget(reader: Reader, target: string): void {
  const query = target.indexOf('?');
  if (query < 0) {
    reader.bytes(target.length, 'target', latin1);
    return;
  }
  reader.group('target', () => {
    reader.bytes(query, 'path', latin1);
    reader.bytes(1, 'question_mark');
    readForm(reader, target.slice(query + 1));
  });
}

/** `name=value` pairs; each is a field of its own, called by its name. */
function readForm(reader: Reader, form: string): void {
  for (const [index, pair] of form.split('&').entries()) {
    if (index) reader.bytes(1, 'ampersand');
    const [name = '', value = ''] = split(pair, '=');
    if (pair.length === name.length) reader.bytes(pair.length, 'form_value', latin1);
    else
      reader.group(
        `${name}=`,
        () => {
          reader.bytes(name.length + 1, 'form_name', latin1);
          reader.bytes(value.length, 'form_value', latin1);
        },
        () => value,
      );
  }
}

function readHeader(reader: Reader, name: string, value: string, length: number): void {
  reader.group(
    `${name}:`,
    () => {
      const before = name.length + (length > name.length + 1 ? 2 : 1);
      reader.bytes(Math.min(before, length), 'header_name', latin1);
      const basic = /^Authorization$/i.test(name) && /^Basic (\S+)$/.exec(value);
      if (basic) {
        reader.bytes('Basic '.length, 'auth_scheme', latin1);
        reader.bytes(value.length - 'Basic '.length, 'credentials', latin1);
      } else if (value) reader.bytes(value.length, 'header_value', latin1);
      reader.bytes(2, 'crlf');
    },
    () => value,
  );
}

const split = (whole: string, by: string): [string, string] => {
  const at = whole.indexOf(by);
  return at < 0 ? [whole, ''] : [whole.slice(0, at), whole.slice(at + by.length)];
};
const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** What a site reads out of a message. */
export interface ParsedHttp {
  readonly start: string;
  readonly headers: Headers;
  readonly body: string;
}
export function parseHttp(bytes: Uint8Array): ParsedHttp {
  const [head, body] = split(latin1(bytes), '\r\n\r\n');
  const [start = '', ...lines] = head.split('\r\n');
  return {
    start,
    headers: Object.fromEntries(
      lines.map((line) => split(line, ': ')).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    body,
  };
}

/** Form decoding as a browser's form encodes: + and %xx. */
export const formDecode = (value: string): string => {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return value;
  }
};
export const formEncode = (value: string): string =>
  encodeURIComponent(value)
    .replace(/[!'()*~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');

/** Sends a request on `peer` and reads the whole response: by its Content-Length. Nothing where the connection failed. */
export function* ask(request: HttpMessage): Protocol<Uint8Array | undefined> {
  yield* send(request.bytes);
  const response = yield* readMessage();
  yield* close();
  return response;
}

/** Reads one message with a Content-Length (or none, and then no body). */
export function* readMessage(): Protocol<Uint8Array | undefined> {
  let bytes: Uint8Array = new Uint8Array(0);
  for (;;) {
    const head = latin1(bytes).indexOf('\r\n\r\n');
    const length =
      head < 0 ? Number.POSITIVE_INFINITY : head + 4 + Number(parseHttp(bytes).headers['content-length'] ?? 0);
    if (bytes.length >= length) return bytes;
    const received = yield* receive();
    if ('end' in received) return undefined;
    bytes = Buffer.concat([bytes, received.bytes]);
  }
}

/** Answers each request until the client has no more. */
export function* site(respond: (request: Uint8Array) => Protocol<HttpMessage>): Protocol<void> {
  for (;;) {
    const request = yield* readMessage();
    if (!request) break;
    yield* send((yield* respond(request)).bytes);
  }
  yield* close();
}
