// The record layer of a TLS 1.2 connection: records keep their type, and ChangeCipherSpec says from where on they are protected
// (RFC 5246 6.2, 7.1).
import { endOnAlert, Gone } from '../alertProtocol.ts';
import type { Connection, RecordLayer } from '../connection.ts';
import { describeContent } from '../describe.ts';
import { type Direction, type Protocol, refuse, send, tell } from '../effects.ts';
import type { Entropy } from '../entropy.ts';
import { flush } from '../handshakeMessages.ts';
import { contentLimit, plainRecord, recordFields } from '../record.ts';
import { checkType, describeReceived, receiveContent, sendContent } from '../records.ts';
import { contentTypes } from '../registry.ts';
import { innerFields12, type Opened12, protect12, type RecordKey, sealedFields12, unprotect12 } from './record12.ts';
import { after12 } from './renegotiation.ts';

/** The keys of both directions: in force, and those that wait for a ChangeCipherSpec (6.1: current and pending state). */
export interface Records extends RecordLayer {
  reading: RecordKey | undefined;
  writing: RecordKey | undefined;
  pending: { readonly reading: RecordKey; readonly writing: RecordKey } | undefined;
}

/** From here on the connection speaks TLS 1.2. IVs of block ciphers are drawn. */
export function speak12(c: Connection, draw: Entropy): Records {
  const records: Records = {
    reading: undefined,
    writing: undefined,
    pending: undefined,
    expansion: 2048, // 6.2.3
    *send(type, content, described) {
      for (let at = 0; at < content.length || at === 0; at += contentLimit) {
        const part = content.subarray(at, at + contentLimit);
        const key = records.writing;
        const sealed = key && { key, ...protect12(key, type, part, draw) };
        const wire = sealed?.wire ?? plainRecord(type, c.recordVersion, part, false).bytes;
        if (c.recording)
          yield* tellRecord('sent', wire, type, part, sealed, part.length === content.length ? described : undefined);
        yield* send(wire);
      }
    },
    *open(record) {
      const type = record[0] ?? 0;
      const key = records.reading;
      const opened = key && (yield* openOrTell(c, key, record));
      const content = opened?.content ?? record.subarray(5);
      if (c.recording) {
        const described = describeReceived(c, type, content);
        yield* tellRecord('received', record, type, content, key && opened && { key, opened }, described);
      }
      // A ChangeCipherSpec has its one place in the handshake; whoever waits for it takes it.
      if (type !== contentTypes.change_cipher_spec || c.established) checkType(type, content);
      return { type, content };
    },
  };
  c.layer = records;
  c.after = after12;
  return records;
}

function* openOrTell(c: Connection, key: RecordKey, record: Uint8Array): Protocol<Opened12> {
  try {
    return unprotect12(key, record);
  } catch (failed) {
    if (c.recording)
      yield* tell({
        what: 'record',
        direction: 'received',
        wire: record,
        fields: sealedFields12(key, record),
        type: record[0] ?? 0,
        name: 'a record that does not open',
      });
    throw failed;
  }
}

/** Tells of a record, with what it carries; `sealed` where it was opened with a key. */
export function* tellRecord(
  direction: Direction,
  wire: Uint8Array,
  type: number,
  content: Uint8Array,
  sealed?: { readonly key: RecordKey; readonly opened: Opened12 },
  { name, fields } = describeContent(type, content),
): Protocol<void> {
  yield* tell({
    what: 'record',
    direction,
    wire,
    type,
    name,
    fields: sealed ? sealedFields12(sealed.key, wire) : recordFields(wire, fields),
    ...(sealed
      ? {
          sealedBy: sealed.key.label,
          inner: { bytes: sealed.opened.inner, fields: innerFields12(sealed.key, sealed.opened, fields) },
        }
      : {}),
  });
}

/** 7.1: the next record is protected with the pending key. */
export function* sendChangeCipherSpec12(c: Connection, records: Records): Protocol<void> {
  yield* flush(c);
  yield* sendContent(c, contentTypes.change_cipher_spec, Uint8Array.of(1));
  records.writing = records.pending?.writing;
}

/** Nothing but a ChangeCipherSpec may come now, and it must not cut a message in two. */
export function* receiveChangeCipherSpec(c: Connection, records: Records): Protocol<void> {
  if (c.fragments.length) refuse('unexpected_message', 'a handshake message where ChangeCipherSpec was due');
  const incoming = yield* receiveContent(c);
  if (incoming.kind !== 'content') throw new Gone('the peer closed the connection in the middle of the handshake');
  const { type, content } = incoming;
  if (type === contentTypes.alert) yield* endOnAlert(c, content);
  if (type !== contentTypes.change_cipher_spec)
    refuse('unexpected_message', `${describeContent(type, content).name} where ChangeCipherSpec was due`);
  if (content.length !== 1 || content[0] !== 1) refuse('decode_error', 'ChangeCipherSpec is a single byte, 1');
  records.reading = records.pending?.reading;
}
