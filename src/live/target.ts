// What a URL says: whom to call, and what to ask for. Read strictly: what it does not plainly say is refused, not guessed.
import { isIP } from 'node:net';

export interface Target {
  /** The name without a dot at its end and in letters that DNS has (`xn--bcher-kva.example`), or an address without brackets. */
  readonly host: string;
  readonly port: number;
  /** Path and query: what a request asks for. */
  readonly path: string;
  /** As an HTTP Host field writes it: brackets round an IPv6 address, the port where it is not 443. */
  readonly authority: string;
}

/** Gives the target, or one sentence on what is wrong and what to write. */
export function readTarget(url: string): Target | { readonly slip: string } {
  const [, scheme = '', authority = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)/i.exec(url) ?? [];
  if (/[\p{C}\p{Z}\\]/u.test(url))
    return { slip: 'The URL has a space, a backslash or a character that cannot be seen.' };
  if (!scheme) return { slip: `Write the whole URL, with its scheme: https://${example(url)}` };
  if (scheme.toLowerCase() === 'http')
    return { slip: 'http:// is spoken in the clear: there is no handshake to play. Write https://' };
  if (scheme.toLowerCase() !== 'https') return { slip: `Only https:// can be played, not ${scheme}://` };
  if (!authority) return { slip: 'The URL names no server: https://shop.example/' };
  if (authority.includes('@'))
    return { slip: 'A URL with a name or password in it is not taken: leave out all up to the @.' };
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return { slip: 'The URL has no server name, address or port that there can be.' };
  }
  const host = parsed.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const [, typed = ''] = /^(\[[^\]]*\]|[^:]*)/.exec(authority) ?? [];
  // The URL standard reads "1", "0x7f.1" and "127.1" as addresses.
  if (isIP(host) === 4 && isIP(typed) !== 4)
    return { slip: `Write the address in four numbers (${host}), if it is that what you mean.` };
  if (!isIP(host) && !isName(host)) return { slip: 'The server name is none that DNS can have.' };
  const port = parsed.port === '' ? 443 : Number(parsed.port);
  if (port === 0) return { slip: 'There is no port 0 to call: ports are 1 to 65535.' };
  const bracketed = isIP(host) === 6 ? `[${host}]` : host;
  return {
    host,
    port,
    path: `${parsed.pathname}${parsed.search}`,
    authority: port === 443 ? bracketed : `${bracketed}:${port}`,
  };
}

/** RFC 1035 2.3.4: labels of 1 to 63 octets, at most 253 characters in all. */
const isName = (host: string): boolean =>
  host.length <= 253 && host.split('.').every((label) => label.length > 0 && label.length <= 63);

const example = (url: string): string => (/^[a-z0-9.-]+(?::\d+)?(?:\/[\w./-]*)?$/i.test(url) ? url : 'shop.example/');
