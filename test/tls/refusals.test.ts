// Every rule of RFC 8446 that an endpoint holds its peer to, broken by a peer that keeps all others: the alert that it names.
// What both ends hold each other to stands in refusalsOfBoth.test.ts; sessions in refusalsOfSessions.test.ts; certificates of clients
// in clientAuth.test.ts and postHandshakeAuth.test.ts.
import { describe, expect, it } from 'vitest';
import { encodeCertificate } from '../../src/tls/messages/certificate.ts';
import { encodeCertificateRequest } from '../../src/tls/messages/certificateRequest.ts';
import { decodeCertificateVerify, encodeCertificateVerify } from '../../src/tls/messages/certificateVerify.ts';
import { type ClientHello, decodeClientHello } from '../../src/tls/messages/clientHello.ts';
import { encodeEncryptedExtensions } from '../../src/tls/messages/encryptedExtensions.ts';
import type { Extension } from '../../src/tls/messages/extensions.ts';
import { encodeNewSessionTicket } from '../../src/tls/messages/newSessionTicket.ts';
import {
  decodeServerHello,
  encodeServerHello,
  helloRetryRandom,
  type ServerHello,
} from '../../src/tls/messages/serverHello.ts';
import { contentTypes, extensionTypes, groups, handshakeTypes, suites } from '../../src/tls/registry.ts';
import { type Item, insider } from './insider.ts';
import { alertsFrom, issued } from './pair.ts';
import {
  answerTo,
  clientHello,
  inFrontOf,
  other,
  otherwise,
  plain,
  type Rule,
  raw,
  spoilt,
  usual,
} from './refusals.ts';
import { findAll, hex } from './world.ts';

const { handshake, application_data, change_cipher_spec } = contentTypes;
const [, finishedOfClient] = usual.itemsOf('client').map(({ content }) => content);
const server = usual.itemsOf('server');

const [helloOfServer, , , verifyOfServer, _finishedOfServer] = server.map(({ content }) => content);

const serverHello = (change: Partial<ServerHello>): Rule[1] => {
  const hello = { ...decodeServerHello(helloOfServer as Uint8Array), ...change };
  return (items) => otherwise(items, { 0: { content: encodeServerHello(hello).bytes } });
};

const extensionsOfServer = decodeServerHello(helloOfServer as Uint8Array).extensions;

const withShare = (length: number, group: number = groups.x25519) =>
  serverHello({
    extensions: extensionsOfServer.map((one) =>
      one.name === 'key_share' ? { name: 'key_share', shares: [{ group, share: new Uint8Array(length) }] } : one,
    ),
  });

const choosing = (version: number) =>
  serverHello({
    extensions: extensionsOfServer.map((one) =>
      one.name === 'supported_versions' ? { name: 'supported_versions', versions: [version] } : one,
    ),
  });

/** TLS 1.2 by the old field alone; the random ends in DOWNGRD and this number. */
const older = (mark: number) =>
  serverHello({
    random: Buffer.concat([Buffer.alloc(24, 7), Buffer.from('DOWNGRD'), Buffer.of(mark)]),
    extensions: extensionsOfServer.filter(({ name }) => name !== 'supported_versions'),
  });

const retrying = (group: number, change: Partial<ServerHello> = {}, ...more: readonly Extension[]) =>
  serverHello({
    random: helloRetryRandom,
    extensions: [{ name: 'supported_versions', versions: [0x0304] }, { name: 'key_share_request', group }, ...more],
    ...change,
  });

const ticket = (extensions: readonly Extension[]) =>
  encodeNewSessionTicket({ lifetime: 9, ageAdd: 1, nonce: Buffer.of(), ticket: Buffer.of(1), extensions }).bytes;

const encrypted = (...extensions: readonly Extension[]): Rule[1] => {
  const content = encodeEncryptedExtensions({ extensions }).bytes;
  return (items) => otherwise(items, { 1: { content } });
};

const certificate = (context: readonly number[], ...entries: readonly (readonly Extension[])[]): Rule[1] => {
  const [leaf = new Uint8Array(0)] = issued.chain;
  const content = encodeCertificate({
    context: Uint8Array.from(context),
    entries: entries.map((extensions) => ({ certificate: leaf, extensions })),
  }).bytes;
  return (items) => otherwise(items, { 2: { content } });
};

const verify = (scheme: number): Rule[1] => {
  const { signature } = decodeCertificateVerify(verifyOfServer as Uint8Array);
  return (items) => otherwise(items, { 3: { content: encodeCertificateVerify({ scheme, signature }).bytes } });
};

const rulesForServers: readonly Rule[] = [
  ['echoes the session id (4.1.3)', serverHello({ sessionId: Uint8Array.of(1) }), 'illegal_parameter'],
  ['compresses nothing (4.1.3)', serverHello({ compressionMethod: 1 }), 'illegal_parameter'],
  ['chooses a suite that was offered (4.1.3)', serverHello({ suite: 0x1304 }), 'illegal_parameter'],
  ['chooses one when it asks again, too (4.1.4)', retrying(groups.secp256r1, { suite: 0x1304 }), 'illegal_parameter'],
  ['asks for a group that was listed (4.2.8)', retrying(groups.secp384r1), 'illegal_parameter'],
  ['asks for a group of which no share came (4.2.8)', retrying(groups.x25519), 'illegal_parameter'],
  [
    'asks with no extension that was not offered (4.2)',
    retrying(groups.secp256r1, {}, other(0x1234)),
    'unsupported_extension',
  ],
  [
    'asks with no extension of another message (4.2)',
    retrying(groups.secp256r1, {}, other(extensionTypes.server_name)),
    'illegal_parameter',
  ],
  ['marks no older version with DOWNGRD 01 (4.1.3)', older(1), 'illegal_parameter'],
  ['marks no older version with DOWNGRD 00 (4.1.3)', older(0), 'illegal_parameter'],
  ['chooses no older version that was not offered (D.1)', older(2), 'protocol_version'],
  ['does not name SSL 3.0 (D.5)', serverHello({ legacyVersion: 0x0300 }), 'protocol_version'],
  ['names no older version in supported_versions (4.2.1)', choosing(0x0303), 'illegal_parameter'],
  ['names no version there that was not offered (4.2.1)', choosing(0x0305), 'illegal_parameter'],
  ['sends a share (9.2)', serverHello({ extensions: extensionsOfServer.slice(1) }), 'missing_extension'],
  [
    'sends no extension that was not offered (4.2)',
    serverHello({ extensions: [...extensionsOfServer, other(0x1234)] }),
    'unsupported_extension',
  ],
  [
    'sends no extension in another message than its own (4.2)',
    serverHello({ extensions: [...extensionsOfServer, other(extensionTypes.server_name)] }),
    'illegal_parameter',
  ],
  ['sends an x25519 share of 32 bytes (4.2.8.2)', withShare(31), 'illegal_parameter'],
  ['sends no x25519 share that gives all zeros (7.4.2)', withShare(32), 'illegal_parameter'],
  ['sends a share of a group that was offered one (4.2.8)', withShare(65, groups.secp256r1), 'illegal_parameter'],
  [
    'asks for a change when it asks again (4.1.4)',
    serverHello({ random: helloRetryRandom, extensions: [{ name: 'supported_versions', versions: [0x0304] }] }),
    'illegal_parameter',
  ],
  [
    'ends a record where the keys change (5.1)',
    ([hello, next, ...rest]) => [
      { ...(hello as Item), content: Buffer.concat([hello?.content ?? Buffer.of(), next?.content ?? Buffer.of()]) },
      ...rest,
    ],
    'unexpected_message',
  ],
  [
    'sends no hello twice (4)',
    ([hello, ...rest]) => [
      hello as Item,
      ...rest.slice(0, 1).map((item) => ({ ...item, content: hello?.content ?? item.content })),
      ...rest,
    ],
    'unexpected_message',
  ],
  [
    'chooses no protocol where none was offered (4.2)',
    encrypted({ name: 'application_layer_protocol_negotiation', protocols: ['h2'] }),
    'unsupported_extension',
  ],
  ['keeps key_share out of EncryptedExtensions (4.2)', encrypted(other(extensionTypes.key_share)), 'illegal_parameter'],
  ['takes no early data where none was offered (4.2.10)', encrypted({ name: 'early_data' }), 'unsupported_extension'],
  [
    'takes up no session where none was offered (4.2.11)',
    serverHello({ extensions: [...extensionsOfServer, { name: 'pre_shared_key_selected', index: 0 }] }),
    'unsupported_extension',
  ],
  [
    'puts nothing into its question that belongs elsewhere (4.2)',
    inFrontOf(
      2,
      handshake,
      encodeCertificateRequest({
        context: Buffer.of(),
        extensions: [{ name: 'signature_algorithms', schemes: [0x0807] }, other(extensionTypes.cookie)],
      }).bytes,
    ),
    'illegal_parameter',
  ],
  [
    'names signatures in its question (4.3.2)',
    inFrontOf(2, handshake, encodeCertificateRequest({ context: Buffer.of(), extensions: [] }).bytes),
    'missing_extension',
  ],
  [
    'puts nothing into a ticket that belongs elsewhere (4.2)',
    inFrontOf(5, handshake, ticket([other(extensionTypes.key_share)])),
    'illegal_parameter',
  ],
  [
    'sends no EndOfEarlyData (4.5)',
    inFrontOf(4, handshake, raw(handshakeTypes.end_of_early_data)),
    'unexpected_message',
  ],
  ['signs what was said (4.4.3)', spoilt(3), 'decrypt_error'],
  ['leaves the certificate context empty (4.4.2)', certificate([7], []), 'illegal_parameter'],
  ['sends a certificate (4.4.2.4)', certificate([]), 'decode_error'],
  [
    'adds nothing to it that was not asked for (4.4.2)',
    certificate([], [other(extensionTypes.status_request)]),
    'unsupported_extension',
  ],
  [
    'adds nothing to it that belongs elsewhere (4.4.2)',
    certificate([], [other(extensionTypes.server_name)]),
    'illegal_parameter',
  ],
  ['signs with a scheme that was offered (4.4.3)', verify(0x0401), 'illegal_parameter'],
  ['signs with the scheme of its key (4.4.3)', verify(0x0403), 'decrypt_error'],
  [
    'leaves out no CertificateVerify (4.4)',
    (items) => items.filter((_item, index) => index !== 3),
    'unexpected_message',
  ],
  ['sends no empty piece of a message (5.1)', inFrontOf(1, handshake, Buffer.of()), 'unexpected_message'],
  [
    'sends no message without end',
    inFrontOf(1, handshake, Buffer.of(handshakeTypes.encrypted_extensions, 4, 0, 1)),
    'decode_error',
  ],
  [
    'sends no data in the middle of a message (5.1)',
    (items) => inFrontOf(6, application_data, Buffer.of(1))(inFrontOf(5, handshake, Buffer.of(4, 0, 0, 9, 1))(items)),
    'unexpected_message',
  ],
  [
    'starts no handshake again (4.6)',
    inFrontOf(5, handshake, raw(handshakeTypes.certificate_request)),
    'unexpected_message',
  ],
];

describe('a client wants a server that', () => {
  it('is as it is: then there is no alert', () => {
    expect(
      alertsFrom(
        answerTo('client', usual, (items) => items),
        'client',
      ),
    ).toEqual(['close_notify']);
  });
  it.each(rulesForServers)('%s', (_rule, change, expected) => {
    expect(alertsFrom(answerTo('client', usual, change), 'client')).toEqual([expected]);
  });
  it('chooses one of the protocols that were offered (RFC 7301 3.1)', () => {
    const talk = insider({ client: { protocols: ['h2', 'http/1.1'] }, server: { protocols: ['h2'] } });
    const choose = (...protocols: readonly string[]) =>
      alertsFrom(
        answerTo('client', talk, encrypted({ name: 'application_layer_protocol_negotiation', protocols })),
        'client',
      );
    expect(choose('spdy/1')).toEqual(['illegal_parameter']);
    expect(choose('h2', 'http/1.1')).toEqual(['illegal_parameter']);
    // One that was offered is taken; then Finished no longer fits what was said.
    expect(choose('http/1.1')).toEqual(['decrypt_error']);
  });
});

describe('a client that was asked again wants a server that', () => {
  const talk = insider({ server: { groups: [groups.secp256r1] } });
  const [retry, hello] = talk.itemsOf('server').map(({ content }) => content);
  const second = (change: Partial<ServerHello>): Rule[1] => {
    const content = encodeServerHello({ ...decodeServerHello(hello as Uint8Array), ...change }).bytes;
    return (items) => otherwise(items, { 1: { content } });
  };
  const { extensions } = decodeServerHello(hello as Uint8Array);
  const rules: readonly Rule[] = [
    [
      'does not ask a third time (4.1.4)',
      (items) => otherwise(items, { 1: { content: retry as Uint8Array } }),
      'unexpected_message',
    ],
    [
      'stays with its version (4.1.4)',
      second({ extensions: extensions.filter(({ name }) => name !== 'supported_versions') }),
      'illegal_parameter',
    ],
    ['stays with its suite (4.1.4)', second({ suite: suites.TLS_CHACHA20_POLY1305_SHA256 }), 'illegal_parameter'],
    [
      'stays with the group that it asked for (4.2.8)',
      second({
        extensions: extensions.map((one) =>
          one.name === 'key_share'
            ? { name: 'key_share', shares: [{ group: groups.x25519, share: Buffer.alloc(32, 9) }] }
            : one,
        ),
      }),
      'illegal_parameter',
    ],
  ];
  it.each(rules)('%s', (_rule, change, expected) => {
    expect(alertsFrom(answerTo('client', talk, change), 'client')).toEqual([expected]);
  });
  it('may ask for nothing but its cookie back', () => {
    const cookie = Buffer.from('crumbs');
    const asking = decodeServerHello(retry as Uint8Array);
    const content = encodeServerHello({
      ...asking,
      extensions: [
        ...asking.extensions.filter(({ name }) => name === 'supported_versions'),
        { name: 'cookie', cookie },
      ],
    }).bytes;
    const events = answerTo('client', usual, () => [plain(handshake, content)]);
    const [first, again] = findAll(events, 'client', 'message').flatMap(({ name, bytes }) =>
      name === 'ClientHello' ? [decodeClientHello(bytes, false)] : [],
    );
    expect(again?.extensions.slice(0, -1)).toEqual(first?.extensions);
    expect(hex(again?.extensions.flatMap((one) => (one.name === 'cookie' ? [one.cookie] : []))[0] ?? cookie)).toBe(
      hex(cookie),
    );
    expect(again?.extensions.at(-1)?.name).toBe('cookie');
  });
});

const without = (name: Extension['name']): Rule[1] =>
  clientHello(({ extensions }) => ({ extensions: extensions.filter((one) => one.name !== name) }));

const sharing =
  (...shares: readonly (readonly [group: number, share: Uint8Array])[]) =>
  ({ extensions }: ClientHello): Partial<ClientHello> => ({
    extensions: extensions.map((one) =>
      one.name === 'key_share'
        ? { name: 'key_share', shares: shares.map(([group, share]) => ({ group, share })) }
        : one,
    ),
  });

const rulesForClients: readonly Rule[] = [
  [
    'offers no compression (4.1.2)',
    clientHello(() => ({ compressionMethods: Uint8Array.of(1, 0) })),
    'illegal_parameter',
  ],
  ['has a suite of the server’s (4.1.1)', clientHello(() => ({ suites: [0x1304] })), 'handshake_failure'],
  [
    'has a group of the server’s (4.1.1)',
    clientHello(({ extensions }) => ({
      extensions: extensions.map((one) => {
        if (one.name === 'supported_groups') return { name: 'supported_groups', groups: [groups.x448] };
        return one.name === 'key_share' ? { name: 'key_share', shares: [] } : one;
      }),
    })),
    'handshake_failure',
  ],
  ['does not name SSL 3.0 (D.5)', clientHello(() => ({ legacyVersion: 0x0300 })), 'protocol_version'],
  [
    'says nothing twice (4.2)',
    clientHello(({ extensions }) => ({ extensions: [...extensions, ...extensions.slice(0, 1)] })),
    'illegal_parameter',
  ],
  [
    'sends no two shares of a group (4.2.8)',
    clientHello(sharing([groups.x25519, Buffer.alloc(32, 9)], [groups.x25519, Buffer.alloc(32, 8)])),
    'illegal_parameter',
  ],
  [
    'sends no share of a group that it does not list (4.2.8)',
    clientHello(sharing([groups.x448, Buffer.alloc(56, 9)])),
    'illegal_parameter',
  ],
  [
    'ends no early data that it did not send (4.5)',
    inFrontOf(1, handshake, raw(handshakeTypes.end_of_early_data)),
    'unexpected_message',
  ],
  [
    'shows no certificate that nobody asked for (4.4.2)',
    inFrontOf(1, handshake, encodeCertificate({ context: Buffer.of(), entries: [] }).bytes),
    'unexpected_message',
  ],
  [
    'asks for no certificate (4.3.2)',
    inFrontOf(2, handshake, encodeCertificateRequest({ context: Buffer.of(), extensions: [] }).bytes),
    'unexpected_message',
  ],
  ['says which signatures it checks (9.2)', without('signature_algorithms'), 'missing_extension'],
  ['lists its groups (9.2)', without('supported_groups'), 'missing_extension'],
  ['sends shares, be it none (9.2)', without('key_share'), 'missing_extension'],
  ['offers TLS 1.3 (4.2.1)', without('supported_versions'), 'protocol_version'],
  [
    'sends an x25519 share of 32 bytes (4.2.8.2)',
    clientHello(sharing([groups.x25519, Buffer.alloc(33, 9)])),
    'illegal_parameter',
  ],
  [
    'sends no x25519 share that gives all zeros (7.4.2)',
    clientHello(sharing([groups.x25519, Buffer.alloc(32)])),
    'illegal_parameter',
  ],
  [
    'sends an uncompressed P-256 point (4.2.8.2)',
    clientHello(sharing([groups.secp256r1, Buffer.alloc(33, 2)])),
    'illegal_parameter',
  ],
  [
    'sends a P-256 point that is on the curve (4.2.8.2)',
    clientHello(sharing([groups.secp256r1, Buffer.alloc(65, 4)])),
    'illegal_parameter',
  ],
  [
    'begins with a ClientHello (4)',
    (items) => [plain(handshake, finishedOfClient as Uint8Array), ...items],
    'unexpected_message',
  ],
  ['does not begin with data (5)', (items) => [plain(application_data, Buffer.of(1)), ...items], 'unexpected_message'],
  [
    'does not begin with change_cipher_spec (5)',
    (items) => [plain(change_cipher_spec, Buffer.of(1)), ...items],
    'unexpected_message',
  ],
  ['gives no tickets (4.6.1)', inFrontOf(2, handshake, raw(handshakeTypes.new_session_ticket)), 'unexpected_message'],
];

describe('a server wants a client that', () => {
  it('is as it is: then there is no alert', () => {
    expect(
      alertsFrom(
        answerTo('server', usual, (items) => items),
        'server',
      ),
    ).toEqual(['close_notify']);
  });
  it('may change ciphers between its ClientHello and its Finished, which means nothing (D.4)', () => {
    const events = answerTo('server', usual, ([hello, ...rest]) => [
      hello as Item,
      plain(change_cipher_spec, Buffer.of(1)),
      ...rest,
    ]);
    expect(alertsFrom(events, 'server')).toEqual(['close_notify']);
  });
  it.each(rulesForClients)('%s', (_rule, change, expected) => {
    expect(alertsFrom(answerTo('server', usual, change), 'server')).toEqual([expected]);
  });

  const talk = insider({ server: { groups: [groups.secp256r1] } });
  const again = talk.itemsOf('client')[1]?.content;
  const [share] = decodeClientHello(again as Uint8Array).extensions.flatMap((one) =>
    one.name === 'key_share' ? one.shares : [],
  );
  const rulesForSeconds: readonly Rule[] = [
    [
      'keeps its random when it comes again (4.1.2)',
      clientHello(() => ({ random: Buffer.alloc(32) }), again, 1),
      'illegal_parameter',
    ],
    [
      'keeps its suites when it comes again (4.1.2)',
      clientHello(({ suites: all }) => ({ suites: all.slice(1) }), again, 1),
      'illegal_parameter',
    ],
    [
      'sends the one share that was asked for (4.1.2)',
      clientHello(
        sharing([groups.x25519, Buffer.alloc(32, 9)], [groups.secp256r1, share?.share ?? Buffer.of()]),
        again,
        1,
      ),
      'illegal_parameter',
    ],
    ['sends a share when it comes again (4.1.2)', clientHello(sharing(), again, 1), 'illegal_parameter'],
  ];
  it.each(rulesForSeconds)('%s', (_rule, change, expected) => {
    expect(alertsFrom(answerTo('server', talk, change), 'server')).toEqual([expected]);
  });
});

it('a ticket is let pass, with GREASE in it, and whatever came behind close_notify too; what is no ticket is refused', () => {
  const greased = inFrontOf(5, handshake, ticket([other(0x2a2a)]));
  expect(alertsFrom(answerTo('client', usual, greased), 'client')).toEqual(['close_notify']);
  const none = inFrontOf(5, handshake, raw(handshakeTypes.new_session_ticket, Buffer.alloc(13)));
  expect(alertsFrom(answerTo('client', usual, none), 'client')).toEqual(['decode_error']);
  const late = (items: readonly Item[]) => [
    ...items,
    { ...(items.at(-1) as Item), type: application_data, content: Buffer.of(1) },
  ];
  const events = answerTo('client', usual, late);
  expect(alertsFrom(events, 'client')).toEqual(['close_notify']);
  expect(findAll(events, 'client', 'data').at(-1)?.bytes.length).toBeGreaterThan(1);
});
