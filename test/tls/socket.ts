// The same coroutines over a real socket, with the reference decisions.
import type { Socket } from 'node:net';
import { drive, type LiveEvent } from '../../src/live/drive.ts';
import type { Protocol } from '../../src/tls/effects.ts';

export interface Pumped<Result> {
  readonly result: Result;
  readonly told: readonly LiveEvent[];
}

/** Runs a protocol whose `peer` is the socket, to its end. Where the other side is silent for too long, the stream ends. */
export async function pump<Result>(socket: Socket, protocol: Protocol<Result>): Promise<Pumped<Result>> {
  const { result, events } = await drive(socket, protocol);
  return { result, told: events };
}
