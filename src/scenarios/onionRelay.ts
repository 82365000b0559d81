// A relay: it opens the layer that is its own, passes on the rest to whom the layer names, and notes whom it spoke with.
import { close, type Link, type Protocol, receive, send, tell } from '../tls/effects.ts';
import { passOn } from './actors.ts';
import { type Cell, describeCell, encodeCell, shareLength } from './cells.ts';
import { type Address, addressText } from './dns.ts';
import { describeHttp } from './http.ts';
import { decodeCommand, decodeNext, decodePlace, encodeCommand, openedCell } from './onionLayers.ts';
import type { Relay } from './onionDirectory.ts';
import { hopKeys, type HopKeys, openHop, sealHop } from './sealedHop.ts';
import { tagLength } from '../tls/record.ts';

/** A place on a way: the link on which cells come, and where it can go on to. */
export interface Post {
  readonly from: Link;
  readonly to: Next | Exit;
}
interface Next {
  readonly link: Link;
  readonly address: Address;
}
/** The last place: the links to the site by its ports, and the two ends of a cable to itself. */
export interface Exit {
  readonly ports: Readonly<Record<string, Link>>;
  readonly pause: readonly [say: Link, hear: Link];
}

/** A line of a relay's log: with whom it exchanged cells, and how many passed. */
export interface Logged {
  readonly before: string;
  readonly after: string;
  there: number;
  back: number;
}

/** Serves one way that may come through; what passes is written into the log. */
export function* relayAt(relay: Relay, { from, to }: Post, log: Logged[]): Protocol<void> {
  const received = yield* receive(from);
  const opened = 'bytes' in received ? yield* openFirst(relay, received.bytes) : undefined;
  const hop = opened && { relay, from, before: opened.cell.from, keys: opened.keys };
  if (hop && !opened.next && 'ports' in to) return yield* last(hop, to, log);
  const goesOn = 'link' in to && opened?.next && addressText(opened.next) === addressText(to.address);
  if (hop && goesOn && opened.layer.length >= shareLength + tagLength)
    return yield* between(hop, to, opened.layer, log);
  for (const link of [from, ...('ports' in to ? Object.values(to.ports) : [to.link])]) yield* close(link);
}

/** Any other place: takes a layer off on the way there, and puts one on on the way back. */
function* between(hop: Hop, { link, address }: Next, layer: Uint8Array, log: Logged[]): Protocol<void> {
  yield* send(encodeCell('opening', hop.relay.address, address, layer).bytes, link);
  const line: Logged = { before: addressText(hop.before), after: addressText(address), there: 1, back: 0 };
  log.push(line);
  yield* passOn(hop.from, link, (from, bytes) =>
    from === hop.from ? peel(hop, bytes, line, address) : layUpon(hop, bytes, line),
  );
  yield* noteIn(line, '');
}

interface Hop {
  readonly relay: Relay;
  readonly from: Link;
  readonly before: Address;
  readonly keys: HopKeys;
}

/** What an opening cell says to this relay; nothing where its outermost layer is another's. */
function* openFirst({ half, name }: Relay, bytes: Uint8Array) {
  const cell = describeCell(bytes);
  if (cell?.kind !== 'opening') return undefined;
  const share = cell.body.subarray(0, shareLength);
  const keys = hopKeys(half.agree(share), share, half.share);
  const inside = openHop(keys.there, cell.body.subarray(shareLength));
  yield* tell({ what: 'check', name: 'tag of the layer', holds: inside !== undefined, required: true });
  if (!inside) {
    yield* tell({ what: 'note', text: `${name}: a layer that my key does not open. I hang up.` });
    return undefined;
  }
  yield* tell(openedCell(cell, 'received', inside));
  return { cell, keys, ...decodeNext(inside) };
}

/** Takes a layer off. */
function* peel({ relay, keys }: Hop, bytes: Uint8Array, line: Logged, next: Address): Protocol<Uint8Array | 'cut'> {
  const cell = describeCell(bytes);
  const inside = cell && openHop(keys.there, cell.body);
  if (!cell || !inside) return 'cut';
  line.there++;
  yield* tell(openedCell(cell, 'received', inside));
  return encodeCell('sealed', relay.address, next, inside).bytes;
}

/** Puts a layer on what goes back. */
function* layUpon(hop: Hop, bytes: Uint8Array, line: Logged): Protocol<Uint8Array | 'cut'> {
  const cell = describeCell(bytes);
  if (!cell) return 'cut';
  line.back++;
  return (yield* backward(hop, cell.body)).bytes;
}

function* backward({ relay, before, keys }: Hop, inside: Uint8Array): Protocol<Cell> {
  const cell = encodeCell('sealed', relay.address, before, sealHop(keys.back, inside));
  yield* tell(openedCell(cell, 'sent', inside));
  return cell;
}

/** The last place: connects where it is told to, and is a plain line from there on. */
function* last(hop: Hop, { ports, pause }: Exit, log: Logged[]): Protocol<void> {
  yield* send((yield* backward(hop, encodeCommand('ready', new Uint8Array(0)))).bytes, hop.from);
  const first = yield* receive(hop.from);
  const target = 'bytes' in first ? yield* openLast(hop, first.bytes) : undefined;
  const { place, data } = target?.command === 'connect' ? decodePlace(target.payload) : nowhere;
  const link = ports[/:(\d+)$/.exec(place)?.[1] ?? ''];
  for (const other of Object.values(ports)) if (other !== link) yield* close(other);
  if (link === undefined) return yield* close(hop.from);
  const line: Logged = { before: addressText(hop.before), after: place, there: 2, back: 1 };
  log.push(line);
  yield* send(data, link);
  let read = data;
  const open = new Set([hop.from, link]);
  while (open.size) {
    const received = yield* receive(...open);
    const there = received.link === hop.from;
    if ('end' in received) {
      open.delete(received.link);
      yield* close(there ? link : hop.from);
    } else if (there) {
      const message = yield* openLast(hop, received.bytes);
      if (message?.command !== 'data') continue;
      line.there++;
      read = Buffer.concat([read, message.payload]);
      yield* send(message.payload, link);
    } else {
      line.back++;
      const { bytes, ended } = yield* allThatCame(received.bytes, link, pause);
      yield* send((yield* backward(hop, encodeCommand('data', bytes))).bytes, hop.from);
      if (!ended) continue;
      open.delete(link);
      yield* close(hop.from);
    }
  }
  const body = describeHttp(read) && Buffer.from(read).toString('latin1').split('\r\n\r\n')[1];
  yield* noteIn(line, body ? `: ${body}` : ', sealed by TLS');
}
const nowhere = { place: '', data: new Uint8Array(0) };

/** What came after the first bytes without a pause, so that it goes back in one cell. The pause is a word to oneself. */
function* allThatCame(first: Uint8Array, link: Link, pause: readonly [say: Link, hear: Link]) {
  const [say, hear] = pause;
  const came = [first];
  yield* send(Uint8Array.of(0), say);
  for (;;) {
    const received = yield* receive(link, hear);
    if ('bytes' in received && received.link === link) came.push(received.bytes);
    else if (received.link === hear) return { bytes: Buffer.concat(came), ended: false };
    else {
      yield* receive(hear);
      return { bytes: Buffer.concat(came), ended: true };
    }
  }
}

function* openLast({ keys }: Hop, bytes: Uint8Array) {
  const cell = describeCell(bytes);
  const inside = cell && openHop(keys.there, cell.body);
  if (!cell || !inside) return undefined;
  yield* tell(openedCell(cell, 'received', inside, 1));
  return decodeCommand(inside);
}

export const cells = (count: number): string => (count === 1 ? '1 cell' : `${count} cells`);

/** It knows its two neighbours, and that is what it writes down. */
function* noteIn({ before, after, there }: Logged, rest: string): Protocol<void> {
  yield* tell({
    what: 'note',
    text: `From ${before} to ${after}, ${cells(there)}${rest}.`,
    holds: Buffer.from(`${before} ${after}`),
  });
}
