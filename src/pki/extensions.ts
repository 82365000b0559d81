// The extensions of certificates (RFC 5280 4.2, RFC 6962 3.3, RFC 7633): one reader each, in the order of the RFC.
import { around, type DerReader, inPlace, malformed, tags } from './der.ts';
import { generalNameInWords, type GeneralName, readGeneralName, readGeneralNames } from './generalName.ts';
import { oidName, oids } from './oids.ts';
import { readTimestamps, type Timestamp } from './timestamps.ts';

export interface BasicConstraints {
  readonly cA: boolean;
  /** How many intermediates may follow; without it, any number. */
  readonly pathLen?: number;
}
export interface AuthorityKeyIdentifier {
  readonly keyIdentifier?: Uint8Array;
  readonly issuer?: readonly GeneralName[];
  readonly serial?: Uint8Array;
}
export interface NameConstraints {
  readonly permitted?: readonly GeneralName[];
  readonly excluded?: readonly GeneralName[];
}
export interface PolicyConstraints {
  readonly requireExplicitPolicy?: number;
  readonly inhibitPolicyMapping?: number;
}
export interface Access {
  readonly method: string;
  readonly location: GeneralName;
}
export interface DistributionPoint {
  readonly names: readonly GeneralName[];
  readonly issuer?: readonly GeneralName[];
}

/** What each extension says, by its name. */
export interface Known {
  readonly authorityKeyIdentifier: AuthorityKeyIdentifier;
  readonly subjectKeyIdentifier: Uint8Array;
  /** The bits that are set: see `keyUsages`. */
  readonly keyUsage: ReadonlySet<number>;
  readonly certificatePolicies: readonly string[];
  readonly policyMappings: readonly { readonly issuer: string; readonly subject: string }[];
  readonly subjectAltName: readonly GeneralName[];
  readonly issuerAltName: readonly GeneralName[];
  readonly basicConstraints: BasicConstraints;
  readonly nameConstraints: NameConstraints;
  readonly policyConstraints: PolicyConstraints;
  readonly extKeyUsage: readonly string[];
  readonly cRLDistributionPoints: readonly DistributionPoint[];
  readonly inhibitAnyPolicy: number;
  readonly freshestCRL: readonly DistributionPoint[];
  readonly authorityInfoAccess: readonly Access[];
  readonly subjectInfoAccess: readonly Access[];
  /** Numbers of TLS extensions that the server promises; 5: a stapled OCSP response. */
  readonly tlsFeature: readonly number[];
  readonly ocspNoCheck: true;
  readonly signedCertificateTimestamps: readonly Timestamp[];
  readonly ctPoison: true;
}

/** Bits of keyUsage (4.2.1.3), by their number. */
const usageNames = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;
export type KeyUsageName = (typeof usageNames)[number];
export const keyUsages = Object.fromEntries(usageNames.map((name, bit) => [name, bit])) as Readonly<
  Record<KeyUsageName, number>
>;

export const extensionReaders: { readonly [K in keyof Known]: (reader: DerReader) => Known[K] } = {
  authorityKeyIdentifier: (reader) =>
    reader.sequence('AuthorityKeyIdentifier', () => ({
      ...(reader.next === inPlace(0) ? { keyIdentifier: reader.plain(inPlace(0), 'keyIdentifier', hex) } : {}),
      ...(reader.next === around(1) ? { issuer: readGeneralNames(reader, around(1), 'authorityCertIssuer') } : {}),
      ...(reader.next === inPlace(2) ? { serial: reader.integer('authorityCertSerialNumber', hex, inPlace(2)) } : {}),
    })),
  subjectKeyIdentifier: (reader) => reader.plain(tags.octetString, 'keyIdentifier', hex),
  keyUsage: (reader) => {
    const set = reader.flags('key_usage_bits', usageNames);
    return set.size ? set : malformed('keyUsage: no usage at all');
  },
  certificatePolicies: (reader) => {
    const policies = reader.list(
      tags.sequence,
      'certificatePolicies_list',
      () =>
        reader.sequence('policyInformation', () => {
          const policy = reader.oid('policyIdentifier', oidName);
          if (reader.left) reader.list(tags.sequence, 'policyQualifiers', () => reader.any('policyQualifier'), 1);
          return policy;
        }),
      1,
    );
    return new Set(policies).size === policies.length ? policies : malformed('certificatePolicies: a policy twice');
  },
  policyMappings: (reader) =>
    reader.list(
      tags.sequence,
      'policyMappings_list',
      () =>
        reader.sequence('policyMapping', () => ({
          issuer: reader.oid('issuerDomainPolicy', oidName),
          subject: reader.oid('subjectDomainPolicy', oidName),
        })),
      1,
    ),
  subjectAltName: (reader) => readGeneralNames(reader),
  issuerAltName: (reader) => readGeneralNames(reader),
  basicConstraints: (reader) =>
    reader.sequence(
      'BasicConstraints',
      () => ({
        cA: reader.flag('cA'),
        ...(reader.left ? { pathLen: reader.small('pathLenConstraint') } : {}),
      }),
      ({ cA }) => (cA ? 'a CA' : 'no CA'),
    ),
  nameConstraints: (reader) =>
    reader.sequence('NameConstraints', () => ({
      ...(reader.next === around(0) ? { permitted: reader.list(around(0), 'permittedSubtrees', readSubtree, 1) } : {}),
      ...(reader.next === around(1) ? { excluded: reader.list(around(1), 'excludedSubtrees', readSubtree, 1) } : {}),
    })),
  policyConstraints: (reader) => {
    const value = reader.sequence('PolicyConstraints', () => ({
      ...(reader.next === inPlace(0)
        ? { requireExplicitPolicy: reader.small('requireExplicitPolicy', undefined, inPlace(0)) }
        : {}),
      ...(reader.next === inPlace(1)
        ? { inhibitPolicyMapping: reader.small('inhibitPolicyMapping', undefined, inPlace(1)) }
        : {}),
    }));
    return Object.keys(value).length ? value : malformed('policyConstraints: empty');
  },
  extKeyUsage: (reader) => reader.list(tags.sequence, 'ExtKeyUsage', () => reader.oid('keyPurposeId', oidName), 1),
  cRLDistributionPoints: readDistributionPoints,
  inhibitAnyPolicy: (reader) => reader.small('skipCerts'),
  freshestCRL: readDistributionPoints,
  authorityInfoAccess: readAccesses,
  subjectInfoAccess: readAccesses,
  tlsFeature: (reader) =>
    reader.list(tags.sequence, 'Features', () =>
      reader.small('feature', (value) => (value === 5 ? 'status_request' : String(value))),
    ),
  ocspNoCheck: readNull,
  signedCertificateTimestamps: (reader) => reader.wrapped('SignedCertificateTimestampList', readTimestamps),
  ctPoison: readNull,
};

/** The name of a known extension by its object identifier. */
export const extensionNames: ReadonlyMap<string, keyof Known> = new Map(
  (Object.keys(extensionReaders) as (keyof Known)[]).map((name) => [oids[name], name]),
);

/** 4.2.1.10: minimum is 0 and therefore left out, maximum does not occur. */
const readSubtree = (reader: DerReader): GeneralName =>
  reader.sequence(
    'generalSubtree',
    () => {
      const base = readGeneralName(reader);
      if (reader.left) malformed('generalSubtree: minimum and maximum do not belong there');
      return base;
    },
    generalNameInWords,
  );

function readDistributionPoints(reader: DerReader): DistributionPoint[] {
  return reader.list(
    tags.sequence,
    'distributionPoints',
    () =>
      reader.sequence('distributionPoint', () => {
        const names = reader.next === around(0) ? reader.inside(around(0), 'distributionPointName', readPointName) : [];
        if (reader.next === inPlace(1)) reader.flags('reasons', [], inPlace(1));
        return {
          names,
          ...(reader.next === around(2) ? { issuer: readGeneralNames(reader, around(2), 'cRLIssuer') } : {}),
        };
      }),
    1,
  );
}

/** fullName; a name relative to the issuer's, which nobody uses, is read and left aside. */
export function readPointName(reader: DerReader): readonly GeneralName[] {
  if (reader.next === around(0)) return readGeneralNames(reader, around(0), 'fullName');
  reader.any('nameRelativeToCRLIssuer');
  return [];
}

function readAccesses(reader: DerReader): Access[] {
  return reader.list(
    tags.sequence,
    'accessDescriptions',
    () =>
      reader.sequence('accessDescription', () => ({
        method: reader.oid('accessMethod', oidName),
        location: readGeneralName(reader),
      })),
    1,
  );
}

function readNull(reader: DerReader): true {
  if (reader.plain(tags.null, 'null').length) malformed('NULL with a content');
  return true;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
