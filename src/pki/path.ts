// Building paths (RFC 4158, RFC 5280 6.1): from the leaf through a bag of certificates to an anchor, in bounded work.
import type { Certificate } from './certificate.ts';
import { isSameName } from './distinguishedName.ts';
import { isSignedBy } from './publicKeys.ts';

export interface Path {
  /** The leaf first. Where the path is complete, the anchor last. */
  readonly certificates: readonly Certificate[];
  readonly complete: boolean;
  /** How many links from the leaf on are signed by the key of the next. */
  readonly signed: number;
}

/** What a search may still spend: CAs that sign each other in a circle could keep it busy for years. */
interface Budget {
  signatures: number;
  steps: number;
  paths: number;
}

/**
 * Of the paths to an anchor the first that `objections` finds nothing against, or else that with the fewest; of those
 * that end nowhere the longest. Links whose signature does not verify are used only if there is no other way.
 */
export function findPath(
  leaf: Certificate,
  others: readonly Certificate[],
  anchors: readonly Certificate[],
  objections: (path: readonly Certificate[]) => number,
): Path {
  const budget: Budget = { signatures: 100, steps: 4000, paths: 40 };
  const isAnchor = (certificate: Certificate) => anchors.some((anchor) => isSame(anchor, certificate));
  // Whoever has this very certificate in the store trusts it, whoever issued it (6.2: a local decision).
  if (isAnchor(leaf)) return { certificates: [leaf], complete: true, signed: 0 };
  const bag = [...anchors, ...others.filter((other) => !isAnchor(other) && !isSame(other, leaf))];
  const known = new Map<string, boolean>();
  const isLink = (below: Certificate, issuer: Certificate): boolean => {
    const place = `${bag.indexOf(below)} ${bag.indexOf(issuer)}`;
    const before = known.get(place);
    if (before !== undefined) return before;
    const holds = budget.signatures-- > 0 && isSignedBy(below, issuer.key);
    known.set(place, holds);
    return holds;
  };
  let best: { readonly path: Path; readonly doubts: Doubts } | undefined;
  let longest: Path = { certificates: [leaf], complete: false, signed: 0 };

  const goOn = (path: readonly Certificate[], signed: number, unsigned: boolean): boolean => {
    const last = path.at(-1) ?? leaf;
    if (path.length > longest.certificates.length) longest = { certificates: path, complete: false, signed };
    for (const issuer of inOrder(bag, last)) {
      if (budget.steps-- <= 0) return true;
      if (path.some((one) => isSameCa(one, issuer))) continue;
      const holds = isLink(last, issuer);
      // One who bears the name and has another key than the one that is meant is somebody else.
      if (!holds && (!unsigned || isMeant(last, issuer) === false)) continue;
      const longer = [...path, issuer];
      const more = signed + (holds && signed === path.length - 1 ? 1 : 0);
      if (anchors.includes(issuer)) {
        const doubts = { unsigned: longer.length - 1 - more, objections: objections(longer) };
        if (!best || isBetter(doubts, best.doubts))
          best = { path: { certificates: longer, complete: true, signed: more }, doubts };
        if ((!doubts.unsigned && !doubts.objections) || budget.paths-- <= 0) return true;
      } else if (longer.length <= longestPath && goOn(longer, more, unsigned)) return true;
    }
    return false;
  };
  goOn([leaf], 0, false);
  if (!best) goOn([leaf], 0, true);
  return best?.path ?? longest;
}

interface Doubts {
  /** Links whose signature does not verify. */
  readonly unsigned: number;
  readonly objections: number;
}
const isBetter = (one: Doubts, other: Doubts): boolean =>
  one.unsigned < other.unsigned || (one.unsigned === other.unsigned && one.objections < other.objections);

/** Of certificates: the leaf, and those between it and the anchor. */
const longestPath = 9;

/** Those that bear the issuer's name, anchors before others: first those whose key is the one that is meant. */
const inOrder = (bag: readonly Certificate[], below: Certificate): Certificate[] => {
  const named = bag.filter(({ subject }) => isSameName(subject, below.issuer));
  const meant = (one: Certificate) => Number(isMeant(below, one) ?? 0.5);
  return named.sort((one, other) => meant(other) - meant(one));
};

/** Whether the key that the certificate names as its issuer's is that one; nothing where one of them does not say. */
function isMeant(
  { has: { authorityKeyIdentifier } }: Certificate,
  { has: { subjectKeyIdentifier } }: Certificate,
): boolean | undefined {
  const wanted = authorityKeyIdentifier?.keyIdentifier;
  return wanted && subjectKeyIdentifier && Buffer.from(subjectKeyIdentifier).equals(wanted);
}

const isSame = (one: Certificate, other: Certificate): boolean => Buffer.from(one.der).equals(other.der);

/** RFC 4158 2.4.2: the same name and key a second time leads round in a circle. */
const isSameCa = (one: Certificate, other: Certificate): boolean =>
  Buffer.from(one.key.spki).equals(other.key.spki) && isSameName(one.subject, other.subject);
