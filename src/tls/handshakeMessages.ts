// Handshake messages of a connection, out of records and into them, with their transcript (RFC 8446 4, 5.1).
import { endOnAlert, Gone } from './alertProtocol.ts';
import type { Connection } from './connection.ts';
import { describeContent, describeFlight } from './describe.ts';
import { type Direction, type Protocol, refuse, tell } from './effects.ts';
import type { Decoded, Encoded } from './messages/message.ts';
import { receiveContent, sendContent } from './records.ts';
import { contentTypes } from './registry.ts';

/** `messages` is the transcript that the message belongs to. */
export function* sendHandshake(c: Connection, message: Encoded, messages = c.transcript): Protocol<void> {
  messages.add(message.bytes);
  yield* tellMessage(c, 'sent', message);
  c.flight.push(message);
  if (!c.coalescing) yield* flush(c);
}

/** Sends the messages that waited for company. */
export function* flush(c: Connection): Protocol<void> {
  const [first, ...others] = c.flight;
  if (!first) return;
  c.flight = [];
  if (!others.length) return yield* sendContent(c, contentTypes.handshake, first.bytes, first);
  const messages = [first, ...others];
  const described = c.recording ? describeFlight(messages) : undefined;
  yield* sendContent(c, contentTypes.handshake, Buffer.concat(messages.map(({ bytes }) => bytes)), described);
}

export function* tellMessage(c: Connection, direction: Direction, message: Encoded): Protocol<void> {
  if (c.recording) yield* tell({ what: 'message', direction, ...message });
}

/** The next handshake message, decoded. */
export function* receiveHandshake<T>(
  c: Connection,
  decode: (bytes: Uint8Array, recording: boolean) => Decoded<T>,
  messages = c.transcript,
): Protocol<T & { readonly bytes: Uint8Array }> {
  const bytes = yield* receiveMessage(c);
  const message = decode(bytes, false);
  c.idle = 0;
  messages.add(bytes);
  if (c.recording) yield* tellMessage(c, 'received', described(c, bytes));
  return { ...message, bytes };
}

/** As it was told with its record; one that came in pieces is described now. */
function described(c: Connection, bytes: Uint8Array): Encoded {
  const told = c.described.find(
    (one) =>
      one.bytes.buffer === bytes.buffer &&
      one.bytes.byteOffset === bytes.byteOffset &&
      one.bytes.length === bytes.length,
  );
  return told ?? { bytes, ...describeContent(contentTypes.handshake, bytes) };
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
  if (c.fragments.length) append(c, content);
  else c.fragments = content;
}

/** A long message may come byte by byte: the buffer doubles, so that not all of it is moved for each byte. */
function append(c: Connection, content: Uint8Array): void {
  const { length } = c.fragments;
  const grown = length + content.length;
  const start = c.fragments.byteOffset - c.room.byteOffset;
  if (c.fragments.buffer !== c.room.buffer || start + grown > c.room.length) {
    c.room = new Uint8Array(2 * grown);
    c.room.set(c.fragments);
    c.room.set(content, length);
    c.fragments = c.room.subarray(0, grown);
  } else {
    c.room.set(content, start + length);
    c.fragments = c.room.subarray(start, start + grown);
  }
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
