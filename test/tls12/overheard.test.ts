// What somebody on the cable sees of TLS 1.2: the handshake up to ChangeCipherSpec; then types and lengths, and with NULL all.
import { describe, expect, it } from 'vitest';
import { describeRecord, serverHelloIn } from '../../src/tls/describe.ts';
import { noteFor } from '../../src/tls/fieldNotes.ts';
import { suites } from '../../src/tls/registry.ts';
import { suite12Of } from '../../src/tls/v12/suites12.ts';
import { leaves } from '../tls/fields.ts';
import { question } from '../tls/pair.ts';
import { findAll } from '../tls/world.ts';
import { suiteTable, talk12 } from './pair12.ts';

describe.each(suiteTable)('a cable with %s', (_name, suite) => {
  const events = talk12({ suite });
  const seen = (by: string) =>
    findAll(events, by, 'wire').map(({ bytes }) => {
      const described = describeRecord(bytes);
      return described?.sealed ? 'sealed' : described?.name;
    });
  it('shows the messages in the clear by their names', () => {
    expect(seen('client').slice(0, 3)).toEqual(['ClientHello', 'ClientKeyExchange', 'ChangeCipherSpec']);
    expect(
      seen('server')
        .filter((name) => name !== 'ServerKeyExchange')
        .slice(0, 4),
    ).toEqual(['ServerHello', 'Certificate', 'ServerHelloDone', 'ChangeCipherSpec']);
  });
  it('shows what is sealed as sealed', () => {
    const finished = suite === suites.TLS_RSA_WITH_NULL_SHA256 ? 'Finished + handshake fragment' : 'sealed';
    expect(seen('client').slice(3)).toEqual([finished, 'sealed', 'sealed']);
  });
  it('has a map without gaps for every record, with words for every field', () => {
    for (const { bytes } of [...findAll(events, 'client', 'wire'), ...findAll(events, 'server', 'wire')]) {
      const fields = leaves(describeRecord(bytes, suite12Of(suite))?.fields ?? []);
      expect(fields.filter(({ name }) => !noteFor(name))).toEqual([]);
      expect(fields.reduce((at, { offset, length }) => (offset === at ? at + length : -1), 0)).toBe(bytes.length);
    }
  });
  it('shows how the suite that the ServerHello chose seals: no tag where there is none (5246 6.2.3)', () => {
    const hello = findAll(events, 'server', 'wire').flatMap(({ bytes }) => serverHelloIn(bytes) ?? []);
    expect(hello.map(({ suite: chosen }) => chosen)).toEqual([suite]);
    const [last] = findAll(events, 'client', 'wire').slice(-1);
    const sealed = describeRecord(last?.bytes ?? new Uint8Array(0), suite12Of(suite));
    const names = leaves(sealed?.fields ?? []).map(({ name }) => name);
    expect(names.slice(3)).toEqual(
      {
        AEAD: ['explicit_nonce', 'ciphertext', 'tag'],
        block: ['initialization_vector', 'ciphertext'],
        MAC: ['content', 'mac'],
      }[suite12Of(suite)?.protection ?? 'AEAD'],
    );
  });
  it('carries the question in plain letters with NULL alone', () => {
    const plain = findAll(events, 'client', 'wire').some(({ bytes }) => Buffer.from(bytes).includes(question));
    expect(plain).toBe(suite === suites.TLS_RSA_WITH_NULL_SHA256);
  });
});
