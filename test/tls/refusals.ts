// A peer that keeps all rules but one: how its records are changed, and what the endpoint says to them.
import type { Event } from '../../src/scenarios/network.ts';
import { type ClientHello, decodeClientHello, encodeClientHello } from '../../src/tls/messages/clientHello.ts';
import type { Extension } from '../../src/tls/messages/extensions.ts';
import { type Item, insider, listening, otherOf, type Side } from './insider.ts';

export const plain = (type: number, content: Uint8Array): Item => ({ key: undefined, type, content });

/** A handshake message that no encoder here makes. */
export const raw = (type: number, body = Buffer.alloc(0)): Uint8Array =>
  Buffer.concat([Buffer.of(type, body.length >> 16, (body.length >> 8) & 255, body.length & 255), body]);

export const other = (type: number, body = Buffer.alloc(0)): Extension => ({ name: 'other', type, body });

export type Rule = readonly [rule: string, change: (items: readonly Item[]) => readonly Item[], alert: string];

/** The items with those at the places given said otherwise. */
export const otherwise = (items: readonly Item[], changes: Readonly<Record<number, Partial<Item>>>): readonly Item[] =>
  items.map((item, index) => ({ ...item, ...changes[index] }));

/** Puts something in front of the item at this place, under that item's key. */
export const inFrontOf =
  (place: number, type: number, content: Uint8Array): Rule[1] =>
  (items) => [...items.slice(0, place), { ...(items[place] as Item), type, content }, ...items.slice(place)];

/** Puts a record in the clear in front of the item at this place. */
export const plainBefore =
  (place: number, type: number, content: Uint8Array): Rule[1] =>
  (items) => [...items.slice(0, place), plain(type, content), ...items.slice(place)];

/** Says more in the record at this place. */
export const goingOn =
  (place: number, more: Uint8Array): Rule[1] =>
  (items) =>
    otherwise(items, { [place]: { content: Buffer.concat([items[place]?.content ?? more, more]) } });

/** Changes the last byte at this place. */
export const spoilt =
  (place: number): Rule[1] =>
  (items) => {
    const content = Buffer.from(items[place]?.content ?? []);
    content.writeUInt8(content.readUInt8(content.length - 1) ^ 1, content.length - 1);
    return otherwise(items, { [place]: { content } });
  };

/** A message with a byte behind its last field, counted in its length. */
export function longer(message: Uint8Array): Uint8Array {
  const grown = Buffer.concat([message, Buffer.of(0)]);
  grown.writeUIntBE(grown.length - 4, 1, 3);
  return grown;
}

/** What the endpoint says to records of its peer; nothing where it ends without an alert. */
export const answerTo = (
  side: Side,
  talk: ReturnType<typeof insider>,
  change: (items: readonly Item[]) => readonly Item[],
): readonly Event[] => talk.against(side, change(talk.itemsOf(otherOf(side))), { application: listening });

export const usual = insider();
const [helloOfClient] = usual.itemsOf('client').map(({ content }) => content);

export const clientHello = (
  change: (hello: ClientHello) => Partial<ClientHello>,
  from = helloOfClient,
  place = 0,
): Rule[1] => {
  const hello = decodeClientHello(from as Uint8Array);
  const content = encodeClientHello({ ...hello, ...change(hello) }).bytes;
  return (items) => otherwise(items, { [place]: { content } });
};
