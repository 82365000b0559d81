// What a certificate must have and must not have to be made as the profiles want it. Browsers overlook much of this, and
// so does the judge of the game; whoever wants it checks it as `profile`.
import { type Certificate, isSelfIssued } from './certificate.ts';
import { commonNames } from './distinguishedName.ts';
import { type Known, keyUsages } from './extensions.ts';
import { addressInWords, type GeneralName, generalNameInWords } from './generalName.ts';
import { isHostName } from './hosts.ts';
import { oids } from './oids.ts';
import { isSignedBy } from './publicKeys.ts';

/** RFC 5280 section 4, or the Baseline Requirements of the CA/Browser Forum on top of it. */
export type Profile = 'rfc5280' | 'webpki';

/** The first thing in a path (leaf first) that is not as its profile wants it. */
export function againstProfile(path: readonly Certificate[], profile: Profile): string | undefined {
  for (const [at, certificate] of path.entries()) {
    const place = at === 0 ? 'leaf' : at === path.length - 1 ? 'root' : 'intermediate';
    const slip = [
      ...certificate.slips,
      ...general(certificate, profile),
      ...(place === 'root' ? [] : serials(certificate)),
      ...(profile === 'webpki' && place === 'leaf' ? webpkiLeaf(certificate) : []),
      ...(profile === 'webpki' && place === 'root' ? webpkiRoot(certificate) : []),
    ][0];
    if (slip) return `${certificate.called}: ${slip}`;
  }
  return undefined;
}

/** 4.2: extensions that are always critical, and those that never are. */
const alwaysCritical: readonly (keyof Known)[] = ['policyConstraints', 'inhibitAnyPolicy'];
const neverCritical: readonly (keyof Known)[] = [
  'authorityKeyIdentifier',
  'subjectKeyIdentifier',
  'authorityInfoAccess',
  'subjectInfoAccess',
  'freshestCRL',
];

function general(certificate: Certificate, profile: Profile): string[] {
  const slips: string[] = [];
  const { serial, issuer, subject, notBefore, notAfter, has, critical } = certificate;
  const { basicConstraints, keyUsage, subjectAltName } = has;
  const isCa = basicConstraints?.cA ?? false;
  const signs = keyUsage?.has(keyUsages.keyCertSign) ?? false;
  if ((serial[0] ?? 0) >= 0x80) slips.push('the serial number is negative'); // 4.1.2.2
  if (!issuer.relative.length) slips.push('the issuer is empty'); // 4.1.2.4
  if (notBefore > notAfter) slips.push('it ends before it begins');
  if (!subject.relative.length && isCa) slips.push('the subject of a CA is empty'); // 4.1.2.6
  if (!subject.relative.length && !critical.has('subjectAltName'))
    slips.push('without a subject, subjectAltName is critical'); // 4.2.1.6
  const strange = subjectAltName?.find((name) => !isWellWritten(name));
  if (strange) slips.push(`${generalNameInWords(strange)} in subjectAltName is not written as a ${strange.kind} is`);
  const never = neverCritical.find((name) => critical.has(name));
  if (never) slips.push(`${never} must not be critical`);
  const always = alwaysCritical.find((name) => has[name] !== undefined && !critical.has(name));
  if (always) slips.push(`${always} must be critical`);
  if (!has.authorityKeyIdentifier?.keyIdentifier && !isOwnWork(certificate))
    slips.push('it has no authorityKeyIdentifier'); // 4.2.1.1
  if (isCa && !has.subjectKeyIdentifier) slips.push('a CA without subjectKeyIdentifier'); // 4.2.1.2
  if (isCa && !critical.has('basicConstraints')) slips.push('in a CA basicConstraints must be critical'); // 4.2.1.9
  if (signs && !isCa) slips.push('keyCertSign in a certificate that is no CA');
  if (basicConstraints?.pathLen !== undefined && !(isCa && (signs || !keyUsage)))
    slips.push('pathLenConstraint in a certificate that signs none');
  if (has.nameConstraints) {
    if (!isCa) slips.push('nameConstraints in a certificate that is no CA'); // 4.2.1.10
    if (!critical.has('nameConstraints') && profile === 'rfc5280') slips.push('nameConstraints must be critical');
    if (!has.nameConstraints.permitted && !has.nameConstraints.excluded) slips.push('nameConstraints that say nothing');
  }
  if (has.extKeyUsage?.includes(oids.anyExtendedKeyUsage) && critical.has('extKeyUsage'))
    slips.push('any purpose, and critical'); // 4.2.1.12
  return slips;
}

/** 4.1.2.2. The serial number of an anchor is its own affair: there are roots with 0. */
function serials({ serial }: Certificate): string[] {
  const slips: string[] = [];
  if (serial.every((byte) => byte === 0)) slips.push('the serial number is 0');
  if (serial.length > 20) slips.push(`the serial number has ${serial.length} bytes, 20 are allowed`);
  return slips;
}

/** Self-signed: only the signature can tell where the names differ. */
const isOwnWork = (certificate: Certificate): boolean =>
  isSelfIssued(certificate) || isSignedBy(certificate, certificate.key);

/** Baseline Requirements 7.1.2.7 and 7.1.4.3. */
function webpkiLeaf({ subject, has, critical }: Certificate): string[] {
  const slips: string[] = [];
  const { extKeyUsage, subjectAltName } = has;
  if (!extKeyUsage) slips.push('a server’s certificate has extKeyUsage');
  if (critical.has('extKeyUsage')) slips.push('extKeyUsage must not be critical');
  if (extKeyUsage?.includes(oids.anyExtendedKeyUsage))
    slips.push('any purpose is no purpose for a server’s certificate');
  if (has.basicConstraints?.cA) slips.push('a CA is no server');
  if (!subjectAltName) slips.push('it has no subjectAltName');
  if (subject.relative.length && critical.has('subjectAltName'))
    slips.push('with a subject, subjectAltName must not be critical');
  const other = commonNames(subject).find((name) => !subjectAltName?.some((one) => written(one) === name));
  if (other !== undefined) slips.push(`the common name ${other} does not stand in subjectAltName letter for letter`);
  return slips;
}

/** 7.1.2.1. */
function webpkiRoot({ has }: Certificate): string[] {
  const slips: string[] = [];
  const { authorityKeyIdentifier: authority, subjectKeyIdentifier: own } = has;
  if (has.extKeyUsage) slips.push('a root has no extKeyUsage');
  if (!authority) return slips;
  if (authority.issuer || authority.serial) slips.push('in a root authorityKeyIdentifier has keyIdentifier alone');
  if (!authority.keyIdentifier || (own && !Buffer.from(own).equals(authority.keyIdentifier)))
    slips.push('in a root authorityKeyIdentifier is subjectKeyIdentifier');
  return slips;
}

const written = (name: GeneralName): string | undefined =>
  name.kind === 'dNSName' ? name.text : name.kind === 'iPAddress' ? addressInWords(name.bytes) : undefined;

function isWellWritten(name: GeneralName): boolean {
  switch (name.kind) {
    case 'dNSName':
      return isHostName(name.text);
    case 'iPAddress':
      return name.bytes.length === 4 || name.bytes.length === 16;
    case 'rfc822Name':
      return /^[^@]+@[^@]+$/.test(name.text);
    case 'uniformResourceIdentifier':
      return URL.canParse(name.text);
    default:
      return true;
  }
}
