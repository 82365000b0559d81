// The checks of a path (RFC 5280 6.1), each by itself: what it has against the path, in a sentence, or nothing.
import type { AlertName } from '../tls/alerts.ts';
import { isSelfIssued } from './certificate.ts';
import { extensionNames, type KeyUsageName, keyUsages } from './extensions.ts';
import { speaksFor } from './hosts.ts';
import { outsideConstraints } from './nameConstraints.ts';
import { oidName, oids } from './oids.ts';
import type { Path } from './path.ts';
import { withoutPolicy } from './policies.ts';
import { againstProfile, type Profile } from './profile.ts';
import { weakness, weaknessOf } from './publicKeys.ts';
import { type Revocation, revocationOf } from './revocation.ts';
import { type Transparency, unloggedIn } from './transparency.ts';

/** What the one who judges knows and wants. */
export interface Trust {
  /** The reference name: what the user typed; a name, or an address such as `127.0.0.1` or `::1`. */
  readonly host: string;
  /** Trust anchors in DER. */
  readonly anchors: readonly Uint8Array[];
  readonly now: Date;
  /** Whom the certificate is of: a server where it is left out. */
  readonly purpose?: 'server' | 'client';
  /** What keyUsage of the leaf must allow, if it is there; one of those that TLS has use for where this is left out. */
  readonly usages?: readonly KeyUsageName[];
  readonly profile?: Profile;
  /** The policies that the user takes, as identifiers in dots; any where they are left out. */
  readonly policies?: readonly string[];
  /** How many intermediates may stand in the path that are not issued by themselves; any number where it is left out. */
  readonly mostIntermediates?: number;
  /** Asked for only where it is given: this client fetches nothing. */
  readonly revocation?: Revocation;
  /** Asked for only where it is given. */
  readonly transparency?: Transparency;
}

export interface Check {
  /** What is said where nothing is wrong. */
  readonly fine: (trust: Trust) => string;
  /** What a client sends that insists on it. RFC 8446 6.2 fixes few; the others are as OpenSSL sends them. */
  readonly alert: AlertName;
  /** What is wrong; the path has at least the leaf. */
  readonly against: (path: Path, trust: Trust) => string | undefined;
}

/** RFC 5246 7.4.2, RFC 8446 4.4.2.2. */
const usagesOfTls: readonly KeyUsageName[] = ['digitalSignature', 'keyEncipherment', 'keyAgreement'];

/** In the order in which they are shown. */
export const checks = {
  path: {
    fine: () => 'the chain ends at a root in the store',
    alert: 'unknown_ca',
    against: ({ complete, certificates }) => {
      const last = certificates.at(-1);
      return complete || !last
        ? undefined
        : isSelfIssued(last)
          ? `the chain ends at ${last.called}, which is not in the store`
          : `no chain leads to a root in the store: the issuer of ${last.called} is missing`;
    },
  },
  signatures: {
    fine: () => 'each is signed by the key of the next',
    alert: 'bad_certificate',
    against: ({ certificates, signed }) => {
      const [below, above] = certificates.slice(signed);
      return below && above && `the signature on ${below.called} is not by the key of ${above.called}`;
    },
  },
  dates: {
    fine: () => 'all are valid on this day',
    alert: 'certificate_expired',
    against: ({ certificates }, { now }) => {
      // Certificates count whole seconds, the first and the last among them (4.1.2.5).
      const second = Math.floor(now.getTime() / 1000) * 1000;
      const late = certificates.find(
        ({ notBefore, notAfter }) => second < notBefore.getTime() || second > notAfter.getTime(),
      );
      return late && `${late.called} is not valid on this day`;
    },
  },
  name: {
    fine: ({ host }) => `the certificate is for ${host}`,
    alert: 'bad_certificate',
    against: ({ certificates: [leaf] }, { host }) =>
      leaf && speaksFor(leaf, host) ? undefined : `the certificate is not for ${host}`,
  },
  issuers: {
    fine: () => 'each issuer may sign certificates',
    alert: 'unknown_ca',
    against: ({ certificates }) => {
      const [, ...issuers] = certificates;
      for (const { called, has } of issuers) {
        // 6.1.4 (k), (n)
        if (!has.basicConstraints?.cA) return `${called} may not sign certificates: it is no CA`;
        if (has.keyUsage && !has.keyUsage.has(keyUsages.keyCertSign))
          return `${called} may not sign certificates: keyUsage lacks keyCertSign`;
      }
      return undefined;
    },
  },
  pathLength: {
    fine: () => 'the path is no longer than its CAs allow',
    alert: 'unknown_ca',
    against: ({ certificates }, { mostIntermediates }) => {
      // 6.1.4 (l), (m): what a CA issues to itself does not count.
      const counted = (below: number) =>
        certificates.slice(1, below).filter((certificate) => !isSelfIssued(certificate)).length;
      const strict = certificates.find(
        ({ has }, at) => at > 0 && counted(at) > (has.basicConstraints?.pathLen ?? counted(at)),
      );
      if (strict)
        return `${strict.called} allows ${strict.has.basicConstraints?.pathLen} intermediates below it, not more`;
      const all = counted(Math.max(certificates.length - 1, 1));
      return mostIntermediates !== undefined && all > mostIntermediates
        ? `${all} intermediates, and ${mostIntermediates} are allowed`
        : undefined;
    },
  },
  usage: {
    fine: ({ purpose = 'server' }) => `it may be used by a ${purpose}`,
    alert: 'unsupported_certificate',
    against: ({ certificates }, { purpose = 'server', usages }) => {
      const wanted = purpose === 'server' ? oids.serverAuth : oids.clientAuth;
      const [leaf] = certificates;
      const { keyUsage } = leaf?.has ?? {};
      const allows = (usage: KeyUsageName) => keyUsage?.has(keyUsages[usage]) ?? true;
      if (leaf && !(usages ? usages.every(allows) : usagesOfTls.some(allows)))
        return `${leaf.called} is not for TLS: see keyUsage`;
      const other = certificates.find(
        ({ has: { extKeyUsage } }) =>
          extKeyUsage && !extKeyUsage.includes(wanted) && !extKeyUsage.includes(oids.anyExtendedKeyUsage),
      );
      return other && `${other.called} is not for a ${purpose}: see extKeyUsage`;
    },
  },
  constraints: {
    fine: () => 'the names are within the constraints of the CAs',
    alert: 'bad_certificate',
    against: ({ certificates }) => outsideConstraints(certificates),
  },
  critical: {
    fine: () => 'nothing that is critical is unknown',
    alert: 'unsupported_certificate',
    against: ({ certificates }) => {
      for (const { called, extensions } of certificates)
        for (const { oid, critical } of extensions)
          if (critical && (!extensionNames.has(oid) || oid === oids.ctPoison))
            return `${called} has a critical extension that this client does not know: ${oidName(oid)}`;
      return undefined;
    },
  },
  keys: {
    fine: () => 'keys and signatures are strong enough',
    alert: 'bad_certificate',
    against: ({ certificates }) => {
      for (const [at, { called, key, algorithm }] of certificates.entries()) {
        const why = weakness(key) ?? (at < certificates.length - 1 ? weaknessOf(algorithm) : undefined);
        if (why) return `${called} has ${why}`;
      }
      return undefined;
    },
  },
  policies: {
    fine: () => 'the policies that are demanded are there',
    alert: 'bad_certificate',
    against: ({ certificates, complete }, { policies }) =>
      complete ? withoutPolicy(certificates, policies) : undefined,
  },
  profile: {
    fine: () => 'all are made as the rules for CAs want it',
    alert: 'bad_certificate',
    against: ({ certificates }, { profile = 'rfc5280' }) => againstProfile(certificates, profile),
  },
  revocation: {
    fine: () => 'nothing is revoked',
    alert: 'certificate_revoked',
    against: ({ certificates }, { revocation, now }) => revocation && revocationOf(certificates, revocation, now),
  },
  transparency: {
    fine: () => 'enough logs have it',
    alert: 'bad_certificate',
    against: ({ certificates }, { transparency, now }) => transparency && unloggedIn(certificates, transparency, now),
  },
} satisfies Readonly<Record<string, Check>>;

export type CheckName = keyof typeof checks;
export const checkNames = Object.keys(checks) as readonly CheckName[];
