// CertificateVerify (RFC 8446 4.4.3): what is signed, and how each scheme is checked.
import { constants, type KeyObject, verify, X509Certificate } from 'node:crypto';
import { signatureSchemes } from './registry.ts';

/** 64 spaces, the context, a zero byte and the transcript hash: the content that CertificateVerify signs. */
export function signedContent(side: 'client' | 'server', transcriptHash: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.alloc(64, 0x20), Buffer.from(`TLS 1.3, ${side} CertificateVerify\0`), transcriptHash]);
}

/** The schemes whose signatures can be checked, in the order in which they are offered. */
export const supportedSchemes: readonly number[] = [
  signatureSchemes.ed25519,
  signatureSchemes.ecdsa_secp256r1_sha256,
  signatureSchemes.rsa_pss_rsae_sha256,
];

/** Whether `signature` is by the key of the certificate, under that scheme. A key of another kind gives false. */
export function verifies(scheme: number, content: Uint8Array, certificate: Uint8Array, signature: Uint8Array): boolean {
  const key = publicKeyOf(certificate);
  const type = key?.asymmetricKeyType;
  if (!key) return false;
  switch (scheme) {
    case signatureSchemes.ed25519:
      return type === 'ed25519' && verify(null, content, key, signature);
    case signatureSchemes.ecdsa_secp256r1_sha256:
      return (
        type === 'ec' &&
        key.asymmetricKeyDetails?.namedCurve === 'prime256v1' &&
        verify('sha256', content, key, signature)
      );
    case signatureSchemes.rsa_pss_rsae_sha256:
      return (
        type === 'rsa' &&
        verify(
          'sha256',
          content,
          { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
          signature,
        )
      );
    default:
      return false;
  }
}

/** Nothing where the bytes are no certificate. */
function publicKeyOf(certificate: Uint8Array): KeyObject | undefined {
  try {
    return new X509Certificate(certificate).publicKey;
  } catch {
    return undefined;
  }
}
