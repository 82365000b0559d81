// The one asynchronous driver: a socket on one side, a protocol of the engine on the other, and somebody who answers.
import type { Socket } from 'node:net';
import type { Direction, Effect, Protocol, Question, Reply, Told } from '../tls/effects.ts';
import { contentTypes } from '../tls/registry.ts';

/** Why nothing more comes from the peer. */
export type Hangup =
  /** It closed its direction. */
  | { readonly how: 'closed' }
  /** The connection broke: `code` as node:net names it, such as ECONNRESET. */
  | { readonly how: 'broken'; readonly code: string }
  /** It said nothing for as long as this end waits, or too little in all the time that this end waits. */
  | { readonly how: 'silent' | 'slow' }
  /** It sent more than any peer that is meant well. */
  | { readonly how: 'flooding' }
  /** Its first bytes are the beginning of no TLS record. */
  | { readonly how: 'foreign' };

/** What happened, and when: `at` is in milliseconds since the log was begun. */
export type LiveEvent = { readonly at: number } & Happening;
type Happening =
  | Told
  /** Bytes as they went to the socket or came from it, in pieces of TCP's choosing. */
  | { readonly what: 'wire'; readonly direction: Direction; readonly bytes: Uint8Array }
  /** The peer's stream ended: told when it happens, even while a person thinks. */
  | { readonly what: 'hangup'; readonly hangup: Hangup }
  | { readonly what: 'decision'; readonly point: string; readonly answer: unknown };

export interface Log {
  readonly events: readonly LiveEvent[];
  readonly add: (event: Happening) => void;
}
/** Keeps events with the time they came at, and passes each on. */
export function eventLog(onEvent: (event: LiveEvent) => void = () => {}): Log {
  const begun = performance.now();
  const events: LiveEvent[] = [];
  return {
    events,
    add(happening) {
      const event = { at: Math.round((performance.now() - begun) * 10) / 10, ...happening };
      events.push(event);
      onEvent(event);
    },
  };
}

/** What a peer may take. Times are in milliseconds, of waiting for the peer alone: a person may think as long as they like. */
export interface Limits {
  /** The longest wait for the next bytes. */
  readonly silence: number;
  /** All waits of a connection together: a peer that sends one byte at a time is slow. */
  readonly waiting: number;
  /** The wait for the peer's end after this end has closed. */
  readonly farewell: number;
  /** All that it may send. */
  readonly bytes: number;
}
export const usualLimits: Limits = { silence: 15_000, waiting: 60_000, farewell: 2_000, bytes: 2 ** 23 };

export interface Driving {
  /** Answers decisions, as late as it likes. The reference rule does where it is left out. */
  readonly answer?: (question: Question) => unknown;
  readonly log?: Log;
  readonly limits?: Limits;
}
export interface Driven<Result> {
  readonly result: Result;
  readonly events: readonly LiveEvent[];
  /** Why the peer's stream ended, where it has. */
  readonly hangup: Hangup | undefined;
}

/** Runs a protocol whose `peer` is the socket to its end, and closes the socket. Throws for our own bugs alone. */
export async function drive<Result>(
  socket: Socket,
  protocol: Protocol<Result>,
  { answer, log = eventLog(), limits = usualLimits }: Driving = {},
): Promise<Driven<Result>> {
  const peer = peerOf(socket, log, limits);
  try {
    let step = protocol.next();
    while (!step.done) step = protocol.next(await perform(step.value, peer, log, answer));
    const hangup = peer.hangup();
    await peer.leave();
    return { result: step.value, events: log.events, hangup };
  } finally {
    socket.destroy();
  }
}

/**
 * Asks what is decided before anything is sent or received; gives the rest of the protocol. So a person can think before
 * a connection is there, and no peer waits for it.
 */
export async function askFirst<Result>(
  protocol: Protocol<Result>,
  { answer, log = eventLog() }: Driving,
): Promise<Protocol<Result>> {
  let step = protocol.next();
  while (!step.done && step.value.kind === 'decide')
    step = protocol.next(await decided(step.value.question, log, answer));
  return rest(step, protocol);
}

function* rest<Result>(begun: IteratorResult<Effect, Result>, protocol: Protocol<Result>): Protocol<Result> {
  let step = begun;
  while (!step.done) step = protocol.next(yield step.value);
  return step.value;
}

async function perform(effect: Effect, peer: Peer, log: Log, answer: Driving['answer']): Promise<Reply> {
  switch (effect.kind) {
    case 'send':
      await peer.send(effect.bytes);
      return undefined;
    case 'close':
      peer.close();
      return undefined;
    case 'receive': {
      const bytes = await peer.next();
      return { kind: 'received', received: bytes ? { link: 'peer', bytes } : { link: 'peer', end: 'closed' } };
    }
    case 'decide':
      return decided(effect.question, log, answer);
    case 'tell':
      log.add(effect.event);
      return undefined;
  }
}

async function decided(question: Question, log: Log, answer: Driving['answer']): Promise<Reply> {
  const given: unknown = answer ? await answer(question) : question.reference();
  log.add({ what: 'decision', point: question.point, answer: given });
  return { kind: 'answer', answer: given };
}

interface Peer {
  /** Nothing where the peer's stream has ended. */
  readonly next: () => Promise<Uint8Array | undefined>;
  readonly send: (bytes: Uint8Array) => Promise<void>;
  readonly close: () => void;
  /** Lets what was sent arrive: a socket that is torn down with unread bytes resets the connection, and loses an alert. */
  readonly leave: () => Promise<void>;
  readonly hangup: () => Hangup | undefined;
}

/** A content type that there is, and a version that begins with 3 (RFC 8446 5.1). */
const beginsRecord = ([type = 0, major = 3]: Uint8Array): boolean =>
  Object.values<number>(contentTypes).includes(type) && major === 3;

/** More than this is left in the socket until it is asked for. */
const mostWaiting = 2 ** 18;

function peerOf(socket: Socket, log: Log, limits: Limits): Peer {
  const waiting: Uint8Array[] = [];
  let hangup: Hangup | undefined;
  let [size, total, patience, closed, left] = [0, 0, limits.waiting, false, false];
  let wake = () => {};
  const hangUp = (how: Hangup) => {
    if (!hangup && !left) log.add({ what: 'hangup', hangup: how });
    hangup ??= how;
    wake();
  };
  socket.on('data', (bytes: Buffer) => {
    if (hangup || left) return;
    total += bytes.length;
    if (total > limits.bytes) return hangUp({ how: 'flooding' });
    log.add({ what: 'wire', direction: 'received', bytes });
    if (total === bytes.length && !beginsRecord(bytes)) return hangUp({ how: 'foreign' });
    waiting.push(bytes);
    size += bytes.length;
    if (size > mostWaiting) socket.pause();
    wake();
  });
  socket.once('end', () => hangUp({ how: 'closed' }));
  socket.on('error', (error: NodeJS.ErrnoException) => hangUp({ how: 'broken', code: error.code ?? error.message }));
  socket.once('close', () => hangUp({ how: 'closed' }));
  for (const event of ['drain', 'finish'] as const) socket.on(event, () => wake());
  if (socket.destroyed) hangUp({ how: 'closed' });

  let corked = false;
  const uncork = () => {
    if (corked) socket.uncork();
    corked = false;
  };
  /** Waits until something happens, at most so long. */
  const happens = (longest: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, longest);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  /** Waits until `done`; whoever makes this end wait too long has hung up. */
  const waitFor = async (done: () => boolean) => {
    const begun = performance.now();
    const own = closed ? limits.farewell : limits.silence;
    const longest = Math.min(own, patience);
    for (;;) {
      const waited = performance.now() - begun;
      if (done() || hangup) {
        patience -= waited;
        return;
      }
      if (waited >= longest) {
        // This process may have been the slow one: what is there already is read first.
        await new Promise((resolve) => setImmediate(resolve));
        if (done()) continue;
        patience -= waited;
        return hangUp({ how: own <= longest ? 'silent' : 'slow' });
      }
      await happens(longest - waited);
    }
  };
  return {
    async next() {
      uncork();
      await waitFor(() => waiting.length > 0);
      const bytes = hangup?.how === 'flooding' ? undefined : waiting.shift();
      size -= bytes?.length ?? 0;
      if (size <= mostWaiting && socket.isPaused()) socket.resume();
      return bytes;
    },
    async send(bytes) {
      if (!socket.writable || !bytes.length) return;
      // What is said in one go leaves in one go. A peer that hangs up at the first record resets the connection, and whoever
      // still writes then loses the alert that lies there to be read.
      if (!corked) {
        corked = true;
        socket.cork();
        setImmediate(uncork);
      }
      socket.write(bytes);
      log.add({ what: 'wire', direction: 'sent', bytes });
      await waitFor(() => !socket.writableNeedDrain);
    },
    close() {
      closed = true;
      uncork();
      socket.end();
    },
    async leave() {
      left = true;
      uncork();
      socket.end();
      socket.resume();
      const begun = performance.now();
      for (;;) {
        const remaining = limits.farewell / 2 - (performance.now() - begun);
        if (socket.destroyed || (socket.readableEnded && socket.writableFinished) || remaining <= 0) return;
        await happens(remaining);
      }
    },
    hangup: () => hangup,
  };
}
