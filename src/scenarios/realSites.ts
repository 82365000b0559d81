// Certificates that a real program takes: it looks at its own clock, so they hold for a lifetime.
import { issue } from '../pki/issue.ts';
import { type Entropy, named } from '../tls/entropy.ts';
import { privateKeyFromSeed } from '../tls/groups.ts';
import { remember } from '../tls/remember.ts';
import type { ShownCertificate } from './realPeer.ts';

const rootName = 'Quest Root';
const intermediateName = 'Quest Intermediate';
const always = { notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date('2049-12-31T00:00:00Z') };

export interface RealAuthority {
  /** DER, as the intermediate: what a client has in its store. */
  readonly root: Uint8Array;
  readonly intermediate: Uint8Array;
  /** A leaf with an Ed25519 key, signed by the root, or by the intermediate and then with it behind. */
  readonly issueFor: (host: string, by: 'root' | 'intermediate') => ShownCertificate;
}

/** A root, an intermediate and leaves from the draws: the same for the same draws. */
export const realAuthority = (draw: Entropy): RealAuthority =>
  authorities(Buffer.from(draw('seed of all keys')).toString('hex'), () => make(draw));
const authorities = remember<RealAuthority>(16);

function make(draw: Entropy): RealAuthority {
  const leaves = remember<ShownCertificate>(16);
  const keyOf = (label: string) => privateKeyFromSeed('Ed25519', draw(`${label} key`));
  const [rootKey, intermediateKey] = [keyOf('root'), keyOf('intermediate')];
  const certificate = (
    subject: string,
    key: typeof rootKey,
    [issuer, issuerKey]: readonly [string, typeof rootKey],
    more: { readonly ca: true | number } | { readonly names: readonly string[] },
  ) => issue({ subject, issuer, key, issuerKey, serial: draw(`${subject} serial`, 16), ...always, ...more });
  const root = certificate(rootName, rootKey, [rootName, rootKey], { ca: true });
  const intermediate = certificate(intermediateName, intermediateKey, [rootName, rootKey], { ca: 0 });
  return {
    root,
    intermediate,
    issueFor: (host, by) =>
      leaves(`${by} ${host}`, () => {
        const key = privateKeyFromSeed('Ed25519', named(draw, host)('key'));
        const issuer = by === 'root' ? ([rootName, rootKey] as const) : ([intermediateName, intermediateKey] as const);
        const leaf = certificate(host, key, issuer, { names: [host] });
        return { chain: by === 'root' ? [leaf] : [leaf, intermediate], key };
      }),
  };
}
