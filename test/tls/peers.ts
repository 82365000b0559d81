// Other programs as peers of the engine, over loopback: started, talked with line by line, and ended with the test.
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach } from 'vitest';
import { close, type Protocol, receive, send, wishFor } from '../../src/tls/effects.ts';
import { type Pumped, pump } from './socket.ts';

/** Whether a program is not there. Says so, since tests are then skipped. */
export const missing = (name: string): boolean => {
  const found = spawnSync(name, [name === 'openssl' ? 'version' : '--version']).status === 0;
  if (!found) console.log(`skipped: ${name} is not installed`);
  return !found;
};

/** Ended when the test is over, and when all tests of the file are. */
const open: { close: () => void }[] = [];
const shared: { close: () => void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});
afterAll(() => {
  for (const one of shared.splice(0)) one.close();
});
/** Whether something serves one test or all of the file. */
export interface Life {
  readonly shared?: boolean;
}
const until = ({ shared: all = false }: Life, close: () => void) => void (all ? shared : open).push({ close });

export const listening = async (listener: Server, life: Life = {}): Promise<number> => {
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  until(life, () => listener.close());
  return (listener.address() as AddressInfo).port;
};
export const dial = async (port: number): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1');
  open.push({ close: () => void socket.destroy() });
  await once(socket, 'connect');
  return socket;
};
/** Serves as many connections as there are protocols, one after another; gives the port and what came of each. */
export async function serving<T>(
  ...protocols: readonly (() => Protocol<T>)[]
): Promise<{ readonly port: number; readonly outcomes: readonly Promise<Pumped<T>>[] }> {
  const listener = createServer();
  const waiting = protocols.map((protocol) => {
    let take: (socket: Socket) => void = () => {};
    const outcome = new Promise<Socket>((resolve) => {
      take = resolve;
    }).then((socket) => pump(socket, protocol()));
    return { outcome, take: (socket: Socket) => take(socket) };
  });
  let next = 0;
  listener.on('connection', (socket) => {
    open.push({ close: () => void socket.destroy() });
    waiting[next++]?.take(socket);
  });
  return { port: await listening(listener), outcomes: waiting.map(({ outcome }) => outcome) };
}

/** A program at work: what it has said so far on both outputs, and a way to wait until it says something. */
export interface Talking {
  readonly said: () => string;
  /** On its first output alone. */
  readonly answered: () => string;
  readonly say: (text: string) => void;
  /** No more will be said. */
  readonly end: () => void;
  readonly until: (wanted: string | RegExp) => Promise<void>;
  /** Its exit status, once it has ended. */
  readonly ended: Promise<number | null>;
}
export interface Surroundings extends Life {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}
export function start(name: string, args: readonly string[], { cwd, env, ...life }: Surroundings = {}): Talking {
  const child: ChildProcessWithoutNullStreams = spawn(name, [...args], {
    timeout: life.shared ? 0 : 60_000,
    killSignal: 'SIGKILL',
    ...(cwd ? { cwd } : {}),
    env: { ...process.env, ...env },
  });
  until(life, () => child.kill('SIGKILL'));
  let said = '';
  let answered = '';
  let wake = () => {};
  let over = false;
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => {
      said += data.toString('latin1');
      wake();
    });
  child.stdout.on('data', (data: Buffer) => {
    answered += data.toString('latin1');
  });
  child.stdin.on('error', () => {});
  const ended = once(child, 'close').then(([status]) => {
    over = true;
    wake();
    return status as number | null;
  });
  return {
    said: () => said,
    answered: () => answered,
    say: (text) => void child.stdin.write(text),
    end: () => void child.stdin.end(),
    async until(wanted) {
      const there = () => (typeof wanted === 'string' ? said.includes(wanted) : wanted.test(said));
      while (!there()) {
        if (over) throw new Error(`${name} ended without saying ${wanted}:\n${said}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    ended,
  };
}

/** `openssl s_server` on a port that was free a moment ago, once it accepts. */
export const opensslServer = (args: readonly string[], surroundings: Surroundings = {}): Promise<Serving> =>
  programServing('openssl', 'ACCEPT', (port) => ['s_server', '-accept', `127.0.0.1:${port}`, ...args], surroundings);

interface Serving {
  readonly port: number;
  readonly peer: Talking;
}
/** A program that serves on a port that was free a moment ago, once it says that it does. */
export async function programServing(
  name: string,
  ready: string | RegExp,
  args: (port: number) => readonly string[],
  surroundings: Surroundings = {},
): Promise<Serving> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  const peer = start(name, args(port), surroundings);
  await peer.until(ready);
  return { port, peer };
}

/** A folder for the files of these programs. */
export function folder(): { readonly put: (name: string, content: string) => string; readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'quest-peers-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    put(name, content) {
      writeFileSync(join(path, name), content);
      return join(path, name);
    },
  };
}

export const pem = (der: Uint8Array): string => {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
};

/** Sends each line once the one before was answered, then closes; gives all that was heard. `wish` stands for a KeyUpdate. */
export function* saying(...lines: readonly (string | { readonly requested: boolean })[]): Protocol<string> {
  let heard = '';
  for (const line of lines) {
    if (typeof line !== 'string') {
      yield* wishFor({ wish: 'keyUpdate', ...line });
      continue;
    }
    yield* send(Buffer.from(line));
    const before = heard.length;
    while (!heard.slice(before).includes('\n')) {
      const received = yield* receive();
      if ('end' in received) return heard;
      heard += Buffer.from(received.bytes).toString('latin1');
    }
  }
  yield* close();
  while (!('end' in (yield* receive())));
  return heard;
}

/** Answers each line with `got` and the line; changes its key, and asks for that of the peer, before it answers `rekey`. */
export function* echoing(): Protocol<string> {
  let heard = '';
  for (;;) {
    const received = yield* receive();
    if ('end' in received) break;
    const line = Buffer.from(received.bytes).toString('latin1');
    heard += line;
    if (line.startsWith('rekey')) yield* wishFor({ wish: 'keyUpdate', requested: true });
    yield* send(Buffer.from(`got ${line}`));
  }
  yield* close();
  return heard;
}
