// Requests of players, as plain as they can be: the load is to cost little.
import { Agent, request } from 'node:https';
import { eventReader } from '../../../src/classroom/eventReader.ts';
import type { Seat } from '../../../src/classroom/wire.ts';

/** One connection, as a player has it. */
export const line = (): Agent => new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });

interface Asked {
  readonly port: number;
  readonly agent: Agent;
  readonly token?: string;
  readonly body?: string;
}
/** Gives the body; rejects where the status is not 200. */
export const call = ({ port, agent, token, body }: Asked, path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        path,
        agent,
        method: body === undefined ? 'GET' : 'POST',
        headers: headers(token, body),
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (data: string) => {
          text += data;
        });
        response.on('error', reject);
        response.on('end', () =>
          response.statusCode === 200 ? resolve(text) : reject(new Error(`${path}: ${response.statusCode} ${text}`)),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
const headers = (token?: string, body?: string) => ({
  ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
});

export const join = async (port: number, agent: Agent, name: string): Promise<Seat> =>
  JSON.parse(await call({ port, agent, body: JSON.stringify({ wire: 1, name }) }, '/api/join'));

/** Opens a stream of events on a connection of its own; resolves once it is open. */
export const follow = (port: number, token: string, hear: (name: string, number: number) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path: '/api/events', agent: false, rejectUnauthorized: false } as const;
    const sent = request({ ...options, headers: headers(token) }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`/api/events: ${response.statusCode}`));
      const take = eventReader(2 ** 20, ({ name, number = 0 }) => hear(name, number));
      response.setEncoding('utf8');
      response.on('data', take);
      // The host ends before us.
      response.on('error', () => {});
      resolve();
    });
    sent.on('error', reject);
    sent.end();
  });
