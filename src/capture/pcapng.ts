// The file format pcapng (draft-ietf-opsawg-pcapng): blocks, each with its type and its length at both ends, little-endian.

export interface Packet {
  /** Microseconds since 1970. */
  readonly time: number;
  /** An Ethernet frame. */
  readonly frame: Uint8Array;
  readonly comment?: string;
}
export interface Capture {
  /** What wrote it, such as `HTTPS Quest 0.1.0`. */
  readonly application: string;
  readonly packets: readonly Packet[];
  /** A key log, so that whoever opens the file can open the records in it. */
  readonly keyLog: string;
  /** IPv4 addresses and what they are called. */
  readonly names: readonly { readonly address: readonly number[]; readonly name: string }[];
}

export function pcapng({ application, packets, keyLog, names }: Capture): Uint8Array {
  return Buffer.concat([
    block(
      0x0a0d0d0a,
      Buffer.concat([u32(0x1a2b3c4d), u16(1), u16(0), Buffer.alloc(8, 0xff), options([[4, application]])]),
    ),
    block(1, Buffer.concat([u16(ethernet), u16(0), u32(0), options([[2, 'cables']])])),
    ...(names.length ? [block(4, nameRecords(names))] : []),
    ...(keyLog ? [block(10, secretsOf(keyLog))] : []),
    ...packets.map(({ time, frame, comment }) =>
      block(
        6,
        Buffer.concat([
          u32(0),
          u32(Math.floor(time / 2 ** 32)),
          u32(time % 2 ** 32),
          u32(frame.length),
          u32(frame.length),
          padded(frame),
          options(comment ? [[1, comment]] : []),
        ]),
      ),
    ),
  ]);
}
const ethernet = 1;

/** Decryption Secrets Block, secrets type "TLSK": a TLS key log. */
const secretsOf = (keyLog: string): Uint8Array =>
  Buffer.concat([u32(0x544c534b), u32(Buffer.byteLength(keyLog)), padded(Buffer.from(keyLog))]);

/** Name Resolution Block: records of type 1, an IPv4 address and a name that ends in a zero. */
const nameRecords = (names: Capture['names']): Uint8Array =>
  Buffer.concat([
    ...names.map(({ address, name }) => {
      const value = Buffer.concat([Buffer.from(address), Buffer.from(name), Buffer.of(0)]);
      return Buffer.concat([u16(1), u16(value.length), padded(value)]);
    }),
    u32(0),
  ]);

function options(all: readonly (readonly [code: number, text: string])[]): Uint8Array {
  if (!all.length) return Buffer.alloc(0);
  return Buffer.concat([
    ...all.map(([code, text]) => {
      const value = Buffer.from(text);
      return Buffer.concat([u16(code), u16(value.length), padded(value)]);
    }),
    u32(0),
  ]);
}

function block(type: number, body: Uint8Array): Uint8Array {
  const length = u32(body.length + 12);
  return Buffer.concat([u32(type), length, body, length]);
}

/** Filled up to 32 bits. */
const padded = (bytes: Uint8Array): Uint8Array => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);

function u16(value: number): Uint8Array {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}
function u32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
