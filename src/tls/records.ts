// The record layer of a connection (RFC 8446 5): content goes out in records and comes in by them.
import { type Connection, countIdle } from './connection.ts';
import { type Description, describeContent } from './describe.ts';
import {
  type Direction,
  decide,
  type Ending,
  type Protocol,
  type Received,
  receive,
  refuse,
  send,
  tell,
  type Wish,
} from './effects.ts';
import {
  contentLimit,
  innerFields,
  type Opened,
  parseHeader,
  plainRecord,
  protect,
  recordFields,
  sealedFields,
  type TrafficKey,
  tagLength,
  unprotect,
} from './record.ts';
import { contentTypes, versions } from './registry.ts';

/** Sends content as one record, or as many as its length needs. `described` spares describing it again. */
export function* sendContent(
  c: Connection,
  type: number,
  content: Uint8Array,
  described?: Description,
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

/** The dummy of middlebox compatibility (D.4); always in the clear. */
export function* sendChangeCipherSpec(c: Connection): Protocol<void> {
  const content = Uint8Array.of(1);
  const { bytes } = plainRecord(contentTypes.change_cipher_spec, versions['TLS 1.2'], content, false);
  if (c.recording) yield* tellRecord('sent', bytes, contentTypes.change_cipher_spec, content);
  yield* send(bytes);
}

export type Incoming =
  | { readonly kind: 'content'; readonly type: number; readonly content: Uint8Array }
  | { readonly kind: 'end' }
  | { readonly kind: 'app'; readonly bytes: Uint8Array }
  | { readonly kind: 'wish'; readonly wish: Wish }
  | { readonly kind: 'app-end'; readonly how: Ending };

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
    countIdle(c);
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
    if (c.recording) {
      const described = describeReceived(c, opened.type, opened.content);
      yield* tellRecord('received', record, opened.type, opened.content, { key, opened }, described);
    }
    checkType(opened.type, opened.content);
    return opened;
  }
  if (c.recording) yield* tellRecord('received', record, type, content, undefined, describeReceived(c, type, content));
  if (!key) {
    if (type === contentTypes.application_data && passesOver(c, content)) return undefined;
    checkType(type, content);
    return { type, content };
  }
  // A client that fails on ServerHello has no keys to seal its alert with; nothing else may come in the clear now.
  if (type === contentTypes.alert && key.sequence === 0 && !c.established) return { type, content };
  const { name } = describeContent(type, content);
  const { reply } = yield* decide(c.onRecord, { type, name });
  if (reply === 'skip') {
    countIdle(c);
    return undefined;
  }
  if (reply === 'accept') return { type, content };
  return refuse('unexpected_message', `${name} in the clear, where only sealed records belong`);
}

/**
 * Early data that was refused: what does not open is no mistake, up to as much as was allowed (4.2.10). What was sealed counts,
 * without the type and the tag that sealing adds (4.6.1).
 */
function passesOver(c: Connection, content: Uint8Array): boolean {
  const bytes = Math.max(1, content.length - 1 - tagLength);
  if (c.skipping < bytes) return false;
  c.skipping -= bytes;
  return true;
}

function openOrTell(key: TrafficKey, record: Uint8Array, limit: number): Opened | { readonly failed: unknown } {
  try {
    return unprotect(key, record, limit);
  } catch (failed) {
    return { failed };
  }
}

/** Describes what has come, and keeps the maps of its messages for when they are read. */
export function describeReceived(c: Connection, type: number, content: Uint8Array): Description {
  const described = describeContent(type, content);
  c.described = described.messages ?? [];
  return described;
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
  described: Description = describeContent(type, content),
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
