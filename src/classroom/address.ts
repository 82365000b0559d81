// Where a host is, as it is typed: `192.0.2.7`, `192.0.2.7:8443`, `[2001:db8::1]:8443`, `laptop.local`.
import { isIPv6 } from 'node:net';
import { type Failure, failure } from '../live/dial.ts';
import { readTarget, type Target } from '../live/target.ts';

/** The name or the address without brackets, and the port. */
export type Address = Pick<Target, 'host' | 'port'>;

/** On which hosts listen and to which players connect, unless it is said. */
export const usualPort = 8443;

/** As it is typed: the port left out where it is the usual one. */
export const addressInWords = ({ host, port }: Address): string => {
  const bracketed = isIPv6(host) ? `[${host}]` : host;
  return port === usualPort ? bracketed : `${bracketed}:${port}`;
};

/** Reads the address of a host, or says in one sentence what is wrong with it. A URL's scheme and last slash are overlooked. */
export function readAddress(text: string): { readonly ok: true; readonly address: Address } | Failure {
  const typed = text.trim().replace(/^https:\/\/([^/]*)\/?$/i, '$1');
  if (!typed) return failure(`Write the address that stands on the board, such as ${example}.`);
  if (/^https?:|\//i.test(typed))
    return failure(`Write the address alone, as it stands on the board, such as ${example}: no http:// and no slash.`);
  if (/[\p{C}\p{Z}\\?#@]/u.test(typed))
    return failure(`An address has only letters, digits, dots, hyphens and colons, such as ${example}.`);
  const [, inBrackets, name = '', port] = /^(?:\[([^[\]]*)\]|([^:[\]]*))(?::([^:]*))?$/.exec(typed) ?? [];
  if (isIPv6(typed)) return { ok: true, address: { host: typed.toLowerCase(), port: usualPort } };
  const host = inBrackets ?? name;
  if (inBrackets === undefined ? !name : !isIPv6(inBrackets))
    return failure(`This is no address: write it as it stands on the board, such as ${example} or [2001:db8::1]:8443.`);
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535))
    return failure('What stands behind the colon is no port: ports are numbers from 1 to 65535.');
  const address = { host: host.toLowerCase(), port: Number(port ?? usualPort) };
  // Of IPv6 a zone (fe80::1%eth0) may be part, of which URLs know nothing.
  if (inBrackets !== undefined) return { ok: true, address };
  const target = readTarget(`https://${host}`);
  // A URL may have more in its name than machines are called by.
  if (!('slip' in target) && /^[a-z0-9._-]+$/.test(target.host))
    return { ok: true, address: { ...address, host: target.host } };
  return failure(
    /^[\d.]+$/.test(host)
      ? `${host.length < 30 ? host : 'This'} is no address: one has four numbers from 0 to 255, such as ${example}.`
      : 'There can be no machine of this name: names have letters, digits, hyphens and dots.',
  );
}

const example = '192.0.2.7';
