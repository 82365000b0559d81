// The listener of the pages: what it refuses, in which order, and what it sends.

import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openSessions } from '../../src/classroom/pageSessions.ts';
import { openPages, type Pages } from '../../src/classroom/pages.ts';
import { palettes } from '../../src/ui/theme.ts';
import { ask, builtPages, player, row, type TestHost, testHost } from './pagesWorld.ts';

let built: Awaited<ReturnType<typeof builtPages>>;
let host: TestHost;
let pages: Pages;
/** The headers of the page's own requests, before its cookie. */
let own: { readonly Host: string; readonly Origin: string; readonly 'Content-Type': string };

beforeAll(async () => {
  built = await builtPages();
});
afterAll(() => built.remove());
beforeEach(async () => {
  host = testHost();
  pages = await openPages(host, built.assets);
  const name = `127.0.0.1:${pages.port}`;
  own = { Host: name, Origin: `http://${name}`, 'Content-Type': 'application/json' };
});
afterEach(() => pages.close());

const tokenOf = (link: string): string => new URL(link).hash.slice(1);
const exchange = (page: 'teacher' | 'projector', token: string) =>
  ask(pages.port, 'POST', `/${page}/session`, own, JSON.stringify({ token }));
async function cookieOf(page: 'teacher' | 'projector'): Promise<string> {
  const { headers } = await exchange(page, tokenOf(pages.link(page)));
  return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

describe('a link', () => {
  it('gives a strict cookie for its page, once', async () => {
    const token = tokenOf(pages.link('teacher'));
    expect(token).toMatch(/^[0-9a-f]{32}$/);
    const { status, headers } = await exchange('teacher', token);
    expect(status).toBe(204);
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(/^teacher-\d+=[0-9a-f]{32}; Path=\/teacher\/; HttpOnly; SameSite=Strict$/),
    ]);
    expect(headers['set-cookie']?.[0]).not.toContain(token);
    expect((await exchange('teacher', token)).status).toBe(403);
  });
  it('of the wall is none for the teacher', async () => {
    expect((await exchange('teacher', tokenOf(pages.link('projector')))).status).toBe(403);
  });
  it.each(['', '0'.repeat(32), 'x'])('is not guessed: %j', async (token) => {
    expect((await exchange('teacher', token)).status).toBe(403);
  });
  it('that is the thirty-third void makes the first void', () => {
    const sessions = openSessions();
    const [first = '', second = ''] = Array.from({ length: 33 }, () => sessions.issue('teacher'));
    expect(sessions.exchange('teacher', first)).toBeUndefined();
    expect(sessions.exchange('teacher', second)).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('the listener', () => {
  it('refuses whoever comes under another name, from elsewhere, without its cookie, or with what is no command', async () => {
    const cookie = await cookieOf('teacher');
    const wall = await cookieOf('projector');
    const start = '{"type":"start"}';
    const good = { ...own, Cookie: cookie };
    const post = (headers: Readonly<Record<string, string>>, body = start) =>
      ask(pages.port, 'POST', '/teacher/command', headers, body);
    const { Origin: _, ...withoutOrigin } = good;
    const { Cookie: __, ...withoutCookie } = good;
    const cases: readonly (readonly [what: string, expected: number, answered: ReturnType<typeof ask>])[] = [
      ['the right one', 200, post(good)],
      ['a name that points here', 421, post({ ...good, Host: `quest.example:${pages.port}` })],
      ['localhost, which is another name', 421, post({ ...good, Host: `localhost:${pages.port}` })],
      ['no port', 421, post({ ...good, Host: '127.0.0.1' })],
      ['another site', 403, post({ ...good, Origin: 'https://shop.example' })],
      ['another port of this machine', 403, post({ ...good, Origin: 'http://127.0.0.1:1' })],
      ['a sandboxed frame', 403, post({ ...good, Origin: 'null' })],
      ['no origin', 403, post(withoutOrigin)],
      ['a request of another site', 403, post({ ...good, 'Sec-Fetch-Site': 'cross-site' })],
      ['a request of another port', 403, post({ ...good, 'Sec-Fetch-Site': 'same-site' })],
      ['no cookie', 401, post(withoutCookie)],
      ['a guessed cookie', 401, post({ ...good, Cookie: `teacher-${pages.port}=${'0'.repeat(32)}` })],
      ['the cookie of the wall', 401, post({ ...good, Cookie: wall })],
      [
        'the cookie of the wall under the other name',
        401,
        post({ ...good, Cookie: wall.replace('projector', 'teacher') }),
      ],
      ['a form', 415, post({ ...good, 'Content-Type': 'text/plain' })],
      ['no JSON', 400, post(good, '{"type":')],
      ['no command', 422, post(good, '{"type":"win"}')],
      ['more than a command', 422, post(good, '{"type":"start","now":true}')],
      ['a player that is none', 422, post(good, '{"type":"kick","player":"../1"}')],
      [
        'too much',
        413,
        post(good, JSON.stringify({ type: 'rename', player: '0'.repeat(16), name: 'x'.repeat(70_000) })),
      ],
      ['another method', 405, ask(pages.port, 'PUT', '/teacher/command', good, start)],
      ['GET of a command', 405, ask(pages.port, 'GET', '/teacher/command', good)],
      ['a path that is none', 404, ask(pages.port, 'GET', '/teacher/../../etc/passwd', good)],
      ['the state without a cookie', 401, ask(pages.port, 'GET', '/teacher/state', own)],
      [
        'the state for another site',
        403,
        ask(pages.port, 'GET', '/teacher/state', { ...good, Origin: 'https://shop.example' }),
      ],
      ['the results for the wall', 401, ask(pages.port, 'GET', '/teacher/results.csv', { ...own, Cookie: wall })],
    ];
    const seen = await Promise.all(cases.map(async ([what, , answered]) => [what, (await answered).status]));
    expect(seen).toEqual(cases.map(([what, expected]) => [what, expected]));
    expect(host.asked).toEqual([{ type: 'start' }]);
    for (const [, expected, answered] of cases.slice(1)) {
      const { headers, body } = await answered;
      expect(headers['content-type']).toBe('application/problem+json');
      expect(JSON.parse(body)).toMatchObject({ status: expected, detail: expect.stringMatching(/\.$/) });
    }
  });

  it('says why a command was not done', async () => {
    host.answer = () => ({ refused: 'No round is running.' });
    const headers = { ...own, Cookie: await cookieOf('teacher') };
    const { status, body } = await ask(pages.port, 'POST', '/teacher/command', headers, '{"type":"end"}');
    expect(status).toBe(409);
    expect(JSON.parse(body)).toMatchObject({ detail: 'No round is running.' });
  });

  it('tells nothing of a fault in the host', async () => {
    host.answer = () => {
      throw new Error('/home/teacher/secret');
    };
    const headers = { ...own, Cookie: await cookieOf('teacher') };
    const { status, body } = await ask(pages.port, 'POST', '/teacher/command', headers, '{"type":"end"}');
    expect(status).toBe(500);
    expect(body).not.toContain('secret');
  });

  it.each([
    '/teacher/',
    '/projector/',
    '/assets/teacher.js',
    '/assets/projector.css',
    '/assets/icon.svg',
    '/nowhere',
    '/teacher/state',
  ])('lets %s load nothing from elsewhere and stand in no frame', async (path) => {
    const { headers } = await ask(pages.port, 'GET', path, { Host: own.Host });
    const policy = String(headers['content-security-policy']);
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
      "base-uri 'none'",
      "form-action 'none'",
    ])
      expect(policy.split('; ')).toContain(rule);
    expect(policy).not.toContain('unsafe');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['referrer-policy']).toBe('no-referrer');
  });

  it('shows the wall what the board says, and nothing else of a player', async () => {
    host.set({ players: [player(7, 'Ada', { points: 4711 })], board: { top: [row(1, 'Ada', 300)] } });
    const headers = { ...own, Cookie: await cookieOf('projector') };
    const { body } = await ask(pages.port, 'GET', '/projector/state', headers);
    expect(Object.keys(JSON.parse(body)).sort()).toEqual(['address', 'board', 'code', 'command', 'names', 'titles']);
    expect(body).not.toContain('4711');
    const teacher = { ...own, Cookie: await cookieOf('teacher') };
    expect((await ask(pages.port, 'GET', '/teacher/state', teacher)).body).toContain('4711');
  });

  it('listens on this machine alone', async () => {
    await expect(openPages(host, built.assets, pages.port)).rejects.toThrow('EADDRINUSE');
    const reached = await new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.2', port: pages.port }, () => resolve(true));
      socket.on('error', () => resolve(false));
    });
    expect(reached).toBe(false);
  });
});

describe('the events', () => {
  /** What came in a while, in which the host changed at 1 ms each. */
  async function listen(changes: number, most: number): Promise<string[]> {
    const headers = { Host: own.Host, Cookie: await cookieOf('projector') };
    const response = await fetch(`http://${own.Host}/projector/events`, { headers });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    if (!reader) throw new Error('no body');
    let text = '';
    const came = () => text.split('\n\n').filter(Boolean);
    text += (await reader.read()).value ?? '';
    for (let change = 1; change <= changes; change++) {
      host.set({ board: { number: 1 + change } });
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    while (!text.includes(`"number":${1 + changes},`)) text += (await reader.read()).value ?? '';
    expect(came().length).toBeLessThanOrEqual(most);
    await reader.cancel();
    return came();
  }

  it('are sent at once, then a few for many changes, and end with the newest', async () => {
    const began = performance.now();
    const came = await listen(100, Number.POSITIVE_INFINITY);
    const quarters = (performance.now() - began) / 250;
    expect(came.length).toBeGreaterThanOrEqual(2);
    expect(came.length).toBeLessThanOrEqual(Math.ceil(quarters) + 1);
    expect(came.every((event) => event.startsWith('data: {'))).toBe(true);
  });

  it('need a cookie', async () => {
    expect((await ask(pages.port, 'GET', '/projector/events', own)).status).toBe(401);
  });

  it('are for sixteen windows of a page, and for the next when one of them is closed', async () => {
    const headers = { Host: own.Host, Cookie: await cookieOf('projector') };
    const open = () => fetch(`http://${own.Host}/projector/events`, { headers });
    const windows = await Promise.all(Array.from({ length: 16 }, open));
    expect(windows.map(({ status }) => status)).toEqual(Array<number>(16).fill(200));
    const refused = await open();
    expect([refused.status, refused.headers.get('content-type')]).toEqual([503, 'application/problem+json']);
    expect(await refused.json()).toMatchObject({
      detail: 'This page is open in 16 windows already. Close one of them.',
    });
    await windows[0]?.body?.cancel();
    while (host.listeners() > 15) await new Promise((resolve) => setTimeout(resolve, 5));
    const next = await open();
    expect(next.status).toBe(200);
    for (const one of [...windows.slice(1), next]) await one.body?.cancel();
    while (host.listeners() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('leave nothing behind when the page is closed', async () => {
    await listen(1, 3);
    while (host.listeners() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(host.listeners()).toBe(0);
  });

  it('end when the listener is closed', async () => {
    const headers = { Host: own.Host, Cookie: await cookieOf('projector') };
    const response = await fetch(`http://${own.Host}/projector/events`, { headers });
    const text = response.text();
    await pages.close();
    expect(await text).toContain('data: {');
    expect(host.listeners()).toBe(0);
    pages = await openPages(host, built.assets);
  });
});

it('the pages have the colours of the game', () => {
  const css = readFileSync(new URL('../../src/pages/base.css', import.meta.url), 'utf8');
  const { background, tones, grounds } = palettes.dark;
  const { strip, band } = grounds;
  for (const [name, colour] of Object.entries({ background, ...tones, strip, band }))
    expect(css).toContain(`--${name}: ${colour};`);
});
