// A peer that holds the keys of an honest talk: it says what that peer said, or anything else, in records that open.
import { type Event, run } from '../../src/scenarios/network.ts';
import { client } from '../../src/tls/client.ts';
import { close, type Protocol, receive, send, stack } from '../../src/tls/effects.ts';
import type { TrafficSecret } from '../../src/tls/keySchedule.ts';
import { plainRecord, protect, type TrafficKey, trafficKeyFrom } from '../../src/tls/record.ts';
import { server } from '../../src/tls/server.ts';
import { type Suite, suiteOf } from '../../src/tls/suites.ts';
import { answering, asking, clientSetup, exchangeOf, type PairSetup, serverSetup } from './pair.ts';
import { findAll } from './world.ts';

export type Side = 'client' | 'server';
export const otherOf = (side: Side): Side => (side === 'client' ? 'server' : 'client');

/** What goes into one record, and under which key (none: in the clear). */
export interface Item {
  readonly key: string | undefined;
  readonly type: number;
  readonly content: Uint8Array;
  readonly padding?: number;
}
export interface Insider {
  /** What this side sent in the honest talk, record by record. */
  readonly itemsOf: (side: Side) => readonly Item[];
  /** The events when this side talks with somebody who holds its peer's keys and says these records. */
  readonly against: (side: Side, items: readonly Item[], more?: Manner) => readonly Event[];
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
  return {
    itemsOf: (side) =>
      findAll(honest, side, 'record').flatMap(({ direction, sealedBy, type, inner, wire }) =>
        direction === 'sent'
          ? [{ key: sealedBy, type, content: inner ? inner.bytes.subarray(0, -1) : wire.subarray(5) }]
          : [],
      ),
    against(side, items, { answers = {}, application = side === 'client' ? asking : answering } = {}) {
      const endpoint = side === 'client' ? client(clientSetup(setup.client)) : server(serverSetup(setup.server));
      const records = sealed(honest, otherOf(side), items);
      return run(
        [
          { name: side, protocol: stack(application(), endpoint) },
          { name: 'mallory', protocol: reciting(records) },
        ],
        [
          {
            ends: [
              [side, 'peer'],
              ['mallory', 'peer'],
            ],
          },
        ],
        ({ question }) => ({ answer: answers[question.point] ?? question.reference() }),
        3_000,
      ).events;
    },
  };
}

const labels: Readonly<Record<string, string>> = {
  'client handshake': 'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
  'server handshake': 'SERVER_HANDSHAKE_TRAFFIC_SECRET',
  'client application': 'CLIENT_TRAFFIC_SECRET_0',
  'server application': 'SERVER_TRAFFIC_SECRET_0',
};

/** The items as records, each sealed under its key with the number that is due. */
function sealed(honest: readonly Event[], side: Side, items: readonly Item[]): readonly Uint8Array[] {
  const suite = suiteOf(findAll(honest, side, 'agreed')[0]?.suite ?? 0) as Suite;
  const keys = new Map<string, TrafficKey>(
    Object.entries(labels).map(([label, secret]) => {
      const { value } = findAll(honest, side, 'secret').find((one) => one.label === secret) ?? {};
      return [label, trafficKeyFrom(label, suite, value as TrafficSecret)];
    }),
  );
  return items.map(({ key, type, content, padding }) => {
    const traffic = key && keys.get(key);
    return traffic ? protect(traffic, type, content, padding) : plainRecord(type, 0x0303, content, false).bytes;
  });
}

function* reciting(records: readonly Uint8Array[]): Protocol<void> {
  for (const record of records) yield* send(record);
  yield* close();
  while (!('end' in (yield* receive())));
}
