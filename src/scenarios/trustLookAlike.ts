// A mail asks for a small payment. Behind its links stand look-alikes of the shop, each with a certificate without a fault.
import { X509Certificate } from 'node:crypto';
import * as z from 'zod';
import { type Certifier, certifier } from '../pki/certifier.ts';
import { judge } from '../pki/judge.ts';
import { close, decide, decisionPoint, over, type Protocol, send, stack, tell } from '../tls/effects.ts';
import { drawNumber, drawOne, type Entropy, named } from '../tls/entropy.ts';
import { remember } from '../tls/remember.ts';
import { together } from './actors.ts';
import { delivered, learned, protocolFacts } from './facts.ts';
import { ask, formRequest, type HttpMessage, httpRequest, httpResponse, parseHttp, readMessage, site } from './http.ts';
import type { Event, Wire } from './network.ts';
import { alice, bob, mallory, tlsClient, today } from './people.ts';
import type { Fact } from './scenario.ts';
import type { Story } from './trust.ts';
import { cable, serving, visit } from './visits.ts';

const shop = 'shop.example';
const addresses = ['typed', 'labels', 'spelling'] as const;
const looks = ['host', 'padlock', 'valid', 'ca'] as const;
type Look = (typeof looks)[number];

const points = {
  /** Where the person goes. */
  openAddress: decisionPoint<{ readonly host: string }>()(
    'client.openAddress',
    '9110 4.2.2',
    z.strictObject({ address: z.enum(addresses) }),
    () => ({ address: 'typed' as const }),
  ),
  /** What the person looks at before paying, on this site and on every other. */
  judgeSite: decisionPoint<{ readonly host: string }>()(
    'client.judgeSite',
    '9110 17.1',
    z.strictObject({ look: z.enum(looks) }),
    () => ({ look: 'host' as const }),
  ),
  /** Which of three orders the CA signs. The rule: the one whose host answers the CA's test for its orderer. */
  predictOrder: decisionPoint<{ readonly host: string }>()(
    'client.predictOrder',
    '8555 8.3',
    z.strictObject({ signs: z.enum(['look-alike', 'shop', 'below-shop']) }),
    () => ({ signs: 'look-alike' as const }),
  ),
  /** A card went to a look-alike. */
  afterMistake: decisionPoint<{ readonly host: string }>()(
    'client.afterMistake',
    '9110 17.1',
    z.strictObject({ action: z.enum(['block', 'cookies', 'nothing']) }),
    () => ({ action: 'block' as const }),
  ),
};

export const lookAlike: Story = {
  points: Object.values(points),
  wordNames: ['labels-host', 'spelling-host', 'owed', 'card'],
  vocabulary: {
    delivered: [['card', 'bob']],
    learned: [['mallory', 'card']],
    accepted: [['bank', 'mallory-payment']],
    found: [['alice', 'what-the-ca-signs']],
  },
  words(draw) {
    const { labels, spelling, owed, card } = streetOf(draw);
    return { 'labels-host': labels, 'spelling-host': spelling, owed, card };
  },
  scene(draw) {
    const street = streetOf(draw);
    const { ca, card, friendsCard } = street;
    const hostsOnLines = [
      street.labels,
      street.labels,
      street.spelling,
      street.spelling,
      shop,
      shop,
      street.spelling,
      street.spelling,
    ];
    const serves = (number: number, respond: Respond, name: string) => {
      const host = hostsOnLines[number - 1] ?? shop;
      return serving(`visit ${number}`, ca.certify(host, { subject: host, names: [host] }), respond, named(draw, name));
    };
    return {
      cast: [
        alice,
        { ...mallory, seems: { role: 'server', name: 'Server', title: 'the site in the mail' } },
        { ...bob, title: shop },
        { actor: 'friend', role: 'client', name: 'friend', title: 'a friend’s phone', beside: 'alice' },
        { actor: 'ca', role: 'server', name: 'CA', title: 'the CA', beside: 'bob' },
        { actor: 'bank', role: 'server', name: 'bank', title: 'bank.example', beside: 'bob' },
      ],
      actors: [
        { name: 'alice', protocol: person(draw, street) },
        { name: 'friend', protocol: friend(draw, street) },
        {
          name: 'mallory',
          protocol: together(
            ...[1, 2, 3, 4, 7, 8].map((number) => serves(number, desk, 'mallory')),
            serving(
              'friend',
              ca.certify(street.spelling, { subject: street.spelling, names: [street.spelling] }),
              spend,
              named(draw, 'mallory'),
            ),
            ...orderThree(street),
          ),
        },
        {
          name: 'bob',
          protocol: together(serves(5, charge, 'bob'), serves(6, charge, 'bob'), over('challenge', site(nothingThere))),
        },
        { name: 'ca', protocol: signOrders(draw, street) },
        { name: 'bank', protocol: bank() },
      ],
      wires: [
        ...[1, 2, 3, 4].map((number) => cable(`visit ${number}`, 'mallory')),
        ...[5, 6].map((number) => cable(`visit ${number}`, 'bob')),
        ...[7, 8].map((number) => cable(`visit ${number}`, 'mallory')),
        between('alice', 'bank', 'bank', 'alice', 'the bank’s desk'),
        between('alice', 'log', 'ca', 'log', 'to the CA'),
        between('friend', 'peer', 'mallory', 'friend', 'the friend, port 443'),
        between('mallory', 'order', 'ca', 'order', 'orders'),
        between('ca', 'check mallory', 'mallory', 'challenge', 'the CA’s test'),
        between('ca', 'check bob', 'bob', 'challenge', 'the CA’s test'),
        between('mallory', 'bank', 'bank', 'mallory', 'a payment'),
      ],
      facts: (events) => [
        ...delivered(events, 'bob', 'charge', Buffer.from(card), 'card'),
        ...learned('mallory', events, { card: Buffer.from(card) }),
        ...(events.some((event) => isActed(event, 'bank', 'paid', friendsCard))
          ? [{ kind: 'accepted', who: 'bank', what: 'mallory-payment' } as const]
          : []),
        ...foreseen(events),
        ...protocolFacts(events),
      ],
    };
  },
};
type Respond = (request: Uint8Array) => Protocol<HttpMessage>;

const between = (a: string, aLink: string, b: string, bLink: string, label: string): Wire => ({
  ends: [
    [a, aLink],
    [b, bLink],
  ],
  label,
});
const isActed = (event: Event, by: string, action: string, text: string): boolean =>
  event.what === 'acted' &&
  event.by === by &&
  event.action === action &&
  Buffer.from(event.bytes).equals(Buffer.from(text));

/** Known once the CA has answered all orders. */
function foreseen(events: readonly Event[]): Fact[] {
  if (!events.some((event) => isActed(event, 'ca', 'done', ''))) return [];
  const predicted = events.find((event) => event.what === 'acted' && event.action === 'predicted');
  const signed = events.flatMap((event) =>
    event.what === 'acted' && event.action === 'signed' ? [Buffer.from(event.bytes).toString()] : [],
  );
  const right = predicted?.what === 'acted' && signed.join(' ') === Buffer.from(predicted.bytes).toString();
  return right ? [{ kind: 'found', who: 'alice', what: 'what-the-ca-signs' }] : [];
}

// ---- what the seed decides ------------------------------------------------------------------------------------------

interface Street {
  readonly root: Certifier;
  readonly ca: Certifier;
  /** The shop's name in front of another. */
  readonly labels: string;
  /** A name that is written nearly so. */
  readonly spelling: string;
  readonly owed: string;
  readonly card: string;
  readonly friendsCard: string;
}
const streetOf = (draw: Entropy): Street =>
  streets(Buffer.from(draw('look-alike', 8)).toString('hex'), () => {
    const root = certifier(named(draw, 'padlock'), 'Quest Root X1', today);
    const digits = (label: string) =>
      `9${Array.from({ length: 15 }, (_, index) => drawNumber(draw, `${label} ${index}`, 10)).join('')}`;
    return {
      root,
      ca: certifier(named(draw, 'padlock'), 'Quest Intermediate A1', today, root),
      labels: `${shop}.${drawOne(draw, 'labels', ['paydesk', 'parcels', 'checkout'])}.example`,
      spelling: drawOne(draw, 'spelling', ['sh0p.example', 'shop-pay.example', 'shopp.example']),
      owed: `1.${10 + drawNumber(draw, 'cents', 90)}`,
      card: digits('card'),
      friendsCard: digits('friend'),
    };
  });
const streets = remember<Street>(16);

const payment = (host: string, card: string): HttpMessage => formRequest(host, '/pay', `card=${card}`);
const cardIn = (request: Uint8Array): string => parseHttp(request).body.replace('card=', '');
const page = httpResponse('200 OK', { 'Content-Type': 'text/html' }, '<h1>The Shop</h1><p>Pay here.</p>');

// ---- the person, and the friend -------------------------------------------------------------------------------------

function* person(draw: Entropy, street: Street): Protocol<void> {
  const { address } = yield* decide(points.openAddress, { host: shop });
  const looking = siteVisitor(draw, street);
  const done =
    address === 'labels'
      ? yield* looking(street.labels, 1)
      : address === 'spelling'
        ? yield* looking(street.spelling, 3)
        : false;
  if (!done) yield* looking(shop, 5);
  // The same mail comes again the next day.
  yield* looking(street.spelling, 7);
  const { signs } = yield* decide(points.predictOrder, { host: street.spelling });
  const named = { 'look-alike': street.spelling, shop, 'below-shop': `pay.${shop}` };
  yield* tell({ what: 'acted', action: 'predicted', bytes: Buffer.from(named[signs]) });
  const list = yield* over('log', ask(httpRequest('GET', '/signed', { Host: 'ca.example' })));
  if (list) yield* tell({ what: 'note', text: parseHttp(list).body.trim() });
  const { action } = yield* decide(points.afterMistake, { host: street.spelling });
  if (action === 'block') yield* over('bank', ask(payment('bank.example', street.friendsCard)));
  yield* close('bank');
}

/** Opens a site, looks at what she always looks at, and pays or leaves. Gives whether she paid. */
function siteVisitor(draw: Entropy, { root, ca, card }: Street) {
  let look: Look | undefined;
  return function* (host: string, number: number): Protocol<boolean> {
    let chain: readonly Uint8Array[] = [];
    const call = (line: number, request: HttpMessage) =>
      visit({
        number: line,
        called: `${host}, ${line % 2 ? 'its page' : 'my payment'}`,
        host,
        request,
        entropy: named(draw, `alice ${line}`),
        // biome-ignore lint/correctness/useYield: it asks nobody
        *judge(shown) {
          chain = shown.chain;
          return judge(chain, { host, anchors: [root.certificate], now: today });
        },
      });
    if (!(yield* call(number, httpRequest('GET', '/pay', { Host: host })))) return false;
    look ??= (yield* decide(points.judgeSite, { host })).look;
    const issuer = new X509Certificate(chain[0] ?? new Uint8Array(0)).issuer;
    const pays = {
      host: host.split('.').slice(-2).join('.') === shop,
      // Without a padlock the page would not have come.
      padlock: true,
      valid: judge(chain, { host, anchors: [root.certificate], now: today }).every(({ holds }) => holds),
      ca: issuer === `CN=${ca.name}`,
    }[look];
    if (pays) return (yield* call(number + 1, payment(host, card))) !== undefined;
    yield* tell({ what: 'note', text: `${host}: its last two labels are not ${shop}. I leave.` });
    return false;
  };
}

const friend = (draw: Entropy, { root, spelling, friendsCard }: Street): Protocol<unknown> =>
  stack(
    ask(payment(spelling, friendsCard)),
    tlsClient({ host: spelling, entropy: named(draw, 'friend'), anchors: [root.certificate] }),
  );

// ---- Mallory --------------------------------------------------------------------------------------------------------

function* desk(request: Uint8Array): Protocol<HttpMessage> {
  if (parseHttp(request).start.startsWith('GET ')) return page;
  const card = cardIn(request);
  yield* tell({ what: 'note', text: `Alice’s card: ${card}`, holds: Buffer.from(card) });
  return httpResponse('200 OK', {}, 'Thank you.\n');
}

/** With the friend's card she goes to the bank. */
function* spend(request: Uint8Array): Protocol<HttpMessage> {
  const card = cardIn(request);
  yield* tell({ what: 'note', text: `A friend of Alice’s paid here, too: ${card}` });
  yield* send(payment('bank.example', card).bytes, 'bank');
  yield* close('bank');
  return httpResponse('200 OK', {}, 'Thank you.\n');
}

/** Orders three certificates, and answers on her own host with what the CA wants to find there. */
function orderThree({ spelling }: Street): readonly Protocol<void>[] {
  let token = '';
  return [
    (function* () {
      for (const host of [spelling, shop, `pay.${shop}`]) {
        const order = httpRequest(
          'POST',
          '/order',
          { Host: 'ca.example', 'Content-Length': String(host.length) },
          host,
        );
        yield* send(order.bytes, 'order');
        const given = yield* over('order', readMessage());
        token = given ? parseHttp(given).body : '';
        yield* send(httpRequest('POST', '/ready', { Host: 'ca.example' }).bytes, 'order');
        yield* over('order', readMessage());
      }
      yield* close('order');
    })(),
    over(
      'challenge',
      // biome-ignore lint/correctness/useYield: it asks nobody
      site(function* () {
        return httpResponse('200 OK', {}, token);
      }),
    ),
  ];
}

// ---- Bob, the CA, the bank ------------------------------------------------------------------------------------------

function* charge(request: Uint8Array): Protocol<HttpMessage> {
  if (parseHttp(request).start.startsWith('GET ')) return page;
  yield* tell({ what: 'acted', action: 'charge', bytes: Buffer.from(cardIn(request)) });
  return httpResponse('200 OK', {}, 'Thank you.\n');
}

// biome-ignore lint/correctness/useYield: it asks nobody
function* nothingThere(): Protocol<HttpMessage> {
  return httpResponse('404 Not Found', {});
}

/** For each order a token, which must then be found at the host itself (RFC 8555 8.3). */
function* signOrders(draw: Entropy, { spelling }: Street): Protocol<void> {
  const signed: string[] = [];
  for (let number = 1; ; number++) {
    const order = yield* over('order', readMessage());
    if (!order) break;
    const host = parseHttp(order).body;
    const token = Buffer.from(draw(`token ${number}`, 12)).toString('hex');
    yield* send(httpResponse('201 Created', {}, token).bytes, 'order');
    yield* over('order', readMessage());
    const line = host === spelling ? 'check mallory' : 'check bob';
    yield* send(httpRequest('GET', `/.well-known/acme-challenge/${token}`, { Host: host }).bytes, line);
    const found = yield* over(line, readMessage());
    const isThere = found !== undefined && parseHttp(found).body === token;
    if (isThere) {
      signed.push(host);
      yield* tell({ what: 'acted', action: 'signed', bytes: Buffer.from(host) });
    }
    yield* send(httpResponse(isThere ? '200 OK' : '403 Forbidden', {}).bytes, 'order');
  }
  for (const line of ['order', 'check mallory', 'check bob']) yield* close(line);
  yield* tell({ what: 'acted', action: 'done', bytes: new Uint8Array(0) });
  const list = `The CA signed of three orders: ${signed.join(', ') || 'none'}`;
  yield* over(
    'log',
    // biome-ignore lint/correctness/useYield: it asks nobody
    site(function* () {
      return httpResponse('200 OK', {}, list);
    }),
  );
}

/** Blocks what it is told to, and then pays what is asked of it. */
function* bank(): Protocol<void> {
  const blocked = new Set<string>();
  yield* over(
    'alice',
    // biome-ignore lint/correctness/useYield: it asks nobody
    site(function* (request) {
      blocked.add(cardIn(request));
      return httpResponse('200 OK', {}, 'The card is blocked.\n');
    }),
  );
  yield* over(
    'mallory',
    site(function* (request) {
      const card = cardIn(request);
      if (blocked.has(card)) return httpResponse('403 Forbidden', {}, 'This card is blocked.\n');
      yield* tell({ what: 'acted', action: 'paid', bytes: Buffer.from(card) });
      return httpResponse('200 OK', {}, 'Paid.\n');
    }),
  );
}
