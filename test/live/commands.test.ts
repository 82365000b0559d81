// `live` and `serve` as they are built: what they say to a person and to a program, and how they end.
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import https from 'node:https';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { versions } from '../../src/tls/registry.ts';
import { folder, missing, pem, start } from '../tls/peers.ts';
import { ca, hello, portOf, quest, tlsServer } from './world.ts';

const files = folder();
const rootFile = files.put('root.pem', pem(ca));
const data = ['--data-dir', join(files.path, 'data')];
type Line = Readonly<Record<string, unknown>> & { readonly what: string };
const linesIn = (out: string): Line[] =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
const words = (text: string) => text.replace(/\s+/g, ' ');

const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
const noIpv6 = !addresses.some(({ address }) => address === '::1');
if (noIpv6) console.log('skipped: this machine has no ::1');

const answering = (bytes: string | Uint8Array) =>
  createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(bytes));
  });
/** Of a server that knows nothing newer: TLS 1.1 with TLS_RSA_WITH_AES_128_CBC_SHA, no extensions. */
const serverHello11 = Buffer.from(`160302002a020000260302${'5a'.repeat(32)}00002f00`, 'hex');

describe('live', () => {
  const args = async (server = tlsServer(hello), host = 'localhost') => [
    'live',
    `https://${host}:${await portOf(server)}/`,
    ...data,
  ];
  it('--auto plays alone, and ends with the status line', async () => {
    const { status, out, err } = await quest([...(await args()), '--ca', rootFile, '--auto']).ended;
    expect(err).toBe('');
    expect(out).toMatch(/ s {2}sent ClientHello, \d+ bytes\n/);
    expect(words(out)).toMatch(
      /checked path: it holds .* checked dates: it holds .* checked name: it holds .* agreed on TLS 1\.3, TLS_/,
    );
    expect(out).toMatch(/\nHTTP\/1\.1 200 OK\nThe body has 6 bytes\.\n$/);
    expect(out).not.toMatch(/Type a number/);
    expect(status).toBe(0);
  });
  it('--json prints every event as a line, bytes in hex, and the answer last', async () => {
    const { status, out, err } = await quest([...(await args()), '--ca', rootFile, '--auto', '--json']).ended;
    const lines = linesIn(out);
    expect(lines.at(-1)).toEqual({ what: 'answer', ok: true, status: 'HTTP/1.1 200 OK', bytes: 6, body: 'whole' });
    const kinds = new Set(lines.map(({ what }) => what));
    expect([...kinds]).toEqual(
      expect.arrayContaining(['decision', 'message', 'record', 'wire', 'secret', 'check', 'agreed', 'data']),
    );
    const wires = lines.filter(({ what }) => what === 'wire');
    for (const { bytes, at } of wires) {
      expect(bytes).toMatch(/^1[4-7]03|^[0-9a-f]+$/);
      expect(at).toBeTypeOf('number');
    }
    // Each record that was sent is what went over the wire.
    const sent = (what: string, key: string) =>
      lines
        .filter((line) => line.what === what && line.direction === 'sent')
        .map((line) => line[key])
        .join('');
    expect(sent('record', 'wire')).toBe(sent('wire', 'bytes'));
    expect(words(err)).toMatch(/You are the client/);
    expect(status).toBe(0);
  });
  it('--auto --json of a server of TLS 1.2 is the same, and says so', async () => {
    const old = tlsServer(hello, { maxVersion: 'TLSv1.2' });
    const { status, out } = await quest([...(await args(old)), '--ca', rootFile, '--auto', '--json']).ended;
    const lines = linesIn(out);
    expect(lines).toContainEqual(expect.objectContaining({ what: 'agreed', version: versions['TLS 1.2'] }));
    expect(lines).toContainEqual(expect.objectContaining({ what: 'secret', label: 'CLIENT_RANDOM' }));
    expect(lines.at(-1)).toEqual({ what: 'answer', ok: true, status: 'HTTP/1.1 200 OK', bytes: 6, body: 'whole' });
    expect(status).toBe(0);
  });
  it('asks a person for each decision; Enter is right', async () => {
    const { status, out } = await quest([...(await args()), '--ca', rootFile], '\n'.repeat(20)).ended;
    expect(out.match(/^Type a number/gm)).toHaveLength(8);
    expect(out.match(/^ {2}1\. /gm)).toHaveLength(8);
    // Nobody is kept waiting by what is decided before the first message.
    const waits = (out.match(/^Type a number.*$/gm) ?? []).map((prompt) => prompt.includes('The other side waits.'));
    expect(waits.slice(0, 7)).toEqual([false, false, false, false, true, true, true]);
    expect(words(out)).toMatch(/Which cipher suites do you offer\?.*What do you require\?/);
    expect(out).toMatch(/\nHTTP\/1\.1 200 OK\n/);
    expect(status).toBe(0);
  });
  it('carries a wrong answer out: whoever requires nothing gets the page of a stranger', async () => {
    const { status, out } = await quest(await args(), '\n\n\n\n3\n').ended;
    expect(words(out)).toMatch(/checked path: it does NOT hold, and is let pass/);
    expect(words(out)).toMatch(/The input has ended: from here on all is done as it is right/);
    expect(out).toMatch(/\nHTTP\/1\.1 200 OK\n/);
    expect(status).toBe(0);
  });
  it('stops where the person stops, and says nonsense is none of the answers', async () => {
    const { status, out, err } = await quest([...(await args()), '--ca', rootFile], 'x\n0\n5\n-1\n1.0\n\n\n\n\n4\n')
      .ended;
    expect(out.match(/ is none of them\./g)).toHaveLength(5);
    expect(words(err)).toMatch(/You stopped, and the server was told so/);
    expect(status).toBe(1);
  });
  it('asks what TLS 1.2 asks, of a server that speaks nothing newer', async () => {
    const old = tlsServer(hello, { maxVersion: 'TLSv1.2' });
    const { status, out } = await quest([...(await args(old)), '--ca', rootFile], '\n'.repeat(20)).ended;
    expect(words(out)).toMatch(
      /extended_master_secret.*The server chose TLS 1\.2 with TLS_ECDHE_ECDSA.*showed its certificates.*half of the key exchange.*Finished/,
    );
    expect(words(out)).toMatch(/agreed on TLS 1\.2, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, secp256r1|x25519/);
    expect(out).toMatch(/\nHTTP\/1\.1 200 OK\nThe body has 6 bytes\.\n$/);
    expect(status).toBe(0);
  });
  it.each([
    [['TLSv1.3'], '2\n', /agreed on TLS 1\.3/, 0],
    [['TLSv1.2'], '2\n', /speaks no version that you offered .* You offered TLS 1\.3\./, 1],
    [['TLSv1.3'], '3\n', /agreed on TLS 1\.2/, 0],
    [['TLSv1.3', 'TLSv1.3'], '3\n', /speaks no version that you offered .* You offered TLS 1\.2\./, 1],
    [['TLSv1.3'], '4\n', /agreed on TLS 1\.2/, 0],
    [['TLSv1.2'], '\n\n\n\n\n2\n', /The server broke a rule|does not want/, 1],
  ] as const)('offers what the person chooses: %j, "%s"', async ([maxVersion, minVersion], typed, says, code) => {
    const server = tlsServer(hello, { maxVersion, ...(minVersion ? { minVersion } : {}) });
    const { status, out, err } = await quest([...(await args(server)), '--ca', rootFile], typed).ended;
    expect(words(out + err)).toMatch(says);
    expect(status).toBe(code);
  });
  it('takes one suite alone where it is chosen', async () => {
    const { out } = await quest([...(await args()), '--ca', rootFile], '\n2\n').ended;
    expect(words(out)).toMatch(/agreed on TLS 1\.3, TLS_CHACHA20_POLY1305_SHA256/);
  });
  it('shows no control characters of a server', async () => {
    const { out, err } = await quest([
      ...(await args(tlsServer('HTTP/1.1 200 \u001b[2JOK\r\nContent-Length: 0\r\n\r\n'))),
      '--ca',
      rootFile,
      '--auto',
    ]).ended;
    expect(out).toContain('HTTP/1.1 200 \\x1b[2JOK');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
    expect(out + err).not.toMatch(/\u001b/);
  });
  it.each<readonly [string, () => Promise<string[]>, RegExp]>([
    ['an untrusted certificate', async () => args(), /Nobody that is trusted here vouches for the certificate/],
    ['a TLS given up as unsafe', async () => args(answering(serverHello11) as never), /neither TLS 1\.3 nor TLS 1\.2/],
    ['no TLS', async () => args(answering('HTTP/1.1 200 OK\r\n\r\n') as never), /answers in plain HTTP/],
    ['an unknown name', async () => ['live', 'https://nothing.invalid/', ...data], /DNS/],
    ['a closed port', async () => ['live', 'https://127.0.0.1:1/', ...data], /refused the connection/],
  ])('%s ends it with exit code 1 and one sentence', async (_what, given, says) => {
    const { status, out, err } = await quest([...(await given()), '--auto']).ended;
    expect(words(err)).toMatch(says);
    expect(err).not.toMatch(/ {4}at |Error/);
    expect(out).not.toMatch(/HTTP\/1\.1 200/);
    expect(status).toBe(1);
  });
  it.each([
    [['live'], /"live" needs <url>/],
    [['live', 'shop.example'], /https:\/\/shop\.example/],
    [['live', 'http://shop.example'], /in the clear/],
    [['live', 'https://a@shop.example'], /up to the @/],
    [['live', 'https://shop.example', '--ca', '/no/such/file'], /"\/no\/such\/file" cannot be read/],
    [['live', 'https://shop.example', '--ca', files.put('empty.pem', '')], /has no certificate in it/],
    [['live', 'https://shop.example', '--seed', '1'], /takes no --seed/],
    [['live', 'https://shop.example', 'more'], /does not know what to do/],
    [['live', 'https://shop.example', '--port', '1'], /takes no option --port/],
    [['serve', '--port', '65536'], /from 0 to 65535/],
    [['serve', '--port', 'x'], /from 0 to 65535/],
    [['serve', '--seed', '1'], /takes no --seed/],
    [['serve', 'x'], /does not know what to do/],
  ])('%j is a slip', async (given, says) => {
    const { status, out, err } = await quest(given).ended;
    expect(words(err)).toMatch(says);
    expect(out).toBe('');
    expect(status).toBe(2);
  });
});

describe('serve', () => {
  const alone = ['serve', '--auto', '--once', '--port', '0', ...data];
  const visit = async (port: string | undefined, options: https.RequestOptions = {}) => {
    const root = readFileSync(join(files.path, 'data', 'live', 'ca.pem'));
    const request = https.request({ host: 'localhost', port: Number(port), ca: root, agent: false, ...options });
    request.end();
    const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage];
    response.resume();
    await once(response, 'end');
    return response.statusCode;
  };
  it.skipIf(missing('curl'))('--auto --once serves the curl command that it prints, and ends', async () => {
    const served = quest(alone);
    const [, command = ''] = await served.until(/\n {2}(curl .*)\n/);
    await served.until(/take it\s+out/);
    const curl = start('sh', ['-c', `${command} --silent --show-error --noproxy '*'`]);
    expect(await curl.ended).toBe(0);
    expect(curl.said()).toContain('You spoke TLS with HTTPS Quest');
    const { status, out, err } = await served.ended;
    expect(out).toMatch(/GET \/: 200 OK\n$/);
    expect(err).toBe('');
    expect(status).toBe(0);
  });
  it('--json says where it listens, and each event', async () => {
    const served = quest([...alone, '--json']);
    const [line] = await served.until(/^\{"what":"listening".*\n/m);
    const { port, ca: file, certificate } = JSON.parse(line) as Record<string, string>;
    for (const one of [file, certificate]) expect(existsSync(one ?? '')).toBe(true);
    expect(await visit(port)).toBe(200);
    const { status, out } = await served.ended;
    const lines = linesIn(out);
    expect(lines.at(-1)).toEqual({ what: 'served', ok: true, request: 'GET /', status: '200 OK' });
    expect(lines.map(({ what }) => what)).toEqual(expect.arrayContaining(['guest', 'agreed', 'secret', 'decision']));
    expect(status).toBe(0);
  });
  it.skipIf(missing('curl'))('--auto serves a curl of TLS 1.2', async () => {
    const served = quest([...alone, '--json']);
    const [line] = await served.until(/^\{"what":"listening".*\n/m);
    const { curl: command } = JSON.parse(line) as Record<string, string>;
    const curl = start('sh', ['-c', `${command} --tls-max 1.2 --silent --show-error --noproxy '*'`]);
    expect(await curl.ended).toBe(0);
    expect(curl.said()).toContain('<td>TLS 1.2</td>');
    const { status, out } = await served.ended;
    expect(linesIn(out)).toContainEqual(expect.objectContaining({ what: 'agreed', version: versions['TLS 1.2'] }));
    expect(status).toBe(0);
  });
  it('asks what TLS 1.2 asks, of a guest that speaks nothing newer', async () => {
    const served = quest(['serve', '--once', '--port', '0', ...data], '\n'.repeat(20));
    const [, port] = await served.until(/https:\/\/localhost:(\d+)\/ for one connection/);
    expect(await visit(port, { maxVersion: 'TLSv1.2' })).toBe(200);
    const { status, out } = await served.ended;
    expect(words(out)).toMatch(
      /speaks TLS 1\.2 at most.*DOWNGRD.*extended_master_secret.*exchange keys with.*Finished.*How does this end/,
    );
    expect(status).toBe(0);
  });
  it('asks a person, and carries a wrong answer out', async () => {
    const served = quest(['serve', '--once', '--port', '0', ...data]);
    const [, port] = await served.until(/https:\/\/localhost:(\d+)\/ for one connection/);
    const visitor = visit(port, { ciphers: 'TLS_AES_128_GCM_SHA256' }).catch((error: Error) => error.message);
    await served.until(/Which version do you choose\?[\s\S]*Type a number/);
    served.say('\n');
    await served.until(/Which one do you choose\?[\s\S]*Type a number/);
    served.say('2\n');
    await served.until(/What\s+do\s+you\s+answer\s+with\?[\s\S]*Type a number/);
    served.say('\n');
    expect(await visitor).toMatch(/cipher/i);
    expect((await served.ended).status).toBe(1);
  });
  it('warns where others can reach it, and calls itself by the port that is free', async () => {
    const served = quest([...alone, '--host', '0.0.0.0']);
    const [, port] = await served.until(/https:\/\/localhost:(\d+)\//);
    await served.until(/take it\s+out/);
    expect(await visit(port)).toBe(200);
    expect(words((await served.ended).out)).toMatch(/WARNING: 0\.0\.0\.0 is no address of this machine alone/);
  });
  it('does not warn on this machine alone', async () => {
    const served = quest(alone);
    const [, port] = await served.until(/https:\/\/localhost:(\d+)\//);
    expect(await visit(port)).toBe(200);
    expect((await served.ended).out).not.toMatch(/WARNING/);
  });
  it('on a port that is taken ends with exit code 1 and one sentence', async () => {
    const other = createServer();
    const port = await portOf(other);
    const { status, err } = await quest(['serve', '--auto', '--port', String(port), ...data]).ended;
    expect(words(err)).toMatch(/Another program listens on port \d+ already/);
    expect(status).toBe(1);
  });
  it.skipIf(noIpv6)('and live play with each other over IPv6', async () => {
    const served = quest([...alone, '--json', '--host', '::1']);
    const [line] = await served.until(/^\{"what":"listening".*\n/m);
    const { port, ca: file = '' } = JSON.parse(line) as Record<string, string>;
    const visitor = await quest(['live', `https://[::1]:${port}/`, '--ca', file, '--auto', ...data]).ended;
    expect(visitor.out).toMatch(/\nHTTP\/1\.1 200 OK\n/);
    expect([visitor.status, (await served.ended).status]).toEqual([0, 0]);
  });
  it('and live play with each other', async () => {
    const served = quest([...alone, '--json']);
    const [line] = await served.until(/^\{"what":"listening".*\n/m);
    const { url = '', ca: file = '' } = JSON.parse(line) as Record<string, string>;
    const visitor = await quest(['live', url, '--ca', file, '--auto', ...data]).ended;
    expect(visitor.out).toMatch(/\nHTTP\/1\.1 200 OK\n/);
    expect([visitor.status, (await served.ended).status]).toEqual([0, 0]);
  });
});
