// Many streams of events on one host, and when each has what changed.
import { Agent } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import type { Seat } from '../../../src/classroom/wire.ts';
import { follow, join } from './call.ts';
import { finish, message, taken, tell } from './processes.ts';

export interface WatchersTask {
  readonly port: number;
  readonly players: number;
  /** Each player has as many. */
  readonly streams: number;
}
/** For each stream, the numbers of the events that it was told of, and when. */
export type WatchersResult = readonly (readonly (readonly [number: number, at: number])[])[];

export async function watchers(): Promise<void> {
  const { port, players, streams } = await taken<WatchersTask>();
  const agent = new Agent({ keepAlive: true, maxSockets: 20, rejectUnauthorized: false });
  const seats = await Promise.all(Array.from({ length: players }, (_, index) => join(port, agent, `Watcher ${index}`)));
  const all: [number, number][][] = [];
  const watch = ({ token }: Seat): Promise<void> => {
    const heard: [number, number][] = [];
    all.push(heard);
    return follow(port, token, (name, number) => {
      if (name === 'board') heard.push([number, performance.timeOrigin + performance.now()]);
    });
  };
  for (let nth = 0; nth < streams; nth++) await Promise.all(seats.map(watch));
  tell('ready');
  const last = await message<number>();
  const isThere = () => all.every((heard) => (heard.at(-1)?.[0] ?? 0) >= last);
  for (let waited = 0; !isThere() && waited < 30_000; waited += 100) await pause(100);
  finish(all satisfies WatchersResult);
}
