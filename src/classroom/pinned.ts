// What a player's machine says to a host: JSON in HTTPS, over connections of which each has shown the key that the join code
// stands for.
import { Agent } from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { Address } from './address.ts';
import { type Call, call, type Trouble } from './call.ts';
import { type Answer, answerOf, ask, type Line, type RequestOptions, request, Told, troubleFrom } from './exchange.ts';
import { followEvents, type News, usualWaits, type Waits } from './followEvents.ts';
import { type JoinCode, matches } from './joinCode.ts';

/** Under way at once, beside a stream of events: each may need a connection. */
const mostRequests = 3;
const usualPatience = 10_000;
/** How old the first connection may be, in ms, when the first question goes over it. */
const longestKept = 2_000;

/** Connections to one host. Strings in what it gives come from the host: make them printable where they are shown. */
export interface Pinned {
  readonly ok: true;
  readonly address: Address;
  /** Any status is an answer, but for redirects, which are refused. Whatever the host does, it does not reject. */
  readonly request: (
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: unknown,
    token?: string,
    options?: RequestOptions,
  ) => Promise<Answer | Trouble>;
  /**
   * Tells the events behind that number as they come, and goes on where it was after each break, until it is refused or ended:
   * by what this gives.
   */
  readonly stream: (path: string, token: string, lastEvent: number, tell: (news: News) => void) => () => void;
  /** Ends all connections. What was asked for comes to `away`. */
  readonly close: () => void;
}

interface Connecting {
  /** In ms. */
  readonly patience?: number;
  readonly waits?: Waits;
  /** Called when whoever answers has proven a key, before it is compared with the code. */
  readonly onKey?: () => void;
}

/**
 * Connects to the host that has this code. Before a byte of HTTP is sent, on this connection and on each later one, the key of
 * the certificate that answers is looked at: here whether it has the code, later whether it is the same key to the byte.
 */
export async function connectPinned(
  address: Address,
  code: JoinCode,
  { patience = usualPatience, waits = usualWaits, onKey }: Connecting = {},
): Promise<Pinned | Trouble> {
  const since = performance.now();
  const first = await call(address, patience, (key) => {
    onKey?.();
    return matches(code, key);
  });
  if (!first.ok) return first;
  // A host gives up whoever asks nothing for 5 s, and a busy machine may need that long for the code.
  if (performance.now() - since > longestKept) first.socket.destroy();
  const closing = new AbortController();
  const agent = pinnedAgent(first, address, patience, closing.signal);
  const line: Line = { address, agent, signal: closing.signal };
  const inTurn = atOnce(mostRequests);
  return {
    ok: true,
    address,
    request: (method, path, body, token, { patience: most = patience, ...options } = {}) => {
      const until = performance.now() + most;
      return inTurn(() => request(line, { method, path, body, token, ...options }, until));
    },
    stream: (path, token, lastEvent, tell) =>
      followEvents({
        after: lastEvent,
        tell,
        waits,
        signal: closing.signal,
        open: (after, signal) =>
          ask({ ...line, signal }, { method: 'GET', path, token, lastEvent: after }, performance.now() + patience),
        answerOf: (response) => answerOf(line, response, performance.now() + patience),
        broken: (error) => troubleFrom(error, line),
      }),
    close() {
      closing.abort();
      agent.destroy();
      first.socket.destroy();
    },
  };
}

/** An agent all of whose connections have shown the key. The first is there already. */
function pinnedAgent({ key, socket: first }: Call, address: Address, patience: number, signal: AbortSignal): Agent {
  // Were it ever to connect by itself, it would do so as https does: and trust no certificate that no CA has signed.
  const agent = new Agent({ keepAlive: true, maxCachedSessions: 0 });
  let ready: TLSSocket | undefined = first.destroyed ? undefined : first;
  first.once('close', () => {
    ready = undefined;
  });
  agent.createConnection = (_options, done) => {
    // What came unasked is that the host lost patience while the code was checked.
    const kept = ready?.readableLength === 0 ? ready : undefined;
    if (!kept) ready?.destroy();
    ready = undefined;
    // Only what `call` has looked at is handed over: whoever gets a socket writes to it at once.
    void (async () => {
      const made = kept
        ? { ok: true as const, socket: kept }
        : await call(address, patience, (shown) => Buffer.from(key).equals(shown));
      // Who asked for it has left: an agent would keep it.
      if (made.ok && signal.aborted) made.socket.destroy();
      if (made.ok) done?.(null, made.socket);
      else done?.(new Told(made), undefined as never);
    })();
    return undefined;
  };
  return agent;
}

/** Lets so many run at once; the others wait for their turn. (An agent counts connections only once they are made.) */
function atOnce(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = most;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
