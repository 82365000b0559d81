// What travels between two machines whose hop is sealed: where from, where to, and a body that only a key opens. The first
// one of a hop carries the share of whoever calls. A format of the game's own, so small that each field is seen.
import { type Field, Reader, Writer } from '../tls/codec.ts';
import { Refusal } from '../tls/effects.ts';
import { tagLength } from '../tls/record.ts';
import type { Address } from './dns.ts';

export const shareLength = 32;

/** No byte that TLS records, letters or the messages of a key exchange begin with. */
const kinds = { opening: 0xc0, sealed: 0xc1 } as const;
export type CellKind = keyof typeof kinds;

export interface Cell {
  readonly kind: CellKind;
  readonly from: Address;
  readonly to: Address;
  /** Of an opening cell: 32 bytes of a share, and behind it what is sealed. Of others: what is sealed. With its tag. */
  readonly body: Uint8Array;
  readonly bytes: Uint8Array;
  readonly fields: readonly Field[];
}

export function encodeCell(kind: CellKind, from: Address, to: Address, body: Uint8Array): Cell {
  const { bytes } = new Writer(false)
    .uint(1, 'cell_kind', kinds[kind])
    .bytes('source_address', Uint8Array.from(from))
    .bytes('destination_address', Uint8Array.from(to))
    .vector(2, 'cell_body', (writer) => writer.bytes('ciphertext', body))
    .done();
  const cell = describeCell(bytes);
  if (!cell) throw new RangeError('the body of a cell is too short');
  return cell;
}

/** Nothing where the bytes are no cell. */
export function describeCell(bytes: Uint8Array): Cell | undefined {
  const found = Object.entries(kinds).find(([, byte]) => byte === bytes[0]);
  if (!found) return undefined;
  const [kind] = found as [CellKind, number];
  try {
    const reader = new Reader(bytes);
    reader.uint(1, 'cell_kind', () => (kind === 'opening' ? 'opens a hop' : 'sealed'));
    const from = readAddress(reader, 'source_address');
    const to = readAddress(reader, 'destination_address');
    const body = reader.vector(2, 'cell_body', (inner) => readBody(inner, kind === 'opening'));
    if (reader.left) return undefined;
    return { kind, from, to, body, bytes, fields: reader.done() };
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

function readAddress(reader: Reader, name: string): Address {
  const [a = 0, b = 0, c = 0, d = 0] = reader.bytes(4, name, (value) => value.join('.'));
  return [a, b, c, d];
}

function readBody(reader: Reader, opening: boolean): Uint8Array {
  const share = opening ? reader.bytes(shareLength, 'share') : new Uint8Array(0);
  const ciphertext = reader.bytes(Math.max(0, reader.left - tagLength), 'ciphertext');
  return Buffer.concat([share, ciphertext, reader.rest('tag')]);
}
