// Alice pays Mallory with a sealed form that Mallory carries to Bob. She knows what it says and lacks the key. What can she change?
import * as z from 'zod';
import { close, type Protocol, receive, send, tell } from '../tls/effects.ts';
import { drawOne, type Entropy, named, shuffle } from '../tls/entropy.ts';
import { describeExchange, encodeExchange, isSealed } from './exchangeMessages.ts';
import { openedBy } from './exchangeTold.ts';
import type { Event, Wire } from './network.ts';
import { alice, bob, mallory } from './people.ts';
import type { Fact, Scenario } from './scenario.ts';
import { type Form, formFlipperPoints, hex2, meddle } from './sealedFormMallory.ts';
import { type Keys, open, payeePoints, policyTerms, seal, type Sealing, termsIn } from './sealedFormKeys.ts';

const payments = ['1', '2', '3'] as const;

const setup = z.strictObject({
  /** Which payment it is: each has an amount, a form and keys of its own. */
  payment: z.enum(payments),
  /** Whether Mallory carries the form, or nobody is between. */
  mallory: z.boolean().default(true),
});
type Setup = z.output<typeof setup>;

export const sealedForm: Scenario<Setup> = {
  name: 'sealed-form',
  setup,
  points: [...Object.values(formFlipperPoints), ...Object.values(payeePoints)],
  words: ['form', 'amount', 'wanted', 'old', 'new', 'place', 'mask', 'letter', 'digit', 'slip', 'old-hex'],
  vocabulary: {
    accepted: payments.flatMap((number) =>
      ['payment', 'raised', 'altered'].map((what) => ['bob', `${what}-${number}`] as const),
    ),
    detected: [['bob', 'altered']],
  },
  scene(given, draw) {
    const run = named(draw, `payment ${given.payment}`);
    const form = formOf(run);
    const keys: Keys = { short: run('key', 16), long: run('long key') };
    const wire = (one: readonly [string, string], other: readonly [string, string]): Wire => ({
      ends: [one, other],
      label: 'port 3686',
    });
    return {
      cast: [
        { ...alice, title: 'Alice, who pays' },
        ...(given.mallory ? [{ ...mallory, title: 'Mallory, who is paid' }] : []),
        { ...bob, title: 'Bob, the bank' },
      ],
      actors: [
        { name: 'bob', protocol: pay(keys) },
        ...(given.mallory ? [{ name: 'mallory', protocol: meddle(form) }] : []),
        { name: 'alice', protocol: order(form, keys, run) },
      ],
      wires: given.mallory
        ? [wire(['alice', 'peer'], ['mallory', 'alice']), wire(['mallory', 'bob'], ['bob', 'peer'])]
        : [wire(['alice', 'peer'], ['bob', 'peer'])],
      words: wordsOf(form),
      facts: (events) => facts(events, given.payment, form),
    };
  },
};

/** Pairs of digits for which a smaller digit comes out where the new one's number is XORed: 1 and 9 give 8. */
const raises: readonly [readonly [old: string, wanted: string], ...(readonly [string, string])[]] = [
  ['1', '9'],
  ['1', '7'],
  ['1', '5'],
  ['2', '7'],
  ['2', '6'],
  ['3', '7'],
  ['3', '6'],
];

function formOf(draw: Entropy): Form {
  const [old, wanted] = drawOne(draw, 'raise', raises);
  const item = drawOne(draw, 'item', ['lamp', 'bicycle', 'guitar', 'tent', 'umbrella']);
  const pairs = shuffle(draw, 'order', ['from=Alice', 'to=Mallory', `euros=${old}00`, `for=${item}`]);
  const text = pairs.join('&');
  return { text, old, wanted, place: text.indexOf('euros=') + 'euros='.length };
}

function wordsOf({ text, old, wanted, place }: Form) {
  const [from, to] = [old.charCodeAt(0), wanted.charCodeAt(0)];
  return {
    form: text,
    amount: `${old}00`,
    wanted: `${wanted}00`,
    old,
    new: wanted,
    place: String(place),
    mask: hex2(from ^ to),
    letter: hex2(to),
    digit: hex2(Number(wanted)),
    slip: `${String.fromCharCode(from ^ Number(wanted))}00`,
    'old-hex': hex2(from),
  };
}

// ---- Alice and Bob ------------------------------------------------------------------------------------------------

/** Seals the form as Bob asks for. */
function* order({ text }: Form, keys: Keys, draw: Entropy): Protocol<void> {
  const asked = yield* receive();
  const sealing = 'bytes' in asked ? termsIn(asked.bytes) : undefined;
  if (sealing !== undefined) {
    const message = seal(sealing, keys, draw('nonce', 12), Buffer.from(text));
    yield* tell(openedBy(message, 'sent', Buffer.from(text)));
    yield* send(message.bytes);
    yield* receive();
  }
  yield* close();
}

function* pay(keys: Keys): Protocol<void> {
  const sealing = yield* policyTerms();
  yield* send(encodeExchange('terms', { sealing: Uint8Array.of(sealing) }).bytes);
  const received = yield* receive();
  const message = 'bytes' in received ? describeExchange(received.bytes) : undefined;
  if (message && isSealed(message)) {
    const says = yield* decideOn(sealing, keys, message);
    yield* send(encodeExchange('answer', { text: Buffer.from(says) }).bytes);
  }
  yield* close();
}

/** Opens a form, and pays if it may; gives what Bob says of it. */
function* decideOn(
  sealing: Sealing,
  keys: Keys,
  message: Parameters<typeof open>[2] & Parameters<typeof openedBy>[0],
): Protocol<string> {
  const { text, guard } = open(sealing, keys, message);
  if (text)
    yield* tell(openedBy(message, 'received', text, { name: 'a form that cannot be read', field: 'plain_text' }));
  if (guard) yield* tell({ what: 'check', name: guard.name, holds: guard.holds, required: true });
  if (!text || guard?.holds === false) {
    yield* tell({ what: 'note', text: `The ${guard?.name ?? 'form'} does not fit. I take nothing of this.` });
    return 'Refused: this was changed on the way.';
  }
  const says = Buffer.from(text).toString('latin1');
  const { from, to, euros = '', for: item, ...rest } = Object.fromEntries(new URLSearchParams(says));
  if (from !== 'Alice' || to !== 'Mallory' || !/^[1-9]\d\d$/.test(euros) || !item || Object.keys(rest).length) {
    yield* tell({ what: 'note', text: `I read: ${printed(says)}. That is no form that I know. I pay nothing.` });
    return 'Refused: I cannot read this form.';
  }
  yield* tell({ what: 'acted', action: 'pay', bytes: text });
  yield* tell({ what: 'note', text: `I read: ${printed(says)}. I pay ${euros} euros to ${to}.` });
  return `Paid ${euros} euros to ${to}.`;
}

const printed = (text: string): string => text.replace(/[^\x20-\x7e]/g, '·');

function facts(events: readonly Event[], payment: string, form: Form): Fact[] {
  const raised = `${form.text.slice(0, form.place)}${form.wanted}${form.text.slice(form.place + 1)}`;
  return events.flatMap((event): Fact[] => {
    if (event.by !== 'bob') return [];
    if (event.what === 'check' && !event.holds) return [{ kind: 'detected', who: 'bob', what: 'altered' }];
    if (event.what !== 'acted') return [];
    const text = Buffer.from(event.bytes).toString('latin1');
    const accepted = (what: string): Fact => ({ kind: 'accepted', who: 'bob', what: `${what}-${payment}` });
    return [accepted(text === form.text ? 'payment' : 'altered'), ...(text === raised ? [accepted('raised')] : [])];
  });
}
