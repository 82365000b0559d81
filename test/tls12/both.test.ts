// Ends that speak TLS 1.3 and TLS 1.2: they meet in the newest version that both have, and nobody between them changes that.
import tls from 'node:tls';
import { describe, expect, it } from 'vitest';
import { passOn } from '../../src/scenarios/actors.ts';
import { type Event, run } from '../../src/scenarios/network.ts';
import type { ClientSetup } from '../../src/tls/client.ts';
import { client } from '../../src/tls/client.ts';
import { type Protocol, stack } from '../../src/tls/effects.ts';
import { entropy } from '../../src/tls/entropy.ts';
import { decodeClientHello, encodeClientHello } from '../../src/tls/messages/clientHello.ts';
import { carriesMarker, decodeServerHello } from '../../src/tls/messages/serverHello.ts';
import { plainRecord } from '../../src/tls/record.ts';
import { groups, suites, versions } from '../../src/tls/registry.ts';
import { server } from '../../src/tls/server.ts';
import { clientOfBoth } from '../../src/tls/v12/both.ts';
import { client12 } from '../../src/tls/v12/client.ts';
import { server12 } from '../../src/tls/v12/server.ts';
import { alertsFrom, answering, asking, clientSetup, dataTo, reply, serverSetup } from '../tls/pair.ts';
import { dial, listening, pem } from '../tls/peers.ts';
import { pump } from '../tls/socket.ts';
import { connect, findAll } from '../tls/world.ts';
import { client12Setup, rsa, server12Setup } from './pair12.ts';

const { 'TLS 1.2': v12, 'TLS 1.3': v13 } = versions;
const gcm = suites.TLS_RSA_WITH_AES_128_GCM_SHA256;
const of13 = (groupsOfServer: readonly number[] = [groups.x25519]) => serverSetup({ groups: groupsOfServer });
const clients = {
  both: () => clientOfBoth(clientSetup()),
  'TLS 1.3': () => client(clientSetup()),
  'TLS 1.2': () => client12(client12Setup()),
} as const;
const servers = {
  both: () => server12(server12Setup(gcm, { tls13: of13() })),
  'both, with another group': () => server12(server12Setup(gcm, { tls13: of13([groups.secp256r1]) })),
  'TLS 1.3': () => server(of13()),
  'TLS 1.2': () => server12(server12Setup(gcm)),
} as const;
const versionOf = (events: readonly Event[]) => findAll(events, 'client', 'agreed')[0]?.version;

describe('a client and a server', () => {
  it.each([
    ['both', 'both', v13],
    ['both', 'both, with another group', v13],
    ['both', 'TLS 1.3', v13],
    ['both', 'TLS 1.2', v12],
    ['TLS 1.3', 'both', v13],
    ['TLS 1.2', 'both', v12],
  ] as const)('of %s and %s meet in %i', (one, other, version) => {
    const events = connect(stack(asking(), clients[one]()), stack(answering(), servers[other]()));
    expect(versionOf(events)).toBe(version);
    expect(dataTo(events, 'client')).toBe(reply);
    for (const side of ['client', 'server']) expect(alertsFrom(events, side)).toEqual(['close_notify']);
  });
  it.each([
    ['TLS 1.3', 'TLS 1.2'],
    ['TLS 1.2', 'TLS 1.3'],
  ] as const)('of %s and %s do not meet', (one, other) => {
    const events = connect(stack(asking(), clients[one]()), stack(answering(), servers[other]()));
    expect(versionOf(events)).toBeUndefined();
    expect([...alertsFrom(events, 'client'), ...alertsFrom(events, 'server')]).toHaveLength(1);
  });
});

it('a server of both believes supported_versions, and no other field', () => {
  const only = (list: readonly number[]) =>
    clientSetup({
      arrange: (own) => own.map((one) => (one.name === 'supported_versions' ? { ...one, versions: list } : one)),
    });
  const meet = (list: readonly number[]) =>
    connect(stack(asking(), clientOfBoth(only(list))), stack(answering(), servers.both()));
  expect(alertsFrom(meet([0x0302]), 'server')).toEqual(['protocol_version']);
  expect(versionOf(meet([v12]))).toBe(v12);
});

it('a server of both takes no SSL 3.0 in the old field, whatever the list says (RFC 8446 D.5)', () => {
  for (const list of [[v12], [v13]]) {
    const answers = { 'client.offerVersions': { legacyVersion: 0x0300, list } };
    const events = connect(stack(asking(), clients.both()), stack(answering(), servers.both()), answers);
    expect(alertsFrom(events, 'server')).toEqual(['protocol_version']);
  }
});

describe('somebody who cuts supported_versions out of the hello', () => {
  const cutting = (answers: Readonly<Record<string, unknown>>) =>
    run(
      [
        { name: 'client', protocol: stack(asking(), clients.both()) },
        { name: 'mallory', protocol: cutter() },
        { name: 'server', protocol: stack(answering(), servers.both()) },
      ],
      (['client', 'server'] as const).map((end) => ({
        ends: [
          [end, 'peer'],
          ['mallory', end],
        ],
      })),
      ({ question: asked }) => ({ answer: answers[asked.point] ?? asked.reference() }),
    ).events;
  function cutter(): Protocol<void> {
    let seen = 0;
    return passOn('client', 'server', function* (from, bytes) {
      if (from !== 'client' || seen++) return bytes;
      const hello = decodeClientHello(bytes.subarray(5));
      const extensions = hello.extensions.filter(({ name }) => name !== 'supported_versions');
      return plainRecord(22, 0x0301, encodeClientHello({ ...hello, extensions }).bytes).bytes;
    });
  }
  const ignored = { 'client.onServerHello': { onMarker: 'ignore' } };
  const plainly = { 'server.extendedMasterSecret': { answer: false, require: false } };

  it('gets a marker from the server, and the client goes away', () => {
    const events = cutting({});
    expect(alertsFrom(events, 'client')).toEqual(['illegal_parameter']);
    expect(versionOf(events)).toBeUndefined();
  });
  it('is found out by Finished where the client does not look at the marker', () => {
    expect(alertsFrom(cutting({ ...ignored, ...plainly }), 'server')).toEqual(['decrypt_error']);
  });
  it('is found out by the keys with extended_master_secret', () => {
    expect(alertsFrom(cutting(ignored), 'server')).toEqual(['bad_record_mac']);
  });
});

it('the marker is that of OpenSSL', async () => {
  const listener = tls.createServer({
    key: String(rsa.key.export({ type: 'pkcs8', format: 'pem' })),
    cert: rsa.chain.map(pem).join(''),
  });
  listener.on('secureConnection', (socket: tls.TLSSocket) => socket.end('welcome\n'));
  const setup: ClientSetup = { host: 'shop.example', entropy: entropy('a client'), judge: () => [] };
  const { told } = await pump(await dial(await listening(listener)), stack(asking(), client12(setup)));
  const hello = told.find((one) => one.what === 'message' && one.name === 'ServerHello');
  expect(hello?.what === 'message' && carriesMarker(decodeServerHello(hello.bytes))).toBe(true);
});
