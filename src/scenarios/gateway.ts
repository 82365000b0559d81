// A café whose gateway is Mallory's, and a shop that sends everybody to https. She answers port 80 in its place; then the shop
// tells browsers never to ask there again; then other guests come.
import * as z from 'zod';
import { clientPoints } from '../tls/client.ts';
import { decide, decisionPoint, over, type Protocol, stack } from '../tls/effects.ts';
import { named } from '../tls/entropy.ts';
import { serverPoints } from '../tls/server.ts';
import { authority } from '../pki/authority.ts';
import { together } from './actors.ts';
import { delivered, learned, protocolFacts } from './facts.ts';
import { type Guest, guestOf, guestsOf, inAndOutOfReach } from './gatewayGuests.ts';
import { gatewayPoints, portOf, runGateway } from './gatewayMallory.ts';
import type { Event, Wire } from './network.ts';
import { bob, certificates, mallory, tlsClient, tlsServer, today } from './people.ts';
import type { Fact, Scenario } from './scenario.ts';
import { serve, type Shop, shop, shopOf } from './shopSite.ts';

const visits = ['1', '2', '3'] as const;

const setup = z.strictObject({
  /** Of Alice's: each has a password of its own. Before the second she opened the shop from home; at the third others come, too. */
  visit: z.enum(visits),
});
type Setup = z.output<typeof setup>;

const demandHttps = decisionPoint<{ readonly host: string }>()(
  /** What makes browsers ask by https alone. The rule: HSTS, in what is sent over https. */
  'server.demandHttps',
  '6797 7.1',
  z.strictObject({ policy: z.enum(['none', 'hsts', 'hsts-over-http', 'closed', 'new-certificate']) }),
  () => ({ policy: 'hsts' as const }),
);

export const gateway: Scenario<Setup> = {
  name: 'gateway',
  setup,
  points: [
    ...Object.values(gatewayPoints),
    demandHttps,
    ...Object.values(clientPoints),
    ...Object.values(serverPoints),
  ],
  words: [
    'user',
    'password',
    'carol-password',
    'erin-password',
    'max-age',
    'days',
    'lapsed',
    'lapsed-id',
    'lapsed-days',
    'shut-id',
    'shut',
    'shut-who',
    'shut-note',
  ],
  called: { certificate: ['warning'] },
  vocabulary: {
    learned: [
      ...visits.map((number) => ['mallory', `password-${number}`] as const),
      ['mallory', 'carol-password'],
      ['mallory', 'erin-password'],
    ],
    delivered: [['front-page', 'alice']],
    detected: [['alice', 'certificate']],
    aborted: [['alice', 'unknown_ca']],
  },
  scene({ visit }, draw) {
    const { root, issueFor } = certificates(draw);
    const { days, guests } = guestsOf(draw, visit);
    const bobs: Shop = {
      ...shopOf(
        draw,
        guests.map(({ customer }) => customer),
      ),
      pages: 'all',
      reply: 'redirect',
      flags: ['Secure', 'HttpOnly'],
      wholeLinks: true,
    };
    const choosing = guests.length > 1;
    const { lapsed, shut } = inAndOutOfReach(guests, days);
    const passwordOf = (actor: string) => guests.find((guest) => guest.actor === actor)?.customer.password ?? '';
    const forged = authority(named(draw, 'mallory authority'), today).issueFor(shop);
    return {
      cast: [
        ...guests.slice(0, 1).map(({ cast }) => cast),
        { ...mallory, title: 'Mallory’s gateway' },
        bob,
        ...guests.slice(1).map(({ cast }) => cast),
      ],
      actors: [
        {
          name: 'mallory',
          protocol: runGateway({
            guests: guests.map(({ actor }) => actor),
            choosing,
            clientTo: (link) => tlsClient({ host: shop, entropy: named(draw, `mallory ${link}`), anchors: [root] }),
            ownServer: () => tlsServer(forged, { entropy: named(draw, 'mallory as server') }),
          }),
        },
        {
          name: 'bob',
          protocol: bobsDay(bobs, days, (generation) =>
            guests.map((guest) => {
              const issued = issueFor(shop, 'ed25519', generation);
              const by = (link: string, scheme: 'http' | 'https'): Protocol<unknown> => {
                const site = serve(bobs, scheme, link);
                if (scheme === 'http') return over(link, site);
                return over(link, stack(site, tlsServer(issued, { entropy: named(draw, `bob ${link}`) })));
              };
              return linesOf(guest).map(({ link, scheme }) => by(link, scheme));
            }),
          ),
        },
        ...guests.map((guest) => ({ name: guest.actor, protocol: guestOf(guest, draw, root) })),
      ],
      wires: guests.flatMap((guest) => wiresOf(guest, choosing)),
      words: {
        user: guests[0]?.customer.user ?? '',
        password: passwordOf('alice'),
        'carol-password': passwordOf('carol') || 'none yet',
        'erin-password': passwordOf('erin') || 'none yet',
        'max-age': String(days * 24 * 3600),
        days: String(days),
        lapsed: lapsed?.cast.name ?? '',
        'lapsed-id': lapsed?.actor ?? '',
        'lapsed-days': String(lapsed?.daysAgo ?? ''),
        'shut-id': shut?.actor ?? '',
        shut: shut ? sayOf(shut) : '',
        'shut-who': shut?.cast.name ?? '',
        'shut-note': shut?.listed
          ? 'A preload list: hosts for https alone, shipped with the browser.'
          : 'From home, under seal, with Bob’s line in the reply.',
      },
      facts: (events) => facts(events, visit, guests),
    };
  },
};

const sayOf = ({ cast, listed, daysAgo = 0 }: Guest): string =>
  listed ? `${cast.name}, with Bob on her list` : `${cast.name}, at Bob’s ${daysAgo} days ago`;

/** Bob's ends: what comes to him from the café, what Mallory fetches in a guest's place, and from a guest's home. */
const linesOf = ({ actor, daysAgo }: Guest) => [
  { link: `${actor} 80`, scheme: 'http' as const },
  { link: `${actor} 443`, scheme: 'https' as const },
  { link: `${actor} own`, scheme: 'https' as const },
  ...(daysAgo === undefined
    ? []
    : [
        { link: `${actor} home 80`, scheme: 'http' as const },
        { link: `${actor} home 443`, scheme: 'https' as const },
      ]),
];

function wiresOf({ actor, cast, daysAgo }: Guest, choosing: boolean): Wire[] {
  const through = (port: '80' | '443'): Wire[] => [
    {
      ends: [
        [actor, `port ${port}`],
        ['mallory', `${actor} ${port}`],
      ],
      label: `port ${port}`,
    },
    {
      ends: [
        ['mallory', `${actor} bob ${port}`],
        ['bob', `${actor} ${port}`],
      ],
      label: `port ${port}`,
    },
  ];
  const past: Wire = {
    ends: [
      [actor, 'port 443'],
      ['bob', `${actor} 443`],
    ],
    taps: [['mallory', `air ${actor}`]],
    label: portOf(actor),
  };
  const home = (port: '80' | '443'): Wire => ({
    ends: [
      [actor, `home ${port}`],
      ['bob', `${actor} home ${port}`],
    ],
    label: `${cast.name}’s home, port ${port}`,
  });
  return [
    ...through('80'),
    ...(choosing ? [past] : through('443')),
    {
      ends: [
        ['mallory', `${actor} own`],
        ['bob', `${actor} own`],
      ],
      label: 'Mallory’s own https',
    },
    ...(daysAgo === undefined ? [] : [home('80'), home('443')]),
  ];
}

/** Mends the shop, then opens it. */
function* bobsDay(
  site: Shop,
  days: number,
  lines: (generation: 1 | 2) => readonly (readonly Protocol<unknown>[])[],
): Protocol<void> {
  const { policy } = yield* decide(demandHttps, { host: shop });
  const maxAge = days * 24 * 3600;
  if (policy === 'hsts') site.hsts = { over: 'https', maxAge };
  if (policy === 'hsts-over-http') site.hsts = { over: 'http', maxAge };
  if (policy === 'closed') site.reply = 'closed';
  yield* together(...lines(policy === 'new-certificate' ? 2 : 1).flat());
}

function facts(events: readonly Event[], visited: Setup['visit'], guests: readonly Guest[]): Fact[] {
  const secrets = guests.map(({ actor, customer }) => [
    actor === 'alice' ? `password-${visited}` : `${actor}-password`,
    Buffer.from(customer.password),
  ]);
  const [front] = events.flatMap((event) =>
    event.what === 'acted' && event.by === 'bob' && event.action === 'front-page' ? [event.bytes] : [],
  );
  const warned = events.some(
    (event) => event.what === 'check' && event.by === 'alice' && event.required && !event.holds,
  );
  return [
    ...learned('mallory', events, Object.fromEntries(secrets)),
    ...(front ? delivered(events, 'alice', 'front-page', front) : []),
    ...(warned ? [{ kind: 'detected', who: 'alice', what: 'certificate' } as const] : []),
    ...protocolFacts(events),
  ];
}
