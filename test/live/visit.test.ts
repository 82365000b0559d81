// Visits to real servers of every kind, good and bad: what comes of each, as one sentence.
import type { KeyObject } from 'node:crypto';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type tls from 'node:tls';
import { describe, expect, it } from 'vitest';
import { type LiveEvent, usualLimits } from '../../src/live/drive.ts';
import { readTarget, type Target } from '../../src/live/target.ts';
import { trusting } from '../../src/live/trust.ts';
import { visit, type VisitSetup } from '../../src/live/visit.ts';
import { findExtension } from '../../src/tls/messages/extensions.ts';
import { decodeClientHello } from '../../src/tls/messages/clientHello.ts';
import { groupName, groups, suiteName, versionName, versions } from '../../src/tls/registry.ts';
import { hybridMissing, hybridServer } from '../tls/interop/hybrid.ts';
import { missing, opensslServer, pem, folder } from '../tls/peers.ts';
import { ca, hello, keys, leaf, portOf, tlsServer } from './world.ts';

const target = (port: number, host = 'localhost', path = '/'): Target =>
  readTarget(`https://${host}:${port}${path}`) as Target;
const trusted = trusting([ca]);
const impatient = { ...usualLimits, silence: 400, waiting: 800, farewell: 200 };
const call = (to: Target, setup: Partial<VisitSetup> = {}) => {
  const events: LiveEvent[] = [];
  return visit(to, { judge: trusted, onEvent: (event) => events.push(event), ...setup }).then((seen) => ({
    seen,
    events,
  }));
};
const callServer = async (server: Server, setup: Partial<VisitSetup> = {}) => call(target(await portOf(server)), setup);
const says = (seen: object): string => ('says' in seen ? String(seen.says) : JSON.stringify(seen));

describe('node:tls', () => {
  it.each(Object.keys(keys))('with a %s key answers', async (kind) => {
    const { seen, events } = await callServer(tlsServer(hello, {}, kind));
    expect(seen).toEqual({ ok: true, status: 'HTTP/1.1 200 OK', bytes: 6, body: 'whole' });
    const checks = events.flatMap((event) => (event.what === 'check' ? [[event.name, event.holds]] : []));
    expect(checks).toEqual(['path', 'dates', 'name', 'CertificateVerify', 'Finished'].map((name) => [name, true]));
    expect(events.every(({ at }, index) => at >= (events[index - 1]?.at ?? 0))).toBe(true);
  });
  it('is called by its address, and is then sent no name', async () => {
    const port = await portOf(tlsServer(hello));
    const { seen, events } = await call(target(port, '127.0.0.1'));
    expect(seen).toMatchObject({ ok: true });
    expect(nameIn(events)).toBeUndefined();
    expect(nameIn((await call(target(port))).events)).toBe('localhost');
  });
  it('asks for another group, and gets it', async () => {
    const { seen, events } = await callServer(tlsServer(hello, { ecdhCurve: 'prime256v1' }));
    expect(seen).toMatchObject({ ok: true });
    const agreed = events.find((event) => event.what === 'agreed');
    expect(agreed?.what === 'agreed' && groupName(agreed.group)).toBe('secp256r1');
  });
  it.each<readonly [string, Parameters<typeof tlsServer>, RegExp]>([
    [
      'with a certificate for another name',
      [hello, {}, 'P-256', { names: ['shop.example'], addresses: [] }],
      /not for localhost: it belongs to somebody else/,
    ],
    [
      'with a certificate that has expired',
      [hello, {}, 'P-256', { notAfter: new Date(Date.now() - 1000) }],
      /out of its dates/,
    ],
    ['that speaks another protocol', [hello, { ALPNProtocols: ['h2'] }], /does not speak HTTP\/1\.1/],
    ['with no suite in common', [hello, { ciphers: 'TLS_AES_128_CCM_SHA256' }], /nothing that it can agree to/],
    ['that answers no HTTP', ['220 ready\r\n\r\n'], /no HTTP\/1\.1/],
    ['that ends in the middle of the head', ['HTTP/1.1 200 OK\r\nContent-'], /cut off before it said what it is/],
    ['that says nothing through the handshake', [''], /after the handshake and gave no answer/],
  ])('%s is told in a sentence', async (_kind, server, sentence) => {
    const { seen } = await callServer(tlsServer(...server));
    expect(seen.ok).toBe(false);
    expect(says(seen)).toMatch(sentence);
  });
  it('of an unknown CA is not believed, and is told so', async () => {
    const server = tlsServer(hello);
    const { seen, events } = await callServer(server, { judge: trusting([]) });
    expect(says(seen)).toMatch(/Nobody that is trusted here vouches/);
    expect(events).toContainEqual(expect.objectContaining({ what: 'alert', direction: 'sent', alert: 'unknown_ca' }));
  });
  it('of an unknown CA is believed by a client that requires nothing', async () => {
    const { seen, events } = await callServer(tlsServer(hello), {
      judge: trusting([]),
      ask: ({ point }, rule) => (point === 'client.acceptChain' ? { require: [], stop: false } : rule),
    });
    expect(seen).toMatchObject({ ok: true });
    expect(events).toContainEqual(
      expect.objectContaining({ what: 'check', name: 'path', holds: false, required: false }),
    );
  });
  it('that does not hang up is left once it has answered', async () => {
    const server = tlsServer('', { allowHalfOpen: true });
    server.removeAllListeners('secureConnection').on('secureConnection', (socket: tls.TLSSocket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.write(hello));
    });
    const { seen } = await callServer(server, {
      limits: { ...usualLimits, silence: 1_000_000, waiting: 1_000_000, farewell: 200 },
    });
    expect(seen).toMatchObject({ ok: true, bytes: 6, body: 'whole' });
  });
  it('wants a certificate of the client', async () => {
    const { seen } = await callServer(tlsServer(hello, { requestCert: true, rejectUnauthorized: true, ca: pem(ca) }));
    expect(seen.ok).toBe(false);
    expect(says(seen)).toMatch(/certificate|CertificateRequest/);
  });
});

describe('a server that speaks TLS 1.2 at most', () => {
  const old = (more: tls.TlsOptions = {}, kind = 'P-256') => tlsServer(hello, { maxVersion: 'TLSv1.2', ...more }, kind);
  const agreedIn = (events: readonly LiveEvent[]) => events.find((event) => event.what === 'agreed');
  it.each([
    ['P-256', undefined, 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'],
    ['RSA', undefined, 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'],
    ['RSA', 'AES128-GCM-SHA256', 'TLS_RSA_WITH_AES_128_GCM_SHA256'],
    ['RSA', 'AES128-SHA', 'TLS_RSA_WITH_AES_128_CBC_SHA'],
  ])('is visited: key %s, ciphers %s', async (kind, ciphers, suite) => {
    const { seen, events } = await callServer(old(ciphers ? { ciphers } : {}, kind));
    expect(seen).toEqual({ ok: true, status: 'HTTP/1.1 200 OK', bytes: 6, body: 'whole' });
    const agreed = agreedIn(events);
    expect(agreed).toMatchObject({ version: versions['TLS 1.2'] });
    expect(agreed?.what === 'agreed' && suiteName(agreed.suite)).toBe(suite);
  });
  it.each<readonly [string, Parameters<typeof tlsServer>[1], RegExp]>([
    ['and has no suite in common', { ciphers: 'AES256-SHA256' }, /nothing that it can agree to/],
    ['and wants a certificate', { requestCert: true, rejectUnauthorized: true }, /wants to know who you are/],
    ['and no HTTP/1.1', { ALPNProtocols: ['h2'] }, /does not speak HTTP\/1\.1/],
  ])('%s: told in a sentence', async (_how, more, sentence) => {
    const { seen } = await callServer(old(more, 'RSA'));
    expect(says(seen)).toMatch(sentence);
  });
  it('is left where a person wants nothing so old, and told so', async () => {
    const { seen, events } = await callServer(old(), {
      ask: ({ point }, rule) =>
        point === 'client.onServerHello' ? { onMarker: 'illegal_parameter', stop: true } : rule,
    });
    expect(says(seen)).toMatch(/You stopped/);
    expect(agreedIn(events)).toBeUndefined();
  });
  it('and lacks what a person requires is left', async () => {
    const ask: VisitSetup['ask'] = ({ point }, rule) =>
      point === 'client.extendedMasterSecret' ? { offer: true, require: true } : rule;
    expect((await callServer(old(), { ask })).seen).toMatchObject({ ok: true });
    const bare = Buffer.from(`160303002a020000260303${'5a'.repeat(32)}00c02b00`, 'hex');
    const lacking = createServer((socket) => socket.on('error', () => {}).once('data', () => socket.write(bare)));
    expect(says((await callServer(lacking, { ask })).seen)).toMatch(/You required extended_master_secret/);
  });
  it('and yet admits to TLS 1.3 is left: somebody changed the hello', async () => {
    const marked = `${'5a'.repeat(24)}444f574e47524401`;
    const bare = Buffer.from(`160303002a020000260303${marked}00c02b00`, 'hex');
    const server = createServer((socket) => socket.on('error', () => {}).once('data', () => socket.write(bare)));
    const { seen, events } = await callServer(server);
    expect(says(seen)).toMatch(/somebody changed your hello/);
    expect(events).toContainEqual(expect.objectContaining({ what: 'alert', alert: 'illegal_parameter' }));
  });
  it('and dies anywhere in the handshake or after it is told in a sentence, or was whole', async () => {
    const port = await portOf(old());
    const whole: Buffer[] = [];
    await call(target(await portOf(passing(port, Number.POSITIVE_INFINITY, (bytes) => whole.push(bytes)))));
    const length = Buffer.concat(whole).length;
    expect(length).toBeGreaterThan(800);
    const cuts = [...Array.from({ length: 12 }, (_, index) => Math.floor((index * length) / 12)), length - 1];
    const ends = await Promise.all(
      cuts.map(async (cut) => (await call(target(await portOf(passing(port, cut))))).seen),
    );
    for (const [index, seen] of ends.entries())
      expect(says(seen), `cut after ${cuts[index]}`).toMatch(
        /hung up|broke|ended the connection|"body":"(?:whole|cut)"/,
      );
    expect(ends.filter(({ ok }) => !ok).length).toBeGreaterThan(10);
  });
  it('and falls silent is left', async () => {
    const silent = passing(await portOf(old()), 200, () => {}, 'silent');
    const { seen } = await callServer(silent, { limits: impatient });
    expect(says(seen)).toMatch(/fell silent in the middle of the handshake/);
  });
});

/** Stands before a server, and lets only so many of its bytes pass; then the connection is cut, or nothing more comes. */
function passing(
  port: number,
  most: number,
  heard: (bytes: Buffer) => void = () => {},
  then: 'cut' | 'silent' = 'cut',
) {
  return createServer((client) => {
    const server = connect(port, '127.0.0.1');
    client.on('error', () => {}).on('close', () => server.destroy());
    client.on('data', (bytes: Buffer) => server.write(bytes));
    client.on('end', () => server.end());
    let left = most;
    server.on('error', () => {}).on('close', () => client.end());
    server.on('data', (bytes: Buffer) => {
      if (left <= 0) return;
      client.write(bytes.subarray(0, Math.min(left, bytes.length)));
      heard(bytes);
      left -= bytes.length;
      if (left <= 0 && then === 'cut') client.end();
    });
    if (most === 0) client.end();
  });
}

describe.skipIf(hybridMissing())('node:tls with X25519MLKEM768', () => {
  it('agrees on it', async () => {
    const key = keys.RSA as KeyObject;
    const { port } = await hybridServer({
      key: String(key.export({ type: 'pkcs8', format: 'pem' })),
      cert: pem(leaf(key)),
    });
    const { seen, events } = await call(target(port));
    expect(seen).toMatchObject({ ok: true });
    expect(events.find((event) => event.what === 'agreed')).toMatchObject({ group: groups.X25519MLKEM768 });
  });
});

describe('the answer', () => {
  const answers: readonly (readonly [string, string, object])[] = [
    [
      'with a length',
      'HTTP/1.1 404 Not Found\r\ncontent-length:3\r\n\r\nabc',
      { status: 'HTTP/1.1 404 Not Found', bytes: 3, body: 'whole' },
    ],
    [
      'without a body',
      'HTTP/1.1 204 No Content\r\n\r\n',
      { status: 'HTTP/1.1 204 No Content', bytes: 0, body: 'whole' },
    ],
    ['up to the end', 'HTTP/1.1 200 OK\r\n\r\nuntil here', { bytes: 10, body: 'whole' }],
    [
      'in chunks',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\nA;x=1\r\n0123456789\r\n0\r\n\r\n',
      { bytes: 15, body: 'whole' },
    ],
    [
      'in chunks that stop',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\nA\r\n01',
      { bytes: 7, body: 'cut' },
    ],
    ['shorter than it says', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc', { bytes: 3, body: 'cut' }],
    [
      'longer than is read',
      `HTTP/1.1 200 OK\r\nContent-Length: ${2 ** 21}\r\n\r\n${'x'.repeat(2 ** 21)}`,
      { bytes: 2 ** 20, body: 'long' },
    ],
    [
      'after an early hint',
      'HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
      { status: 'HTTP/1.1 200 OK', bytes: 0, body: 'whole' },
    ],
  ];
  it.each(answers)('%s is read to its end', async (_how, text, seen) => {
    expect((await callServer(tlsServer(text))).seen).toMatchObject({ ok: true, ...seen });
  });
  it('that goes up to the end of the stream is cut where no close_notify ends it', async () => {
    const server = tlsServer('');
    let raw: Socket | undefined;
    server.on('connection', (socket: Socket) => {
      raw = socket;
    });
    server.removeAllListeners('secureConnection').on('secureConnection', (socket: tls.TLSSocket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\n\r\nsome', () => raw?.end()));
    });
    expect((await callServer(server)).seen).toMatchObject({ ok: true, bytes: 4, body: 'cut' });
  });
  it.each([
    ['a length that is no number', 'HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n'],
    ['a chunk without a size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n'],
    ['a head without end', `HTTP/1.1 200 OK\r\nA: ${'a'.repeat(70_000)}`],
  ])('with %s is none', async (_what, text) => {
    expect((await callServer(tlsServer(text))).seen).toMatchObject({ ok: false });
  });
  it('is asked for with the path and the host of the URL', async () => {
    const server = tlsServer(hello);
    const heard = new Promise<string>((resolve) => {
      server.on('secureConnection', (socket: tls.TLSSocket) => socket.once('data', (data) => resolve(data.toString())));
    });
    const port = await portOf(server);
    await call(target(port, 'localhost', '/a/b?c=d'));
    expect(await heard).toMatch(
      new RegExp(`^GET /a/b\\?c=d HTTP/1\\.1\r\nHost: localhost:${port}\r\n[\\s\\S]*Connection: close\r\n\r\n$`),
    );
  });
});

describe('what is no TLS server', () => {
  const raw = (deed: (socket: Socket) => void) =>
    createServer((socket) => {
      socket.on('error', () => {});
      deed(socket);
    });
  const afterHello = (deed: (socket: Socket) => void) => raw((socket) => socket.once('data', () => deed(socket)));
  /** Begins a ServerHello, as it stands on the wire, and does not end it. */
  const halfHello = Buffer.from('160303007a0200007603030102030405', 'hex');
  it.each<readonly [string, Server, RegExp]>([
    [
      'answers in plain HTTP',
      afterHello((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
      /answers in plain HTTP \("HTTP\/1\.1 400 Bad Request"\)/,
    ],
    ['answers with a page', afterHello((socket) => socket.end('<html>no</html>')), /plain HTTP/],
    [
      'speaks first',
      raw((socket) => socket.write('220 mail.example ready\r\n')),
      /something that begins with "220 mail\.example ready"/,
    ],
    [
      'answers with bytes of its own',
      afterHello((socket) => socket.end(Buffer.from('00ff00ff', 'hex'))),
      /bytes 00ff00ff/,
    ],
    ['hangs up at once', raw((socket) => socket.end()), /hung up before it said a word/],
    ['hangs up in the middle', afterHello((socket) => socket.end(halfHello)), /hung up in the middle of the handshake/],
    [
      'resets in the middle',
      afterHello((socket) => socket.write(halfHello, () => setTimeout(() => socket.resetAndDestroy(), 50))),
      /broke in the middle of the handshake \(ECONNRESET\)/,
    ],
    ['says nothing', raw(() => {}), /took the connection, but says nothing/],
    ['falls silent', afterHello((socket) => socket.write(halfHello)), /fell silent in the middle of the handshake/],
    [
      'sends an alert',
      afterHello((socket) => socket.end(Buffer.from('15030100020228', 'hex'))),
      /nothing that it can agree to/,
    ],
    [
      'sends an alert that there is not',
      afterHello((socket) => socket.end(Buffer.from('150303000202c8', 'hex'))),
      /alert: 200, which no registry names/,
    ],
    // A message of 131590 bytes, byte by byte.
    ['sends without end', afterHello((socket) => flood(socket, '160303000102')), /sends without end/],
    // ChangeCipherSpec may come, and means nothing.
    ['goes on and on', afterHello((socket) => flood(socket, '140303000101')), /broke a rule of TLS/],
  ])('%s: told in a sentence', async (kind, server, sentence) => {
    const { seen } = await callServer(server, {
      limits: kind.includes('sil') || kind.includes('nothing') ? impatient : { ...usualLimits, bytes: 2 ** 18 },
    });
    expect(seen.ok).toBe(false);
    expect(says(seen)).toMatch(sentence);
  });
  it('refuses: told in a sentence', async () => {
    const server = createServer();
    const port = await portOf(server);
    await new Promise((resolve) => server.close(resolve));
    expect(says((await call(target(port))).seen)).toMatch(/refused the connection.*nothing listens on port/);
  });
  it('has no address: told in a sentence', async () => {
    expect(says((await call(target(443, 'nothing.invalid'))).seen)).toMatch(/DNS/);
  });
});
const flood = (socket: Socket, words: string) => {
  const bytes = Buffer.from(words.repeat(500), 'hex');
  const more = () => {
    while (!socket.destroyed && socket.write(bytes));
  };
  socket.on('drain', more);
  more();
};

describe('a person who decides', () => {
  it('is asked what comes before the first message before the server is called', async () => {
    const server = tlsServer(hello);
    let called = false;
    server.on('connection', () => {
      called = true;
    });
    const before: string[] = [];
    const { seen } = await callServer(server, {
      async ask({ point }, rule) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        if (!called) before.push(point);
        return rule;
      },
    });
    expect(seen).toMatchObject({ ok: true });
    expect(before).toEqual(
      ['offerVersions', 'offerSuites', 'offerKeys', 'serverName', 'offerPostHandshakeAuth'].map(
        (one) => `client.${one}`,
      ),
    );
  });
  it('learns of a hang-up while thinking', async () => {
    const sockets: Socket[] = [];
    const server = tlsServer(hello);
    server.on('connection', (socket: Socket) => sockets.push(socket));
    const events: LiveEvent[] = [];
    const { seen } = await callServer(server, {
      onEvent: (event) => events.push(event),
      async ask({ point }, rule) {
        if (point !== 'client.acceptChain') return rule;
        for (const socket of sockets) socket.destroy();
        while (!events.some(({ what }) => what === 'hangup')) await new Promise((resolve) => setTimeout(resolve, 5));
        return rule;
      },
    });
    expect(seen.ok).toBe(false);
    const told = events.map((event) => (event.what === 'decision' ? event.point : event.what));
    expect(told.indexOf('hangup')).toBeLessThan(told.indexOf('client.acceptChain'));
  });
  it('may think for longer than a server is waited for', async () => {
    const { seen } = await callServer(tlsServer(hello), {
      limits: { ...usualLimits, silence: 2000, waiting: 2000 },
      async ask({ point }, rule) {
        if (point === 'client.acceptChain') await new Promise((resolve) => setTimeout(resolve, 2500));
        return rule;
      },
    });
    expect(seen).toMatchObject({ ok: true });
  });
});

describe.skipIf(missing('openssl'))('openssl s_server', () => {
  const files = folder();
  it.each([
    [['-tls1_3'], 'TLS 1.3'],
    [['-tls1_2'], 'TLS 1.2'],
    [['-tls1_2', '-cipher', 'AES128-GCM-SHA256'], 'TLS 1.2'],
    [['-tls1_1', '-cipher', 'ALL:@SECLEVEL=0'], undefined],
    [['-tls1', '-cipher', 'ALL:@SECLEVEL=0'], undefined],
  ] as const)('with %j is visited in %s', async (options, version) => {
    const { port } = await opensslServer([
      '-www',
      '-key',
      files.put('key.pem', String(keys.RSA?.export({ type: 'pkcs8', format: 'pem' }))),
      '-cert',
      files.put('cert.pem', pem(leaf(keys.RSA as KeyObject))),
      ...options,
    ]);
    const { seen, events } = await call(target(port));
    if (version === undefined)
      expect(says(seen)).toMatch(/^The server speaks neither TLS 1\.3 nor TLS 1\.2 \(.*\)\. What is older is given up/);
    else expect(seen).toMatchObject({ ok: true, status: 'HTTP/1.0 200 ok' });
    const agreed = events.find((event) => event.what === 'agreed');
    expect(agreed?.what === 'agreed' ? versionName(agreed.version) : undefined).toBe(version);
  });
  it.each(Object.keys(keys))('with a %s key answers', async (kind) => {
    const key = keys[kind];
    if (!key) throw new Error(kind);
    const { port } = await opensslServer([
      '-www',
      '-key',
      files.put('key.pem', String(key.export({ type: 'pkcs8', format: 'pem' }))),
      '-cert',
      files.put('cert.pem', pem(leaf(key))),
    ]);
    const { seen } = await call(target(port));
    expect(seen).toMatchObject({ ok: true, status: 'HTTP/1.0 200 ok' });
  });
});

const nameIn = (events: readonly LiveEvent[]): string | undefined => {
  const message = events.find((event) => event.what === 'message' && event.name === 'ClientHello');
  if (message?.what !== 'message') throw new Error('no ClientHello');
  return findExtension(decodeClientHello(message.bytes).extensions, 'server_name')?.host;
};
