// What both ends of a TLS 1.2 handshake do alike: messages that come in their order, keys, and Finished (RFC 5246 6.3, 7.4.9).
import { type Connection, countIdle, tellSecret } from '../connection.ts';
import { type DecisionPoint, decide, type Protocol, refuse, tell } from '../effects.ts';
import { flush, nextHandshakeType, receiveHandshake, sendHandshake, takeMessage } from '../handshakeMessages.ts';
import { decodeFinished, encodeFinished } from '../messages/finished.ts';
import type { Decoded } from '../messages/message.ts';
import { handshakeTypes, versions } from '../registry.ts';
import {
  extendedMasterSecret,
  keyBlock,
  type MasterSecret12,
  masterSecret12,
  type Randoms,
  verifyData12,
} from './keySchedule12.ts';
import { decodeHelloRequest } from './messages/serverHelloDone.ts';
import { type Records, receiveChangeCipherSpec, sendChangeCipherSpec12 } from './records12.ts';
import type { Suite12 } from './suites12.ts';

/** What the hellos settled. */
export interface Agreement {
  readonly suite: Suite12;
  readonly randoms: Randoms;
  /** Both do extended_master_secret. */
  readonly extended: boolean;
}

/** The next message. A HelloRequest means nothing to a client that is in a handshake already (7.4.1.1). */
export function* awaitMessage<T>(
  c: Connection,
  decode: (bytes: Uint8Array, recording: boolean) => Decoded<T>,
): Protocol<T> {
  while (c.side === 'client' && (yield* nextHandshakeType(c)) === handshakeTypes.hello_request) {
    decodeHelloRequest(takeMessage(c) ?? new Uint8Array(0), false);
    countIdle(c);
  }
  return yield* receiveHandshake(c, decode);
}

/** The next message as it will be received, which stays where it is. */
export function* peekMessage(c: Connection): Protocol<Uint8Array> {
  yield* nextHandshakeType(c);
  const [, a = 0, b = 0, d = 0] = c.fragments;
  return c.fragments.subarray(0, 4 + a * 65536 + b * 256 + d);
}

/** The master secret, and from it the keys of both directions; they wait for ChangeCipherSpec (6.3, 8.1). */
export function* deriveKeys(
  c: Connection,
  records: Records,
  { suite, randoms, extended }: Agreement,
  premaster: Uint8Array,
): Protocol<MasterSecret12> {
  const master = extended ? extendedMasterSecret(premaster, c.transcript.hash()) : masterSecret12(premaster, randoms);
  yield* tellSecret(c, 'CLIENT_RANDOM', master);
  const block = keyBlock(suite, master, randoms);
  const client = { label: 'client write', suite, keys: block.client, sequence: 0 };
  const server = { label: 'server write', suite, keys: block.server, sequence: 0 };
  records.pending = c.side === 'client' ? { reading: server, writing: client } : { reading: client, writing: server };
  return master;
}

export function* sendFinished12(c: Connection, records: Records, master: MasterSecret12): Protocol<void> {
  yield* sendChangeCipherSpec12(c, records);
  const verifyData = verifyData12(master, c.side, c.transcript.hash());
  yield* sendHandshake(c, encodeFinished({ verifyData }, c.recording));
  yield* flush(c);
}

export function* receiveFinished12(
  c: Connection,
  records: Records,
  master: MasterSecret12,
  onFinished: DecisionPoint<{ readonly holds: boolean }, { readonly require: 'verifyData' | 'nothing' }>,
): Protocol<void> {
  yield* receiveChangeCipherSpec(c, records);
  const expected = verifyData12(master, c.side === 'client' ? 'server' : 'client', c.transcript.hash());
  const { verifyData } = yield* receiveHandshake(c, decodeFinished);
  if (verifyData.length !== expected.length) refuse('decode_error', `verify_data has ${verifyData.length} bytes`);
  const holds = Buffer.from(expected).equals(verifyData);
  const { require } = yield* decide(onFinished, { holds });
  yield* tell({ what: 'check', name: 'Finished', holds, required: require === 'verifyData' });
  if (!holds && require === 'verifyData') refuse('decrypt_error', 'Finished is not over the messages that we saw'); // 7.2.2
  c.established = true;
}

/** Both Finished have passed. `group` is 0 where no curve was used. */
export function* tellAgreed(c: Connection, { suite }: Agreement, group = 0): Protocol<void> {
  const transcript = c.transcript.hash();
  yield* tell({ what: 'agreed', version: versions['TLS 1.2'], suite: suite.id, group, transcript });
}
