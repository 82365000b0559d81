// Events of a host: told in order, gone on with after each break, and from nobody but the host.
import type { RequestListener, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { News } from '../../src/classroom/followEvents.ts';
import { newHostKey } from '../../src/classroom/hostKey.ts';
import { connectPinned, type Pinned } from '../../src/classroom/pinned.ts';
import { type Host, host } from './hosts.ts';

const open: Pinned[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});
const joined = async ({ address, code }: Host, silence = 20_000): Promise<Pinned> => {
  const pinned = await connectPinned(address, code, { waits: { first: 5, longest: 20, silence } });
  if (!pinned.ok) throw new Error(pinned.says);
  open.push(pinned);
  return pinned;
};
/** Follows, and gives the news one by one. */
const following = (pinned: Pinned, after = 0) => {
  const news: News[] = [];
  let wake = () => {};
  const stop = pinned.stream('/api/events', 'token', after, (one) => {
    news.push(one);
    wake();
  });
  return {
    news,
    stop,
    next: async (): Promise<News> => {
      while (!news.length)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      return news.shift() as News;
    },
  };
};
const begin = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/event-stream' });
const lost = (why: string, says: RegExp) => ({ what: 'lost', trouble: { why, says: expect.stringMatching(says) } });
const event = (number: number) => `id: ${number}\nevent: board\ndata: {"number":${number}}\n\n`;

describe('events of a host', () => {
  it('are told as they come, and gone on with where they were', async () => {
    const asked: unknown[] = [];
    const right = await host((request, response) => {
      const { 'last-event-id': last, authorization, accept } = request.headers;
      asked.push([request.url, last, authorization, accept]);
      begin(response).write(event(Number(last) + 1));
      response.end(`: beat\n\n${event(Number(last) + 2)}id: 999\ndata: cut o`);
    });
    const { next } = following(await joined(right), 40);
    for (const number of [40, 42]) {
      expect(await next()).toEqual({ what: 'open' });
      for (const one of [number + 1, number + 2])
        expect(await next()).toEqual({ what: 'event', number: one, name: 'board', data: { number: one } });
      expect(await next()).toMatchObject(lost('away', /has ended the events/));
    }
    expect(asked.slice(0, 2)).toEqual([
      ['/api/events', '40', 'Bearer token', 'text/event-stream'],
      ['/api/events', '42', 'Bearer token', 'text/event-stream'],
    ]);
  });
  it('come beside requests, however many', async () => {
    const right = await host((request, response) => {
      if (request.url === '/api/events') begin(response).write(event(1));
      else response.setHeader('content-type', 'application/json').end('1');
    });
    const pinned = await joined(right);
    const { next } = following(pinned);
    await next();
    expect(await next()).toMatchObject({ number: 1 });
    const answers = await Promise.all(Array.from({ length: 10 }, () => pinned.request('GET', '/')));
    expect(answers.every(({ ok }) => ok)).toBe(true);
  });
  it('are asked for again after refusals that pass, and not after one that stays', async () => {
    const statuses = [503, 429, 401];
    const asked: number[] = [];
    const right = await host((_request, response) => {
      const status = statuses.shift() ?? 200;
      asked.push(status);
      response.writeHead(status, { 'content-type': 'application/problem+json' }).end('{"detail":"no"}');
    });
    const { next, news } = following(await joined(right));
    expect(await next()).toMatchObject(lost('away', /status 503/));
    expect(await next()).toMatchObject(lost('away', /status 429/));
    expect(await next()).toMatchObject({ what: 'refused', answer: { status: 401, body: { detail: 'no' } } });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect([news, asked]).toEqual([[], [503, 429, 401]]);
  });
  it.each([
    ['1', 1000, 1000],
    ['999999999', 300_000, 300_000],
    ['Fri, 31 Dec 1999 23:59:59 GMT', 2, 5],
    ['-1', 2, 5],
  ])('are not asked for before the time that the host says: %j', async (after, least, most) => {
    const right = await host((_request, response) => {
      response.writeHead(503, { 'content-type': 'application/json', 'retry-after': after }).end('{}');
    });
    const { next, stop } = following(await joined(right));
    const news = await next();
    stop();
    if (news.what !== 'lost') throw new Error(news.what);
    expect(news.again).toBeGreaterThanOrEqual(least);
    expect(news.again).toBeLessThanOrEqual(most);
  });
  it.each<readonly [string, RequestListener, RegExp]>([
    [
      'of another kind',
      (_request, response) => response.setHeader('content-type', 'text/html').end('<html>'),
      /are no events/,
    ],
    ['that are not JSON', (_request, response) => begin(response).write('data: {\n\n'), /is not JSON/],
    [
      'without end',
      (_request, response) => begin(response).write(`data: ${' '.repeat(2 ** 21)}`),
      /longer than a mebibyte/,
    ],
    [
      'elsewhere',
      (_request, response) => response.writeHead(302, { location: 'https://192.0.2.1/' }).end(),
      /sends on to another place/,
    ],
  ])('%s are not taken', async (_what, answer, says) => {
    const { next } = following(await joined(await host(answer)));
    let first = await next();
    if (first.what === 'open') first = await next();
    expect(first).toMatchObject(lost('strange', says));
  });
  it('are asked for again when the host is silent', async () => {
    const right = await host((_request, response) => {
      begin(response).flushHeaders();
    });
    const { next } = following(await joined(right, 100));
    for (let time = 0; time < 2; time++) {
      expect(await next()).toEqual({ what: 'open' });
      expect(await next()).toMatchObject(lost('away', /said nothing for a while/));
    }
  });
  it('are waited for longer each time, up to the longest, until one comes', async () => {
    let deaf = 6;
    const right = await host((_request, response) => {
      if (deaf-- > 0) response.destroy();
      else begin(response).end(event(1));
    });
    const { next } = following(await joined(right));
    const waits: number[] = [];
    while (waits.length < 7) {
      const news = await next();
      if (news.what === 'lost') waits.push(news.again);
    }
    for (const [at, longest] of [5, 10, 20, 20, 20, 20, 5].entries()) {
      expect(waits[at]).toBeGreaterThanOrEqual(longest / 2);
      expect(waits[at]).toBeLessThanOrEqual(longest);
    }
  });
});

describe('an impostor in the place of the host', () => {
  it('is asked for nothing, and the host is asked again when it is back', async () => {
    const answer: RequestListener = (_request, response) => begin(response).write(event(5));
    const right = await host(answer);
    const { next, news } = following(await joined(right));
    expect([await next(), await next()]).toMatchObject([{ what: 'open' }, { number: 5 }]);
    await right.stop();
    const impostor = await host(answer, { port: right.port, key: newHostKey(new Date()) });
    for (;;) {
      const one = await next();
      if (one.what === 'lost' && one.trouble.why === 'other key') break;
      expect(one).toMatchObject({ what: 'lost', trouble: { why: 'away' } });
    }
    await impostor.stop();
    expect(impostor.handshakes()).toBeGreaterThan(0);
    expect(impostor.calls.map(({ text }) => text).join('')).toBe('');
    expect(news.filter(({ what }) => what !== 'lost')).toEqual([]);
    const back = await host(answer, { port: right.port });
    while ((await next()).what !== 'event');
    expect(back.calls.at(-1)?.text).toMatch(/last-event-id: 5\r\n/i);
  });
});

describe('ending', () => {
  it('closes the connection, and nothing is told from then on', async () => {
    const responses: ServerResponse[] = [];
    const right = await host((_request, response) => {
      responses.push(response);
      begin(response).write(event(1));
    });
    const { next, news, stop } = following(await joined(right));
    expect([await next(), await next()]).toMatchObject([{ what: 'open' }, { number: 1 }]);
    responses[0]?.write(event(2));
    stop();
    await right.calls[0]?.closed;
    expect([news, right.calls.length]).toEqual([[], 1]);
  });
  it('comes with the end of all connections', async () => {
    const right = await host((_request, response) => begin(response).write(event(1)));
    const pinned = await joined(right);
    const { next, news } = following(pinned);
    expect([await next(), await next()]).toMatchObject([{ what: 'open' }, { number: 1 }]);
    pinned.close();
    await right.calls[0]?.closed;
    const late = following(pinned);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([news, late.news, right.calls.length]).toEqual([[], [], 1]);
  });
});
