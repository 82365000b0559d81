// Every rule of TLS 1.2 that an endpoint holds its peer to, broken by a peer that keeps all others: the alert that it names.
import { constants, createPublicKey, publicEncrypt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type ClientHello, decodeClientHello, encodeClientHello } from '../../src/tls/messages/clientHello.ts';
import type { Extension } from '../../src/tls/messages/extensions.ts';
import { decodeServerHello, encodeServerHello, type ServerHello } from '../../src/tls/messages/serverHello.ts';
import { encodeFinished } from '../../src/tls/messages/finished.ts';
import {
  contentTypes,
  extensionTypes,
  groups,
  handshakeTypes,
  signatureSchemes,
  suites,
} from '../../src/tls/registry.ts';
import { encodeCertificate12 } from '../../src/tls/v12/messages/certificate12.ts';
import { encodeClientShare, encodeLockedSecret } from '../../src/tls/v12/messages/clientKeyExchange.ts';
import { encodeHelloRequest } from '../../src/tls/v12/messages/serverHelloDone.ts';
import {
  decodeServerKeyExchange,
  encodeParams,
  encodeServerKeyExchange,
  type ServerKeyExchange,
} from '../../src/tls/v12/messages/serverKeyExchange.ts';
import { sign12, signedParams } from '../../src/tls/v12/signatures12.ts';
import { otherOf, type Side } from '../tls/insider.ts';
import { alertsFrom, dataTo, issued, pki, reply } from '../tls/pair.ts';
import { findAll } from '../tls/world.ts';
import { insider12, type Item12 } from './insider12.ts';
import { rsa } from './pair12.ts';

const { handshake, alert, application_data, change_cipher_spec } = contentTypes;
type Change = (items: readonly Item12[]) => readonly Item12[];
type Rule = readonly [rule: string, change: Change, alert: string];

/** A handshake message that no encoder here makes. */
const raw = (type: number, ...body: readonly number[]): Uint8Array =>
  Buffer.from([type, 0, body.length >> 8, body.length & 255, ...body]);
const plain = (content: Uint8Array, type: number = handshake): Item12 => ({ type, content, sealed: false });
const sealed = (content: Uint8Array, type: number = handshake): Item12 => ({ type, content, sealed: true });
const at =
  (place: number, ...instead: readonly Item12[]): Change =>
  (items) => [...items.slice(0, place), ...instead, ...items.slice(place + 1)];
const ahead =
  (place: number, ...more: readonly Item12[]): Change =>
  (items) => [...items.slice(0, place), ...more, ...items.slice(place)];
const other = (type: number, ...body: readonly number[]): Extension => ({
  name: 'other',
  type,
  body: Buffer.from(body),
});

const protocols = { protocols: ['http/1.1'] };
const talks = {
  RSA: insider12({ suite: suites.TLS_RSA_WITH_AES_128_GCM_SHA256, client: protocols, server: protocols }),
  ECDHE: insider12({ suite: suites.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, client: protocols, server: protocols }),
};
const outcome = (side: Side, talk: keyof typeof talks, change: Change, answers = {}) =>
  alertsFrom(talks[talk].against(side, change(talks[talk].itemsOf(otherOf(side))), answers), side);

const [firstOfServer, , exchangeOfServer] = talks.ECDHE.itemsOf('server').map(({ content }) => content);
const serverHello = decodeServerHello(firstOfServer as Uint8Array);
const hello = (change: Partial<ServerHello>): Change =>
  at(0, plain(encodeServerHello({ ...serverHello, ...change }).bytes));
const extended = (...more: readonly Extension[]) => hello({ extensions: [...serverHello.extensions, ...more] });
const instead = (extension: Extension) =>
  hello({ extensions: [...serverHello.extensions.filter(({ name }) => name !== extension.name), extension] });
const clientHello = decodeClientHello(talks.ECDHE.itemsOf('client')[0]?.content as Uint8Array);
const randoms = { client: clientHello.random, server: serverHello.random };
const exchange = decodeServerKeyExchange(exchangeOfServer as Uint8Array);
const keyExchange = (change: Partial<ServerKeyExchange>): Change =>
  at(2, plain(encodeServerKeyExchange({ ...exchange, ...change }).bytes));
/** Signed by the right key, as it is. */
const signedExchange = (group: number, share: Uint8Array): Change =>
  keyExchange({
    group,
    share,
    signature: sign12(
      signatureSchemes.rsa_pkcs1_sha256,
      signedParams(randoms, encodeParams({ group, share })),
      rsa.key,
    ),
  });
const chain = (...certificates: readonly Uint8Array[]): Change =>
  at(1, plain(encodeCertificate12({ chain: certificates }).bytes));
/** Places in what the server of the ECDHE talk says: hello, certificate, key exchange, done, change, Finished, data. */
const [done, change, finished, data] = [3, 4, 5, 6];

const ofClient: readonly Rule[] = [
  ['an older version', hello({ legacyVersion: 0x0302 }), 'protocol_version'],
  ['TLS 1.3, which was not offered', extended({ name: 'supported_versions', versions: [0x0304] }), 'protocol_version'],
  ['a suite that was not offered', hello({ suite: 0x0005 }), 'illegal_parameter'],
  ['compression', hello({ compressionMethod: 1 }), 'illegal_parameter'],
  ['an extension that was not offered', extended(other(extensionTypes.session_ticket)), 'unsupported_extension'],
  [
    'an extension that belongs to the client',
    extended(other(extensionTypes.signature_algorithms)),
    'illegal_parameter',
  ],
  [
    'a renegotiation_info that names a connection',
    instead({ name: 'renegotiation_info', connection: Buffer.alloc(12) }),
    'handshake_failure',
  ],
  [
    'point formats without the uncompressed one',
    instead({ name: 'ec_point_formats', formats: [1] }),
    'illegal_parameter',
  ],
  [
    'a protocol that was not offered',
    instead({ name: 'application_layer_protocol_negotiation', protocols: ['h2'] }),
    'illegal_parameter',
  ],
  ['no certificate', chain(), 'decode_error'],
  ['a certificate that cannot be read', chain(Buffer.from('no certificate')), 'bad_certificate'],
  ['a key that does not fit the suite', chain(...issued.chain), 'unsupported_certificate'],
  ['the certificate of another name', chain(...pki.issueFor('bank.example', 'rsa').chain), 'bad_certificate'],
  ['no ServerKeyExchange', (items) => [...items.slice(0, 2), ...items.slice(3)], 'unexpected_message'],
  [
    'a curve without a name',
    at(2, plain(raw(handshakeTypes.server_key_exchange, 1, 0, 29, 1, 9, 4, 1, 0, 0))),
    'illegal_parameter',
  ],
  ['a group that was not offered', keyExchange({ group: groups.secp384r1 }), 'illegal_parameter'],
  [
    'a signature scheme that was not offered',
    keyExchange({ scheme: signatureSchemes.rsa_pkcs1_sha384 }),
    'illegal_parameter',
  ],
  ['a signature scheme of another kind of key', keyExchange({ scheme: signatureSchemes.ed25519 }), 'decrypt_error'],
  ['another share under the old signature', keyExchange({ share: Buffer.alloc(32, 9) }), 'decrypt_error'],
  [
    'a signature of another handshake',
    keyExchange({
      signature: sign12(
        signatureSchemes.rsa_pkcs1_sha256,
        signedParams({ ...randoms, client: Buffer.alloc(32) }, encodeParams(exchange)),
        rsa.key,
      ),
    }),
    'decrypt_error',
  ],
  ['a share that gives no secret', signedExchange(groups.x25519, Buffer.alloc(32)), 'illegal_parameter'],
  ['a point that is not on the curve', signedExchange(groups.secp256r1, Buffer.alloc(65, 4)), 'illegal_parameter'],
  [
    'a request for a certificate',
    ahead(done, plain(raw(handshakeTypes.certificate_request, 1, 1, 0, 2, 4, 1, 0, 0))),
    'unexpected_message',
  ],
  ['something inside ServerHelloDone', at(done, plain(raw(handshakeTypes.server_hello_done, 0))), 'decode_error'],
  [
    'something behind ServerHelloDone',
    at(done, plain(Buffer.concat([raw(handshakeTypes.server_hello_done), raw(handshakeTypes.finished)]))),
    'unexpected_message',
  ],
  ['a ChangeCipherSpec before its time', ahead(2, plain(Buffer.of(1), change_cipher_spec)), 'unexpected_message'],
  [
    'an early ChangeCipherSpec in front of all',
    ahead(0, plain(Buffer.of(1), change_cipher_spec)),
    'unexpected_message',
  ],
  ['no ChangeCipherSpec', (items) => [...items.slice(0, change), ...items.slice(finished)], 'unexpected_message'],
  ['a ChangeCipherSpec that is none', at(change, plain(Buffer.of(2), change_cipher_spec)), 'decode_error'],
  ['a second ChangeCipherSpec', ahead(finished, plain(Buffer.of(1), change_cipher_spec)), 'bad_record_mac'],
  ['Finished in the clear', at(finished, plain(raw(handshakeTypes.finished, ...Array(12).fill(1)))), 'bad_record_mac'],
  [
    'a Finished over other messages',
    at(finished, sealed(encodeFinished({ verifyData: Buffer.alloc(12, 1) }).bytes)),
    'decrypt_error',
  ],
  [
    'a Finished that is too short',
    at(finished, sealed(encodeFinished({ verifyData: Buffer.alloc(11, 1) }).bytes)),
    'decode_error',
  ],
  ['data before Finished', ahead(finished, sealed(Buffer.from('early'), application_data)), 'unexpected_message'],
  ['data in the clear', ahead(data, plain(Buffer.from('forged'), application_data)), 'bad_record_mac'],
  ['a close_notify in the clear', ahead(data, plain(Buffer.of(1, 0), alert)), 'bad_record_mac'],
  [
    'a handshake message after the handshake',
    ahead(data, sealed(raw(handshakeTypes.server_hello_done))),
    'unexpected_message',
  ],
  [
    'a ChangeCipherSpec after the handshake',
    ahead(data, sealed(Buffer.of(1), change_cipher_spec)),
    'unexpected_message',
  ],
  ['an alert of three bytes', ahead(data, sealed(Buffer.of(1, 0, 0), alert)), 'decode_error'],
  ['a record of an unknown type', ahead(data, sealed(Buffer.of(1), 24)), 'unexpected_message'],
  ['a record longer than any', ahead(data, plain(Buffer.alloc(2 ** 14 + 2049), application_data)), 'record_overflow'],
];

describe('the client refuses', () => {
  it.each(ofClient)('%s', (_rule, how, name) => {
    expect(outcome('client', 'ECDHE', how)).toEqual([name]);
  });
  it('a ServerKeyExchange where the suite has none', () => {
    expect(outcome('client', 'RSA', ahead(2, plain(exchangeOfServer as Uint8Array)))).toEqual(['unexpected_message']);
  });
});

const offer = (how: Partial<ClientHello>): Change => at(0, plain(encodeClientHello({ ...clientHello, ...how }).bytes));
const offerInstead = (extension: Extension) =>
  offer({ extensions: [...clientHello.extensions.filter(({ name }) => name !== extension.name), extension] });
const ofServer: readonly Rule[] = [
  ['an older version', offer({ legacyVersion: 0x0302 }), 'protocol_version'],
  ['compression alone', offer({ compressionMethods: Buffer.of(1) }), 'illegal_parameter'],
  ['suites that it has not', offer({ suites: [suites.TLS_RSA_WITH_NULL_SHA256] }), 'handshake_failure'],
  [
    'groups that it has not',
    offerInstead({ name: 'supported_groups', groups: [groups.secp384r1] }),
    'handshake_failure',
  ],
  [
    'signatures that it cannot make',
    offerInstead({ name: 'signature_algorithms', schemes: [signatureSchemes.ed25519] }),
    'handshake_failure',
  ],
  [
    'protocols that it has not',
    offerInstead({ name: 'application_layer_protocol_negotiation', protocols: ['h2'] }),
    'no_application_protocol',
  ],
  [
    'a renegotiation_info that names a connection',
    offerInstead({ name: 'renegotiation_info', connection: Buffer.alloc(12) }),
    'handshake_failure',
  ],
  [
    'point formats without the uncompressed one',
    offerInstead({ name: 'ec_point_formats', formats: [1] }),
    'illegal_parameter',
  ],
  ['a share that is none', at(1, plain(encodeClientShare({ share: Buffer.alloc(31) }).bytes)), 'illegal_parameter'],
  [
    'a share that gives no secret',
    at(1, plain(encodeClientShare({ share: Buffer.alloc(32) }).bytes)),
    'illegal_parameter',
  ],
  [
    'a Finished over other messages',
    at(3, sealed(encodeFinished({ verifyData: Buffer.alloc(12, 1) }).bytes)),
    'decrypt_error',
  ],
  ['a message too many', ahead(2, plain(raw(handshakeTypes.certificate_verify, 0))), 'unexpected_message'],
  [
    'a ChangeCipherSpec in the middle of a message',
    at(1, plain(Buffer.concat([talks.ECDHE.itemsOf('client')[1]?.content ?? Buffer.of(), Buffer.of(20, 0)]))),
    'unexpected_message',
  ],
  ['data in the clear', ahead(4, plain(Buffer.from('forged'), application_data)), 'bad_record_mac'],
];
describe('the server refuses', () => {
  it.each(ofServer)('%s', (_rule, how, name) => {
    expect(outcome('server', 'ECDHE', how).at(-1)).toBe(name);
  });
  it('any Finished after a locked secret that is none, and says the same whatever was wrong with it', () => {
    const { publicKey, size } = { publicKey: createPublicKey(rsa.key), size: 256 };
    const raw = (padded: Uint8Array) => publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, padded);
    const message = Buffer.concat([Buffer.of(3, 3), Buffer.alloc(46, 5)]);
    const locks = [
      Buffer.alloc(size, 1),
      Buffer.alloc(size, 0xff),
      Buffer.alloc(3),
      Buffer.alloc(0),
      raw(Buffer.concat([Buffer.of(0, 1), Buffer.alloc(size - 51, 1), Buffer.of(0), message])),
      raw(Buffer.concat([Buffer.of(0, 2), Buffer.alloc(size - 50, 1), Buffer.of(0), message.subarray(1)])),
      raw(Buffer.concat([Buffer.of(0, 2), Buffer.alloc(size - 2, 1)])),
    ];
    for (const locked of locks)
      expect(outcome('server', 'RSA', at(1, plain(encodeLockedSecret({ locked }).bytes)))).toEqual(['bad_record_mac']);
  });
  it('a locked secret that is none at once, where it is told to answer that with an alert', () => {
    const locked = plain(encodeLockedSecret({ locked: Buffer.alloc(256, 1) }).bytes);
    expect(outcome('server', 'RSA', at(1, locked), { 'server.onPremaster': { onBadPadding: 'alert' } })).toEqual([
      'decrypt_error',
    ]);
  });
});

describe('who asks for a new handshake', () => {
  const items = talks.ECDHE.itemsOf('server');
  it('is told no by the client, and the connection goes on', () => {
    const events = talks.ECDHE.against('client', ahead(data, sealed(encodeHelloRequest().bytes))(items));
    expect(alertsFrom(events, 'client')).toEqual(['no_renegotiation', 'close_notify']);
    expect(dataTo(events, 'client')).toBe(reply);
  });
  it('is told no by the server', () => {
    const again = sealed(talks.ECDHE.itemsOf('client')[0]?.content as Uint8Array);
    expect(outcome('server', 'ECDHE', ahead(4, again))).toEqual(['no_renegotiation', 'close_notify']);
  });
  it('while there is one is not heard by the client', () => {
    const events = talks.ECDHE.against('client', ahead(1, plain(encodeHelloRequest().bytes))(items));
    expect(findAll(events, 'client', 'agreed')).toHaveLength(1);
    expect(dataTo(events, 'client')).toBe(reply);
  });
  it('may say no as well, and is heard on', () => {
    const events = talks.ECDHE.against('client', ahead(data, sealed(Buffer.of(1, 100), alert))(items));
    expect(alertsFrom(events, 'client')).toEqual(['close_notify']);
    expect(dataTo(events, 'client')).toBe(reply);
  });
});
