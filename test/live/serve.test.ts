// The server before real guests (curl, openssl s_client, node:https), and before hostile ones.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import tls from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { type LiveEvent, usualLimits } from '../../src/live/drive.ts';
import { leafOf, localCa } from '../../src/live/localCa.ts';
import { guestLimits, type Served, serve, type ServeSetup, type Serving } from '../../src/live/serve.ts';
import { groups, versionName, versions } from '../../src/tls/registry.ts';
import { hybridMissing, hybridRequest } from '../tls/interop/hybrid.ts';
import { folder, missing, start } from '../tls/peers.ts';

const files = folder();
const ca = localCa(join(files.path, 'live'), new Date());
if (!ca.ok) throw new Error(ca.says);
const leaf = leafOf(ca, new Date());
if (!leaf.ok) throw new Error(leaf.says);
const root = readFileSync(ca.file);

const open: { close: () => void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});
const serving = async (
  setup: Partial<ServeSetup> = {},
): Promise<Serving & { readonly served: Served[]; readonly events: LiveEvent[] }> => {
  const served: Served[] = [];
  const events: LiveEvent[] = [];
  const up = await serve({
    host: '127.0.0.1',
    port: 0,
    chain: leaf.chain,
    key: leaf.key,
    onServed: (one) => served.push(one),
    onEvent: (event) => events.push(event),
    ...setup,
  });
  if (!up.ok) throw new Error(up.says);
  open.push({ close: up.stop });
  return { ...up, served, events };
};
const visit = async (
  port: number,
  options: https.RequestOptions = {},
): Promise<{ status: number | undefined; body: string }> => {
  const request = https.request({ host: 'localhost', port, ca: root, agent: false, ...options });
  request.end();
  const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage];
  let body = '';
  for await (const piece of response) body += String(piece);
  return { status: response.statusCode, body };
};
/** A guest has its answer before the server has noted it. */
const noted = async (served: readonly Served[], count: number): Promise<void> => {
  while (served.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
};
const good = (request: string) => ({ ok: true, request, status: '200 OK' });

describe('a guest', () => {
  it.skipIf(missing('curl')).each(['https://localhost', 'https://127.0.0.1'])(
    'curl gets the page at %s',
    async (url) => {
      const { port, ended } = await serving({ once: true });
      const curl = start('curl', [
        '-sS',
        '-i',
        '--noproxy',
        '*',
        '--cacert',
        ca.file,
        `${url}:${port}/here?a=<b>`,
        '--globoff',
      ]);
      expect(await curl.ended).toBe(0);
      expect(curl.said()).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*You spoke TLS with HTTPS Quest/);
      for (const word of ['TLS 1.3', 'TLS_AES_', 'x25519', 'ecdsa_secp256r1_sha256', '/here?a=&lt;b&gt;'])
        expect(curl.said()).toContain(word);
      expect(await ended).toEqual(good('GET /here?a=<b>'));
    },
  );
  it.skipIf(missing('openssl'))('openssl s_client verifies the chain and gets the page', async () => {
    const { port, ended } = await serving({ once: true });
    const client = start('openssl', [
      's_client',
      '-connect',
      `127.0.0.1:${port}`,
      '-CAfile',
      ca.file,
      '-verify_hostname',
      'localhost',
      '-verify_return_error',
      '-ign_eof',
      '-crlf',
    ]);
    client.say('GET / HTTP/1.1\nHost: localhost\n\n');
    expect(await client.ended).toBe(0);
    expect(client.said()).toMatch(/Verify return code: 0 \(ok\)/);
    expect(client.said()).toContain('</html>');
    expect(await ended).toEqual(good('GET /'));
  });
  it('of node:https gets the page, one after the other, with the suite that it prefers', async () => {
    const { port, served, events } = await serving();
    const ciphers = 'TLS_CHACHA20_POLY1305_SHA256';
    const pages = await Promise.all([visit(port), visit(port), visit(port, { ciphers })]);
    for (const { status, body } of pages) {
      expect(status).toBe(200);
      expect(body).toMatch(/<td>localhost<\/td>/);
    }
    expect(pages.filter(({ body }) => body.includes(ciphers))).toHaveLength(1);
    await noted(served, 3);
    // Nothing of one connection between the events of another.
    const order = events.flatMap(({ what }) => (what === 'agreed' ? [what] : what === 'data' ? ['data'] : []));
    expect(order).toEqual(Array.from({ length: 3 }, () => ['agreed', 'data', 'data']).flat());
  });
  it('that asks with HEAD gets the head', async () => {
    const { port } = await serving();
    expect(await visit(port, { method: 'HEAD' })).toEqual({ status: 200, body: '' });
  });
  it.each([
    ['POST', 405],
    ['DELETE', 405],
  ])('that asks with %s is told %i', async (method, status) => {
    const { port, served } = await serving();
    expect((await visit(port, { method })).status).toBe(status);
    await noted(served, 1);
    expect(served).toMatchObject([{ ok: true, status: expect.stringMatching(/^405/) }]);
  });
  it.each([
    ['nonsense\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['GET / HTTP/2.0\r\n\r\n', /^HTTP\/1\.1 400 /],
    [`GET / HTTP/1.1\r\nA: ${'a'.repeat(20_000)}`, /^HTTP\/1\.1 431 /],
  ])('that says no request is told so', async (text, says) => {
    const { port } = await serving();
    expect(await talk(port, text)).toMatch(says);
  });
  it('that does not trust the CA is told of in a sentence', async () => {
    const { port, ended } = await serving({ once: true });
    await expect(visit(port, { ca: [] })).rejects.toThrow();
    expect(await ended).toMatchObject({
      ok: false,
      says: expect.stringMatching(/does not accept the certificate \(unknown_ca\)|broke|left/),
    });
  });
  it('of node:https that speaks TLS 1.2 at most gets the page, and is told which version it was', async () => {
    const { port, events } = await serving({ once: true });
    const { status, body } = await visit(port, { maxVersion: 'TLSv1.2' });
    expect(status).toBe(200);
    for (const word of ['<td>TLS 1.2</td>', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 'ecdsa_secp256r1_sha256'])
      expect(body).toContain(word);
    expect(agreedIn(events)).toMatchObject({ version: versions['TLS 1.2'] });
  });
  it.skipIf(missing('curl')).each([
    ['--tls-max 1.2', 0, 'TLS 1.2', undefined],
    ['--tls-max 1.2 --ciphers ECDHE-ECDSA-AES128-GCM-SHA256 --curves P-256', 0, 'TLS 1.2', undefined],
    ['--tlsv1.3', 0, 'TLS 1.3', undefined],
    ['--tls-max 1.1 --tlsv1.0 --ciphers ALL:@SECLEVEL=0', 35, undefined, /refused with protocol_version/],
    ['--tls-max 1.2 --ciphers ECDHE-RSA-AES128-GCM-SHA256', 35, undefined, /refused with handshake_failure/],
  ] as const)('curl %s ends with %i', async (options, status, version, says) => {
    const { port, ended, events } = await serving({ once: true });
    const curl = start('curl', [
      ...['-sS', '--noproxy', '*', '--cacert', ca.file],
      ...options.split(' '),
      `https://localhost:${port}/`,
    ]);
    expect(await curl.ended, curl.said()).toBe(status);
    const agreed = agreedIn(events);
    expect(agreed?.what === 'agreed' ? versionName(agreed.version) : undefined).toBe(version);
    expect(await ended).toMatchObject(says ? { ok: false, says: expect.stringMatching(says) } : good('GET /'));
  });
  it.skipIf(missing('openssl'))('openssl s_client of TLS 1.2 verifies the chain, and hears the goodbye', async () => {
    const { port, ended } = await serving({ once: true });
    const client = start('openssl', [
      's_client',
      ...['-connect', `127.0.0.1:${port}`, '-tls1_2', '-CAfile', ca.file, '-verify_return_error', '-ign_eof', '-crlf'],
    ]);
    client.say('GET / HTTP/1.1\nHost: localhost\n\n');
    expect(await client.ended).toBe(0);
    expect(client.said()).toMatch(/Verify return code: 0 \(ok\)/);
    expect(client.said()).toMatch(/Extended master secret: yes/);
    expect(await ended).toEqual(good('GET /'));
  });
  it.skipIf(hybridMissing())('of node:https with X25519MLKEM768 agrees on it', async () => {
    const { port, events } = await serving({ once: true });
    const options = { host: 'localhost', port, path: '/', ca: String(root), ecdhCurve: 'X25519MLKEM768:X25519' };
    expect((await hybridRequest(options)).heard).toContain('</html>');
    expect(agreedIn(events)).toMatchObject({ group: groups.X25519MLKEM768 });
  });
  it('of TLS 1.2 that leaves in the middle is told of in a sentence', async () => {
    const { port, served } = await serving();
    const sent: Buffer[] = [];
    const guest = tls.connect({ host: 'localhost', port, ca: root, maxVersion: 'TLSv1.2' });
    guest.on('error', () => {});
    open.push({ close: () => void guest.destroy() });
    await once(guest, 'secureConnect');
    guest.destroy();
    await noted(served, 1);
    const relay = createServer((socket) => {
      socket.on('error', () => {}).on('data', (bytes: Buffer) => sent.push(bytes));
    });
    relay.listen(0, '127.0.0.1');
    await once(relay, 'listening');
    open.push({ close: () => void relay.close() });
    const hello = tls.connect({ port: (relay.address() as AddressInfo).port, maxVersion: 'TLSv1.2' });
    hello.on('error', () => {});
    while (!sent.length) await new Promise((resolve) => setTimeout(resolve, 5));
    hello.destroy();
    const half = connect(port, '127.0.0.1');
    half.on('error', () => {}).once('data', () => half.destroy());
    half.write(Buffer.concat(sent));
    await noted(served, 2);
    for (const one of served)
      expect(one).toMatchObject({ ok: false, says: expect.stringMatching(/left|broke|asked for nothing/) });
    expect((await visit(port)).status).toBe(200);
  });
});
const agreedIn = (events: readonly LiveEvent[]) => events.find((event) => event.what === 'agreed');
/** Says something through TLS; gives what came back. */
const talk = (port: number, text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let heard = '';
    const socket = tls.connect({ host: 'localhost', port, ca: root, servername: 'localhost' }, () =>
      socket.write(text),
    );
    socket.on('data', (data) => {
      heard += data.toString();
    });
    socket.on('end', () => resolve(heard));
    socket.on('error', reject);
  });

describe('a hostile guest', () => {
  const impatient = { ...guestLimits, silence: 300, waiting: 600, farewell: 200 };
  const dial = async (port: number): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    open.push({ close: () => void socket.destroy() });
    await once(socket, 'connect');
    return socket;
  };
  it.each<readonly [string, (socket: Socket) => void, RegExp]>([
    ['says nothing', () => {}, /connected and said nothing/],
    ['sends a byte at a time', (socket) => drip(socket, Buffer.from('160301020001000200', 'hex')), /took too long/],
    [
      'speaks plain HTTP',
      (socket) => socket.write('GET / HTTP/1.1\r\n\r\n'),
      /plain HTTP\. The address must begin with https/,
    ],
    ['speaks something else', (socket) => socket.write('\u0000\u0001\u0002'), /spoke no TLS/],
    [
      'sends a record that is too long',
      (socket) => socket.write(Buffer.from('160301ffff', 'hex')),
      /refused with record_overflow/,
    ],
    ['leaves at once', (socket) => socket.destroy(), /said nothing|broke/],
    ['leaves in the middle', (socket) => socket.end(Buffer.from('160301', 'hex')), /left/],
    [
      'promises a message of 16 megabytes',
      (socket) => socket.write(Buffer.from('160301000401ffffff', 'hex')),
      /refused with decode_error/,
    ],
  ])('that %s does not keep others waiting for ever', async (_how, deed, says) => {
    const { port, served } = await serving({ limits: impatient });
    const socket = await dial(port);
    deed(socket);
    const { status } = await visit(port);
    expect(status).toBe(200);
    expect(served[0]?.ok === false && served[0].says).toMatch(says);
  });
  it('that keeps an answer waiting after the handshake is let go', async () => {
    const { port, served } = await serving({ limits: impatient });
    const idle = tls.connect({ host: 'localhost', port, ca: root });
    idle.on('error', () => {});
    open.push({ close: () => void idle.destroy() });
    await once(idle, 'secureConnect');
    expect((await visit(port)).status).toBe(200);
    expect(served[0]).toMatchObject({ ok: false, says: expect.stringMatching(/took too long/) });
  });
  it('that never reads is let go', async () => {
    const { port, served } = await serving({ limits: impatient });
    const deaf = tls.connect({ host: 'localhost', port, ca: root }, () => {
      deaf.pause();
      deaf.write('GET / HTTP/1.1\r\n\r\n');
    });
    deaf.on('error', () => {});
    open.push({ close: () => void deaf.destroy() });
    await once(deaf, 'secureConnect');
    expect((await visit(port)).status).toBe(200);
    await noted(served, 2);
  });
  it('in a crowd: more than wait are turned away, and those who wait are served', async () => {
    const { port, served } = await serving({ limits: { ...impatient, silence: 50 } });
    const crowd = await Promise.all(Array.from({ length: 30 }, () => dial(port)));
    await Promise.all(crowd.map((socket) => (socket.closed ? undefined : once(socket, 'close'))));
    expect((await visit(port)).status).toBe(200);
    expect(served.length).toBeLessThan(25);
  });
});
function drip(socket: Socket, bytes: Uint8Array): void {
  let at = 0;
  const timer = setInterval(() => {
    if (socket.destroyed || at >= 200) clearInterval(timer);
    else socket.write(Uint8Array.of(bytes[at++] ?? 0));
  }, 20);
}

describe('a server', () => {
  it('that cannot listen says why', async () => {
    const other = createServer();
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    open.push({ close: () => void other.close() });
    const { port } = other.address() as AddressInfo;
    const on = (host: string, at: number) => serve({ host, port: at, chain: leaf.chain, key: leaf.key });
    expect(await on('127.0.0.1', port)).toMatchObject({
      ok: false,
      says: expect.stringMatching(/Another program listens on port/),
    });
    expect(await on('192.0.2.7', 0)).toMatchObject({
      ok: false,
      says: expect.stringMatching(/no address 192\.0\.2\.7/),
    });
    expect(await on('nothing.invalid', 0)).toMatchObject({
      ok: false,
      says: expect.stringMatching(/no address nothing\.invalid/),
    });
  });
  it('plays a wrong decision out: the guest refuses', async () => {
    const { port, ended } = await serving({
      once: true,
      ask: ({ point }, rule) => (point === 'server.selectSuite' ? { suite: 0x1302 } : rule),
    });
    await expect(visit(port, { ciphers: 'TLS_AES_128_GCM_SHA256' })).rejects.toThrow(/wrong cipher/i);
    expect(await ended).toMatchObject({ ok: false, says: expect.stringMatching(/illegal_parameter|left/) });
  });
  it('may think for longer than a guest is waited for', async () => {
    const { port } = await serving({
      limits: { ...usualLimits, silence: 1000, waiting: 1000 },
      async ask({ point }, rule) {
        if (point === 'server.selectShare') await new Promise((resolve) => setTimeout(resolve, 1500));
        return rule;
      },
    });
    expect((await visit(port)).status).toBe(200);
  });
});
