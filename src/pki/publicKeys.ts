// Algorithms, public keys and signatures in certificates (RFC 3279, 4055, 5480, 5758, 8410).
import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { remember } from '../tls/remember.ts';
import { type DerReader, malformed, number, tags } from './der.ts';
import { oidName, oids } from './oids.ts';

export interface Algorithm {
  readonly oid: string;
  /** The parameters in DER, where there are any. */
  readonly parameters?: Uint8Array;
  /** The whole AlgorithmIdentifier. */
  readonly der: Uint8Array;
}
export type KeyKind =
  | {
      readonly kind: 'rsa' /** Of the modulus. */;
      readonly bits: number;
      readonly modulus: Uint8Array;
      readonly exponent: Uint8Array;
    }
  | { readonly kind: 'ec'; readonly curve: string }
  | { readonly kind: 'ed25519' }
  | { readonly kind: 'other'; readonly name: string };
export interface PublicKey {
  readonly spki: Uint8Array;
  /** The bits of the key alone, without what kind of key it is. */
  readonly bits: Uint8Array;
  readonly kind: KeyKind;
}

export function readAlgorithm(reader: DerReader, name: string): Algorithm {
  const { value, bytes } = reader.spanned(() =>
    reader.sequence(
      name,
      () => {
        const oid = reader.oid('algorithm_id', oidName);
        return { oid, ...(reader.left ? { parameters: reader.any('parameters', () => 'parameters').whole } : {}) };
      },
      ({ oid }) => oidName(oid),
    ),
  );
  return { ...value, der: bytes };
}

export function readPublicKey(reader: DerReader): PublicKey {
  const { value, bytes } = reader.spanned(() =>
    reader.sequence('subjectPublicKeyInfo', () => {
      const algorithm = readAlgorithm(reader, 'key_algorithm');
      if (algorithm.oid === oids.rsaEncryption) return readRsa(reader, algorithm);
      const { bytes: bits, unused } = reader.bits('subjectPublicKey', ({ bytes: key }) => `${key.length} bytes`);
      if (unused) malformed('subjectPublicKey: not whole bytes');
      return { bits, kind: kindOf(algorithm, bits) };
    }),
  );
  return { ...value, spki: bytes };
}

function readRsa(reader: DerReader, { parameters }: Algorithm): Omit<PublicKey, 'spki'> {
  if (!isNull(parameters)) malformed('key_algorithm: RSA has the parameter NULL');
  return reader.inside(tags.bitString, 'subjectPublicKey', () => {
    if (reader.uint(1, 'unused_bits')) malformed('subjectPublicKey: not whole bytes');
    const { value, bytes } = reader.spanned(() =>
      reader.sequence('RSAPublicKey', () => ({
        modulus: positive(reader.integer('modulus', sizeInWords)),
        exponent: positive(reader.integer('publicExponent')),
      })),
    );
    return { bits: bytes, kind: { kind: 'rsa' as const, bits: bitLength(value.modulus), ...value } };
  });
}

function kindOf({ oid, parameters }: Algorithm, bits: Uint8Array): KeyKind {
  if (oid === oids.ed25519) {
    if (parameters || bits.length !== 32) malformed('subjectPublicKey: no Ed25519 key');
    return { kind: 'ed25519' };
  }
  if (oid !== oids.ecPublicKey) return { kind: 'other', name: oidName(oid) };
  if (parameters?.[0] !== tags.oid) return { kind: 'ec', curve: 'a curve of its own' };
  return { kind: 'ec', curve: curves.get(Buffer.from(parameters).toString('hex')) ?? 'another curve' };
}

/** The curves of RFC 5480 that are in use, by their identifier in DER. */
const curves: ReadonlyMap<string, string> = new Map([
  ['06082a8648ce3d030107', 'P-256'],
  ['06052b81040022', 'P-384'],
  ['06052b81040023', 'P-521'],
]);

const positive = (bytes: Uint8Array): Uint8Array =>
  (bytes[0] ?? 0x80) >= 0x80 || (bytes.length === 1 && !bytes[0])
    ? malformed('RSAPublicKey: a number that is not positive')
    : bytes;
const bitLength = (bytes: Uint8Array): number => {
  const digits = bytes[0] ? bytes : bytes.subarray(1);
  return digits.length * 8 - Math.clz32(digits[0] ?? 0) + 24;
};
const sizeInWords = (bytes: Uint8Array): string => `${bitLength(bytes)} bits`;
const isNull = (parameters?: Uint8Array): boolean =>
  parameters !== undefined && parameters.length === 2 && parameters[0] === tags.null;

/** Why such a key is too weak or of a kind that clients do not take; nothing where it is in order. */
export function weakness(key: PublicKey): string | undefined {
  const { kind } = key;
  switch (kind.kind) {
    case 'ed25519':
      return undefined;
    case 'ec':
      return /^P-/.test(kind.curve) ? undefined : `a key on ${kind.curve}`;
    case 'other':
      return `a key of the kind ${kind.name}`;
    case 'rsa':
      if (kind.bits < 2048) return `RSA with ${kind.bits} bits`;
      if (kind.bits > 8192 || kind.bits % 8) return `RSA with the odd length of ${kind.bits} bits`;
      if (kind.exponent.length > 8 || ((kind.exponent.at(-1) ?? 0) & 1) === 0 || number(kind.exponent) < 3)
        return 'RSA with an exponent that nobody uses';
      return undefined;
  }
}

/** Bytes, and a signature over them. */
export interface Signed {
  readonly tbs: Uint8Array;
  readonly algorithm: Algorithm;
  readonly signature: Uint8Array;
}

interface Scheme {
  readonly type: 'rsa' | 'ec' | 'ed25519';
  readonly hash: 'sha1' | 'sha256' | 'sha384' | 'sha512' | null;
  readonly pss?: true;
}
const schemes: ReadonlyMap<string, Scheme> = new Map<string, Scheme>([
  [oids.sha1WithRSA, { type: 'rsa', hash: 'sha1' }],
  [oids.sha256WithRSA, { type: 'rsa', hash: 'sha256' }],
  [oids.sha384WithRSA, { type: 'rsa', hash: 'sha384' }],
  [oids.sha512WithRSA, { type: 'rsa', hash: 'sha512' }],
  [oids.ecdsaWithSHA1, { type: 'ec', hash: 'sha1' }],
  [oids.ecdsaWithSHA256, { type: 'ec', hash: 'sha256' }],
  [oids.ecdsaWithSHA384, { type: 'ec', hash: 'sha384' }],
  [oids.ecdsaWithSHA512, { type: 'ec', hash: 'sha512' }],
  [oids.ed25519, { type: 'ed25519', hash: null }],
]);

const schemeOf = ({ oid, parameters }: Algorithm): Scheme | undefined => {
  if (oid === oids.rsassaPss) return pss.get(Buffer.from(parameters ?? []).toString('hex'));
  const scheme = schemes.get(oid);
  // RFC 4055 5: NULL, which some leave out; RFC 5758 3.2 and RFC 8410 3: nothing.
  return scheme && (!parameters || (scheme.type === 'rsa' && isNull(parameters))) ? scheme : undefined;
};

/** RSASSA-PSS-params (RFC 4055 3.1) where both hashes are the same and the salt is as long: as TLS and CAs use it. */
const pss: ReadonlyMap<string, Scheme> = new Map(
  (
    [
      [1, 'sha256', 0x20],
      [2, 'sha384', 0x30],
      [3, 'sha512', 0x40],
    ] as const
  ).flatMap(([arc, hash, salt]) => {
    const hashOid = `06096086480165030402${arc.toString(16).padStart(2, '0')}`;
    return [`300b${hashOid}`, `300d${hashOid}0500`].map((algorithm): [string, Scheme] => {
      const length = (hexes: string) => (hexes.length / 2).toString(16).padStart(2, '0');
      const mgf = `06092a864886f70d010108${algorithm}`;
      const body = `a0${length(algorithm)}${algorithm}a1${length(`30..${mgf}`)}30${length(mgf)}${mgf}a2030201${salt.toString(16)}`;
      return [`30${length(body)}${body}`, { type: 'rsa', hash, pss: true }];
    });
  }),
);

/** Why such a signature is not to be trusted; nothing where it is in order. */
export function weaknessOf(algorithm: Algorithm): string | undefined {
  const scheme = schemeOf(algorithm);
  if (!scheme) return `a signature of the kind ${oidName(algorithm.oid)}`;
  return scheme.hash === 'sha1' ? 'a signature over SHA-1, which collides' : undefined;
}

/** Whether the signature is by that key. False for kinds that are not known and keys that cannot be used. */
export function isSignedBy({ tbs, algorithm, signature }: Signed, key: PublicKey): boolean {
  const scheme = schemeOf(algorithm);
  // A key of unbounded size would cost unbounded time.
  if (
    !scheme ||
    scheme.type !== key.kind.kind ||
    (key.kind.kind === 'rsa' && (key.kind.bits > 8192 || key.kind.exponent.length > 8))
  )
    return false;
  const object = keyObject(key.spki);
  if (!object) return false;
  try {
    return verify(
      scheme.hash,
      tbs,
      scheme.pss
        ? { key: object, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
        : object,
      signature,
    );
  } catch {
    return false;
  }
}

const keyObjects = remember<KeyObject | undefined>(64);
const keyObject = (spki: Uint8Array): KeyObject | undefined =>
  keyObjects(Buffer.from(spki).toString('latin1'), () => {
    try {
      return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    } catch {
      return undefined;
    }
  });
