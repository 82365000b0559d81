// A peer that holds the keys of an honest TLS 1.2 talk: it says what that peer said, or anything else, in records that open.
import { type Event, run } from '../../src/scenarios/network.ts';
import { close, type Protocol, send, receive, stack } from '../../src/tls/effects.ts';
import { entropy } from '../../src/tls/entropy.ts';
import { decodeServerHello } from '../../src/tls/messages/serverHello.ts';
import { plainRecord } from '../../src/tls/record.ts';
import { client12 } from '../../src/tls/v12/client.ts';
import { keyBlock, type MasterSecret12 } from '../../src/tls/v12/keySchedule12.ts';
import { protect12, type RecordKey } from '../../src/tls/v12/record12.ts';
import { server12 } from '../../src/tls/v12/server.ts';
import { suite12Of } from '../../src/tls/v12/suites12.ts';
import { listening, otherOf, type Side } from '../tls/insider.ts';
import { findAll } from '../tls/world.ts';
import { allSuites, client12Setup, type Pair12, server12Setup, talk12 } from './pair12.ts';

/** What goes into one record, and whether it is protected. */
export interface Item12 {
  readonly type: number;
  readonly content: Uint8Array;
  readonly sealed: boolean;
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
}

export function insider12(setup: Pair12 = {}): Insider12 {
  const honest = talk12(setup);
  return {
    itemsOf: (side) =>
      findAll(honest, side, 'record').flatMap(({ direction, sealedBy, type, inner, wire, name }) => {
        if (direction !== 'sent') return [];
        const content = inner ? inner.bytes.subarray(0, contentOf(honest, inner.bytes.length)) : wire.subarray(5);
        return [{ type, content, sealed: sealedBy !== undefined, name }];
      }),
    against: (side, items, answers = {}) => talkTo(side, setup, sealAll(honest, otherOf(side), items), answers),
  };
}

/** One side with somebody who recites these pieces. */
export const talkTo = (
  side: Side,
  { suite = allSuites[2], ...setup }: Pair12,
  pieces: readonly Uint8Array[],
  answers: Readonly<Record<string, unknown>> = {},
): readonly Event[] =>
  run(
    [
      {
        name: side,
        protocol: stack(
          listening(),
          side === 'client' ? client12(client12Setup(setup.client)) : server12(server12Setup(suite, setup.server)),
        ),
      },
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
    ({ question }) => ({ answer: answers[question.point] ?? question.reference() }),
    3_000,
  ).events;

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

/** Only suites without MAC and padding inside are used here: what is inside is the content. */
const contentOf = (honest: readonly Event[], length: number): number => {
  if (suite12Of(findAll(honest, 'client', 'agreed')[0]?.suite ?? 0)?.protection !== 'AEAD')
    throw new Error('AEAD only');
  return length;
};

function* reciting(pieces: readonly Uint8Array[]): Protocol<void> {
  for (const piece of pieces) yield* send(piece);
  yield* close();
  while (!('end' in (yield* receive())));
}
