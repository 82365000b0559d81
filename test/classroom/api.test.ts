// What a host's listener does with whoever asks: each route, each refusal, those who are slow and those who ask too much.
import { request as httpsRequest } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { connect } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { allowance, household } from '../../src/classroom/allowance.ts';
import type { Host } from '../../src/classroom/host.ts';
import { adjust, kick } from '../../src/classroom/teaching.ts';
import { boardSchema, mostBodyBytes, problemSchema, problemTag, standingSchema } from '../../src/classroom/wire.ts';
import { ask, closeAll, joined, movesOf, newClass, options, seedOf, until, wellPlayed } from './classes.ts';

afterEach(closeAll);
const nobody = '0'.repeat(32);

describe('each refusal has its status and its sentence:', () => {
  it.each<[string, string, Parameters<typeof ask>[2], number, RegExp, string?]>([
    ['an unknown path', '/admin', {}, 404, /nothing here/],
    ['a path that begins as one of ours', '/api/me/../../etc/passwd', {}, 404, /nothing here/],
    ['a wrong method', '/api/join', { method: 'GET' }, 405, /takes POST alone/],
    ['a question before another question', '/api/moves', { method: 'OPTIONS' }, 405, /takes POST alone/],
    ['a stream without its body', '/api/events', { method: 'HEAD', token: nobody }, 405, /^$/],
    ['no token', '/api/me', {}, 401, /no token/, 'token'],
    ['a token that is none', '/api/me', { headers: { authorization: 'Basic YTpi' } }, 401, /no token/, 'token'],
    ['a token of nobody', '/api/me', { token: nobody }, 401, /not yours any more/, 'token'],
    ['moves of nobody', '/api/moves', { token: nobody, body: { began: [], moves: [] } }, 401, /not yours/, 'token'],
    ['a stream of nobody', '/api/events', { token: nobody }, 401, /not yours/, 'token'],
    ['another type', '/api/join', { raw: 'name=Ada', headers: { 'content-type': 'text/plain' } }, 415, /JSON/],
    ['no JSON', '/api/join', { raw: '{"wire":' }, 400, /no JSON/],
    ['an empty body', '/api/join', { raw: '' }, 400, /no JSON/],
    ['another version', '/api/join', { body: { wire: 2, name: 'Ada', more: 1 } }, 409, /versions/, 'version'],
    ['a word too much', '/api/join', { body: { wire: 1, points: 100 } }, 400, /not as it should be/],
    ['a word too few', '/api/device', { body: { wire: 1 } }, 400, /code is not/],
    ['a name that is none', '/api/join', { body: { wire: 1, name: '\u202e' } }, 409, /./, 'name'],
    ['a code of nobody', '/api/device', { body: { wire: 1, code: 'abc' } }, 403, /No device/, 'code'],
    ['a body that is too long', '/api/join', { raw: 'x'.repeat(mostBodyBytes + 1) }, 413, /64 KiB/],
  ])('%s', async (_what, path, sent, status, says, word) => {
    const { host } = await newClass();
    const reply = await ask(host, path, sent);
    expect(reply.status).toBe(status);
    expect(reply.headers['content-type']).toBe('application/problem+json');
    expect(reply.headers['x-content-type-options']).toBe('nosniff');
    expect(reply.headers['content-security-policy']).toMatch(/default-src 'none'/);
    expect(reply.headers['cache-control']).toBe('no-store');
    if (sent?.method === 'HEAD') return;
    const problem = problemSchema.parse(reply.json);
    expect(problem.status).toBe(status);
    expect(problem.detail).toMatch(says);
    expect(problem.type).toBe(word ? `${problemTag}${word}` : 'about:blank');
    if (status === 405) expect(reply.headers.allow).toBe('POST');
  });
  it('more moves than one sends at once', async () => {
    const { host } = await newClass();
    const { token } = await joined(host);
    const moves = Array.from({ length: 51 }, () => ({ move: 'rewind' }) as const);
    const { status, json } = await ask(host, '/api/moves', { token, body: movesOf(moves) });
    expect([status, json.detail]).toEqual([400, expect.stringMatching(/moves is not/)]);
  });
  it.each(['content-length', 'transfer-encoding'])('10 MB, told by %s, are not read to their end', async (told) => {
    const { host } = await newClass();
    const block = Buffer.alloc(64 * 1024, 'x');
    const sent = await new Promise<{ status: number; bytes: number }>((resolve, reject) => {
      let bytes = 0;
      let status = 0;
      const headers = {
        'content-type': 'application/json',
        ...(told === 'content-length' ? { 'content-length': String(160 * block.length) } : {}),
      };
      const outgoing = httpsRequest(
        { ...options(host, '/api/join'), method: 'POST', headers, agent: false },
        (incoming) => {
          status = incoming.statusCode ?? 0;
          incoming.resume();
        },
      );
      const more = () => {
        if (bytes >= 160 * block.length || outgoing.destroyed) return outgoing.end();
        bytes += block.length;
        return outgoing.write(block, () => setImmediate(more));
      };
      outgoing.on('error', (error) => (status ? undefined : reject(error)));
      outgoing.on('close', () => resolve({ status, bytes }));
      more();
    });
    expect(sent.status).toBe(413);
    expect(sent.bytes).toBeLessThan(160 * block.length);
    expect((await ask(host, '/api/board')).status).toBe(200);
  });
});

describe('whoever is slow', () => {
  /** Node.js by itself waits for a minute, and longer. In ms. */
  const sooner = 40_000;
  /** How long it took until the host hung up, in ms, and what it said. */
  const hungUp = (
    host: Host,
    send: (write: (text: string) => boolean) => void,
  ): Promise<{ ms: number; said: string }> =>
    new Promise((resolve) => {
      const began = performance.now();
      let said = '';
      const { ca, port } = options(host, '/');
      const socket = connect({
        host: '127.0.0.1',
        port: Number(port),
        ca: ca as string,
        checkServerIdentity: () => undefined,
      });
      socket.on('secureConnect', () => send((text) => socket.write(text)));
      socket.on('data', (data) => {
        said += String(data);
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve({ ms: performance.now() - began, said }));
    });

  it.each<[string, string]>([
    ['says nothing after the handshake', ''],
    ['does not end the headers', 'GET /api/board HTTP/1.1\r\nHost: a\r\nX: '],
    [
      'does not end the body',
      'POST /api/join HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    ],
  ])('%s is cut off', async (_does, text) => {
    const { host } = await newClass();
    const drip: NodeJS.Timeout[] = [];
    const { ms, said } = await hungUp(host, (write) => {
      if (!text) return;
      write(text);
      // A byte now and then does not help.
      drip.push(setInterval(() => write('x'), 1000));
    });
    for (const one of drip) clearInterval(one);
    expect(ms).toBeLessThan(sooner);
    if (text) expect(said).toMatch(/^HTTP\/1\.1 408 /);
  });
  it('never begins the handshake is cut off', async () => {
    const { host } = await newClass();
    const began = performance.now();
    await new Promise<void>((resolve) => {
      const socket = connectPlain({ host: '127.0.0.1', port: host.port });
      socket.on('error', () => {});
      socket.on('close', () => resolve());
    });
    expect(performance.now() - began).toBeLessThan(sooner);
  });
  it('speaks plain HTTP, or anything else, does not disturb the others', async () => {
    const { host } = await newClass();
    for (const text of ['GET / HTTP/1.1\r\n\r\n', '\0'.repeat(100), '\x16\x03\x01\xff\xff'])
      await new Promise<void>((resolve) => {
        const socket = connectPlain({ host: '127.0.0.1', port: host.port }, () => socket.end(text));
        socket.on('error', () => {});
        socket.resume().on('close', () => resolve());
      });
    expect((await ask(host, '/api/board')).status).toBe(200);
  });
});

describe('whoever asks too often', () => {
  it('is told when to come again, and the other players are not', async () => {
    const { host } = await newClass();
    const [ada, bob] = [await joined(host), await joined(host)];
    const replies = await Promise.all(Array.from({ length: 200 }, () => ask(host, '/api/me', { token: ada.token })));
    const refused = replies.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(10);
    expect(refused[0]?.json.type).toBe(`${problemTag}later`);
    expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThan(0);
    expect((await ask(host, '/api/me', { token: bob.token })).status).toBe(200);
  });
  it('guesses few codes', async () => {
    const { host } = await newClass();
    const guesses = Array.from({ length: 60 }, (_, index) =>
      ask(host, '/api/device', { body: { wire: 1, code: `code${index}` } }),
    );
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 403).length).toBeLessThan(40);
  });
  it('has an allowance that comes back with time', () => {
    let now = 0;
    const { take } = allowance({ burst: 2, perSecond: 0.5, now: () => now });
    expect([take('a'), take('a'), take('a'), take('b')]).toEqual([0, 0, 2, 0]);
    now = 1000;
    expect(take('a')).toBe(1);
    now = 2000;
    expect([take('a'), take('a')]).toEqual([0, 2]);
    now = 100_000;
    expect([take('a'), take('a'), take('a')]).toEqual([0, 0, 2]);
  });
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['2001:db8:1:2::', '2001:db8:1:2'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['::1', '0:0:0:0'],
  ])('%s counts as %s', (address, counts) => expect(household(address)).toBe(counts));
});

describe('the board', () => {
  it('is the same for everybody, and is not sent again to whoever has it', async () => {
    const { host } = await newClass();
    const first = await until(async () => {
      const reply = await ask(host, '/api/board');
      return reply.json.state === 'running' && reply;
    });
    expect(boardSchema.parse(first.json)).toMatchObject({ title: 'Monday', players: 0, round: { number: 1 } });
    expect(first.headers['cache-control']).toBe('public, max-age=1');
    const { etag } = first.headers;
    const asked = (tag: unknown) => ask(host, '/api/board', { headers: { 'if-none-match': String(tag) } });
    for (const tag of [etag, `W/${String(etag)}`, `"other", ${String(etag)}`, '*']) {
      const same = await asked(tag);
      expect([same.status, same.text, same.headers.etag]).toEqual([304, '', etag]);
    }
    await joined(host, 'Ada');
    const next = await until(async () => {
      const reply = await asked(etag);
      return reply.status === 200 && reply;
    });
    expect(next.json.players).toBe(1);
    expect(next.json.number).toBeGreaterThan(first.json.number);
    expect(next.headers.etag).not.toBe(etag);
  });
});

interface Told {
  readonly id: number;
  readonly kind: string;
  readonly at: number;
}
interface Listening {
  readonly told: Told[];
  readonly text: () => string;
  readonly ended: Promise<void>;
  readonly hangUp: () => void;
}
function listening(host: Host, token: string, after?: number): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(after === undefined ? {} : { 'last-event-id': String(after) }),
    };
    const outgoing = httpsRequest({ ...options(host, '/api/events'), headers, agent: false }, (incoming) => {
      if (incoming.statusCode !== 200) return reject(new Error(`status ${incoming.statusCode}`));
      const told: Told[] = [];
      let all = '';
      let rest = '';
      incoming.on('data', (chunk) => {
        all += String(chunk);
        rest += String(chunk);
        for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
          const [, id, kind] = /^id: (\d+)\nevent: (\w+)\ndata: \{"number":\1\}$/.exec(rest.slice(0, end)) ?? [];
          if (kind) told.push({ id: Number(id), kind, at: performance.now() });
          rest = rest.slice(end + 2);
        }
      });
      incoming.on('error', () => {});
      const ended = new Promise<void>((resolve) => incoming.on('close', () => resolve()));
      resolve({ told, text: () => all, ended, hangUp: () => outgoing.destroy() });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}
const kinds = ({ told }: Listening): string[] => told.map(({ kind }) => kind);

describe('the stream of events', () => {
  it('tells that the board or the own place changed, with a number and nothing else', async () => {
    const { host } = await newClass();
    const [ada, bob] = [await joined(host, 'Ada'), await joined(host, 'Bob')];
    const one = await listening(host, ada.token, host.competition().number);
    const two = await listening(host, bob.token, host.competition().number);
    await host.command((competition) => adjust(competition, ada.player, 5, 'a good question'));
    await until(() => kinds(one).includes('standing') && kinds(two).includes('board'));
    expect(kinds(two)).not.toContain('standing');
    const { number } = host.competition();
    expect(one.told.at(-1)?.id).toBe(number);
    const board = (await ask(host, '/api/board')).json;
    expect(board.number).toBe(number);
    for (const personal of ['Ada', ada.player, 'question']) expect(two.text()).not.toContain(personal);
    const { json } = await ask(host, '/api/me', { token: ada.token });
    expect(standingSchema.parse(json).points).toBe(5);
    one.hangUp();
    two.hangUp();
  });
  it('goes on where it was left: at once, where something happened meanwhile, and else not', async () => {
    const { host } = await newClass();
    const { player, token } = await joined(host, 'Ada');
    const first = await listening(host, token);
    await until(() => kinds(first).length === 2);
    const last = first.told.at(-1)?.id ?? 0;
    first.hangUp();
    await first.ended;
    const quiet = await listening(host, token, last);
    await host.command((competition) => adjust(competition, player, 5, 'meanwhile'));
    const again = await listening(host, token, last);
    await until(() => kinds(again).length === 2 && kinds(quiet).length === 2);
    expect(kinds(again)).toEqual(['board', 'standing']);
    expect(again.told[0]?.id).toBeGreaterThan(last);
    expect(quiet.told.every(({ id }) => id > last)).toBe(true);
    again.hangUp();
    quiet.hangUp();
  });
  it('tells four times a second at most, however much happens, and the last of it', async () => {
    const { host } = await newClass();
    const { player, token } = await joined(host);
    const stream = await listening(host, token, host.competition().number);
    const began = performance.now();
    for (let times = 0; times < 60; times++) {
      await host.command((competition) => adjust(competition, player, 1, 'again'));
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
    const { number } = host.competition();
    await until(() => stream.told.at(-1)?.id === number);
    const seconds = (performance.now() - began) / 1000;
    const times = new Set(stream.told.map(({ id }) => id)).size;
    expect(times).toBeGreaterThan(1);
    expect(times).toBeLessThanOrEqual(Math.ceil(seconds * 4) + 1);
    stream.hangUp();
  });
  it('ends for whoever was taken out, and for all when the host closes', async () => {
    const { host } = await newClass();
    const [ada, bob] = [await joined(host), await joined(host)];
    const one = await listening(host, ada.token);
    const two = await listening(host, bob.token);
    await host.command((competition) => kick(competition, ada.player));
    await one.ended;
    expect(kinds(one).at(-1)).toBe('standing');
    await host.close();
    await two.ended;
  });
  it('is for so many at a time; whoever leaves makes room', async () => {
    const { host } = await newClass({ streams: 1 });
    const [ada, bob] = [await joined(host), await joined(host)];
    const one = await listening(host, ada.token);
    const { status, headers, json } = await ask(host, '/api/events', { token: bob.token });
    expect([status, headers['retry-after'], json.type]).toEqual([503, '30', `${problemTag}later`]);
    one.hangUp();
    const two = await until(() => listening(host, bob.token).catch(() => undefined));
    two.hangUp();
  });
  it('is told of what was graded', async () => {
    const { host } = await newClass();
    const seat = await joined(host);
    const stream = await listening(host, seat.token, host.competition().number);
    await ask(host, '/api/moves', { token: seat.token, body: movesOf(wellPlayed(await seedOf(host, seat))) });
    await until(() => kinds(stream).includes('standing') && kinds(stream).includes('board'));
    const { json } = await ask(host, '/api/me', { token: seat.token });
    expect(json.attempts[0].points).toBe(100);
    stream.hangUp();
  });
});
