// Alice in a café, where Eve listens; Victor, who sells a tunnel out of it; a forum that has no HTTPS, and Bob’s shop.
import * as z from 'zod';
import { authority } from '../pki/authority.ts';
import { clientPoints } from '../tls/client.ts';
import { type Link, over, type Protocol, stack, tell } from '../tls/effects.ts';
import { drawNumber, drawOne, type Entropy, named } from '../tls/entropy.ts';
import { findExtension } from '../tls/messages/extensions.ts';
import { serverPoints } from '../tls/server.ts';
import { together } from './actors.ts';
import { describeCell } from './cells.ts';
import { type Address, addressText, describeDns, resolver, resolverOverHttps } from './dns.ts';
import { contains, delivered, holds, learned, protocolFacts } from './facts.ts';
import { describeHttp, formEncode, formRequest, httpResponse, parseHttp, site } from './http.ts';
import type { Event, Wire } from './network.ts';
import { bookAny } from './orders.ts';
import { hear, helloIn } from './overhear.ts';
import { alice, bob, certificates, eve, tlsClient, tlsServer, today } from './people.ts';
import type { Fact, Scenario } from './scenario.ts';
import { hopHalf } from './sealedHop.ts';
import { inTunnel, type Place } from './tunnel.ts';
import { evening, tunnelPoints } from './vpnAlice.ts';
import { runBox } from './vpnVictor.ts';

const shop = 'shop.example';
const trusted = 'dns.example';
const vpnHost = 'vpn.example';

export const vpn: Scenario<Record<string, never>> = {
  name: 'vpn',
  setup: z.strictObject({}),
  points: [...Object.values(tunnelPoints), ...Object.values(clientPoints), ...Object.values(serverPoints)],
  words: ['forum', 'post', 'card', 'address', 'tunnel', 'promise'],
  vocabulary: {
    delivered: [
      ['post', 'forum'],
      ['card', 'bob'],
    ],
    learned: [
      ['eve', 'post'],
      ['eve', 'host'],
      ['eve', 'card'],
      ['victor', 'post'],
      ['victor', 'host'],
      ['victor', 'card'],
    ],
    found: [['alice', 'who-knows']],
  },
  scene(_given, draw) {
    const { root, issueFor } = certificates(draw);
    const his = authority(named(draw, 'victor authority'), today);
    const town = townOf(draw);
    const { addresses, forum, post, card } = town;
    const victors = hopHalf(draw, 'victor');
    const places: Readonly<Record<Link, Place>> = {
      'in dns': { address: addresses.victor, port: 53 },
      'in open dns': { address: addresses.resolver, port: 53 },
      'in vpn': { address: addresses.victor, port: 80 },
      'in forum': { address: addresses.forum, port: 80 },
      'in shop 80': { address: addresses.shop, port: 80 },
      'in shop 443': { address: addresses.shop, port: 443 },
    };
    const addressOf = (host: string) => (host === forum ? addresses.forum : addresses.shop);
    const served = (host: string, name: string) => tlsServer(issueFor(host), { entropy: named(draw, name) });
    const called = (host: string, name: string, more?: Uint8Array) =>
      tlsClient({ host, entropy: named(draw, name), anchors: more ? [root, more] : [root] });
    const resolving = (...links: readonly Link[]) => links.map((link) => over(link, resolver(addressOf)));
    return {
      cast: [
        { ...alice, title: 'Alice’s laptop' },
        { ...eve, title: 'Eve, in the café' },
        { actor: 'victor', role: 'server', name: 'Victor', title: vpnHost },
        { ...bob, title: shop },
        { actor: 'forum', role: 'server', name: 'Forum', title: forum, beside: 'bob' },
        { actor: 'resolvers', role: 'server', name: 'DNS', title: 'the resolvers', beside: 'bob' },
      ],
      actors: [
        { name: 'eve', protocol: listen() },
        {
          name: 'alice',
          protocol: inTunnel(
            evening({
              forum,
              shop,
              post: formRequest(forum, '/post', `text=${formEncode(post)}`),
              order: formRequest(shop, '/order', `item=${town.item}&card=${card}`),
              trusted,
              vpn: vpnHost,
              tls: called,
            }),
            {
              link: 'tunnel',
              places,
              own: addresses.alice,
              hop: { side: 'caller', half: hopHalf(draw, 'alice hop'), other: addresses.victor, share: victors.share },
            },
          ),
        },
        {
          name: 'victor',
          protocol: inTunnel(
            runBox({
              customer: addressText(addresses.alice),
              root: his.root,
              signsFor: (host) => tlsServer(his.issueFor(host), { entropy: named(draw, 'victor as site') }),
              callsOn: (host) => called(host, 'victor'),
            }),
            { link: 'tunnel', places, own: addresses.victor, hop: { side: 'called', half: victors } },
          ),
        },
        {
          name: 'resolvers',
          protocol: together(
            ...resolving('café', 'phone', 'victor', 'open'),
            over('doh', stack(resolverOverHttps(addressOf), served(trusted, 'resolvers'))),
          ),
        },
        { name: 'forum', protocol: together(...['café', 'phone', 'victor'].map((link) => over(link, site(takePost)))) },
        {
          name: 'bob',
          protocol: together(over('80', site(takeOrder)), over('443', stack(site(takeOrder), served(shop, 'bob')))),
        },
      ],
      wires,
      words: {
        forum,
        post,
        card,
        address: addressText(addresses.alice),
        tunnel: addressText(addresses.victor),
        promise: town.promise,
      },
      facts: (events) => facts(events, town),
    };
  },
};

// ---- the town -------------------------------------------------------------------------------------------------------

interface Town {
  readonly forum: string;
  readonly post: string;
  readonly item: string;
  readonly card: string;
  readonly promise: string;
  readonly addresses: Readonly<Record<'alice' | 'victor' | 'forum' | 'shop' | 'resolver', Address>>;
}

function townOf(draw: Entropy): Town {
  const last = (label: string) => 10 + drawNumber(draw, `address of ${label}`, 200);
  const forum = drawOne(draw, 'forum', ['forum.example', 'chess.example', 'garden.example']);
  return {
    forum,
    post: drawOne(draw, 'post', [
      'I will move to the coast in May',
      'My landlord must not know that I have a cat',
      'I am looking for another job',
    ]),
    item: drawOne(draw, 'item', ['lantern', 'compass', 'kettle', 'globe']),
    card: Array.from({ length: 4 }, (_, index) => 1000 + drawNumber(draw, `card ${index}`, 9000)).join('-'),
    promise: drawOne(draw, 'promise', ['We keep no logs.', 'Our logs are erased each night.', 'We never look.']),
    addresses: {
      alice: [192, 0, 2, last('alice')],
      victor: [198, 51, 100, last('victor')],
      forum: [203, 0, 113, 10 + drawNumber(draw, 'address of forum', 90)],
      shop: [203, 0, 113, 110 + drawNumber(draw, 'address of shop', 90)],
      resolver: [192, 0, 2, 1 + drawNumber(draw, 'address of resolver', 8)],
    },
  };
}

/** The café’s air is tapped by Eve; a phone’s network is not, and beyond the tunnel she is not either. */
const wires: readonly Wire[] = [
  wire(['alice', 'dns'], ['resolvers', 'café'], 'port 53', true),
  wire(['alice', 'doh'], ['resolvers', 'doh'], `${trusted}, port 443`, true),
  wire(['alice', 'forum'], ['forum', 'café'], 'port 80', true),
  wire(['alice', 'tunnel'], ['victor', 'tunnel'], 'the tunnel, port 51000', true),
  wire(['alice', 'phone dns'], ['resolvers', 'phone'], 'phone network, port 53', false),
  wire(['alice', 'phone forum'], ['forum', 'phone'], 'phone network, port 80', false),
  wire(['victor', 'dns'], ['resolvers', 'victor'], 'from Victor, port 53', false),
  wire(['victor', 'open dns'], ['resolvers', 'open'], 'from Victor to a resolver, port 53', false),
  wire(['victor', 'forum'], ['forum', 'victor'], 'from Victor, port 80', false),
  wire(['victor', 'shop 80'], ['bob', '80'], 'from Victor to the shop, port 80', false),
  wire(['victor', 'shop 443'], ['bob', '443'], 'from Victor to the shop, port 443', false),
];
function wire(one: readonly [string, Link], other: readonly [string, Link], label: string, tapped: boolean): Wire {
  return { ends: [one, other], label, ...(tapped ? { taps: [['eve', `air ${one[1]}`]] } : {}) };
}

function* takePost(request: Uint8Array) {
  yield* tell({ what: 'acted', action: 'post', bytes: Buffer.from(parseHttp(request).body, 'latin1') });
  return httpResponse('200 OK', { 'Content-Type': 'text/plain' }, 'Your post is on the board.\n');
}
const takeOrder = (request: Uint8Array) => bookAny(request);

// ---- Eve ------------------------------------------------------------------------------------------------------------

/** Notes what she can read, and of the rest how much there was and between whom. */
function* listen(): Protocol<void> {
  yield* tell({ what: 'kept', label: 'everything' });
  const heard = yield* hear(['air dns', 'air doh', 'air forum', 'air tunnel'], noteRead);
  const cells = heard.flatMap(({ bytes }) => describeCell(bytes) ?? []);
  const [first] = cells;
  if (!first) return;
  yield* tell({
    what: 'note',
    text: `${addressText(first.from)} and ${addressText(first.to)}: ${cells.length} sealed packets. Nothing to read.`,
  });
}

function* noteRead(bytes: Uint8Array): Protocol<void> {
  const dns = describeDns(bytes);
  const http = describeHttp(bytes);
  const name = findExtension(helloIn(bytes)?.extensions ?? [], 'server_name')?.host;
  if (dns && !dns.address) yield* tell({ what: 'note', text: `A DNS question: where is ${dns.host}?` });
  if (http?.name.startsWith('POST'))
    yield* tell({ what: 'note', text: `I read ${http.name}: ${parseHttp(bytes).body}` });
  if (name) yield* tell({ what: 'note', text: `A ClientHello names ${name}.` });
}

// ---- facts ----------------------------------------------------------------------------------------------------------

function facts(events: readonly Event[], { post, card, item }: Town): Fact[] {
  const secrets = { post: Buffer.from(formEncode(post)), host: Buffer.from(shop), card: Buffer.from(card) };
  const said = events.find((event) => event.what === 'acted' && event.action === 'foretold');
  const foretold = said?.what === 'acted' && Buffer.from(said.bytes).toString();
  return [
    ...delivered(events, 'forum', 'post', Buffer.from(`text=${formEncode(post)}`)),
    ...delivered(events, 'bob', 'order', Buffer.from(`item=${item}&card=${card}`), 'card'),
    ...['eve', 'victor'].flatMap((who) => learned(who, events, secrets)),
    ...(foretold && foretold === knower(events) ? [{ kind: 'found', who: 'alice', what: 'who-knows' } as const] : []),
    ...protocolFacts(events),
  ];
}

/** Who of the two holds the shop’s name beside Alice’s address, in what passed before his or her eyes. */
function knower(events: readonly Event[]): 'victor' | 'eve' | 'both' | 'nobody' {
  const [eves, victors] = ['eve', 'victor'].map((who) => contains(holds(who, events), Buffer.from(shop)));
  return eves && victors ? 'both' : eves ? 'eve' : victors ? 'victor' : 'nobody';
}
