// The teacher's and the projector's page, on a listener of their own: plain HTTP on 127.0.0.1, which browsers take for a
// secure context, so nobody learns to click a certificate warning away. Whatever else runs on this machine, and every site
// that the teacher has open, can reach it: each request must bear our Host, no other Origin, and a cookie that only a link
// from the host's terminal gives. Against other users of the same account it does not protect.
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { getCookie, setCookie } from 'hono/cookie';
import * as z from 'zod';
import { type CommandAnswer, type PageCommand, pageCommandSchema } from './pageCommands.ts';
import { eventStream } from './pageEvents.ts';
import { openSessions, type PageName, pageNames } from './pageSessions.ts';
import type { PublicState, TeacherState } from './pageState.ts';
import { later, problem } from './problems.ts';
import { mostBodyBytes } from './wire.ts';

/** What the pages stand on: the host. */
export interface PagesHost {
  readonly state: () => TeacherState;
  readonly command: (command: PageCommand) => Promise<CommandAnswer>;
  /** Calls the listener after each change, until what it gives is called. */
  readonly changed: (listener: () => void) => () => void;
  /** The results as a file. */
  readonly results: (kind: 'csv' | 'json') => string;
}

export interface Pages {
  readonly port: number;
  /** Opens the page once, in one browser, which then remembers it. */
  readonly link: (page: PageName) => string;
  /** Resolves when all connections have ended. */
  readonly close: () => Promise<void>;
}

/** In which the same page is open at once: each is sent all that changes. */
const mostWindows = 16;

/** Listens; `port` 0 is any free one. `assets` is the folder of the built pages. Rejects where the port is taken. */
export async function openPages(host: PagesHost, assets: URL, port = 0): Promise<Pages> {
  const sessions = openSessions();
  const stop = new AbortController();
  const files = readAssets(assets);
  const app = new Hono();
  let own = '';
  const link = (page: PageName) => `http://${own}/${page}/#${sessions.issue(page)}`;

  app.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(headers)) context.header(name, value);
  });
  app.use((context, next) => ownHostAndOrigin(own)(context, next));
  app.use(bodyLimit({ maxSize: mostBodyBytes, onError: () => problem(413, 'The request is too long.') }));

  for (const [path, { type, bytes }] of files)
    app.get(path, (context) => context.body(bytes, 200, { 'Content-Type': type }));
  for (const page of pageNames) {
    let windows = 0;
    const changed: PagesHost['changed'] = (listener) => {
      windows++;
      const off = host.changed(listener);
      return () => {
        windows--;
        off();
      };
    };
    const cookie = () => `${page}-${own.split(':')[1]}`;
    const state = () => JSON.stringify(page === 'teacher' ? host.state() : publicState(host.state()));
    app.post(`/${page}/session`, async (context) => {
      const body = await bodyOf(context, z.strictObject({ token: z.string().max(64) }));
      if (body instanceof Response) return body;
      const session = sessions.exchange(page, body.token);
      if (!session) return problem(403, 'This link was used before. The terminal of the host gives a new one.');
      setCookie(context, cookie(), session, { httpOnly: true, sameSite: 'Strict', path: `/${page}/` });
      return context.body(null, 204);
    });
    app.use(`/${page}/*`, async (context, next) => {
      if (!sessions.holds(page, getCookie(context, cookie()) ?? ''))
        return problem(401, 'Open this page with the link that the terminal of the host shows.');
      return next();
    });
    app.get(`/${page}/state`, (context) => context.body(state(), 200, { 'Content-Type': 'application/json' }));
    app.get(`/${page}/events`, (context) =>
      windows >= mostWindows
        ? later(503, `This page is open in ${mostWindows} windows already. Close one of them.`, 10)
        : context.body(eventStream(state, { changed }, AbortSignal.any([stop.signal, context.req.raw.signal])), 200, {
            'Content-Type': 'text/event-stream',
          }),
    );
  }
  app.post('/teacher/command', async (context) => {
    const command = await bodyOf(context, pageCommandSchema);
    if (command instanceof Response) return command;
    const answer = await host.command(command);
    return 'refused' in answer ? problem(409, answer.refused) : context.json(answer);
  });
  app.post('/teacher/link', (context) => context.json({ link: link('projector') }));
  app.get('/teacher/results.csv', (context) => download(context, 'csv', 'text/csv; charset=utf-8'));
  app.get('/teacher/results.json', (context) => download(context, 'json', 'application/json'));
  const download = (context: Context, kind: 'csv' | 'json', type: string) =>
    context.body(host.results(kind), 200, {
      'Content-Type': type,
      'Content-Disposition': `attachment; filename="results.${kind}"`,
    });
  app.all('*', (context) =>
    known(context.req.path)
      ? problem(405, 'That is not how this address is used.')
      : problem(404, 'There is nothing at this address.'),
  );
  const paths = new Set(app.routes.map(({ path }) => path).filter((path) => !path.includes('*')));
  const known = (path: string) => paths.has(path);
  app.onError(() => problem(500, 'The host could not do this. Its terminal may say why.'));

  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: { requestTimeout: 10_000, headersTimeout: 5_000, maxHeaderSize: 16_384 },
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: opened } = server.address() as AddressInfo;
  own = `127.0.0.1:${opened}`;
  return {
    port: opened,
    link,
    close: () =>
      new Promise((resolve) => {
        stop.abort();
        // Streams end by themselves now; whatever keeps its connection after that is cut off.
        const patience = setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), 200);
        server.close(() => {
          clearTimeout(patience);
          resolve();
        });
      }),
  };
}

/** Nothing from elsewhere, no script but ours, no text that becomes markup, in nobody's frame. */
const headers: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

/** Another Host is a site whose name was pointed at this machine (DNS rebinding); another Origin a page of another site. */
const ownHostAndOrigin =
  (own: string): MiddlewareHandler =>
  async (context, next) => {
    const { req } = context;
    if (req.header('Host') !== own) return problem(421, `This is ${own}, and answers to no other name.`);
    const origin = req.header('Origin');
    const from = req.header('Sec-Fetch-Site');
    const foreign = origin === undefined ? req.method !== 'GET' && req.method !== 'HEAD' : origin !== `http://${own}`;
    if (foreign || (from !== undefined && from !== 'same-origin' && from !== 'none' && !isPage(req.path)))
      return problem(403, 'Only the pages of this host may ask this.');
    return next();
  };
/** What a link from anywhere may lead to: an empty page, which shows nothing without its cookie. */
const isPage = (path: string): boolean => pageNames.some((page) => path === `/${page}/`);

async function bodyOf<Schema extends z.ZodType>(
  context: Context,
  schema: Schema,
): Promise<z.output<Schema> | Response> {
  if (!/^application\/json(?:;|$)/i.test(context.req.header('Content-Type') ?? ''))
    return problem(415, 'Only JSON is read here.');
  let body: unknown;
  try {
    body = await context.req.json();
  } catch (thrown) {
    // Of the limit on bodies, which has its own answer.
    if (!(thrown instanceof SyntaxError)) throw thrown;
    return problem(400, 'This is not JSON.');
  }
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  return problem(422, `${issue?.path.join('.') || 'The request'}: ${issue?.message ?? 'not as expected'}.`);
}

/** Field by field, so that what the teacher's page learns later never shows on the wall by itself. */
const publicState = ({ address, code, command, board, titles, names }: TeacherState): PublicState => ({
  address,
  code,
  command,
  board,
  titles,
  names,
});

/** Path, file, type. */
const assetFiles: readonly (readonly [string, string, string])[] = [
  ...pageNames.map((page) => [`/${page}/`, `${page}.html`, 'text/html; charset=utf-8'] as const),
  ...pageNames.map((page) => [`/assets/${page}.js`, `${page}.js`, 'text/javascript; charset=utf-8'] as const),
  ...pageNames.map((page) => [`/assets/${page}.css`, `${page}.css`, 'text/css; charset=utf-8'] as const),
  ['/assets/icon.svg', 'icon.svg', 'image/svg+xml'],
];
const readAssets = (
  folder: URL,
): ReadonlyMap<string, { readonly type: string; readonly bytes: Uint8Array<ArrayBuffer> }> =>
  new Map(
    assetFiles.map(([path, file, type]) => [
      path,
      { type, bytes: Uint8Array.from(readFileSync(new URL(file, folder))) },
    ]),
  );
