// Alice and her browser in the café: what she goes by, and how she gets to Bob.
import * as z from 'zod';
import { close, decide, decisionPoint, type Link, over, type Protocol, stack, tell } from '../tls/effects.ts';
import { type Browser, type Page, submit, visit } from './browser.ts';
import { type Address, addressText, lookUp, lookUpOverHttps } from './dns.ts';
import { formEncode, parseHttp } from './http.ts';
import { type Customer, shop } from './shopSite.ts';

type Nothing = Record<string, never>;
export const customerPoints = {
  /** Two servers show the page. The rule: nothing that can be copied says whose it is. */
  chooseServer: decisionPoint<{ readonly differing: number }>()(
    'client.chooseServer',
    '9110 17.1',
    z.strictObject({ action: z.enum(['none', 'page', 'dns', 'known']) }),
    () => ({ action: 'none' as const }),
  ),
  /** The address bar says "Not secure". The rule: ask for the site by https. */
  onNotSecure: decisionPoint<Nothing>()(
    'client.onNotSecure',
    '9110 4.3.4',
    z.strictObject({ action: z.enum(['https', 'login', 'login-then-change']) }),
    () => ({ action: 'https' as const }),
  ),
  /** The TLS handshake failed at the address that the resolver gave. The rule: ask a resolver that can be checked. */
  onHandshakeFailure: decisionPoint<Nothing>()(
    'client.onHandshakeFailure',
    '8484 4.1',
    z.strictObject({ action: z.enum(['doh', 'phone', 'http', 'same-dns']) }),
    () => ({ action: 'doh' as const }),
  ),
};

export interface Person {
  readonly customer: Customer;
  /** The address of the shop that her browser knows from home. */
  readonly known: Address;
  /** The resolver over HTTPS that her browser is set up for. */
  readonly trusted: string;
  /** A TLS client for a host; `name` tells its handshake from the others. */
  readonly tls: (host: string, name: string) => Protocol<unknown>;
}

/** What the login form is sent as. */
export const loginForm = ({ user, password }: Customer): string =>
  `user=${formEncode(user)}&pass=${formEncode(password)}`;

const links = ['dns', 'named 80', 'named 443', 'named again', 'known 80', 'known 443', 'doh', 'phone 53', 'phone 443'];

export function* logIn(person: Person): Protocol<void> {
  const named = yield* over('dns', lookUp(shop, 1));
  if (named) yield* arrive(person, named);
  for (const link of links) yield* close(link);
}

function* arrive(person: Person, named: Address): Protocol<void> {
  const [there, home] = [addressText(named), addressText(person.known)];
  yield* tell({ what: 'note', text: `${shop} is ${there}, says the café. At home it was ${home}.` });
  const front = yield* visit(plainly('named 80'), `http://${shop}/`);
  const other = yield* visit(plainly('known 80'), `http://${shop}/`);
  if (!front || !other) return;
  const differing = differences(front.bytes, other.bytes);
  const software = parseHttp(front.bytes).headers.server ?? 'none';
  yield* tell({
    what: 'note',
    text: `Two pages, ${front.bytes.length} bytes each, ${differing} bytes differ. Server, on both: ${software}.`,
  });
  switch ((yield* decide(customerPoints.chooseServer, { differing })).action) {
    case 'none':
      return yield* stopAndThink(person, named, front);
    case 'page':
    case 'dns':
      return yield* sayWho(yield* submit(plainly('named 80'), front, login(person)));
    case 'known':
      return yield* sayWho(yield* submit(plainly('known 80'), other, login(person)));
  }
}

function* stopAndThink(person: Person, named: Address, front: Page): Protocol<void> {
  yield* tell({ what: 'note', text: `The address bar says: Not secure, ${shop}.` });
  const { action } = yield* decide(customerPoints.onNotSecure, {});
  if (action !== 'https') {
    const page = yield* submit(plainly('named 80'), front, login(person));
    yield* sayWho(page);
    if (page && action === 'login-then-change')
      yield* submit(plainly('named 80'), page, { ...login(person), new: person.customer.newPassword });
    return;
  }
  const page = yield* overTls(person, 'named 443');
  if (page) return yield* sayWho(page);
  yield* tell({
    what: 'note',
    text: `No handshake with ${addressText(named)}: its certificate comes from no CA I know.`,
  });
  yield* tryOtherwise(person, named, front);
}

function* tryOtherwise(person: Person, named: Address, front: Page): Protocol<void> {
  switch ((yield* decide(customerPoints.onHandshakeFailure, {})).action) {
    case 'doh': {
      const { app: address } = yield* over(
        'doh',
        stack(lookUpOverHttps(shop, person.trusted), person.tls(person.trusted, 'doh')),
      );
      return yield* goTo(person, address, { named, over: 'known 443', says: person.trusted });
    }
    case 'phone': {
      const address = yield* over('phone 53', lookUp(shop, 2));
      return yield* goTo(person, address, { named, over: 'phone 443', says: 'the phone network' });
    }
    case 'http':
      return yield* sayWho(yield* submit(plainly('named 80'), front, login(person)));
    case 'same-dns': {
      const address = yield* over('dns', lookUp(shop, 3));
      return yield* goTo(person, address, { named, over: 'known 443', says: 'the café, once more,' });
    }
  }
}

interface Way {
  readonly named: Address;
  readonly over: Link;
  readonly says: string;
}
/** By https to the address that was given; from a phone, over its network. */
function* goTo(person: Person, address: Address | undefined, way: Way): Protocol<void> {
  if (!address) {
    yield* tell({ what: 'note', text: 'No answer.' });
    return;
  }
  yield* tell({ what: 'note', text: `${shop} is ${addressText(address)}, says ${way.says}` });
  const same = addressText(address) === addressText(way.named);
  yield* sayWho(yield* overTls(person, same ? 'named again' : way.over));
}

/** One visit by https: to the front page, and from there to the login. Nothing where the handshake failed. */
function* overTls(person: Person, link: Link): Protocol<Page | undefined> {
  const application = function* (): Protocol<Page | undefined> {
    const browser: Browser = { jar: [], lineTo: () => 'peer' };
    const front = yield* visit(browser, `https://${shop}/`);
    const page = front && (yield* submit(browser, front, login(person)));
    yield* close();
    return page;
  };
  const { app } = yield* over(link, stack(application(), person.tls(shop, link)));
  return app;
}

const plainly = (link: Link): Browser => ({ jar: [], lineTo: () => link });
const login = ({ customer: { user, password } }: Person) => ({ user, pass: password });

function* sayWho(page: Page | undefined): Protocol<void> {
  const greeting = /Hello [^<]+/.exec(page?.html ?? '')?.[0];
  yield* tell({ what: 'note', text: greeting ? `The page says: ${greeting}.` : 'I am not logged in.' });
}

const differences = (one: Uint8Array, other: Uint8Array): number =>
  Array.from({ length: Math.max(one.length, other.length) }, (_, at) => one[at] !== other[at]).filter(Boolean).length;
