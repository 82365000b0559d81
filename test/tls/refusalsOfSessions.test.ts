// The rules of RFC 8446 for sessions that go on and for early data (4.2.9 to 4.2.11, 4.5), broken one by one.
import { describe, expect, it } from 'vitest';
import { encodeEncryptedExtensions } from '../../src/tls/messages/encryptedExtensions.ts';
import type { Extension, ExtensionOf } from '../../src/tls/messages/extensions.ts';
import { decodeServerHello, encodeServerHello, type ServerHello } from '../../src/tls/messages/serverHello.ts';
import { contentTypes, suites } from '../../src/tls/registry.ts';
import { type Session, sealedWith } from '../../src/tls/sessions.ts';
import { insider } from './insider.ts';
import { alertsFrom, exchangeOf } from './pair.ts';
import { answerTo, clientHello, goingOn, inFrontOf, otherwise, plainBefore, type Rule } from './refusals.ts';

const { application_data } = contentTypes;

describe('where an earlier session goes on', () => {
  const tickets = { ...sealedWith(Buffer.alloc(32, 1)), now: () => 1000, maxEarlyData: 100, seen: () => false };
  const kept: Session[] = [];
  exchangeOf({ server: { tickets }, client: { keepSession: (one) => void kept.push(one), now: () => 1000 } });
  const client = { session: kept[0] as Session, now: () => 1500, earlyData: Buffer.from('Quick!') };
  const talk = insider({ client, server: { tickets } });
  const [hello, early, , finished] = talk.itemsOf('client').map(({ content }) => content);
  const { extensions } = decodeServerHello(talk.itemsOf('server')[0]?.content ?? Buffer.of());
  const answering = (change: Partial<ServerHello>): Rule[1] => {
    const content = talk.itemsOf('server')[0]?.content ?? Buffer.of();
    const changed = encodeServerHello({ ...decodeServerHello(content), ...change }).bytes;
    return (items) => otherwise(items, { 0: { content: changed } });
  };
  const rulesForServer: readonly Rule[] = [
    [
      'names a session that was offered (4.2.11)',
      answering({
        extensions: extensions.map((one) =>
          one.name === 'pre_shared_key_selected' ? { name: 'pre_shared_key_selected', index: 1 } : one,
        ),
      }),
      'illegal_parameter',
    ],
    [
      'chooses a suite of the session’s hash (4.2.11)',
      answering({ suite: suites.TLS_AES_256_GCM_SHA384 }),
      'illegal_parameter',
    ],
    [
      'sends a share where the client wants one (4.2.11)',
      answering({ extensions: extensions.filter(({ name }) => name !== 'key_share') }),
      'illegal_parameter',
    ],
  ];
  it.each(rulesForServer)('a client wants a server that %s', (_rule, change, expected) => {
    expect(alertsFrom(answerTo('client', talk, change), 'client')).toEqual([expected]);
  });
  it('a client wants a server that takes no early data without its session (4.2.10)', () => {
    const content = encodeEncryptedExtensions({ extensions: [{ name: 'early_data' }] }).bytes;
    const full = insider({ client, server: {} });
    const change: Rule[1] = (items) => otherwise(items, { 1: { content } });
    expect(alertsFrom(answerTo('client', full, change), 'client')).toEqual(['illegal_parameter']);
  });

  const offering = (change: (psk: PreSharedKey, rest: readonly Extension[]) => readonly Extension[]): Rule[1] =>
    clientHello(
      (one) => ({ extensions: change(one.extensions.at(-1) as PreSharedKey, one.extensions.slice(0, -1)) }),
      hello,
    );
  const rulesForClient: readonly Rule[] = [
    [
      'proves that it has the key (4.2.11)',
      offering((psk, rest) => [...rest, { ...psk, binders: [Buffer.alloc(32)] }]),
      'decrypt_error',
    ],
    ['puts pre_shared_key last (4.2.11)', offering((psk, rest) => [psk, ...rest]), 'illegal_parameter'],
    [
      'says how the key may be used (4.2.9)',
      offering((psk, rest) => [...rest.filter(({ name }) => name !== 'psk_key_exchange_modes'), psk]),
      'missing_extension',
    ],
    [
      'makes a binder for each ticket (4.2.11)',
      offering((psk, rest) => [...rest, { ...psk, binders: [...psk.binders, Buffer.alloc(32)] }]),
      'illegal_parameter',
    ],
    ['seals its early data (4.2.10)', plainBefore(1, application_data, Buffer.alloc(40)), 'bad_record_mac'],
    [
      'sends as much early data as it may (4.6.1)',
      inFrontOf(1, application_data, Buffer.alloc(101)),
      'unexpected_message',
    ],
    ['ends its early data (4.5)', (items) => items.filter((_item, index) => index !== 2), 'bad_record_mac'],
    ['ends the record of EndOfEarlyData with it (5.1)', goingOn(2, Buffer.of(20, 0)), 'unexpected_message'],
    [
      'says no Finished before that',
      (items) => otherwise(items, { 2: { content: finished as Uint8Array } }),
      'unexpected_message',
    ],
  ];
  it('a server wants a client that is as it is: then there is no alert', () => {
    expect(early).toEqual(Buffer.from('Quick!'));
    expect(
      alertsFrom(
        answerTo('server', talk, (items) => items),
        'server',
      ),
    ).toEqual(['close_notify']);
  });
  it.each(rulesForClient)('a server wants a client that %s', (_rule, change, expected) => {
    expect(alertsFrom(answerTo('server', talk, change), 'server')).toEqual([expected]);
  });
});

type PreSharedKey = ExtensionOf<'pre_shared_key'>;
