// Pieces of a conversation as Ethernet frames: IPv4 (RFC 791), TCP (RFC 9293) and UDP (RFC 768), with right checksums.

/** Who speaks, and where. */
export interface Place {
  /** Four numbers. */
  readonly address: readonly number[];
  readonly port: number;
}
interface Segment {
  readonly from: Place;
  readonly to: Place;
  readonly bytes?: Uint8Array;
}

/** Most bytes of data in a segment: what an Ethernet frame has room for. */
const mostData = 1460;
export const flags = { fin: 1, syn: 2, psh: 8, ack: 16 } as const;

/** One TCP connection: gives the frames of opening, saying and closing, and counts the bytes. */
export function tcpConnection(caller: Place, called: Place, firstSequence: number) {
  const next = { caller: firstSequence, called: (firstSequence + 500_000_000) % 2 ** 32 };
  type Side = keyof typeof next;
  const closed = { caller: false, called: false };
  const place = { caller, called };
  const other = (side: Side): Side => (side === 'caller' ? 'called' : 'caller');
  const segment = (side: Side, flag: number, bytes: Uint8Array = nothing): Uint8Array => {
    const opens = (flag & flags.syn) !== 0;
    const frame = tcpFrame(
      { from: place[side], to: place[other(side)], bytes },
      { sequence: next[side], acknowledges: flag & flags.ack ? next[other(side)] : 0, flag, opens },
    );
    // SYN and FIN count as one byte (RFC 9293 3.4).
    next[side] = (next[side] + bytes.length + (flag & (flags.syn | flags.fin) ? 1 : 0)) % 2 ** 32;
    return frame;
  };
  return {
    open: () => [segment('caller', flags.syn), segment('called', flags.syn | flags.ack), segment('caller', flags.ack)],
    say(side: Side, bytes: Uint8Array): Uint8Array[] {
      const frames: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += mostData) {
        const part = bytes.subarray(at, at + mostData);
        frames.push(segment(side, flags.ack | (at + part.length === bytes.length ? flags.psh : 0), part));
      }
      return frames;
    },
    close(side: Side): Uint8Array[] {
      if (closed[side]) return [];
      closed[side] = true;
      return [segment(side, flags.fin | flags.ack), segment(other(side), flags.ack)];
    },
  };
}

export function udpFrame({ from, to, bytes = nothing }: Segment): Uint8Array {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(from.port, 0);
  header.writeUInt16BE(to.port, 2);
  header.writeUInt16BE(8 + bytes.length, 4);
  const datagram = Buffer.concat([header, bytes]);
  // A sum of zero is sent as all ones (RFC 768).
  datagram.writeUInt16BE(checksum(pseudoHeader(from, to, 17, datagram.length), datagram) || 0xffff, 6);
  return ipFrame(from, to, 17, datagram);
}

interface Control {
  readonly sequence: number;
  readonly acknowledges: number;
  readonly flag: number;
  readonly opens: boolean;
}

function tcpFrame(
  { from, to, bytes = nothing }: Segment,
  { sequence, acknowledges, flag, opens }: Control,
): Uint8Array {
  // Maximum segment size (RFC 9293 3.7.1), said when the connection is opened.
  const option = opens ? Buffer.of(2, 4, mostData >> 8, mostData & 255) : nothing;
  const header = Buffer.alloc(20);
  header.writeUInt16BE(from.port, 0);
  header.writeUInt16BE(to.port, 2);
  header.writeUInt32BE(sequence, 4);
  header.writeUInt32BE(acknowledges, 8);
  header.writeUInt8(((20 + option.length) / 4) << 4, 12);
  header.writeUInt8(flag, 13);
  header.writeUInt16BE(65_535, 14);
  const segment = Buffer.concat([header, option, bytes]);
  segment.writeUInt16BE(checksum(pseudoHeader(from, to, 6, segment.length), segment), 16);
  return ipFrame(from, to, 6, segment);
}

function ipFrame(from: Place, to: Place, protocol: number, payload: Uint8Array): Uint8Array {
  const header = Buffer.alloc(20);
  header.writeUInt8(0x45, 0);
  header.writeUInt16BE(20 + payload.length, 2);
  header.writeUInt16BE(0x4000, 6);
  header.writeUInt8(64, 8);
  header.writeUInt8(protocol, 9);
  header.set(from.address, 12);
  header.set(to.address, 16);
  header.writeUInt16BE(checksum(header), 10);
  return Buffer.concat([hardware(to), hardware(from), Buffer.of(0x08, 0x00), header, payload]);
}

/** A locally administered address out of the IPv4 address. */
const hardware = ({ address }: Place): Uint8Array => Buffer.of(2, 0, ...address);

const pseudoHeader = (from: Place, to: Place, protocol: number, length: number): Uint8Array =>
  Buffer.from([...from.address, ...to.address, 0, protocol, length >> 8, length & 255]);

/** The Internet checksum (RFC 1071): the ones' complement of the sum of 16-bit words. */
export function checksum(...parts: readonly Uint8Array[]): number {
  const bytes = Buffer.concat(parts);
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

const nothing = Buffer.alloc(0);
