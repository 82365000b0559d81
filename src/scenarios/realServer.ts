// Alice orders from a server that is OpenSSL, where the level is played live. Three servers may answer at the address: Bob's,
// and two of Mallory's, one with a CA of her own, one with a good certificate for another name.
import * as z from 'zod';
import { clientPoints } from '../tls/client.ts';
import { type Protocol, stack, tell } from '../tls/effects.ts';
import { drawOne, named } from '../tls/entropy.ts';
import { identity, server } from '../tls/server.ts';
import { clientOfBoth } from '../tls/v12/both.ts';
import { client12Points } from '../tls/v12/points12.ts';
import { delivered, learned, protocolFacts } from './facts.ts';
import { ask, type HttpMessage, parseHttp, site } from './http.ts';
import type { Event } from './network.ts';
import { book } from './orders.ts';
import { alice, bob, browserJudge, mallory } from './people.ts';
import { programWords, type RealServer } from './realPeer.ts';
import { realAuthority } from './realSites.ts';
import type { Cast, Fact, Scenario } from './scenario.ts';
import { menuOf, orderOf } from './tls13Exchange.ts';

const host = 'shop.example';

const setup = z.strictObject({
  /** Who answers: Bob, or Mallory with a certificate of her own CA, or with a trusted one for another name. */
  server: z.enum(['bob', 'own-ca', 'other-name']).default('bob'),
});
type Setup = z.output<typeof setup>;

export const realServer: Scenario<Setup> = {
  name: 'real-server',
  setup,
  points: [...Object.values(clientPoints), client12Points.extendedMasterSecret],
  words: [
    'host',
    'other-host',
    'item',
    'group-shared',
    'group-shared-label',
    'group-listed',
    'group-listed-label',
    ...programWords,
  ],
  called: { mallory: ['nobody else'] },
  vocabulary: {
    delivered: [['order', 'bob']],
    learned: [['mallory', 'order']],
    accepted: [['alice', 'wrong-name']],
    aborted: [
      ['alice', 'any'],
      ['alice', 'unknown_ca'],
      ['alice', 'bad_certificate'],
    ],
  },
  scene({ server: who }, draw) {
    const trusted = realAuthority(named(draw, 'trusted'));
    const own = realAuthority(named(draw, 'mallory'));
    const otherHost = drawOne(draw, 'other site', ['bakery.example', 'books.example', 'garden.example']);
    const { groups, shared, words } = menuOf(draw);
    const order = orderOf(draw);
    const other = { name: otherHost, ...trusted.issueFor(otherHost, 'root') };
    const shop = { name: host, ...(who === 'own-ca' ? own : trusted).issueFor(host, 'root') };
    const far: Cast = who === 'bob' ? bob : { ...mallory, title: 'a stranger' };
    const real: RealServer = {
      plays: 'server',
      actor: far.actor,
      certificates: who === 'bob' ? [other, shop] : [who === 'own-ca' ? shop : other],
      groups: groups.filter((group) => group !== shared),
      application: () => site(who === 'bob' ? book : spy),
    };
    const identities = new Map(real.certificates.map(({ name, chain, key }) => [name, identity(chain, key)]));
    const [anybody] = identities.values();
    return {
      cast: [alice, { ...far, title: '{program}, a real one' }],
      actors: [
        {
          name: 'alice',
          protocol: stack(
            ask(order.request),
            clientOfBoth({
              host,
              entropy: named(draw, 'alice'),
              judge: browserJudge([trusted.root]),
              groups,
              shares: [shared],
            }),
          ),
        },
        {
          name: far.actor,
          protocol: stack(
            real.application(),
            server({
              entropy: named(draw, far.actor),
              groups: real.groups,
              identify: (name = '') => identities.get(name) ?? anybody,
            }),
          ),
        },
      ],
      wires: [
        {
          ends: [
            ['alice', 'peer'],
            [far.actor, 'peer'],
          ],
        },
      ],
      words: {
        host,
        'other-host': otherHost,
        item: order.item,
        'group-shared': words['group-shared'],
        'group-shared-label': words['group-shared-label'],
        'group-listed': words['group-listed'],
        'group-listed-label': words['group-listed-label'],
        program: 'OpenSSL',
        version: 'OpenSSL',
      },
      facts: (events) => [
        ...delivered(events, 'bob', 'order', order.secret),
        ...learned('mallory', events, { order: order.secret }),
        ...takenNames(events),
        ...protocolFacts(events),
      ],
      real,
    };
  },
};

/** A certificate for another name was taken, because nobody asked for the name. */
const takenNames = (events: readonly Event[]): Fact[] =>
  events.some((event) => event.what === 'check' && event.name === 'name' && !event.holds && !event.required)
    ? [{ kind: 'accepted', who: 'alice', what: 'wrong-name' }]
    : [];

/** The stranger answers as Bob would, and keeps what she is sent. */
function* spy(request: Uint8Array): Protocol<HttpMessage> {
  const { body } = parseHttp(request);
  yield* tell({ what: 'note', text: `I read: ${body}`, holds: Buffer.from(body, 'latin1') });
  return yield* book(request);
}
