// What can be changed without the key. A stream cipher XORs each byte with one of its key stream, so a bit that is flipped in
// the ciphertext is flipped in the text; and a CRC-32 (RFC 1952 8) is affine in its bits, so it can be flipped along.
// Cost: one XOR a byte, and two CRCs of the message's length.

/** The bytes with a mask XORed over them, at an offset. The mask must lie within them. */
export function xorAt(bytes: Uint8Array, offset: number, mask: Uint8Array): Uint8Array {
  if (offset + mask.length > bytes.length) throw new RangeError('the mask lies outside of the bytes');
  return bytes.map((byte, at) => byte ^ (mask[at - offset] ?? 0));
}

/** The CRC-32 of RFC 1952 8, as gzip, PNG and Ethernet have it: four bytes, most significant first. */
export function crc32(bytes: Uint8Array): Uint8Array {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  const value = ~crc >>> 0;
  return Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}

/** By what the CRC-32 of any text changes when `difference` is XORed over it: no byte of the text need be known. */
export const crcDifference = (difference: Uint8Array): Uint8Array =>
  xorAt(crc32(difference), 0, crc32(new Uint8Array(difference.length)));
