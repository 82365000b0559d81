// TLS 1.2, both ends together: every suite, every decision, every refusal that the RFC names.
import { describe, expect, it } from 'vitest';
import { groups, versions } from '../../src/tls/registry.ts';
import { alertsFrom, dataTo, question, reply } from '../tls/pair.ts';
import { findAll } from '../tls/world.ts';
import { suiteTable, talk12 } from './pair12.ts';

describe.each(suiteTable)('%s', (_name, suite) => {
  const events = talk12({ suite });
  it('carries data both ways and ends with a close_notify each', () => {
    expect(dataTo(events, 'server')).toBe(question);
    expect(dataTo(events, 'client')).toBe(reply);
    for (const side of ['client', 'server']) expect(alertsFrom(events, side)).toEqual(['close_notify']);
  });
  it('is agreed on by both ends, over the same messages', () => {
    const [client] = findAll(events, 'client', 'agreed');
    const [server] = findAll(events, 'server', 'agreed');
    expect(client).toMatchObject({ version: versions['TLS 1.2'], suite });
    expect({ ...client, by: 'server' }).toEqual(server);
    const curve = suite >= 0xc000 ? groups.x25519 : 0;
    expect(client?.group).toBe(curve);
  });
  it('gives both ends the same master secret, told as a key log tells it', () => {
    const secrets = ['client', 'server'].map((by) => findAll(events, by, 'secret'));
    expect(secrets[0]).toHaveLength(1);
    expect(secrets[0]?.[0]).toMatchObject({ label: 'CLIENT_RANDOM' });
    expect(secrets[0]?.[0]?.value).toHaveLength(48);
    expect(secrets[1]?.map((one) => ({ ...one, by: 'client' }))).toEqual(secrets[0]);
  });
  it('has the messages of figure 1, in its order', () => {
    const named = findAll(events, 'client', 'record').map(({ direction, name }) => `${direction} ${name}`);
    const ephemeral = suite >= 0xc000 ? ['received ServerKeyExchange'] : [];
    expect(named.slice(0, 9 + ephemeral.length)).toEqual([
      'sent ClientHello',
      'received ServerHello',
      'received Certificate',
      ...ephemeral,
      'received ServerHelloDone',
      'sent ClientKeyExchange',
      'sent ChangeCipherSpec',
      'sent Finished',
      'received ChangeCipherSpec',
      'received Finished',
    ]);
  });
  it('gives the same bytes each time, with and without the recorder', () => {
    const bytes = (from: typeof events) =>
      findAll(from, 'client', 'wire').map(({ bytes: sent }) => Buffer.from(sent).toString('hex'));
    expect(bytes(talk12({ suite, client: { recording: false }, server: { recording: false } }))).toEqual(bytes(events));
  });
  it('works with the server’s flight in one record', () => {
    const joined = talk12({ suite, server: { coalescing: true }, client: { coalescing: true } });
    expect(dataTo(joined, 'client')).toBe(reply);
    expect(findAll(joined, 'server', 'wire').length).toBeLessThan(findAll(events, 'server', 'wire').length);
  });
});
