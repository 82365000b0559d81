// A small scenario whose decisions are put together from items, and a level of it.
import * as z from 'zod';
import type { Scenarios } from '../../src/scenarios/index.ts';
import type { Scenario } from '../../src/scenarios/scenario.ts';
import { decide, decisionPoint, type Protocol, tell } from '../../src/tls/effects.ts';

const wrap = decisionPoint<Record<string, never>>()(
  'client.wrap',
  '9110 1',
  z.strictObject({ layers: z.array(z.enum(['box', 'paper', 'string'])), gently: z.boolean().default(true) }),
  () => ({ layers: ['box' as const, 'paper' as const, 'string' as const], gently: true }),
);
const address = decisionPoint<Record<string, never>>()(
  'client.address',
  '9110 1',
  z.strictObject({ lines: z.array(z.string()) }),
  () => ({ lines: ['name', 'street'] }),
);
function* pack(): Protocol<void> {
  const { layers } = yield* decide(wrap, {});
  const { lines } = yield* decide(address, {});
  yield* tell({ what: 'acted', action: 'parcel', bytes: Buffer.from(`${layers.join(' ')}; ${lines.join(' ')}`) });
}
/** A parcel comes if it is wrapped from the inside to the outside, and if name and street stand on it. */
const parcels: Scenario = {
  name: 'parcels',
  setup: z.strictObject({}),
  points: [wrap, address],
  words: ['town'],
  vocabulary: { delivered: [['parcel', 'bea']] },
  scene: () => ({
    cast: [{ actor: 'ann', role: 'client', name: 'Ann', title: 'Ann' }],
    actors: [{ name: 'ann', protocol: pack() }],
    wires: [],
    words: { town: 'Riga' },
    facts: (events) =>
      events.some(
        (event) =>
          event.what === 'acted' && /^box paper string; .*name.*Riga/.test(Buffer.from(event.bytes).toString()),
      )
        ? [{ kind: 'delivered', who: 'parcel', what: 'bea' }]
        : [],
  }),
};
export const scenarios: Scenarios = new Map([[parcels.name, parcels]]);

export const parcelLevel = `format: 1
id: parcel
title: A parcel
chapter: 0
minutes: 1
teaches: Wrapping.
scenario: parcels
brief: Wrap it.
debrief: It came.
role: client
worlds:
  - { name: day, goal: { must: [ { delivered: [parcel, bea] } ] } }
steps:
  - id: layers
    kind: order
    at: client.wrap
    as: layers
    with: { gently: true }
    ask: In which order?
    items:
      - { id: a, label: The box, value: box }
      - { id: b, label: The paper, value: paper }
      - { id: c, label: The string, value: string }
    choices:
      - { id: inside-out, items: [a, b, c], verdict: safe, headline: Well wrapped., says: Yes. }
    otherwise: { verdict: { misses: { delivered: [parcel, bea] } }, misconception: any-order, headline: It fell apart., says: No. }
  - id: lines
    kind: several
    at: client.address
    as: lines
    ask: What stands on it?
    items:
      - { id: name, label: Her name, value: name }
      - { id: street, label: "Her street in {town}", value: "{town}" }
      - { id: joke, label: A joke, value: joke }
    choices:
      - { id: needed, items: [name, street], verdict: safe, headline: It came., says: Yes. }
      - { id: all, items: [joke, name, street], verdict: safe, headline: It came with a smile., says: Yes. }
    otherwise: { verdict: { misses: { delivered: [parcel, bea] } }, misconception: post-knows, headline: It came back., says: No. }
`;
