// One end of a TLS connection: its side, its keys, its transcript, and what has come but is not a whole record or message yet.
import type { Description } from './describe.ts';
import { type DecisionPoint, type Protocol, refuse, tell } from './effects.ts';
import type { After } from './exchange.ts';
import type { TrafficSecret } from './keySchedule.ts';
import type { Encoded } from './messages/message.ts';
import { innerLimit, type TrafficKey, trafficKeyFrom } from './record.ts';
import { versions } from './registry.ts';
import type { Suite } from './suites.ts';
import { type Transcript, transcript } from './transcript.ts';

export interface Connection {
  readonly side: 'client' | 'server';
  /** Whether records and messages are told with their field maps. The bytes are the same with and without. */
  readonly recording: boolean;
  /** Whether the messages of a flight share a record, as most servers do it. */
  readonly coalescing: boolean;
  readonly padding: (type: number, length: number) => number;
  readonly transcript: Transcript;
  /** What to do with a record in the clear where a sealed one is due. */
  readonly onRecord: OnRecord;
  /** Of the record header; 0301 in a first ClientHello (5.1). */
  recordVersion: number;
  /** Of the first ClientHello; empty until it was sent or received. */
  clientRandom: Uint8Array;
  reading: TrafficKey | undefined;
  writing: TrafficKey | undefined;
  /** Most bytes of content, type and padding in a sealed record, out and in. */
  mayWrite: number;
  mayRead: number;
  /** The peer's Finished has come: no more change_cipher_spec. */
  established: boolean;
  /** This end has closed its direction: nothing more can be sent, not even an alert. */
  closed: boolean;
  /** Bytes that are no whole record yet. */
  incoming: Uint8Array;
  /** Handshake bytes that are no whole message yet. */
  fragments: Uint8Array;
  /** The buffer in which `fragments` grow: their bytes are moved only when it is full. */
  room: Uint8Array;
  /** Bytes of early data that was refused and may still be passed over (4.2.10). */
  skipping: number;
  /** How many records or messages in a row have brought nothing. */
  idle: number;
  /** What becomes of messages that come after the handshake: whoever completes it says so. */
  after: After | undefined;
  /** Handshake messages of the record that came last, as they were told: they need not be described again. */
  described: readonly Encoded[];
  /** Messages waiting to share a record. */
  flight: Encoded[];
  /** How an older version protects its records; nothing for TLS 1.3. */
  layer: RecordLayer | undefined;
}

/** The records of another version: those of TLS 1.2 keep their type, and a change_cipher_spec in them changes the keys. */
export interface RecordLayer {
  readonly send: (type: number, content: Uint8Array, described?: Description) => Protocol<void>;
  readonly open: (record: Uint8Array) => Protocol<{ readonly type: number; readonly content: Uint8Array }>;
  /** Most bytes that protection may add to the content. */
  readonly expansion: number;
}

/** What both ends may be set to about their records. */
export interface RecordSetup {
  readonly recording?: boolean;
  readonly coalescing?: boolean;
  /** The zeros to put behind content of this type and length (5.4); as many as the record's limit leaves room for. */
  readonly padding?: (type: number, length: number) => number;
  /** Bytes of content, type and padding that a record to this end may have (RFC 8449), 64 to 2^14 + 1. Said where it is set. */
  readonly recordSizeLimit?: number;
}

export type OnRecord = DecisionPoint<
  { readonly type: number; readonly name: string },
  { readonly reply: 'alert' | 'accept' | 'skip' }
>;

export const connection = ({
  side,
  onRecord,
  recording = true,
  coalescing = false,
  padding = () => 0,
}: Pick<Connection, 'side' | 'onRecord'> & RecordSetup): Connection => ({
  side,
  onRecord,
  recording,
  coalescing,
  padding,
  mayWrite: innerLimit,
  mayRead: innerLimit,
  transcript: transcript(),
  recordVersion: versions['TLS 1.2'],
  clientRandom: nothing,
  reading: undefined,
  writing: undefined,
  established: false,
  closed: false,
  incoming: nothing,
  fragments: nothing,
  room: nothing,
  skipping: 0,
  idle: 0,
  after: undefined,
  described: [],
  flight: [],
  layer: undefined,
});

const nothing = new Uint8Array(0);

/**
 * Counts what is allowed and brings nothing: an empty record, a change_cipher_spec that means nothing, a ticket, a KeyUpdate, a
 * warning. A peer that goes on and on with that is refused: it would keep this end busy for nothing.
 */
export function countIdle(c: Connection): void {
  c.idle++;
  if (c.idle > idleLimit) refuse('unexpected_message', `more than ${idleLimit} records in a row that bring nothing`);
}
/** More in a row than anybody sends who means something by it. */
export const idleLimit = 32;

/** Tells a traffic secret, as a key log line would. */
export function* tellSecret(c: Connection, label: string, value: Uint8Array): Protocol<void> {
  yield* tell({ what: 'secret', label, value, clientRandom: c.clientRandom });
}

/** From here on what comes is opened with this key. Handshake messages must not span a key change (5.1). */
export function readWith(c: Connection, label: string, suite: Suite, secret: TrafficSecret): void {
  if (c.fragments.length) refuse('unexpected_message', 'a handshake message goes on across a key change');
  c.reading = trafficKeyFrom(label, suite, secret);
}

export function writeWith(c: Connection, label: string, suite: Suite, secret: TrafficSecret): void {
  c.writing = trafficKeyFrom(label, suite, secret);
}

/** Both ends said how long a record to them may be (RFC 8449 4). */
export function limitRecords(c: Connection, mine: number, theirs: number): void {
  c.mayRead = Math.min(mine, innerLimit);
  c.mayWrite = Math.min(theirs, innerLimit);
}
