// Extensions to be put into certificates (RFC 5280 4.2), as right or as wrong as they are wanted.
import { createHash } from 'node:crypto';
import { der, derFlags, derInteger, derNull, derOid, derSequence, derText, derTrue } from './derWriter.ts';
import { type Known, type KeyUsageName, keyUsages } from './extensions.ts';
import { addressOf } from './hosts.ts';
import { oids } from './oids.ts';

export interface ToWrite {
  /** An object identifier in dots. */
  readonly oid: string;
  readonly critical: boolean;
  /** The value in DER. */
  readonly value: Uint8Array;
}

const of = (name: keyof Known, value: Uint8Array, critical = false): ToWrite => ({ oid: oids[name], critical, value });

/** Critical or not, against the usual. */
export const asCritical = (extension: ToWrite, critical: boolean): ToWrite => ({ ...extension, critical });

/** For a CA: how many intermediates may follow; `true` sets no limit. `false`: no CA. */
export const basicConstraints = (ca: boolean | number): ToWrite =>
  of(
    'basicConstraints',
    derSequence(...(ca === false ? [] : [derTrue()]), ...(typeof ca === 'number' ? [derInteger(ca)] : [])),
    true,
  );

export const keyUsage = (...usages: readonly KeyUsageName[]): ToWrite =>
  of('keyUsage', derFlags(new Set(usages.map((usage) => keyUsages[usage]))), true);

/** Purposes as identifiers in dots: `oids.serverAuth`. */
export const extKeyUsage = (...purposes: readonly string[]): ToWrite =>
  of('extKeyUsage', derSequence(...purposes.map((purpose) => derOid(purpose))));

/** dNSNames, and iPAddresses as they are written. */
export const subjectAltName = (names: readonly string[], addresses: readonly string[] = []): ToWrite =>
  of('subjectAltName', derSequence(...names.map(dnsName), ...addresses.map((address) => der(0x87, bytesOf(address)))));

/** Names with all that is below them, and ranges such as `127.0.0.0/8`. */
export interface Subtrees {
  readonly names?: readonly string[];
  readonly ranges?: readonly string[];
}
export const nameConstraints = (permitted?: Subtrees, excluded?: Subtrees): ToWrite =>
  of(
    'nameConstraints',
    derSequence(...(permitted ? [subtrees(0xa0, permitted)] : []), ...(excluded ? [subtrees(0xa1, excluded)] : [])),
    true,
  );

const subtrees = (tag: number, { names = [], ranges = [] }: Subtrees): Uint8Array =>
  der(
    tag,
    ...[...names.map(dnsName), ...ranges.map((range) => der(0x87, rangeOf(range)))].map((base) => derSequence(base)),
  );

const dnsName = (name: string): Uint8Array => derText(0x82, name);

/** The first of the two methods of 4.2.1.2: SHA-1 of the public key's bits. */
const keyIdentifier = (bits: Uint8Array): Buffer => createHash('sha1').update(bits).digest();
export const subjectKeyIdentifier = (bits: Uint8Array): ToWrite =>
  of('subjectKeyIdentifier', der(0x04, keyIdentifier(bits)));
export const authorityKeyIdentifier = (bits: Uint8Array): ToWrite =>
  of('authorityKeyIdentifier', derSequence(der(0x80, keyIdentifier(bits))));

/** Where the CA's certificate and the OCSP responder are. */
export const authorityInfoAccess = (at: { readonly issuer?: string; readonly ocsp?: string }): ToWrite =>
  of(
    'authorityInfoAccess',
    derSequence(
      ...(at.ocsp ? [derSequence(derOid(oids.ocsp), derText(0x86, at.ocsp))] : []),
      ...(at.issuer ? [derSequence(derOid(oids.caIssuers), derText(0x86, at.issuer))] : []),
    ),
  );

/** Where the revocation list is. */
export const cRLDistributionPoints = (url: string): ToWrite =>
  of('cRLDistributionPoints', derSequence(derSequence(der(0xa0, der(0xa0, derText(0x86, url))))));

/** RFC 7633: the server promises to staple. */
export const mustStaple = (): ToWrite => of('tlsFeature', derSequence(derInteger(5)));

/** Policies as identifiers in dots. */
export const certificatePolicies = (...policies: readonly string[]): ToWrite =>
  of('certificatePolicies', derSequence(...policies.map((policy) => derSequence(derOid(policy)))));

export const policyConstraints = (requireExplicitPolicy: number): ToWrite =>
  of('policyConstraints', derSequence(derInteger(requireExplicitPolicy, 0x80)), true);

export const policyMappings = (...pairs: readonly (readonly [issuer: string, subject: string])[]): ToWrite =>
  of(
    'policyMappings',
    derSequence(...pairs.map(([issuer, subject]) => derSequence(derOid(issuer), derOid(subject)))),
    true,
  );

/** A SignedCertificateTimestampList. */
export const embeddedTimestamps = (list: Uint8Array): ToWrite => of('signedCertificateTimestamps', der(0x04, list));

/** The mark of a precertificate (RFC 6962 3.1). */
export const ctPoison = (): ToWrite => of('ctPoison', derNull(), true);

/** Words for whoever reads the certificate (Netscape’s nsComment, an IA5String): `openssl x509 -text` shows them. */
export const comment = (text: string): ToWrite => ({ oid: oids.comment, critical: false, value: derText(0x16, text) });

/** One that nobody knows. */
export const unknownExtension = (critical: boolean): ToWrite => ({
  oid: '1.3.6.1.4.1.32473.1',
  critical,
  value: derNull(),
});

export const writeExtension = ({ oid, critical, value }: ToWrite): Uint8Array =>
  derSequence(derOid(oid), ...(critical ? [derTrue()] : []), der(0x04, value));

/** An address, or a sentence on what is wrong with it: for those who write certificates by hand. */
function bytesOf(address: string): Uint8Array {
  const bytes = addressOf(address);
  if (!bytes?.length) throw new Error(`"${address}" is no address such as 127.0.0.1 or ::1`);
  return bytes;
}

function rangeOf(range: string): Uint8Array {
  const [address = '', ones = ''] = range.split('/');
  const bytes = bytesOf(address);
  const mask = bytes.map((_, at) => 256 - 2 ** Math.max(0, Math.min(8, 8 - (Number(ones) - at * 8))));
  return Buffer.concat([bytes, mask]);
}
