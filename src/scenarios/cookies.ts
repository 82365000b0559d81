// A browser's cookie jar (RFC 6265 5): what a Set-Cookie puts into it, and what goes into the Cookie line of a request.

export interface Cookie {
  readonly name: string;
  readonly value: string;
  /** Sent to this host alone: no site of the game sets a Domain. */
  readonly host: string;
  readonly path: string;
  readonly secure: boolean;
}
/** In the order in which they were made. */
export type Jar = readonly Cookie[];

/**
 * The jar after a response from `from` with this Set-Cookie line (5.2, 5.3). HttpOnly and SameSite change nothing here:
 * the one is about scripts, the other about requests that another site begins, and a person's own visit is neither.
 */
export function keepCookie(jar: Jar, from: URL, line: string): Jar {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
  const [name, value] = split(pair);
  if (!name || !pair.includes('=')) return jar;
  const given = new Map(attributes.map((attribute) => split(attribute)).map(([key, of]) => [key.toLowerCase(), of]));
  const path = given.get('path');
  const cookie: Cookie = {
    name,
    value,
    host: from.host,
    path: path?.startsWith('/') ? path : defaultPath(from.pathname),
    secure: given.has('secure'),
  };
  const old = jar.findIndex((one) => one.name === name && one.host === cookie.host && one.path === cookie.path);
  return old < 0 ? [...jar, cookie] : jar.map((one, index) => (index === old ? cookie : one));
}

/** What the Cookie line of a request to `to` says (5.4); nothing where no cookie is meant for it. */
export function cookieLine(jar: Jar, to: URL): string | undefined {
  const sent = jar.filter(
    ({ host, path, secure }) =>
      host === to.host && pathMatches(path, to.pathname) && (!secure || to.protocol === 'https:'),
  );
  const line = [...sent].sort((a, b) => b.path.length - a.path.length).map(({ name, value }) => `${name}=${value}`);
  return line.length ? line.join('; ') : undefined;
}

const split = (pair: string): [string, string] => {
  const at = pair.indexOf('=');
  return at < 0 ? [pair, ''] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
};

/** 5.1.4: up to the last slash, without it. */
const defaultPath = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';

/** 5.1.4: the same, or below it. */
const pathMatches = (cookie: string, request: string): boolean =>
  request === cookie || (request.startsWith(cookie) && (cookie.endsWith('/') || request[cookie.length] === '/'));
