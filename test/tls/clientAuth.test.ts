// Client certificates (RFC 8446 4.3.2, 4.4.2): shown, not shown, not good enough; OpenSSL is told whom the server takes.
import { describe, expect, it } from 'vitest';
import { stack } from '../../src/tls/effects.ts';
import { entropy } from '../../src/tls/entropy.ts';
import { privateKeyFromSeed } from '../../src/tls/groups.ts';
import { identity } from '../../src/tls/identity.ts';
import { encodeCertificate } from '../../src/tls/messages/certificate.ts';
import { decodeCertificateRequest, encodeCertificateRequest } from '../../src/tls/messages/certificateRequest.ts';
import { decodeCertificateVerify, encodeCertificateVerify } from '../../src/tls/messages/certificateVerify.ts';
import { extensionTypes, handshakeTypes, signatureSchemes } from '../../src/tls/registry.ts';
import { type ClientCertificates, server } from '../../src/tls/server.ts';
import { alice, chain, door, key, member } from './club.ts';
import { type Item, insider, listening } from './insider.ts';
import { alertsFrom, dataTo, exchangeOf, issued, type PairSetup, question, reply } from './pair.ts';
import { echoing, missing, serving, start } from './peers.ts';
import { findAll } from './world.ts';

const noOpenssl = missing('openssl');
const withDoor = (more: Partial<ClientCertificates> = {}, setup: PairSetup['client'] = {}): PairSetup => ({
  client: setup,
  server: { clientCertificates: { ...door, ...more } },
});
const served = (setup: PairSetup): void => {
  const events = exchangeOf(setup);
  expect(alertsFrom(events, 'server')).toEqual(['close_notify']);
  expect([dataTo(events, 'server'), dataTo(events, 'client')]).toEqual([question, reply]);
};
const messagesOf = (setup: PairSetup) => findAll(exchangeOf(setup), 'server', 'message').map(({ name }) => name);

describe('a client that is asked', () => {
  it('shows its certificate and proves that it is its own', () => {
    const setup = withDoor({}, { identity: alice });
    served(setup);
    expect(messagesOf(setup)).toEqual(
      [
        'ClientHello',
        'ServerHello',
        'EncryptedExtensions',
        'CertificateRequest',
        'Certificate',
        'CertificateVerify',
      ].concat(['Finished', 'Certificate', 'CertificateVerify', 'Finished']),
    );
    const checks = findAll(exchangeOf(setup), 'server', 'check');
    expect(checks.map(({ name, holds }) => `${name} ${holds}`)).toEqual([
      'path true',
      'dates true',
      'name true',
      'CertificateVerify true',
      'Finished true',
    ]);
  });
  it('says so where it has none: it is served where one is optional, and refused where not', () => {
    const setup = withDoor({ optional: true });
    served(setup);
    expect(messagesOf(setup).slice(-2)).toEqual(['Certificate', 'Finished']);
    const refused = exchangeOf(withDoor());
    expect(alertsFrom(refused, 'server')).toEqual(['certificate_required']);
    expect(dataTo(refused, 'server')).toBe('');
  });
  it('shows none where the server could not check it, or where it will not', () => {
    const blind = withDoor({ schemes: [signatureSchemes.ecdsa_secp256r1_sha256] }, { identity: alice });
    expect(alertsFrom(exchangeOf(blind), 'server')).toEqual(['certificate_required']);
    const shy = {
      ...withDoor({}, { identity: alice }),
      answers: { 'client.sendCertificate': { certificate: 'none' } },
    };
    expect(alertsFrom(exchangeOf(shy), 'server')).toEqual(['certificate_required']);
  });
  it('is not asked unless the server wants to know', () => {
    served({ client: { identity: alice } });
    expect(messagesOf({ client: { identity: alice } })).not.toContain('CertificateRequest');
    const asked = { answers: { 'server.requestCertificate': { request: true } }, client: { identity: alice } };
    served(asked);
    expect(messagesOf(asked)).toContain('CertificateRequest');
  });
});

describe('a server that asks', () => {
  const forged = member(key, privateKeyFromSeed('Ed25519', Buffer.alloc(32, 5)));
  it('refuses a chain that does not hold, unless it does not care', () => {
    const setup = withDoor({}, { identity: identity(forged.chain, key) });
    expect(alertsFrom(exchangeOf(setup), 'server')).toEqual(['unknown_ca']);
    served({ ...setup, answers: { 'server.acceptClient': { require: ['name'], anonymous: 'refuse' } } });
  });
  it('refuses a copied certificate with decrypt_error, unless it does not check the proof', () => {
    const thief = identity(chain, privateKeyFromSeed('Ed25519', Buffer.alloc(32, 6)));
    const setup = withDoor({}, { identity: thief });
    expect(alertsFrom(exchangeOf(setup), 'server')).toEqual(['decrypt_error']);
    served({ ...setup, answers: { 'server.onCertificateVerify': { require: 'nothing' } } });
  });

  const talk = insider(withDoor({}, { identity: alice }));
  const items = talk.itemsOf('client');
  const [leaf = new Uint8Array(0)] = chain;
  const say = (place: number, content: Uint8Array) =>
    alertsFrom(
      talk.against(
        'server',
        items.map((item, index) => (index === place ? { ...item, content } : item)),
        {
          application: listening,
        },
      ),
      'server',
    );
  const { scheme, signature } = decodeCertificateVerify(items[2]?.content ?? leaf);
  const entry = { certificate: leaf, extensions: [] };
  it.each([
    [
      'the answer to another request (4.4.2)',
      1,
      encodeCertificate({ context: Buffer.of(1), entries: [entry] }).bytes,
      'illegal_parameter',
    ],
    [
      'what it did not ask for beside the certificate (4.4.2)',
      1,
      encodeCertificate({
        context: Buffer.of(),
        entries: [
          { ...entry, extensions: [{ name: 'other', type: extensionTypes.status_request, body: Buffer.of() }] },
        ],
      }).bytes,
      'unsupported_extension',
    ],
    [
      'a certificate that is none',
      1,
      encodeCertificate({ context: Buffer.of(), entries: [{ ...entry, certificate: Buffer.from('alice') }] }).bytes,
      'bad_certificate',
    ],
    [
      'a scheme that it did not name (4.4.3)',
      2,
      encodeCertificateVerify({ scheme: 0x0401, signature }).bytes,
      'illegal_parameter',
    ],
    [
      'a spoilt signature (4.4.3)',
      2,
      encodeCertificateVerify({ scheme, signature: signature.map((byte) => byte ^ 1) }).bytes,
      'decrypt_error',
    ],
  ])('refuses %s', (_what, place, content, alert) => {
    expect(say(place, content)).toEqual([alert]);
  });
  it('takes no Finished in the place of an answer, and no answer without a proof', () => {
    const left = (...places: readonly number[]) =>
      alertsFrom(
        talk.against(
          'server',
          items.filter((_item, index) => !places.includes(index)),
          { application: listening },
        ),
        'server',
      );
    expect(left()).toEqual(['close_notify']);
    expect(left(1, 2)).toEqual(['unexpected_message']);
    expect(left(2)).toEqual(['unexpected_message']);
  });
});

describe('a client wants a server that', () => {
  const talk = insider(withDoor({}, { identity: alice }));
  const items = talk.itemsOf('server');
  const asked = decodeCertificateRequest(items[2]?.content ?? new Uint8Array(0));
  const say = (content: Uint8Array) =>
    alertsFrom(
      talk.against(
        'client',
        items.map((item, index) => (index === 2 ? { ...item, content } : item)),
        {
          application: listening,
        },
      ),
      'client',
    );
  it.each([
    ['leaves the context empty (4.3.2)', { ...asked, context: Buffer.of(1) }, 'illegal_parameter'],
    [
      'says which signatures it checks (4.3.2)',
      { ...asked, extensions: asked.extensions.filter(({ name }) => name !== 'signature_algorithms') },
      'missing_extension',
    ],
    [
      'names somebody where it names authorities (4.2.4)',
      {
        ...asked,
        extensions: [...asked.extensions.slice(0, 1), { name: 'certificate_authorities', authorities: [] } as const],
      },
      'decode_error',
    ],
  ])('%s', (_rule, request, alert) => {
    expect(say(encodeCertificateRequest(request).bytes)).toEqual([alert]);
  });
  it('asks once, and before it shows its own', () => {
    const twice = [...items.slice(0, 3), items[2] as Item, ...items.slice(3)];
    expect(alertsFrom(talk.against('client', twice, { application: listening }), 'client')).toEqual([
      'unexpected_message',
    ]);
    const late = [...items.slice(0, 2), items[3] as Item, items[2] as Item, ...items.slice(4)];
    expect(alertsFrom(talk.against('client', late, { application: listening }), 'client')).toEqual([
      'unexpected_message',
    ]);
  });
  it('may add GREASE and what is unknown to its question (RFC 8701 4)', () => {
    const extensions = [...asked.extensions, { name: 'other', type: 0x2a2a, body: Buffer.of(1) } as const];
    const events = talk.against(
      'client',
      items.map((item, index) =>
        index === 2 ? { ...item, content: encodeCertificateRequest({ ...asked, extensions }).bytes } : item,
      ),
    );
    // It goes on past the question, to a signature that is over another one.
    expect(findAll(events, 'client', 'message').map(({ name }) => name)).toContain('CertificateVerify');
    expect(alertsFrom(events, 'client')).toEqual(['decrypt_error']);
  });
  it('does not ask with the words of a message that is not due', () => {
    const stray = { ...(items[2] as Item), content: Buffer.of(handshakeTypes.key_update, 0, 0, 1, 0) };
    const events = talk.against('client', [...items.slice(0, 2), stray, ...items.slice(3)]);
    expect(alertsFrom(events, 'client')).toEqual(['unexpected_message']);
  });
});

describe.skipIf(noOpenssl)('OpenSSL', () => {
  it('as a client is told whom the server takes', async () => {
    const { port, outcomes } = await serving(() =>
      stack(
        echoing(),
        server({
          entropy: entropy('a server'),
          identify: () => identity(issued.chain, issued.key),
          clientCertificates: door,
        }),
      ),
    );
    const peer = start('openssl', ['s_client', '-connect', `127.0.0.1:${port}`]);
    await peer.until(/Acceptable client certificate CA names\s+CN = Club/);
    expect((await outcomes[0])?.result.transport).toMatchObject({ fault: 'refused', alert: 'certificate_required' });
  });
});
