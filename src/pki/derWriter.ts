// Writing DER: values as bytes, put together from the inside out.

/** A value with its tag byte; its content is what the parts give, one after the other. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, { length: one }) => sum + one, 0);
  const all = [Uint8Array.of(tag), lengthOf(length), ...parts];
  const bytes = new Uint8Array(all.reduce((sum, { length: one }) => sum + one, 0));
  all.reduce((at, part) => {
    bytes.set(part, at);
    return at + part.length;
  }, 0);
  return bytes;
}

function lengthOf(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const bytes: number[] = [];
  for (let rest = length; rest; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Uint8Array.of(0x80 | bytes.length, ...bytes);
}

/** An object identifier in dots. */
export function derOid(oid: string, tag = 0x06): Uint8Array {
  const [first = 0, second = 0, ...rest] = oid.split('.').map(Number);
  return der(tag, Uint8Array.from([first * 40 + second, ...rest].flatMap(base128)));
}

function base128(arc: number): number[] {
  const digits = [arc % 128];
  for (let rest = Math.floor(arc / 128); rest; rest = Math.floor(rest / 128)) digits.unshift(128 + (rest % 128));
  return digits;
}

/** A number that is not negative, or the bytes of one. */
export function derInteger(value: number | Uint8Array, tag = 0x02): Uint8Array {
  const bytes = typeof value === 'number' ? Uint8Array.from(base256(value)) : value;
  const from = Math.min(bytes.findIndex((byte) => byte !== 0) >>> 0, bytes.length - 1);
  const least = bytes.subarray(from);
  return (least[0] ?? 0) >= 0x80 ? der(tag, Uint8Array.of(0), least) : der(tag, least);
}

function base256(value: number): number[] {
  const digits = [value % 256];
  for (let rest = Math.floor(value / 256); rest; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
  return digits;
}

/** Whole bytes. */
export const derBits = (bytes: Uint8Array): Uint8Array => der(0x03, Uint8Array.of(0), bytes);

/** Flags by their number, the first bit being 0 (X.690 11.2.2). */
export function derFlags(set: ReadonlySet<number>, tag = 0x03): Uint8Array {
  const last = Math.max(-1, ...set);
  const bytes = new Uint8Array(Math.ceil((last + 1) / 8));
  for (const bit of set) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return der(tag, Uint8Array.of(last < 0 ? 0 : 7 - (last & 7)), bytes);
}

export const derNull = (tag = 0x05): Uint8Array => der(tag);
export const derTrue = (): Uint8Array => Uint8Array.of(1, 1, 0xff);
export const derText = (tag: number, text: string): Uint8Array => der(tag, Buffer.from(text, 'utf8'));
export const derSequence = (...parts: readonly Uint8Array[]): Uint8Array => der(0x30, ...parts);

/** RFC 5280 4.1.2.5: two digits for the year up to 2049; four with `long`, as OCSP has it. */
export function derTime(date: Date, long = date.getUTCFullYear() >= 2050): Uint8Array {
  const text = `${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
  return long ? derText(0x18, text) : derText(0x17, text.slice(2));
}
