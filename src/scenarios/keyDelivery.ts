// Alice has a photo for Bob's phone, and Bob has sent her a public RSA key. How does the AES key get to him while Eve listens?
import { createPublicKey } from 'node:crypto';
import * as z from 'zod';
import { longRsaKey } from '../pki/keys/rsa3072.ts';
import { rsaKey } from '../pki/keys/rsa.ts';
import { longestFor } from '../pki/oaep.ts';
import { drawNumber, drawOne, type Entropy, named } from '../tls/entropy.ts';
import { delivered, learned, protocolFacts } from './facts.ts';
import { fileKinds, photoOf } from './keyDeliveryFiles.ts';
import { receivePhoto, receiverPoints, sendPhoto, senderPoints } from './keyDeliveryEnds.ts';
import { overhearDelivery } from './keyDeliveryEve.ts';
import type { Event } from './network.ts';
import { alice, bob, eve } from './people.ts';
import type { Fact, Scenario } from './scenario.ts';

const parcels = ['1', '2'] as const;

const setup = z.strictObject({
  /** Which photo it is: each act has a photo, a pickup code and an AES key of its own. */
  parcel: z.enum(parcels),
});
type Setup = z.output<typeof setup>;

/** More private operations than this are too many for a phone that receives one photo. */
const mostPrivate = 2;
const tooMany = `more-than-${mostPrivate}-rsa-private`;

export const keyDelivery: Scenario<Setup> = {
  name: 'key-delivery',
  setup,
  points: [...Object.values(senderPoints), ...Object.values(receiverPoints)],
  words: ['file', 'size', 'bits', 'room', 'blocks', 'locked-size', 'film-blocks', 'code'],
  vocabulary: {
    delivered: parcels.flatMap((number) => [[`photo-${number}`, 'bob'] as const, [`code-${number}`, 'alice'] as const]),
    learned: parcels.flatMap((number) => ['photo', 'code'].map((what) => ['eve', `${what}-${number}`] as const)),
    spent: [['bob', tooMany]],
    stalled: [
      ['bob', 'private key that fits'],
      ['bob', 'key to open the key'],
    ],
  },
  scene(given, draw) {
    const run = named(draw, `parcel ${given.parcel}`);
    const { kind, photo, code } = contentsOf(run);
    // The keys are of two lengths, so that nobody's private key can be another's.
    const long = drawNumber(draw, 'long key', 2) === 0;
    const [bobsKey, alicesKey] = long ? [longRsaKey(), rsaKey(draw)] : [rsaKey(draw), longRsaKey()];
    const room = longestFor(bobsKey);
    const blocks = Math.ceil(photo.length / room);
    return {
      cast: [{ ...alice, title: 'Alice’s laptop' }, eve, { ...bob, title: 'Bob’s phone' }],
      actors: [
        { name: 'bob', protocol: receivePhoto({ draw: named(run, 'bob'), key: bobsKey, code }) },
        {
          name: 'alice',
          protocol: sendPhoto({ draw: named(run, 'alice'), photo, publicKey: createPublicKey(alicesKey) }),
        },
        { name: 'eve', protocol: overhearDelivery() },
      ],
      wires: [
        {
          ends: [
            ['alice', 'peer'],
            ['bob', 'peer'],
          ],
          taps: [['eve', 'air']],
          label: 'port 8017',
        },
      ],
      words: {
        file: kind,
        size: counted(photo.length),
        bits: long ? '3072' : '2048',
        room: String(room),
        blocks: String(blocks),
        'locked-size': counted((blocks * (long ? 3072 : 2048)) / 8),
        'film-blocks': counted(Math.ceil(2 ** 30 / room)),
        code,
      },
      facts: (events) => facts(events, given.parcel, { photo, code }),
    };
  },
};

function contentsOf(draw: Entropy) {
  const kind = drawOne(draw, 'file', fileKinds);
  return {
    kind,
    photo: photoOf(kind, 15_000 + drawNumber(draw, 'size', 3000), draw),
    code: `PICKUP CODE ${100_000 + drawNumber(draw, 'code', 900_000)}`,
  };
}

const counted = (number: number): string => String(number).replace(/\B(?=(\d{3})+$)/g, ',');

function facts(
  events: readonly Event[],
  parcel: string,
  { photo, code }: { readonly photo: Uint8Array; readonly code: string },
): Fact[] {
  const reply = Buffer.from(code);
  const privately = events.reduce(
    (sum, event) => sum + (event.what === 'spent' && event.by === 'bob' ? event.count : 0),
    0,
  );
  return [
    ...delivered(events, 'bob', 'photo', photo, `photo-${parcel}`),
    ...delivered(events, 'alice', 'code', reply, `code-${parcel}`),
    ...learned('eve', events, { [`photo-${parcel}`]: photo, [`code-${parcel}`]: reply }),
    ...(privately > mostPrivate ? [{ kind: 'spent', who: 'bob', what: tooMany } as const] : []),
    ...protocolFacts(events),
  ];
}
