// Bytes and their explanation come from the same call: a Writer names each field as it writes it, a Reader as it reads it.
// The field map is optional; the bytes are the same with and without.
import { refuse } from './effects.ts';

/** A named stretch of bytes. `offset` and `length` are in bytes, from the start of what was written or read. */
export interface Field {
  /** A key of `fieldNotes`, where its RFC section and its meaning stand. */
  readonly name: string;
  readonly offset: number;
  readonly length: number;
  /** The value in words, where bytes alone do not say it: `TLS 1.3`, `x25519`, `shop.example`. */
  readonly value?: string;
  readonly children?: readonly Field[];
}

/** The value of a number in words, from one of the registries. */
export type NameOf = (value: number) => string;

export class Writer {
  #bytes = new Uint8Array(256);
  #length = 0;
  #fields: Field[] | undefined;

  constructor(recording = true) {
    if (recording) this.#fields = [];
  }

  /** A big-endian number of `size` bytes. */
  uint(size: 1 | 2 | 3 | 4 | 8, name: string, value: number, nameOf?: NameOf): this {
    const at = this.#room(size);
    let rest = value;
    for (let i = at + size - 1; i >= at; i--) {
      this.#bytes[i] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    this.#fields?.push({ name, offset: at, length: size, value: nameOf ? nameOf(value) : String(value) });
    return this;
  }

  bytes(name: string, value: Uint8Array, words?: string): this {
    const at = this.#room(value.length);
    this.#bytes.set(value, at);
    this.#fields?.push({ name, offset: at, length: value.length, ...(words === undefined ? {} : { value: words }) });
    return this;
  }

  /** A length prefix of `size` bytes that closes itself around what `body` writes. */
  vector(size: 1 | 2 | 3, name: string, body: (writer: Writer) => void, words?: string): this {
    const at = this.#room(size);
    const outer = this.#fields;
    if (outer) this.#fields = [{ name: 'length', offset: at, length: size }];
    body(this);
    const length = this.#length - at - size;
    if (length >= 256 ** size) throw new RangeError(`${name} is too long: ${length} bytes`);
    for (let i = 0, rest = length; i < size; i++, rest = Math.floor(rest / 256))
      this.#bytes[at + size - 1 - i] = rest % 256;
    this.#close(outer, name, at, length, words);
    return this;
  }

  /** Several fields under one name, without a length prefix. */
  group(name: string, body: (writer: Writer) => void, words?: string): this {
    const at = this.#length;
    const outer = this.#fields;
    if (outer) this.#fields = [];
    body(this);
    this.#close(outer, name, at, undefined, words);
    return this;
  }

  done(): { readonly bytes: Uint8Array; readonly fields: readonly Field[] } {
    return { bytes: this.#bytes.slice(0, this.#length), fields: this.#fields ?? [] };
  }

  #close(outer: Field[] | undefined, name: string, at: number, prefixed: number | undefined, words?: string): void {
    if (!outer || !this.#fields) return;
    const children = this.#fields.map((f) =>
      f.name === 'length' && f.offset === at && prefixed !== undefined ? { ...f, value: `${prefixed} bytes` } : f,
    );
    outer.push({
      name,
      offset: at,
      length: this.#length - at,
      children,
      ...(words === undefined ? {} : { value: words }),
    });
    this.#fields = outer;
  }

  #room(size: number): number {
    const at = this.#length;
    if (at + size > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#bytes.length * 2, at + size));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#length = at + size;
    return at;
  }
}

/** Reads what a peer sent. Whatever is short, long or left over is refused with decode_error (RFC 8446 6.2). */
export class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #end: number;
  #fields: Field[] | undefined;

  constructor(bytes: Uint8Array, recording = true) {
    this.#bytes = bytes;
    this.#end = bytes.length;
    if (recording) this.#fields = [];
  }

  /** Bytes left in the vector being read, or in the whole. */
  get left(): number {
    return this.#end - this.#at;
  }

  uint(size: 1 | 2 | 3 | 4 | 8, name: string, nameOf?: NameOf): number {
    const at = this.#take(size, name);
    let value = 0;
    for (let i = at; i < at + size; i++) value = value * 256 + (this.#bytes[i] ?? 0);
    this.#fields?.push({ name, offset: at, length: size, value: nameOf ? nameOf(value) : String(value) });
    return value;
  }

  bytes(length: number, name: string, words?: (value: Uint8Array) => string): Uint8Array {
    const at = this.#take(length, name);
    const value = this.#bytes.subarray(at, at + length);
    this.#fields?.push({ name, offset: at, length, ...(words ? { value: words(value) } : {}) });
    return value;
  }

  rest(name: string, words?: (value: Uint8Array) => string): Uint8Array {
    return this.bytes(this.left, name, words);
  }

  /** A length prefix of `size` bytes and its content, which `body` must read to its last byte. */
  vector<T>(size: 1 | 2 | 3, name: string, body: (reader: Reader) => T, words?: (value: T) => string): T {
    const at = this.#take(size, name);
    let length = 0;
    for (let i = at; i < at + size; i++) length = length * 256 + (this.#bytes[i] ?? 0);
    if (length > this.left) refuse('decode_error', `${name}: ${length} bytes announced, ${this.left} left`);
    const outer = this.#fields;
    const end = this.#end;
    if (outer) this.#fields = [{ name: 'length', offset: at, length: size, value: `${length} bytes` }];
    this.#end = this.#at + length;
    const value = body(this);
    if (this.left) refuse('decode_error', `${name}: ${this.left} bytes too many`);
    this.#end = end;
    this.#close(outer, name, at, words?.(value));
    return value;
  }

  /** Several fields under one name, without a length prefix. The name may be known only once they are read. */
  group<T>(name: string | (() => string), body: (reader: Reader) => T, words?: (value: T) => string): T {
    const at = this.#at;
    const outer = this.#fields;
    if (outer) this.#fields = [];
    const value = body(this);
    this.#close(outer, typeof name === 'string' ? name : name(), at, words?.(value));
    return value;
  }

  /** Items until the vector is read to its end. */
  list<T>(item: (reader: Reader) => T): T[] {
    const items: T[] = [];
    while (this.left) items.push(item(this));
    return items;
  }

  /** Nothing may be left. */
  done(): readonly Field[] {
    if (this.left) refuse('decode_error', `${this.left} bytes too many`);
    return this.#fields ?? [];
  }

  #close(outer: Field[] | undefined, name: string, at: number, words?: string): void {
    if (!outer || !this.#fields) return;
    outer.push({
      name,
      offset: at,
      length: this.#at - at,
      children: this.#fields,
      ...(words === undefined ? {} : { value: words }),
    });
    this.#fields = outer;
  }

  #take(length: number, name: string): number {
    if (this.left < length) refuse('decode_error', `${name}: ${length} bytes wanted, ${this.left} left`);
    const at = this.#at;
    this.#at += length;
    return at;
  }
}
