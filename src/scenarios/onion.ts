// Alice logs in at her shop through three relays, each of which opens one layer. She watches every leg; the exit is Mallory's.
import * as z from 'zod';
import { clientPoints } from '../tls/client.ts';
import { close, over, type Protocol, send, stack, tell } from '../tls/effects.ts';
import { drawNumber, named } from '../tls/entropy.ts';
import { serverPoints } from '../tls/server.ts';
import { together } from './actors.ts';
import { type Address, addressText } from './dns.ts';
import { contains, delivered, holds, learned, protocolFacts } from './facts.ts';
import { type HttpMessage, httpResponse, parseHttp, site } from './http.ts';
import { linked } from './linked.ts';
import type { Event, Wire } from './network.ts';
import { describeNotebook, encodeNotebook } from './notebook.ts';
import { type Known, onionPoints, sendThroughRelays } from './onionAlice.ts';
import { type Directory, directoryOf, type Relay, relayNames, type Way, wayNames, ways } from './onionDirectory.ts';
import { cells, type Logged, relayAt } from './onionRelay.ts';
import { alice, bob, certificates, tlsClient, tlsServer } from './people.ts';
import type { Cast, Fact, Scenario } from './scenario.ts';
import { customerOf, shop } from './shopSite.ts';
import { loginForm } from './twoBobsAlice.ts';

const setup = z.strictObject({});

export const onion: Scenario<z.output<typeof setup>> = {
  name: 'onion',
  setup,
  points: [...Object.values(onionPoints), ...Object.values(clientPoints), ...Object.values(serverPoints)],
  words: [
    ...['owners', 'one', 'pair'].flatMap((way) => [way, `${way}-who`]),
    ...['guard', 'middle', 'exit'].flatMap((relay) => [relay, `${relay}-address`]),
    'firm',
    'address',
    'user',
    'password',
  ],
  called: { 'any-relay': ['relay'], 'any-owner': ['owner'], 'alice-to-shop': ['who calls and where'] },
  vocabulary: {
    delivered: [['login', 'bob']],
    learned: [['any-relay', 'password']],
    linked: [['any-owner', 'alice-to-shop']],
    found: [['alice', 'middle-knows']],
    aborted: [['alice', 'any']],
  },
  scene(_given, draw) {
    const { root, issueFor } = certificates(draw);
    const directory = directoryOf(named(draw, 'relays'));
    const address: Address = [192, 0, 2, 100 + drawNumber(draw, 'alice address', 100)];
    const customer = customerOf(draw, '1');
    const form = loginForm(customer);
    const { guard, middle, exit } = directory;
    return {
      cast: castOf(directory),
      actors: [
        {
          name: 'alice',
          protocol: sendThroughRelays({
            address,
            directory,
            host: shop,
            form,
            entropy: named(draw, 'alice'),
            tls: () => tlsClient({ host: shop, entropy: named(draw, 'alice TLS'), anchors: [root] }),
          }),
        },
        ...relayNames.map((name) => ({ name, protocol: machine(directory[name], directory) })),
        {
          name: 'bob',
          protocol: together(
            ...wayNames.flatMap((way) => [
              over(portOf(way, 80), site(logInto)),
              over(
                portOf(way, 443),
                stack(site(logInto), tlsServer(issueFor(shop), { entropy: named(draw, `bob ${way}`) })),
              ),
            ]),
          ),
        },
      ],
      wires: wiresOf(),
      words: {
        ...Object.fromEntries(
          (['owners', 'one', 'pair'] as const).flatMap((way) => [
            [
              way,
              way === 'one' ? `${exit.name}, three times` : ways[way].map((name) => directory[name].name).join(', '),
            ],
            [`${way}-who`, way === 'one' ? whoRuns([exit]) : whoRuns(ways[way].map((name) => directory[name]))],
          ]),
        ),
        ...Object.fromEntries(
          [guard, middle, exit].flatMap(({ relay, name, address: its }) => [
            [relay, name],
            [`${relay}-address`, addressText(its)],
          ]),
        ),
        firm: exit.owner,
        address: addressText(address),
        user: customer.user,
        password: customer.password,
      },
      facts: (events) => facts(events, { directory, address: addressText(address), form, password: customer.password }),
    };
  },
};

/** `City Library, Norway; Radio Club, Chile; Quick Lines, Japan`. */
const whoRuns = (relays: readonly Relay[]): string =>
  relays.map(({ owner, country }) => `${owner}, ${country}`).join('; ');

/** Mallory runs the exit under the name of a firm, and the other guard. Nothing on the ladder says so. */
function castOf(directory: Directory): readonly Cast[] {
  const of = (relay: Relay, name: string, beside?: string): Cast => {
    const one: Cast = {
      actor: relay.relay,
      role: 'server',
      name,
      title: `${relay.name} (${relay.country})`,
      ...(beside === undefined ? {} : { beside }),
    };
    if (relay.relay !== 'exit') return one;
    const { role, title } = one;
    return { ...one, name: 'Mallory', title: `Mallory’s ${relay.name}`, seems: { role, name, title } };
  };
  const { guard, other, middle, exit, fourth, fifth, sixth } = directory;
  return [
    { ...alice, title: 'Alice’s laptop' },
    { ...of(guard, 'Guard'), title: `${guard.name} or ${other.name}` },
    of(middle, 'Middle'),
    of(exit, 'Exit'),
    { ...bob, title: shop },
    of(other, 'Guard', 'guard'),
    ...[fourth, fifth, sixth].map((relay) => of(relay, 'Middle', 'middle')),
  ];
}

// ---- cables ---------------------------------------------------------------------------------------------------------

/** The link between the place `leg` of a way and the one before it; at both ends it has this name. */
const legOf = (way: Way, leg: number): string => (leg ? `${way} ${leg}` : way);
const portOf = (way: Way, port: 80 | 443): string => `${way} port ${port}`;
const pauseOf = (way: Way) => [`${way} pause`, `${way} paused`] as const;

/** Alice watches all legs: she has put a listener of her own on each. */
function wiresOf(): readonly Wire[] {
  const watched = (link: string, one: string, other: string, label: string): Wire => ({
    ends: [
      [one, link],
      [other, one === other ? `${link} in` : link],
    ],
    ...(one === 'alice' ? {} : { taps: [['alice', `eye ${link}`]] }),
    label,
  });
  return [
    ...wayNames.flatMap((way) => [
      ...ways[way].map((relay, leg) =>
        watched(legOf(way, leg), leg ? (ways[way][leg - 1] ?? '') : 'alice', relay, `${labelOf(way)}leg ${leg + 1}`),
      ),
      {
        ends: [
          ['exit', pauseOf(way)[0]],
          ['exit', pauseOf(way)[1]],
        ],
        label: `pause, ${way}`,
      } satisfies Wire,
      ...([80, 443] as const).map((port) => watched(portOf(way, port), 'exit', 'bob', `${labelOf(way)}port ${port}`)),
    ]),
    {
      ends: [
        ['middle', 'court'],
        ['alice', 'court'],
      ],
      label: 'a year later, in court',
    },
  ];
}
const labelOf = (way: Way): string => (way === 'long' ? 'second way, ' : '');

// ---- the relays and the shop ----------------------------------------------------------------------------------------

/** A relay's machine: every place that it may have on a way. The one in the middle is seized later, with its notebook. */
function* machine(relay: Relay, directory: Directory): Protocol<void> {
  const log: Logged[] = [];
  const posts = wayNames.flatMap((way) =>
    ways[way].flatMap((name, leg): Protocol<void>[] => {
      if (name !== relay.relay) return [];
      const next = ways[way][leg + 1];
      const from = leg && ways[way][leg - 1] === name ? `${legOf(way, leg)} in` : legOf(way, leg);
      const to = next
        ? { link: legOf(way, leg + 1), address: directory[next].address }
        : { ports: { 80: portOf(way, 80), 443: portOf(way, 443) }, pause: pauseOf(way) };
      return [relayAt(relay, { from, to }, log)];
    }),
  );
  yield* together(...posts);
  if (relay.relay !== 'middle') return;
  const lines = log.map(
    ({ before, after, there, back }) => `${cells(there)} from ${before} to ${after}, ${back} back.`,
  );
  yield* send(encodeNotebook(relay.name, lines).bytes, 'court');
  yield* close('court');
}

/** Whoever has the password is let in, on either port. */
function* logInto(request: Uint8Array): Protocol<HttpMessage> {
  const { start, body } = parseHttp(request);
  if (!start.startsWith('POST /login ')) return httpResponse('404 Not Found', {}, 'No such page.\n');
  yield* tell({ what: 'acted', action: 'login', bytes: Buffer.from(body, 'latin1') });
  return httpResponse('200 OK', { 'Content-Type': 'text/plain' }, 'Welcome back.\n');
}

// ---- facts ----------------------------------------------------------------------------------------------------------

interface Truth {
  readonly directory: Directory;
  readonly address: string;
  readonly form: string;
  readonly password: string;
}

function facts(events: readonly Event[], { directory, address, form, password }: Truth): Fact[] {
  const owners = [...new Set(relayNames.map((name) => directory[name].owner))];
  const read = relayNames.some((name) => learned(name, events, { password: Buffer.from(password) }).length > 0);
  const call = { what: 'alice-to-shop', from: address, to: shop };
  const joined = owners.some((owner) => {
    const actors = relayNames.filter((name) => directory[name].owner === owner);
    return linked({ owner, actors }, events, call).length > 0;
  });
  const foretold = events.find((event) => event.what === 'acted' && event.action === 'foretold');
  const seized = events.some(
    (event) => event.what === 'arrived' && event.by === 'alice' && describeNotebook(event.bytes)?.lines.length,
  );
  const right =
    seized && foretold?.what === 'acted' && Buffer.from(foretold.bytes).toString() === knownToMiddle(events, address);
  return [
    ...delivered(events, 'bob', 'login', Buffer.from(form)),
    ...(read ? [{ kind: 'learned', who: 'any-relay', what: 'password' } as const] : []),
    ...(joined ? [{ kind: 'linked', who: 'any-owner', what: 'alice-to-shop' } as const] : []),
    ...(right ? [{ kind: 'found', who: 'alice', what: 'middle-knows' } as const] : []),
    ...protocolFacts(events),
  ];
}

/** The most telling thing in what the relay in the middle holds. */
function knownToMiddle(events: readonly Event[], address: string): Known {
  const held = holds('middle', events);
  if (contains(held, Buffer.from(address))) return 'sender';
  return contains(held, Buffer.from(shop)) ? 'host' : 'neighbours';
}
