// X25519MLKEM768 (draft-ietf-tls-ecdhe-mlkem): both ends, and what is refused.
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import { describe, expect, it } from 'vitest';
import { entropy } from '../../src/tls/entropy.ts';
import { answerTo, keyExchange } from '../../src/tls/groups.ts';
import { groups, suites } from '../../src/tls/registry.ts';
import { alertsFrom, dataTo, exchangeOf, type PairSetup, question, reply } from './pair.ts';
import { findAll, hex } from './world.ts';

const hybrid = groups.X25519MLKEM768;
const both: PairSetup = {
  client: { groups: [hybrid, groups.x25519], shares: [hybrid] },
  server: { groups: [hybrid, groups.x25519] },
};
const own = keyExchange(hybrid, entropy('hybrid'), 'client');
if (!own) throw new Error('the group is not spoken');
const answer = answerTo(own.share, hybrid, entropy('hybrid'));
const none = new Uint8Array(0);

describe('the group', () => {
  it('gives both the same secret: that of ML-KEM first, then that of X25519', () => {
    expect([own.share.length, answer?.share.length]).toEqual([1184 + 32, 1088 + 32]);
    const secret = own.agree(answer?.share ?? none);
    expect(secret).toHaveLength(64);
    expect(hex(secret)).toBe(hex(answer?.secret ?? none));
    const draw = entropy('hybrid');
    const { secretKey } = ml_kem768.keygen(draw('client ML-KEM-768 seed', 64));
    const kem = ml_kem768.decapsulate(answer?.share.subarray(0, 1088) ?? none, secretKey);
    expect(hex(secret.subarray(0, 32))).toBe(hex(kem));
    const dh = keyExchange(groups.x25519, () => draw('client X25519MLKEM768 x25519 private key'), '');
    expect(hex(secret.subarray(32))).toBe(hex(dh?.agree(answer?.share.subarray(1088) ?? none) ?? none));
  });
  it('draws the same from the same seed', () => {
    expect(hex(keyExchange(hybrid, entropy('hybrid'), 'client')?.share ?? none)).toBe(hex(own.share));
    expect(hex(answerTo(own.share, hybrid, entropy('hybrid'))?.share ?? none)).toBe(hex(answer?.share ?? none));
    expect(hex(keyExchange(hybrid, entropy('another'), 'client')?.share ?? none)).not.toBe(hex(own.share));
  });
  it('agrees on nothing where one bit of the ciphertext was changed, and does not say so', () => {
    const spoilt = (answer?.share ?? none).map((byte, index) => (index === 500 ? byte ^ 1 : byte));
    expect(hex(own.agree(spoilt).subarray(0, 32))).not.toBe(hex(answer?.secret?.subarray(0, 32) ?? none));
  });
});

describe('both ends', () => {
  const goesWell = (setup: PairSetup) => {
    const events = exchangeOf(setup);
    for (const side of ['client', 'server']) {
      expect(alertsFrom(events, side)).toEqual(['close_notify']);
      expect(findAll(events, side, 'agreed')).toMatchObject([{ group: hybrid }]);
    }
    expect([dataTo(events, 'server'), dataTo(events, 'client')]).toEqual([question, reply]);
    return events;
  };
  it.each(Object.values(suites).filter((suite) => suite >> 8 === 0x13))('agree with suite %i', (suite) => {
    goesWell({ ...both, client: { ...both.client, suites: [suite] } });
  });
  it('agree after a HelloRetryRequest', () => {
    const events = goesWell({
      ...both,
      client: { ...both.client, shares: [groups.x25519] },
      server: { groups: [hybrid] },
    });
    expect(findAll(events, 'client', 'message').map(({ name }) => name)).toContain('HelloRetryRequest');
  });
  it('leave it where one does not list it', () => {
    const events = exchangeOf({ client: { ...both.client, shares: [hybrid, groups.x25519] } });
    expect(findAll(events, 'client', 'agreed')).toMatchObject([{ group: groups.x25519 }]);
  });

  const change = (share: (bytes: Uint8Array) => Uint8Array): PairSetup => ({
    ...both,
    client: {
      ...both.client,
      arrange: (all) =>
        all.map((one) =>
          one.name === 'key_share'
            ? { ...one, shares: one.shares.map((entry) => ({ ...entry, share: share(entry.share) })) }
            : one,
        ),
    },
  });
  it.each([
    ['a share that is too short', (bytes: Uint8Array) => bytes.subarray(1)],
    [
      'a key whose numbers are too large (FIPS 203 7.2)',
      (bytes: Uint8Array) => bytes.map((byte, i) => (i < 3 ? 255 : byte)),
    ],
    ['an X25519 half of zeros (RFC 8446 7.4.2)', (bytes: Uint8Array) => bytes.map((byte, i) => (i < 1184 ? byte : 0))],
  ])('the server refuses %s', (_what, spoil) => {
    expect(alertsFrom(exchangeOf(change(spoil)), 'server')).toEqual(['illegal_parameter']);
  });
  it('the client refuses its own share sent back, which is too long for an answer', () => {
    const answers = { 'server.selectShare': { group: hybrid, source: 'echo' } };
    expect(alertsFrom(exchangeOf({ ...both, answers }), 'client')).toEqual(['illegal_parameter']);
  });
});
