// What an implementation of TLS 1.2 may choose, and what comes of a bad choice: by both ends together, and somebody between them.
import { describe, expect, it } from 'vitest';
import { passOn } from '../../src/scenarios/actors.ts';
import { type Event, run } from '../../src/scenarios/network.ts';
import { stack } from '../../src/tls/effects.ts';
import { decodeServerHello, downgradeMarker } from '../../src/tls/messages/serverHello.ts';
import { groups, suites } from '../../src/tls/registry.ts';
import { client12 } from '../../src/tls/v12/client.ts';
import { identity12 } from '../../src/tls/v12/identity12.ts';
import { prf } from '../../src/tls/v12/keySchedule12.ts';
import { server12 } from '../../src/tls/v12/server.ts';
import { listening } from '../tls/insider.ts';
import { alertsFrom, answering, asking, dataTo, pki, question, reply, serverSetup } from '../tls/pair.ts';
import { findAll, hex } from '../tls/world.ts';
import { client12Setup, type Pair12, rsa, server12Setup, talk12 } from './pair12.ts';

const [gcm, ephemeral, none] = [
  suites.TLS_RSA_WITH_AES_128_GCM_SHA256,
  suites.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
  suites.TLS_RSA_WITH_NULL_SHA256,
];
const helloIn = (events: readonly Event[]) => {
  const message = findAll(events, 'client', 'message').find(({ name }) => name === 'ServerHello');
  if (!message) throw new Error('no ServerHello came');
  return decodeServerHello(message.bytes);
};
const masterIn = (events: readonly Event[], by = 'client') =>
  hex(findAll(events, by, 'secret')[0]?.value ?? Buffer.of());
const without = { offer: false, require: false };

describe('extended_master_secret', () => {
  const answer = (client: object, server: object) =>
    talk12({ answers: { 'client.extendedMasterSecret': client, 'server.extendedMasterSecret': server } });
  const offered = { offer: true, require: true };
  const answered = { answer: true, require: true };

  it('is used where both do it: the master secret hangs on all messages up to ClientKeyExchange', () => {
    const events = talk12();
    expect(helloIn(events).extensions.some(({ name }) => name === 'extended_master_secret')).toBe(true);
    expect(masterIn(events)).not.toBe(masterIn(talk12({ answers: { 'client.extendedMasterSecret': without } })));
  });
  it('is left where one does not: the master secret hangs on the randoms alone', () => {
    for (const [client, server] of [
      [without, answered],
      [
        { offer: true, require: false },
        { answer: false, require: false },
      ],
    ] as const) {
      const events = answer(client, { ...server, require: false });
      const random = Buffer.concat([
        findAll(events, 'client', 'secret')[0]?.clientRandom ?? Buffer.of(),
        helloIn(events).random,
      ]);
      // The premaster secret of this seed, as the client draws it.
      const premaster = Buffer.concat([Buffer.of(3, 3), client12Setup().entropy('premaster secret', 46)]);
      expect(masterIn(events)).toBe(hex(prf(premaster, 'master secret', random, 48)));
      expect(dataTo(events, 'client')).toBe(reply);
      expect(helloIn(events).extensions.some(({ name }) => name === 'extended_master_secret')).toBe(false);
    }
  });
  it('may be required, by either end', () => {
    expect(dataTo(answer(offered, answered), 'client')).toBe(reply);
    expect(alertsFrom(answer(offered, { answer: false, require: false }), 'client')).toEqual(['handshake_failure']);
    expect(alertsFrom(answer(without, answered), 'server')).toEqual(['handshake_failure']);
  });
});

describe('the downgrade marker', () => {
  const speaks13 = { tls13: serverSetup() };
  it('is in the random of a server that could have spoken TLS 1.3, and of no other', () => {
    const ending = (pair: Pair12) => hex(helloIn(talk12(pair)).random.subarray(24));
    expect(ending({ server: speaks13 })).toBe(hex(downgradeMarker));
    expect(ending({})).not.toBe(hex(downgradeMarker));
    expect(ending({ server: speaks13, answers: { 'server.downgradeMarker': { write: false } } })).not.toBe(
      hex(downgradeMarker),
    );
  });
  it('means nothing to a client that did not offer it', () => {
    expect(dataTo(talk12({ server: speaks13 }), 'client')).toBe(reply);
  });
});

describe('the client', () => {
  it('may stop at a suite that it offered', () => {
    const events = talk12({ answers: { 'client.onServerHello': { onMarker: 'illegal_parameter', stop: true } } });
    expect(alertsFrom(events, 'client')).toEqual(['handshake_failure']);
  });
  it('that locks something else than 48 bytes gets a server with another secret', () => {
    const events = talk12({ answers: { 'client.premaster': { secret: hex(Buffer.from('one parcel, please')) } } });
    expect(alertsFrom(events, 'server')).toEqual(['bad_record_mac']);
    expect(masterIn(events, 'client')).not.toBe(masterIn(events, 'server'));
  });
  it('that locks 48 bytes with a wrong version gets a server with another secret', () => {
    const events = talk12({ answers: { 'client.premaster': { secret: `0302${'5a'.repeat(46)}` } } });
    expect(alertsFrom(events, 'server')).toEqual(['bad_record_mac']);
    expect(dataTo(talk12({ answers: { 'client.premaster': { secret: `0303${'5a'.repeat(46)}` } } }), 'client')).toBe(
      reply,
    );
  });
  it('believes a share that another key signed, if it does not check', () => {
    const other = identity12(rsa.chain, otherKey());
    const talk = (answers: Record<string, unknown>) =>
      talk12({ suite: ephemeral, server: { identify: () => other }, answers });
    expect(alertsFrom(talk({}), 'client')).toEqual(['decrypt_error']);
    expect(dataTo(talk({ 'client.onServerKeyExchange': { require: 'nothing' } }), 'client')).toBe(reply);
  });
});

/** A key of the pool that is not that of the leaf. */
function otherKey() {
  const jwk = (key: typeof rsa.key) => key.export({ format: 'jwk' }).n;
  for (let i = 0; i < 50; i++) {
    const { key } = pki.issueFor(`site${i}.example`, 'rsa');
    if (jwk(key) !== jwk(rsa.key)) return key;
  }
  throw new Error('the pool has one key only');
}

describe('the server', () => {
  it('chooses the group by its own preference, or as it is told', () => {
    const group = (pair: Pair12) => findAll(talk12({ suite: ephemeral, ...pair }), 'client', 'agreed')[0]?.group;
    expect(group({})).toBe(groups.x25519);
    expect(group({ server: { groups: [groups.secp256r1, groups.x25519] } })).toBe(groups.secp256r1);
    expect(group({ answers: { 'server.selectGroup': { group: 'secp256r1' } } })).toBe(groups.secp256r1);
  });
  it('takes the first of its suites that fits its certificate and was offered', () => {
    const chosen = (offered: readonly number[], curves = [groups.x25519 as number]) =>
      findAll(
        talk12({ client: { suites: offered, groups: curves }, server: { suites: [ephemeral, gcm] } }),
        'client',
        'agreed',
      )[0]?.suite;
    expect(chosen([gcm, ephemeral])).toBe(ephemeral);
    expect(chosen([gcm])).toBe(gcm);
    expect(chosen([ephemeral, gcm], [groups.secp384r1])).toBe(gcm);
    const ofAnotherKey = talk12({ client: { suites: [suites.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256] } });
    expect(alertsFrom(ofAnotherKey, 'server')).toEqual(['handshake_failure']);
  });
  it('does not offer NULL by itself', () => {
    const { suites: _named, ...setup } = client12Setup();
    const events = run(
      [
        { name: 'client', protocol: stack(asking(), client12(setup)) },
        { name: 'server', protocol: stack(answering(), server12(server12Setup(none))) },
      ],
      [
        {
          ends: [
            ['client', 'peer'],
            ['server', 'peer'],
          ],
        },
      ],
      ({ question: asked }) => ({ answer: asked.reference() }),
    ).events;
    expect(alertsFrom(events, 'server')).toEqual(['handshake_failure']);
  });
});

describe('somebody who blanks the good suite in the hello', () => {
  const places = (answers: Readonly<Record<string, unknown>>) =>
    run(
      [
        { name: 'client', protocol: stack(asking(), client12(client12Setup({ suites: [gcm, none] }))) },
        {
          name: 'mallory',
          // biome-ignore lint/correctness/useYield: it asks nobody
          protocol: passOn('client', 'server', function* (from, bytes) {
            const place = Buffer.from(bytes).indexOf(Buffer.of(gcm >> 8, gcm & 255, none >> 8, none & 255));
            if (from !== 'client' || place < 0) return bytes;
            return Buffer.concat([bytes.subarray(0, place), Buffer.of(0x0a, 0x0a), bytes.subarray(place + 2)]);
          }),
        },
        { name: 'server', protocol: stack(listening(), server12(server12Setup(none, { suites: [gcm, none] }))) },
      ],
      (['client', 'server'] as const).map((end) => ({
        ends: [
          [end, 'peer'],
          ['mallory', end],
        ],
      })),
      ({ question: asked }) => ({ answer: answers[asked.point] ?? asked.reference() }),
    ).events;
  const careless = { require: 'nothing' };
  const plainly = { 'client.extendedMasterSecret': without };

  it('is found out by the server’s check of Finished', () => {
    const events = places(plainly);
    expect(findAll(events, 'client', 'decision').some(({ point }) => point === 'client.onServerHello')).toBe(true);
    expect(alertsFrom(events, 'server')).toEqual(['decrypt_error']);
    expect(alertsFrom(events, 'client')).toEqual([]);
  });
  it('is found out by the client’s, where the server does not check', () => {
    const events = places({ ...plainly, 'server.onFinished': careless });
    expect(alertsFrom(events, 'client')).toEqual(['decrypt_error']);
  });
  it('reads all where neither checks', () => {
    const events = places({ ...plainly, 'server.onFinished': careless, 'client.onFinished': careless });
    expect(dataTo(events, 'server')).toBe(question);
    const wires = findAll(events, 'mallory', 'wire').map(({ bytes }) => Buffer.from(bytes).toString('latin1'));
    expect(wires.some((bytes) => bytes.includes(question))).toBe(true);
  });
  it('is found out by the keys themselves with extended_master_secret', () => {
    expect(alertsFrom(places({ 'server.onFinished': careless }), 'server')).toEqual(['bad_record_mac']);
  });
});
