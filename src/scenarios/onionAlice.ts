// Alice and her way through the relays: which she takes, how she wraps, what she sends over it, and what a seized notebook says.
import * as z from 'zod';
import { close, decide, decisionPoint, over, type Protocol, receive, send, stack, tell } from '../tls/effects.ts';
import { type Entropy, named } from '../tls/entropy.ts';
import { type CellKind, describeCell } from './cells.ts';
import type { Address } from './dns.ts';
import { ask, formRequest } from './http.ts';
import { describeNotebook } from './notebook.ts';
import { type Directory, type Way, wayNames, ways } from './onionDirectory.ts';
import {
  type Circuit,
  circuitThrough,
  decodeCommand,
  encodeCommand,
  encodePlace,
  openingBodies,
  toldCells,
  unwrapped,
  wrapped,
} from './onionLayers.ts';

/** The relays of a way that one may pick, as a list of literals. */
const threeOf = <A extends string, B extends string, C extends string>([a, b, c]: readonly [A, B, C]) =>
  z.tuple([z.literal(a), z.literal(b), z.literal(c)]);
export const known = ['neighbours', 'sender', 'host'] as const;
export type Known = (typeof known)[number];

export const onionPoints = {
  /** The relays of a way, from the first to the last. The rule: no two of one owner. */
  pickRelays: decisionPoint<{ readonly directory: Directory }>()(
    'client.pickRelays',
    '9614 5.1',
    z.strictObject({ relays: z.union([threeOf(ways.owners), threeOf(ways.one), threeOf(ways.pair)]) }),
    () => ({ relays: [...ways.owners] as ['guard', 'middle', 'exit'] }),
  ),
  /** Whose layer is put on first, second and third. The rule: the last relay's first, so that the first relay's is outside. */
  wrap: decisionPoint<{ readonly host: string }>()(
    'client.wrap',
    '9614 3.1',
    z.strictObject({ order: z.array(z.enum(['guard', 'middle', 'exit'])).max(6) }),
    (): { order: ('guard' | 'middle' | 'exit')[] } => ({ order: ['exit', 'middle', 'guard'] }),
  ),
  /** The address that is opened over the way, and how many relays the way has. The rule: https. */
  openUrl: decisionPoint<{ readonly host: string }>()(
    'client.openUrl',
    '9110 4.2',
    z.strictObject({ scheme: z.enum(['https', 'http']), relays: z.union([z.literal(3), z.literal(6)]) }),
    () => ({ scheme: 'https' as const, relays: 3 as const }),
  ),
  /** What stands in the notebook of the relay in the middle. The rule: its two neighbours. */
  predict: decisionPoint<object>()('observer.predict', '9614 3.1', z.strictObject({ item: z.enum(known) }), () => ({
    item: 'neighbours' as const,
  })),
};

export interface Sender {
  readonly address: Address;
  readonly directory: Directory;
  readonly host: string;
  /** The filled login form. */
  readonly form: string;
  readonly entropy: Entropy;
  /** TLS for one visit of the host. */
  readonly tls: () => Protocol<unknown>;
}

export function* sendThroughRelays(sender: Sender): Protocol<void> {
  yield* tell({ what: 'kept', label: 'everything' });
  const { relays } = yield* decide(onionPoints.pickRelays, { directory: sender.directory });
  const way = wayNames.find((name) => ways[name].join() === relays.join()) ?? 'owners';
  for (const other of wayNames) if (other !== way && other !== 'long') yield* close(other);
  const { order } = yield* decide(onionPoints.wrap, { host: sender.host });
  const places = order.map((one) => ['guard', 'middle', 'exit'].indexOf(one));
  const circuit = yield* opened(sender, way, places);
  if (!circuit) {
    yield* tell({ what: 'note', text: 'A relay hung up. I have no circuit.' });
    return yield* close('long');
  }
  const { scheme, relays: count } = yield* decide(onionPoints.openUrl, { host: sender.host });
  const longer = count === 6;
  yield* close(longer ? way : 'long');
  const taken = longer
    ? yield* opened(
        sender,
        'long',
        ways.long.map((_, place) => ways.long.length - 1 - place),
      )
    : circuit;
  if (taken) yield* logIn(sender, scheme, longer ? 'long' : way, taken);
  const { item } = yield* decide(onionPoints.predict, {});
  yield* tell({ what: 'acted', action: 'foretold', bytes: Buffer.from(item) });
  const found = yield* receive('court');
  const notebook = 'bytes' in found ? describeNotebook(found.bytes) : undefined;
  if (notebook)
    yield* tell({
      what: 'note',
      text: `Read out in court, the ${notebook.name}: ${notebook.lines.join(' ') || 'empty pages.'}`,
    });
}

/** Opens a way; nothing where a relay hung up. */
function* opened(sender: Sender, way: Way, order: readonly number[]): Protocol<Circuit | undefined> {
  const relays = ways[way].map((name) => sender.directory[name]);
  const circuit = circuitThrough(relays, sender.address, named(sender.entropy, way));
  const bodies = openingBodies(circuit, order);
  if (bodies.length) yield* sendCells(circuit, way, 'opening', bodies, new Uint8Array(0));
  else yield* close(way);
  const answer = yield* receive(way);
  const message = 'bytes' in answer ? yield* openCells(circuit, answer.bytes) : undefined;
  if (message?.command === 'ready') return circuit;
  yield* close(way);
  return undefined;
}

function* logIn({ host, form, tls }: Sender, scheme: 'http' | 'https', way: Way, circuit: Circuit): Protocol<void> {
  const visit: Protocol<unknown> = ask(formRequest(host, '/login', form));
  const place = `${host}:${scheme === 'https' ? 443 : 80}`;
  const application = scheme === 'https' ? stack(visit, tls()) : visit;
  yield* stack(application, over(way, through(circuit, place)));
}

/** A way as a transport: what the application sends goes to the last relay, and from there to `place`. */
function* through(circuit: Circuit, place: string): Protocol<void> {
  const say = (bytes: Uint8Array) => sendCells(circuit, 'peer', 'sealed', wrapped(circuit, bytes), bytes);
  let connected = false;
  const open = new Set(['app', 'peer']);
  while (open.size) {
    const received = yield* receive(...open);
    if ('end' in received) {
      open.delete(received.link);
      yield* close(received.link === 'app' ? 'peer' : 'app');
    } else if (received.link === 'app') {
      const { bytes } = received;
      yield* say(connected ? encodeCommand('data', bytes) : encodeCommand('connect', encodePlace(place, bytes)));
      connected = true;
    } else {
      const message = yield* openCells(circuit, received.bytes);
      if (message?.command === 'data') yield* send(message.payload, 'app');
    }
  }
}

function* sendCells(
  circuit: Circuit,
  link: string,
  kind: CellKind,
  bodies: readonly Uint8Array[],
  message: Uint8Array,
): Protocol<void> {
  const told = toldCells(circuit, kind, 'sent', bodies, message);
  for (const { cell: _cell, ...record } of told) yield* tell(record);
  const [first] = told;
  if (first) yield* send(first.cell.bytes, link);
}

function* openCells(circuit: Circuit, bytes: Uint8Array) {
  const cell = describeCell(bytes);
  const back = cell && unwrapped(circuit, cell.body);
  if (!back) return undefined;
  for (const { cell: _cell, ...record } of toldCells(circuit, 'sealed', 'received', back.bodies, back.message))
    yield* tell(record);
  return decodeCommand(back.message);
}
