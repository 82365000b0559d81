// Signature schemes (RFC 8446 4.2.3): each signs and is checked, each only with its own kind of key.
import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { issue } from '../../src/pki/issue.ts';
import { privateKeyFromSeed } from '../../src/tls/groups.ts';
import { identity } from '../../src/tls/identity.ts';
import { signatureSchemeName, signatureSchemes } from '../../src/tls/registry.ts';
import { schemesOf, signWith, supportedSchemes, verifies } from '../../src/tls/signatures.ts';
import { alertsFrom, dataTo, exchangeOf, reply } from './pair.ts';

const today = new Date();
const day = 24 * 3600 * 1000;
const ca = privateKeyFromSeed('Ed25519', Buffer.alloc(32, 5));
const certify = (key: KeyObject) =>
  issue({
    subject: 'shop.example',
    issuer: 'R',
    key,
    issuerKey: ca,
    serial: randomBytes(16),
    notBefore: new Date(today.getTime() - day),
    notAfter: new Date(today.getTime() + day),
    names: ['shop.example'],
  });
const keys = {
  ed25519: generateKeyPairSync('ed25519').privateKey,
  'P-256': generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  'P-384': generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey,
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
};
const certificates = Object.fromEntries(Object.entries(keys).map(([kind, key]) => [kind, certify(key)]));
/** Each scheme with the kind of key that it is for. */
const schemes = [
  ['ed25519', 'ed25519'],
  ['ecdsa_secp256r1_sha256', 'P-256'],
  ['rsa_pss_rsae_sha256', 'rsa'],
  ['rsa_pss_rsae_sha384', 'rsa'],
  ['rsa_pss_rsae_sha512', 'rsa'],
] as const;
const content = Buffer.from('what was said');

it('are five', () => {
  expect(schemes.map(([name]) => name)).toEqual(supportedSchemes.map(signatureSchemeName));
  expect(schemesOf(keys['P-384'])).toEqual([]);
  expect(() => identity([], keys['P-384'])).toThrow('ec');
});

describe.each(schemes)('%s', (name, kind) => {
  const scheme = signatureSchemes[name];
  const leaf = certificates[kind] ?? content;
  const signature = signWith(scheme, content, keys[kind]);

  it('is checked with the key of the certificate, over that content, under that scheme', () => {
    expect(verifies(scheme, content, leaf, signature)).toBe(true);
    expect(verifies(scheme, Buffer.from('what was not said'), leaf, signature)).toBe(false);
    const spoilt = signature.map((byte, index) => (index === signature.length - 9 ? byte ^ 1 : byte));
    expect(verifies(scheme, content, leaf, spoilt)).toBe(false);
    for (const other of supportedSchemes)
      if (other !== scheme) expect(verifies(other, content, leaf, signature)).toBe(false);
    expect(verifies(scheme, content, Buffer.from('no certificate'), signature)).toBe(false);
  });
  it('is made and taken by no other kind of key', () => {
    for (const [other, key] of Object.entries(keys)) {
      if (other === kind) continue;
      expect(() => signWith(scheme, content, key)).toThrow();
      expect(verifies(scheme, content, certificates[other] ?? content, signature)).toBe(false);
    }
  });
  it('carries both ends through a handshake', () => {
    const events = exchangeOf({
      client: { judge: () => [], schemes: [scheme] },
      server: { identify: () => identity([leaf], keys[kind], scheme) },
    });
    expect(alertsFrom(events, 'client')).toEqual(['close_notify']);
    expect(dataTo(events, 'client')).toBe(reply);
  });
});
