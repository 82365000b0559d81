// Hosts for the tests of a player's connection: as they should be, and others. They note what is said to them.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import tls, { type TLSSocket } from 'node:tls';
import { afterEach } from 'vitest';
import { type HostKey, newHostKey } from '../../src/classroom/hostKey.ts';
import { certifiedKey, codeOf, type JoinCode } from '../../src/classroom/joinCode.ts';
import { pemOf } from '../../src/live/localCa.ts';
import { issue } from '../../src/pki/issue.ts';

export interface Host {
  readonly port: number;
  readonly address: { readonly host: string; readonly port: number };
  readonly code: JoinCode;
  /** Of the connections with a whole handshake: what came on each in the clear, and whether it went on with an old session. */
  readonly calls: { text: string; readonly resumed: boolean; readonly closed: Promise<unknown> }[];
  /** Handshakes in which it has shown its key, whether or not they were gone on with. */
  readonly handshakes: () => number;
  /** Ends it with its connections; another may take its port. */
  readonly stop: () => Promise<void>;
}
export interface Setup {
  readonly key?: HostKey;
  /** 0 takes one that is free. */
  readonly port?: number;
  readonly options?: tls.TlsOptions;
}

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of open.splice(0)) await stop();
});

const codes = new Map<string, Promise<JoinCode>>();
/** Each costs a third of a second. */
const codeFor = ({ certificate }: HostKey): Promise<JoinCode> => {
  const code = codes.get(certificate) ?? codeOf(certifiedKey(certificate));
  codes.set(certificate, code);
  return code;
};
export const hostKey = newHostKey(new Date());
/** Of a teacher's laptop whose clock went wrong, for another name. */
export const expired = (): HostKey => {
  const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const certificate = issue({
    ...{ subject: 'other.example', issuer: 'other.example', names: ['other.example'], serial: randomBytes(16) },
    ...{ key, issuerKey: key, notBefore: new Date('2001-01-01'), notAfter: new Date('2001-02-01') },
  });
  return { ok: true, key: String(key.export({ type: 'pkcs8', format: 'pem' })), certificate: pemOf(certificate) };
};

/** A host that answers as HTTPS servers do. */
export const host = (answer: RequestListener, setup: Setup = {}): Promise<Host> =>
  listen(createHttps({ ...certified(setup), ...setup.options }, answer), setup);
/** A host that does as it likes with each connection. */
export const rawHost = (serve: (socket: TLSSocket) => void, setup: Setup = {}): Promise<Host> =>
  listen(tls.createServer({ ...certified(setup), ...setup.options }, serve), setup);
/** A host that says these bytes to whatever it hears first, and leaves it at that. */
export const saying = (answer: string | Uint8Array): Promise<Host> =>
  rawHost((socket) => socket.once('data', () => socket.write(answer)));

const certified = ({ key = hostKey }: Setup) => ({ key: key.key, cert: key.certificate });

async function listen(server: tls.Server, { key = hostKey, port: wanted = 0 }: Setup): Promise<Host> {
  const calls: Host['calls'] = [];
  const sockets = new Set<{ destroy: () => void }>();
  server.on('connection', (socket) => sockets.add(socket));
  let handshakes = 0;
  server.on('keylog', (line: Uint8Array) => {
    if (Buffer.from(line).includes('CLIENT_HANDSHAKE_TRAFFIC_SECRET')) handshakes += 1;
  });
  server.on('secureConnection', (socket) => {
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const call = { text: '', resumed: socket.isSessionReused(), closed };
    calls.push(call);
    socket.on('error', () => {});
    socket.on('data', (bytes: Uint8Array) => {
      call.text += Buffer.from(bytes).toString('latin1');
    });
  });
  const [port, stop] = await bound(server, wanted, sockets);
  return {
    port,
    address: { host: '127.0.0.1', port },
    code: await codeFor(key),
    calls,
    handshakes: () => handshakes,
    stop,
  };
}

/** Listens on loopback until the test is over or it is stopped. */
export async function bound(
  server: Server,
  wanted = 0,
  sockets: Set<{ destroy: () => void }> = new Set(),
): Promise<readonly [number, () => Promise<void>]> {
  server.on('connection', (socket) => sockets.add(socket.on('error', () => {})));
  server.listen(wanted, '127.0.0.1');
  await once(server, 'listening');
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    if (!server.listening) return;
    server.close();
    await once(server, 'close');
  };
  open.push(stop);
  return [(server.address() as AddressInfo).port, stop];
}
