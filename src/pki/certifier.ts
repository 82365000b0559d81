// A certificate authority by a name of its own, and what it signs: for situations with more than one of them.
import type { KeyObject } from 'node:crypto';
import { type Entropy, named } from '../tls/entropy.ts';
import { privateKeyFromSeed } from '../tls/groups.ts';
import { remember } from '../tls/remember.ts';
import type { Issued } from './authority.ts';
import { issue, type Request } from './issue.ts';

export interface Certifier {
  readonly name: string;
  readonly key: KeyObject;
  /** Its own certificate, in DER. */
  readonly certificate: Uint8Array;
  /** What whoever it signs for sends behind the own certificate: itself and those above it, without the root. */
  readonly above: readonly Uint8Array[];
  /** Drawn under `label`, so that two certificates with one label have one key. */
  readonly certify: (label: string, leaf: Leaf) => Issued;
}
export interface Leaf {
  /** The common name of the subject. */
  readonly subject: string;
  /** The hosts of subjectAltName. */
  readonly names: readonly string[];
  /** The label of the serial number, where it is not that of the key: a renewal. */
  readonly serial?: string;
  /** Where it says that this CA's certificate is to be had. */
  readonly issuerAt?: string;
}

const day = 24 * 3600 * 1000;
const around = (today: Date, before: number, after: number) => ({
  notBefore: new Date(today.getTime() - before * day),
  notAfter: new Date(today.getTime() + after * day),
});

/** A root where nobody is `under`; the same for the same draws. */
export function certifier(draw: Entropy, name: string, today: Date, under?: Certifier): Certifier {
  const own = named(draw, name);
  const key = privateKeyFromSeed('Ed25519', own('key'));
  const certificate = signed({
    subject: name,
    issuer: under?.name ?? name,
    key,
    issuerKey: under?.key ?? key,
    serial: own('serial', 16),
    ...around(today, 700, 1500),
    ca: under ? 0 : true,
  });
  const above = under ? [certificate, ...under.above] : [];
  return {
    name,
    key,
    certificate,
    above,
    certify(label, { subject, names, serial = label, issuerAt }) {
      const leafKey = privateKeyFromSeed('Ed25519', own(`${label} key`));
      const leaf = signed({
        subject,
        issuer: name,
        key: leafKey,
        issuerKey: key,
        serial: own(`${serial} serial`, 16),
        ...around(today, 30, 60),
        names,
        ...(issuerAt === undefined ? {} : { issuerAt }),
      });
      return { chain: [leaf, ...above], key: leafKey };
    },
  };
}

/** A drawn number stands for the keys that were drawn with it. */
function signed(request: Request): Uint8Array {
  const { subject, issuer, serial, notBefore, names = [], issuerAt = '' } = request;
  const number = Buffer.from(serial).toString('hex');
  const key = [number, subject, issuer, notBefore.getTime(), issuerAt, ...names].join(' ');
  return certificates(key, () => issue(request));
}
const certificates = remember<Uint8Array>(64);

/** A certificate that its owner signed alone, as devices make them for themselves. */
export function selfSigned(draw: Entropy, host: string, today: Date): Issued {
  const own = named(draw, host);
  const key = privateKeyFromSeed('Ed25519', own('key'));
  const names = { subject: host, issuer: host, names: [host] };
  const certificate = signed({ ...names, key, issuerKey: key, serial: own('serial', 16), ...around(today, 30, 60) });
  return { chain: [certificate], key };
}
