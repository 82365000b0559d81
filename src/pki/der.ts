// Reading DER (X.690): each field is named as it is read, so the inspector's map comes from the same call as the value.
// Strict: what has two encodings is accepted in the one that DER allows. Nothing here recurses deeper than its caller asks.
import type { Field } from '../tls/codec.ts';

/** What is wrong with bytes that should be DER, or a certificate. Caught where reading begins, and returned as data. */
export class Malformed extends Error {}

export const malformed = (why: string): never => {
  throw new Malformed(why);
};

/** One value as it stands: its tag byte, its content, and all of it with the header. */
export interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly whole: Uint8Array;
}
export interface Bits {
  readonly bytes: Uint8Array;
  /** Bits of the last byte that do not count, 0 to 7. */
  readonly unused: number;
}

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The tag bytes of `[number]`: around other values, or in place of the tag of a plain one. */
export const around = (number: number): number => 0xa0 | number;
export const inPlace = (number: number): number => 0x80 | number;

/** What a field says in words, made only where a map is wanted. */
type Words<T> = (value: T) => string;

export class DerReader {
  readonly #bytes: Uint8Array;
  #at: number;
  #end: number;
  #fields: Field[] | undefined;
  /** What is against the rules and yet has one meaning: real roots do it. */
  readonly slips: string[] = [];

  constructor(bytes: Uint8Array, recording = false) {
    this.#bytes = bytes;
    this.#at = 0;
    this.#end = bytes.length;
    if (recording) this.#fields = [];
  }

  /** Bytes left in the value that is being read. */
  get left(): number {
    return this.#end - this.#at;
  }

  /** The next tag byte; nothing at the end. */
  get next(): number | undefined {
    return this.left ? this.#bytes[this.#at] : undefined;
  }

  /** Any value, unread. */
  any(name: string, words?: Words<Element>): Element {
    const start = this.#at;
    const { tag, from, to } = this.#header(name);
    this.#at = to;
    const element = { tag, content: this.#bytes.subarray(from, to), whole: this.#bytes.subarray(start, to) };
    this.#tell(name, start, words, element);
    return element;
  }

  /** The content of a plain value of this tag. */
  plain(tag: number, name: string, words?: Words<Uint8Array>): Uint8Array {
    const start = this.#at;
    const content = this.#open(tag, name);
    this.#tell(name, start, words, content);
    return content;
  }

  /** A value of this tag that holds others; `body` reads them to the last byte. Gives also the bytes of the whole. */
  inside<T>(tag: number, name: string | (() => string), body: (reader: this) => T, words?: Words<T>): T {
    const title = typeof name === 'string' ? name : 'extension';
    const start = this.#at;
    const { tag: found, from, to } = this.#header(title);
    if (found !== tag) malformed(`${title}: tag ${hex(found)} where ${hex(tag)} is due`);
    return this.#within(name, start, from, to, kindOf(found), body, words);
  }

  sequence<T>(name: string, body: (reader: this) => T, words?: Words<T>): T {
    return this.inside(tags.sequence, name, body, words);
  }

  /** A string of bytes that holds DER itself (an OCTET STRING; with `bits` a BIT STRING of whole bytes). */
  wrapped<T>(name: string, body: (reader: this) => T, words?: Words<T>): T {
    return this.inside(tags.octetString, name, body, words);
  }

  /** A SEQUENCE OF or a SET OF: at least one where `least` is 1. */
  list<T>(tag: number, name: string, item: (reader: this) => T, least: 0 | 1 = 0): T[] {
    return this.inside(tag, name, () => {
      const items: T[] = [];
      while (this.left) items.push(item(this));
      if (items.length < least) malformed(`${name}: empty`);
      return items;
    });
  }

  /** Not DER: a number of `size` bytes, as TLS writes it. */
  uint(size: 1 | 2 | 8, name: string, words: Words<number> = String): number {
    return number(this.raw(size, name, (bytes) => words(number(bytes))));
  }

  /** Not DER: so many bytes. */
  raw(length: number, name: string, words?: Words<Uint8Array>): Uint8Array {
    const start = this.#at;
    if (length > this.left) malformed(`${name}: ${length} bytes wanted, ${this.left} left`);
    this.#at += length;
    const value = this.#bytes.subarray(start, this.#at);
    this.#tell(name, start, words, value);
    return value;
  }

  /** Not DER: a length of two bytes, and what `body` reads to the last byte. */
  prefixed<T>(name: string, body: (reader: this) => T): T {
    const start = this.#at;
    if (this.left < 2) malformed(`${name}: cut off`);
    const from = start + 2;
    const to = from + number(this.#bytes.subarray(start, from));
    if (to > this.#end) malformed(`${name}: ${to - from} bytes announced, ${this.#end - from} left`);
    return this.#within(name, start, from, to, 'length', body);
  }

  /** What `body` reads, and the bytes that it read. */
  spanned<T>(body: (reader: this) => T): { readonly value: T; readonly bytes: Uint8Array } {
    const start = this.#at;
    const value = body(this);
    return { value, bytes: this.#bytes.subarray(start, this.#at) };
  }

  boolean(name: string): boolean {
    const start = this.#at;
    const content = this.#open(tags.boolean, name);
    const [byte] = content;
    if (content.length !== 1 || (byte !== 0 && byte !== 0xff)) malformed(`${name}: a BOOLEAN is 00 or FF`);
    this.#tell(name, start, (value: boolean) => (value ? 'TRUE' : 'FALSE'), byte === 0xff);
    return byte === 0xff;
  }

  /** A flag that is FALSE where it is left out. DER leaves it out then (X.690 11.5). */
  flag(name: string): boolean {
    if (this.next !== tags.boolean) return false;
    return this.boolean(name) || malformed(`${name}: FALSE is written by leaving it out`);
  }

  /** The bytes of an INTEGER, in two's complement and no longer than need be. */
  integer(name: string, words: Words<Uint8Array> = decimal, tag: number = tags.integer): Uint8Array {
    const start = this.#at;
    const content = this.#open(tag, name);
    const [first = 0, second = 0] = content;
    if (!content.length) malformed(`${name}: an INTEGER without bytes`);
    if (content.length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)))
      malformed(`${name}: an INTEGER longer than it need be`);
    this.#tell(name, start, words, content);
    return content;
  }

  /** A number from 0 to 2^31 - 1. */
  small(name: string, words?: Words<number>, tag: number = tags.integer): number {
    const content = this.integer(name, (bytes) => (words ? words(number(bytes)) : decimal(bytes)), tag);
    if ((content[0] ?? 0) >= 0x80) malformed(`${name}: negative`);
    if (content.length > 4) malformed(`${name}: too large a number`);
    return number(content);
  }

  /** An object identifier, in dots. */
  oid(name: string, words: Words<string> = (value) => value, tag: number = tags.oid): string {
    const start = this.#at;
    const value = dotted(this.#open(tag, name), name);
    this.#tell(name, start, words, value);
    return value;
  }

  bits(name: string, words?: Words<Bits>, tag: number = tags.bitString): Bits {
    const start = this.#at;
    const content = this.#open(tag, name);
    const [unused = 8] = content;
    const bytes = content.subarray(1);
    if (unused > 7 || (unused > 0 && !bytes.length)) malformed(`${name}: ${unused} unused bits`);
    if (((bytes.at(-1) ?? 0) & ((1 << unused) - 1)) !== 0) malformed(`${name}: its unused bits are not 0`);
    this.#tell(name, start, words, { bytes, unused });
    return { bytes, unused };
  }

  /** Flags by their number, the first bit being 0. DER ends after the last that is set (X.690 11.2.2). */
  flags(name: string, names: readonly string[], tag: number = tags.bitString): ReadonlySet<number> {
    const set = (value: Bits) =>
      new Set(
        [...value.bytes].flatMap((byte, at) =>
          [0, 1, 2, 3, 4, 5, 6, 7].flatMap((bit) => (byte & (0x80 >> bit) ? [at * 8 + bit] : [])),
        ),
      );
    const value = this.bits(
      name,
      (bits) => [...set(bits)].map((bit) => names[bit] ?? `bit ${bit}`).join(', ') || 'none',
      tag,
    );
    if (value.bytes.length && ((value.bytes.at(-1) ?? 0) & (1 << value.unused)) === 0)
      this.slips.push(`${name}: zeros behind the last flag`);
    return set(value);
  }

  /** Nothing may be left. */
  done(): readonly Field[] {
    if (this.left) malformed(`${this.left} bytes too many`);
    return this.#fields ?? [];
  }

  /** The content of the next value, which must have this tag; reading goes on behind it. */
  #open(tag: number, name: string): Uint8Array {
    const { tag: found, from, to } = this.#header(name);
    if (found !== tag) malformed(`${name}: tag ${hex(found)} where ${hex(tag)} is due`);
    this.#at = to;
    return this.#bytes.subarray(from, to);
  }

  #header(name: string): { readonly tag: number; readonly from: number; readonly to: number } {
    const tag = this.#bytes[this.#at];
    const first = this.#bytes[this.#at + 1];
    if (tag === undefined || first === undefined || this.left < 2) return malformed(`${name}: missing or cut off`);
    if ((tag & 0x1f) === 0x1f) malformed(`${name}: a tag of several bytes`);
    let from = this.#at + 2;
    let length = first;
    if (first >= 0x80) {
      const size = first & 0x7f;
      if (!size) malformed(`${name}: an indefinite length`);
      if (size > 3) malformed(`${name}: a length of ${size} bytes`);
      if (this.#at + 2 + size > this.#end) malformed(`${name}: cut off`);
      length = number(this.#bytes.subarray(from, from + size));
      if (length < 0x80 || length < 256 ** (size - 1)) malformed(`${name}: a length longer than it need be`);
      from += size;
    }
    if (from + length > this.#end) malformed(`${name}: ${length} bytes announced, ${this.#end - from} left`);
    return { tag, from, to: from + length };
  }

  #within<T>(
    name: string | (() => string),
    start: number,
    from: number,
    to: number,
    kind: string,
    body: (reader: this) => T,
    words?: Words<T>,
  ): T {
    const [outer, end] = [this.#fields, this.#end];
    if (outer)
      this.#fields = [
        { name: 'der_head', offset: start, length: from - start, value: `${kind}, ${to - from} bytes follow` },
      ];
    [this.#at, this.#end] = [from, to];
    const value = body(this);
    const title = typeof name === 'string' ? name : name();
    if (this.left) malformed(`${title}: ${this.left} bytes too many`);
    this.#end = end;
    if (outer && this.#fields) {
      outer.push({
        name: title,
        offset: start,
        length: to - start,
        children: this.#fields,
        ...(words ? { value: words(value) } : {}),
      });
      this.#fields = outer;
    }
    return value;
  }

  #tell<T>(name: string, start: number, words: Words<T> | undefined, value: T): void {
    if (this.#at > start)
      this.#fields?.push({ name, offset: start, length: this.#at - start, ...(words ? { value: words(value) } : {}) });
  }
}

/** A big-endian number of at most six bytes. */
export const number = (bytes: Uint8Array): number => bytes.reduce((value, byte) => value * 256 + byte, 0);

const hex = (tag: number): string => tag.toString(16).padStart(2, '0');
const decimal = (bytes: Uint8Array): string =>
  bytes.length <= 4 ? String(number(bytes)) : `0x${Buffer.from(bytes).toString('hex')}`;

/** X.690 8.19: the first two arcs share a number; no number begins with a needless zero. */
function dotted(content: Uint8Array, name: string): string {
  const arcs: number[] = [];
  let value = 0;
  let fresh = true;
  for (const byte of content) {
    if (fresh && byte === 0x80) malformed(`${name}: an arc longer than it need be`);
    value = value * 128 + (byte & 0x7f);
    if (value > Number.MAX_SAFE_INTEGER / 128) malformed(`${name}: an arc too large`);
    fresh = byte < 0x80;
    if (!fresh) continue;
    arcs.push(value);
    value = 0;
  }
  const [first] = arcs;
  if (first === undefined || !fresh) return malformed(`${name}: cut off`);
  const top = Math.min(Math.floor(first / 40), 2);
  return [top, first - top * 40, ...arcs.slice(1)].join('.');
}

const kinds: Readonly<Record<number, string>> = {
  [tags.sequence]: 'SEQUENCE',
  [tags.set]: 'SET',
  [tags.octetString]: 'OCTET STRING',
  [tags.bitString]: 'BIT STRING',
};
const kindOf = (tag: number): string => kinds[tag] ?? (tag >= 0x80 ? `[${tag & 0x1f}]` : `tag ${hex(tag)}`);
