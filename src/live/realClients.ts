// A real client for one connection: curl, or Node.js, which both leave TLS to OpenSSL.
import { once } from 'node:events';
import https from 'node:https';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { RealClient } from '../scenarios/realPeer.ts';
import { suiteName } from '../tls/registry.ts';
import { type Failure, failure } from './dial.ts';
import { pemOf } from './localCa.ts';
import { endProgram, filesForProgram, groupNames, type Named, startProgram, versionOf } from './programs.ts';

export interface ClientProgram {
  readonly ok: true;
  /** The connection from it. */
  readonly socket: Socket;
  /** Waits so many milliseconds until it has ended, or ends it. Gives the page, or what it complained of in its own words. */
  readonly end: (patience: number) => Promise<{ readonly page: Uint8Array } | { readonly complaint: string }>;
}

/** curl where it is built with OpenSSL: others know other suites, groups and keys. */
export async function findClient(): Promise<Named> {
  const said = (await versionOf('curl', '--version')) ?? '';
  const [, version] = /^(curl \S+) .*\bOpenSSL\/(?:1\.1\.1|[3-9]|[1-9]\d)/.exec(said) ?? [];
  return version === undefined
    ? { program: 'Node.js', version: `Node.js ${process.versions.node}` }
    : { program: 'curl', version };
}

/** `stop` ends the program although it never called. */
export async function startClient(
  real: RealClient,
  { program }: Named,
  stop: AbortSignal,
): Promise<ClientProgram | Failure> {
  const listener = createServer({ allowHalfOpen: true, noDelay: true });
  try {
    await once(listener.listen(0, '127.0.0.1'), 'listening');
  } catch (error) {
    return failure(`Nothing can listen on this machine (${(error as NodeJS.ErrnoException).code}).`);
  }
  const { port } = listener.address() as AddressInfo;
  const calling = program === 'curl' ? curl(real, port, stop) : node(real, port);
  if ('ok' in calling) {
    listener.close();
    return calling;
  }
  const socket = await Promise.race([
    (once(listener, 'connection') as Promise<[Socket]>).then(([one]) => one.on('error', () => {})),
    calling.over.then(() => undefined),
  ]);
  listener.close();
  if (socket) return { ok: true, socket, end: calling.end };
  const came = await calling.end(0);
  return failure(`${program} does not call: ${'complaint' in came ? came.complaint : 'it says nothing'}.`);
}

interface Calling {
  /** It has ended, however it did. */
  readonly over: Promise<unknown>;
  readonly end: ClientProgram['end'];
}

const suiteNames = (numbers: readonly number[]): string => numbers.map(suiteName).join(':');

/** It waits for a person: for hours, where need be. */
const patienceInSeconds = '86400';

function curl(
  { host, path, anchors, suites, groups: offered }: RealClient,
  port: number,
  stop: AbortSignal,
): Calling | Failure {
  const files = filesForProgram({ 'root.pem': anchors.map(pemOf).join('') });
  if (!files.ok) return files;
  const running = startProgram(
    'curl',
    [
      // First, or the user's own settings count.
      '--disable',
      ...['--silent', '--show-error', '--http1.1', '--noproxy', '*', '--connect-timeout', patienceInSeconds],
      ...['--cacert', files.path('root.pem')],
      ...['--tls13-ciphers', suiteNames(suites), '--curves', groupNames(offered)],
      ...['--resolve', `${host}:${port}:127.0.0.1`, `https://${host}:${port}${path}`],
    ],
    stop,
  );
  const pieces: Buffer[] = [];
  running.child.stdout.on('data', (data: Buffer) => pieces.push(data));
  running.child.stdin.end();
  return {
    over: running.ended,
    async end(patience) {
      await endProgram(running, patience);
      // Not before: it reads the root as late as it can.
      files.remove();
      const status = await running.ended;
      if (status === 0) return { page: Buffer.concat(pieces) };
      const [line = ''] = running.complaints().split('\n');
      return { complaint: line.replace(/^curl: /, '').slice(0, 160) || `exit code ${status}` };
    },
  };
}

function node({ host, path, anchors, suites, groups: offered }: RealClient, port: number): Calling {
  const request = https.get({
    ...{ host: '127.0.0.1', port, path, servername: host, agent: false, headers: { Host: host } },
    ...{ ca: anchors.map(pemOf), ciphers: suiteNames(suites), ecdhCurve: groupNames(offered) },
  });
  const answer = new Promise<{ readonly page: Uint8Array } | { readonly complaint: string }>((resolve) => {
    const complain = (error: Error) => resolve({ complaint: error.message.split('\n')[0]?.slice(0, 160) ?? '' });
    request.on('error', complain);
    request.on('response', (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (data: Buffer) => pieces.push(data));
      response.on('end', () => resolve({ page: Buffer.concat(pieces) }));
      response.on('error', complain);
    });
  });
  return {
    over: answer,
    async end(patience) {
      const timer = setTimeout(() => request.destroy(new Error('it waited too long')), patience);
      const came = await answer;
      clearTimeout(timer);
      request.destroy();
      return came;
    },
  };
}
