// Each check by itself: the one fault that it is for fails it and no other, and leaving it out lets the fault through.
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { authority } from '../../src/pki/authority.ts';
import { type CheckName, checkNames } from '../../src/pki/checks.ts';
import { examine, weakPolicies } from '../../src/pki/examine.ts';
import { entropy } from '../../src/tls/entropy.ts';

const today = new Date('2026-05-04T09:00:00Z');
const pki = authority(entropy('examined'), today);
const { chain } = pki.issueFor('shop.example');
const trust = { host: 'shop.example', anchors: [pki.root], now: today };
const failed = (given: readonly Uint8Array[], more: Partial<typeof trust> = {}, leftOut: readonly CheckName[] = []) =>
  examine(given, { ...trust, ...more }, leftOut)
    .results.filter(({ holds }) => !holds)
    .map(({ name }) => name);

describe('an examination', () => {
  it('finds nothing against a chain of the game, and shows its path', () => {
    const { results, path } = examine(chain, trust);
    expect(results.filter(({ holds }) => !holds)).toEqual([]);
    expect(results.map(({ name }) => name)).toEqual([
      'form',
      ...checkNames.filter((name) => name !== 'revocation' && name !== 'transparency'),
    ]);
    expect(path?.certificates.map(({ called }) => called)).toEqual([
      'shop.example',
      'Quest Intermediate A1',
      'Quest Root X1',
    ]);
  });
  it('has no result for a check that was left out', () => {
    const names = weakPolicies.trustsAnyName;
    expect(failed(chain, { host: 'bank.example' })).toEqual(['name']);
    expect(failed(chain, { host: 'bank.example' }, names)).toEqual([]);
    expect(examine(chain, trust, names).results.map(({ name }) => name)).not.toContain('name');
  });
  it('takes a certificate that is in the store itself, whoever issued it', () => {
    expect(failed(chain.slice(0, 1), { anchors: chain.slice(0, 1) })).toEqual([]);
    expect(failed(chain.slice(0, 1), { anchors: [pki.intermediate] })).toEqual([]);
  });
  it('says where the path ends', () => {
    const says = (given: readonly Uint8Array[], anchors: readonly Uint8Array[]) =>
      examine(given, { ...trust, anchors }).results.find(({ name }) => name === 'path')?.says;
    expect(says(chain.slice(0, 1), [pki.root])).toMatch(/the issuer of shop\.example is missing/);
    expect(says([...chain, pki.root], [])).toMatch(/ends at Quest Root X1, which is not in the store/);
  });
  it('never throws and takes no changed certificate, whatever byte is changed, cut off or put in', () => {
    const [leaf = new Uint8Array(0), ...others] = chain;
    fc.assert(
      fc.property(
        fc.nat(leaf.length - 1),
        fc.nat(255),
        fc.constantFrom('set', 'cut', 'insert', 'drop'),
        (at, byte, how) => {
          const [before, behind] = [leaf.subarray(0, at), leaf.subarray(at)];
          const made = {
            set: Buffer.concat([before, Uint8Array.of(byte), behind.subarray(1)]),
            cut: before,
            insert: Buffer.concat([before, Uint8Array.of(byte), behind]),
            drop: Buffer.concat([before, behind.subarray(1)]),
          }[how];
          if (!Buffer.from(made).equals(leaf)) expect(failed([made, ...others])).not.toEqual([]);
        },
      ),
      { numRuns: 1500 },
    );
  });
});
