// Which hosts a certificate speaks for (RFC 9525): the reference name is what was typed, and only subjectAltName counts.
import type { Certificate } from './certificate.ts';
import { isPublicSuffix } from './publicSuffixes.ts';

/** Whether one of the names in the certificate is that of the host: a name, or an address as it is written. */
export function speaksFor({ has: { subjectAltName = [] } }: Certificate, host: string): boolean {
  const address = addressOf(host);
  // 6.4: an address is compared with iPAddress, byte for byte, and never with a name.
  return subjectAltName.some((name) =>
    address
      ? name.kind === 'iPAddress' && Buffer.from(name.bytes).equals(address)
      : name.kind === 'dNSName' && matchesHost(name.text, host),
  );
}

/**
 * RFC 9525 6.3: letters without case; a star is one whole label, the leftmost, and stands for exactly one label. A host
 * typed with other letters than ASCII is compared as its A-labels (6.3, RFC 5890).
 */
export function matchesHost(pattern: string, host: string): boolean {
  const [wanted, given] = [pattern.toLowerCase().split('.'), asciiOf(host).split('.')];
  if (wanted.length !== given.length || wanted.some((label) => !label)) return false;
  const [first, ...rest] = wanted;
  if (rest.some((label) => label.includes('*'))) return false;
  // A star over all names that people can register is nobody's to have.
  if (first?.includes('*') && (first !== '*' || isPublicSuffix(rest.join('.')))) return false;
  return wanted.every((label, index) => (index === 0 && label === '*') || label === given[index]);
}

function asciiOf(host: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII begins with them
  if (/^[\x00-\x7f]*$/.test(host)) return host.toLowerCase();
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : host.toLowerCase();
}

/** The bytes of an address; nothing where the host is a name. */
export function addressOf(host: string): Uint8Array | undefined {
  if (host.includes(':')) return sixteenBytes(host);
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(host)?.slice(1).map(Number);
  return parts?.every((part) => part < 256) ? Uint8Array.from(parts) : undefined;
}

function sixteenBytes(host: string): Uint8Array {
  // What has a colon is no name; where it is no address either, it is like none.
  if (!/^[0-9a-f:.]+$/i.test(host) || !URL.canParse(`http://[${host}]`)) return new Uint8Array(0);
  const [left = '', right] = new URL(`http://[${host}]`).hostname.slice(1, -1).split('::');
  const groups = (text: string | undefined) => (text ? text.split(':') : []);
  const [before, after] = [groups(left), groups(right)];
  const all = [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after];
  return Uint8Array.from(all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]));
}

/** Whether it is written as a host's name is (RFC 1123 2.1): letters, digits, hyphens; with a star at most as first label. */
export const isHostName = (name: string): boolean =>
  name.length <= 253 &&
  name
    .split('.')
    .every(
      (label, at) =>
        (at === 0 && label === '*' && name.length > 1) || /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.test(label),
    ) &&
  !/^\d+(?:\.\d+){3}$/.test(name);
