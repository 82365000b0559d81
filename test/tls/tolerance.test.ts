// What a peer may do that means nothing, and must not hurt: GREASE, padding, small records, the disguise for old boxes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeClientHello } from '../../src/tls/messages/clientHello.ts';
import { encodeEncryptedExtensions } from '../../src/tls/messages/encryptedExtensions.ts';
import { type Extension, findExtension } from '../../src/tls/messages/extensions.ts';
import { contentTypes, extensionName, groupName, groups, suiteName } from '../../src/tls/registry.ts';
import { supportedSuites } from '../../src/tls/suites.ts';
import { insider, type Item, listening } from './insider.ts';
import { alertsFrom, dataTo, exchangeOf, type PairSetup, question, reply } from './pair.ts';
import { findAll, hex } from './world.ts';

const goesWell = (setup: PairSetup) => {
  const events = exchangeOf(setup);
  for (const side of ['client', 'server']) expect(alertsFrom(events, side)).toEqual(['close_notify']);
  expect(dataTo(events, 'server')).toBe(question);
  expect(dataTo(events, 'client')).toBe(reply);
  return events;
};
const sealedBy = (events: ReturnType<typeof exchangeOf>, side: string) =>
  findAll(events, side, 'record').filter(({ direction, sealedBy }) => direction === 'sent' && sealedBy);

describe('GREASE (RFC 8701)', () => {
  const values = Array.from({ length: 16 }, (_, i) => 0x0a0a + 0x1010 * i);
  const greased = (value: number, other: number): PairSetup => ({
    client: {
      suites: [value, ...supportedSuites],
      groups: [other, groups.x25519],
      shares: [other, groups.x25519],
      schemes: [value, 0x0807],
      versions: [other, 0x0304],
      protocols: [Buffer.of(value >> 8, value & 255).toString('latin1'), 'http/1.1'],
      arrange: (all: readonly Extension[]) => [
        { name: 'other', type: value, body: new Uint8Array(0) },
        ...all.filter(({ name }) => name !== 'other'),
        { name: 'other', type: other, body: Uint8Array.of(0) },
      ],
    },
    server: { protocols: ['http/1.1'] },
  });
  it.each(values)('%i in every list of a ClientHello is passed over', (value) => {
    const events = goesWell(greased(value, value === 0xfafa ? 0x0a0a : value + 0x1010));
    const first = findAll(events, 'server', 'message')[0];
    expect(first?.fields.flatMap(({ children = [] }) => children).length).toBeGreaterThan(0);
    expect(suiteName(value)).toBe(`GREASE 0x${value.toString(16).padStart(4, '0')}`);
  });
  it('is passed over again after a HelloRetryRequest', () => {
    const events = goesWell({
      ...greased(0x2a2a, 0x3a3a),
      client: { ...greased(0x2a2a, 0x3a3a).client, groups: [0x3a3a, groups.x25519], shares: [0x3a3a] },
    });
    expect(findAll(events, 'client', 'message').map(({ name }) => name)).toContain('HelloRetryRequest');
  });
  it.each([
    ['a suite', 'server.selectSuite', { suite: 0x2a2a }],
    ['a group', 'server.selectShare', { group: 0x3a3a, source: 'echo' }],
    ['a group to try again with', 'server.selectShare', { retry: 0x3a3a }],
    ['a version', 'server.selectVersion', { extension: 0x3a3a }],
  ])('is nothing that a server may choose: %s', (_what, point, answer) => {
    const events = exchangeOf({ ...greased(0x2a2a, 0x3a3a), answers: { [point]: answer } });
    expect(findAll(events, 'client', 'agreed')).toEqual([]);
    expect(dataTo(events, 'server')).toBe('');
  });
  it('has a name of its own, which no neighbour shares', () => {
    expect([0x0a0a, 0xfafa, 0x0a1a, 0x0b0b].map(groupName)).toEqual([
      'GREASE 0x0a0a',
      'GREASE 0xfafa',
      '0x0a1a',
      '0x0b0b',
    ]);
    expect(extensionName(0x1a1a)).toBe('GREASE 0x1a1a');
  });
});

describe('padding (5.4)', () => {
  it('hides how long things are: every record of both ends has the same length', () => {
    const padding = (_type: number, length: number) => 2 ** 14 - length;
    const events = goesWell({ client: { padding }, server: { padding } });
    for (const side of ['client', 'server']) {
      const lengths = sealedBy(events, side).map(({ wire }) => wire.length);
      expect(lengths.length).toBeGreaterThan(2);
      expect(new Set(lengths)).toEqual(new Set([5 + 2 ** 14 + 1 + 16]));
    }
  });
  it('may be any at all, and more than fits is cut to what does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3, max: 20_000 }), { minLength: 1, maxLength: 9 }), (zeros) => {
        let next = 0;
        const padding = () => zeros[next++ % zeros.length] ?? 0;
        goesWell({ client: { padding }, server: { padding } });
      }),
      { numRuns: 25 },
    );
  });
  it('is told with the zeros that stand on the wire', () => {
    const [first] = sealedBy(goesWell({ server: { padding: () => 7 } }), 'server');
    expect(hex(first?.inner?.bytes.subarray(-8) ?? new Uint8Array(0))).toBe('1600000000000000');
    expect(first?.inner?.fields.at(-1)).toMatchObject({ name: 'zeros', length: 7 });
  });
});

describe('record_size_limit (RFC 8449)', () => {
  it('of each end is kept by the other, in the handshake and behind it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 64, max: 2 ** 14 + 1 }),
        fc.integer({ min: 64, max: 2 ** 14 + 1 }),
        (mine, theirs) => {
          const events = goesWell({
            client: { recordSizeLimit: mine, padding: () => 40 },
            server: { recordSizeLimit: theirs, padding: () => 40 },
          });
          const longest = (side: string) =>
            Math.max(...sealedBy(events, side).map(({ inner }) => inner?.bytes.length ?? 0));
          // What the server has to say is longer than any limit, so it fills a record to the last byte.
          expect(longest('server')).toBe(mine);
          expect(longest('client')).toBeLessThanOrEqual(theirs);
        },
      ),
      { numRuns: 25 },
    );
  });
  it('binds nobody unless both say it', () => {
    for (const setup of [{ client: { recordSizeLimit: 64 } }, { server: { recordSizeLimit: 64 } }]) {
      const events = goesWell(setup);
      expect(Math.max(...sealedBy(events, 'server').map(({ inner }) => inner?.bytes.length ?? 0))).toBe(2 ** 14 + 1);
      const said = findAll(events, 'client', 'message').find(({ name }) => name === 'EncryptedExtensions');
      expect(said?.fields.some((field) => JSON.stringify(field).includes('record_size_limit'))).toBe(false);
    }
  });
  it('under 64 is refused, and so is a longer record (4)', () => {
    const [low, high] = [{ client: { recordSizeLimit: 63 } }, { server: { recordSizeLimit: 63 } }];
    expect(alertsFrom(exchangeOf(low), 'server')).toEqual(['illegal_parameter']);
    const both = { client: { recordSizeLimit: 64 }, server: high.server };
    expect(alertsFrom(exchangeOf(both), 'client')).toEqual(['illegal_parameter']);

    const talk = insider({ client: { recordSizeLimit: 100 }, server: { recordSizeLimit: 100 } });
    const items = talk.itemsOf('server');
    const data = items.findIndex(({ type }) => type === contentTypes.application_data);
    const withData = (length: number) => [
      ...items.slice(0, data),
      { ...(items[data] as Item), content: Buffer.alloc(length, 65) },
    ];
    const alerts = (length: number) =>
      alertsFrom(talk.against('client', withData(length), { application: listening }), 'client');
    expect(alerts(100)).toEqual(['record_overflow']);
    expect(alerts(99)).not.toContain('record_overflow');
  });
  it('is not taken from a server that was not asked (4.2)', () => {
    const talk = insider();
    const content = encodeEncryptedExtensions({ extensions: [{ name: 'record_size_limit', limit: 512 }] }).bytes;
    const items = talk.itemsOf('server').map((item, index) => (index === 1 ? { ...item, content } : item));
    expect(alertsFrom(talk.against('client', items), 'client')).toEqual(['unsupported_extension']);
  });
});

describe('the disguise for old boxes (D.4)', () => {
  const names = (setup: PairSetup, side: string) =>
    findAll(goesWell(setup), side, 'record').flatMap(({ direction, name }) => (direction === 'sent' ? [name] : []));
  it('is a session id that comes back, and a change_cipher_spec from each side', () => {
    const events = goesWell({ client: { compatibility: true } });
    const hello = decodeClientHello(findAll(events, 'client', 'message')[0]?.bytes ?? new Uint8Array(0));
    expect(hello.sessionId).toHaveLength(32);
    expect(findExtension(hello.extensions, 'supported_versions')?.versions).toEqual([0x0304]);
    expect(names({ client: { compatibility: true } }, 'client').slice(0, 3)).toEqual([
      'ClientHello',
      'ChangeCipherSpec',
      'Finished',
    ]);
    expect(names({ client: { compatibility: true } }, 'server').slice(0, 2)).toEqual([
      'ServerHello',
      'ChangeCipherSpec',
    ]);
    expect(names({}, 'client')).not.toContain('ChangeCipherSpec');
    expect(names({}, 'server')).not.toContain('ChangeCipherSpec');
  });
  it('comes once, before the second ClientHello, where the server asks again', () => {
    const retry = { client: { compatibility: true }, server: { groups: [groups.secp256r1] } };
    expect(names(retry, 'client').slice(0, 4)).toEqual(['ClientHello', 'ChangeCipherSpec', 'ClientHello', 'Finished']);
    expect(names(retry, 'server').filter((name) => name === 'ChangeCipherSpec')).toHaveLength(1);
  });
});
