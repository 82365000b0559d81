// Certificate policies (RFC 5280 6.1.2 to 6.1.5). In place of the tree, which a hostile path can make grow without bounds, one
// node a policy and depth, as RFC 9618 has it.
import { type Certificate, isSelfIssued } from './certificate.ts';
import { oids } from './oids.ts';

interface Node {
  /** What fits it in the next certificate. */
  readonly expected: ReadonlySet<string>;
  /** Which policies of the user it stands for. */
  readonly from: ReadonlySet<string>;
}
type Nodes = ReadonlyMap<string, Node>;

const any = oids.anyPolicy;
const none: Nodes = new Map();

/**
 * Why no policy is valid for the whole path (leaf first, the anchor last) although one is demanded: by a CA, or where
 * `wanted` names those that the user takes. Nothing where all is well.
 */
export function withoutPolicy(path: readonly Certificate[], wanted?: readonly string[]): string | undefined {
  const chain = path.slice(0, -1).reverse();
  let nodes: Nodes = new Map([[any, { expected: new Set([any]), from: new Set([any]) }]]);
  let explicit = wanted ? 0 : chain.length + 1;
  let mapping = chain.length + 1;
  let inhibitAny = chain.length + 1;
  for (const [at, certificate] of chain.entries()) {
    const isLast = at === chain.length - 1;
    const { has, called } = certificate;
    nodes = next(nodes, has.certificatePolicies, inhibitAny > 0 || (!isLast && isSelfIssued(certificate)));
    if (!explicit && !nodes.size) return `${called}: a policy is demanded, and none is valid up to here`;
    const constraints = has.policyConstraints;
    if (isLast) {
      if (constraints?.requireExplicitPolicy === 0 || explicit === 1) explicit = 0;
      break;
    }
    const mappings = has.policyMappings ?? [];
    if (mappings.some(({ issuer, subject }) => issuer === any || subject === any))
      return `${called}: anyPolicy cannot be mapped`;
    nodes = mapped(nodes, mappings, mapping > 0);
    if (!isSelfIssued(certificate)) {
      explicit = Math.max(explicit - 1, 0);
      mapping = Math.max(mapping - 1, 0);
      inhibitAny = Math.max(inhibitAny - 1, 0);
    }
    explicit = Math.min(explicit, constraints?.requireExplicitPolicy ?? explicit);
    mapping = Math.min(mapping, constraints?.inhibitPolicyMapping ?? mapping);
    inhibitAny = Math.min(inhibitAny, has.inhibitAnyPolicy ?? inhibitAny);
  }
  const fits = [...nodes].some(
    ([policy, { from }]) => !wanted || policy === any || wanted.some((one) => from.has(one)),
  );
  return explicit || fits ? undefined : 'a policy is demanded, and none is valid for the whole path';
}

/** 6.1.3 (d), (e). */
function next(nodes: Nodes, policies: readonly string[] | undefined, takesAny: boolean): Nodes {
  if (!policies) return none;
  const made = new Map<string, Node>();
  const make = (policy: string) => {
    const parents = [...nodes].filter(([, { expected }]) => expected.has(policy));
    const from = parents.flatMap(([parent, { from: before }]) => (parent === any ? [policy] : [...before]));
    if (from.length || nodes.has(any))
      made.set(policy, { expected: new Set([policy]), from: new Set(from.length ? from : [policy]) });
  };
  for (const policy of policies) if (policy !== any) make(policy);
  if (policies.includes(any) && takesAny)
    for (const { expected } of nodes.values()) for (const policy of expected) if (!made.has(policy)) make(policy);
  return made;
}

/** 6.1.4 (b). */
function mapped(
  nodes: Nodes,
  mappings: readonly { readonly issuer: string; readonly subject: string }[],
  allowed: boolean,
): Nodes {
  const made = new Map(nodes);
  for (const issuer of new Set(mappings.map((one) => one.issuer))) {
    const expected = new Set(mappings.filter((one) => one.issuer === issuer).map(({ subject }) => subject));
    const own = nodes.get(issuer);
    if (!allowed) made.delete(issuer);
    else if (own) made.set(issuer, { expected, from: own.from });
    else if (nodes.has(any)) made.set(issuer, { expected, from: new Set([issuer]) });
  }
  return made;
}
