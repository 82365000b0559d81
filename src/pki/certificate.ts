// An X.509 v3 certificate (RFC 5280 4.1): read strictly, with a map of its fields for the inspector where one is wanted.
import type { Field } from '../tls/codec.ts';
import { remember } from '../tls/remember.ts';
import { attempt } from './attempt.ts';
import { around, DerReader, inPlace, malformed, tags } from './der.ts';
import { type DistinguishedName, isSameName, readName, shortName } from './distinguishedName.ts';
import { extensionNames, extensionReaders, type Known } from './extensions.ts';
import { oidName } from './oids.ts';
import { type PublicKey, readAlgorithm, readPublicKey, type Signed } from './publicKeys.ts';
import { readTime } from './times.ts';

export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  /** What it says, where it is one that is read. */
  readonly value?: Known[keyof Known];
}
export interface Certificate extends Signed {
  readonly der: Uint8Array;
  readonly serial: Uint8Array;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly key: PublicKey;
  readonly extensions: readonly Extension[];
  /** The known extensions by their names. */
  readonly has: { readonly [K in keyof Known]?: Known[K] };
  /** Names of the known extensions that are critical. */
  readonly critical: ReadonlySet<keyof Known>;
  /** Slips of its encoding that do not make it unreadable. */
  readonly slips: readonly string[];
  /** For messages: the common name, or the whole subject. */
  readonly called: string;
}

/** The certificate, or what is wrong with its bytes. Nothing is thrown, whatever they are. */
export const parseCertificate = (der: Uint8Array): Certificate | { readonly malformed: string } =>
  parsed(Buffer.from(der).toString('latin1'), () => attempt(der, longest, () => read(der, false).certificate));
const parsed = remember<Certificate | { readonly malformed: string }>(128);

/** The fields as they were read, one in the other as DER has them; none where the bytes are no certificate. */
export function certificateFields(der: Uint8Array): readonly Field[] {
  const fields = attempt(der, longest, () => read(der, true).fields);
  return 'malformed' in fields ? [] : fields;
}

/** Real ones have one to three kilobytes. */
const longest = 65_536;

function read(
  der: Uint8Array,
  recording: boolean,
): { readonly certificate: Certificate; readonly fields: readonly Field[] } {
  const reader = new DerReader(der, recording);
  const certificate = reader.sequence('certificate', () => {
    const { value, bytes: tbs } = reader.spanned(() => readTbs(reader));
    const algorithm = readAlgorithm(reader, 'signatureAlgorithm');
    const { bytes: signature, unused } = reader.bits('signatureValue', ({ bytes }) => `${bytes.length} bytes`);
    if (unused) malformed('signatureValue: not whole bytes');
    if (!Buffer.from(algorithm.der).equals(value.inner.der))
      malformed('signatureAlgorithm: another one than inside of what is signed'); // 4.1.1.2
    return { ...value.certificate, der, tbs, algorithm, signature, slips: reader.slips };
  });
  return { certificate, fields: reader.done() };
}

function readTbs(reader: DerReader) {
  return reader.sequence('tbsCertificate', () => {
    if (reader.next !== around(0)) malformed('version: X.509 v1, which has no extensions');
    const version = reader.inside(
      around(0),
      'certificate_version',
      () => reader.small('version_number', versionInWords),
      versionInWords,
    );
    if (version !== 2) malformed(`version: X.509 v${version + 1}`);
    const serial = reader.integer('serialNumber', (bytes) => Buffer.from(bytes).toString('hex'));
    const inner = readAlgorithm(reader, 'signatureAlgorithm');
    const issuer = readName(reader, 'issuer');
    const [notBefore, notAfter] = reader.sequence(
      'validity',
      () => [readTime(reader, 'notBefore'), readTime(reader, 'notAfter')] as const,
    );
    const subject = readName(reader, 'subject');
    const key = readPublicKey(reader);
    if (reader.next === inPlace(1) || reader.next === inPlace(2)) malformed('issuerUniqueID: not to be used'); // 4.1.2.8
    const extensions = reader.next === around(3) ? readExtensions(reader, around(3)) : [];
    const known = extensions.flatMap(({ oid, ...rest }) => {
      const name = extensionNames.get(oid);
      return name ? [{ name, ...rest }] : [];
    });
    return {
      inner,
      certificate: {
        serial,
        issuer,
        subject,
        notBefore,
        notAfter,
        key,
        extensions,
        has: Object.fromEntries(known.map(({ name, value }) => [name, value])) as Certificate['has'],
        critical: new Set(known.filter(({ critical }) => critical).map(({ name }) => name)),
        called: subject.relative.length ? shortName(subject) : 'a certificate without a subject',
      },
    };
  });
}

const versionInWords = (value: number): string => `v${value + 1}`;

/** At least one, none of them twice (4.2). */
function readExtensions(reader: DerReader, tag: number): Extension[] {
  return reader.inside(tag, 'certificate_extensions', () => {
    const list = reader.list(tags.sequence, 'extension_list', readExtension, 1);
    const twice = list.find(({ oid }, at) => list.findIndex((other) => other.oid === oid) !== at);
    return twice ? malformed(`extensions: ${oidName(twice.oid)} is there twice`) : list;
  });
}

function readExtension(reader: DerReader): Extension {
  let title: string = 'certificate_extension';
  return reader.inside(
    tags.sequence,
    () => title,
    () => {
      const oid = reader.oid('extnID', oidName);
      const name = extensionNames.get(oid);
      title = name === 'signedCertificateTimestamps' ? 'embedded_timestamps' : (name ?? title);
      const critical = reader.flag('critical');
      if (!name) {
        reader.plain(tags.octetString, 'extnValue');
        return { oid, critical };
      }
      const readValue: (inside: DerReader) => Known[keyof Known] = extensionReaders[name];
      return { oid, critical, value: reader.wrapped('extnValue', readValue) };
    },
  );
}

/** 3.2, 6.1: the same name as subject and issuer. */
export const isSelfIssued = ({ subject, issuer }: Certificate): boolean => isSameName(subject, issuer);
