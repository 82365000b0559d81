// The game's own certificate authority: a root, an intermediate, and leaves, all from the seed. It is nobody's trust anchor.
import type { KeyObject } from 'node:crypto';
import { type Entropy, named } from '../tls/entropy.ts';
import { privateKeyFromSeed } from '../tls/groups.ts';
import { issue } from './issue.ts';
import { rsaKey } from './keys/rsa.ts';
import { longRsaKey } from './keys/rsa3072.ts';
import { remember } from '../tls/remember.ts';

/** A chain (DER, leaf first, without the root) and the leaf's private key. */
export interface Issued {
  readonly chain: readonly Uint8Array[];
  readonly key: KeyObject;
}
export type LeafKind = 'ed25519' | 'rsa' | 'rsa-3072';
export interface Authority {
  /** The root's certificate in DER: what a client has in its store. */
  readonly root: Uint8Array;
  readonly intermediate: Uint8Array;
  /** A leaf with an Ed25519 key; or with one of the game's RSA keys, as TLS 1.2 wants it. Each `generation` has a key of its own. */
  readonly issueFor: (host: string, kind?: LeafKind, generation?: 1 | 2 | 3) => Issued;
}

const day = 24 * 3600 * 1000;
const rootName = 'Quest Root X1';
const intermediateName = 'Quest Intermediate A1';

/** The same for the same draws; valid around `today`. */
export function authority(draw: Entropy, today: Date): Authority {
  const seed = Buffer.from(draw('seed of all keys')).toString('hex');
  return authorities(`${seed} ${today.getTime()}`, () => make(draw, today));
}
const authorities = remember<Authority>(16);

function keyOf(kind: LeafKind, leaf: Entropy, rsa: () => KeyObject): KeyObject {
  switch (kind) {
    case 'ed25519':
      return privateKeyFromSeed('Ed25519', leaf('key'));
    case 'rsa':
      return rsa();
    case 'rsa-3072':
      return longRsaKey();
  }
}

function make(draw: Entropy, today: Date): Authority {
  const leaves = remember<Issued>(16);
  const key = (label: string) => privateKeyFromSeed('Ed25519', draw(`${label} key`));
  const serial = (label: string) => draw(`${label} serial`, 16);
  const around = (before: number, after: number) => ({
    notBefore: new Date(today.getTime() - before * day),
    notAfter: new Date(today.getTime() + after * day),
  });
  const rootKey = key('root');
  const intermediateKey = key('intermediate');
  const root = issue({
    subject: rootName,
    issuer: rootName,
    key: rootKey,
    issuerKey: rootKey,
    serial: serial('root'),
    ...around(2000, 5000),
    ca: true,
  });
  const intermediate = issue({
    subject: intermediateName,
    issuer: rootName,
    key: intermediateKey,
    issuerKey: rootKey,
    serial: serial('intermediate'),
    ...around(700, 1500),
    ca: 0,
  });
  return {
    root,
    intermediate,
    issueFor: (host, kind = 'ed25519', generation = 1) =>
      leaves(`${kind} ${generation} ${host}`, () => {
        const leaf = named(draw, generation === 1 ? host : `${host} ${generation}`);
        const leafKey = keyOf(kind, leaf, () => rsaKey(named(draw, host), generation));
        const certificate = issue({
          subject: host,
          issuer: intermediateName,
          key: leafKey,
          issuerKey: intermediateKey,
          serial: leaf('serial', 16),
          ...around(30, 60),
          names: [host],
        });
        return { chain: [certificate, intermediate], key: leafKey };
      }),
  };
}
