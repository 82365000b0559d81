// A player's connection: whose key it trusts, that nobody else is told a byte, and what becomes of strange answers.

import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { createServer, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { newHostKey } from '../../src/classroom/hostKey.ts';
import { connectPinned, type Pinned } from '../../src/classroom/pinned.ts';
import { bound, expired, type Host, host, hostKey, rawHost, saying } from './hosts.ts';

const open: Pinned[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});
const joined = async ({ address, code }: Host): Promise<Pinned> => {
  const pinned = await connectPinned(address, code);
  if (!pinned.ok) throw new Error(pinned.says);
  open.push(pinned);
  return pinned;
};
const json: RequestListener = (request, response) => {
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.setHeader('etag', '"7"');
  let text = '';
  request.on('data', (piece) => {
    text += String(piece);
  });
  request.on('end', () =>
    response.end(JSON.stringify({ got: [request.method, request.url, request.headers.authorization, text] })),
  );
};
const impostorKey = newHostKey(new Date());
const otherKey = /^This is not the host whose code you typed: another key answers at .*\. Nothing was sent to it\.$/;

describe('a player who has the code', () => {
  it('asks in JSON, on the connection on which the code was checked, and on it again', async () => {
    const right = await host(json);
    const pinned = await joined(right);
    const get = await pinned.request('GET', '/api/me', undefined, 'ab12');
    expect(get).toMatchObject({ ok: true, status: 200, body: { got: ['GET', '/api/me', 'Bearer ab12', ''] } });
    expect(get.ok && get.headers.etag).toBe('"7"');
    expect(await pinned.request('POST', '/api/join', { name: 'Zoë' })).toMatchObject({
      body: { got: ['POST', '/api/join', undefined, '{"name":"Zoë"}'].map((one) => one ?? null) },
    });
    expect(right.calls).toHaveLength(1);
    expect(right.calls[0]?.text).not.toMatch(/undefined/);
  });
  it('has another connection where the host lost patience while the code was checked', async () => {
    let hasty = true;
    const right = await rawHost((socket) => {
      if (hasty) socket.end('HTTP/1.1 408 Request Timeout\r\nconnection: close\r\n\r\n');
      else
        socket.on('data', () =>
          socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1\r\n\r\n1'),
        );
      hasty = false;
    });
    const pinned = await joined(right);
    expect(await pinned.request('POST', '/', {})).toMatchObject({ body: 1 });
    expect(right.calls.map(({ text }) => text.slice(0, 4))).toEqual(['', 'POST']);
  });
  it('trusts the key, whatever dates and names the certificate has', async () => {
    const pinned = await joined(await host(json, { key: expired() }));
    expect(await pinned.request('GET', '/')).toMatchObject({ ok: true, status: 200 });
  });
  it('has no more than three connections for all that is asked at once', async () => {
    const right = await host((request, response) => setImmediate(() => json(request, response)));
    const pinned = await joined(right);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => pinned.request('GET', `/${at}`)));
    expect(answers.map((one) => one.ok && (one.body as { got: string[] }).got[1])).toEqual(
      Array.from({ length: 20 }, (_, at) => `/${at}`),
    );
    expect(right.calls.length).toBeLessThanOrEqual(3);
  });
  it('resumes no session: each connection proves the key anew', async () => {
    const right = await host((request, response) => {
      response.setHeader('connection', 'close');
      json(request, response);
    });
    const pinned = await joined(right);
    for (const path of ['/1', '/2', '/3']) expect(await pinned.request('GET', path)).toMatchObject({ status: 200 });
    expect(right.calls.map(({ resumed }) => resumed)).toEqual([false, false, false]);
  });
});

describe('an impostor', () => {
  it('with another key is told nothing', async () => {
    const { code } = await host(json);
    const impostor = await host(json, { key: impostorKey });
    const pinned = await connectPinned(impostor.address, code);
    expect(pinned).toMatchObject({ ok: false, why: 'other key', says: expect.stringMatching(otherKey) });
    await impostor.calls[0]?.closed;
    expect(impostor.handshakes()).toBe(1);
    expect(impostor.calls.map(({ text }) => text)).toEqual(['']);
  });
  it('that speaks first and much is told nothing', async () => {
    const { code } = await host(json);
    const answer = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}';
    const impostor = await rawHost((socket) => socket.write(answer.repeat(10_000)), { key: impostorKey });
    expect(await connectPinned(impostor.address, code)).toMatchObject({ why: 'other key' });
    await impostor.calls[0]?.closed;
    expect(impostor.handshakes()).toBe(1);
    expect(impostor.calls.map(({ text }) => text)).toEqual(['']);
  });
  // Even one that stole the keys of the host's session tickets, with which a session could be resumed without showing a key.
  const ticketKeys = randomBytes(48);
  it.each(['GET', 'POST'] as const)(
    'that takes the place of the host later is told nothing when players %s',
    async (method) => {
      const right = await host(json, { options: { ticketKeys } });
      const pinned = await joined(right);
      expect(await pinned.request('GET', '/')).toMatchObject({ status: 200 });
      await right.stop();
      const impostor = await host(json, { key: impostorKey, port: right.port, options: { ticketKeys } });
      for (const path of ['/1', '/2'])
        expect(
          await pinned.request(method, path, method === 'GET' ? undefined : { secret: 1 }, 'token', {
            repeatable: true,
          }),
        ).toMatchObject({
          why: 'other key',
          says: expect.stringMatching(otherKey),
        });
      await impostor.stop();
      expect(impostor.handshakes()).toBe(2);
      expect(impostor.calls.map(({ text }) => text).join('')).toBe('');
      const back = await host(json, { port: right.port });
      expect(await pinned.request('GET', '/3')).toMatchObject({ status: 200 });
      expect(back.calls[0]?.text).toMatch(/^GET \/3 /);
    },
  );
});

describe('a host that is not there, or something else', () => {
  const tried = async (port: number, name = '127.0.0.1', patience = 5000) => {
    const { code } = await host(json);
    const pinned = await connectPinned({ host: name, port }, code, { patience });
    if (pinned.ok) throw new Error('connected');
    return pinned;
  };
  it('that does not listen', async () => {
    const [port, stop] = await bound(createServer());
    await stop();
    const { why, says } = await tried(port);
    expect(why).toBe('away');
    expect(says).toMatch(/127\.0\.0\.1 refused the connection/);
  });
  it('that has a name without an address', async () => {
    const { why, says } = await tried(1, 'no-such-host.invalid');
    expect(why).toBe('away');
    expect(says).toMatch(/DNS|No way leads/);
  });
  it.each<readonly [string, (socket: Socket) => void, string, RegExp]>([
    ['says nothing', () => {}, 'away', /took the connection, and then does not go on with TLS/],
    ['speaks plain HTTP', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'), 'strange', /does not speak TLS/],
    ['sends noise', (socket) => socket.end(Buffer.alloc(1000, 0xa5)), 'strange', /does not speak TLS/],
    ['hangs up at once', (socket) => socket.end(), 'away', /broke the connection off in the middle of the handshake/],
    ['resets the connection', (socket) => socket.resetAndDestroy(), 'away', /broke the connection off/],
    ['says half an alert', (socket) => socket.end(Buffer.from('15030300', 'hex')), 'away', /broke the connection off/],
    [
      'refuses with an alert',
      (socket) => socket.end(Buffer.from('15030300020228', 'hex')),
      'strange',
      /does not want to .*: handshake_failure\.$/,
    ],
  ])('that %s', async (_what, serve, why, says) => {
    const [port] = await bound(createServer((socket) => socket.once('data', () => serve(socket))));
    expect(await tried(port, '127.0.0.1', 1000)).toMatchObject({ why, says: expect.stringMatching(says) });
  });
  it('that knows only TLS 1.2', async () => {
    const old = await host(json, { options: { maxVersion: 'TLSv1.2' } });
    expect(await tried(old.port)).toMatchObject({ why: 'strange', says: expect.stringMatching(/protocol_version/) });
    expect(old.calls).toEqual([]);
  });
});

describe('an answer', () => {
  const head = (...lines: readonly string[]) => ['HTTP/1.1 200 OK', ...lines, '', ''].join('\r\n');
  const whole = (body: string | Uint8Array, ...lines: readonly string[]) =>
    Buffer.concat([
      Buffer.from(head('content-type: application/json', `content-length: ${Buffer.byteLength(body)}`, ...lines)),
      Buffer.from(body),
    ]);
  const asked = async (right: Host, patience = 5000) =>
    (await joined(right)).request('GET', '/', undefined, undefined, { patience });

  it.each<readonly [string, string | Uint8Array, object]>([
    ['that is JSON', whole('[1]'), { status: 200, body: [1] }],
    [
      'that is a problem',
      whole('{"detail":"no"}').toString().replace('200 OK', '503 Busy').replace('/json', '/problem+json'),
      { status: 503, body: { detail: 'no' } },
    ],
    ['without a body', 'HTTP/1.1 204 No Content\r\n\r\n', { status: 204, body: undefined }],
    ['that nothing has changed', 'HTTP/1.1 304 Not Modified\r\netag: "7"\r\n\r\n', { status: 304, body: undefined }],
    [
      'in pieces',
      `${head('content-type: application/json', 'transfer-encoding: chunked')}1\r\n[\r\n1\r\n]\r\n0\r\n\r\n`,
      { body: [] },
    ],
    ['with odd keys', whole('{"__proto__":{"ok":1},"\\u0000":"\u202e\\ud800"}'), { status: 200 }],
    ['after others that come before it', `HTTP/1.1 103 Early Hints\r\n\r\n${whole('1')}`, { status: 200, body: 1 }],
  ])('%s is taken', async (_what, bytes, answer) => {
    expect(await asked(await saying(bytes))).toMatchObject({ ok: true, ...answer });
  });
  it.each<readonly [string, string | Uint8Array, string, RegExp]>([
    ['that is noise', randomBytes(5000), 'strange', /is no HTTP/],
    ['of HTTP/0.9', '<html>hello</html>', 'strange', /is no HTTP/],
    [
      'with a broken chunk',
      `${head('content-type: application/json', 'transfer-encoding: chunked')}zz\r\n`,
      'strange',
      /is no HTTP/,
    ],
    ['with two lengths', whole('{}', 'content-length: 3'), 'strange', /is no HTTP/],
    ['whose head has no end', head(`x: ${'y'.repeat(100_000)}`), 'strange', /is no HTTP/],
    [
      'that is HTML',
      whole('<html>').toString().replace('application/json', 'text/html'),
      'strange',
      /not JSON \(status 200\)/,
    ],
    ['that only says to be JSON', whole('{"a":'), 'strange', /not JSON/],
    [
      'that does not say to be JSON',
      whole('{}').toString().replace('application/json', 'text/plain'),
      'strange',
      /not JSON/,
    ],
    ['in no UTF-8', whole(Buffer.from('22ff22', 'hex')), 'strange', /not JSON/],
    ['that is packed', whole('\u001f\u008b', 'content-encoding: gzip'), 'strange', /not JSON/],
    ['of nothing', whole(''), 'strange', /not JSON/],
    ['deep as a well', whole('['.repeat(900_000)), 'strange', /not JSON/],
    ['of 10 MB', whole(new Uint8Array(10_000_000)), 'strange', /more than a mebibyte/],
    [
      'of 10 MB in pieces',
      head('content-type: application/json', 'transfer-encoding: chunked') +
        `100000\r\n${' '.repeat(0x100000)}\r\n`.repeat(10),
      'strange',
      /more than a mebibyte/,
    ],
    [
      'that leads elsewhere',
      'HTTP/1.1 302 Found\r\nlocation: https://192.0.2.1/\r\ncontent-length: 0\r\n\r\n',
      'strange',
      /sends on to another place/,
    ],
    [
      'that leads elsewhere for good',
      'HTTP/1.1 308 Permanent Redirect\r\nlocation: /\r\n\r\n',
      'strange',
      /sends on to another place/,
    ],
    ['that the host had no patience', 'HTTP/1.1 408 Request Timeout\r\nconnection: close\r\n\r\n', 'away', /broke/],
    [
      'that changes the protocol',
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
      'away',
      /broke/,
    ],
  ])('%s is not', async (_what, bytes, why, says) => {
    const told = await asked(await saying(bytes));
    expect(told).toMatchObject({ ok: false, why, says: expect.stringMatching(says) });
  });
  it.each<readonly [string, (socket: TLSSocket) => void, RegExp]>([
    ['nothing', (socket) => socket.end(), /broke/],
    [
      'half of it',
      (socket) => socket.end(head('content-type: application/json', 'content-length: 9').concat('{}')),
      /broke/,
    ],
    ['half of the head', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-ty'), /broke|is no HTTP/],
    ['a reset', (socket) => socket.destroy(), /broke/],
  ])('of which came %s, and then the end', async (_what, serve, says) => {
    const told = await asked(await rawHost((socket) => socket.once('data', () => serve(socket))));
    expect(told.ok ? '' : told.says).toMatch(says);
  });
  it.each(['', 'HTTP/1.1 200 OK\r\n', whole('{}').subarray(0, -1), 'HTTP/1.1 100 Continue\r\n\r\n'])(
    'of which came %j, and then silence, is not waited for',
    async (bytes) => {
      expect(await asked(await saying(bytes), 300)).toMatchObject({
        why: 'away',
        says: expect.stringMatching(/took too long/),
      });
    },
  );
  it('that drips is not waited for', async () => {
    const dripping = await rawHost((socket) =>
      socket.once('data', () => {
        socket.write(head('content-type: application/json', 'content-length: 100000'));
        const timer = setInterval(() => socket.write(' '), 20);
        socket.once('close', () => clearInterval(timer));
      }),
    );
    expect(await asked(dripping, 300)).toMatchObject({ why: 'away', says: expect.stringMatching(/took too long/) });
    await dripping.calls[0]?.closed;
  });
  it('that is refused ends its connection, and the next question has another', async () => {
    let count = 0;
    const right = await rawHost((socket) =>
      socket.on('data', () => socket.write(count++ === 0 ? whole(new Uint8Array(10_000_000)) : whole('"good"'))),
    );
    const pinned = await joined(right);
    expect(await pinned.request('GET', '/')).toMatchObject({ why: 'strange' });
    expect(await pinned.request('GET', '/')).toMatchObject({ body: 'good' });
    expect(right.calls).toHaveLength(2);
  });
  it('that a closed side cannot give: the host ended its side while nothing was asked', async () => {
    const right = await rawHost((socket) => {
      socket.once('data', () => {
        socket.write(whole('1'));
        socket.end();
      });
    });
    const pinned = await joined(right);
    expect(await pinned.request('GET', '/')).toMatchObject({ body: 1 });
    await right.calls[0]?.closed;
    expect(await pinned.request('POST', '/', {})).toMatchObject({ body: 1 });
  });
  it('is asked for again on a new connection, if a kept one is found closed and that does no harm', async () => {
    const right = await rawHost((socket) => {
      let first = true;
      socket.on('data', () => {
        if (first) socket.write(whole('1'));
        else socket.destroy();
        first = false;
      });
    });
    const pinned = await joined(right);
    for (let time = 0; time < 3; time++) expect(await pinned.request('GET', '/')).toMatchObject({ body: 1 });
    expect(await pinned.request('POST', '/', {}, undefined, { repeatable: true })).toMatchObject({ body: 1 });
    expect(await pinned.request('POST', '/', {})).toMatchObject({ why: 'away' });
    expect(right.calls.map(({ text }) => text.match(/(?:GET|POST)(?= \/)/g)?.join(' '))).toEqual([
      'GET GET',
      'GET GET',
      'GET POST',
      'POST POST',
    ]);
  });
});

describe('closing', () => {
  it('ends what is under way and what comes later, and the connections', async () => {
    const silent = await saying('');
    const pinned = await joined(silent);
    const waiting = Array.from({ length: 6 }, () => pinned.request('GET', '/'));
    pinned.close();
    for (const one of [...waiting, pinned.request('GET', '/')])
      expect(await one).toMatchObject({ why: 'away', says: expect.stringMatching(/was ended here/) });
    await Promise.all(silent.calls.map(({ closed }) => closed));
  });
  it('holds for a connection that was never used', async () => {
    const right = await host(json);
    (await joined(right)).close();
    await right.calls[0]?.closed;
  });
});

it('the key of these tests is that of the host and not of the impostor', () => {
  expect(hostKey.key).not.toBe(impostorKey.key);
});
