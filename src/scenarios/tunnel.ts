// A tunnel: whatever an actor sends on the links inside it goes in sealed cells to one machine, with the place that it is for.
// That machine opens them, and passes on what it finds.
import { type Field, Reader, Writer } from '../tls/codec.ts';
import {
  close,
  type Effect,
  type Link,
  type Protocol,
  receive,
  type Received,
  type Reply,
  send,
  tell,
} from '../tls/effects.ts';
import { type Cell, describeCell, encodeCell, shareLength } from './cells.ts';
import { type Address, addressText, describeDns } from './dns.ts';
import { describeHttp } from './http.ts';
import { describeRecord } from '../tls/describe.ts';
import { shift } from '../tls/record.ts';
import { hopKeys, type HopKeys, openHop, sealHop } from './sealedHop.ts';
import type { KeyExchange } from '../tls/groups.ts';

/** Where a packet is for, or where it comes from. */
export interface Place {
  readonly address: Address;
  readonly port: number;
}
export const placeText = ({ address, port }: Place): string => `${addressText(address)}, port ${port}`;

/** What is inside a sealed cell. */
interface Packet {
  readonly place: Place;
  readonly data: Uint8Array;
  readonly bytes: Uint8Array;
  readonly fields: readonly Field[];
}

function encodePacket({ address, port }: Place, data: Uint8Array): Packet {
  const writer = new Writer(false).bytes('packet_address', Uint8Array.from(address)).uint(2, 'packet_port', port);
  return describePacket(writer.bytes('packet_data', data).done().bytes);
}

function describePacket(bytes: Uint8Array): Packet {
  const reader = new Reader(bytes);
  const [a = 0, b = 0, c = 0, d = 0] = reader.bytes(4, 'packet_address', (value) => value.join('.'));
  const port = reader.uint(2, 'packet_port');
  const data = reader.rest('packet_data', () => '');
  const inside = describeDns(data) ?? describeHttp(data) ?? describeRecord(data);
  const fields = reader
    .done()
    .map((field) =>
      inside && field.name === 'packet_data'
        ? { ...field, value: inside.name, children: shift(inside.fields, field.offset) }
        : field,
    );
  return { place: { address: [a, b, c, d], port }, data, bytes, fields };
}

/** An end of a tunnel. */
export interface TunnelEnd {
  /** Over which the cells go. */
  readonly link: Link;
  /** Which link inside stands for which place. */
  readonly places: Readonly<Record<Link, Place>>;
  readonly own: Address;
  /** Who calls knows the other end's address and share from its app; who is called learns both. */
  readonly hop:
    | { readonly side: 'caller'; readonly half: KeyExchange; readonly other: Address; readonly share: Uint8Array }
    | { readonly side: 'called'; readonly half: KeyExchange };
}

/** What an end knows of the other one, once it is there. */
interface Known {
  readonly other: Address;
  readonly keys: HopKeys;
  /** Still to be sent along with the first cell. */
  share: Uint8Array | undefined;
}

/**
 * Runs a protocol whose links inside the tunnel are none of the network's. The end of the stream on the tunnel's link ends
 * all of them; what is closed inside is not said to the other end.
 */
export function* inTunnel<T>(protocol: Protocol<T>, end: TunnelEnd): Protocol<T> {
  const { link, places, hop } = end;
  const waiting: Received[] = [];
  let known: Known | undefined;
  let open = true;
  if (hop.side === 'caller')
    known = {
      other: hop.other,
      keys: hopKeys(hop.half.agree(hop.share), hop.half.share, hop.share),
      share: hop.half.share,
    };

  const carryOut = function* (effect: Effect): Protocol<Reply> {
    if ((effect.kind === 'send' || effect.kind === 'close') && places[effect.link]) {
      if (effect.kind === 'send' && known && open) yield* sendPacket(effect.link, effect.bytes, known);
      return undefined;
    }
    if (effect.kind !== 'receive') return yield effect;
    const inner = effect.links.filter((one) => places[one]);
    if (!inner.length) return yield effect;
    for (;;) {
      const at = waiting.findIndex((one) => inner.includes(one.link));
      if (at >= 0) return { kind: 'received', received: waiting.splice(at, 1)[0] as Received };
      if (!open) return { kind: 'received', received: { link: inner[0] as Link, end: 'closed' } };
      const received = yield* receive(link, ...effect.links.filter((one) => !places[one]));
      if (received.link !== link) return { kind: 'received', received };
      if ('end' in received) open = false;
      else {
        const packet = yield* openPacket(received.bytes);
        const to = packet && linkOf(places, packet.place);
        if (packet && to !== undefined) waiting.push({ link: to, bytes: packet.data });
      }
    }
  };

  const sendPacket = function* (to: Link, data: Uint8Array, { other, keys, share }: Known): Protocol<void> {
    const place = places[to];
    if (!place) return;
    const packet = encodePacket(place, data);
    const sealed = sealHop(hop.side === 'caller' ? keys.there : keys.back, packet.bytes);
    const cell = share
      ? encodeCell('opening', end.own, other, Buffer.concat([share, sealed]))
      : encodeCell('sealed', end.own, other, sealed);
    if (known) known.share = undefined;
    yield* tell(toldPacket('sent', cell, packet));
    yield* send(cell.bytes, link);
  };

  const openPacket = function* (bytes: Uint8Array): Protocol<Packet | undefined> {
    const cell = describeCell(bytes);
    if (!cell) return undefined;
    if (hop.side === 'called' && cell.kind === 'opening') {
      const share = cell.body.subarray(0, shareLength);
      known = { other: cell.from, keys: hopKeys(hop.half.agree(share), share, hop.half.share), share: undefined };
    }
    const sealed = cell.kind === 'opening' ? cell.body.subarray(shareLength) : cell.body;
    const inside = known && openHop(hop.side === 'caller' ? known.keys.back : known.keys.there, sealed);
    const packet = inside && describePacket(inside);
    if (packet) yield* tell(toldPacket('received', cell, packet));
    return packet;
  };

  let step = protocol.next();
  while (!step.done) step = protocol.next(yield* carryOut(step.value));
  yield* close(link);
  return step.value;
}

const linkOf = (places: TunnelEnd['places'], place: Place): Link | undefined =>
  Object.entries(places).find(([, one]) => placeText(one) === placeText(place))?.[0];

const toldPacket = (direction: 'sent' | 'received', cell: Cell, packet: Packet) =>
  ({
    what: 'record',
    direction,
    wire: cell.bytes,
    fields: cell.fields,
    type: 23,
    name: packet.fields.at(-1)?.value || 'sealed record',
    sealedBy: 'tunnel',
    inner: { bytes: packet.bytes, fields: packet.fields },
  }) as const;
