// Bob's shop as a site: which of its pages want HTTPS, what it answers on port 80, and how it knows its customers again.
import * as z from 'zod';
import { decide, decisionPoint, type Protocol, send, tell, close } from '../tls/effects.ts';
import { drawNumber, drawOne, type Entropy } from '../tls/entropy.ts';
import { formDecode, type HttpMessage, httpResponse, parseHttp, readMessage } from './http.ts';

export const shop = 'shop.example';
export const images = 'img.example';

/** Which pages want HTTPS. `form`: only what the login form is sent to; `login`: the login page as well. */
const pageSets = ['form', 'login', 'account', 'all'] as const;
export type PageSet = (typeof pageSets)[number];
const flag = z.enum(['Secure', 'HttpOnly', 'SameSite=Strict']);
type Flag = z.output<typeof flag>;

export const shopPoints = {
  /** What to change after a theft of cookies. The rule: nothing that carries the cookie goes in the clear. */
  patch: decisionPoint<{ readonly host: string }>()(
    'server.patch',
    '6265 8.3',
    z.strictObject({ policy: z.enum(['none', 'https-everywhere', 'http-only', 'long-id', 'new-password']) }),
    () => ({ policy: 'https-everywhere' as const }),
  ),
  /** Which pages go over HTTPS. The rule: all. */
  tlsPages: decisionPoint<{ readonly host: string }>()(
    'server.tlsPages',
    '9110 17',
    z.strictObject({ pages: z.enum(pageSets) }),
    (): { pages: PageSet } => ({ pages: 'all' }),
  ),
  /** A page that wants HTTPS is asked for on port 80. The rule: send the browser to https. */
  onPlainRequest: decisionPoint<{ readonly target: string }>()(
    'server.onPlainRequest',
    '9110 15.4.2',
    z.strictObject({ reply: z.enum(['redirect', 'serve', 'closed']) }),
    () => ({ reply: 'redirect' as const }),
  ),
  /** The attributes of the session cookie. The rule: Secure, unless pages in the clear must know the customer, too. */
  cookieFlags: decisionPoint<{ readonly pages: PageSet }>()(
    'server.cookieFlags',
    '6265 4.1.2.5',
    z.strictObject({ flags: z.array(flag).max(3) }),
    ({ pages }): { flags: Flag[] } => ({ flags: pages === 'all' ? ['Secure', 'HttpOnly'] : ['HttpOnly'] }),
  ),
};

/** What Alice has and does at the shop in this run. */
export interface Customer {
  readonly user: string;
  readonly password: string;
  readonly newPassword: string;
  readonly item: string;
  readonly street: string;
}
export function customerOf(draw: Entropy, visit: string): Customer {
  const word = (label: string) => drawOne(draw, label, ['tulip', 'maple', 'violin', 'harbour', 'pepper', 'comet']);
  const road = drawOne(draw, `${visit} street`, ['Mill Lane', 'Harbour Road', 'Castle Street', 'Old Bridge Walk']);
  return {
    user: drawOne(draw, 'user', ['alice', 'alice.m', 'alice77']),
    password: `${word('word')}${1000 + drawNumber(draw, 'digits', 9000)}`,
    newPassword: `${word('new word')}-${1000 + drawNumber(draw, 'new digits', 9000)}`,
    item: drawOne(draw, `${visit} item`, ['red lamp', 'sea chart', 'tea kettle', 'wool scarf']),
    street: `${1 + drawNumber(draw, `${visit} house`, 199)} ${road}`,
  };
}

export interface Shop {
  readonly customers: readonly Customer[];
  /** The name of the session cookie, and the page that shows the customer's address. */
  readonly cookie: string;
  readonly account: string;
  readonly sessionId: (bytes: number, user: string) => string;
  pages: PageSet;
  /** What stands in for an answer to `onPlainRequest` or `cookieFlags`; asked where it is not there. */
  reply?: 'redirect' | 'serve' | 'closed';
  flags?: readonly Flag[];
  idBytes: number;
  asksForNewPassword: boolean;
  /** Whether links name the whole address, with its scheme, even where all pages are of one kind. */
  readonly wholeLinks?: boolean;
  /** Sent with every response of that scheme: for how many seconds browsers shall come by https alone. */
  hsts?: { readonly over: 'http' | 'https'; readonly maxAge: number };
  /** By user. */
  readonly passwords: Map<string, string>;
  /** Whom each session belongs to. */
  readonly sessions: Map<string, string>;
  /** What came in the clear at least once. */
  readonly regretted: Set<string>;
}
export const shopOf = (draw: Entropy, customers: readonly Customer[]): Shop => ({
  customers,
  cookie: drawOne(draw, 'cookie name', ['sid', 'session', 'shop_id', 'sess']),
  account: drawOne(draw, 'account page', ['/account', '/profile', '/address']),
  sessionId: (bytes, user) => Buffer.from(draw(`session id of ${user}`, bytes)).toString('hex'),
  pages: 'login',
  idBytes: 16,
  asksForNewPassword: false,
  passwords: new Map(customers.map(({ user, password }) => [user, password])),
  sessions: new Map(),
  regretted: new Set(),
});

/** Begins as a shop with HTTPS for its login page alone, then mends itself. */
export function* patched(site: Shop): Protocol<void> {
  const { policy } = yield* decide(shopPoints.patch, { host: shop });
  site.reply = 'redirect';
  site.flags = [];
  switch (policy) {
    case 'none':
      return;
    case 'https-everywhere':
      site.pages = 'all';
      site.flags = ['Secure'];
      return;
    case 'http-only':
      site.flags = ['HttpOnly'];
      return;
    case 'long-id':
      site.idBytes = 64;
      return;
    case 'new-password':
      site.asksForNewPassword = true;
  }
}

/** Serves one connection, by http or https, until either side ends it. */
export function* serve(site: Shop, scheme: 'http' | 'https', link: string): Protocol<void> {
  for (;;) {
    const request = yield* readMessage();
    const response = request && (yield* respond(site, request, scheme, link));
    if (!response) return yield* close();
    yield* send(site.hsts?.over === scheme ? withHsts(response.bytes, site.hsts.maxAge) : response.bytes);
  }
}

const withHsts = (response: Uint8Array, maxAge: number): Uint8Array =>
  Buffer.from(
    Buffer.from(response)
      .toString('latin1')
      .replace('\r\n\r\n', `\r\nStrict-Transport-Security: max-age=${maxAge}\r\n\r\n`),
    'latin1',
  );

function* respond(
  site: Shop,
  request: Uint8Array,
  scheme: 'http' | 'https',
  link: string,
): Protocol<HttpMessage | undefined> {
  const { start, headers, body } = parseHttp(request);
  const [method = '', target = ''] = start.split(' ');
  const id = new RegExp(`(?:^|; )${site.cookie}=([^;]*)`).exec(headers.cookie ?? '')?.[1];
  if (scheme === 'http')
    yield* regret(site, `${method} ${target}`, [id && site.cookie, /\bpass=/.test(body) && 'the password']);
  if (scheme === 'http' && wantsTls(site, method, target)) {
    site.reply ??= (yield* decide(shopPoints.onPlainRequest, { target })).reply;
    if (site.reply === 'closed') return undefined;
    if (site.reply === 'redirect' || method === 'POST')
      return redirect(
        method === 'GET' ? '301 Moved Permanently' : '308 Permanent Redirect',
        `https://${shop}${target}`,
      );
  }
  const user = site.sessions.get(id ?? '');
  switch (`${method} ${target}`) {
    case 'GET /':
      return yield* front(site);
    case 'GET /login':
      return page(`<h1>Log in</h1>${form(hrefTo(site, 'POST', '/login'), ['user', 'pass'])}`);
    case 'POST /login':
      return yield* login(site, body);
    case 'GET /password':
      return page(`<h1>Choose a new password</h1>${form('/password', ['pass'])}`);
    case 'POST /password':
      if (user) site.passwords.set(user, field(body, 'pass'));
      yield* tell({ what: 'note', text: 'The password is another now. The table of sessions is the same.' });
      return redirect('303 See Other', hrefTo(site, 'GET', '/cart'));
    case 'GET /cart':
      return user ? cart(site, user, scheme) : toLogin(site);
    case 'POST /order':
      if (!user) return yield* stranger(site, link);
      yield* tell({ what: 'acted', action: 'order', bytes: Buffer.from(body, 'latin1'), link });
      return page('<h1>Thank you. Your order is booked.</h1>');
    case `GET ${site.account}`:
      if (!user) return yield* stranger(site, link);
      yield* tell({
        what: 'note',
        text: `${site.cookie}=${id?.slice(0, 8)}... is ${user} in my table: I show the address.`,
      });
      return page(`<h1>${user}</h1><p>Ships to: ${site.customers.find((one) => one.user === user)?.street}</p>`);
    default:
      return httpResponse('404 Not Found', { 'Content-Type': 'text/plain' }, 'No such page.\n');
  }
}

/** Notes the first time that a secret came in the clear. */
function* regret(site: Shop, request: string, came: readonly (string | false | undefined)[]): Protocol<void> {
  for (const what of came) {
    if (!what || site.regretted.has(what)) continue;
    site.regretted.add(what);
    yield* tell({ what: 'note', text: `${request} came in the clear, with ${what} in it.` });
  }
}

const wantsTls = ({ pages, account }: Shop, method: string, target: string): boolean => {
  switch (pages) {
    case 'form':
      return method === 'POST' && target === '/login';
    case 'login':
      return target === '/login' || target === '/password';
    case 'account':
      return target === '/login' || target === '/password' || target === account;
    case 'all':
      return true;
  }
};

/** A shop that is all of one kind writes short links; one that is not must say which of its pages are which. */
const hrefTo = (site: Shop, method: string, target: string): string =>
  site.pages === 'all' && !site.wholeLinks
    ? target
    : `${wantsTls(site, method, target) ? 'https' : 'http'}://${shop}${target}`;

function* front(site: Shop): Protocol<HttpMessage> {
  const html = `<h1>Bob's shop</h1><a href="${hrefTo(site, 'GET', '/login')}">Log in</a>`;
  yield* tell({ what: 'acted', action: 'front-page', bytes: Buffer.from(html) });
  return page(html);
}

/** Lets in whoever knows the password; raises an alarm at the first wrong one. */
function* login(site: Shop, body: string): Protocol<HttpMessage> {
  const user = field(body, 'user');
  const holds = site.passwords.get(user) === field(body, 'pass');
  yield* tell({ what: 'check', name: 'login', holds, required: true });
  if (!holds)
    return httpResponse('401 Unauthorized', { 'Content-Type': 'text/html' }, 'Wrong password. This was reported.\n');
  site.flags ??= (yield* decide(shopPoints.cookieFlags, { pages: site.pages })).flags;
  const id = site.sessionId(site.idBytes, user);
  site.sessions.set(id, user);
  yield* tell({ what: 'note', text: `New row in my table: ${site.cookie}=${id.slice(0, 8)}... is ${user}.` });
  return redirect(
    '303 See Other',
    site.asksForNewPassword ? hrefTo(site, 'GET', '/password') : hrefTo(site, 'GET', '/cart'),
    [`${site.cookie}=${id}`, 'Path=/', ...site.flags],
  );
}

function cart(site: Shop, user: string, scheme: 'http' | 'https'): HttpMessage {
  // The image host speaks no TLS, so pages over HTTPS do without its image.
  const logo = scheme === 'http' ? `<img src="http://${images}/logo.svg">` : '';
  return page(`${logo}<p>Hello ${user}</p>${form(hrefTo(site, 'POST', '/order'), ['item'])}`);
}

function* stranger(site: Shop, link: string): Protocol<HttpMessage> {
  if (link === 'mallory')
    yield* tell({ what: 'note', text: 'A request without a row in my table: to the login page.' });
  return toLogin(site);
}
const toLogin = (site: Shop) => redirect('302 Found', hrefTo(site, 'GET', '/login'));

const redirect = (status: string, location: string, cookie: readonly string[] = []): HttpMessage =>
  httpResponse(status, { Location: location, ...(cookie.length ? { 'Set-Cookie': cookie.join('; ') } : {}) });

const page = (html: string): HttpMessage => httpResponse('200 OK', { 'Content-Type': 'text/html' }, html);

const form = (action: string, names: readonly string[]): string =>
  `<form method="post" action="${action}">${names.map((name) => `<input name="${name}">`).join('')}</form>`;

const field = (body: string, name: string): string =>
  formDecode(new RegExp(`(?:^|&)${name}=([^&]*)`).exec(body)?.[1] ?? '');
