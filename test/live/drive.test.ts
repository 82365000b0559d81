// The driver and its chance: what it keeps, what it lets a peer do, and what it never draws twice.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { askFirst, drive, eventLog, type LiveEvent, usualLimits } from '../../src/live/drive.ts';
import { freshEntropy } from '../../src/live/entropy.ts';
import { close, decide, decisionPoint, type Protocol, receive, send, tell } from '../../src/tls/effects.ts';
import * as z from 'zod';
import { portOf } from './world.ts';

const dial = async (server: Server): Promise<Socket> => {
  await portOf(server);
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
};
const point = decisionPoint<{ readonly reference: number }>()(
  'test.number',
  '8446 1',
  z.number(),
  ({ reference }) => reference,
);
/** Beginning like a record, so that it is taken for TLS. */
const record = (length: number) => Buffer.concat([Buffer.from('170303', 'hex'), Buffer.alloc(length)]);
const wiresOf = (events: readonly LiveEvent[]) =>
  events.reduce(
    (sum, event) => (event.what === 'wire' && event.direction === 'received' ? sum + event.bytes.length : sum),
    0,
  );

describe('the driver', () => {
  it('sends, receives, decides and tells, in order, and gives the result', async () => {
    const socket = await dial(createServer((peer) => peer.on('data', (data) => peer.end(record(data.length)))));
    const { result, events, hangup } = await drive(
      socket,
      (function* () {
        const number = yield* decide(point, { reference: 3 });
        yield* send(new Uint8Array(number));
        let heard = 0;
        for (;;) {
          const received = yield* receive();
          if ('end' in received) break;
          heard += received.bytes.length;
        }
        yield* tell({ what: 'note', text: 'all is heard' });
        yield* close();
        return heard;
      })(),
      { answer: async ({ reference }) => Number(reference()) + 4 },
    );
    expect(result).toBe(10);
    expect(hangup).toEqual({ how: 'closed' });
    expect(events.map(({ what }) => what)).toEqual(['decision', 'wire', 'wire', 'hangup', 'note']);
    expect(socket.destroyed).toBe(true);
  });
  it('keeps little of a peer that sends much while a person thinks', async () => {
    const server = createServer((peer) => peer.write(record(2 ** 22)));
    const log = eventLog();
    let before = 0;
    const { result } = await drive(
      await dial(server),
      (function* () {
        yield* decide(point, { reference: 1 });
        let heard = 0;
        while (heard < 2 ** 22) {
          const received = yield* receive();
          if ('end' in received) break;
          heard += received.bytes.length;
        }
        return heard;
      })(),
      {
        log,
        async answer({ reference }) {
          // As much as comes comes, until nothing more does.
          for (let known = -1; known !== wiresOf(log.events); ) {
            known = wiresOf(log.events);
            await new Promise((resolve) => setTimeout(resolve, 100));
          }
          before = wiresOf(log.events);
          return reference();
        },
      },
    );
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(2 ** 19);
    expect(result).toBe(2 ** 22 + 3);
  });
  it('ends the stream of a peer that sends more than it may', async () => {
    const server = createServer((peer) => {
      peer.on('error', () => {});
      peer.write(record(2 ** 16));
    });
    const { hangup } = await drive(await dial(server), hearAll(), { limits: { ...usualLimits, bytes: 2 ** 15 } });
    expect(hangup).toEqual({ how: 'flooding' });
  });
  it('ends the stream of a peer that is silent, and of one that is slow', async () => {
    const limits = { ...usualLimits, silence: 200, waiting: 500 };
    expect((await drive(await dial(createServer()), hearAll(), { limits })).hangup).toEqual({ how: 'silent' });
    const slow = createServer((peer) => {
      peer.on('error', () => {});
      const timer = setInterval(() => peer.write(record(0)), 50);
      peer.on('close', () => clearInterval(timer));
    });
    expect((await drive(await dial(slow), hearAll(), { limits })).hangup).toEqual({ how: 'slow' });
  });
  it('lets its last words arrive, although the peer is still sending', async () => {
    let heard = '';
    const broken: string[] = [];
    const server = createServer((peer) => {
      peer.on('error', (error) => broken.push(error.message));
      peer.on('data', (data) => {
        heard += data.toString();
      });
      // What is left unread makes a reset of a close, and a reset takes back what was said before it.
      peer.write(record(2 ** 24), (error) => broken.push(error?.message ?? 'all was sent'));
    });
    const closed = new Promise((resolve) => server.on('connection', (peer) => peer.on('close', resolve)));
    await drive(
      await dial(server),
      (function* () {
        yield* receive();
        yield* send(Buffer.from('no'));
        yield* close();
      })(),
    );
    await closed;
    expect(heard).toBe('no');
    expect(broken).toEqual(['all was sent']);
  });
  it('does not call a peer silent whose words came while this process was busy', async () => {
    const server = createServer((peer) =>
      peer.once('data', () => {
        peer.write(record(0));
        for (const busy = Date.now() + 400; Date.now() < busy; );
        setTimeout(() => peer.end(), 50);
      }),
    );
    const { events, hangup } = await drive(
      await dial(server),
      (function* () {
        yield* send(Buffer.from('?'));
        yield* hearAll();
      })(),
      { limits: { ...usualLimits, silence: 200 } },
    );
    expect(wiresOf(events)).toBe(3);
    expect(hangup).toEqual({ how: 'closed' });
  });
  it('asks first what comes before all else, and nothing after it', async () => {
    const points: number[] = [];
    const answer = ({ reference }: { readonly reference: () => unknown }) => {
      points.push(Number(reference()));
      return reference();
    };
    const rest = await askFirst(
      (function* (): Protocol<number> {
        const first = yield* decide(point, { reference: 1 });
        const second = yield* decide(point, { reference: 2 });
        yield* tell({ what: 'note', text: 'now it begins' });
        return first + second + (yield* decide(point, { reference: 4 }));
      })(),
      { answer },
    );
    expect(points).toEqual([1, 2]);
    expect((await drive(await dial(createServer((peer) => peer.end())), rest, { answer })).result).toBe(7);
    expect(points).toEqual([1, 2, 4]);
  });
  it('passes on what is our own bug, and closes the socket', async () => {
    const socket = await dial(createServer());
    await expect(
      drive(
        socket,
        // biome-ignore lint/correctness/useYield: it fails before
        (function* (): Protocol<void> {
          throw new TypeError('a bug');
        })(),
      ),
    ).rejects.toThrow('a bug');
    expect(socket.destroyed).toBe(true);
  });
});
function* hearAll(): Protocol<void> {
  while (!('end' in (yield* receive())));
}

describe('real chance', () => {
  it('gives the same bytes for a label in one run, other bytes for others, and others in the next run', () => {
    const [one, two] = [freshEntropy(), freshEntropy()];
    expect(one('a')).toHaveLength(32);
    expect(one('a', 7)).toHaveLength(7);
    expect(one('a')).toEqual(one('a'));
    expect(one('a')).not.toEqual(one('b'));
    expect(one('a')).not.toEqual(two('a'));
  });
});
