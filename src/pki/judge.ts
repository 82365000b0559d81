// Judging a chain for a host, as a client does it: each check a named result. What is not checked here is not claimed.
import { X509Certificate } from 'node:crypto';
import { remember } from '../tls/remember.ts';
import type { AlertName } from '../tls/alerts.ts';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  BasicConstraints,
  Certificate,
  id_ce_basicConstraints,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  KeyUsage,
  KeyUsageFlags,
  SubjectAlternativeName,
} from '@peculiar/asn1-x509';

export interface Trust {
  /** The reference name: what the user typed; a name, or an address such as `127.0.0.1` or `::1`. */
  readonly host: string;
  /** Trust anchors in DER. */
  readonly anchors: readonly Uint8Array[];
  readonly now: Date;
}
export interface Result {
  readonly name: 'path' | 'dates' | 'name';
  readonly holds: boolean;
  /** Why it does not hold, or that it does. */
  readonly says: string;
  /** What a client sends that insists on the check. RFC 8446 6.2 fixes none for names; ours is bad_certificate. */
  readonly alert: AlertName;
}

/** Path, dates and name of a chain (DER, leaf first). A malformed certificate fails all checks; nothing is thrown. */
export function judge(chain: readonly Uint8Array[], { host, anchors, now }: Trust): readonly Result[] {
  const read = chain.map(parse);
  const certificates = read.filter((certificate) => certificate !== undefined);
  const [leaf] = read;
  if (!leaf || certificates.length !== read.length) {
    const malformed = {
      holds: false,
      says: 'a certificate in the chain cannot be read',
      alert: 'bad_certificate',
    } as const;
    return [
      { name: 'path', ...malformed },
      { name: 'dates', ...malformed },
      { name: 'name', ...malformed },
    ];
  }
  const roots = anchors.flatMap((anchor) => parse(anchor) ?? []);
  const isLate = ({ notBefore, notAfter }: Parsed) => now < notBefore || now > notAfter;
  const search = (usable: (certificate: Parsed) => boolean) =>
    findPath(leaf, certificates.slice(1).filter(usable), roots.filter(usable), { signatures: mostSignatures });
  // Where CAs have signed each other, a path may run through one that has expired while another does not.
  const path = search((certificate) => !isLate(certificate)) ?? search(() => true);
  const late = (path ?? [leaf]).find(isLate);
  // RFC 9525 6.4: an address is compared with iPAddress, byte for byte, and never with a name.
  const named = isAddress(host)
    ? leaf.x509.checkIP(host) !== undefined
    : leaf.names.some((name) => matchesHost(name, host));
  return [
    {
      name: 'path',
      holds: path !== undefined,
      says: path ? 'the chain ends at a root in the store' : 'no chain of signatures leads to a root in the store',
      alert: 'unknown_ca',
    },
    {
      name: 'dates',
      holds: !late,
      says: late ? `${late.subject} is not valid on this day` : 'all are valid on this day',
      alert: 'certificate_expired',
    },
    {
      name: 'name',
      holds: named,
      says: named ? `the certificate is for ${host}` : `the certificate is not for ${host}`,
      alert: 'bad_certificate',
    },
  ];
}

const isAddress = (host: string): boolean => host.includes(':') || /^\d+(?:\.\d+){3}$/.test(host);

/**
 * RFC 9525 6.3: only subjectAltName counts; letters without case; a star is one whole label, the leftmost, and stands for
 * exactly one label.
 */
export function matchesHost(pattern: string, host: string): boolean {
  const [wanted, given] = [pattern.toLowerCase().split('.'), host.toLowerCase().split('.')];
  if (wanted.length !== given.length || wanted.some((label) => !label)) return false;
  const [first, ...rest] = wanted;
  if (rest.some((label) => label.includes('*')) || (first?.includes('*') && (first !== '*' || rest.length < 2)))
    return false;
  return wanted.every((label, index) => (index === 0 && label === '*') || label === given[index]);
}

interface Parsed {
  readonly x509: X509Certificate;
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly names: readonly string[];
  /** Whether it may sign certificates, and how many intermediates may follow below it. */
  readonly signs: boolean;
  readonly pathLength: number;
}

const parse = (der: Uint8Array): Parsed | undefined => parsed(Buffer.from(der).toString('latin1'), () => read(der));
const parsed = remember<Parsed | undefined>(64);

function read(der: Uint8Array): Parsed | undefined {
  try {
    const x509 = new X509Certificate(der);
    const { tbsCertificate } = AsnConvert.parse(new Uint8Array(der), Certificate);
    const extension = (id: string) => tbsCertificate.extensions?.find(({ extnID }) => extnID === id)?.extnValue.buffer;
    const constraints = extension(id_ce_basicConstraints);
    const usage = extension(id_ce_keyUsage);
    const names = extension(id_ce_subjectAltName);
    const basic = constraints && AsnConvert.parse(constraints, BasicConstraints);
    return {
      x509,
      subject: x509.subject,
      issuer: x509.issuer,
      notBefore: new Date(x509.validFrom),
      notAfter: new Date(x509.validTo),
      names: names ? AsnConvert.parse(names, SubjectAlternativeName).flatMap(({ dNSName }) => dNSName ?? []) : [],
      signs:
        (basic?.cA ?? false) &&
        (!usage || (AsnConvert.parse(usage, KeyUsage).toNumber() & KeyUsageFlags.keyCertSign) !== 0),
      pathLength: basic?.pathLenConstraint ?? Number.POSITIVE_INFINITY,
    };
  } catch {
    return undefined;
  }
}

/** What a search may still spend: CAs that sign each other in a circle could keep it busy for years. */
interface Budget {
  signatures: number;
}
const mostSignatures = 100;

/** A path from the leaf to an anchor, each link a signature that verifies by a key that may sign (RFC 5280 6.1). */
function findPath(
  leaf: Parsed,
  others: readonly Parsed[],
  anchors: readonly Parsed[],
  budget: Budget,
  below = 0,
): readonly Parsed[] | undefined {
  const signedBy = (issuer: Parsed) =>
    issuer.subject === leaf.issuer &&
    issuer.signs &&
    below <= issuer.pathLength &&
    budget.signatures-- > 0 &&
    verified(leaf, issuer);
  const anchor = anchors.find(signedBy);
  if (anchor) return [leaf, anchor];
  if (below >= longestPath) return undefined;
  for (const issuer of others) {
    if (!signedBy(issuer)) continue;
    const rest = findPath(
      issuer,
      others.filter((other) => other !== issuer),
      anchors,
      budget,
      below + 1,
    );
    if (rest) return [leaf, ...rest];
  }
  return undefined;
}
const longestPath = 8;

function verified(certificate: Parsed, issuer: Parsed): boolean {
  try {
    return certificate.x509.verify(issuer.x509.publicKey);
  } catch {
    return false;
  }
}
