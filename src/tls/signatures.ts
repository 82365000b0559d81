// CertificateVerify (RFC 8446 4.4.3): what is signed, and how each scheme of 4.2.3 signs and is checked.
import { constants, type KeyObject, sign, type SignKeyObjectInput, verify, X509Certificate } from 'node:crypto';
import { signatureSchemes } from './registry.ts';
import { remember } from './remember.ts';

/** 64 spaces, the context, a zero byte and the transcript hash: the content that CertificateVerify signs. */
export function signedContent(side: 'client' | 'server', transcriptHash: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.alloc(64, 0x20), Buffer.from(`TLS 1.3, ${side} CertificateVerify\0`), transcriptHash]);
}

interface Scheme {
  readonly id: number;
  /** The kind of key, as node:crypto names it. */
  readonly type: 'ed25519' | 'ec' | 'rsa';
  /** null: the scheme hashes by itself. */
  readonly hash: 'sha256' | 'sha384' | 'sha512' | null;
}
const all: readonly Scheme[] = [
  { id: signatureSchemes.ed25519, type: 'ed25519', hash: null },
  { id: signatureSchemes.ecdsa_secp256r1_sha256, type: 'ec', hash: 'sha256' },
  { id: signatureSchemes.rsa_pss_rsae_sha256, type: 'rsa', hash: 'sha256' },
  { id: signatureSchemes.rsa_pss_rsae_sha384, type: 'rsa', hash: 'sha384' },
  { id: signatureSchemes.rsa_pss_rsae_sha512, type: 'rsa', hash: 'sha512' },
];

/** The schemes whose signatures can be made and checked, in the order in which they are offered. */
export const supportedSchemes: readonly number[] = all.map(({ id }) => id);

/** The schemes that a key can sign with, the usual one first; none for a key that the engine does not use. */
export const schemesOf = (key: KeyObject): readonly number[] =>
  all.filter((scheme) => fits(scheme, key)).map(({ id }) => id);

/** Signs. Ed25519 gives the same bytes each time; ECDSA and RSA-PSS do not, so they are not for a simulation. */
export function signWith(scheme: number, content: Uint8Array, key: KeyObject): Uint8Array {
  const one = all.find(({ id }) => id === scheme);
  if (!one || !fits(one, key)) throw new Error(`a key of the kind ${key.asymmetricKeyType} cannot sign with ${scheme}`);
  return sign(one.hash, content, input(one, key));
}

/** Whether `signature` is by the key of the certificate, under that scheme. A key of another kind gives false. */
export function verifies(scheme: number, content: Uint8Array, certificate: Uint8Array, signature: Uint8Array): boolean {
  const key = publicKeyOf(certificate);
  const one = all.find(({ id }) => id === scheme);
  return (
    key !== undefined && one !== undefined && fits(one, key) && verify(one.hash, content, input(one, key), signature)
  );
}

/** TLS 1.3 binds the curve to the scheme (4.2.3). */
const fits = ({ type }: Scheme, key: KeyObject): boolean =>
  key.asymmetricKeyType === type && (type !== 'ec' || key.asymmetricKeyDetails?.namedCurve === 'prime256v1');

/** RSA: PSS, its salt as long as the hash (4.2.3). */
const input = ({ type }: Scheme, key: KeyObject): SignKeyObjectInput =>
  type === 'rsa'
    ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : { key };

/** Nothing where the bytes are no certificate. A server shows the same one to every visitor, so the last few are kept. */
const publicKeyOf = (certificate: Uint8Array): KeyObject | undefined =>
  publicKeys(Buffer.from(certificate).toString('latin1'), () => {
    try {
      return new X509Certificate(certificate).publicKey;
    } catch {
      return undefined;
    }
  });
const publicKeys = remember<KeyObject | undefined>(16);
