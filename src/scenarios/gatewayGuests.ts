// Who comes to the café: Alice, or three people of whom each was at Bob's shop before or was not. What a browser remembers of
// Bob it has from a real visit from home.
import { close, over, type Protocol, stack, tell } from '../tls/effects.ts';
import { drawNumber, drawOne, type Entropy, named } from '../tls/entropy.ts';
import { remembering, whenNeeded } from './actors.ts';
import { addressBar, type Browser, follow, formTarget, submit, visit, warningPage } from './browser.ts';
import type { HstsEntry } from './hsts.ts';
import { alice, tlsClient, today } from './people.ts';
import type { Cast } from './scenario.ts';
import { type Customer, customerOf, shop } from './shopSite.ts';

export type GuestName = 'alice' | 'carol' | 'erin';
export interface Guest {
  readonly actor: GuestName;
  readonly cast: Cast;
  readonly customer: Customer;
  /** How many days ago they opened Bob's shop from home, if they ever did. */
  readonly daysAgo?: number;
  /** Their browser came with Bob on its preload list. */
  readonly listed: boolean;
}

const day = 24 * 3600 * 1000;
const daysAgo = (days: number): Date => new Date(today.getTime() - days * day);

/** How long browsers shall remember Bob, and who comes to the café on which visit. In half of the seeds Alice's entry has run out. */
export function guestsOf(draw: Entropy, visited: '1' | '2' | '3'): { readonly days: number; readonly guests: Guest[] } {
  const days = drawOne(draw, 'max-age in days', [7, 10, 14]);
  const lapsed = days + 3 + drawNumber(draw, 'days too late', 6);
  const fresh = 2 + drawNumber(draw, 'days ago', days - 3);
  const aliceIsLate = drawOne(draw, 'whose entry has run out', [true, false]);
  const guest = (actor: GuestName, cast: Cast, more: Partial<Guest>): Guest => {
    const drawn = customerOf(named(draw, `${actor} ${visited}`), visited);
    return { actor, cast, customer: actor === 'alice' ? drawn : { ...drawn, user: actor }, listed: false, ...more };
  };
  const beside = (actor: GuestName, name: string): Cast => ({
    actor,
    role: 'client',
    name,
    title: `${name}’s browser`,
    beside: 'alice',
  });
  const first = guest(
    'alice',
    alice,
    visited === '1' ? {} : { daysAgo: visited === '2' ? 1 : aliceIsLate ? lapsed : fresh },
  );
  if (visited !== '3') return { days, guests: [first] };
  return {
    days,
    guests: [
      first,
      guest('carol', beside('carol', 'Carol'), {}),
      guest('erin', beside('erin', 'Erin'), aliceIsLate ? { listed: true } : { daysAgo: lapsed }),
    ],
  };
}

/** Whom Mallory can still strip beside Carol, and whom she cannot. */
export function inAndOutOfReach(guests: readonly Guest[], days: number) {
  const [lapsed] = guests.filter(({ daysAgo: ago = 0 }) => ago > days);
  const [shut] = guests.filter(({ daysAgo: ago = days + 1, listed }) => listed || ago < days);
  const [first] = guests;
  return { lapsed: lapsed ?? first, shut: shut ?? first };
}

/** A look into the shop from home, if there was one; then the café, where they type the shop's name and log in. */
export function* guestOf(guest: Guest, draw: Entropy, root: Uint8Array): Protocol<void> {
  const listed: HstsEntry[] = guest.listed ? [{ host: shop, until: 'listed', subdomains: true }] : [];
  const browser = { jar: [] as Browser['jar'], store: listed as readonly HstsEntry[] };
  const at = function* (place: 'home' | 'café', now: Date, what: (browser: Browser) => Protocol<void>): Protocol<void> {
    const lines = place === 'home' ? ['home 443', 'home 80'] : ['port 443', 'port 80'];
    const [secure = '', plain = ''] = lines;
    const hsts = { store: browser.store, now };
    const here: Browser = {
      jar: browser.jar,
      hsts,
      lineTo: (url) => (url.protocol === 'https:' ? 'peer' : plain),
    };
    const tls = tlsClient({ host: shop, entropy: named(draw, `${guest.actor} ${place}`), anchors: [root], day: now });
    let warned = false;
    yield* over(
      secure,
      stack(
        (function* () {
          yield* what(here);
          if (warned) yield* tell({ what: 'note', text: `${warningPage(here, shop)} I go back.` });
          yield* close();
          yield* close(plain);
        })(),
        whenNeeded(
          remembering(tls, (told) => {
            if (told.what === 'check' && !told.holds && told.required) warned = true;
          }),
        ),
      ),
    );
    browser.jar = here.jar;
    browser.store = hsts.store;
  };
  if (guest.daysAgo !== undefined) yield* at('home', daysAgo(guest.daysAgo), lookIn);
  yield* at('café', today, (here) => logIn(here, guest.customer));
}

function* lookIn(browser: Browser): Protocol<void> {
  yield* visit(browser, `http://${shop}/`);
}

/** Nobody here looks for a padlock, as few people do. */
function* logIn(browser: Browser, { user, password }: Customer): Protocol<void> {
  const front = yield* visit(browser, `http://${shop}/`);
  if (!front) return;
  yield* tell({ what: 'acted', action: 'front-page', bytes: Buffer.from(front.html) });
  yield* tell({ what: 'note', text: `My address bar says: ${addressBar(front)}` });
  const form = yield* follow(browser, front, 'Log in');
  const page = form && (yield* submit(browser, form, { user, pass: password }));
  if (!page) return;
  yield* tell({ what: 'note', text: `My address bar says: ${addressBar(page)}` });
  if (formTarget(page)?.pathname === '/login')
    yield* tell({ what: 'note', text: 'It asks me to log in once more. I give up.' });
}
