// Every rule of RFC 8446 that an endpoint holds its peer to, broken by a peer that keeps all others: the alert that it names.
import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/scenarios/network.ts';
import { encodeCertificate } from '../../src/tls/messages/certificate.ts';
import { decodeCertificateVerify, encodeCertificateVerify } from '../../src/tls/messages/certificateVerify.ts';
import { type ClientHello, decodeClientHello, encodeClientHello } from '../../src/tls/messages/clientHello.ts';
import { encodeEncryptedExtensions } from '../../src/tls/messages/encryptedExtensions.ts';
import type { Extension } from '../../src/tls/messages/extensions.ts';
import { encodeNewSessionTicket } from '../../src/tls/messages/newSessionTicket.ts';
import { decodeFinished, encodeFinished } from '../../src/tls/messages/finished.ts';
import {
  decodeServerHello,
  encodeServerHello,
  helloRetryRandom,
  type ServerHello,
} from '../../src/tls/messages/serverHello.ts';
import { contentTypes, extensionTypes, groups, handshakeTypes, suites } from '../../src/tls/registry.ts';
import { insider, type Item, listening, otherOf, type Side } from './insider.ts';
import { alertsFrom, issued } from './pair.ts';
import { findAll, hex } from './world.ts';

const { handshake, alert, application_data, change_cipher_spec } = contentTypes;
const plain = (type: number, content: Uint8Array): Item => ({ key: undefined, type, content });
/** A handshake message that no encoder here makes. */
const raw = (type: number, body = Buffer.alloc(0)): Uint8Array =>
  Buffer.concat([Buffer.of(type, body.length >> 16, (body.length >> 8) & 255, body.length & 255), body]);
const other = (type: number, body = Buffer.alloc(0)): Extension => ({ name: 'other', type, body });

/** The items with those at the places given said otherwise. */
const otherwise = (items: readonly Item[], changes: Readonly<Record<number, Partial<Item>>>): readonly Item[] =>
  items.map((item, index) => ({ ...item, ...changes[index] }));

/** What the endpoint says to records of its peer; nothing where it ends without an alert. */
const answerTo = (
  side: Side,
  talk: ReturnType<typeof insider>,
  change: (items: readonly Item[]) => readonly Item[],
): readonly Event[] => talk.against(side, change(talk.itemsOf(otherOf(side))), { application: listening });
type Rule = readonly [rule: string, change: (items: readonly Item[]) => readonly Item[], alert: string];

const usual = insider();
const server = usual.itemsOf('server');
const [helloOfServer, , , verifyOfServer, finishedOfServer] = server.map(({ content }) => content);
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
/** Puts something in front of the item at this place, under that item's key. */
const inFrontOf =
  (place: number, type: number, content: Uint8Array): Rule[1] =>
  (items) => [...items.slice(0, place), { ...(items[place] as Item), type, content }, ...items.slice(place)];
const changingCiphers =
  (place: number): Rule[1] =>
  (items) => [...items.slice(0, place), plain(change_cipher_spec, Buffer.of(1)), ...items.slice(place)];
const shortFinished = (content: Uint8Array) =>
  encodeFinished({ verifyData: decodeFinished(content).verifyData.subarray(1) }).bytes;

const rulesForServers: readonly Rule[] = [
  ['echoes the session id (4.1.3)', serverHello({ sessionId: Uint8Array.of(1) }), 'illegal_parameter'],
  ['compresses nothing (4.1.3)', serverHello({ compressionMethod: 1 }), 'illegal_parameter'],
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
  [
    'sends a Finished as long as the hash (4.4.4)',
    (items) => otherwise(items, { 4: { content: shortFinished(finishedOfServer as Uint8Array) } }),
    'decode_error',
  ],
  ['sends no empty piece of a message (5.1)', inFrontOf(1, handshake, Buffer.of()), 'unexpected_message'],
  [
    'sends no message without end',
    inFrontOf(1, handshake, Buffer.of(handshakeTypes.encrypted_extensions, 4, 0, 1)),
    'decode_error',
  ],
  ['seals no change_cipher_spec (5)', inFrontOf(5, change_cipher_spec, Buffer.of(1)), 'unexpected_message'],
  ['does not change ciphers behind its Finished (5)', changingCiphers(5), 'unexpected_message'],
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
  ['sends alerts of two bytes (6)', inFrontOf(5, alert, Buffer.of(1)), 'decode_error'],
  [
    'puts something into a record (5.4)',
    (items) => otherwise(inFrontOf(5, 0, Buffer.of())(items), { 5: { padding: 9 } }),
    'unexpected_message',
  ],
  [
    'seals what it sends (5)',
    (items) => [...items.slice(0, 5), plain(application_data, Buffer.alloc(40)), ...items.slice(5)],
    'bad_record_mac',
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

const [helloOfClient, finishedOfClient] = usual.itemsOf('client').map(({ content }) => content);
const clientHello = (
  change: (hello: ClientHello) => Partial<ClientHello>,
  from = helloOfClient,
  place = 0,
): Rule[1] => {
  const hello = decodeClientHello(from as Uint8Array);
  const content = encodeClientHello({ ...hello, ...change(hello) }).bytes;
  return (items) => otherwise(items, { [place]: { content } });
};
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
  [
    'sends records of a type that there is (5)',
    (items) => [plain(24, Buffer.of(1, 0, 0)), ...items],
    'unexpected_message',
  ],
  [
    'sends a Finished as long as the hash (4.4.4)',
    (items) => otherwise(items, { 1: { content: shortFinished(finishedOfClient as Uint8Array) } }),
    'decode_error',
  ],
  ['seals no change_cipher_spec (5)', inFrontOf(2, change_cipher_spec, Buffer.of(1)), 'unexpected_message'],
  ['does not change ciphers behind its Finished (5)', changingCiphers(2), 'unexpected_message'],
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

describe.each(['client', 'server'] as const)('alerts to the %s', (side) => {
  const finished = side === 'client' ? 4 : 1;
  const end = findAll(
    answerTo(side, usual, (items) => items),
    side,
    'record',
  ).length;
  it.each([
    ['an error of the handshake', finished, [2, 40]],
    ['an error in the middle of the talk', finished + 1, [2, 80]],
    ['one that no registry names, which counts as an error (6)', finished + 1, [1, 250]],
    ['one that no registry names, in the handshake', finished, [2, 251]],
    ['close_notify in the handshake', finished, [1, 0]],
  ])('end it without another: %s', (_what, place, content) => {
    const events = answerTo(side, usual, inFrontOf(place, alert, Buffer.from(content)));
    expect(alertsFrom(events, side)).toEqual([]);
    expect(findAll(events, side, 'record').length).toBeLessThan(end);
  });
  it('user_canceled and then close_notify ends it in peace (6.1)', () => {
    const events = answerTo(side, usual, inFrontOf(finished + 1, alert, Buffer.of(1, 90)));
    expect(alertsFrom(events, side)).toEqual(['close_notify']);
  });
});

it('a ticket is let pass, with GREASE in it, and whatever came behind close_notify too; what is no ticket is refused', () => {
  const ticket = (extensions: readonly Extension[]) =>
    encodeNewSessionTicket({ lifetime: 9, ageAdd: 1, nonce: Buffer.of(), ticket: Buffer.of(1), extensions }).bytes;
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
