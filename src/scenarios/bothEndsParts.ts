// What is played from both ends: the four parts, and what the seed decides of them.
import type { Issued } from '../pki/authority.ts';
import { client, type ClientSetup } from '../tls/client.ts';
import { close, over, type Protocol, receive, send, stack } from '../tls/effects.ts';
import { drawNumber, drawOne, type Entropy, named, shuffle } from '../tls/entropy.ts';
import { supportedGroups } from '../tls/groups.ts';
import { suites } from '../tls/registry.ts';
import { identity } from '../tls/server.ts';
import { supportedSuites } from '../tls/suites.ts';
import { client12 } from '../tls/v12/client.ts';
import { identity12 } from '../tls/v12/identity12.ts';
import { server12 } from '../tls/v12/server.ts';
import { together } from './actors.ts';
import { judgingClient, triesOlder } from './bothEndsAlice.ts';
import { type Orders, ordersOf, takeOrders } from './bothEndsBob.ts';
import { cutting, cuttingVersions, impersonating, type Legs, overwritingSuite, passing } from './bothEndsMallory.ts';
import { flightServer } from './flightServer.ts';
import { ask, formEncode, site } from './http.ts';
import type { Wire } from './network.ts';
import { bookAny, type Order, orderWith } from './orders.ts';
import { browserJudge, certificates, tlsServer } from './people.ts';
import type { Scene } from './scenario.ts';
import { fullSuites, menuOf } from './tls13Exchange.ts';

export const host = 'shop.example';

/** What the seed decides: whose answer it is, whose flight, and how the list of orders stops. */
export const variants = {
  /** `edited`: Mallory wrote another suite; `marker`: she cut the versions out of the hello; `older`: a Bob of TLS 1.2. */
  answer: ['good', 'edited', 'marker', 'older'],
  flight: ['good', 'other-key', 'left-out', 'no-link'],
  stop: ['sealed', 'cut', 'typed'],
} as const;
interface Variant {
  readonly answer: (typeof variants.answer)[number];
  readonly flight: (typeof variants.flight)[number];
  readonly stop: (typeof variants.stop)[number];
}
const variantOf = (draw: Entropy): Variant => ({
  answer: drawOne(draw, 'answer', variants.answer),
  flight: drawOne(draw, 'flight', variants.flight),
  stop: drawOne(draw, 'stop', variants.stop),
});

/**
 * `begin`: Alice writes a hello to Bob, and says what seals her order; `answer`: she judges what answers a hello of hers;
 * `flight`: and what follows it; `choose`: Bob answers her hello; `prove`: he proves who he is, and takes a list of orders.
 */
export const partNames = ['begin', 'answer', 'flight', 'choose', 'prove'] as const;
export type Part = (typeof partNames)[number];
type Played = Pick<Scene, 'actors' | 'wires'>;
export type Story = ReturnType<typeof storyOf>;

export function storyOf(draw: Entropy) {
  const { root, intermediate, issueFor } = certificates(draw);
  return {
    draw,
    root,
    intermediate,
    issueFor,
    otherHost: drawOne(draw, 'other site', ['bakery.example', 'books.example', 'garden.example']),
    variant: variantOf(draw),
    /** What Alice offers to a Bob who is not the player; at first he knows only the group of its share. */
    offer: menuOf(named(draw, 'offer')),
    /** What she offers to one who is. */
    menu: menuOf(named(draw, 'menu')),
    order: ordersBy(draw),
    list: ordersOf(draw),
  };
}

export const play = (part: Part, story: Story): Played => ({ begin, answer, flight, choose, prove })[part](story);

// ---- as Alice ---------------------------------------------------------------------------------------------------

function begin({ draw, root, issueFor, otherHost, offer, order }: Story): Played {
  const [own, other] = [issueFor(host), issueFor(otherHost)];
  const tls = judgingClient(
    { ...alices(named(draw, 'alice 1'), root), suites: fullSuites, groups: offer.groups, shares: [offer.shared] },
    'seal',
  );
  const shop = bobOfBoth(named(draw, 'bob 1'), (name) => (name === host ? own : other), [offer.shared]);
  return {
    actors: [
      { name: 'alice', protocol: over('line', stack(ask(order[1].request), tls)) },
      { name: 'bob', protocol: over('line', stack(site(bookAny), shop)) },
    ],
    wires: [
      {
        ends: [
          ['alice', 'line'],
          ['bob', 'line'],
        ],
        label: 'port 443',
      },
    ],
  };
}

/** She comes over `line`, and over `again` where she tries once more with less. */
function answer(story: Story): Played {
  const { draw, issueFor, offer, variant, order } = story;
  const own = issueFor(host);
  const links = ['line', 'again'];
  const bobsTls = (link: string) => {
    const entropy = named(draw, `bob 2 ${link}`);
    return variant.answer === 'older'
      ? server12({ entropy, identify: () => identity12(own.chain, own.key) })
      : bobOfBoth(entropy, () => own, supportedGroups);
  };
  const unoffered = supportedSuites.find((suite) => !offer.suites.includes(suite)) ?? 0;
  const meddling = {
    good: passing,
    older: passing,
    marker: cuttingVersions,
    edited: (line: Legs) => overwritingSuite(line, unoffered),
  }[variant.answer];
  return {
    actors: [
      {
        name: 'alice',
        protocol: (function* () {
          const { request } = order[2];
          const tls = judgingClient(twoSuites(named(draw, 'alice 2'), story), 'answer');
          const { transport } = yield* over('line', stack(ask(request), tls));
          if (!triesOlder(transport)) return yield* close('again');
          const older = { ...alices(named(draw, 'alice 2 again'), story.root), suites: suitesOf12 };
          yield* over('again', stack(ask(request), client12(older)));
        })(),
      },
      { name: 'mallory', protocol: together(meddling(legs('line')), passing(legs('again'))) },
      {
        name: 'bob',
        protocol: together(...links.map((link) => over(link, stack(site(bookAny), bobsTls(link))))),
      },
    ],
    wires: [...throughMallory('line'), ...throughMallory('again', 'second try')],
  };
}

function flight(story: Story): Played {
  const { draw, issueFor, variant, order } = story;
  const own = issueFor(host);
  const line = legs('line');
  const tls = judgingClient(twoSuites(named(draw, 'alice 3'), story), 'flight');
  return {
    actors: [
      { name: 'alice', protocol: over('line', stack(ask(order[3].request), tls)) },
      {
        name: 'mallory',
        protocol:
          variant.flight === 'good' ? passing(line) : impersonating(line, variant.flight, { host, copied: own, draw }),
      },
      { name: 'bob', protocol: over('line', stack(site(bookAny), tlsServer(own, { entropy: named(draw, 'bob 3') }))) },
    ],
    wires: throughMallory('line'),
  };
}

/** Two of the suites of TLS 1.3, as the seed has it, and TLS 1.2. */
const twoSuites = (entropy: Entropy, { root, offer }: Story): ClientSetup => ({
  ...alices(entropy, root),
  suites: [...supportedSuites.filter((suite) => offer.suites.includes(suite)), ...suitesOf12],
  arrange: (extensions) => [{ name: 'renegotiation_info', connection: new Uint8Array(0) }, ...extensions],
});

// ---- as Bob -----------------------------------------------------------------------------------------------------

/** Alice comes with what she offers to the player. */
const alicesMenu = (entropy: Entropy, { root, menu }: Story) =>
  client({ ...alices(entropy, root), suites: menu.suites, groups: menu.groups, shares: [menu.shared] });

function choose(story: Story): Played {
  const { draw, issueFor, order } = story;
  const tls = tlsServer(issueFor(host), { entropy: named(draw, 'bob 4') });
  return {
    actors: [
      {
        name: 'alice',
        protocol: over('line', stack(ask(order[4].request), alicesMenu(named(draw, 'alice 4'), story))),
      },
      { name: 'mallory', protocol: passing(legs('line')) },
      { name: 'bob', protocol: over('line', stack(site(bookAny), tls)) },
    ],
    wires: throughMallory('line'),
  };
}

function prove(story: Story): Played {
  const { draw, root, intermediate, issueFor, variant, list } = story;
  const issued = issueFor(host);
  const tls = flightServer({
    entropy: named(draw, 'bob 5'),
    own: identity(issued.chain, issued.key),
    certificates: { leaf: issued.chain[0] ?? new Uint8Array(0), intermediate, root },
  });
  const line = legs('line');
  return {
    actors: [
      { name: 'alice', protocol: over('line', stack(give(list), alicesMenu(named(draw, 'alice 5'), story))) },
      {
        name: 'mallory',
        protocol: variant.stop === 'sealed' ? passing(line) : cutting(line, variant.stop === 'typed'),
      },
      { name: 'bob', protocol: over('line', takeOrders(tls)) },
    ],
    wires: throughMallory('line'),
  };
}

const bothVersions: readonly number[] = [0x0304, 0x0303];
/** The suite of TLS 1.2 that fits Bob's Ed25519 key (RFC 8422 5.10). */
const suitesOf12: readonly number[] = [suites.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256];

/** Alice's browser: it lists TLS 1.2 as well, and checks as every browser does. */
const alices = (entropy: Entropy, root: Uint8Array): ClientSetup => ({
  host,
  entropy,
  judge: browserJudge([root]),
  versions: bothVersions,
});

/** Bob speaks both versions, and these groups. */
const bobOfBoth = (entropy: Entropy, issuedFor: (name: string | undefined) => Issued, groups: readonly number[]) => {
  const chosen = (name: string | undefined) => issuedFor(name);
  return server12({
    ...{ entropy, groups },
    identify: (name) => identity12(chosen(name).chain, chosen(name).key),
    tls13: { entropy, groups, identify: (name) => identity(chosen(name).chain, chosen(name).key) },
  });
};

/** Sends all orders in two records, says goodbye, and hears Bob out. */
function* give({ first, second }: Orders): Protocol<void> {
  yield* send(first);
  yield* send(second);
  yield* close();
  while (!('end' in (yield* receive())));
}

const legs = (link: string): Legs => ({ alice: `alice ${link}`, bob: `bob ${link}` });
const throughMallory = (link: string, label = 'port 443'): readonly Wire[] => [
  {
    ends: [
      ['alice', link],
      ['mallory', legs(link).alice],
    ],
    label,
  },
  {
    ends: [
      ['mallory', legs(link).bob],
      ['bob', link],
    ],
    label,
  },
];

/** Each connection has an order of its own. */
function ordersBy(draw: Entropy): Readonly<Record<1 | 2 | 3 | 4, Order>> {
  const items = shuffle(draw, 'items', ['a bench', 'two hammocks', 'a bird bath', 'a sundial', 'a wind chime']);
  const order = (number: 1 | 2 | 3 | 4): Order => {
    const item = items[number] ?? '';
    return orderWith(item, `item=${formEncode(item)}&gate=${1000 + drawNumber(draw, `gate ${number}`, 9000)}`);
  };
  return { 1: order(1), 2: order(2), 3: order(3), 4: order(4) };
}
