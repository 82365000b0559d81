// Certificate revocation lists (RFC 5280 5), read as strictly as certificates.
import type { Field } from '../tls/codec.ts';
import { around, DerReader, inPlace, malformed, tags } from './der.ts';
import { type DistinguishedName, readName } from './distinguishedName.ts';
import { readPointName } from './extensions.ts';
import { readGeneralNames } from './generalName.ts';
import { oidName, oids } from './oids.ts';
import { readAlgorithm, type Signed } from './publicKeys.ts';
import { attempt } from './attempt.ts';
import { readTime } from './times.ts';

export interface RevocationList extends Signed {
  readonly issuer: DistinguishedName;
  readonly thisUpdate: Date;
  readonly nextUpdate?: Date;
  /** By the serial number in hex. */
  readonly revoked: ReadonlyMap<string, { readonly at: Date; readonly reason?: number }>;
  /** For whose certificates alone it is (5.2.5). */
  readonly scope: 'all' | 'leaves' | 'CAs' | 'other';
  /** Why it cannot be used, though it can be read. */
  readonly unusable?: string;
}

/** Why a certificate was revoked (5.3.1), by number. */
export const reasons: readonly string[] = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'unused',
  'removeFromCRL',
  'privilegeWithdrawn',
  'aACompromise',
];

export const parseRevocationList = (der: Uint8Array): RevocationList | { readonly malformed: string } =>
  attempt(der, longest, () => read(der, false).list);

/** The map of its fields; none where the bytes are no list. */
export function revocationListFields(der: Uint8Array): readonly Field[] {
  const fields = attempt(der, longest, () => read(der, true).fields);
  return 'malformed' in fields ? [] : fields;
}

const longest = 1 << 20;

function read(
  der: Uint8Array,
  recording: boolean,
): { readonly list: RevocationList; readonly fields: readonly Field[] } {
  const reader = new DerReader(der, recording);
  const list = reader.sequence('CertificateList', () => {
    const { value, bytes: tbs } = reader.spanned(() => readTbs(reader));
    const algorithm = readAlgorithm(reader, 'signatureAlgorithm');
    const { bytes: signature, unused } = reader.bits('signatureValue', ({ bytes }) => `${bytes.length} bytes`);
    if (unused || !Buffer.from(algorithm.der).equals(value.inner))
      malformed('signatureAlgorithm: another one than inside');
    return { ...value.list, tbs, algorithm, signature };
  });
  return { list, fields: reader.done() };
}

function readTbs(reader: DerReader) {
  return reader.sequence('tbsCertList', () => {
    if (reader.small('version_number', (value) => `v${value + 1}`) !== 1) malformed('version: a CRL is v2'); // 5.1.2.1
    const inner = readAlgorithm(reader, 'signatureAlgorithm').der;
    const issuer = readName(reader, 'issuer');
    const thisUpdate = readTime(reader, 'thisUpdate');
    const dated = reader.next === tags.utcTime || reader.next === tags.generalizedTime;
    const nextUpdate = dated ? readTime(reader, 'nextUpdate') : undefined;
    const entries =
      reader.next === tags.sequence ? reader.list(tags.sequence, 'revokedCertificates', readEntry, 1) : [];
    const extensions =
      reader.next === around(0)
        ? reader.inside(around(0), 'crlExtensions', () =>
            reader.list(tags.sequence, 'extension_list', readExtension, 1),
          )
        : [];
    const number = extensions.find(({ oid }) => oid === oids.cRLNumber);
    const unknown = [...extensions, ...entries.flatMap((entry) => entry.extensions)].find(
      ({ oid, critical, scope }) => critical && oid !== oids.cRLNumber && oid !== oids.reasonCode && !scope,
    );
    // 5.2.3, 5.2
    const unusable = !number
      ? 'it has no cRLNumber'
      : number.critical
        ? 'its cRLNumber is critical'
        : unknown
          ? `it has a critical extension that is not known: ${oidName(unknown.oid)}`
          : undefined;
    return {
      inner,
      list: {
        issuer,
        thisUpdate,
        ...(nextUpdate ? { nextUpdate } : {}),
        revoked: new Map(
          entries.map(({ serial, at, extensions: more }) => {
            const reason = more.find(({ oid }) => oid === oids.reasonCode)?.value;
            return [serial, { at, ...(reason === undefined ? {} : { reason }) }];
          }),
        ),
        scope: extensions.find(({ scope }) => scope)?.scope ?? 'all',
        ...(unusable ? { unusable } : {}),
      },
    };
  });
}

const readEntry = (reader: DerReader) =>
  reader.sequence('revokedCertificate', () => ({
    serial: Buffer.from(reader.integer('userCertificate', (bytes) => Buffer.from(bytes).toString('hex'))).toString(
      'hex',
    ),
    at: readTime(reader, 'revocationDate'),
    extensions: reader.left ? reader.list(tags.sequence, 'crlEntryExtensions', readExtension, 1) : [],
  }));

interface ListExtension {
  readonly oid: string;
  readonly critical: boolean;
  /** Of a number. */
  readonly value?: number;
  readonly scope?: RevocationList['scope'];
}

function readExtension(reader: DerReader): ListExtension {
  let title = 'certificate_extension';
  return reader.inside(
    tags.sequence,
    () => title,
    () => {
      const oid = reader.oid('extnID', oidName);
      const critical = reader.flag('critical');
      switch (oid) {
        case oids.cRLNumber:
          title = 'cRLNumber';
          return { oid, critical, value: reader.wrapped('extnValue', () => reader.integer('crl_number').length) };
        case oids.reasonCode:
          title = 'reasonCode';
          return {
            oid,
            critical,
            value: reader.wrapped('extnValue', () =>
              reader.small('crl_reason', (value) => reasons[value] ?? String(value), tags.enumerated),
            ),
          };
        case oids.issuingDistributionPoint:
          title = 'issuingDistributionPoint';
          return { oid, critical, scope: reader.wrapped('extnValue', readScope) };
        case oids.authorityKeyIdentifier:
          title = 'authorityKeyIdentifier';
          reader.plain(tags.octetString, 'extnValue');
          return { oid, critical };
        case oids.certificateIssuer:
          title = 'certificateIssuer';
          reader.wrapped('extnValue', () => readGeneralNames(reader));
          return { oid, critical };
        default:
          reader.plain(tags.octetString, 'extnValue');
          return { oid, critical };
      }
    },
    ({ oid, critical }) => `${oidName(oid)}${critical ? ', critical' : ''}`,
  );
}

/** 5.2.5: of the scopes those of leaves and of CAs are understood; others are `other`. */
function readScope(reader: DerReader): RevocationList['scope'] {
  return reader.sequence('IssuingDistributionPoint', () => {
    if (reader.next === around(0)) reader.inside(around(0), 'distributionPointName', readPointName);
    let scope: RevocationList['scope'] = 'all';
    while (reader.left) {
      const { tag, content } = reader.any('onlyContains');
      const limits: Readonly<Record<number, RevocationList['scope']>> = { [inPlace(1)]: 'leaves', [inPlace(2)]: 'CAs' };
      scope = scope === 'all' && content[0] === 0xff ? (limits[tag] ?? 'other') : 'other';
    }
    return scope;
  });
}
