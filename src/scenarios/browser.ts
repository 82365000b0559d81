// A small honest browser: it follows redirects, keeps cookies and the hosts that want https alone, fetches a page's images,
// sends its forms, and says in its address bar over what a page came.
import { over, type Link, type Protocol, send } from '../tls/effects.ts';
import { cookieLine, type Jar, keepCookie } from './cookies.ts';
import { type HstsStore, isKnownHsts, keepHsts, upgraded } from './hsts.ts';
import { formEncode, formType, httpRequest, parseHttp, readMessage } from './http.ts';

export interface Browser {
  jar: Jar;
  /** The hosts that want https alone, and the time by which entries run out; absent in a browser that knows no HSTS. */
  hsts?: { store: HstsStore; readonly now: Date };
  /** The open connection over which a request goes. */
  readonly lineTo: (url: URL) => Link;
}
/** What stands on the screen: where it came from, `200 OK`, and its HTML. */
export interface Page {
  readonly url: URL;
  readonly status: string;
  readonly html: string;
  /** The whole response. */
  readonly bytes: Uint8Array;
}
interface Request {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly form?: string | undefined;
}

/** More redirects than any site of the game makes. */
const mostRedirects = 8;

/** Opens an address; nothing where nobody answers. */
export const visit = (browser: Browser, address: string): Protocol<Page | undefined> =>
  load(browser, { method: 'GET', url: new URL(address) });

/** What stands above the page. `http` is called what it is. */
export const addressBar = ({ url }: Page): string =>
  `${url.protocol === 'https:' ? '[padlock]' : '[Not secure]'} ${url.host}${url.pathname === '/' ? '' : url.pathname}`;

/** What stands in place of a page whose certificate failed. For a host that wants https alone there is no way past it (RFC 6797 12.1). */
export const warningPage = ({ hsts }: Browser, host: string): string =>
  `Your connection to ${host} is not private. [Back]${hsts && isKnownHsts(hsts.store, host, hsts.now) ? '' : ' [Go on, unsafe]'}`;

/** Follows the link with that text; nothing where the page has none. */
export function* follow(browser: Browser, page: Page, text: string): Protocol<Page | undefined> {
  const [, href] = new RegExp(`<a href="([^"]*)">${text}</a>`).exec(page.html) ?? [];
  return href === undefined ? undefined : yield* load(browser, { method: 'GET', url: new URL(href, page.url) });
}

/** Where the form of a page is sent; nothing where it has none. */
export const formTarget = ({ html, url }: Page): URL | undefined => {
  const [, action] = /<form method="post" action="([^"]*)">/.exec(html) ?? [];
  return action === undefined ? undefined : new URL(action, url);
};

export function* submit(
  browser: Browser,
  page: Page,
  fields: Readonly<Record<string, string>>,
): Protocol<Page | undefined> {
  const url = formTarget(page);
  if (!url) return undefined;
  const form = Object.entries(fields).map(([name, value]) => `${name}=${formEncode(value)}`);
  return yield* load(browser, { method: 'POST', url, form: form.join('&') });
}

function* load(browser: Browser, first: Request): Protocol<Page | undefined> {
  let request = first;
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const url = upgradedBy(browser, request.url);
    const response = yield* exchange(browser, { ...request, url });
    if (!response) return undefined;
    const { start, headers, body } = parseHttp(response);
    const status = start.replace('HTTP/1.1 ', '');
    const { location } = headers;
    if (location === undefined) {
      for (const [, source = ''] of body.matchAll(/<img src="([^"]*)">/g))
        yield* exchange(browser, { method: 'GET', url: upgradedBy(browser, new URL(source, url)) });
      return { url, status, html: body, bytes: response };
    }
    request = redirected(request, status, new URL(location, url));
  }
  return undefined;
}

const upgradedBy = ({ hsts }: Browser, url: URL): URL => (hsts ? upgraded(hsts.store, url, hsts.now) : url);

/** 307 and 308 repeat the request; after the others browsers ask with GET (RFC 9110 15.4). */
const redirected = ({ method, form }: Request, status: string, url: URL): Request =>
  /^30[78]/.test(status) ? { method, url, form } : { method: 'GET', url };

function* exchange(browser: Browser, { method, url, form }: Request): Protocol<Uint8Array | undefined> {
  const cookies = cookieLine(browser.jar, url);
  const request = httpRequest(
    method,
    url.pathname,
    {
      Host: url.host,
      ...(cookies === undefined ? {} : { Cookie: cookies }),
      ...(form === undefined ? {} : { 'Content-Type': formType, 'Content-Length': String(form.length) }),
    },
    form,
  );
  const response = yield* over(
    browser.lineTo(url),
    (function* () {
      yield* send(request.bytes);
      return yield* readMessage();
    })(),
  );
  const { 'set-cookie': cookie, 'strict-transport-security': line } = response ? parseHttp(response).headers : {};
  if (cookie !== undefined) browser.jar = keepCookie(browser.jar, url, cookie);
  const { hsts } = browser;
  if (line !== undefined && hsts) hsts.store = keepHsts(hsts.store, url, line, hsts.now);
  return response;
}
