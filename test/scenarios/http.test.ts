// HTTP as the game's sites speak it: fields for every byte, forms there and back, messages out of any pieces.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ask,
  describeHttp,
  formDecode,
  formEncode,
  formType,
  type HttpMessage,
  httpRequest,
  httpResponse,
  parseHttp,
  readMessage,
  site,
} from '../../src/scenarios/http.ts';
import type { Protocol } from '../../src/tls/effects.ts';
import { leaves, valueAt } from '../tls/fields.ts';
import { connect, findAll } from '../tls/world.ts';

const login = httpRequest(
  'POST',
  '/login',
  { Host: 'shop.example', 'Content-Type': formType },
  'user=alice&pass=a%21b',
);

describe('the map of a message', () => {
  it('names the parts of a request, each header and each field of a form', () => {
    expect(login.name).toBe('POST /login');
    expect(login.fields.map(({ name }) => name)).toEqual([
      'request_line',
      'Host:',
      'Content-Type:',
      'empty_line',
      'body',
    ]);
    expect(login.fields.at(-1)?.children?.map(({ name }) => name)).toEqual(['user=', 'ampersand', 'pass=']);
    expect(valueAt(login.fields, 'Host:')).toBe('shop.example');
    expect(valueAt(login.fields, 'body', 'pass=')).toBe('a%21b');
  });
  it('names the credentials of Basic and the fields of a query', () => {
    const { fields } = httpRequest('GET', '/account?user=alice&x', { Authorization: 'Basic YTpi' });
    expect(valueAt(fields, 'Authorization:', 'credentials')).toBe('YTpi');
    expect(valueAt(fields, 'request_line', 'target', 'user=')).toBe('alice');
    expect(valueAt(fields, 'request_line', 'target', 'form_value')).toBe('x');
  });
  it('names the parts of a response', () => {
    const { name, fields, bytes } = httpResponse('404 Not Found', { Server: 'quest' }, 'No such page.\n');
    expect(name).toBe('404 Not Found');
    expect(valueAt(fields, 'status_line', 'status_code')).toBe('404');
    expect(valueAt(fields, 'Content-Length:')).toBe('14');
    expect(parseHttp(bytes)).toEqual({
      start: 'HTTP/1.1 404 Not Found',
      headers: { server: 'quest', 'content-length': '14' },
      body: 'No such page.\n',
    });
    expect(parseHttp(httpResponse('200 OK', {}, 'to the end', true).bytes).headers).toEqual({});
  });
  it('covers every byte once and in order, whatever stands in it', () => {
    const line = fc.string({ unit: 'binary-ascii', maxLength: 30 }).map((text) => text.replaceAll(/[\r\n]/g, ' '));
    const start = fc.constantFrom('GET / HTTP/1.1', 'POST /a?b=c&d&=e&& HTTP/1.0', 'HTTP/1.1 200 OK', 'HTTP/1.0 500 ');
    const header = fc.oneof(
      line.filter(Boolean),
      line.map((value) => `Authorization: Basic ${value}`),
      fc.constant(`content-type: ${formType}`),
      line.map((value) => `A: ${value}`),
    );
    fc.assert(
      fc.property(
        start,
        fc.array(header, { maxLength: 5 }),
        fc.uint8Array({ maxLength: 60 }),
        (first, headers, body) => {
          const bytes = Buffer.concat([Buffer.from(`${[first, ...headers].join('\r\n')}\r\n\r\n`, 'latin1'), body]);
          const described = describeHttp(bytes);
          let at = 0;
          for (const { offset, length } of leaves(described?.fields ?? [])) {
            expect(offset).toBe(at);
            at += length;
          }
          expect(at).toBe(bytes.length);
        },
      ),
      { numRuns: 400 },
    );
  });
  it('is not there for what does not begin like HTTP', () => {
    expect(describeHttp(login.bytes.subarray(0, 40))).toBeUndefined();
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => describeHttp(bytes) === undefined));
  });
});

describe('a form', () => {
  it('decodes to what was encoded, and stands as one word', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary-ascii' })), (value) => {
        const encoded = formEncode(value);
        expect(encoded).toMatch(/^[A-Za-z0-9._+%-]*$/);
        expect(formDecode(encoded)).toBe(value);
        // An independent encoder agrees.
        expect(new URLSearchParams(`x=${encoded}`).get('x')).toBe(value);
      }),
    );
  });
  it('has a plus for a space', () => {
    expect(formEncode('star map + 1')).toBe('star+map+%2B+1');
    expect(formDecode('star+map+%2B+1')).toBe('star map + 1');
  });
  it('that is none is left as it is', () => {
    expect(formDecode('100%')).toBe('100%');
    expect(formDecode('%ff+')).toBe('%ff+');
  });
});

describe('reading a message', () => {
  /** Gives a reader those pieces, then the end. */
  const fed = (pieces: readonly Uint8Array[]): Uint8Array | undefined => {
    const reader = readMessage();
    let step = reader.next();
    for (const bytes of pieces)
      if (!step.done) step = reader.next({ kind: 'received', received: { link: 'peer', bytes } });
    if (!step.done) step = reader.next({ kind: 'received', received: { link: 'peer', end: 'closed' } });
    return step.done ? step.value : undefined;
  };
  const whole = httpResponse('200 OK', {}, 'a body\r\n\r\nwith an empty line').bytes;

  it('does not care how it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: whole.length - 1 }), { maxLength: 8 }), (cuts) => {
        const places = [0, ...[...new Set(cuts)].sort((a, b) => a - b), whole.length];
        const pieces = places.slice(1).map((end, index) => whole.subarray(places[index], end));
        expect(Buffer.from(fed(pieces) ?? [])).toEqual(Buffer.from(whole));
      }),
    );
  });
  it('gives nothing where the stream ends in the middle', () => {
    for (let length = 0; length < whole.length; length++) expect(fed([whole.subarray(0, length)])).toBeUndefined();
  });
});

it('a site answers each request until there are no more', () => {
  function* visit(): Protocol<void> {
    yield* ask(httpRequest('GET', '/one', {}));
  }
  // biome-ignore lint/correctness/useYield: it asks nobody
  function* respond(request: Uint8Array): Protocol<HttpMessage> {
    return httpResponse('200 OK', {}, `You asked for ${parseHttp(request).start.split(' ')[1]}.`);
  }
  const events = connect(visit(), site(respond));
  const said = findAll(events, 'server', 'wire').map(({ bytes }) => parseHttp(bytes).body);
  expect(said).toEqual(['You asked for /one.']);
  expect(events.some(({ what }) => what === 'timeout')).toBe(false);
});
