// Other implementations judge: node:tls (OpenSSL) as server, `openssl s_client` and curl as clients, over loopback.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { authority } from '../../src/pki/authority.ts';
import { judge } from '../../src/pki/judge.ts';
import { client, type ClientSetup } from '../../src/tls/client.ts';
import { close, type Protocol, receive, send, stack } from '../../src/tls/effects.ts';
import { entropy } from '../../src/tls/entropy.ts';
import { decodeCertificateVerify } from '../../src/tls/messages/certificateVerify.ts';
import { groups, signatureSchemes, suiteName, suites } from '../../src/tls/registry.ts';
import { identity, server } from '../../src/tls/server.ts';
import { pump } from './socket.ts';

const today = new Date();
const pki = authority(entropy('interop'), today);
const issued = pki.issueFor('shop.example');
const pem = (der: Uint8Array) =>
  `-----BEGIN CERTIFICATE-----\n${(
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  ).join('\n')}\n-----END CERTIFICATE-----\n`;
const request = 'GET /parcel HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n';
const body = 'One parcel, sealed.\n'.repeat(900);
const response = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;

const missing = (program: string): boolean => {
  const found = spawnSync(program, program === 'curl' ? ['--version'] : ['version']).status === 0;
  if (!found) console.log(`skipped: ${program} is not installed`);
  return !found;
};
const noOpenssl = missing('openssl');
const noCurl = missing('curl');

const open: { close: () => void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});
const listening = async (listener: Server): Promise<number> => {
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  open.push({ close: () => void listener.close() });
  return (listener.address() as AddressInfo).port;
};
const dial = async (port: number): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1');
  open.push({ close: () => void socket.destroy() });
  await once(socket, 'connect');
  return socket;
};

describe('node:tls as server', () => {
  const serve = (options: tls.TlsOptions = {}) => {
    const seen: { protocol: string | null; cipher: string; name: unknown; heard: string }[] = [];
    const listener = tls.createServer(
      {
        key: issued.key.export({ type: 'pkcs8', format: 'pem' }),
        cert: issued.chain.map(pem).join(''),
        ALPNProtocols: ['http/1.1'],
        ...options,
      },
      (socket) => {
        socket.once('data', (data) => {
          seen.push({
            protocol: socket.getProtocol(),
            cipher: socket.getCipher().standardName,
            name: socket.servername,
            heard: data.toString('latin1'),
          });
          socket.end(response);
        });
        socket.on('error', () => {});
      },
    );
    return { listener, seen };
  };
  /** Sends the request, reads to the end. */
  function* ask(): Protocol<string> {
    yield* send(Buffer.from(request));
    let heard = '';
    for (;;) {
      const received = yield* receive();
      if ('end' in received) {
        yield* close();
        return `${heard}${received.end === 'failed' ? ' (cut)' : ''}`;
      }
      heard += Buffer.from(received.bytes).toString('latin1');
    }
  }
  const visit = async (port: number, setup: Partial<ClientSetup> = {}) =>
    pump(
      await dial(port),
      stack(
        ask(),
        client({
          host: 'shop.example',
          entropy: entropy('a client'),
          judge: (chain, host) => judge(chain, { host, anchors: [pki.root], now: today }),
          protocols: ['http/1.1'],
          ...setup,
        }),
      ),
    );

  it.each(Object.entries(suites).filter(([, number]) => number >> 8 === 0x13))(
    'completes a handshake and an HTTP exchange with %s',
    async (name, number) => {
      const { listener, seen } = serve();
      const { result, told } = await visit(await listening(listener), { suites: [number] });
      expect(seen).toEqual([{ protocol: 'TLSv1.3', cipher: name, name: 'shop.example', heard: request }]);
      expect(result.app).toBe(response);
      expect(result.transport).toEqual({ ok: true, value: undefined });
      const checks = told.flatMap((one) => (one.what === 'check' ? [`${one.name} ${one.holds}`] : []));
      expect(checks).toEqual(['path true', 'dates true', 'name true', 'CertificateVerify true', 'Finished true']);
    },
  );
  it.skipIf(noOpenssl).each([
    ['P-256', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'], signatureSchemes.ecdsa_secp256r1_sha256],
    ['RSA', ['-newkey', 'rsa:2048'], signatureSchemes.rsa_pss_rsae_sha256],
  ] as const)('proves that it holds a %s key', async (_kind, kind, scheme) => {
    const made = spawnSync(
      'openssl',
      ['req', '-x509', '-nodes', '-subj', '/CN=shop.example', '-days', '2', '-keyout', '-', ...kind],
      { encoding: 'utf8' },
    );
    expect(made.stdout).toMatch(/PRIVATE KEY[\s\S]*CERTIFICATE/);
    const { listener } = serve({ key: made.stdout, cert: made.stdout });
    const { result, told } = await visit(await listening(listener), { judge: () => [] });
    expect(result.app).toBe(response);
    expect(told).toContainEqual(expect.objectContaining({ what: 'check', name: 'CertificateVerify', holds: true }));
    const message = told.find((one) => one.what === 'message' && one.name === 'CertificateVerify');
    expect(message?.what === 'message' && decodeCertificateVerify(message.bytes).scheme).toBe(scheme);
  });
  it('sends a HelloRetryRequest, and the client comes again with the other group', async () => {
    const { listener, seen } = serve({ ecdhCurve: 'prime256v1' });
    const { result, told } = await visit(await listening(listener), { groups: [groups.x25519, groups.secp256r1] });
    expect(result.app).toBe(response);
    expect(seen[0]?.protocol).toBe('TLSv1.3');
    expect(told.flatMap((one) => (one.what === 'message' ? [one.name] : [])).slice(0, 4)).toEqual([
      'ClientHello',
      'HelloRetryRequest',
      'ClientHello',
      'ServerHello',
    ]);
    expect(told).toContainEqual(expect.objectContaining({ what: 'agreed', group: groups.secp256r1 }));
  });
  it('of another name is refused with an alert, and sees it', async () => {
    const { listener } = serve();
    const errors: string[] = [];
    listener.on('tlsClientError', (error) => errors.push(error.message));
    const { result } = await visit(await listening(listener), { host: 'bank.example' });
    expect(result.transport).toMatchObject({ ok: false, fault: 'refused', alert: 'bad_certificate' });
    expect(result.app).toBe(' (cut)');
  });
  it('that speaks only TLS 1.2 is refused', async () => {
    const { listener } = serve({ maxVersion: 'TLSv1.2' });
    const { result } = await visit(await listening(listener));
    expect(result.transport).toMatchObject({ ok: false, fault: 'gone', alert: 'protocol_version' });
  });
});

describe("the engine's server", () => {
  let folder = '';
  let rootFile = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'quest-interop-'));
    rootFile = join(folder, 'root.pem');
    writeFileSync(rootFile, pem(pki.root));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function* site(): Protocol<string> {
    let heard = '';
    while (!heard.includes('\r\n\r\n')) {
      const received = yield* receive();
      if ('end' in received) {
        yield* close();
        return heard;
      }
      heard += Buffer.from(received.bytes).toString('latin1');
    }
    yield* send(Buffer.from(response));
    yield* close();
    while (!('end' in (yield* receive())));
    return heard;
  }
  /** Serves one connection; gives its port and what came of it. */
  const serveOnce = async (setup: { groups?: readonly number[]; coalescing?: boolean } = {}) => {
    const listener = createServer();
    const port = await listening(listener);
    const outcome = once(listener, 'connection').then(([socket]) => {
      open.push({ close: () => void (socket as Socket).destroy() });
      return pump(
        socket as Socket,
        stack(
          site(),
          server({
            entropy: entropy('a server'),
            identify: () => identity(issued.chain, issued.key),
            protocols: ['http/1.1'],
            ...setup,
          }),
        ),
      );
    });
    return { port, outcome };
  };
  /** Runs a program to its end, with something to say on its input. */
  const program = async (name: string, args: readonly string[], input: string) => {
    const child = spawn(name, [...args], { stdio: ['pipe', 'pipe', 'pipe'], timeout: 30_000, killSignal: 'SIGKILL' });
    open.push({ close: () => void child.kill('SIGKILL') });
    let said = '';
    let complained = '';
    child.stdout.on('data', (data: Buffer) => {
      said += data.toString('latin1');
    });
    child.stderr.on('data', (data: Buffer) => {
      complained += data.toString('latin1');
    });
    child.stdin.on('error', () => {});
    child.stdin.write(input);
    const [status] = (await once(child, 'close')) as [number | null];
    return { status, said, complained };
  };

  it.skipIf(noOpenssl).each([
    ['each message in its own record', { coalescing: false }, 'X25519'],
    ['one record for the flight', { coalescing: true }, 'X25519'],
    ['after a HelloRetryRequest', { groups: [groups.secp256r1] }, 'X25519:P-256'],
  ])('is accepted by openssl s_client, %s', async (_how, setup, curves) => {
    const { port, outcome } = await serveOnce(setup);
    const { said, status } = await program(
      'openssl',
      ['s_client', '-connect', `127.0.0.1:${port}`, '-servername', 'shop.example', '-CAfile', rootFile]
        .concat(['-verify_hostname', 'shop.example', '-verify_return_error', '-alpn', 'http/1.1', '-groups', curves])
        .concat(['-ign_eof', '-crlf']),
      request.replaceAll('\r\n', '\n'),
    );
    expect(said).toMatch(/Verify return code: 0 \(ok\)/);
    expect(said).toMatch(/TLSv1\.3, Cipher is TLS_/);
    expect(said).toMatch(/ALPN protocol: http\/1\.1/);
    expect(said.replaceAll('\r\n', '\n')).toContain(response.replaceAll('\r\n', '\n'));
    expect(status).toBe(0);
    const { result, told } = await outcome;
    expect(result.app).toBe(request);
    expect(result.transport).toEqual({ ok: true, value: undefined });
    expect(told).toContainEqual(expect.objectContaining({ what: 'check', name: 'Finished', holds: true }));
  });

  it.skipIf(noCurl)('is accepted by curl', async () => {
    const { port, outcome } = await serveOnce();
    const { status, said, complained } = await program(
      'curl',
      [
        '--silent',
        '--show-error',
        '--include',
        '--http1.1',
        '--tlsv1.3',
        '--cacert',
        rootFile,
        '--noproxy',
        '*',
      ].concat(['--resolve', `shop.example:${port}:127.0.0.1`, `https://shop.example:${port}/parcel`]),
      '',
    );
    expect(complained).toBe('');
    expect(said).toBe(response);
    expect(status).toBe(0);
    const { result, told } = await outcome;
    expect(result.app).toMatch(/^GET \/parcel HTTP\/1\.1\r\n/);
    const agreed = told.find((one) => one.what === 'agreed');
    expect(suiteName(agreed?.what === 'agreed' ? agreed.suite : 0)).toMatch(/^TLS_(AES|CHACHA20)/);
  });
  it.skipIf(noCurl)('is refused by curl where the root is another', async () => {
    const stranger = join(folder, 'stranger.pem');
    writeFileSync(stranger, pem(authority(entropy('another'), today).root));
    // One record, so that curl has read all before it closes: what is left unread makes TCP reset, and a reset loses the alert.
    const { port, outcome } = await serveOnce({ coalescing: true });
    const { status } = await program(
      'curl',
      ['--silent', '--tlsv1.3', '--cacert', stranger, '--noproxy', '*'].concat([
        '--resolve',
        `shop.example:${port}:127.0.0.1`,
        `https://shop.example:${port}/`,
      ]),
      '',
    );
    expect(status).toBe(60);
    const { result } = await outcome;
    expect(result.transport).toMatchObject({ ok: false, fault: 'gone', alert: 'unknown_ca' });
  });
});
