// A message in words: its fields, numbered, and its bytes.
import type { Field } from '../../tls/codec.ts';
import { printable, rfcInWords } from '../../ui/printable.ts';
import { wrap } from '../../ui/wrap.ts';

/** What a field means, and the RFC section that says so. */
export type NoteFor = (name: string) => { readonly rfc: string; readonly why: string } | undefined;

/** The field that a path of positions (from 0) leads to. */
export function fieldAt(fields: readonly Field[], path: readonly number[]): Field | undefined {
  const [position, ...rest] = path;
  const field = position === undefined ? undefined : fields[position];
  return rest.length && field ? fieldAt(field.children ?? [], rest) : field;
}

/** A line a field, with the numbers by which it is marked or looked at: `2.3.1`. `first` is the number of the first. */
export function fieldLines(fields: readonly Field[], number: string, first = 1): string[] {
  return fields.flatMap((field, index) => {
    const here = `${number}.${first + index}`;
    return [...wrap(inWords(field), `  ${here} `), ...fieldLines(field.children ?? [], here)];
  });
}

/** One field with its meaning, the fields in it and its bytes. */
export function fieldInFull(field: Field, bytes: Uint8Array, number: string, noteFor: NoteFor): string[] {
  const note = noteFor(field.name);
  return [
    ...wrap(inWords(field), `${number} `),
    ...(note ? wrap(`${printable(note.why)} (${rfcInWords(note.rfc)})`) : []),
    ...fieldLines(field.children ?? [], number),
    ...hexLines(bytes.subarray(field.offset, field.offset + field.length), field.offset),
  ];
}

const inWords = (field: Field): string =>
  `${printable(field.name)}${field.value === undefined ? '' : `: ${printable(field.value)}`}, ${bytesAt(field)}`;
const bytesAt = ({ offset, length }: Field): string => `${length === 1 ? '1 byte' : `${length} bytes`} at ${offset}`;

/** Offset, hexadecimal and characters of 16 bytes a line; `from` is the offset of the first. */
export function hexLines(bytes: Uint8Array, from = 0): string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = [...bytes.subarray(at, at + 16)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const offset = (from + at).toString(16).padStart(4, '0');
    lines.push(`  ${offset}  ${hex.padEnd(47)}  ${row.map(characterOf).join('')}`);
  }
  return lines;
}
const characterOf = (byte: number): string => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.');
