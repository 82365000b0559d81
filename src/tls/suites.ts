// The three cipher suites of TLS 1.3 that the engine speaks (RFC 8446 B.4): an AEAD and a hash, and nothing else.
import { suites } from './registry.ts';

export interface Suite {
  readonly id: number;
  readonly hash: 'sha256' | 'sha384';
  /** Bytes of a hash of this suite. */
  readonly hashLength: 32 | 48;
  readonly cipher: 'aes-128-gcm' | 'aes-256-gcm' | 'chacha20-poly1305';
  /** Bytes of a traffic key. */
  readonly keyLength: 16 | 32;
}

const all: readonly Suite[] = [
  { id: suites.TLS_AES_128_GCM_SHA256, hash: 'sha256', hashLength: 32, cipher: 'aes-128-gcm', keyLength: 16 },
  { id: suites.TLS_AES_256_GCM_SHA384, hash: 'sha384', hashLength: 48, cipher: 'aes-256-gcm', keyLength: 32 },
  {
    id: suites.TLS_CHACHA20_POLY1305_SHA256,
    hash: 'sha256',
    hashLength: 32,
    cipher: 'chacha20-poly1305',
    keyLength: 32,
  },
];

export const supportedSuites: readonly number[] = all.map((suite) => suite.id);

/** The suite of that number, or nothing when TLS 1.3 has none such that we speak. */
export const suiteOf = (id: number): Suite | undefined => all.find((suite) => suite.id === id);
