// Photos as far as anybody can tell without looking at them: how files of a kind always begin, and drawn bytes behind that.
import { createCipheriv } from 'node:crypto';
import type { Entropy } from '../tls/entropy.ts';

export const fileKinds = ['JPEG', 'PNG', 'WebP', 'BMP'] as const;
export type FileKind = (typeof fileKinds)[number];

/** The first bytes of every file of a kind that is so long, at least 18 of them: what a listener need not hear. */
export function startOf(kind: FileKind, length: number): Uint8Array {
  const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
  const little = (value: number) => Buffer.of(value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24);
  switch (kind) {
    case 'JPEG':
      // SOI, APP0 of 16 bytes, "JFIF" 1.1, 72 dots an inch, no thumbnail.
      return hex('ffd8 ffe0 0010 4a46494600 0101 01 0048 0048 0000');
    case 'PNG':
      // Signature, IHDR of 13 bytes; the width is less than 65,536.
      return hex('89504e470d0a1a0a 0000000d 49484452 0000');
    case 'WebP':
      return Buffer.concat([Buffer.from('RIFF'), little(length - 8), Buffer.from('WEBPVP8 '), little(length - 20)]);
    case 'BMP':
      // File header of 14 bytes, then an info header that says that it has 40.
      return Buffer.concat([Buffer.from('BM'), little(length), hex('00000000 36000000 28000000')]);
  }
}

export function photoOf(kind: FileKind, length: number, draw: Entropy): Uint8Array {
  const drawn = createCipheriv('aes-128-ctr', draw('photo', 16), new Uint8Array(16)).update(new Uint8Array(length));
  drawn.set(startOf(kind, length));
  return new Uint8Array(drawn);
}
