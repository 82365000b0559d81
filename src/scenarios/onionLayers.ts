// Layers: what the sender wraps for each relay of a way, and what each of them finds when it has opened its own.
import { type Field, Reader, Writer } from '../tls/codec.ts';
import type { Direction, ToldRecord } from '../tls/effects.ts';
import type { Entropy } from '../tls/entropy.ts';
import { shift } from '../tls/record.ts';
import { type Cell, type CellKind, encodeCell, shareLength } from './cells.ts';
import { type Address, addressText } from './dns.ts';
import { describeHttp } from './http.ts';
import type { Relay } from './onionDirectory.ts';
import { hopHalf, hopKeys, type HopKeys, openHop, sealHop } from './sealedHop.ts';

/** What the last relay is told, or tells: where to connect, that it is ready, or data. */
const commands = { connect: 1, ready: 2, data: 3 } as const;
export type Command = keyof typeof commands;

/** A message of the sender's and the last relay's: what is in the innermost layer. */
export function encodeCommand(command: Command, payload: Uint8Array): Uint8Array {
  return new Writer(false).uint(1, 'relay_command', commands[command]).bytes('relay_payload', payload).done().bytes;
}
export function decodeCommand(
  bytes: Uint8Array,
): { readonly command: Command; readonly payload: Uint8Array } | undefined {
  const found = Object.entries(commands).find(([, byte]) => byte === bytes[0]);
  return found && { command: found[0] as Command, payload: bytes.subarray(1) };
}

/** The payload of `connect`: the place, such as `shop.example:443`, with its length in a byte, and the first data for it. */
export const encodePlace = (place: string, data: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.of(place.length), Buffer.from(place, 'latin1'), data]);
export function decodePlace(payload: Uint8Array): { readonly place: string; readonly data: Uint8Array } {
  const [length = 0] = payload;
  return { place: Buffer.from(payload.subarray(1, 1 + length)).toString('latin1'), data: payload.subarray(1 + length) };
}

/** The inside of an opening layer: the next relay's address (zeros for the last one), and the layer for it. */
export const encodeNext = (next: Address | undefined, layer: Uint8Array): Uint8Array =>
  Buffer.concat([Uint8Array.from(next ?? nowhere), layer]);
export function decodeNext(inside: Uint8Array): { readonly next: Address | undefined; readonly layer: Uint8Array } {
  const [a = 0, b = 0, c = 0, d = 0] = inside;
  return { next: a + b + c + d ? [a, b, c, d] : undefined, layer: inside.subarray(4) };
}
const nowhere: Address = [0, 0, 0, 0];

/** A way as its sender has it. */
export interface Circuit {
  readonly sender: Address;
  readonly relays: readonly Relay[];
  /** With each relay, from the first to the last. */
  readonly keys: readonly HopKeys[];
  readonly shares: readonly Uint8Array[];
}

/** Agrees on keys with each relay of the way, with a half of its own for each. */
export function circuitThrough(relays: readonly Relay[], sender: Address, draw: Entropy): Circuit {
  const agreed = relays.map(({ half }, index) => {
    const own = hopHalf(draw, `hop ${index}`);
    return { share: own.share, keys: hopKeys(own.agree(half.share), own.share, half.share) };
  });
  return { sender, relays, keys: agreed.map(({ keys }) => keys), shares: agreed.map(({ share }) => share) };
}

/**
 * Opens a way: the bodies of the cells on its legs, the first with all layers. `order` has the places of the relays on the
 * way, the one whose layer is put on first in front.
 */
export function openingBodies({ relays, keys, shares }: Circuit, order: readonly number[]): readonly Uint8Array[] {
  const bodies: Uint8Array[] = [];
  for (const place of order) {
    const key = keys[place]?.there;
    const share = shares[place];
    if (!key || !share) continue;
    const inside = encodeNext(relays[place + 1]?.address, bodies[0] ?? new Uint8Array(0));
    bodies.unshift(Buffer.concat([share, sealHop(key, inside)]));
  }
  return bodies;
}

/** A command for the last relay: the bodies on the legs, the first with all layers. */
export function wrapped({ keys }: Circuit, message: Uint8Array): readonly Uint8Array[] {
  const bodies: Uint8Array[] = [];
  for (const { there } of keys.toReversed()) bodies.unshift(sealHop(there, bodies[0] ?? message));
  return bodies;
}

/** The bodies of what came back, as they were on the legs from the first to the last, and what is inside. */
export function unwrapped({ keys }: Circuit, body: Uint8Array) {
  const bodies: Uint8Array[] = [];
  let rest = body;
  for (const { back } of keys) {
    bodies.push(rest);
    const opened = openHop(back, rest);
    if (!opened) return undefined;
    rest = opened;
  }
  return { bodies, message: rest };
}

/** The cells on the legs of a way, as the sender knows them all: each with what is under its outermost layer. */
export function toldCells(
  { sender, relays }: Circuit,
  kind: CellKind,
  direction: Direction,
  bodies: readonly Uint8Array[],
  message: Uint8Array,
): readonly (ToldRecord & { readonly cell: Cell })[] {
  return bodies.map((body, leg) => {
    const near = relays[leg - 1]?.address ?? sender;
    const far = relays[leg]?.address ?? sender;
    const cell = direction === 'sent' ? encodeCell(kind, near, far, body) : encodeCell(kind, far, near, body);
    const under = bodies[leg + 1];
    const inside =
      kind === 'opening' ? encodeNext(relays[leg + 1]?.address, under ?? new Uint8Array(0)) : (under ?? message);
    return { ...openedCell(cell, direction, inside, bodies.length - leg), cell };
  });
}

/** A cell of which somebody has opened the outermost of so many layers, or put it on. */
export const openedCell = (cell: Cell, direction: Direction, inside: Uint8Array, layers?: number): ToldRecord => ({
  what: 'record',
  direction,
  wire: cell.bytes,
  fields: cell.fields,
  type: 23,
  name: layers === undefined ? 'cell' : layers === 1 ? inOneLayer : `cell in ${layers} layers`,
  sealedBy: 'hop',
  inner: { bytes: inside, fields: insideFields(cell, inside, layers) },
});

/** What is called so has a command inside, for the last relay. */
export const inOneLayer = 'cell in 1 layer';

function insideFields({ kind }: Cell, inside: Uint8Array, layers: number | undefined): readonly Field[] {
  const reader = new Reader(inside);
  if (kind === 'opening') {
    reader.bytes(Math.min(4, reader.left), 'next_address', (value) => {
      const { next } = decodeNext(value);
      return next ? addressText(next) : 'nobody: you are the last';
    });
    if (reader.left >= shareLength) reader.bytes(shareLength, 'share');
    if (reader.left) reader.rest('ciphertext');
    return reader.done();
  }
  // What is under another layer is noise, whatever its first byte.
  const message = layers === 1 ? decodeCommand(inside) : undefined;
  if (!message) {
    reader.rest('ciphertext');
    return reader.done();
  }
  const { command, payload } = message;
  reader.uint(1, 'relay_command', () => command);
  if (command === 'connect') reader.vector(1, 'relay_place', (place) => place.rest('relay_host', text));
  if (reader.left) reader.rest('relay_payload', () => '');
  const data = command === 'connect' ? decodePlace(payload).data : payload;
  const http = describeHttp(data);
  return reader
    .done()
    .map((field) =>
      http && field.name === 'relay_payload'
        ? { ...field, value: http.name, children: shift(http.fields, field.offset) }
        : field,
    );
}

const text = (value: Uint8Array): string => Buffer.from(value).toString('latin1');
