// The secrets of TLS 1.2 (RFC 5246 5, 6.3, 7.4.9, 8.1; RFC 7627 4), all made by one function with different labels.
import { createHmac } from 'node:crypto';
import type { Suite12 } from './suites12.ts';

declare const stage: unique symbol;
/** 48 bytes. Everything else of a connection follows from it and the two randoms. */
export type MasterSecret12 = Uint8Array & { readonly [stage]: 'master 1.2' };

/** PRF(secret, label, seed) = P_SHA256(secret, label + seed), to `length` bytes (5). */
export function prf(secret: Uint8Array, label: string, seed: Uint8Array, length: number): Uint8Array {
  const hmac = (data: Uint8Array) => createHmac('sha256', secret).update(data).digest();
  const labelled = Buffer.concat([Buffer.from(label, 'latin1'), seed]);
  const blocks: Uint8Array[] = [];
  for (let a = hmac(labelled), made = 0; made < length; a = hmac(a), made += 32)
    blocks.push(hmac(Buffer.concat([a, labelled])));
  return new Uint8Array(Buffer.concat(blocks).subarray(0, length));
}

/** The randoms of both hellos, 32 bytes each. */
export interface Randoms {
  readonly client: Uint8Array;
  readonly server: Uint8Array;
}

/** 8.1: from the premaster secret and the randoms, and nothing else of the handshake. */
export const masterSecret12 = (premaster: Uint8Array, { client, server }: Randoms) =>
  prf(premaster, 'master secret', Buffer.concat([client, server]), 48) as MasterSecret12;

/** RFC 7627 4: from the premaster secret and the hash of all messages up to ClientKeyExchange. */
export const extendedMasterSecret = (premaster: Uint8Array, sessionHash: Uint8Array) =>
  prf(premaster, 'extended master secret', sessionHash, 48) as MasterSecret12;

/** What protects one direction; of these a suite uses some. */
export interface DirectionKeys {
  readonly mac: Uint8Array;
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

/** 6.3: the key block, cut into MAC keys, keys and IVs, the client's first each time. The server's random comes first here. */
export function keyBlock(
  { macLength, keyLength, ivLength }: Suite12,
  master: MasterSecret12,
  { client, server }: Randoms,
): { readonly client: DirectionKeys; readonly server: DirectionKeys } {
  const length = 2 * (macLength + keyLength + ivLength);
  const block = prf(master, 'key expansion', Buffer.concat([server, client]), length);
  const take = (at: number, size: number) =>
    [block.subarray(at, at + size), block.subarray(at + size, at + 2 * size)] as const;
  const macs = take(0, macLength);
  const keys = take(2 * macLength, keyLength);
  const ivs = take(2 * (macLength + keyLength), ivLength);
  return {
    client: { mac: macs[0], key: keys[0], iv: ivs[0] },
    server: { mac: macs[1], key: keys[1], iv: ivs[1] },
  };
}

/** 7.4.9: 12 bytes over the hash of all handshake messages before this one. */
export const verifyData12 = (master: MasterSecret12, side: 'client' | 'server', transcriptHash: Uint8Array) =>
  prf(master, `${side} finished`, transcriptHash, 12);
