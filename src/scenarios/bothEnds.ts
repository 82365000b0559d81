// A whole handshake from both ends: Alice begins one, judges an answer and a flight that may be Mallory's; Bob answers one. The
// seed says what is wrong with what comes, if anything.
import * as z from 'zod';
import { clientPoints } from '../tls/client.ts';
import { serverPoints } from '../tls/server.ts';
import { client12Points, server12Points } from '../tls/v12/points12.ts';
import { alicePoints, answerChecks, flightChecks } from './bothEndsAlice.ts';
import { onOrdersEnd, type Orders } from './bothEndsBob.ts';
import { host, partNames, play, type Story, storyOf, variants } from './bothEndsParts.ts';
import { delivered, learned, negotiatedFacts, protocolFacts } from './facts.ts';
import { flightPoints } from './flightServer.ts';
import type { Event } from './network.ts';
import { alice, bob, mallory } from './people.ts';
import type { Fact, Scenario } from './scenario.ts';
import { menuWords } from './tls13Exchange.ts';

const setup = z.strictObject({ part: z.enum(partNames) });
type Setup = z.output<typeof setup>;

export const bothEnds: Scenario<Setup> = {
  name: 'both-ends',
  setup,
  points: [
    ...Object.values(alicePoints),
    onOrdersEnd,
    ...Object.values(clientPoints),
    ...Object.values(serverPoints),
    client12Points.extendedMasterSecret,
    client12Points.onServerKeyExchange,
    server12Points.downgradeMarker,
    server12Points.extendedMasterSecret,
    server12Points.selectGroup,
    ...Object.values(flightPoints),
  ],
  words: [
    ...['host', 'other-host', 'item-1', 'item-2', 'item-3', 'item-4', 'last-line'],
    ...['group-known', 'group-known-label', 'group-other', 'group-other-label', 'suite-written-label'],
    ...menuWords,
    ...Object.keys(variants),
  ],
  vocabulary: {
    delivered: [
      ['order-1', 'bob'],
      ['order-2', 'bob'],
      ['order-3', 'bob'],
      ['order-4', 'bob'],
      ['orders', 'bob'],
    ],
    learned: [['mallory', 'order-3']],
    accepted: [['bob', 'truncated-orders']],
    detected: [
      ['alice', 'answer'],
      ['alice', 'flight'],
      ['bob', 'cut'],
    ],
    negotiated: [
      ['tls', '1.3'],
      ['tls', '1.2'],
    ],
    aborted: [
      ['alice', 'any'],
      ['alice', 'illegal_parameter'],
      ['alice', 'protocol_version'],
      ['alice', 'unknown_ca'],
      ['alice', 'unexpected_message'],
      ['alice', 'decrypt_error'],
      ['bob', 'any'],
      ['bob', 'bad_record_mac'],
      ['bob', 'unexpected_message'],
    ],
  },
  scene({ part }, draw) {
    const story = storyOf(draw);
    const { menu, offer, variant, order, list, otherHost } = story;
    return {
      cast: part === 'begin' ? [alice, bob] : [alice, mallory, bob],
      ...play(part, story),
      words: {
        ...variant,
        host,
        'other-host': otherHost,
        'item-1': order[1].item,
        'item-2': order[2].item,
        'item-3': order[3].item,
        'item-4': order[4].item,
        'last-line': list.last,
        'group-known': offer.words['group-shared'],
        'group-known-label': offer.words['group-shared-label'],
        'group-other': offer.words['group-listed'],
        'group-other-label': offer.words['group-listed-label'],
        'suite-written-label': offer.words['suite-missing-label'],
        ...menu.words,
      },
      facts: (events) => facts(events, story),
    };
  },
};

const facts = (events: readonly Event[], { order, list }: Story): Fact[] => [
  ...Object.entries(order).flatMap(([number, { secret }]) =>
    delivered(events, 'bob', 'order', secret, `order-${number}`),
  ),
  ...learned('mallory', events, { 'order-3': order[3].secret }),
  ...(refusedRightly(events, answerChecks) ? [{ kind: 'detected', who: 'alice', what: 'answer' } as const] : []),
  ...(refusedRightly(events, flightChecks) ? [{ kind: 'detected', who: 'alice', what: 'flight' } as const] : []),
  ...listFacts(events, list),
  ...negotiatedFacts(events),
  ...protocolFacts(events),
];

/** A check of Alice's fails, and the alert that she sends then is the one that answers it. */
const refusedRightly = (events: readonly Event[], checks: Readonly<Record<string, string>>): boolean =>
  events.some((event, index) => {
    if (event.what !== 'check' || event.by !== 'alice' || event.holds || !checks[event.name]) return false;
    const said = events
      .slice(index)
      .find((one) => one.what === 'alert' && one.by === 'alice' && one.direction === 'sent');
    return said?.what === 'alert' && said.alert === checks[event.name];
  });

function listFacts(events: readonly Event[], { whole }: Orders): Fact[] {
  const ofBob = events.filter(({ by }) => by === 'bob');
  const truncated = ofBob.some(
    (event) => event.what === 'acted' && event.action === 'orders' && !Buffer.from(whole).equals(event.bytes),
  );
  const noticed = ofBob.some(
    (event) =>
      (event.what === 'check' && event.name === 'close_notify' && !event.holds && event.required) ||
      (event.what === 'alert' && event.direction === 'sent' && event.alert === 'unexpected_message'),
  );
  return [
    ...delivered(events, 'bob', 'orders', whole),
    ...(truncated ? [{ kind: 'accepted', who: 'bob', what: 'truncated-orders' } as const] : []),
    ...(noticed ? [{ kind: 'detected', who: 'bob', what: 'cut' } as const] : []),
  ];
}
