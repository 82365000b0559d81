// Certificate Transparency (RFC 6962): whether logs that the client knows have promised to publish a certificate.
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { attempt } from './attempt.ts';
import type { Certificate } from './certificate.ts';
import { around, DerReader, tags } from './der.ts';
import { der, derSequence } from './derWriter.ts';
import { oids } from './oids.ts';
import type { PublicKey } from './publicKeys.ts';
import { readTimestamps, type Timestamp } from './timestamps.ts';

export interface Transparency {
  /** The logs that the client knows: their public keys as SubjectPublicKeyInfo. */
  readonly logs: readonly Uint8Array[];
  /** From how many of them a promise is wanted. */
  readonly least: number;
  /** A SignedCertificateTimestampList that came beside the certificate (RFC 6962 3.3.1). */
  readonly beside?: Uint8Array;
}

/** Why too few logs have it; nothing where enough have. */
export function unloggedIn(path: readonly Certificate[], transparency: Transparency, now: Date): string | undefined {
  const [leaf, issuer] = path;
  if (!leaf) return undefined;
  const { logs, least, beside } = transparency;
  const extra = beside
    ? attempt(beside, 65_536, () => {
        const reader = new DerReader(beside);
        const list = readTimestamps(reader);
        reader.done();
        return list;
      })
    : [];
  const promises = [
    ...(leaf.has.signedCertificateTimestamps ?? [])
      .slice(0, most)
      .map((one) => ({ one, entry: issuer && precertEntry(leaf, issuer) })),
    ...('malformed' in extra ? [] : extra).slice(0, most).map((one) => ({ one, entry: certificateEntry(leaf) })),
  ];
  const by = new Set(
    promises.flatMap(({ one, entry }) => {
      const log = logs.find((key) => logId(key).equals(one.log));
      return log && entry && one.at <= now && isPromise(one, entry, log) ? [Buffer.from(one.log).toString('hex')] : [];
    }),
  );
  if (by.size >= least) return undefined;
  return promises.length
    ? `${by.size} of the logs that this client knows have promised to publish ${leaf.called}, ${least} are wanted`
    : `no log has promised to publish ${leaf.called}`;
}

const most = 10;

/** 3.2: SHA-256 of the log's key. */
export const logId = (spki: Uint8Array): Buffer => createHash('sha256').update(spki).digest();

/** What a log signs (3.2) with these parts of a timestamp. */
export function signedByLog({ at, extensions }: Pick<Timestamp, 'at' | 'extensions'>, entry: Uint8Array): Uint8Array {
  const head = Buffer.alloc(10);
  head.writeBigUInt64BE(BigInt(at.getTime()), 2);
  return Buffer.concat([head, entry, sized(extensions, 2)]);
}

/** x509_entry: the certificate itself. */
export const certificateEntry = ({ der: whole }: Pick<Certificate, 'der'>): Uint8Array =>
  Buffer.concat([Uint8Array.of(0, 0), sized(whole, 3)]);

/** precert_entry: who issues it, and what will be signed but for the timestamps. */
export const precertEntry = (
  leaf: Pick<Certificate, 'tbs'>,
  issuer: { readonly key: Pick<PublicKey, 'spki'> },
): Uint8Array => Buffer.concat([Uint8Array.of(0, 1), logId(issuer.key.spki), sized(withoutTimestamps(leaf.tbs), 3)]);

const sized = (bytes: Uint8Array, size: 2 | 3): Uint8Array => {
  const head = Buffer.alloc(size);
  head.writeUIntBE(bytes.length, 0, size);
  return Buffer.concat([head, bytes]);
};

/** A TBSCertificate without the extensions that hold timestamps, or the mark of a precertificate (3.2). */
function withoutTimestamps(tbs: Uint8Array): Uint8Array {
  const reader = new DerReader(tbs);
  return reader.sequence('tbsCertificate', () => {
    const parts: Uint8Array[] = [];
    while (reader.left) {
      if (reader.next !== around(3)) {
        parts.push(reader.any('part').whole);
        continue;
      }
      const kept = reader.inside(around(3), 'x509_extensions', () =>
        reader.list(tags.sequence, 'extension_list', () => {
          const { value, bytes } = reader.spanned(() =>
            reader.sequence('x509_extension', () => {
              const oid = reader.oid('extnID');
              while (reader.left) reader.any('rest');
              return oid;
            }),
          );
          return value === oids.signedCertificateTimestamps || value === oids.ctPoison ? [] : [bytes];
        }),
      );
      parts.push(der(around(3), derSequence(...kept.flat())));
    }
    return derSequence(...parts);
  });
}

/** 2.1.4: by ECDSA on P-256, or RSA, over SHA-256. */
function isPromise(one: Timestamp, entry: Uint8Array, log: Uint8Array): boolean {
  const key = keyOf(log);
  if (!key || one.hash !== 4 || kinds[one.algorithm] !== key.asymmetricKeyType) return false;
  return verify('sha256', signedByLog(one, entry), key, one.signature);
}
const kinds: Readonly<Record<number, string>> = { 1: 'rsa', 3: 'ec' };

function keyOf(spki: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}
