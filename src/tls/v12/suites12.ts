// The cipher suites of TLS 1.2 that the engine speaks: how the secret is exchanged, and how records are protected.
import { suites } from '../registry.ts';

export interface Suite12 {
  readonly id: number;
  /** RSA: the client makes the secret and locks it for the certificate's key (RFC 5246 7.4.7.1). ECDHE: RFC 8422 2. */
  readonly exchange: 'RSA' | 'ECDHE';
  /** The key in the server's certificate. Ed25519 keys go by the name of ECDSA (RFC 8422 2.2). */
  readonly certificate: 'RSA' | 'ECDSA';
  /** RFC 5246 6.2.3 and RFC 5288 3: AEAD, block cipher with a MAC, or a MAC alone. */
  readonly protection: 'AEAD' | 'block' | 'MAC';
  /** Of the PRF and the transcript: that of every suite here, as RFC 5246 5 has it. */
  readonly hash: 'sha256';
  readonly macHash: 'sha1' | 'sha256';
  /** Bytes in the key block, for each direction (RFC 5246 6.3). */
  readonly macLength: 0 | 20 | 32;
  readonly keyLength: 0 | 16;
  readonly ivLength: 0 | 4;
}

const gcm = {
  protection: 'AEAD',
  hash: 'sha256',
  macHash: 'sha256',
  macLength: 0,
  keyLength: 16,
  ivLength: 4,
} as const;

/** In the order in which they are offered and preferred. */
const all: readonly Suite12[] = [
  { id: suites.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, exchange: 'ECDHE', certificate: 'ECDSA', ...gcm },
  { id: suites.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, exchange: 'ECDHE', certificate: 'RSA', ...gcm },
  { id: suites.TLS_RSA_WITH_AES_128_GCM_SHA256, exchange: 'RSA', certificate: 'RSA', ...gcm },
  {
    id: suites.TLS_RSA_WITH_AES_128_CBC_SHA,
    exchange: 'RSA',
    certificate: 'RSA',
    protection: 'block',
    hash: 'sha256',
    macHash: 'sha1',
    macLength: 20,
    keyLength: 16,
    ivLength: 0,
  },
  {
    id: suites.TLS_RSA_WITH_NULL_SHA256,
    exchange: 'RSA',
    certificate: 'RSA',
    protection: 'MAC',
    hash: 'sha256',
    macHash: 'sha256',
    macLength: 32,
    keyLength: 0,
    ivLength: 0,
  },
];

/** Those that encrypt. Whoever wants NULL must name it. */
export const supportedSuites12: readonly number[] = all
  .filter(({ protection }) => protection !== 'MAC')
  .map(({ id }) => id);

/** The suite of that number, or nothing when it is none of TLS 1.2 that we speak. */
export const suite12Of = (id: number): Suite12 | undefined => all.find((suite) => suite.id === id);
