// The player's certificate: a real X.509 certificate (RFC 5280) in the player's name, of an authority that exists for it alone.
import type { KeyObject } from 'node:crypto';
import { issue } from '../pki/issue.ts';
import { p256KeyFromSeed } from '../pki/signing.ts';
import { comment } from '../pki/writeExtensions.ts';
import type { Entropy } from '../tls/entropy.ts';
import type { Deed } from './deed.ts';

export interface Diploma {
  readonly name: string;
  /** The issuer's common name. */
  readonly issuer: string;
  /** What the certificate says of the player. */
  readonly says: string;
  readonly serial: Uint8Array;
  readonly from: Date;
  /** In DER, as are the two above it. */
  readonly certificate: Uint8Array;
  readonly intermediate: Uint8Array;
  readonly root: Uint8Array;
  /** The player's private key, P-256. Those of the two above are forgotten. */
  readonly key: KeyObject;
}

/** RFC 5280 4.1.2.5: for a certificate that has no well-defined end. */
const withoutEnd = new Date('9999-12-31T23:59:59Z');
const day = 24 * 3600 * 1000;

/**
 * Issues it: root, intermediate, certificate, each key of its own out of `draw`, and the two authorities' keys are used
 * once and given to nobody. So nobody can ever certify anything else with them.
 */
export function diploma(draw: Entropy, { name, deed, now }: { name: string; deed: Deed; now: Date }): Diploma {
  const keyOf = (whose: string) => p256KeyFromSeed(draw(`${whose} key`));
  const serialOf = (whose: string) => draw(`${whose} serial`, 16);
  const [rootKey, intermediateKey, key] = [keyOf('root'), keyOf('intermediate'), keyOf('player')];
  const mark = Buffer.from(draw('authority', 3)).toString('hex');
  const [rootName, issuer] = [`HTTPS Quest Root ${mark} (trust it for nothing)`, `HTTPS Quest Diplomas ${mark}`];
  // Whole seconds are all that a certificate can say.
  const from = new Date(Math.floor(now.getTime() / 1000) * 1000);
  const dates = { notBefore: new Date(from.getTime() - day), notAfter: withoutEnd };
  const player = name.trim().normalize('NFC');
  const says = `HTTPS Quest: finished ${deed.level} with ${deed.stars} of 3 stars and ${deed.points} of 100 points`;
  return {
    name: player,
    issuer,
    says,
    serial: serialOf('player'),
    from,
    key,
    root: issue({
      subject: rootName,
      issuer: rootName,
      key: rootKey,
      issuerKey: rootKey,
      serial: serialOf('root'),
      ...dates,
      ca: 1,
    }),
    intermediate: issue({
      subject: issuer,
      issuer: rootName,
      key: intermediateKey,
      issuerKey: rootKey,
      serial: serialOf('intermediate'),
      ...dates,
      ca: 0,
    }),
    certificate: issue({
      subject: player,
      issuer,
      key,
      issuerKey: intermediateKey,
      serial: serialOf('player'),
      notBefore: from,
      notAfter: withoutEnd,
      purpose: 'client',
      more: [comment(says)],
    }),
  };
}
