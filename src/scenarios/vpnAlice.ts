// Alice in the café: how she covers a post to a forum without HTTPS, who looks up names for her, and how she pays at her shop.
import * as z from 'zod';
import { close, decide, decisionPoint, type Link, over, type Protocol, stack, tell } from '../tls/effects.ts';
import { type Address, addressText, lookUp, lookUpOverHttps } from './dns.ts';
import { ask, type HttpMessage, httpRequest, parseHttp } from './http.ts';

type Nothing = Record<string, never>;
const knowers = ['victor', 'nobody', 'eve'] as const;

export const tunnelPoints = {
  /** What keeps a message that nobody seals from the network one is in. The rule: a tunnel past it. */
  chooseCover: decisionPoint<Nothing>()(
    'client.chooseCover',
    '9614 3.1',
    z.strictObject({ action: z.enum(['vpn', 'private-window', 'doh', 'hotspot']) }),
    () => ({ action: 'vpn' as const }),
  ),
  /** Who answers DNS questions while the tunnel is up. The rule: one that is asked through it. */
  chooseResolver: decisionPoint<Nothing>()(
    'client.chooseResolver',
    '8484 8.1',
    z.strictObject({ action: z.enum(['victor', 'any', 'cafe']) }),
    () => ({ action: 'victor' as const }),
  ),
  /** How a card is sent through somebody's tunnel. The rule: https, judged by one's own roots alone. */
  openUrl: decisionPoint<Nothing>()(
    'client.openUrl',
    '9110 4.2.2',
    z.strictObject({ scheme: z.enum(['https', 'http']), via: z.literal('vpn'), roots: z.enum(['own', 'victor']) }),
    () => ({ scheme: 'https' as const, via: 'vpn' as const, roots: 'own' as const }),
  ),
  /** Who of those on the way knows of the visit. The rule: whoever opened the tunnel and saw the hello. */
  predictKnower: decisionPoint<Nothing>()(
    'observer.predictKnower',
    '9614 3.1',
    z.strictObject({ who: z.enum(knowers) }),
    () => ({ who: 'victor' as const }),
  ),
};

export interface Customer {
  readonly forum: string;
  readonly shop: string;
  readonly post: HttpMessage;
  readonly order: HttpMessage;
  /** The host of a resolver over HTTPS that her browser is set up for. */
  readonly trusted: string;
  /** Of Victor’s machine, for whoever asks it for his root. */
  readonly vpn: string;
  /** A TLS client; with another root if one is given. */
  readonly tls: (host: string, name: string, root?: Uint8Array) => Protocol<unknown>;
}

/** Inside the tunnel: Victor’s resolver, one beyond it, his own page, the forum, and the shop’s two ports. */
export const insideLinks = ['in dns', 'in open dns', 'in vpn', 'in forum', 'in shop 80', 'in shop 443'] as const;
const cafeLinks = ['dns', 'doh', 'forum', 'phone dns', 'phone forum'] as const;

/** Runs inside the tunnel: the links that begin with `in` go through it. */
export function* evening(customer: Customer): Protocol<void> {
  yield* post(customer);
  yield* pay(customer);
  const { who } = yield* decide(tunnelPoints.predictKnower, {});
  yield* tell({ what: 'acted', action: 'foretold', bytes: Buffer.from(who) });
  for (const link of [...cafeLinks, ...insideLinks]) yield* close(link);
}

/** One message to a forum that has no HTTPS. */
function* post({ forum, post: message, trusted, tls }: Customer): Protocol<void> {
  const found = yield* over('dns', lookUp(forum, 1));
  if (found) yield* tell({ what: 'note', text: `${forum} is ${addressText(found)}. It answers on port 80 alone.` });
  const { action } = yield* decide(tunnelPoints.chooseCover, {});
  switch (action) {
    case 'vpn':
      return yield* say(yield* over('in forum', ask(message)));
    case 'hotspot':
      yield* over('phone dns', lookUp(forum, 2));
      return yield* say(yield* over('phone forum', ask(message)));
    case 'doh':
      yield* over('doh', stack(lookUpOverHttps(forum, trusted), tls(trusted, 'alice doh')));
      return yield* say(yield* over('forum', ask(message)));
    case 'private-window':
      return yield* say(yield* over('forum', ask(message)));
  }
}

const say = (answer: Uint8Array | undefined): Protocol<void> =>
  tell({ what: 'note', text: answer ? `The forum says: ${parseHttp(answer).body.trim()}` : 'No answer.' });

/** An order with a card number, through the tunnel. */
function* pay({ shop, order, vpn, tls }: Customer): Protocol<void> {
  const { action } = yield* decide(tunnelPoints.chooseResolver, {});
  const links: Readonly<Record<typeof action, Link>> = { victor: 'in dns', any: 'in open dns', cafe: 'dns' };
  const found: Address | undefined = yield* over(links[action], lookUp(shop, 3));
  if (found) yield* tell({ what: 'note', text: `${shop} is ${addressText(found)}.` });
  const { scheme, roots } = yield* decide(tunnelPoints.openUrl, {});
  if (scheme === 'http') return yield* thank(yield* over('in shop 80', ask(order)));
  const root = roots === 'victor' ? yield* fetchRoot(vpn) : undefined;
  const { app } = yield* over('in shop 443', stack(ask(order), tls(shop, 'alice shop', root)));
  yield* thank(app);
}

function* fetchRoot(host: string): Protocol<Uint8Array | undefined> {
  const answer = yield* over('in vpn', ask(httpRequest('GET', '/root.der', { Host: host })));
  if (!answer) return undefined;
  yield* tell({ what: 'note', text: 'I put Victor’s root into my store, beside the others.' });
  return Buffer.from(parseHttp(answer).body, 'latin1');
}

const thank = (answer: Uint8Array | undefined): Protocol<void> =>
  tell({ what: 'note', text: answer ? 'The shop thanks me for the order.' : 'The shop has no order of mine.' });
