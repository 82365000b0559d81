// The protection of a record in TLS 1.2 (RFC 5246 6.2.3, RFC 5288 3): content in, fragment out, and back.
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { type Field, Reader } from '../codec.ts';
import { refuse } from '../effects.ts';
import type { Entropy } from '../entropy.ts';
import { contentLimit } from '../record.ts';
import { contentTypeName, versionName, versions } from '../registry.ts';
import type { DirectionKeys } from './keySchedule12.ts';
import type { Suite12 } from './suites12.ts';

/** What one side seals with and the other opens with. `sequence` counts the records under this key (6.1). */
export interface RecordKey {
  /** `client write`, `server write`: as RFC 5246 6.3 names them. */
  readonly label: string;
  readonly suite: Suite12;
  readonly keys: DirectionKeys;
  sequence: number;
}
/** A record's content, and what stood with it under the seal: MAC and padding, in the order of the wire. */
export interface Opened12 {
  readonly content: Uint8Array;
  readonly inner: Uint8Array;
}

const headerLength = 5;
const blockLength = 16;
const tagLength = 16;
const explicitLength = 8;

/** The whole record. A block cipher's IV is drawn: one that can be foreseen gives plaintext away (F.3). */
export function protect12(
  key: RecordKey,
  type: number,
  content: Uint8Array,
  draw: Entropy,
): { readonly wire: Uint8Array; readonly opened: Opened12 } {
  const inner = innerOf(key, type, content);
  const fragment = seal(key, type, inner, draw);
  key.sequence++;
  const header = Buffer.of(
    type,
    versions['TLS 1.2'] >> 8,
    versions['TLS 1.2'] & 255,
    fragment.length >> 8,
    fragment.length & 255,
  );
  return { wire: Buffer.concat([header, fragment]), opened: { content, inner } };
}

/** Content, MAC and padding. */
function innerOf(key: RecordKey, type: number, content: Uint8Array): Uint8Array {
  const { protection } = key.suite;
  if (protection === 'AEAD') return content;
  const mac = macOf(key, type, content);
  if (protection === 'MAC') return Buffer.concat([content, mac]);
  const more = blockLength - 1 - ((content.length + mac.length) % blockLength);
  return Buffer.concat([content, mac, Buffer.alloc(more + 1, more)]); // 6.2.3.2
}

function seal({ suite, keys, sequence, label }: RecordKey, type: number, inner: Uint8Array, draw: Entropy): Uint8Array {
  switch (suite.protection) {
    case 'MAC':
      return inner;
    case 'block': {
      const iv = draw(`${label} IV ${sequence}`, blockLength);
      const cipher = createCipheriv('aes-128-cbc', keys.key, iv).setAutoPadding(false);
      return Buffer.concat([iv, cipher.update(inner), cipher.final()]);
    }
    case 'AEAD': {
      // Any number that never comes twice under a key will do (RFC 5288 3).
      const explicit = sequenceBytes(sequence);
      const cipher = createCipheriv('aes-128-gcm', keys.key, Buffer.concat([keys.iv, explicit]), {
        authTagLength: tagLength,
      });
      cipher.setAAD(prefixOf(sequence, type, inner.length), { plaintextLength: inner.length });
      return Buffer.concat([explicit, cipher.update(inner), cipher.final(), cipher.getAuthTag()]);
    }
  }
}

/** Opens a record. Whatever is wrong with it, padding or MAC, is bad_record_mac and no word more (6.2.3.2, 7.2.2). */
export function unprotect12(key: RecordKey, record: Uint8Array): Opened12 {
  const opened = tryUnprotect12(key, record);
  if (!opened) return refuse('bad_record_mac', `a record does not open with the ${key.label} key`);
  if (opened.content.length > contentLimit)
    return refuse('record_overflow', `a record holds more than ${contentLimit} bytes`);
  return opened;
}

/** Nothing where the key does not open the record. The sequence number advances only if it does. */
export function tryUnprotect12(key: RecordKey, record: Uint8Array): Opened12 | undefined {
  const type = record[0] ?? 0;
  const fragment = record.subarray(headerLength);
  const { protection } = key.suite;
  const opened =
    protection === 'AEAD'
      ? openAead(key, type, fragment)
      : protection === 'block'
        ? openBlocks(key, type, fragment)
        : checkMac(key, type, fragment, fragment.length - key.suite.macLength);
  if (opened) key.sequence++;
  return opened;
}

function openAead({ keys, sequence }: RecordKey, type: number, fragment: Uint8Array): Opened12 | undefined {
  const length = fragment.length - explicitLength - tagLength;
  if (length < 0) return undefined;
  const nonce = Buffer.concat([keys.iv, fragment.subarray(0, explicitLength)]);
  const decipher = createDecipheriv('aes-128-gcm', keys.key, nonce, { authTagLength: tagLength });
  decipher.setAAD(prefixOf(sequence, type, length), { plaintextLength: length });
  decipher.setAuthTag(fragment.subarray(fragment.length - tagLength));
  const content = decipher.update(fragment.subarray(explicitLength, explicitLength + length));
  try {
    decipher.final();
  } catch {
    return undefined;
  }
  return { content, inner: content };
}

/** Where the padding is wrong, the MAC is computed all the same, as if there were none (6.2.3.2). */
function openBlocks(key: RecordKey, type: number, fragment: Uint8Array): Opened12 | undefined {
  const sealed = fragment.subarray(blockLength);
  if (sealed.length < key.suite.macLength + 1 || sealed.length % blockLength !== 0) return undefined;
  const decipher = createDecipheriv('aes-128-cbc', key.keys.key, fragment.subarray(0, blockLength)).setAutoPadding(
    false,
  );
  const inner = Buffer.concat([decipher.update(sealed), decipher.final()]);
  const more = inner[inner.length - 1] ?? 0;
  const end = inner.length - 1 - more - key.suite.macLength;
  const padded = end >= 0 && inner.subarray(inner.length - 1 - more).every((byte) => byte === more);
  const opened = checkMac(key, type, inner, padded ? end : inner.length - 1 - key.suite.macLength);
  return padded ? opened : undefined;
}

/** The MAC stands where the content ends. */
function checkMac(key: RecordKey, type: number, inner: Uint8Array, end: number): Opened12 | undefined {
  if (end < 0) return undefined;
  const content = inner.subarray(0, end);
  const mac = inner.subarray(end, end + key.suite.macLength);
  return Buffer.from(macOf(key, type, content)).equals(mac) ? { content, inner } : undefined;
}

/** HMAC over sequence number, type, version, length and content (6.2.3.1). */
const macOf = ({ suite, keys, sequence }: RecordKey, type: number, content: Uint8Array): Uint8Array =>
  createHmac(suite.macHash, keys.mac)
    .update(prefixOf(sequence, type, content.length))
    .update(content)
    .digest();

/** What a MAC covers before the content, and an AEAD beside it (6.2.3.1, 6.2.3.3). */
function prefixOf(sequence: number, type: number, length: number): Uint8Array {
  const prefix = Buffer.alloc(13);
  prefix.set(sequenceBytes(sequence));
  prefix.writeUInt8(type, 8);
  prefix.writeUInt16BE(versions['TLS 1.2'], 9);
  prefix.writeUInt16BE(length, 11);
  return prefix;
}
function sequenceBytes(sequence: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(sequence));
  return bytes;
}

/** The map of a record under this key, as everybody sees it. */
export function sealedFields12({ suite }: Pick<RecordKey, 'suite'>, record: Uint8Array): readonly Field[] {
  const reader = new Reader(record);
  reader.group('record_header', () => {
    reader.uint(1, 'content_type', contentTypeName);
    reader.uint(2, 'legacy_record_version', versionName);
    reader.uint(2, 'record_length', (length) => `${length} bytes`);
  });
  const most = (length: number) => Math.max(0, Math.min(length, reader.left));
  if (suite.protection === 'MAC') {
    reader.bytes(most(reader.left - suite.macLength), 'content');
    reader.rest('mac');
  } else
    reader.group('encrypted_record', () => {
      if (suite.protection === 'block') reader.bytes(most(blockLength), 'initialization_vector');
      else reader.bytes(most(explicitLength), 'explicit_nonce');
      reader.bytes(most(reader.left - (suite.protection === 'AEAD' ? tagLength : 0)), 'ciphertext');
      if (suite.protection === 'AEAD') reader.rest('tag');
    });
  return reader.done();
}

/** The map of what is inside: the content's fields, then MAC and padding. */
export function innerFields12(
  { suite }: RecordKey,
  { content, inner }: Opened12,
  fields: readonly Field[],
): readonly Field[] {
  const reader = new Reader(inner);
  reader.bytes(content.length, 'content');
  if (suite.macLength) reader.bytes(suite.macLength, 'mac');
  if (reader.left > 1) reader.bytes(reader.left - 1, 'block_padding');
  if (reader.left) reader.uint(1, 'padding_length', (length) => `${length} bytes`);
  return [...fields, ...reader.done().slice(1)];
}
