// A real TLS server for one connection: openssl s_server, or the TLS of Node.js, which is OpenSSL as well.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import tls from 'node:tls';
import type { RealServer, ShownCertificate } from '../scenarios/realPeer.ts';
import { type Failure, failure } from './dial.ts';
import { pemOf } from './localCa.ts';
import { endProgram, filesForProgram, groupNames, type Named, startProgram, versionOf } from './programs.ts';

export interface ServerProgram {
  readonly ok: true;
  /** The connection to it. */
  readonly socket: Socket;
  /** What it has read, in the clear; nothing once no more comes. */
  readonly next: () => Promise<Uint8Array | undefined>;
  readonly send: (bytes: Uint8Array) => void;
  /** Waits so many milliseconds until it has ended, or ends it. Gives what it complained of, in its own words. */
  readonly end: (patience: number) => Promise<string | undefined>;
}

/** The openssl program where there is one that is OpenSSL and knows TLS 1.3, from 1.1.1 on. */
export async function findServer(): Promise<Named> {
  const [version] = /^OpenSSL (?:1\.1\.1|[3-9]|[1-9]\d)\S*/.exec((await versionOf('openssl', 'version')) ?? '') ?? [];
  const own = `OpenSSL ${process.versions.openssl}, in Node.js`;
  return { program: 'OpenSSL', version: version ?? own };
}

/** `stop` ends the program although it never listened. */
export function startServer(real: RealServer, { version }: Named, stop: AbortSignal): Promise<ServerProgram | Failure> {
  return version.endsWith('in Node.js') ? inNode(real) : inOpenssl(real, stop);
}

const keyOf = ({ key }: ShownCertificate): string => String(key.export({ type: 'pkcs8', format: 'pem' }));
const certificateOf = ({ chain }: ShownCertificate): string => chain.map(pemOf).join('');

// ---- openssl s_server -------------------------------------------------------------------------------------------

async function inOpenssl(
  { certificates, groups: taken }: RealServer,
  stop: AbortSignal,
): Promise<ServerProgram | Failure> {
  const [, named] = certificates;
  const files = filesForProgram(
    Object.fromEntries(
      certificates.flatMap((one, index) => [
        [`cert${index + 1}.pem`, certificateOf(one)],
        [`key${index + 1}.pem`, keyOf(one)],
      ]),
    ),
  );
  if (!files.ok) return files;
  const port = await freePort();
  const running = startProgram(
    'openssl',
    [
      's_server',
      '-accept',
      `127.0.0.1:${port}`,
      // Nothing on standard output but what the client says.
      '-quiet',
      ...['-naccept', '1', '-tls1_3', '-groups', groupNames(taken)],
      ...['-cert', files.path('cert1.pem'), '-key', files.path('key1.pem')],
      ...(named ? ['-servername', named.name, '-cert2', files.path('cert2.pem'), '-key2', files.path('key2.pem')] : []),
    ],
    stop,
  );
  const socket = await whenListening(port, running.ended);
  // Whoever listens has read them.
  files.remove();
  if (!socket) {
    await endProgram(running, 0);
    return failure(`openssl s_server does not start: ${complaintIn(running.complaints()) ?? 'it says nothing'}.`);
  }
  const heard = queue();
  running.child.stdout.on('data', heard.put);
  running.child.stdout.on('close', heard.close);
  return {
    ok: true,
    socket,
    next: heard.next,
    send: (bytes) => void running.child.stdin.write(bytes),
    async end(patience) {
      await endProgram(running, patience);
      return complaintIn(running.complaints());
    },
  };
}

/** Of `…:error:0A000412:SSL routines:ssl3_read_bytes:sslv3 alert bad certificate:…` what is wrong; otherwise the first line. */
function complaintIn(text: string): string | undefined {
  const [, reason] = /:error:[0-9A-F]+:[^:\n]*:[^:\n]*:([^:\n]+)/.exec(text) ?? [];
  const [line = ''] = text.split('\n').filter((one) => /error.|unable|cannot|can't|unknown/i.test(one));
  return reason ?? (line.slice(0, 120) || undefined);
}

/** Connects as soon as somebody listens; gives up after three seconds, or when the program has ended. */
async function whenListening(port: number, ended: Promise<unknown>): Promise<Socket | undefined> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  const begun = performance.now();
  while (!over && performance.now() - begun < 3000) {
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true });
    const there = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    if (there) return socket.on('error', () => {});
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  return undefined;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Bytes as they came, to be taken one after the other. */
function queue() {
  const waiting: Uint8Array[] = [];
  let closed = false;
  let wake = () => {};
  return {
    put(bytes: Uint8Array) {
      waiting.push(bytes);
      wake();
    },
    close() {
      closed = true;
      wake();
    },
    async next(): Promise<Uint8Array | undefined> {
      while (!waiting.length && !closed)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      return waiting.shift();
    },
  };
}

// ---- node:tls ---------------------------------------------------------------------------------------------------

async function inNode({ certificates, groups: taken }: RealServer): Promise<ServerProgram | Failure> {
  const options = { minVersion: 'TLSv1.3', ecdhCurve: groupNames(taken) } as const;
  const contextOf = (one: ShownCertificate | undefined) =>
    one ? { ...options, key: keyOf(one), cert: certificateOf(one) } : options;
  const [shown, named] = certificates;
  const heard = queue();
  let complaint: string | undefined;
  let inside: tls.TLSSocket | undefined;
  const listener = tls.createServer(
    {
      ...contextOf(shown),
      // A person may think in the middle of it.
      handshakeTimeout: 24 * 3600 * 1000,
      SNICallback: (name, done) =>
        done(null, named?.name === name ? tls.createSecureContext(contextOf(named)) : undefined),
    },
    (socket) => {
      inside = socket;
      socket.on('data', heard.put);
      socket.on('error', complain);
      socket.on('close', heard.close);
    },
  );
  const complain = (error: Error & { readonly reason?: string }) => {
    complaint ??= error.reason ?? error.message;
    heard.close();
  };
  listener.on('tlsClientError', complain);
  try {
    await once(listener.listen(0, '127.0.0.1'), 'listening');
  } catch (error) {
    return failure(`Node.js cannot listen on this machine (${(error as NodeJS.ErrnoException).code}).`);
  }
  const raw = once(listener, 'connection') as Promise<[Socket]>;
  const { port } = listener.address() as AddressInfo;
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true }).on('error', () => {});
  const [other] = await raw;
  return {
    ok: true,
    socket,
    next: heard.next,
    send: (bytes) => void inside?.write(bytes),
    async end(patience) {
      const timer = setTimeout(() => other.destroy(), patience);
      inside?.end();
      if (!other.destroyed) await once(other, 'close');
      clearTimeout(timer);
      listener.close();
      heard.close();
      return complaint;
    },
  };
}
