// Issuing X.509 v3 certificates (RFC 5280), synchronously, and the same bytes each time.
import type { KeyObject } from 'node:crypto';
import { DerReader } from './der.ts';
import { der, derInteger, derOid, derSequence, derText, derTime } from './derWriter.ts';
import { oids } from './oids.ts';
import { readPublicKey } from './publicKeys.ts';
import { type Padding, signatureAlgorithmOf, signed, spkiOf } from './signing.ts';
import * as write from './writeExtensions.ts';

export interface Request {
  /** Common names; an empty one for a certificate without a subject. */
  readonly subject: string;
  readonly issuer: string;
  /** The company, where the subject has more than a common name. */
  readonly organization?: string;
  /** Whose key is certified: a private or public key. */
  readonly key: KeyObject;
  /** An Ed25519, P-256 or RSA private key. */
  readonly issuerKey: KeyObject;
  /** How an RSA key signs: PKCS#1 v1.5 where it is left out. */
  readonly padding?: Padding;
  /** 16 bytes; made positive. */
  readonly serial: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** dNSNames of subjectAltName; for a server. */
  readonly names?: readonly string[];
  /** iPAddresses of subjectAltName, as they are written: `127.0.0.1`, `::1`. */
  readonly addresses?: readonly string[];
  /** What a leaf is for (4.2.1.12): a server where it is left out. */
  readonly purpose?: 'server' | 'client';
  /** For a CA: how many intermediates may follow; `true` sets no limit. */
  readonly ca?: true | number;
  /** For a CA: it may certify only these names, with what is below them, and these ranges of addresses (4.2.1.10). */
  readonly only?: { readonly names: readonly string[]; readonly ranges: readonly string[] };
  /** Where the issuer's own certificate can be had (4.2.2.1). */
  readonly issuerAt?: string;
  /** Extensions beside the usual ones; one of the same kind takes the place of the usual. */
  readonly more?: readonly write.ToWrite[];
  /** Extensions that are left out although they are usual, by identifier: `oids.basicConstraints`. */
  readonly without?: readonly string[];
}

/** The certificate in DER, signed by the issuer's key. */
export const issue = (request: Request): Uint8Array => signed(toBeSigned(request), request.issuerKey, request.padding);

/** What is signed of it. */
export function toBeSigned(request: Request): Uint8Array {
  const { subject, issuer, organization, key, issuerKey, padding, serial, notBefore, notAfter } = request;
  return derSequence(
    der(0xa0, derInteger(2)),
    derInteger(Uint8Array.of(0x40 | ((serial[0] ?? 0) & 0x3f), ...serial.subarray(1, 16))),
    signatureAlgorithmOf(issuerKey, padding),
    nameOf(issuer),
    derSequence(derTime(notBefore), derTime(notAfter)),
    nameOf(subject, organization),
    spkiOf(key),
    der(0xa3, derSequence(...extensionsOf(request).map(write.writeExtension))),
  );
}

/** A Name with a common name, and perhaps a company above it. */
export const nameOf = (commonName: string, organization?: string): Uint8Array =>
  derSequence(
    ...(organization === undefined ? [] : [attribute(organizationName, organization)]),
    ...(commonName ? [attribute(oids.commonName, commonName)] : []),
  );

const organizationName = '2.5.4.10';
const attribute = (type: string, text: string): Uint8Array => der(0x31, derSequence(derOid(type), derText(0x0c, text)));

function extensionsOf(request: Request): readonly write.ToWrite[] {
  const {
    key,
    issuerKey,
    names = [],
    addresses = [],
    purpose = 'server',
    ca,
    only,
    issuerAt,
    more = [],
    without = [],
  } = request;
  const usual = [
    write.basicConstraints(ca ?? false),
    // An RSA key can open a secret as well; a TLS 1.2 client must find that allowed (RFC 5246 7.4.2).
    ca !== undefined
      ? write.keyUsage('keyCertSign', 'cRLSign')
      : key.asymmetricKeyType === 'rsa'
        ? write.keyUsage('digitalSignature', 'keyEncipherment')
        : write.keyUsage('digitalSignature'),
    ...(ca === undefined ? [write.extKeyUsage(purpose === 'client' ? oids.clientAuth : oids.serverAuth)] : []),
    ...(names.length + addresses.length ? [write.subjectAltName(names, addresses)] : []),
    ...(only ? [write.nameConstraints(only)] : []),
    write.subjectKeyIdentifier(bitsOf(key)),
    write.authorityKeyIdentifier(bitsOf(issuerKey)),
    ...(issuerAt === undefined ? [] : [write.authorityInfoAccess({ issuer: issuerAt })]),
  ].filter(({ oid }) => !without.includes(oid));
  return [
    ...usual.map((one) => more.find(({ oid }) => oid === one.oid) ?? one),
    ...more.filter(({ oid }) => !usual.some((one) => one.oid === oid)),
  ];
}

const bitsOf = (key: KeyObject): Uint8Array => readPublicKey(new DerReader(spkiOf(key))).bits;
