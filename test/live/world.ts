// A CA of the tests, servers of node:tls under it, and the program as it is built.
import { spawn } from 'node:child_process';
import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import tls from 'node:tls';
import { afterEach } from 'vitest';
import { issue, type Request } from '../../src/pki/issue.ts';
import { listening, pem } from '../tls/peers.ts';

const day = 24 * 3600 * 1000;
const now = Date.now();
const around = { notBefore: new Date(now - day), notAfter: new Date(now + day) };
const caKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
export const ca = issue({
  subject: 'Test CA',
  issuer: 'Test CA',
  key: caKey,
  issuerKey: caKey,
  serial: randomBytes(16),
  ca: true,
  ...around,
});
export const keys: Readonly<Record<string, KeyObject>> = {
  Ed25519: generateKeyPairSync('ed25519').privateKey,
  'P-256': generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  RSA: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
};
export const leaf = (key: KeyObject, more: Partial<Request> = {}): Uint8Array =>
  issue({
    subject: 'localhost',
    issuer: 'Test CA',
    key,
    issuerKey: caKey,
    serial: randomBytes(16),
    names: ['localhost'],
    addresses: ['127.0.0.1'],
    ...around,
    ...more,
  });

/** A server that says `answer` to whatever it hears first, then closes. */
export const tlsServer = (
  answer: string,
  options: tls.TlsOptions = {},
  kind = 'P-256',
  more: Partial<Request> = {},
) => {
  const key = keys[kind] as KeyObject;
  const server = tls.createServer(
    {
      key: key.export({ type: 'pkcs8', format: 'pem' }),
      cert: pem(leaf(key, more)),
      ALPNProtocols: ['http/1.1'],
      ...options,
    },
    (socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(answer));
    },
  );
  server.on('tlsClientError', () => {});
  return server;
};
export const hello = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nHello\n';

const open: { close: () => void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});
/** Listens; what is connected is ended with the test. */
export async function portOf(server: Server): Promise<number> {
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => {});
    open.push({ close: () => void socket.destroy() });
  });
  return listening(server);
}

const program = new URL('../../dist/cli.js', import.meta.url).pathname;
export interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}
/** The program at work: what it has said on each output so far, and what it came to. */
export function quest(args: readonly string[], input?: string) {
  const child = spawn(process.execPath, [program, ...args], { timeout: 60_000, killSignal: 'SIGKILL' });
  open.push({ close: () => void child.kill('SIGKILL') });
  let [out, err] = ['', ''];
  let wake = () => {};
  let over = false;
  child.stdout.on('data', (data: Buffer) => {
    out += data.toString();
    wake();
  });
  child.stderr.on('data', (data: Buffer) => {
    err += data.toString();
    wake();
  });
  child.stdin.on('error', () => {});
  if (input !== undefined) child.stdin.end(input);
  const ended: Promise<Ran> = once(child, 'close').then(([status]) => {
    over = true;
    wake();
    return { status: status as number | null, out, err };
  });
  return {
    ended,
    say: (text: string) => void child.stdin.write(text),
    /** Waits for words on standard output. */
    async until(wanted: RegExp): Promise<RegExpExecArray> {
      for (;;) {
        const found = wanted.exec(out);
        if (found) return found;
        if (over) throw new Error(`ended without saying ${wanted}:\n${out}\n${err}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
