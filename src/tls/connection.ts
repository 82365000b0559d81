// One end of a TLS connection: records in and out, handshake messages with their transcript, alerts, keys.
import { alertName, type AlertName, alertNumber } from './alerts.ts';
import type { Field } from './codec.ts';
import { type Description, describeContent } from './describe.ts';
import {
  decide,
  type DecisionPoint,
  type Direction,
  type Ending,
  type Protocol,
  receive,
  type Received,
  refuse,
  send,
  tell,
  type Wish,
} from './effects.ts';
import type { After } from './exchange.ts';
import type { TrafficSecret } from './keySchedule.ts';
import type { NewSessionTicket } from './messages/newSessionTicket.ts';
import type { Decoded, Encoded } from './messages/message.ts';
import {
  contentLimit,
  innerFields,
  innerLimit,
  type Opened,
  parseHeader,
  plainRecord,
  protect,
  recordFields,
  sealedFields,
  type TrafficKey,
  trafficKeyFrom,
  unprotect,
} from './record.ts';
import { contentTypes, versions } from './registry.ts';
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
  /** Bytes of sealed records that may still be passed over: early data that was refused (4.2.10). */
  skipping: number;
  /** What to do with a ticket; nothing where none is wanted. */
  keepTicket: ((ticket: NewSessionTicket) => void) | undefined;
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
  readonly after: After;
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
  skipping: 0,
  keepTicket: undefined,
  flight: [],
  layer: undefined,
});

/** The peer went away: with an alert, or by closing the connection. Thrown inside an endpoint, caught once at its top. */
export class Gone extends Error {
  readonly alert: AlertName | undefined;
  constructor(reason: string, alert?: AlertName) {
    super(reason);
    this.alert = alert;
  }
}

export type Incoming =
  | { readonly kind: 'content'; readonly type: number; readonly content: Uint8Array }
  | { readonly kind: 'end' }
  | { readonly kind: 'app'; readonly bytes: Uint8Array }
  | { readonly kind: 'wish'; readonly wish: Wish }
  | { readonly kind: 'app-end'; readonly how: Ending };

// ---- keys -------------------------------------------------------------------------------------------------------

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

// ---- out --------------------------------------------------------------------------------------------------------

export function* sendHandshake(c: Connection, message: Encoded): Protocol<void> {
  c.transcript.add(message.bytes);
  yield* tellMessage(c, 'sent', message);
  c.flight.push(message);
  if (!c.coalescing) yield* flush(c);
}

export function* tellMessage(c: Connection, direction: Direction, message: Encoded): Protocol<void> {
  if (c.recording) yield* tell({ what: 'message', direction, ...message });
}

/** Sends the messages that waited for company. */
export function* flush(c: Connection): Protocol<void> {
  const [first, ...others] = c.flight;
  if (!first) return;
  c.flight = [];
  if (!others.length) return yield* sendContent(c, contentTypes.handshake, first.bytes, first);
  yield* sendContent(c, contentTypes.handshake, Buffer.concat([first, ...others].map(({ bytes }) => bytes)));
}

/** Sends content as one record, or as many as its length needs. `described` spares describing it again. */
export function* sendContent(
  c: Connection,
  type: number,
  content: Uint8Array,
  described?: { readonly name: string; readonly fields: readonly Field[] },
): Protocol<void> {
  if (c.layer) return yield* c.layer.send(type, content, described);
  const key = c.writing;
  const most = key ? c.mayWrite - 1 : contentLimit;
  for (let at = 0; at < content.length || at === 0; at += most) {
    const part = content.subarray(at, at + most);
    const whole = part.length === content.length ? described : undefined;
    const zeros = Math.max(0, Math.min(c.padding(type, part.length), most - part.length));
    const wire = key ? protect(key, type, part, zeros) : plainRecord(type, c.recordVersion, part, false).bytes;
    if (c.recording)
      yield* tellRecord(
        'sent',
        wire,
        type,
        part,
        key && {
          key,
          opened: { type, content: part, inner: Buffer.concat([part, Buffer.of(type), Buffer.alloc(zeros)]) },
        },
        whole,
      );
    yield* send(wire);
  }
}

export function* sendAlert(c: Connection, alert: AlertName, reason: string): Protocol<void> {
  if (c.closed) return;
  const warning = ['close_notify', 'user_canceled', 'no_renegotiation'].includes(alert);
  c.flight = [];
  yield* tell({ what: 'alert', direction: 'sent', alert, reason });
  yield* sendContent(c, contentTypes.alert, Uint8Array.of(warning ? 1 : 2, alertNumber(alert)));
}

/** The dummy of middlebox compatibility (D.4); always in the clear. */
export function* sendChangeCipherSpec(c: Connection): Protocol<void> {
  const content = Uint8Array.of(1);
  const { bytes } = plainRecord(contentTypes.change_cipher_spec, versions['TLS 1.2'], content, false);
  if (c.recording) yield* tellRecord('sent', bytes, contentTypes.change_cipher_spec, content);
  yield* send(bytes);
}

// ---- in ---------------------------------------------------------------------------------------------------------

/** The next record's content, or what else came on one of the links. */
export function* receiveContent(c: Connection, ...links: readonly ('peer' | 'app')[]): Protocol<Incoming> {
  for (;;) {
    const record = takeRecord(c);
    if (!record) {
      const received = yield* receive(...(links.length ? links : (['peer'] as const)));
      if (received.link === 'app') return fromApp(received);
      if ('end' in received) return { kind: 'end' };
      c.incoming = c.incoming.length ? Buffer.concat([c.incoming, received.bytes]) : received.bytes;
      continue;
    }
    const content = yield* openRecord(c, record);
    if (content) return { kind: 'content', ...content };
  }
}

const fromApp = (received: Received): Incoming => {
  if ('end' in received) return { kind: 'app-end', how: received.end };
  return received.wish ? { kind: 'wish', wish: received.wish } : { kind: 'app', bytes: received.bytes };
};

/** The next handshake message, decoded. `hashBefore` is the transcript hash that its author signed or authenticated. */
export function* receiveHandshake<T>(
  c: Connection,
  decode: (bytes: Uint8Array, recording: boolean) => Decoded<T>,
): Protocol<T & { readonly bytes: Uint8Array }> {
  const bytes = yield* receiveMessage(c);
  const message = decode(bytes, c.recording);
  c.transcript.add(bytes);
  if (c.recording) {
    const { name } = describeContent(contentTypes.handshake, bytes);
    yield* tellMessage(c, 'received', { name, bytes, fields: message.fields });
  }
  return { ...message, bytes };
}

/** The type of the next handshake message, which stays where it is. */
export function* nextHandshakeType(
  c: Connection,
  /** What to do with data that comes before it; where left out, none may. */
  onData?: (content: Uint8Array) => Protocol<void>,
): Protocol<number> {
  while (!wholeMessage(c)) yield* receiveFragment(c, onData);
  return c.fragments[0] ?? 0;
}

/** The bytes of the next whole handshake message. */
function* receiveMessage(c: Connection): Protocol<Uint8Array> {
  for (;;) {
    const message = takeMessage(c);
    if (message) return message;
    yield* receiveFragment(c);
  }
}

function* receiveFragment(c: Connection, onData?: (content: Uint8Array) => Protocol<void>): Protocol<void> {
  const incoming = yield* receiveContent(c);
  if (incoming.kind !== 'content') throw new Gone('the peer closed the connection in the middle of the handshake');
  if (onData && incoming.type === contentTypes.application_data && !c.fragments.length) yield* onData(incoming.content);
  else yield* addFragment(c, incoming.type, incoming.content);
}

/** Keeps handshake bytes; acts on an alert; refuses what does not belong into a handshake. */
function* addFragment(c: Connection, type: number, content: Uint8Array): Protocol<void> {
  if (type === contentTypes.alert) yield* endOnAlert(c, content);
  if (type !== contentTypes.handshake)
    return refuse('unexpected_message', `${describeContent(type, content).name} in the middle of the handshake`);
  keepFragment(c, content);
}

export function keepFragment(c: Connection, content: Uint8Array): void {
  if (!content.length) refuse('unexpected_message', 'an empty handshake record'); // 5.1
  c.fragments = c.fragments.length ? Buffer.concat([c.fragments, content]) : content;
}

/** A whole handshake message out of what was kept. */
export function takeMessage(c: Connection): Uint8Array | undefined {
  const length = wholeMessage(c);
  if (!length) return undefined;
  const message = c.fragments.subarray(0, length);
  c.fragments = c.fragments.subarray(length);
  return message;
}

/** The length of the next message, if all of it is there; otherwise 0. */
function wholeMessage(c: Connection): number {
  const [, a = 0, b = 0, d = 0] = c.fragments;
  const length = 4 + a * 65536 + b * 256 + d;
  if (c.fragments.length >= 4 && length > messageLimit)
    refuse('decode_error', `a handshake message of ${length} bytes`);
  return c.fragments.length < 4 || c.fragments.length < length ? 0 : length;
}
/** Longer than any chain of certificates that is meant well. */
const messageLimit = 2 ** 18;

/** Reads an alert (6) and tells it. An error alert, or anything that is none, ends the connection. */
export function* readAlert(content: Uint8Array): Protocol<AlertName> {
  const [, number = -1] = content;
  if (content.length !== 2) refuse('decode_error', 'an alert has two bytes');
  const alert = alertName(number);
  if (!alert) throw new Gone(`the peer ended the connection with the alert ${number}, which no registry names`); // 6
  yield* tell({ what: 'alert', direction: 'received', alert, reason: 'the peer said so' });
  return alert;
}

export function* endOnAlert(c: Connection, content: Uint8Array): Protocol<void> {
  const alert = yield* readAlert(content);
  // user_canceled announces the close_notify that follows (6.1).
  if (alert === 'user_canceled') {
    const next = yield* receiveContent(c);
    if (next.kind === 'content' && next.type === contentTypes.alert) yield* readAlert(next.content);
  }
  throw new Gone(`the peer ended the handshake with ${alert}`, alert);
}

function takeRecord(c: Connection): Uint8Array | undefined {
  if (c.incoming.length < 5) return undefined;
  const end = 5 + parseHeader(c.incoming, c.layer?.expansion).length;
  if (c.incoming.length < end) return undefined;
  const record = c.incoming.subarray(0, end);
  c.incoming = c.incoming.subarray(end);
  return record;
}

/** Opens a record, or passes on one in the clear. Nothing where it is to be ignored. */
function* openRecord(c: Connection, record: Uint8Array): Protocol<{ type: number; content: Uint8Array } | undefined> {
  if (c.layer) return yield* c.layer.open(record);
  const type = record[0] ?? 0;
  const content = record.subarray(5);
  const mayChange = c.clientRandom.length > 0 && !c.established;
  if (type === contentTypes.change_cipher_spec && mayChange && content.length === 1 && content[0] === 1) {
    if (c.recording) yield* tellRecord('received', record, type, content);
    return undefined; // 5: dropped, between the first ClientHello and the peer's Finished
  }
  const key = c.reading;
  if (key && type === contentTypes.application_data) {
    const opened = openOrTell(key, record, c.mayRead);
    if ('failed' in opened && passesOver(c, content)) return undefined;
    c.skipping = 0;
    if ('failed' in opened) {
      if (c.recording)
        yield* tell({
          what: 'record',
          direction: 'received',
          wire: record,
          fields: sealedFields(record),
          type,
          name: 'a record that does not open',
        });
      throw opened.failed;
    }
    if (c.recording) yield* tellRecord('received', record, opened.type, opened.content, { key, opened });
    checkType(opened.type, opened.content);
    return opened;
  }
  if (c.recording) yield* tellRecord('received', record, type, content);
  if (!key) {
    if (type === contentTypes.application_data && passesOver(c, content)) return undefined;
    checkType(type, content);
    return { type, content };
  }
  // A client that fails on ServerHello has no keys to seal its alert with; nothing else may come in the clear now.
  if (type === contentTypes.alert && key.sequence === 0 && !c.established) return { type, content };
  const { name } = describeContent(type, content);
  const { reply } = yield* decide(c.onRecord, { type, name });
  if (reply === 'skip') return undefined;
  if (reply === 'accept') return { type, content };
  return refuse('unexpected_message', `${name} in the clear, where only sealed records belong`);
}

/** Early data that was refused: what does not open is no mistake, up to as much as was allowed (4.2.10). */
function passesOver(c: Connection, content: Uint8Array): boolean {
  if (c.skipping < content.length) return false;
  c.skipping -= content.length;
  return true;
}

function openOrTell(key: TrafficKey, record: Uint8Array, limit: number): Opened | { readonly failed: unknown } {
  try {
    return unprotect(key, record, limit);
  } catch (failed) {
    return { failed };
  }
}

export function checkType(type: number, content: Uint8Array): void {
  if (type === contentTypes.change_cipher_spec || type < 20 || type > 23)
    refuse('unexpected_message', `${describeContent(type, content).name} where it does not belong`);
}

function* tellRecord(
  direction: Direction,
  wire: Uint8Array,
  type: number,
  content: Uint8Array,
  sealed?: { readonly key: TrafficKey; readonly opened: Opened },
  described: { readonly name: string; readonly fields: readonly Field[] } = describeContent(type, content),
): Protocol<void> {
  const { name, fields } = described;
  yield* tell({
    what: 'record',
    direction,
    wire,
    type,
    name,
    fields: sealed ? sealedFields(wire) : recordFields(wire, fields),
    ...(sealed
      ? {
          sealedBy: sealed.key.label,
          inner: { bytes: sealed.opened.inner, fields: innerFields(sealed.opened, fields) },
        }
      : {}),
  });
}

const nothing = new Uint8Array(0);
