// Who an endpoint says it is: a certificate chain, and how it proves that the certificate is its own (RFC 8446 4.4.2, 4.4.3).
import type { KeyObject } from 'node:crypto';
import type { Protocol } from './effects.ts';
import { signatureSchemes } from './registry.ts';
import { signPss } from './rsaPadding.ts';
import { schemesOf, signWith } from './signatures.ts';

/** The chain and the proof need not belong together: only CertificateVerify tells. */
export interface Identity {
  /** DER, leaf first. */
  readonly chain: readonly Uint8Array[];
  readonly scheme: number;
  /** Signs the content of CertificateVerify; gives nothing where the message is to be left out. */
  readonly prove: (content: Uint8Array) => Protocol<Uint8Array | undefined>;
}

/**
 * A certificate with its own key: Ed25519, P-256 or RSA. The scheme is that which is usual for the key, where none is named.
 * With a salt of 32 bytes an RSA key gives the same signature each time.
 */
export function identity(
  chain: readonly Uint8Array[],
  key: KeyObject,
  scheme = schemesOf(key)[0],
  salt?: Uint8Array,
): Identity {
  if (scheme === undefined) throw new Error(`no signature scheme for a key of the kind ${key.asymmetricKeyType}`);
  return {
    chain,
    scheme,
    // biome-ignore lint/correctness/useYield: it asks nobody; others may
    *prove(content) {
      return salt && scheme === signatureSchemes.rsa_pss_rsae_sha256
        ? signPss(key, 'sha256', content, salt)
        : signWith(scheme, content, key);
    },
  };
}
