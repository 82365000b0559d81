// All randomness of a run: one seed, one label a draw, so that the same run gives the same bytes everywhere.
import { createHmac } from 'node:crypto';

/** 32 bytes (or `length`) for a label such as `alice x25519 private key`. The same label gives the same bytes. */
export type Entropy = (label: string, length?: number) => Uint8Array;

export function entropy(seed: string): Entropy {
  const key = createHmac('sha256', 'https-quest').update(seed, 'utf8').digest();
  // HKDF (RFC 5869 2.2, 2.3) with an empty salt: extracted once, expanded at every draw.
  const extracted = createHmac('sha256', new Uint8Array(32)).update(key).digest();
  return (label, length = 32) => {
    const drawn = new Uint8Array(length);
    let block = new Uint8Array(0);
    for (let at = 0, count = 1; at < length; at += block.length, count++) {
      block = createHmac('sha256', extracted).update(block).update(label, 'utf8').update(Uint8Array.of(count)).digest();
      drawn.set(block.subarray(0, length - at), at);
    }
    return drawn;
  };
}

/** The draws of one actor, under its own name. */
export const named =
  (draw: Entropy, name: string): Entropy =>
  (label, length) =>
    draw(`${name} ${label}`, length);

/** A whole number from 0 to `below - 1`, evenly drawn (below 2^32). */
export function drawNumber(draw: Entropy, label: string, below: number): number {
  const limit = Math.floor(2 ** 32 / below) * below;
  for (let attempt = 0; ; attempt++) {
    const [a = 0, b = 0, c = 0, d = 0] = draw(`${label} ${attempt}`, 4);
    const value = ((a * 256 + b) * 256 + c) * 256 + d;
    if (value < limit) return value % below;
  }
}

export function drawOne<T>(draw: Entropy, label: string, items: readonly [T, ...T[]]): T {
  return items[drawNumber(draw, label, items.length)] ?? items[0];
}

/** The items in an order of the seed's (Fisher-Yates). */
export function shuffle<T>(draw: Entropy, label: string, items: readonly T[]): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = drawNumber(draw, `${label} ${i}`, i + 1);
    const [a, b] = [order[i], order[j]];
    if (a !== undefined && b !== undefined) [order[i], order[j]] = [b, a];
  }
  return order;
}
