// A disk with private keys: what was put on it is what is found.
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { describeDisk, diskWith, keysOn } from '../../src/scenarios/disk.ts';
import { leaves } from '../tls/fields.ts';

const keys = [1, 2, 3].map(() => generateKeyPairSync('ed25519').privateKey);

describe('a disk', () => {
  it.each([1, 2, 3])('gives back the %i keys that are on it', (count) => {
    const found = keysOn(diskWith(keys.slice(0, count)));
    expect(found).toHaveLength(count);
    for (const [index, key] of found.entries()) expect(keys[index]?.equals(key)).toBe(true);
  });
  it('has a map without gaps', () => {
    const disk = diskWith(keys);
    const described = describeDisk(disk);
    expect(described?.name).toBe('3 private keys');
    const end = leaves(described?.fields ?? []).reduce(
      (at, { offset, length }) => (offset === at ? at + length : Number.NaN),
      0,
    );
    expect(end).toBe(disk.length);
  });
  it.each(['', 'GET / HTTP/1.1\r\n\r\n', `${Buffer.from(diskWith(keys)).toString()}and more`])('is not %j', (text) => {
    expect(describeDisk(Buffer.from(text))).toBeUndefined();
  });
});
