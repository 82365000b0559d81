// A peer that holds the keys of an honest TLS 1.2 talk: it says what that peer said, or anything else, in records that open.
import type { Event } from '../../src/scenarios/network.ts';
import { stack } from '../../src/tls/effects.ts';
import { entropy } from '../../src/tls/entropy.ts';
import { decodeServerHello } from '../../src/tls/messages/serverHello.ts';
import { plainRecord } from '../../src/tls/record.ts';
import { client12 } from '../../src/tls/v12/client.ts';
import { keyBlock, type MasterSecret12 } from '../../src/tls/v12/keySchedule12.ts';
import { protect12, type RecordKey } from '../../src/tls/v12/record12.ts';
import { server12 } from '../../src/tls/v12/server.ts';
import { suite12Of } from '../../src/tls/v12/suites12.ts';
import { hearing, listening, otherOf, type Side } from '../tls/insider.ts';
import { findAll } from '../tls/world.ts';
import { allSuites, client12Setup, type Pair12, server12Setup, talk12 } from './pair12.ts';

/** What goes into one record, and whether it is protected. */
export interface Item12 {
  readonly type: number;
  readonly content: Uint8Array;
  readonly sealed: boolean;
  /** What it carries, in the honest talk. */
  readonly name?: string;
}
export interface Insider12 {
  /** What this side sent in the honest talk, record by record. */
  readonly itemsOf: (side: Side) => readonly Item12[];
  /** The events when this side talks with somebody who holds its peer's keys and says these records. */
  readonly against: (
    side: Side,
    items: readonly Item12[],
    answers?: Readonly<Record<string, unknown>>,
  ) => readonly Event[];
  /** The items as this side's records. */
  readonly seal: (side: Side, items: readonly Item12[]) => readonly Uint8Array[];
  /** The events when this side talks with somebody who says these bytes. */
  readonly hears: (side: Side, pieces: readonly Uint8Array[]) => readonly Event[];
}

export function insider12(setup: Pair12 = {}): Insider12 {
  const honest = talk12(setup);
  return {
    itemsOf: (side) =>
      findAll(honest, side, 'record').flatMap(({ direction, sealedBy, type, inner, wire, name }) => {
        if (direction !== 'sent') return [];
        const content = inner ? inner.bytes.subarray(0, contentOf(honest, inner.bytes)) : wire.subarray(5);
        return [{ type, content, sealed: sealedBy !== undefined, name }];
      }),
    against: (side, items, answers = {}) => talkTo(side, setup, sealAll(honest, otherOf(side), items), answers),
    seal: (side, items) => sealAll(honest, side, items),
    hears: (side, pieces) => talkTo(side, setup, pieces),
  };
}

/** One side with somebody who recites these pieces. */
export const talkTo = (
  side: Side,
  { suite = allSuites[2], ...setup }: Pair12,
  pieces: readonly Uint8Array[],
  answers: Readonly<Record<string, unknown>> = {},
): readonly Event[] => {
  const endpoint =
    side === 'client' ? client12(client12Setup(setup.client)) : server12(server12Setup(suite, setup.server));
  return hearing(side, stack(listening(), endpoint), pieces, answers);
};

function sealAll(honest: readonly Event[], by: Side, items: readonly Item12[]): readonly Uint8Array[] {
  const key = keyOf(honest, by);
  return items.map(({ type, content, sealed }) =>
    sealed ? protect12(key, type, content, entropy('insider')).wire : plainRecord(type, 0x0303, content, false).bytes,
  );
}

function keyOf(honest: readonly Event[], by: Side): RecordKey {
  const [secret] = findAll(honest, by, 'secret');
  const hello = findAll(honest, 'client', 'message').find(({ name }) => name === 'ServerHello');
  const suite = suite12Of(findAll(honest, by, 'agreed')[0]?.suite ?? 0);
  if (!secret || !hello || !suite) throw new Error('the honest talk did not come about');
  const randoms = { client: secret.clientRandom, server: decodeServerHello(hello.bytes).random };
  return { label: by, suite, keys: keyBlock(suite, secret.value as MasterSecret12, randoms)[by], sequence: 0 };
}

/** How much of what is inside is content: a MAC stands behind it, and padding that says its own length. */
function contentOf(honest: readonly Event[], inner: Uint8Array): number {
  const suite = suite12Of(findAll(honest, 'client', 'agreed')[0]?.suite ?? 0);
  const padding = suite?.protection === 'block' ? 1 + (inner.at(-1) ?? 0) : 0;
  return inner.length - padding - (suite?.macLength ?? 0);
}
