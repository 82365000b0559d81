// The signature of ServerKeyExchange (RFC 5246 4.7, 7.4.3; RFC 8422 5.4): what is signed, and by which key under which scheme.
import { constants, type KeyObject, sign, verify } from 'node:crypto';
import { signatureSchemes } from '../registry.ts';
import type { Suite12 } from './suites12.ts';
import type { Randoms } from './keySchedule12.ts';

/** Both randoms and the parameters: an old signature does not fit a new handshake. */
export const signedParams = ({ client, server }: Randoms, params: Uint8Array): Uint8Array =>
  Buffer.concat([client, server, params]);

interface Scheme12 {
  readonly id: number;
  readonly certificate: Suite12['certificate'];
  /** As node:crypto names it. */
  readonly key: 'ed25519' | 'ec' | 'rsa';
  readonly hash: 'sha256' | null;
  readonly padding?: number;
}
/** RSASSA-PSS may come from whoever offered it, in TLS 1.2 as well (RFC 8446 4.2.3). */
const all: readonly Scheme12[] = [
  { id: signatureSchemes.ed25519, certificate: 'ECDSA', key: 'ed25519', hash: null },
  { id: signatureSchemes.ecdsa_secp256r1_sha256, certificate: 'ECDSA', key: 'ec', hash: 'sha256' },
  {
    id: signatureSchemes.rsa_pss_rsae_sha256,
    certificate: 'RSA',
    key: 'rsa',
    hash: 'sha256',
    padding: constants.RSA_PKCS1_PSS_PADDING,
  },
  {
    id: signatureSchemes.rsa_pkcs1_sha256,
    certificate: 'RSA',
    key: 'rsa',
    hash: 'sha256',
    padding: constants.RSA_PKCS1_PADDING,
  },
];

export const supportedSchemes12: readonly number[] = all.map(({ id }) => id);

/** The scheme that gives the same signature each time where there is one: for RSA it is PKCS #1 v1.5. */
export const schemeOf = (key: KeyObject): number =>
  all.findLast((one) => one.key === key.asymmetricKeyType)?.id ?? unknownKey(key);

/** The kind of suites that a certificate with this key is for. */
export const certificateOf = (key: KeyObject): Suite12['certificate'] =>
  all.find((one) => one.key === key.asymmetricKeyType)?.certificate ?? unknownKey(key);

export function sign12(scheme: number, content: Uint8Array, key: KeyObject): Uint8Array {
  const one = all.find(({ id }) => id === scheme) ?? unknownKey(key);
  return sign(one.hash, content, inputOf(one, key));
}

/** Whether `signature` is by this key, under that scheme. A key of another kind gives false (RFC 5246 7.4.3). */
export function verifies12(scheme: number, content: Uint8Array, key: KeyObject, signature: Uint8Array): boolean {
  const one = all.find(({ id }) => id === scheme);
  return (
    one !== undefined && one.key === key.asymmetricKeyType && verify(one.hash, content, inputOf(one, key), signature)
  );
}

const inputOf = ({ padding }: Scheme12, key: KeyObject) =>
  padding === undefined ? { key } : { key, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };

const unknownKey = (key: KeyObject): never => {
  throw new Error(`no signature of TLS 1.2 by a key of the kind ${key.asymmetricKeyType}`);
};
