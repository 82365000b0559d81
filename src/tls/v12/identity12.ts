// Who a TLS 1.2 server is: a chain, a key that signs, and for RSA one that also opens what was locked for it.
import type { KeyObject } from 'node:crypto';
import type { Identity } from '../identity.ts';
import { unlock } from './keyTransport.ts';
import { certificateOf, schemeOf, sign12 } from './signatures12.ts';
import type { Suite12 } from './suites12.ts';

export interface Identity12 extends Identity {
  /** The suites that the key is for. */
  readonly certificate: Suite12['certificate'];
  /** Raw RSA: the padded message. Nothing where it was not locked for this key; absent where the key is none of RSA. */
  readonly unlock?: (locked: Uint8Array) => Uint8Array | undefined;
}

/** A certificate with its own key: RSA, P-256 or Ed25519. `prove` signs what ServerKeyExchange says. */
export function identity12(chain: readonly Uint8Array[], key: KeyObject): Identity12 {
  const scheme = schemeOf(key);
  return {
    chain,
    scheme,
    certificate: certificateOf(key),
    // biome-ignore lint/correctness/useYield: it asks nobody; others may
    *prove(content) {
      return sign12(scheme, content, key);
    },
    ...(key.asymmetricKeyType === 'rsa' ? { unlock: (locked) => unlock(key, locked) } : {}),
  };
}
