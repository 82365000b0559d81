// Mallory carries a sealed form of which she knows every letter. She flips bits of it, and of whatever guards it if she can.
import * as z from 'zod';
import { crcDifference, xorAt } from '../attacks/malleable.ts';
import type { Field } from '../tls/codec.ts';
import { close, decide, decisionPoint, type Protocol, tell } from '../tls/effects.ts';
import { passOn } from './actors.ts';
import { describeExchange, type ExchangeMessage, encodeExchange } from './exchangeMessages.ts';
import { type Dump, pickedSchema, type Picked } from './scenario.ts';
import { sealing, sha256 } from './sealedFormKeys.ts';

/** The form as Mallory knows it: she wrote it. */
export interface Form {
  readonly text: string;
  /** The first digit of the amount, the one that she would rather have, and where it stands. */
  readonly old: string;
  readonly wanted: string;
  readonly place: number;
}

/** `0x08`, or a number. */
const byte = z.union([
  z.number().int().min(0).max(255),
  z
    .string()
    .refine((text) => /^0x[0-9a-f]{2}$/.test(text), 'a byte looks like 0x08')
    .transform((text) => Number(text)),
]);
export const hex2 = (value: number): string => `0x${value.toString(16).padStart(2, '0')}`;
const parts = ['ciphertext', 'tag', 'nonce'] as const;
type Part = (typeof parts)[number];

export const formFlipperPoints = {
  /** Which byte to change. The rule: the one over the first digit of the amount. */
  pickBytes: decisionPoint<{ readonly dump: readonly Dump[]; readonly place: number }>()(
    'mallory.pickBytes',
    '3686 2.1',
    pickedSchema,
    ({ place }): Picked => ({ record: 1, offset: place, length: 1 }),
  ),
  /** What to XOR that byte with, or the first one of another part; `null` leaves all as it is. The rule: old XOR new digit. */
  flip: decisionPoint<{ readonly mask: number }>()(
    'mallory.flip',
    '3686 2.1',
    z.strictObject({ part: z.enum(parts).default('ciphertext'), xor: byte.nullable() }),
    ({ mask }): { part: Part; xor: number | null } => ({ part: 'ciphertext', xor: mask }),
  ),
};

export function* meddle(form: Form): Protocol<void> {
  yield* passOn('alice', 'bob', function* (from, bytes) {
    const message = describeExchange(bytes);
    if (from === 'bob' || !message?.parts.sealed) return bytes;
    return (yield* change(form, message, message.parts.sealed)).bytes;
  });
  yield* close('alice');
}

function* change(form: Form, message: ExchangeMessage, sealed: Uint8Array): Protocol<ExchangeMessage> {
  const dump = dumpOf(form, message, sealed);
  const mask = form.old.charCodeAt(0) ^ form.wanted.charCodeAt(0);
  const picked = yield* decide(formFlipperPoints.pickBytes, { dump, place: form.place });
  const { part, xor } = yield* decide(formFlipperPoints.flip, { mask });
  if (xor === null) return yield* leave(message, 'Without the key I change nothing. I pass it on.');
  if (part !== 'ciphertext') return yield* flipFirst(message, part, xor);
  if (picked.record !== 1)
    return yield* leave(message, 'I changed my own copy of the form. What I pass on is as it was.');
  const inside = Math.min(picked.length, sealed.length - picked.offset);
  if (inside < 1) return yield* leave(message, 'There is no such byte in the ciphertext.');
  const difference = xorAt(new Uint8Array(sealed.length), picked.offset, new Uint8Array(inside).fill(xor));
  yield* tell({
    what: 'note',
    text: `I XORed ${inside === 1 ? `byte ${picked.offset}` : `${inside} bytes from ${picked.offset} on`} with ${hex2(xor)}.`,
  });
  return yield* guardAnew(form, message, xorAt(sealed, 0, difference), difference);
}

/** The ciphertext is changed; what guards it is changed along, where that takes no key. */
function* guardAnew(
  form: Form,
  message: ExchangeMessage,
  sealed: Uint8Array,
  difference: Uint8Array,
): Protocol<ExchangeMessage> {
  switch (message.parts.sealing?.[0]) {
    case sealing.crc: {
      const along = crcDifference(difference.subarray(0, -4));
      yield* tell({ what: 'note', text: 'I know by which bits the CRC-32 changes, and flipped those as well.' });
      return encodeExchange('form', { ...message.parts, sealed: xorAt(sealed, sealed.length - 4, along) });
    }
    case sealing.hash: {
      const text = xorAt(Buffer.from(form.text), 0, difference);
      yield* tell({ what: 'note', text: 'I know the new text, so I hashed it and put the new hash beside it.' });
      return encodeExchange('formHashed', { ...message.parts, sealed, textHash: sha256(text) });
    }
    default:
      return encodeExchange(message.kind, { ...message.parts, sealed });
  }
}

function* flipFirst(message: ExchangeMessage, part: 'tag' | 'nonce', xor: number): Protocol<ExchangeMessage> {
  const name = part === 'nonce' && message.parts.counter ? 'counter' : part;
  const bytes = message.parts[name];
  if (!bytes?.length) return yield* leave(message, `There is no ${part} in this message.`);
  yield* tell({ what: 'note', text: `I XORed the first byte of the ${part} with ${hex2(xor)}.` });
  return encodeExchange(message.kind, { ...message.parts, [name]: xorAt(bytes, 0, Uint8Array.of(xor)) });
}

function* leave(message: ExchangeMessage, text: string): Protocol<ExchangeMessage> {
  yield* tell({ what: 'note', text });
  return message;
}

/** The form as she knows it, and the ciphertext of it: one below the other, byte for byte. */
function dumpOf({ text }: Form, { bytes: wire }: ExchangeMessage, sealed: Uint8Array): readonly Dump[] {
  const known = Buffer.from(text);
  return [
    { name: 'the form, as you know it', bytes: known, fields: rowsOf(known, 'letter'), wire },
    { name: 'the ciphertext', bytes: sealed, fields: rowsOf(sealed, 'byte'), wire },
  ];
}

/** Every byte a field, eight of them a row. */
function rowsOf(bytes: Uint8Array, name: 'letter' | 'byte'): readonly Field[] {
  const value = (at: number) => String.fromCharCode(bytes[at] ?? 0);
  const one = (at: number): Field => ({
    name: `${name}_${at}`,
    offset: at,
    length: 1,
    ...(name === 'letter' ? { value: value(at) } : {}),
  });
  return Array.from({ length: Math.ceil(bytes.length / 8) }, (_, row): Field => {
    const length = Math.min(8, bytes.length - row * 8);
    return {
      name: `bytes_${row * 8}`,
      offset: row * 8,
      length,
      children: Array.from({ length }, (_one, index) => one(row * 8 + index)),
    };
  });
}
