// Both ends together: every suite and group, and what each other answer at a decision point leads to.
import { describe, expect, it } from 'vitest';
import { clientPoints } from '../../src/tls/client.ts';
import { supportedGroups } from '../../src/tls/groups.ts';
import { groups, suiteName, suites } from '../../src/tls/registry.ts';
import { identity, serverPoints } from '../../src/tls/server.ts';
import { supportedSuites } from '../../src/tls/suites.ts';
import { alertsFrom, dataTo, exchangeOf, issued, type PairSetup, pki, question, reply } from './pair.ts';
import { findAll, hex } from './world.ts';

const wires = (setup: PairSetup) =>
  exchangeOf(setup).flatMap((event) => (event.what === 'wire' ? [hex(event.bytes)] : []));

describe.each(supportedSuites.map((suite) => [suiteName(suite), suite] as const))('%s', (_name, suite) => {
  const cases = supportedGroups.flatMap((group) =>
    [true, false].flatMap((coalescing) => [
      { group, coalescing, retry: false },
      { group, coalescing, retry: true },
    ]),
  );
  it.each(cases)('with group $group, coalescing $coalescing, retry $retry', ({ group, coalescing, retry }) => {
    const others = supportedGroups.filter((one) => one !== group);
    const setup: PairSetup = {
      client: {
        suites: [suite],
        groups: [group, ...others],
        shares: retry ? others : [group],
        protocols: ['h2', 'http/1.1'],
      },
      server: { coalescing, groups: [group], protocols: ['http/1.1'] },
    };
    const events = exchangeOf(setup);
    expect(dataTo(events, 'server')).toEqual(question);
    expect(dataTo(events, 'client')).toEqual(reply);
    for (const side of ['client', 'server']) {
      expect(findAll(events, side, 'agreed')).toMatchObject([{ version: 0x0304, suite, group }]);
      expect(alertsFrom(events, side)).toEqual(['close_notify']);
    }
    const [mine, theirs] = ['client', 'server'].map((side) => findAll(events, side, 'agreed')[0]?.transcript);
    expect(mine).toEqual(theirs);
    const secrets = ['client', 'server'].map((side) =>
      findAll(events, side, 'secret').map(({ label, value }) => [label, hex(value)]),
    );
    expect(secrets[0]).toHaveLength(5);
    expect(secrets[0]).toEqual(secrets[1]);
    const messages = findAll(events, 'client', 'message').map(({ name }) => name);
    expect(messages.includes('HelloRetryRequest')).toBe(retry);
    // The same bytes with and without the recorder, and the same run gives the same bytes.
    const bare = { client: { ...setup.client, recording: false }, server: { ...setup.server, recording: false } };
    expect(wires(bare)).toEqual(wires(setup));
  });
});

describe('what the client refuses', () => {
  const refusals: readonly (readonly [string, PairSetup, string])[] = [
    [
      'a chain that ends at no root of its own',
      { client: { judge: () => [{ name: 'path', holds: false, says: '', alert: 'unknown_ca' }] } },
      'unknown_ca',
    ],
    ['another name', { client: { host: 'bank.example' } }, 'bad_certificate'],
    [
      'a suite that it did not offer',
      {
        answers: { 'server.selectSuite': { suite: suites.TLS_AES_256_GCM_SHA384 } },
        client: { suites: [suites.TLS_AES_128_GCM_SHA256] },
      },
      'illegal_parameter',
    ],
    [
      'a suite of TLS 1.2',
      {
        answers: { 'server.selectSuite': { suite: suites.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 } },
        client: { suites: [suites.TLS_AES_128_GCM_SHA256, suites.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256] },
      },
      'illegal_parameter',
    ],
    [
      'a share of a group of which it sent none',
      { answers: { 'server.selectShare': { group: groups.secp256r1, source: 'fresh' } } },
      'illegal_parameter',
    ],
    [
      'a retry for a group of which it sent a share',
      { answers: { 'server.selectShare': { retry: groups.x25519 } } },
      'illegal_parameter',
    ],
    [
      'a retry for a group that it did not list',
      { answers: { 'server.selectShare': { retry: groups.secp384r1 } } },
      'illegal_parameter',
    ],
    [
      'its own share sent back',
      { answers: { 'server.selectShare': { group: groups.x25519, source: 'echo' } } },
      'bad_record_mac',
    ],
    [
      'TLS 1.2 with the marker of a server that speaks 1.3',
      {
        answers: { 'server.selectVersion': { legacyVersion: 0x0303, extension: null } },
        client: { versions: [0x0304, 0x0303] },
      },
      'illegal_parameter',
    ],
    [
      'TLS 1.2 that it did not offer, with the marker',
      { answers: { 'server.selectVersion': { legacyVersion: 0x0303, extension: null } } },
      'illegal_parameter',
    ],
    [
      'an old version in supported_versions',
      {
        answers: { 'server.selectVersion': { legacyVersion: 0x0303, extension: 0x0303 } },
        client: { versions: [0x0304, 0x0303] },
      },
      'illegal_parameter',
    ],
    [
      'a version that it did not offer',
      { answers: { 'server.selectVersion': { legacyVersion: 0x0303, extension: 0x0305 } } },
      'illegal_parameter',
    ],
    [
      'TLS 1.3 in the old field',
      { answers: { 'server.selectVersion': { legacyVersion: 0x0304, extension: 0x0304 } } },
      'illegal_parameter',
    ],
  ];
  it.each(refusals)('%s', (_what, setup, alert) => {
    const events = exchangeOf(setup);
    expect(alertsFrom(events, 'client')).toEqual([alert]);
    expect(dataTo(events, 'client')).toHaveLength(0);
    expect(dataTo(events, 'server')).toHaveLength(0);
  });
  it('a signature by another key', () => {
    const { key } = pki.issueFor('mallory.example');
    const setup = { server: { identify: () => identity(issued.chain, key) } };
    const events = exchangeOf(setup);
    expect(alertsFrom(events, 'client')).toEqual(['decrypt_error']);
    const blind = exchangeOf({ ...setup, answers: { 'client.onCertificateVerify': { require: 'nothing' } } });
    expect(alertsFrom(blind, 'client')).toEqual(['close_notify']);
    expect(dataTo(blind, 'client')).toEqual(reply);
  });
});

describe('what the server refuses', () => {
  const refusals: readonly (readonly [string, PairSetup, string])[] = [
    ['a client without TLS 1.3', { client: { versions: [0x0303] } }, 'protocol_version'],
    [
      'a client without supported_versions',
      { answers: { 'client.offerVersions': { list: null } } },
      'protocol_version',
    ],
    [
      'a client with none of its suites',
      { client: { suites: [suites.TLS_RSA_WITH_AES_128_GCM_SHA256] } },
      'handshake_failure',
    ],
    [
      'a client with none of its groups',
      { answers: { 'client.offerKeys': { groups: [groups.x448], shares: [groups.x448] } } },
      'handshake_failure',
    ],
    [
      'a client that sends a share and lists no groups',
      { answers: { 'client.offerKeys': { groups: null, shares: [groups.x25519] } } },
      'missing_extension',
    ],
    [
      'a client that lists groups and sends no key_share',
      { answers: { 'client.offerKeys': { groups: [groups.x25519], shares: null } } },
      'missing_extension',
    ],
    [
      'a share of a group that is not listed',
      { answers: { 'client.offerKeys': { groups: [groups.secp256r1], shares: [groups.x25519] } } },
      'illegal_parameter',
    ],
    [
      'two shares of one group',
      { answers: { 'client.offerKeys': { groups: [groups.x25519], shares: [groups.x25519, groups.x25519] } } },
      'illegal_parameter',
    ],
    [
      'no application protocol in common',
      { client: { protocols: ['h2'] }, server: { protocols: ['http/1.1'] } },
      'no_application_protocol',
    ],
    ['a name that it has not', { server: { identify: () => undefined } }, 'unrecognized_name'],
    ['a client that cannot check its signature', { client: { schemes: [0x0403] } }, 'handshake_failure'],
  ];
  it.each(refusals)('%s', (_what, setup, alert) => {
    const events = exchangeOf(setup);
    expect(alertsFrom(events, 'server')).toEqual([alert]);
    expect(dataTo(events, 'server')).toHaveLength(0);
  });
  it('a cookie that does not come back', () => {
    const retry = {
      client: { shares: [groups.secp256r1] },
      server: { groups: [groups.x25519], cookie: Buffer.from('crumbs') },
    };
    expect(dataTo(exchangeOf(retry), 'client')).toEqual(reply);
    const without = {
      ...retry,
      client: {
        ...retry.client,
        arrange: (all: readonly { readonly name: string }[]) => all.filter(({ name }) => name !== 'cookie') as never,
      },
    };
    expect(alertsFrom(exchangeOf(without), 'server')).toEqual(['illegal_parameter']);
  });
});

describe('the user who stops', () => {
  it('sends user_canceled and then close_notify (8446 6.1)', () => {
    const events = exchangeOf({ answers: { 'client.acceptChain': { require: 'all', stop: true } } });
    expect(alertsFrom(events, 'client')).toEqual(['user_canceled', 'close_notify']);
    const sent = findAll(events, 'client', 'record').filter(
      ({ direction, type }) => direction === 'sent' && type === 21,
    );
    expect(sent.map(({ name }) => name)).toEqual(['alert: user_canceled', 'alert: close_notify']);
  });
});

describe('careless clients', () => {
  it('go on with what they did not ask for, and tell that the check failed', () => {
    const events = exchangeOf({
      client: { host: 'bank.example' },
      answers: { 'client.acceptChain': { require: ['path'] } },
    });
    expect(findAll(events, 'client', 'check')).toContainEqual(
      expect.objectContaining({ name: 'name', holds: false, required: false }),
    );
    expect(dataTo(events, 'client')).toEqual(reply);
  });
});

describe('the end of a connection', () => {
  it.each([
    ['client', 'server'],
    ['server', 'client'],
  ])('without close_notify from the %s is asked of the %s', (side, other) => {
    const events = exchangeOf({ answers: { [`${side}.endSending`]: { how: 'close' } } });
    const asked = events.filter(
      (event) => event.what === 'decision' && event.by === other && event.point === `${other}.onEndOfStream`,
    );
    expect(asked).toHaveLength(1);
    expect(findAll(events, other, 'check')).toContainEqual(
      expect.objectContaining({ name: 'close_notify', holds: false, required: true }),
    );
  });
  it('that nobody says runs out of time, and ends', () => {
    const events = exchangeOf({ answers: { 'client.endSending': { how: 'wait' } } });
    expect(events.some(({ what }) => what === 'timeout')).toBe(true);
  });
});

it('every decision point has its section, and its reference rule gives an answer that its schema takes', () => {
  const points = [...Object.values(clientPoints), ...Object.values(serverPoints)];
  expect(points.length).toBeGreaterThanOrEqual(17);
  for (const { name, rfc } of points) {
    expect(name).toMatch(/^(client|server)\.[a-zA-Z]+$/);
    expect(rfc).toMatch(/^\d{4} \d+(\.\d+)*$/);
  }
  // An honest run asks them, and `decide` parses what the rules answer.
  const asked = new Set(exchangeOf().flatMap((event) => (event.what === 'decision' ? [event.point] : [])));
  expect(asked.size).toBeGreaterThanOrEqual(11);
});
