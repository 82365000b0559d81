// Alice and Bob share nothing and agree on a key over a line that somebody hears, or holds in her hands.
import { createPublicKey } from 'node:crypto';
import * as z from 'zod';
import { drawNumber, drawOne, type Entropy, named } from '../tls/entropy.ts';
import { privateKeyFromSeed } from '../tls/groups.ts';
import { answer, type Caller, call, exchangePoints } from './exchangeEnds.ts';
import { eavesdrop, steal } from './exchangeListeners.ts';
import { manInTheMiddlePoints, meddle } from './exchangeMiddle.ts';
import { delivered, learned, protocolFacts } from './facts.ts';
import type { Event, Wire } from './network.ts';
import { alice, bob, eve, mallory } from './people.ts';
import type { Cast, Fact, Scenario } from './scenario.ts';

const orders = ['order', 'order-1', 'order-2', 'order-3'] as const;

const setup = z.strictObject({
  /** What this order is called: where there are several acts, each has one of its own. */
  order: z.enum(orders).default('order'),
  /** Who else is on the line. Eve hears it, and a week later a thief takes Alice's laptop; Mallory holds it in her hands. */
  line: z.enum(['eve', 'mallory', 'nobody']).default('eve'),
});
type Setup = z.output<typeof setup>;

export const keyExchange: Scenario<Setup> = {
  name: 'key-exchange',
  setup,
  points: [...Object.values(exchangePoints), ...Object.values(manInTheMiddlePoints)],
  words: ['item'],
  vocabulary: {
    delivered: orders.map((order) => [order, 'bob'] as const),
    learned: [['eve', 'order'], ['thief', 'order'], ...orders.map((order) => ['mallory', order] as const)],
    detected: [
      ['bob', 'tag'],
      ['bob', 'zero-share'],
      ['bob', 'not-sealed'],
      ['alice', 'signature'],
      ['alice', 'hash'],
      ['alice', 'tag'],
      ['alice', 'zero-share'],
    ],
    stalled: [
      ['alice', 'bob.number'],
      ['bob', 'share'],
    ],
  },
  scene(given, draw) {
    const order = orderOf(draw, given.order);
    const run = named(draw, given.order);
    const signing = privateKeyFromSeed('Ed25519', draw('bob signing key'));
    const caller: Caller = {
      draw: named(run, 'alice'),
      order: order.bytes,
      bobsKey: createPublicKey(signing),
      waits: given.line === 'eve' && drawNumber(draw, 'who speaks first', 2) === 0,
      picky: given.line !== 'eve',
      laptop: given.line === 'eve',
    };
    const others = {
      eve: [
        { name: 'eve', protocol: eavesdrop() },
        { name: 'thief', protocol: steal() },
      ],
      mallory: [{ name: 'mallory', protocol: meddle(named(run, 'mallory')) }],
      nobody: [],
    }[given.line];
    return {
      cast: castOf(given.line),
      actors: [
        { name: 'alice', protocol: call(caller) },
        { name: 'bob', protocol: answer({ draw: named(run, 'bob'), signing, begins: caller.waits }) },
        ...others,
      ],
      wires: wiresOf(given.line),
      words: { item: order.item },
      facts: (events) => facts(events, given.order, order.bytes),
    };
  },
};

const client: Cast = { ...alice, title: 'Alice’s laptop' };
function castOf(line: Setup['line']): readonly Cast[] {
  switch (line) {
    case 'eve':
      return [
        client,
        eve,
        bob,
        { actor: 'thief', role: 'attacker', name: 'Thief', title: 'next week’s thief', beside: 'eve' },
      ];
    case 'mallory':
      return [client, mallory, bob];
    case 'nobody':
      return [client, bob];
  }
}

function wiresOf(line: Setup['line']): readonly Wire[] {
  const label = 'port 7748';
  const direct: Pick<Wire, 'ends' | 'label'> = {
    ends: [
      ['alice', 'peer'],
      ['bob', 'peer'],
    ],
    label,
  };
  switch (line) {
    case 'eve':
      return [
        {
          ...direct,
          taps: [
            ['eve', 'air'],
            ['thief', 'air'],
          ],
        },
        {
          ends: [
            ['alice', 'laptop'],
            ['thief', 'laptop'],
          ],
          label: 'next week',
        },
      ];
    case 'mallory':
      return [
        {
          ends: [
            ['alice', 'peer'],
            ['mallory', 'alice'],
          ],
          label,
        },
        {
          ends: [
            ['mallory', 'bob'],
            ['bob', 'peer'],
          ],
          label,
        },
      ];
    case 'nobody':
      return [direct];
  }
}

function orderOf(draw: Entropy, name: string) {
  const item = drawOne(draw, `${name} item`, ['music box', 'magic lantern', 'chess clock', 'spyglass', 'globe']);
  const street = drawOne(draw, `${name} street`, ['Mill Lane', 'Harbour Road', 'Castle Street', 'Old Bridge Walk']);
  return { item, bytes: Buffer.from(`item=${item}, to ${1 + drawNumber(draw, `${name} house`, 99)} ${street}`) };
}

function facts(events: readonly Event[], name: string, order: Uint8Array): Fact[] {
  const detected = events.flatMap((event): Fact[] =>
    event.what === 'check' && !event.holds ? [{ kind: 'detected', who: event.by, what: event.name }] : [],
  );
  return [
    ...['eve', 'thief', 'mallory'].flatMap((who) => learned(who, events, { [name]: order })),
    ...delivered(events, 'bob', 'order', order, name),
    ...detected,
    ...protocolFacts(events),
  ];
}
