// The PRF and what is made with it: a published vector, OpenSSL's own PRF, and the layout of the key block.
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  extendedMasterSecret,
  keyBlock,
  masterSecret12,
  type MasterSecret12,
  prf,
  verifyData12,
} from '../../src/tls/v12/keySchedule12.ts';
import { suite12Of } from '../../src/tls/v12/suites12.ts';
import { missing } from '../tls/peers.ts';
import { hex, unhex } from '../tls/world.ts';
import { suiteTable } from './pair12.ts';

const noOpenssl = missing('openssl');
/** OpenSSL's TLS1-PRF with SHA-256: it takes label and seed joined. */
const theirs = (secret: Uint8Array, label: string, seed: Uint8Array, length: number): string => {
  const joined = Buffer.concat([Buffer.from(label, 'latin1'), seed]);
  const { stdout } = spawnSync('openssl', [
    ...['kdf', '-keylen', String(length), '-kdfopt', 'digest:SHA256', '-binary'],
    ...['-kdfopt', `hexsecret:${hex(secret)}`, '-kdfopt', `hexseed:${hex(joined)}`, 'TLS1-PRF'],
  ]);
  return hex(stdout);
};
const randoms = { client: Buffer.alloc(32, 0xc1), server: Buffer.alloc(32, 0x5e) };
const master = prf(Buffer.from('some secret'), 'any', Buffer.alloc(4), 48) as MasterSecret12;

describe('the PRF', () => {
  it('gives the vector for P_SHA256 that was published on the mailing list of the TLS working group', () => {
    const secret = unhex('9bbe436ba940f017b17652849a71db35');
    const seed = unhex('a0ba9f936cda311827a6f796ffd5198c');
    expect(hex(prf(secret, 'test label', seed, 100))).toBe(
      'e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af' +
        '0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff701' +
        '87347b66',
    );
  });
  it.skipIf(noOpenssl)('gives what that of OpenSSL gives, for any secret, label, seed and length', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 80 }),
        fc.stringMatching(/^[a-z ]{1,24}$/),
        fc.uint8Array({ minLength: 1, maxLength: 90 }),
        fc.integer({ min: 1, max: 130 }),
        (secret, label, seed, length) => {
          expect(hex(prf(secret, label, seed, length))).toBe(theirs(secret, label, seed, length));
        },
      ),
      { numRuns: 20 },
    );
  });
  it.skipIf(noOpenssl)('makes master secrets and Finished with the labels and seeds of the RFCs', () => {
    const premaster = Buffer.concat([Buffer.of(3, 3), Buffer.alloc(46, 9)]);
    const { client, server } = randoms;
    const sessionHash = Buffer.alloc(32, 0x77);
    expect(hex(masterSecret12(premaster, randoms))).toBe(
      theirs(premaster, 'master secret', Buffer.concat([client, server]), 48),
    );
    expect(hex(extendedMasterSecret(premaster, sessionHash))).toBe(
      theirs(premaster, 'extended master secret', sessionHash, 48),
    );
    for (const side of ['client', 'server'] as const)
      expect(hex(verifyData12(master, side, sessionHash))).toBe(theirs(master, `${side} finished`, sessionHash, 12));
  });
});

describe.each(suiteTable)('the key block of %s', (_name, id) => {
  it('is cut into MAC keys, keys and IVs, those of the client first', () => {
    const suite = suite12Of(id);
    if (!suite) throw new Error('no such suite');
    const { client, server } = keyBlock(suite, master, randoms);
    const pieces = [client.mac, server.mac, client.key, server.key, client.iv, server.iv];
    const length = 2 * (suite.macLength + suite.keyLength + suite.ivLength);
    expect(hex(Buffer.concat(pieces))).toBe(
      hex(prf(master, 'key expansion', Buffer.concat([randoms.server, randoms.client]), length)),
    );
    expect(pieces.map((piece) => piece.length)).toEqual(
      [suite.macLength, suite.keyLength, suite.ivLength].flatMap((size) => [size, size]),
    );
  });
});
