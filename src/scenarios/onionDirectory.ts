// The public list of relays, as the seed has it: who runs each, where, and the share that everybody may know of it; and the
// ways through them that there are cables for.
import { drawNumber, type Entropy, named, shuffle } from '../tls/entropy.ts';
import type { KeyExchange } from '../tls/groups.ts';
import type { Address } from './dns.ts';
import { hopHalf } from './sealedHop.ts';

/** Each is an actor. `other` is a second guard; the last three are what a longer way has in addition. */
export const relayNames = ['guard', 'other', 'middle', 'exit', 'fourth', 'fifth', 'sixth'] as const;
export type RelayName = (typeof relayNames)[number];

export interface Relay {
  readonly relay: RelayName;
  /** `Alder`. */
  readonly name: string;
  readonly owner: string;
  readonly country: string;
  readonly address: Address;
  readonly half: KeyExchange;
}
export type Directory = Readonly<Record<RelayName, Relay>>;

/** The ways by the names of their cables. */
export const ways = {
  owners: ['guard', 'middle', 'exit'],
  one: ['exit', 'exit', 'exit'],
  pair: ['other', 'middle', 'exit'],
  long: ['guard', 'middle', 'fourth', 'fifth', 'sixth', 'exit'],
} as const satisfies Readonly<Record<string, readonly RelayName[]>>;
export type Way = keyof typeof ways;
export const wayNames = Object.keys(ways) as readonly Way[];

/** The exit and the other guard have one owner: Mallory, under the name of a firm. */
export function directoryOf(draw: Entropy): Directory {
  const names = shuffle(draw, 'names', ['Alder', 'Birch', 'Cedar', 'Hazel', 'Maple', 'Rowan', 'Aspen', 'Larch']);
  const owners = shuffle(draw, 'owners', [
    'City Library',
    'Radio Club',
    'Night School',
    'Chess Circle',
    'Sea Museum',
    'Star Watch',
  ]);
  const firm = shuffle(draw, 'firm', ['Quick Lines', 'Swift Net', 'Fast Lanes'])[0] ?? '';
  const countries = shuffle(draw, 'countries', ['Norway', 'Chile', 'Kenya', 'Japan', 'Malta', 'Canada', 'Nepal']);
  const block = 100 + drawNumber(draw, 'addresses', 30);
  const relays = relayNames.map((relay, index): Relay => {
    const mallorys = relay === 'exit' || relay === 'other';
    return {
      relay,
      name: names[index] ?? '',
      owner: mallorys ? firm : (owners[index] ?? ''),
      country: countries[index] ?? '',
      address: [198, 51, 100, block + 13 * index],
      half: hopHalf(named(draw, relay), 'relay'),
    };
  });
  return Object.fromEntries(relays.map((one) => [one.relay, one])) as Record<RelayName, Relay>;
}
