// A café, and a shop that Alice logs in to: some pages over HTTPS, some in the clear. Mallory hears it all, and copies what makes Alice Alice.
import * as z from 'zod';
import { clientPoints } from '../tls/client.ts';
import { describeRecord } from '../tls/describe.ts';
import { close, decide, decisionPoint, over, type Protocol, stack, tell } from '../tls/effects.ts';
import { drawOne, type Entropy, named } from '../tls/entropy.ts';
import { serverPoints } from '../tls/server.ts';
import { passOn, together, whenNeeded } from './actors.ts';
import { type Browser, follow, formTarget, type Page, submit, visit } from './browser.ts';
import type { Jar } from './cookies.ts';
import { delivered, learned, protocolFacts } from './facts.ts';
import { describeHttp, httpResponse, parseHttp, site as pages } from './http.ts';
import type { Event, Wire } from './network.ts';
import { hear } from './overhear.ts';
import { alice, bob, certificates, mallory, tlsClient, tlsServer } from './people.ts';
import { type Dump, type Fact, pickedSchema, type Picked, type Scenario } from './scenario.ts';
import { type Customer, customerOf, images, patched, serve, type Shop, shop, shopOf, shopPoints } from './shopSite.ts';

const visits = ['1', '2', '3'] as const;

const setup = z.strictObject({
  /** Which visit of Alice's it is: each has an address and an order of its own. */
  visit: z.enum(visits),
  /** `listens`: she hears all, then visits the shop herself; `edits`: she is on the line and changes forms that pass in the clear. */
  mallory: z.enum(['listens', 'edits', 'nobody']),
  /** `patch`: Bob has HTTPS for his login page and may mend one thing; `build`: he decides on pages, redirects and cookie. */
  bob: z.enum(['patch', 'build']),
  /** Whether Alice comes back after her order, logged in as she is. */
  again: z.boolean().default(false),
});
type Setup = z.output<typeof setup>;

export const thiefPoints = {
  /** The message that makes one Alice. The rule: one with a cookie that the login page gave. */
  pickBytes: decisionPoint<{ readonly dump: readonly Dump[] }>()(
    'mallory.pickBytes',
    '6265 8.3',
    pickedSchema,
    ({ dump }): Picked => {
      const lines = dump.map(({ bytes }) => cookiesIn(bytes).length);
      return { record: Math.max(0, lines.indexOf(Math.max(...lines))), offset: 0, length: 1 };
    },
  ),
  /** What to ask the shop for, and as whom. The rule: the address page, with the cookies that were heard. */
  sendRequest: decisionPoint<{ readonly cookies: readonly string[] }>()(
    'mallory.sendRequest',
    '6265 8.4',
    z.strictObject({ request: z.enum(['with-cookies', 'without', 'login']) }),
    () => ({ request: 'with-cookies' as const }),
  ),
};

export const webShop: Scenario<Setup> = {
  name: 'web-shop',
  setup,
  points: [
    ...Object.values(thiefPoints),
    ...Object.values(shopPoints),
    ...Object.values(clientPoints),
    ...Object.values(serverPoints),
  ],
  words: ['user', 'password', 'item', 'street', 'cookie', 'sid', 'account', 'comes-back'],
  vocabulary: {
    learned: [
      ...visits.map((number) => ['mallory', `address-${number}`] as const),
      ['mallory', 'password'],
      ['mallory', 'sid'],
      ['mallory', 'order'],
    ],
    delivered: [
      ['front-page', 'alice'],
      ['order', 'bob'],
    ],
    detected: [['bob', 'wrong-login']],
  },
  scene(given, draw) {
    const { root, issueFor } = certificates(draw);
    const customer = customerOf(draw, given.visit);
    const bobs = shopOf(draw, [customer]);
    const bookmark = drawOne(draw, 'comes back', [false, true]);
    const certificate = issueFor(shop);
    const tls = (name: string) => tlsClient({ host: shop, entropy: named(draw, name), anchors: [root] });
    const serving = (link: string) =>
      together(
        over(`${link} 80`, serve(bobs, 'http', link)),
        over(
          `${link} 443`,
          stack(serve(bobs, 'https', link), tlsServer(certificate, { entropy: named(draw, `bob ${link}`) })),
        ),
      );
    const thief = given.mallory === 'listens';
    return {
      cast: [
        alice,
        { ...mallory, title: 'Mallory, in the café' },
        bob,
        { actor: 'images', role: 'server', name: 'Images', title: images, beside: 'bob' },
      ],
      actors: [
        ...(given.mallory === 'nobody'
          ? []
          : [{ name: 'mallory', protocol: thief ? steal(bobs.account, () => tls('mallory')) : editForms() }]),
        {
          name: 'alice',
          protocol: over('port 443', stack(shopping(given, { draw, customer, bookmark }), whenNeeded(tls('alice')))),
        },
        {
          name: 'bob',
          protocol: bobsDay(bobs, given.bob, () =>
            thief ? together(serving('alice'), serving('mallory')) : serving('alice'),
          ),
        },
        { name: 'images', protocol: pages(picture) },
      ],
      wires: wiresOf(given.mallory),
      words: {
        user: customer.user,
        password: customer.password,
        item: customer.item,
        street: customer.street,
        cookie: bobs.cookie,
        sid: bobs.sessionId(16, customer.user),
        account: bobs.account,
        'comes-back': bookmark ? 'opens an old http bookmark' : 'types shop.example again',
      },
      facts: (events) => facts(events, given.visit, customer, bobs),
    };
  },
};

/** Alice's three lines run past Mallory, or through her; and she has two of her own. */
function wiresOf(who: Setup['mallory']): Wire[] {
  const heard = (link: string) => (who === 'nobody' ? [] : [['mallory', link] as const]);
  const plain: Wire[] =
    who === 'edits'
      ? [
          {
            ends: [
              ['alice', 'port 80'],
              ['mallory', 'alice 80'],
            ],
            label: 'port 80',
          },
          {
            ends: [
              ['mallory', 'bob 80'],
              ['bob', 'alice 80'],
            ],
            label: 'port 80',
          },
        ]
      : [
          {
            ends: [
              ['alice', 'port 80'],
              ['bob', 'alice 80'],
            ],
            taps: heard('air 80'),
            label: 'port 80',
          },
        ];
  return [
    ...plain,
    {
      ends: [
        ['alice', 'port 443'],
        ['bob', 'alice 443'],
      ],
      taps: heard('air 443'),
      label: 'port 443',
    },
    {
      ends: [
        ['alice', 'images'],
        ['images', 'peer'],
      ],
      taps: heard('air images'),
      label: images,
    },
    ...(who === 'listens'
      ? (['80', '443'] as const).map(
          (port): Wire => ({
            ends: [
              ['mallory', `shop ${port}`],
              ['bob', `mallory ${port}`],
            ],
            label: `her own visit, port ${port}`,
          }),
        )
      : []),
  ];
}

// ---- Alice and the sites ----------------------------------------------------------------------------------------

interface Person {
  readonly draw: Entropy;
  readonly customer: Customer;
  readonly bookmark: boolean;
}
/** Types the shop's name, logs in, orders, and perhaps comes back. */
function* shopping({ again }: Setup, { draw, customer, bookmark }: Person): Protocol<void> {
  const lineTo = (url: URL) => (url.protocol === 'https:' ? 'peer' : url.host === shop ? 'port 80' : 'images');
  const browser: Browser = { jar: oldCookies(draw), lineTo };
  const typed = `http://${shop}/`;
  const front = yield* visit(browser, typed);
  if (front) yield* tell({ what: 'acted', action: 'front-page', bytes: Buffer.from(front.html) });
  else yield* tell({ what: 'note', text: `No answer from ${shop}. Is the shop closed?` });
  const booked = front && (yield* order(browser, front, customer));
  if (booked && again) yield* visit(browser, bookmark ? `${typed}cart` : typed);
  for (const link of ['peer', 'port 80', 'images']) yield* close(link);
}

function* order(browser: Browser, front: Page, customer: Customer): Protocol<Page | undefined> {
  const { user, password, newPassword, item } = customer;
  const asked = yield* follow(browser, front, 'Log in');
  let page = asked && (yield* submit(browser, asked, { user, pass: password }));
  if (page && formTarget(page)?.pathname === '/password') page = yield* submit(browser, page, { pass: newPassword });
  return page && (yield* submit(browser, page, { item }));
}

/** Alice was here before: her browser knows how she likes the shop to look, and the shop counts her visits. */
function oldCookies(draw: Entropy): Jar {
  const counter = drawOne(draw, 'counter', ['visitor', 'track', 'uid']);
  const theme = drawOne(draw, 'theme', ['dark', 'light', 'sepia']);
  const made = (name: string, value: string) => ({ name, value, host: shop, path: '/', secure: false });
  return [made('theme', theme), made(counter, Buffer.from(draw('counter value', 8)).toString('hex'))];
}

function* bobsDay(site: Shop, begins: Setup['bob'], open: () => Protocol<void>): Protocol<void> {
  if (begins === 'patch') yield* patched(site);
  else site.pages = (yield* decide(shopPoints.tlsPages, { host: shop })).pages;
  yield* open();
}

/** A shop with a roof. */
const logo = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 4 4.5 1 8 4H7v4H2V4z"/></svg>\n';

// biome-ignore lint/correctness/useYield: it asks nobody
function* picture() {
  return httpResponse('200 OK', { 'Content-Type': 'image/svg+xml' }, logo);
}

// ---- Mallory ----------------------------------------------------------------------------------------------------

/** Listens until Alice has gone, then asks the shop for her address. */
function* steal(account: string, tls: () => Protocol<unknown>): Protocol<void> {
  yield* tell({ what: 'kept', label: 'everything' });
  const heard = (yield* hear(['air 80', 'air 443', 'air images'])).map(({ bytes }) => bytes);
  const dump = heard.flatMap((wire): Dump[] => {
    const message = describeHttp(wire) ?? describeRecord(wire);
    return message ? [{ name: message.name || 'sealed record', bytes: wire, fields: message.fields, wire }] : [];
  });
  const { record } = yield* decide(thiefPoints.pickBytes, { dump });
  const cookies = cookiesIn(dump[record]?.bytes ?? new Uint8Array(0));
  yield* tell({
    what: 'note',
    text: cookies.length ? `I copied this: ${cookies.join('; ')}` : 'There is no Cookie line in it that I could copy.',
  });
  if (!cookies.length) {
    for (const link of ['shop 80', 'shop 443']) yield* close(link);
    return;
  }
  const { request } = yield* decide(thiefPoints.sendRequest, { cookies });
  yield* over('shop 443', stack(ask(request, account, { cookies, user: userIn(heard) }), whenNeeded(tls())));
}

function* ask(
  request: 'with-cookies' | 'without' | 'login',
  account: string,
  { cookies, user }: { readonly cookies: readonly string[]; readonly user: string },
): Protocol<void> {
  const copied = cookies.map((pair) => {
    const [name = '', value = ''] = pair.split('=');
    return { name, value, host: shop, path: '/', secure: false };
  });
  const browser: Browser = {
    jar: request === 'with-cookies' ? copied : [],
    lineTo: (url) => (url.protocol === 'https:' ? 'peer' : 'shop 80'),
  };
  let page: Page | undefined;
  if (request === 'login') {
    const login = yield* visit(browser, `https://${shop}/login`);
    page = login && (yield* submit(browser, login, { user, pass: copied.at(-1)?.value ?? '' }));
  } else page = yield* visit(browser, `http://${shop}${account}`);
  yield* tell({ what: 'note', text: page ? `Bob answered: ${page.status}. ${textOf(page)}` : 'No answer from Bob.' });
  for (const link of ['peer', 'shop 80']) yield* close(link);
}

const textOf = ({ html }: Page): string =>
  html
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

/** The pairs of a Cookie line, or the one of a Set-Cookie. */
function cookiesIn(bytes: Uint8Array): readonly string[] {
  if (!describeHttp(bytes)) return [];
  const { cookie, 'set-cookie': set } = parseHttp(bytes).headers;
  return cookie?.split('; ') ?? (set === undefined ? [] : set.split('; ').slice(0, 1));
}

/** Whom a page greets. */
const userIn = (heard: readonly Uint8Array[]): string =>
  heard.flatMap((bytes) => /Hello ([^<]+)/.exec(Buffer.from(bytes).toString('latin1'))?.[1] ?? [])[0] ?? 'alice';

/** Passes on what goes over port 80, notes each secret once, and sends every form in it to http. */
function* editForms(): Protocol<void> {
  const noted = new Set<string>();
  yield* tell({ what: 'kept', label: 'everything' });
  yield* together(
    passOn('alice 80', 'bob 80', function* (_from, bytes) {
      const { headers, body, start } = parseHttp(bytes);
      const [what = ''] = start.split(' HTTP');
      for (const found of [headers.cookie, /\bpass=/.test(body) ? body : undefined]) {
        if (found === undefined || noted.has(found)) continue;
        noted.add(found);
        yield* tell({ what: 'note', text: `${what} brought me: ${found}` });
      }
      const edited = body.replaceAll('action="https:', 'action="http:');
      if (edited === body) return bytes;
      yield* tell({ what: 'note', text: 'I took one letter out of the form: its action says http now, not https.' });
      const head = Buffer.from(bytes).toString('latin1').slice(0, -body.length);
      return Buffer.from(head.replace(/Content-Length: \d+/, `Content-Length: ${edited.length}`) + edited, 'latin1');
    }),
    hear(['air 443', 'air images']),
  );
}

// ---- facts ------------------------------------------------------------------------------------------------------

function facts(events: readonly Event[], visited: string, customer: Customer, bobs: Shop): Fact[] {
  const sent = events.flatMap((event) =>
    event.what === 'acted' && event.by === 'bob' && event.action === 'front-page' ? [event.bytes] : [],
  );
  const alarm = events.some(
    (event) => event.what === 'check' && event.by === 'bob' && event.name === 'login' && !event.holds,
  );
  const order = Buffer.from(`item=${customer.item.replaceAll(' ', '+')}`);
  return [
    ...learned('mallory', events, {
      [`address-${visited}`]: Buffer.from(customer.street),
      password: Buffer.from(customer.password),
      sid: Buffer.from(bobs.sessionId(16, customer.user)),
      order,
    }),
    ...sent.flatMap((bytes) => delivered(events, 'alice', 'front-page', bytes)).slice(0, 1),
    ...delivered(events, 'bob', 'order', order),
    ...(alarm ? [{ kind: 'detected', who: 'bob', what: 'wrong-login' } as const] : []),
    ...protocolFacts(events),
  ];
}
