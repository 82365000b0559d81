// What players ask of a host, over HTTPS. Each refusal is a problem with its sentence; what is asked is decided by `desk`.
import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type * as z from 'zod';
import { allowance, household } from './allowance.ts';
import type { Refusal } from './commands.ts';
import { StoreFault } from './eventStore.ts';
import { later, problem, refusal } from './problems.ts';
import {
  deviceSchema,
  type Join,
  joinSchema,
  type Moves,
  mostBodyBytes,
  movesSchema,
  type Received,
  type Seat,
  type Standing,
  wireVersion,
} from './wire.ts';

/** What decides, and knows. What it promises is durable before it answers; it rejects with StoreFault where it cannot be. */
export interface Desk {
  readonly join: (asked: Omit<Join, 'wire'>) => Promise<Seat | Refusal>;
  readonly device: (code: string) => Promise<Seat | Refusal>;
  /** The player of the token. */
  readonly seat: (token: string) => { readonly player: string } | Refusal;
  readonly move: (token: string, moves: Moves) => Promise<Received | Refusal>;
  readonly standing: (token: string) => Standing | Refusal;
  /** The same text for the same number. */
  readonly board: () => { readonly number: number; readonly text: string };
  /** A stream of events for the token, from behind that number. */
  readonly events: (token: string, after: number) => Response;
}

type Asked = Context<{ Bindings: HttpBindings }>;
type Handler = (asked: Asked) => Response | Promise<Response>;

/** A whole school may be behind one address; each of its players asks a few times a second at most. */
const allowances = (now: () => number) => ({
  address: allowance({ burst: 2_000, perSecond: 500, now }),
  join: allowance({ burst: 400, perSecond: 20, now }),
  // A code for another device has few letters.
  code: allowance({ burst: 20, perSecond: 0.5, now }),
  player: allowance({ burst: 40, perSecond: 8, now }),
});
type Allowances = ReturnType<typeof allowances>;

/** `failed` is told of mistakes of our own. */
export function playersApi(desk: Desk, failed: (error: unknown) => void): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  const left = allowances(() => performance.now());
  app.use(async (asked, next) => {
    await next();
    for (const [name, value] of Object.entries(always)) asked.res.headers.set(name, value);
  });
  app.use(async (asked, next) => limited(left.address, addressOf(asked)) ?? next());
  for (const [path, methods] of Object.entries(routes(desk, left))) {
    for (const [method, handler] of Object.entries(methods)) {
      if (method === 'POST') app.post(path, limitOfBody);
      app.on(method, path, handler);
    }
    const allow = Object.keys(methods);
    app.all(path, () =>
      problem(405, `${path} takes ${allow.join(' and ')} alone.`, { headers: { allow: allow.join(', ') } }),
    );
  }
  app.notFound(() => problem(404, 'There is nothing here. Players join with: https-quest join ADDRESS CODE'));
  app.onError((error, { env, req }) => {
    if (env.incoming.readableAborted) return problem(400, 'The request broke off.');
    const isIn = req.path !== '/api/join' && req.path !== '/api/device';
    if (error instanceof StoreFault)
      return later(
        503,
        isIn
          ? 'The host cannot keep anything just now. Play on: what you do is sent again later.'
          : 'The host cannot keep anything just now, and takes nobody in. Tell your teacher, and join again.',
        5,
      );
    failed(error);
    return problem(500, 'The host failed at this. Play on: what you do is sent again later.', { type: 'later' });
  });
  return app;
}

const always = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};
const noStore = { 'cache-control': 'no-store' };

const routes = (desk: Desk, left: Allowances): Readonly<Record<string, Readonly<Record<string, Handler>>>> => ({
  '/api/join': {
    POST: (asked) =>
      limited(left.join, addressOf(asked)) ?? told(asked, joinSchema, ({ wire: _, ...join }) => desk.join(join)),
  },
  '/api/device': {
    POST: (asked) => limited(left.code, addressOf(asked)) ?? told(asked, deviceSchema, ({ code }) => desk.device(code)),
  },
  '/api/moves': {
    POST: (asked) => seated(asked, desk, left, (token) => told(asked, movesSchema, (moves) => desk.move(token, moves))),
  },
  '/api/me': {
    GET: (asked) => seated(asked, desk, left, (token) => answer(desk.standing(token))),
  },
  '/api/board': { GET: (asked) => boardFor(asked, desk) },
  '/api/events': {
    GET: (asked) =>
      // Hono answers HEAD as GET without the body: this one would never end.
      asked.req.method === 'HEAD'
        ? problem(405, '/api/events takes GET alone.', { headers: { allow: 'GET' } })
        : seated(asked, desk, left, (token) => desk.events(token, numberOf(asked.req.header('last-event-id')))),
  },
});

const addressOf = ({ env }: Asked): string => household(env.incoming.socket.remoteAddress ?? '');

function limited(of: Allowance, who: string): Response | undefined {
  const seconds = of.take(who);
  return seconds ? later(429, `That was too often in too short a time. Wait ${seconds} s.`, seconds) : undefined;
}
type Allowance = Allowances['address'];

function answer(data: object | Refusal): Response {
  return 'refused' in data && 'type' in data
    ? refusal(data)
    : new Response(JSON.stringify(data), { headers: { 'content-type': 'application/json', ...noStore } });
}

async function seated(
  asked: Asked,
  desk: Desk,
  left: Allowances,
  handle: (token: string) => Response | Promise<Response>,
): Promise<Response> {
  const [, token] = /^Bearer ([0-9a-f]{32})$/i.exec(asked.req.header('authorization') ?? '') ?? [];
  if (token === undefined)
    return refusal({
      refused: 'This is for players alone, and no token of one came with it. Join first.',
      type: 'token',
    });
  const seat = desk.seat(token);
  if ('refused' in seat) return refusal(seat);
  return limited(left.player, seat.player) ?? handle(token);
}

const limitOfBody = bodyLimit({
  maxSize: mostBodyBytes,
  onError: () =>
    problem(413, `This is longer than the ${mostBodyBytes / 1024} KiB that a request may have.`, {
      headers: { connection: 'close' },
    }),
});

/** A body as its schema wants it, and what comes of it. */
async function told<Body>(
  { req }: Asked,
  schema: z.ZodType<Body>,
  handle: (body: Body) => Promise<object | Refusal>,
): Promise<Response> {
  if (!/^application\/json(?:;|$)/i.test(req.header('content-type') ?? ''))
    return problem(415, 'What is sent here is JSON, with the type application/json.');
  const data = parsed(await req.text());
  if (data === undefined) return problem(400, 'This is no JSON.');
  if (typeof data === 'object' && data !== null && 'wire' in data && data.wire !== wireVersion)
    return refusal({
      refused:
        'Your https-quest and the one of the host are of versions that do not understand each other. Take the same.',
      type: 'version',
    });
  const read = schema.safeParse(data);
  if (!read.success) {
    const where = read.error.issues[0]?.path.join('.') || 'the whole';
    return problem(400, `This is not what is sent here: ${where.slice(0, 100)} is not as it should be.`);
  }
  return answer(await handle(read.data));
}

/** Undefined where it is none: JSON has no such value. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function boardFor({ req }: Asked, desk: Desk): Response {
  const { number, text } = desk.board();
  const tag = `"${number}"`;
  const headers = { etag: tag, 'cache-control': 'public, max-age=1' };
  const known = (req.header('if-none-match') ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''));
  if (known.includes(tag) || known.includes('*')) return new Response(null, { status: 304, headers });
  return new Response(text, { headers: { 'content-type': 'application/json', ...headers } });
}

/** Of an event; 0 where it is none. */
const numberOf = (text: string | undefined): number => (/^\d{1,15}$/.test(text ?? '') ? Number(text) : 0);
