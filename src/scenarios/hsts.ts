// A browser's list of hosts that want https alone (RFC 6797 8): what a Strict-Transport-Security line puts into it, and
// which addresses it changes before a packet leaves.

export interface HstsEntry {
  readonly host: string;
  /** From then on the entry means nothing. `listed`: it came with the browser, on its preload list (12.3). */
  readonly until: Date | 'listed';
  readonly subdomains: boolean;
}
export type HstsStore = readonly HstsEntry[];

/** The list after a response from `from` with this line (8.1). One that came over http is ignored, and so is one without a max-age. */
export function keepHsts(store: HstsStore, from: URL, line: string, now: Date): HstsStore {
  if (from.protocol !== 'https:') return store;
  const directives = new Map(
    line.split(';').map((part) => {
      const [name = '', value = ''] = part.split('=');
      return [name.trim().toLowerCase(), value.trim().replace(/^"(.*)"$/, '$1')];
    }),
  );
  const age = directives.get('max-age') ?? '';
  if (!/^\d+$/.test(age)) return store;
  const others = store.filter(({ host, until }) => host !== from.hostname || until === 'listed');
  if (Number(age) === 0) return others; // 6.1.1
  const until = new Date(Math.min(now.getTime() + Number(age) * 1000, 8.64e15));
  return [...others, { host: from.hostname, until, subdomains: directives.has('includesubdomains') }];
}

/** Whether the host, or one above it that speaks for its subdomains, is on the list and has not run out (8.2). */
export const isKnownHsts = (store: HstsStore, host: string, now: Date): boolean =>
  store.some(
    (entry) =>
      (entry.until === 'listed' || now < entry.until) &&
      (host === entry.host || (entry.subdomains && host.endsWith(`.${entry.host}`))),
  );

/** The address as the browser asks for it (8.3): of a known host, with https and never with port 80. */
export function upgraded(store: HstsStore, url: URL, now: Date): URL {
  if (url.protocol !== 'http:' || !isKnownHsts(store, url.hostname, now)) return url;
  const safer = new URL(url);
  safer.protocol = 'https:';
  return safer;
}
