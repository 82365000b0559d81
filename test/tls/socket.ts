// The same coroutines over a real socket: sends are writes, receives wait for data, decisions take the reference rule.
import type { Socket } from 'node:net';
import type { Protocol, Reply, Told } from '../../src/tls/effects.ts';

export interface Pumped<Result> {
  readonly result: Result;
  readonly told: readonly Told[];
}

/** Runs a protocol whose `peer` is the socket, to its end. Where the other side is silent for too long, the stream ends. */
export async function pump<Result>(socket: Socket, protocol: Protocol<Result>): Promise<Pumped<Result>> {
  const told: Told[] = [];
  const next = inbox(socket);
  let step = protocol.next();
  while (!step.done) {
    const effect = step.value;
    let reply: Reply;
    switch (effect.kind) {
      case 'send':
        if (socket.writable) socket.write(effect.bytes);
        break;
      case 'close':
        socket.end();
        break;
      case 'receive': {
        const bytes = await next();
        reply = {
          kind: 'received',
          received: bytes ? { link: 'peer', bytes } : { link: 'peer', end: 'closed' },
        };
        break;
      }
      case 'decide':
        reply = { kind: 'answer', answer: effect.question.reference() };
        break;
      case 'tell':
        told.push(effect.event);
    }
    step = protocol.next(reply);
  }
  socket.end();
  return { result: step.value, told };
}

/** What came, piece by piece; nothing once the stream has ended. */
function inbox(socket: Socket): () => Promise<Uint8Array | undefined> {
  const waiting: (Uint8Array | undefined)[] = [];
  let wake: (() => void) | undefined;
  const put = (bytes: Uint8Array | undefined) => {
    waiting.push(bytes);
    wake?.();
  };
  socket.setTimeout(20_000, () => socket.destroy());
  socket.on('data', put);
  socket.once('close', () => put(undefined));
  socket.once('end', () => put(undefined));
  socket.on('error', () => put(undefined));
  return async () => {
    while (!waiting.length)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    return waiting.shift();
  };
}
