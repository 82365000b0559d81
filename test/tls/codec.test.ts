// Messages as bytes: round trips with and without the recorder, field maps without gaps, and what is short or long refused.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Field } from '../../src/tls/codec.ts';
import { Refusal } from '../../src/tls/effects.ts';
import { noteFor } from '../../src/tls/fieldNotes.ts';
import { decodeCertificate, encodeCertificate } from '../../src/tls/messages/certificate.ts';
import { decodeCertificateRequest, encodeCertificateRequest } from '../../src/tls/messages/certificateRequest.ts';
import { decodeCertificateVerify, encodeCertificateVerify } from '../../src/tls/messages/certificateVerify.ts';
import { decodeClientHello, encodeClientHello } from '../../src/tls/messages/clientHello.ts';
import { decodeEncryptedExtensions, encodeEncryptedExtensions } from '../../src/tls/messages/encryptedExtensions.ts';
import type { Extension } from '../../src/tls/messages/extensions.ts';
import { decodeFinished, encodeFinished } from '../../src/tls/messages/finished.ts';
import { decodeEndOfEarlyData, encodeEndOfEarlyData } from '../../src/tls/messages/endOfEarlyData.ts';
import { decodeNewSessionTicket, encodeNewSessionTicket } from '../../src/tls/messages/newSessionTicket.ts';
import { decodeKeyUpdate, encodeKeyUpdate } from '../../src/tls/messages/keyUpdate.ts';
import type { Decoded, Encoded } from '../../src/tls/messages/message.ts';
import { decodeServerHello, encodeServerHello, helloRetryRandom } from '../../src/tls/messages/serverHello.ts';
import { extensionTypes } from '../../src/tls/registry.ts';
import { decodeCertificate12, encodeCertificate12 } from '../../src/tls/v12/messages/certificate12.ts';
import {
  decodeClientShare,
  decodeLockedSecret,
  encodeClientShare,
  encodeLockedSecret,
} from '../../src/tls/v12/messages/clientKeyExchange.ts';
import {
  decodeHelloRequest,
  decodeServerHelloDone,
  encodeHelloRequest,
  encodeServerHelloDone,
} from '../../src/tls/v12/messages/serverHelloDone.ts';
import { decodeServerKeyExchange, encodeServerKeyExchange } from '../../src/tls/v12/messages/serverKeyExchange.ts';
import { leaves } from './fields.ts';

const bytes = (minLength: number, maxLength = minLength) =>
  fc.uint8Array({ minLength, maxLength }).map((value) => new Uint8Array(value));
const uint16 = fc.integer({ min: 0, max: 0xffff });
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const name = fc.stringMatching(/^[a-z][a-z0-9.-]{0,40}$/);
const share = fc.record({ group: uint16, share: bytes(1, 80) });
const known: readonly number[] = Object.values(extensionTypes);
/** Types that the engine does not read: grease, and what the registry will have one day. */
const unknownType = uint16.filter((type) => !known.includes(type));

const other = fc.record({ name: fc.constant('other' as const), type: unknownType, body: bytes(0, 40) });
/** Those of TLS 1.2, in both hellos. */
const older: fc.Arbitrary<Extension> = fc.oneof(
  fc.record({
    name: fc.constant('ec_point_formats' as const),
    formats: fc.array(fc.nat(255), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ name: fc.constant('extended_master_secret' as const) }),
  fc.record({ name: fc.constant('renegotiation_info' as const), connection: bytes(0, 24) }),
);
const clientExtension: fc.Arbitrary<Extension> = fc.oneof(
  fc.record({ name: fc.constant('server_name' as const), host: name }),
  fc.record({
    name: fc.constant('supported_groups' as const),
    groups: fc.array(uint16, { minLength: 1, maxLength: 8 }),
  }),
  fc.record({
    name: fc.constant('signature_algorithms' as const),
    schemes: fc.array(uint16, { minLength: 1, maxLength: 8 }),
  }),
  fc.record({
    name: fc.constant('application_layer_protocol_negotiation' as const),
    protocols: fc.array(name, { minLength: 1, maxLength: 4 }),
  }),
  fc.record({
    name: fc.constant('supported_versions' as const),
    versions: fc.array(uint16, { minLength: 1, maxLength: 6 }),
  }),
  fc.record({ name: fc.constant('cookie' as const), cookie: bytes(1, 60) }),
  fc.record({ name: fc.constant('key_share' as const), shares: fc.array(share, { maxLength: 4 }) }),
  fc.record({
    name: fc.constant('psk_key_exchange_modes' as const),
    modes: fc.array(fc.nat(255), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    name: fc.constant('pre_shared_key' as const),
    identities: fc.array(fc.record({ identity: bytes(1, 40), age: uint32 }), { minLength: 1, maxLength: 3 }),
    binders: fc.array(bytes(32, 48), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ name: fc.constant('early_data' as const) }),
  fc.record({ name: fc.constant('record_size_limit' as const), limit: fc.integer({ min: 64, max: 0xffff }) }),
  older,
  other,
);
const schemeList = fc.record({
  name: fc.constant('signature_algorithms' as const),
  schemes: fc.array(uint16, { minLength: 1, maxLength: 8 }),
});
const authorityList = fc.record({
  name: fc.constant('certificate_authorities' as const),
  authorities: fc.array(bytes(1, 60), { minLength: 1, maxLength: 3 }),
});
const limit = fc.record({
  name: fc.constant('record_size_limit' as const),
  limit: fc.integer({ min: 64, max: 0xffff }),
});
const requestExtension: fc.Arbitrary<Extension> = fc.oneof(schemeList, authorityList, other);
const distinct = (extension: fc.Arbitrary<Extension>) =>
  fc.uniqueArray(extension, {
    maxLength: 6,
    selector: (one) => (one.name === 'other' ? one.type : one.name === 'key_share_request' ? 'key_share' : one.name),
  });
const serverExtension: fc.Arbitrary<Extension> = fc.oneof(
  fc.record({ name: fc.constant('supported_versions' as const), versions: uint16.map((one) => [one]) }),
  fc.record({ name: fc.constant('key_share' as const), shares: share.map((one) => [one]) }),
  fc.record({ name: fc.constant('pre_shared_key_selected' as const), index: uint16 }),
  older,
  other,
);
const retryExtension: fc.Arbitrary<Extension> = fc.oneof(
  fc.record({ name: fc.constant('supported_versions' as const), versions: uint16.map((one) => [one]) }),
  fc.record({ name: fc.constant('key_share_request' as const), group: uint16 }),
  fc.record({ name: fc.constant('cookie' as const), cookie: bytes(1, 60) }),
  other,
);

interface Codec {
  readonly value: fc.Arbitrary<unknown>;
  readonly encode: (value: never, recording?: boolean) => Encoded;
  readonly decode: (bytes: Uint8Array, recording?: boolean) => Decoded<object>;
}
const hello = (random: fc.Arbitrary<Uint8Array>, extension: fc.Arbitrary<Extension>) =>
  fc.record({
    legacyVersion: uint16,
    random,
    sessionId: bytes(0, 32),
    suite: uint16,
    compressionMethod: fc.integer({ min: 0, max: 255 }),
    extensions: distinct(extension),
  });
const codecs: Readonly<Record<string, Codec>> = {
  ClientHello: {
    value: fc.record({
      legacyVersion: uint16,
      random: bytes(32),
      sessionId: bytes(0, 32),
      suites: fc.array(uint16, { minLength: 1, maxLength: 12 }),
      compressionMethods: bytes(1, 3),
      extensions: distinct(clientExtension),
    }),
    encode: encodeClientHello,
    decode: decodeClientHello,
  },
  ServerHello: { value: hello(bytes(32), serverExtension), encode: encodeServerHello, decode: decodeServerHello },
  HelloRetryRequest: {
    value: hello(fc.constant(helloRetryRandom), retryExtension),
    encode: encodeServerHello,
    decode: decodeServerHello,
  },
  EncryptedExtensions: {
    value: fc.record({ extensions: distinct(fc.oneof(limit, other)) }),
    encode: encodeEncryptedExtensions,
    decode: decodeEncryptedExtensions,
  },
  Certificate: {
    value: fc.record({
      context: bytes(0, 8),
      entries: fc.array(fc.record({ certificate: bytes(1, 90), extensions: distinct(other) }), { maxLength: 3 }),
    }),
    encode: encodeCertificate,
    decode: decodeCertificate,
  },
  CertificateRequest: {
    value: fc.record({ context: bytes(0, 8), extensions: distinct(requestExtension) }),
    encode: encodeCertificateRequest,
    decode: decodeCertificateRequest,
  },
  CertificateVerify: {
    value: fc.record({ scheme: uint16, signature: bytes(0, 90) }),
    encode: encodeCertificateVerify,
    decode: decodeCertificateVerify,
  },
  Finished: { value: fc.record({ verifyData: bytes(32, 48) }), encode: encodeFinished, decode: decodeFinished },
  'Certificate of TLS 1.2': {
    value: fc.record({ chain: fc.array(bytes(1, 90), { maxLength: 3 }) }),
    encode: encodeCertificate12,
    decode: decodeCertificate12,
  },
  ServerKeyExchange: {
    value: fc.record({ group: uint16, share: bytes(1, 80), scheme: uint16, signature: bytes(0, 90) }),
    encode: encodeServerKeyExchange,
    decode: decodeServerKeyExchange,
  },
  ServerHelloDone: {
    value: fc.constant({}),
    encode: (_value, recording) => encodeServerHelloDone(recording),
    decode: decodeServerHelloDone,
  },
  HelloRequest: {
    value: fc.constant({}),
    encode: (_value, recording) => encodeHelloRequest(recording),
    decode: decodeHelloRequest,
  },
  'ClientKeyExchange with a locked secret': {
    value: fc.record({ locked: bytes(0, 300) }),
    encode: encodeLockedSecret,
    decode: decodeLockedSecret,
  },
  'ClientKeyExchange with a share': {
    value: fc.record({ share: bytes(1, 133) }),
    encode: encodeClientShare,
    decode: decodeClientShare,
  },
  NewSessionTicket: {
    value: fc.record({
      lifetime: uint32,
      ageAdd: uint32,
      nonce: bytes(0, 8),
      ticket: bytes(1, 80),
      extensions: distinct(fc.oneof(fc.record({ name: fc.constant('early_data' as const), maxSize: uint32 }), other)),
    }),
    encode: encodeNewSessionTicket,
    decode: decodeNewSessionTicket,
  },
  EndOfEarlyData: { value: fc.constant({}), encode: encodeEndOfEarlyData, decode: decodeEndOfEarlyData },
  KeyUpdate: { value: fc.record({ requested: fc.boolean() }), encode: encodeKeyUpdate, decode: decodeKeyUpdate },
};
const some = (codec: Codec) => codec.value as fc.Arbitrary<never>;

const isInside = (field: Field): boolean =>
  (field.children ?? []).every(
    (child) =>
      child.offset >= field.offset && child.offset + child.length <= field.offset + field.length && isInside(child),
  );

describe.each(Object.entries(codecs))('%s', (_name, codec) => {
  it('is read as it was written, byte for byte', () => {
    fc.assert(
      fc.property(some(codec), (value) => {
        const { bytes: written } = codec.encode(value);
        const { fields: _fields, ...read } = codec.decode(written);
        expect(codec.encode(read as never).bytes).toEqual(written);
        // Where a hello has no extensions, it ends before them.
        expect(plain(read)).toEqual(plain(value));
      }),
    );
  });
  it('has the same bytes and the same values with and without the recorder', () => {
    fc.assert(
      fc.property(some(codec), (value) => {
        const recorded = codec.encode(value, true);
        const bare = codec.encode(value, false);
        expect(bare.bytes).toEqual(recorded.bytes);
        expect(bare.fields).toEqual([]);
        const { fields, ...read } = codec.decode(recorded.bytes, true);
        expect(codec.decode(recorded.bytes, false)).toEqual({ ...read, fields: [] });
        expect(fields.length).toBeGreaterThan(0);
      }),
    );
  });
  it('has a field map that covers every byte once and in order, the same for writer and reader', () => {
    fc.assert(
      fc.property(some(codec), (value) => {
        const { bytes: written, fields } = codec.encode(value);
        let at = 0;
        for (const { offset, length } of leaves(fields)) {
          expect(offset).toBe(at);
          at += length;
        }
        expect(at).toBe(written.length);
        expect(fields.every(isInside)).toBe(true);
        expect(shape(codec.decode(written).fields)).toEqual(shape(fields));
      }),
    );
  });
  it('has words for every field', () => {
    fc.assert(
      fc.property(some(codec), (value) => {
        const names = (all: readonly Field[]): string[] =>
          all.flatMap(({ name, children }) => [name, ...names(children ?? [])]);
        expect(names(codec.encode(value).fields).filter((name) => !noteFor(name))).toEqual([]);
      }),
    );
  });
  it('is refused with decode_error wherever it is cut off, and where a byte is left over', () => {
    fc.assert(
      fc.property(some(codec), (value) => {
        const { bytes: written } = codec.encode(value);
        for (let length = 0; length < written.length; length++)
          expect(alertOf(() => codec.decode(written.subarray(0, length)))).toBe('decode_error');
        expect(alertOf(() => codec.decode(Buffer.concat([written, Buffer.of(0)])))).toBe('decode_error');
      }),
      { numRuns: 25 },
    );
  });
  it('never ends in anything but a message or a refusal, whatever was changed', () => {
    fc.assert(
      fc.property(
        some(codec),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        (value, changes) => {
          const spoilt = new Uint8Array(codec.encode(value).bytes);
          for (const [at, byte] of changes) spoilt[at % spoilt.length] = byte;
          expect(typeof (alertOf(() => codec.decode(spoilt)) ?? 'read')).toBe('string');
        },
      ),
    );
  });
});

it('any bytes at all are read or refused by every decoder', () => {
  fc.assert(
    fc.property(bytes(0, 200), fc.constantFrom(...Object.values(codecs)), (junk, { decode }) => {
      alertOf(() => decode(junk));
    }),
    { numRuns: 500 },
  );
});
it('an extension with something behind its list is refused with decode_error, be it another extension', () => {
  fc.assert(
    fc.property(
      clientExtension.filter(({ name: kind }) => kind !== 'other'),
      (extension) => {
        const { bytes: whole } = encodeClientHello({ ...bareHello, extensions: [extension] });
        // The one extension stands where the hello without any ends: two bytes of type, two of length, then its body.
        const body = whole.subarray(encodeClientHello(bareHello).bytes.length + 4);
        const type = extensionTypes[extension.name as keyof typeof extensionTypes];
        const saying = (more: string) =>
          encodeClientHello({
            ...bareHello,
            extensions: [{ name: 'other', type, body: Buffer.concat([body, Buffer.from(more, 'hex')]) }],
          }).bytes;
        expect(saying('')).toEqual(whole);
        expect(alertOf(() => decodeClientHello(saying('7a7a0000')))).toBe('decode_error');
      },
    ),
  );
});
it('an extension that comes twice is refused with illegal_parameter', () => {
  const twice = { name: 'other', type: 0x1234, body: new Uint8Array(2) } as const;
  const { bytes: written } = encodeEncryptedExtensions({ extensions: [twice, twice] });
  expect(alertOf(() => decodeEncryptedExtensions(written))).toBe('illegal_parameter');
});

const bareHello = {
  legacyVersion: 0x0303,
  random: new Uint8Array(32),
  sessionId: new Uint8Array(0),
  suites: [0x1301],
  compressionMethods: Uint8Array.of(0),
  extensions: [],
};
/** The alert of a refusal; nothing where it was read. Any other exception is a bug, and goes through. */
function alertOf(deed: () => unknown): string | undefined {
  try {
    deed();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.alert;
    throw error;
  }
}
const shape = (fields: readonly Field[]): unknown =>
  fields.map(({ name: field, offset, length, children }) => [field, offset, length, shape(children ?? [])]);
/** Byte strings as hex, so that Buffers and arrays compare. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_key, item: unknown) =>
      item instanceof Uint8Array
        ? Buffer.from(item).toString('hex')
        : typeof item === 'object' && item !== null && 'type' in item && 'data' in item && item.type === 'Buffer'
          ? Buffer.from(item.data as number[]).toString('hex')
          : item,
    ),
  );
