// How much one may ask at a time: what is left of an allowance that comes back with time. It is in memory alone.
import { isIPv6 } from 'node:net';

export interface Allowance {
  /** Takes one of whoever asks; 0 where it was there, else the whole seconds until there is one again. */
  readonly take: (who: string) => number;
}

interface Setup {
  /** As much as one may take at once. */
  readonly burst: number;
  /** As much as comes back in a second. */
  readonly perSecond: number;
  /** In ms. */
  readonly now: () => number;
}

/** Of more, those who asked first are forgotten: somebody with many addresses must not fill the memory. */
const mostKnown = 20_000;

export function allowance({ burst, perSecond, now }: Setup): Allowance {
  const known = new Map<string, { left: number; at: number }>();
  return {
    take(who) {
      const at = now();
      const before = known.get(who) ?? { left: burst, at };
      const there = Math.min(burst, before.left + ((at - before.at) / 1000) * perSecond);
      const left = there < 1 ? there : there - 1;
      known.delete(who);
      known.set(who, { left, at });
      const [oldest] = known.keys();
      if (known.size > mostKnown && oldest !== undefined) known.delete(oldest);
      return there < 1 ? Math.ceil((1 - there) / perSecond) : 0;
    },
  };
}

/** One household's: of IPv6 the first 64 bits, for any number of addresses are behind them. */
export function household(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '').replace(/%.*$/, '');
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.split('::');
  const groups = head ? head.split(':') : [];
  const rest = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? 0 : 8 - groups.length - rest.length;
  return [...groups, ...Array<string>(Math.max(0, zeros)).fill('0'), ...rest].slice(0, 4).join(':');
}
