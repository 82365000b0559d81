// Signed certificate timestamps (RFC 6962 3.2, 3.3): the list of them, as it stands in a certificate, a stapled OCSP
// response or the TLS extension.
import { type DerReader, malformed } from './der.ts';

export interface Timestamp {
  /** SHA-256 of the log's public key. */
  readonly log: Uint8Array;
  readonly at: Date;
  readonly extensions: Uint8Array;
  /** Numbers of RFC 5246 7.4.1.4.1: 4 SHA-256; 1 RSA, 3 ECDSA. */
  readonly hash: number;
  readonly algorithm: number;
  readonly signature: Uint8Array;
}

/** SignedCertificateTimestampList: what is of another version than v1 is passed over. */
export function readTimestamps(reader: DerReader): Timestamp[] {
  const list: Timestamp[] = [];
  reader.prefixed('sct_list', () => {
    while (reader.left)
      reader.prefixed('sct', () => {
        const version = reader.uint(1, 'sct_version', (value) => (value ? `version ${value + 1}` : 'v1'));
        if (version !== 0) {
          reader.raw(reader.left, 'sct_unknown');
          return;
        }
        list.push({
          log: reader.raw(32, 'log_id'),
          at: new Date(reader.uint(8, 'timestamp', (ms) => inWords(ms))),
          extensions: reader.prefixed('sct_extensions', () => reader.raw(reader.left, 'sct_extension')),
          hash: reader.uint(1, 'hash_algorithm', (value) => (value === 4 ? 'SHA-256' : String(value))),
          algorithm: reader.uint(
            1,
            'signature_algorithm',
            (value) => ({ 1: 'RSA', 3: 'ECDSA' })[value] ?? String(value),
          ),
          signature: reader.prefixed('sct_signature', () => reader.raw(reader.left, 'sct_signature_value')),
        });
      });
  });
  if (!list.length) malformed('a list without a timestamp');
  return list;
}

const inWords = (ms: number): string => (ms > 8.64e15 ? 'beyond all dates' : new Date(ms).toISOString());
