// A peer that holds the keys of an honest talk: it says what that peer said, or anything else, in records that open.
import { type Event, run } from '../../src/scenarios/network.ts';
import { client } from '../../src/tls/client.ts';
import { close, type Protocol, receive, send, stack } from '../../src/tls/effects.ts';
import { nextTrafficSecret, type TrafficSecret } from '../../src/tls/keySchedule.ts';
import { plainRecord, protect, type TrafficKey, trafficKeyFrom } from '../../src/tls/record.ts';
import { encodeKeyUpdate } from '../../src/tls/messages/keyUpdate.ts';
import { contentTypes } from '../../src/tls/registry.ts';
import { server } from '../../src/tls/server.ts';
import { type Suite, suiteOf } from '../../src/tls/suites.ts';
import { answering, asking, clientSetup, exchangeOf, type PairSetup, serverSetup } from './pair.ts';
import { answer, findAll, hex } from './world.ts';

export type Side = 'client' | 'server';
export const otherOf = (side: Side): Side => (side === 'client' ? 'server' : 'client');

/** What goes into one record, and under which key (none: in the clear). */
export interface Item {
  readonly key: string | undefined;
  readonly type: number;
  readonly content: Uint8Array;
  readonly padding?: number;
  /** What it carries, in the honest talk. */
  readonly name?: string;
}
export interface Insider {
  /** What this side sent in the honest talk, record by record. */
  readonly itemsOf: (side: Side) => readonly Item[];
  /** The events when this side talks with somebody who holds its peer's keys and says these records. */
  readonly against: (side: Side, items: readonly Item[], more?: Manner) => readonly Event[];
  /** The items as this side's records, each sealed under its key with the number that is due. */
  readonly seal: (side: Side, items: readonly Item[]) => readonly Uint8Array[];
  /** The events when this side talks with somebody who says these bytes. */
  readonly hears: (side: Side, pieces: readonly Uint8Array[], more?: Manner) => readonly Event[];
}
export interface Manner {
  readonly answers?: Readonly<Record<string, unknown>>;
  /** What runs on top; as in the honest talk where left out. */
  readonly application?: () => Protocol<void>;
}

/** Reads to the end and only then closes: it can still be heard when something goes wrong. */
export function* listening(): Protocol<void> {
  while (!('end' in (yield* receive())));
  yield* close();
}

export function insider(setup: PairSetup = {}): Insider {
  const honest = exchangeOf(setup);
  const seal: Insider['seal'] = (side, items) => sealed(honest, side, items);
  const hears: Insider['hears'] = (
    side,
    pieces,
    {
      answers = setup.answers ?? {},
      application = side === 'client' ? (setup.asking ?? asking) : (setup.answering ?? answering),
    } = {},
  ) => {
    const endpoint = side === 'client' ? client(clientSetup(setup.client)) : server(serverSetup(setup.server));
    return hearing(side, stack(application(), endpoint), pieces, answers);
  };
  return {
    itemsOf: (side) =>
      findAll(honest, side, 'record').flatMap(({ direction, sealedBy, type, inner, wire, name }) =>
        direction === 'sent'
          ? [{ key: sealedBy, type, content: inner ? inner.bytes.subarray(0, -1) : wire.subarray(5), name }]
          : [],
      ),
    against: (side, items, more) => hears(side, seal(otherOf(side), items), more),
    seal,
    hears,
  };
}

/** One end with somebody who says these bytes, whatever it hears, and closes. */
export const hearing = (
  side: Side,
  protocol: Protocol<unknown>,
  pieces: readonly Uint8Array[],
  answers: Readonly<Record<string, unknown>> = {},
): readonly Event[] =>
  run(
    [
      { name: side, protocol },
      { name: 'mallory', protocol: reciting(pieces) },
    ],
    [
      {
        ends: [
          [side, 'peer'],
          ['mallory', 'peer'],
        ],
      },
    ],
    ({ question }) => ({ answer: answer(question, answers) }),
    6_000,
  ).events;

/** `CLIENT_TRAFFIC_SECRET_1` is that of the key `client application 1`; nothing for what is no traffic secret. */
function keyOf(secret: string): string | undefined {
  const [, side, phase = 'application_', number] =
    /^(CLIENT|SERVER)_(EARLY_|HANDSHAKE_)?TRAFFIC_SECRET(?:_(\d+))?$/.exec(secret) ?? [];
  if (!side) return undefined;
  return `${side} ${phase.slice(0, -1)}${number && number !== '0' ? ` ${number}` : ''}`.toLowerCase();
}

function sealed(honest: readonly Event[], side: Side, items: readonly Item[]): readonly Uint8Array[] {
  const suite = suiteOf(findAll(honest, side, 'agreed')[0]?.suite ?? 0) as Suite;
  const keys = new Map<string, TrafficKey>(
    findAll(honest, side, 'secret').flatMap(({ label: secret, value }) => {
      const label = keyOf(secret);
      return label ? [[label, trafficKeyFrom(label, suite, value as TrafficSecret)]] : [];
    }),
  );
  return items.map(({ key, type, content, padding }) => {
    const traffic = key && keys.get(key);
    if (!traffic) return plainRecord(type, 0x0303, content, false).bytes;
    const record = protect(traffic, type, content, padding);
    // A KeyUpdate is the last thing under its key.
    if (type === contentTypes.handshake && keyUpdates.has(hex(content)))
      keys.set(key, trafficKeyFrom(key, suite, nextTrafficSecret(suite, traffic.secret)));
    return record;
  });
}

const keyUpdates = new Set([false, true].map((requested) => hex(encodeKeyUpdate({ requested }).bytes)));

function* reciting(records: readonly Uint8Array[]): Protocol<void> {
  for (const record of records) yield* send(record);
  yield* close();
  while (!('end' in (yield* receive())));
}
