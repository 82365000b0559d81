// How the actors of a key exchange tell what they know of their messages.
import type { Direction, ToldRecord } from '../tls/effects.ts';
import type { ExchangeMessage } from './exchangeMessages.ts';

/** What something is called that is no text. */
export interface Unreadable {
  readonly name: string;
  readonly field: string;
}
const sealedShare: Unreadable = { name: 'a key share, sealed', field: 'share' };

/** A sealed message whose key the actor has. */
export function openedBy(
  { bytes, fields }: ExchangeMessage,
  direction: Direction,
  inside: Uint8Array,
  unreadable = sealedShare,
): ToldRecord {
  const text = Buffer.from(inside).toString('latin1');
  const readable = /^[\x20-\x7e]+$/.test(text);
  return {
    what: 'record',
    direction,
    wire: bytes,
    fields,
    type: 23,
    name: readable ? text : unreadable.name,
    sealedBy: 'agreed key',
    inner: {
      bytes: inside,
      fields: [
        readable
          ? { name: 'plain_text', offset: 0, length: inside.length, value: text }
          : { name: unreadable.field, offset: 0, length: inside.length },
      ],
    },
  };
}

/** The parts of a message with a share of this group. */
export const contentsOf = <Parts extends object>(
  group: number,
  rest: Parts,
): Parts & { readonly group: Uint8Array } => ({
  ...rest,
  group: Uint8Array.of(group >> 8, group & 255),
});

/** The beginning of a value, enough to tell it from others: `5e 91 0c 2f ...`. */
export const inHex = (bytes: Uint8Array): string =>
  `${[...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')} ...`;
