// Examining a chain for a host: a path through what the peer sent, and each check of it as a named result. A weak client is
// one that leaves some of them out.
import type { AlertName } from '../tls/alerts.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { type CheckName, type Check, checkNames, checks, type Trust } from './checks.ts';
import { findPath, type Path } from './path.ts';

export interface Result<Name extends string = CheckName | 'form'> {
  readonly name: Name;
  readonly holds: boolean;
  /** Why it does not hold, or that it does. */
  readonly says: string;
  readonly alert: AlertName;
}
export interface Examination {
  /** `form`, that the bytes can be read, and then the checks that were not left out, in their order. */
  readonly results: readonly Result[];
  /** The path that was judged, leaf first; nothing where the leaf cannot be read. */
  readonly path?: Path;
}

/** What a client can leave out deliberately, by a name: the weak clients of the levels. */
export const weakPolicies = {
  trustsAnyName: ['name'],
  ignoresDates: ['dates'],
  ignoresSignatures: ['signatures'],
  trustsAnyIssuer: ['path'],
  takesLeavesForCas: ['issuers', 'pathLength', 'profile'],
  ignoresUsage: ['usage'],
  ignoresConstraints: ['constraints'],
  ignoresCritical: ['critical'],
  takesWeakKeys: ['keys'],
  ignoresPolicies: ['policies'],
  ignoresProfile: ['profile'],
  neverAsksAboutRevocation: ['revocation'],
  ignoresTransparency: ['transparency'],
} as const satisfies Readonly<Record<string, readonly CheckName[]>>;

/** Judges a chain (DER, leaf first, the rest in any order). Nothing is thrown, whatever the bytes are. */
export function examine(chain: readonly Uint8Array[], trust: Trust, leftOut: readonly CheckName[] = []): Examination {
  const names = checkNames.filter((name) => !leftOut.includes(name) && isAsked(name, trust));
  const [leaf, ...others] = chain.slice(0, mostCertificates).map(parseCertificate);
  if (!leaf || 'malformed' in leaf) {
    const says = leaf ? `the certificate cannot be read: ${leaf.malformed}` : 'there is no certificate';
    return {
      results: (['form', ...names] as const).map((name) => ({ name, holds: false, says, alert: 'bad_certificate' })),
    };
  }
  const path = pathFrom(leaf, readable(others), trust, names);
  // What cannot be read is in nobody's way, unless it is what is missing.
  const spoilt = path.complete ? undefined : others.find((one) => 'malformed' in one);
  return {
    path,
    results: [
      {
        name: 'form',
        holds: !spoilt,
        says:
          spoilt && 'malformed' in spoilt
            ? `a certificate of the chain cannot be read: ${spoilt.malformed}`
            : 'all can be read',
        alert: 'bad_certificate',
      },
      ...names.map((name) => {
        const { fine, alert, against }: Check = checks[name];
        const why = against(path, trust);
        return { name, holds: why === undefined, says: why ?? fine(trust), alert };
      }),
    ],
  };
}

/** More than this a peer has no reason to send. */
const mostCertificates = 100;

/** What needs more than the chain is asked only by those who bring it. */
const isAsked = (name: CheckName, { revocation, transparency }: Trust): boolean =>
  name === 'revocation' ? revocation !== undefined : name === 'transparency' ? transparency !== undefined : true;

const readable = (read: readonly ReturnType<typeof parseCertificate>[]): Certificate[] =>
  read.filter((one): one is Certificate => !('malformed' in one));

function pathFrom(leaf: Certificate, others: readonly Certificate[], trust: Trust, names: readonly CheckName[]): Path {
  const anchors = readable(trust.anchors.map(parseCertificate));
  const asked: readonly Check[] = names
    // The name is the leaf's alone, whatever the path.
    .filter((name) => name !== 'name' && name !== 'path' && name !== 'signatures')
    .map((name) => checks[name]);
  return findPath(leaf, others, anchors, (certificates) => {
    const whole: Path = { certificates, complete: true, signed: certificates.length - 1 };
    return asked.filter(({ against }) => against(whole, trust) !== undefined).length;
  });
}
