// A disk that changed hands: private keys in PEM (RFC 7468), as servers keep them.
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { type Field, Reader } from '../tls/codec.ts';

export const diskWith = (keys: readonly KeyObject[]): Uint8Array =>
  Buffer.from(keys.map((key) => String(key.export({ type: 'pkcs8', format: 'pem' }))).join(''), 'latin1');

export const keysOn = (disk: Uint8Array): readonly KeyObject[] =>
  [...pemIn(disk)].map(([pem]) => createPrivateKey(pem));

/** Nothing where the bytes are no private keys. */
export function describeDisk(
  bytes: Uint8Array,
): { readonly name: string; readonly fields: readonly Field[] } | undefined {
  const files = [...pemIn(bytes)];
  if (!files.length || files.reduce((sum, [pem]) => sum + pem.length, 0) !== bytes.length) return undefined;
  const reader = new Reader(bytes);
  for (const [, begin = '', body = '', end = ''] of files)
    reader.group('private_key', () => {
      reader.bytes(begin.length, 'pem_boundary', latin1);
      reader.bytes(body.length, 'pem_text', () => 'Base64');
      reader.bytes(end.length, 'pem_boundary', latin1);
    });
  return { name: files.length === 1 ? 'a private key' : `${files.length} private keys`, fields: reader.done() };
}

const pemIn = (bytes: Uint8Array) =>
  Buffer.from(bytes)
    .toString('latin1')
    .matchAll(/(-----BEGIN PRIVATE KEY-----\n)([A-Za-z0-9+/=\n]+)(-----END PRIVATE KEY-----\n)/g);
const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1').trim();
