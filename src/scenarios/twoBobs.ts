// Alice wants to log in to her shop from a café whose resolver lies. Two servers show her the same page: which one is Bob's?
import * as z from 'zod';
import { authority } from '../pki/authority.ts';
import { clientPoints } from '../tls/client.ts';
import { type Link, over, stack } from '../tls/effects.ts';
import { drawNumber, drawOne, type Entropy, named } from '../tls/entropy.ts';
import { serverPoints } from '../tls/server.ts';
import { together } from './actors.ts';
import { type Address, addressText, resolver, resolverOverHttps } from './dns.ts';
import { delivered, learned, protocolFacts } from './facts.ts';
import { site } from './http.ts';
import type { Event, Wire } from './network.ts';
import { alice, bob, certificates, mallory, tlsClient, tlsServer, today } from './people.ts';
import type { Cast, Fact, Scenario } from './scenario.ts';
import { type Customer, customerOf, shop } from './shopSite.ts';
import { impersonateByAddress } from './twoBobsMallory.ts';
import { customerPoints, logIn, loginForm } from './twoBobsAlice.ts';
import { shopPages } from './twoBobsShop.ts';

const trusted = 'dns.example';

const setup = z.strictObject({
  /** What the café's resolver says: Mallory's address, or a second one of Bob's. */
  resolver: z.enum(['lies', 'true']),
});
type Setup = z.output<typeof setup>;

export const twoBobs: Scenario<Setup> = {
  name: 'two-bobs',
  setup,
  points: [...Object.values(customerPoints), ...Object.values(clientPoints), ...Object.values(serverPoints)],
  words: ['named', 'known', 'software', 'user', 'password'],
  called: { login: ['log in'] },
  vocabulary: {
    delivered: [['login', 'bob']],
    learned: [['mallory', 'password']],
    aborted: [
      ['alice', 'unknown_ca'],
      ['alice', 'any'],
    ],
  },
  scene(given, draw) {
    const lies = given.resolver === 'lies';
    const { root, issueFor } = certificates(draw);
    const customer = customerOf(draw, '1');
    const street = streetOf(draw);
    const truth = () => street.known;
    const pages = shopPages(customer, street.software);
    const serving = (link: string, ...taken: readonly Link[]) => [
      over(`${link} 80`, site(pages(link))),
      ...['443', ...taken].map((port) =>
        over(
          `${link} ${port}`,
          stack(site(pages(link)), tlsServer(issueFor(shop), { entropy: named(draw, `bob ${link} ${port}`) })),
        ),
      ),
    ];
    const tls = (host: string, name: string) =>
      tlsClient({ host, entropy: named(draw, `alice ${name}`), anchors: [root] });
    const hers = authority(named(draw, 'mallory authority'), today).issueFor(shop);
    return {
      cast: castOf(lies, street),
      actors: [
        {
          name: 'alice',
          protocol: logIn({ customer, known: street.known, trusted, tls }),
        },
        { name: 'resolver', protocol: resolver(() => street.named) },
        {
          name: 'other resolver',
          protocol: together(
            over('phone', resolver(truth)),
            over(
              'doh',
              stack(resolverOverHttps(truth), tlsServer(issueFor(trusted), { entropy: named(draw, 'other resolver') })),
            ),
          ),
        },
        ...(lies
          ? [
              {
                name: 'mallory',
                protocol: impersonateByAddress((port) => tlsServer(hers, { entropy: named(draw, `mallory ${port}`) })),
              },
            ]
          : []),
        {
          name: 'bob',
          protocol: together(
            ...serving('known', 'phone'),
            ...(lies ? [over('mallory', site(pages('mallory')))] : serving('named', 'again')),
          ),
        },
      ],
      wires: wiresOf(lies, street),
      words: {
        named: addressText(street.named),
        known: addressText(street.known),
        software: street.software,
        user: customer.user,
        password: customer.password,
      },
      facts: (events) => facts(events, customer),
    };
  },
};

/** What the seed decides of the neighbourhood. */
interface Street {
  /** The address that the café's resolver names. */
  readonly named: Address;
  /** The one that Alice's browser knows from home. */
  readonly known: Address;
  readonly software: string;
  /** Whose lifeline stands nearer to Alice. */
  readonly nearer: 'mallory' | 'bob';
}
function streetOf(draw: Entropy): Street {
  const software = drawOne(draw, 'software', ['nginx', 'Apache', 'Caddy', 'lighttpd']);
  const known = 10 + drawNumber(draw, 'known', 100);
  return {
    named: [198, 51, 100, 10 + drawNumber(draw, 'named', 100)],
    known: [203, 0, 113, known],
    software,
    nearer: drawOne(draw, 'nearer', ['mallory', 'bob']),
  };
}

/** Nothing on the ladder says who of the two is who. */
function castOf(lies: boolean, { named: naming, known, nearer }: Street): readonly Cast[] {
  const browser = { ...alice, title: 'Alice’s laptop' };
  const resolvers: Cast[] = [
    { actor: 'resolver', role: 'server', name: 'DNS', title: 'the café’s resolver', beside: 'alice' },
    { actor: 'other resolver', role: 'server', name: 'other DNS', title: 'another resolver', beside: 'alice' },
  ];
  if (!lies) return [browser, { ...bob, title: shop }, ...resolvers];
  const [first, second] = nearer === 'mallory' ? [mallory, bob] : [bob, mallory];
  const seeming = (one: Cast, number: number): Cast => {
    const address = addressText(one === mallory ? naming : known);
    return {
      ...one,
      title: `${one.name} ${address}`,
      seems: { role: 'server', name: `Bob ${number}`, title: address },
    };
  };
  return [browser, seeming(first, 1), seeming(second, 2), ...resolvers];
}

function wiresOf(lies: boolean, { named: naming, known }: Street): readonly Wire[] {
  const cable = (link: Link, to: readonly [actor: string, link: Link], label: string, tap?: Link): Wire => ({
    ends: [['alice', link], to],
    label,
    ...(lies && tap ? { taps: [['mallory', tap]] } : {}),
  });
  const [there, known4] = [addressText(naming), addressText(known)];
  const called = lies ? 'mallory' : 'bob';
  return [
    cable('dns', ['resolver', 'peer'], 'port 53'),
    cable('named 80', [called, 'named 80'], `${there}, port 80`),
    cable('named 443', [called, 'named 443'], `${there}, port 443`),
    cable('named again', [called, 'named again'], `once more ${there}, port 443`),
    cable('known 80', ['bob', 'known 80'], `${known4}, port 80`, 'air 80'),
    cable('known 443', ['bob', 'known 443'], `${known4}, port 443`, 'air 443'),
    cable('doh', ['other resolver', 'doh'], `${trusted}, port 443`, 'air doh'),
    cable('phone 53', ['other resolver', 'phone'], 'phone network, port 53'),
    cable('phone 443', ['bob', 'known phone'], 'phone network, port 443'),
    ...(lies
      ? [
          {
            ends: [
              ['mallory', 'bob'],
              ['bob', 'mallory'],
            ],
            label: 'her own line, port 80',
          } satisfies Wire,
        ]
      : []),
  ];
}

function facts(events: readonly Event[], customer: Customer): Fact[] {
  const own = events.filter((event) => event.what !== 'acted' || event.link !== 'mallory');
  return [
    ...delivered(own, 'bob', 'login', Buffer.from(loginForm(customer))),
    ...learned('mallory', events, { password: Buffer.from(customer.password) }),
    ...protocolFacts(events),
  ];
}
