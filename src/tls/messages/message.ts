// What all handshake messages share: type and length (RFC 8446 4), and how a message is written and read with its fields.
import { type Field, Reader, Writer } from '../codec.ts';
import { refuse } from '../effects.ts';
import { handshakeTypeName } from '../registry.ts';

export interface Encoded {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly fields: readonly Field[];
}
/** A decoded message with the map of its fields (empty where none was asked for). */
export type Decoded<T> = T & { readonly fields: readonly Field[] };

export function encodeMessage(type: number, name: string, recording: boolean, body: (writer: Writer) => void): Encoded {
  const writer = new Writer(recording);
  writer.uint(1, 'msg_type', type, handshakeTypeName).vector(3, name, body);
  return { name, ...writer.done() };
}

/** Reads a whole message, to its last byte. */
export function decodeMessage<T extends object>(
  bytes: Uint8Array,
  type: number,
  name: string,
  recording: boolean,
  body: (reader: Reader) => T,
): Decoded<T> {
  const reader = new Reader(bytes, recording);
  const found = reader.uint(1, 'msg_type', handshakeTypeName);
  if (found !== type)
    refuse('unexpected_message', `${handshakeTypeName(found)} came where ${handshakeTypeName(type)} was due`);
  const value = reader.vector(3, name, body);
  return { ...value, fields: reader.done() };
}
