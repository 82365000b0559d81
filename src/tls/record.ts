// Records (RFC 8446 5): the header, and the sealing of what is inside.
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { type Field, Reader, Writer } from './codec.ts';
import { refuse } from './effects.ts';
import { type TrafficSecret, trafficIv, trafficKey } from './keySchedule.ts';
import { contentTypeName, contentTypes, versionName, versions } from './registry.ts';
import type { Suite } from './suites.ts';

/** The keys of one direction and one phase. `sequence` counts the records that it has sealed or opened (5.3). */
export interface TrafficKey {
  /** `client handshake`, `server application`: its place in the key tree. */
  readonly label: string;
  readonly suite: Suite;
  /** What key and IV were made of, and the next secret will be (7.2). */
  readonly secret: TrafficSecret;
  readonly key: Uint8Array;
  /** 12 bytes. */
  readonly iv: Uint8Array;
  sequence: number;
}
export const trafficKeyFrom = (label: string, suite: Suite, secret: TrafficSecret): TrafficKey => ({
  label,
  suite,
  secret,
  key: trafficKey(suite, secret),
  iv: trafficIv(suite, secret),
  sequence: 0,
});

/** Most bytes of content in a record (5.1), and most that protection may add (5.2). */
export const contentLimit = 2 ** 14;
/** And of content, type and padding (5.4). */
export const innerLimit = contentLimit + 1;
const expansionLimit = 256;
const headerLength = 5;
/** Of every AEAD here, in bytes. */
export const tagLength = 16;

export interface Described {
  readonly bytes: Uint8Array;
  readonly fields: readonly Field[];
}

/** A record in the clear. `fields` describe the content. */
export function plainRecord(
  type: number,
  version: number,
  content: Uint8Array,
  recording = true,
  fields: readonly Field[] = [],
): Described {
  const {
    bytes,
    fields: [header],
  } = withHeader(type, version, content, recording);
  return { bytes, fields: header ? [header, ...shift(fields, headerLength)] : [] };
}

/** Seals content and its type, with `padding` zeros behind (5.2). */
export function protect(key: TrafficKey, type: number, content: Uint8Array, padding = 0): Uint8Array {
  const header = headerOf(contentTypes.application_data, content.length + 1 + padding + tagLength);
  const cipher = cipherFor(key);
  cipher.setAAD(header, { plaintextLength: content.length + 1 + padding });
  const tail = new Uint8Array(1 + padding);
  tail[0] = type;
  return Buffer.concat([header, cipher.update(content), cipher.update(tail), cipher.final(), cipher.getAuthTag()]);
}

export interface Opened {
  readonly type: number;
  readonly content: Uint8Array;
  /** Content, type byte and padding: TLSInnerPlaintext. */
  readonly inner: Uint8Array;
}

/** Opens a sealed record. Refuses with bad_record_mac what does not open, unexpected_message what has no type (5.4). */
export function unprotect(key: TrafficKey, record: Uint8Array, limit = innerLimit): Opened {
  const inner = tryUnprotect(key, record);
  if (!inner) return refuse('bad_record_mac', `a record does not open with the ${key.label} key`);
  let end = inner.length - 1;
  while (end >= 0 && inner[end] === 0) end--;
  if (end < 0) return refuse('unexpected_message', 'a sealed record has nothing but padding inside');
  if (inner.length > limit) return refuse('record_overflow', `a sealed record holds more than ${limit - 1} bytes`);
  return { type: inner[end] ?? 0, content: inner.subarray(0, end), inner };
}

/** The inner bytes, or nothing where the key does not open the record. The sequence number advances only if it does. */
export function tryUnprotect(key: TrafficKey, record: Uint8Array): Uint8Array | undefined {
  if (record.length < headerLength + tagLength + 1) return undefined;
  const decipher = createDecipheriv(key.suite.cipher as 'aes-128-gcm', key.key, nonceOf(key), {
    authTagLength: tagLength,
  });
  const sealed = record.subarray(headerLength, record.length - tagLength);
  decipher.setAAD(record.subarray(0, headerLength), { plaintextLength: sealed.length });
  decipher.setAuthTag(record.subarray(record.length - tagLength));
  const inner = decipher.update(sealed);
  try {
    decipher.final();
  } catch {
    return undefined;
  }
  key.sequence++;
  return inner;
}

/** The field map of a sealed record: its header, ciphertext and tag. */
export function sealedFields(record: Uint8Array): readonly Field[] {
  const reader = new Reader(record);
  readHeader(reader);
  reader.group('encrypted_record', () => {
    reader.bytes(Math.max(0, reader.left - tagLength), 'ciphertext');
    reader.rest('tag');
  });
  return reader.done();
}

/** The map of what was inside: the content's fields, then the type and the padding. */
export function innerFields({ content, inner }: Opened, fields: readonly Field[]): readonly Field[] {
  const reader = new Reader(inner);
  reader.bytes(content.length, 'content');
  reader.uint(1, 'inner_content_type', contentTypeName);
  if (reader.left) reader.rest('zeros');
  return [...fields, ...reader.done().slice(1)];
}

/** The type and length in a header; refuses a length over the limit (5.1, 5.2). Needs 5 bytes. */
export function parseHeader(
  bytes: Uint8Array,
  expansion = expansionOf(bytes[0]),
): { readonly type: number; readonly length: number } {
  const [type = 0, , , high = 0, low = 0] = bytes;
  const length = high * 256 + low;
  if (length > contentLimit + expansion) refuse('record_overflow', `a record of ${length} bytes`);
  return { type, length };
}

const expansionOf = (type?: number): number => (type === contentTypes.application_data ? expansionLimit : 0);

/** The map of a whole record in the clear whose content is described by `fields`. */
export function recordFields(record: Uint8Array, fields: readonly Field[]): readonly Field[] {
  const reader = new Reader(record);
  readHeader(reader);
  reader.rest('fragment');
  const [header] = reader.done();
  return header ? [header, ...shift(fields, headerLength)] : [];
}

/** Fields as they stand `by` bytes further on. */
export const shift = (fields: readonly Field[], by: number): Field[] =>
  fields.map((field) => ({
    ...field,
    offset: field.offset + by,
    ...(field.children ? { children: shift(field.children, by) } : {}),
  }));

function readHeader(reader: Reader): void {
  reader.group('record_header', () => {
    reader.uint(1, 'content_type', contentTypeName);
    reader.uint(2, 'legacy_record_version', versionName);
    reader.uint(2, 'record_length', (length) => `${length} bytes`);
  });
}

function withHeader(type: number, version: number, content: Uint8Array, recording: boolean) {
  const writer = new Writer(recording);
  writer.group('record_header', () => {
    writer
      .uint(1, 'content_type', type, contentTypeName)
      .uint(2, 'legacy_record_version', version, versionName)
      .uint(2, 'record_length', content.length, (length) => `${length} bytes`);
  });
  return writer.bytes('fragment', content).done();
}

const headerOf = (type: number, length: number): Uint8Array =>
  Uint8Array.of(type, versions['TLS 1.2'] >> 8, versions['TLS 1.2'] & 255, length >> 8, length & 255);

function cipherFor(key: TrafficKey) {
  const cipher = createCipheriv(key.suite.cipher as 'aes-128-gcm', key.key, nonceOf(key), { authTagLength: tagLength });
  key.sequence++;
  return cipher;
}

/** The sequence number, as 64 bits at the right end, XOR the IV (5.3). */
function nonceOf({ iv, sequence }: TrafficKey): Uint8Array {
  const nonce = Buffer.from(iv);
  nonce.writeUInt32BE((nonce.readUInt32BE(4) ^ Math.floor(sequence / 2 ** 32)) >>> 0, 4);
  nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ (sequence % 2 ** 32)) >>> 0, 8);
  return nonce;
}
