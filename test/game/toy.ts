// A small real scenario for the tests of the game core: letters between Ann and Bea, and Moe, who carries or hears them.
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { learned, viewFor } from '../../src/scenarios/facts.ts';
import type { Scenarios } from '../../src/scenarios/index.ts';
import type { Actor, Event, Wire } from '../../src/scenarios/network.ts';
import { type Dump, type Fact, type Picked, pickedSchema, type Scenario } from '../../src/scenarios/scenario.ts';
import { type Field, Writer } from '../../src/tls/codec.ts';
import { close, decide, decisionPoint, type Protocol, receive, send, tell } from '../../src/tls/effects.ts';
import { drawNumber, drawOne, type Entropy } from '../../src/tls/entropy.ts';

const setup = z.strictObject({
  place: z.enum(['post', 'door']).default('post'),
  moe: z.enum(['here', 'away']).default('here'),
});
type Setup = z.output<typeof setup>;

export const points = {
  /** How Ann writes. Twice the same letter, sealed, is as safe as once. */
  write: decisionPoint<{ readonly order: string }>()(
    'client.write',
    '9110 1',
    z.strictObject({ how: z.enum(['open', 'sealed']), copies: z.number().int().min(1).max(2).default(1) }),
    () => ({ how: 'sealed' as const, copies: 1 }),
  ),
  /** Asked at each reply. The rule: believe what bears Bea's stamp. */
  onReply: decisionPoint<{ readonly holds: boolean }>()(
    'client.onReply',
    '9110 2',
    z.strictObject({ believe: z.enum(['stamped', 'all', 'none']) }),
    () => ({ believe: 'stamped' as const }),
  ),
  book: decisionPoint<{ readonly sealed: boolean }>()(
    'server.book',
    '9110 3',
    z.strictObject({ take: z.enum(['sealed', 'all', 'none']) }),
    () => ({ take: 'all' as const }),
  ),
  predict: decisionPoint<Record<string, never>>()(
    'observer.predict',
    '9110 4',
    z.strictObject({ event: z.enum(['opens', 'alarm']) }),
    () => ({ event: 'opens' as const }),
  ),
  pick: decisionPoint<{ readonly dump: readonly Dump[] }>()(
    'moe.pickBytes',
    '9110 5',
    pickedSchema,
    (): Picked => ({ record: 0, offset: 0, length: 1 }),
  ),
  speak: decisionPoint<{ readonly read: string }>()(
    'moe.speak',
    '9110 6',
    z.strictObject({ say: z.string().regex(/^\d{4}$/) }),
    ({ read }) => ({ say: read }),
  ),
};

export const letters: Scenario<Setup> = {
  name: 'letters',
  setup,
  points: Object.values(points),
  words: ['item', 'pin', 'tip'],
  vocabulary: {
    delivered: [['order', 'bea']],
    learned: [['moe', 'order']],
    accepted: [
      ['ann', 'forged'],
      ['ann', 'thanks'],
      ['ann', 'sent'],
      ['bea', 'moe-as-ann'],
    ],
    detected: [['bea', 'wrong-pin']],
    found: [['moe', 'what-happens']],
  },
  scene(given, draw) {
    const secret = secretsOf(draw);
    return {
      cast: [
        { actor: 'ann', role: 'client', name: 'Ann', title: 'Ann' },
        { actor: 'moe', role: 'attacker', name: 'Moe', title: 'Moe, the carrier' },
        { actor: 'bea', role: 'server', name: 'Bea', title: 'Bea' },
      ],
      ...(given.place === 'post' ? post(secret, given.moe === 'here') : door(secret)),
      words: { item: secret.item, pin: secret.pin, tip: secret.tip },
      facts: (events) => facts(events, secret),
    };
  },
};

export const scenarios: Scenarios = new Map([[letters.name, letters as Scenario]]);

interface Secrets {
  readonly item: string;
  readonly order: string;
  readonly pin: string;
  readonly tip: string;
  readonly pad: Uint8Array;
}
function secretsOf(draw: Entropy): Secrets {
  const item = drawOne(draw, 'item', ['lamp', 'kettle', 'ladder']);
  const pin = 1000 + drawNumber(draw, 'pin', 4000);
  return { item, order: `one ${item} to Mill Lane`, pin: `${pin}`, tip: `${pin + 4000}`, pad: draw('pad', 64) };
}

const sealWith = (pad: Uint8Array, bytes: Uint8Array): Uint8Array => bytes.map((byte, i) => byte ^ (pad[i] ?? 0));
const stampOf = (pad: Uint8Array, text: string) =>
  createHash('sha256').update(pad).update(text).digest('hex').slice(0, 8);

function post(secret: Secrets, carried: boolean): { readonly actors: Actor[]; readonly wires: Wire[] } {
  const ann = { name: 'ann', protocol: writeAndRead(secret) };
  const bea = { name: 'bea', protocol: bookAndReply(secret) };
  if (!carried)
    return {
      actors: [ann, bea],
      wires: [
        {
          ends: [
            ['ann', 'peer'],
            ['bea', 'peer'],
          ],
        },
      ],
    };
  return {
    actors: [{ name: 'moe', protocol: carry() }, ann, bea],
    wires: [
      {
        ends: [
          ['ann', 'peer'],
          ['moe', 'ann'],
        ],
      },
      {
        ends: [
          ['moe', 'bea'],
          ['bea', 'peer'],
        ],
      },
    ],
  };
}

function* writeAndRead({ order, pad }: Secrets): Protocol<void> {
  const { how, copies } = yield* decide(points.write, { order });
  for (let copy = 0; copy < copies; copy++) {
    const plain = Buffer.from(`${how === 'open' ? 'O' : 'S'}${order}`);
    yield* send(how === 'open' ? plain : Buffer.concat([plain.subarray(0, 1), sealWith(pad, plain.subarray(1))]));
  }
  for (;;) {
    const received = yield* receive();
    if ('end' in received) return yield* close();
    const text = Buffer.from(received.bytes).toString();
    const holds = text.endsWith(stampOf(pad, text.slice(0, -8)));
    const { believe } = yield* decide(points.onReply, { holds });
    if (believe === 'all' || (believe === 'stamped' && holds))
      yield* tell({ what: 'acted', action: 'believe', bytes: received.bytes });
  }
}

function* bookAndReply({ order, pad }: Secrets): Protocol<void> {
  const received = yield* receive();
  if ('end' in received) return yield* close();
  const sealed = received.bytes[0] === 'S'.charCodeAt(0);
  const { take } = yield* decide(points.book, { sealed });
  const body = received.bytes.subarray(1);
  if (take === 'all' || (take === 'sealed' && sealed))
    yield* tell({ what: 'acted', action: 'order', bytes: sealed ? sealWith(pad, body) : body });
  for (const text of [`Thanks for ${order.length}. `, 'Sent. ']) yield* send(Buffer.from(text + stampOf(pad, text)));
  yield* close();
}

/** Passes on what Ann writes, and puts a lie in the place of the first reply. */
function* carry(): Protocol<void> {
  let replies = 0;
  for (;;) {
    const received = yield* receive('ann', 'bea');
    const to = received.link === 'ann' ? 'bea' : 'ann';
    if ('end' in received) {
      yield* close(to);
      if (to === 'ann') return;
    } else if (to === 'ann' && replies++ === 0) yield* send(Buffer.from('Sold out. 00000000'), to);
    else yield* send(received.bytes, to);
  }
}

function door({ pin, tip }: Secrets): { readonly actors: Actor[]; readonly wires: Wire[] } {
  const letter = letterOf(pin, tip);
  return {
    actors: [
      { name: 'ann', protocol: sendOnce(letter.bytes) },
      { name: 'moe', protocol: listen(letter) },
      { name: 'bea', protocol: guard(pin) },
    ],
    wires: [
      {
        ends: [
          ['ann', 'peer'],
          ['bea', 'ann'],
        ],
        taps: [['moe', 'air']],
      },
      {
        ends: [
          ['moe', 'door'],
          ['bea', 'door'],
        ],
      },
    ],
  };
}

/** `user=`, `pin=` and `tip=` with their values, and a note with its length before it. */
export function letterOf(pin: string, tip: string): { readonly bytes: Uint8Array; readonly fields: readonly Field[] } {
  const writer = new Writer();
  for (const [name, value] of [
    ['user', 'ann'],
    ['pin', pin],
    ['tip', tip],
  ] as const)
    writer.group(`${name}=`, () => {
      writer.bytes('name', Buffer.from(`${name}=`));
      writer.bytes('value', Buffer.from(value));
      writer.bytes('space', Buffer.from(' '));
    });
  writer.vector(2, 'note', () => writer.bytes('text', Buffer.from('hello')));
  return writer.done();
}

function* sendOnce(bytes: Uint8Array): Protocol<void> {
  yield* send(bytes);
  yield* close();
}

function* listen(letter: { readonly fields: readonly Field[] }): Protocol<void> {
  const heard = yield* receive('air');
  yield* tell({ what: 'kept', label: 'everything' });
  yield* decide(points.predict, {});
  if ('end' in heard) return yield* close('door');
  const dump = [
    { name: 'letter', bytes: heard.bytes, fields: letter.fields, wire: heard.bytes },
    { name: 'sealed letter', bytes: Buffer.from([7, 7, 7]), fields: [], wire: heard.bytes },
  ];
  const { record, offset, length } = yield* decide(points.pick, { dump });
  const read = Buffer.from(dump[record]?.bytes.subarray(offset, offset + length) ?? []).toString('latin1');
  if (!/^\d{4}$/.test(read)) yield* send(Buffer.from(read), 'door');
  else {
    const { say } = yield* decide(points.speak, { read });
    yield* send(Buffer.from(say), 'door');
  }
  yield* close('door');
}

function* guard(pin: string): Protocol<void> {
  const said = yield* receive('door');
  if ('end' in said) return;
  const holds = Buffer.from(said.bytes).toString() === pin;
  yield* tell({ what: 'check', name: 'pin', holds, required: true });
  if (holds) yield* tell({ what: 'acted', action: 'open', bytes: said.bytes, link: 'door' });
}

function facts(events: readonly Event[], { order, pad }: Secrets): Fact[] {
  const found: Fact[] = learned('moe', events, { order: Buffer.from(order) });
  for (const event of events) {
    if (event.what === 'check' && !event.holds) found.push({ kind: 'detected', who: 'bea', what: 'wrong-pin' });
    if (event.what !== 'acted') continue;
    const text = Buffer.from(event.bytes).toString();
    if (event.action === 'order' && text === order) found.push({ kind: 'delivered', who: 'order', what: 'bea' });
    if (event.action === 'open') found.push({ kind: 'accepted', who: 'bea', what: 'moe-as-ann' });
    if (event.action === 'believe') found.push({ kind: 'accepted', who: 'ann', what: labelOf(text, pad) });
  }
  const checked = events.find((event) => event.what === 'check');
  if (checked?.what !== 'check') return found;
  const happened = checked.holds ? 'opens' : 'alarm';
  const predicted = viewFor('moe', events).find((e) => e.what === 'decision' && e.point === points.predict.name);
  if (predicted?.what === 'decision' && (predicted.answer as { event?: unknown }).event === happened)
    found.push({ kind: 'found', who: 'moe', what: 'what-happens' });
  return found;
}

const labelOf = (text: string, pad: Uint8Array): string => {
  if (!text.endsWith(stampOf(pad, text.slice(0, -8)))) return 'forged';
  return text.startsWith('Thanks') ? 'thanks' : 'sent';
};
