// Whether something in a path was revoked (RFC 5280 6.3, RFC 6960 3.2), from what the client has: lists, and the response that
// the server stapled. Where nothing is known, soft-fail goes on and hard-fail stops.
import { type Certificate, isSelfIssued } from './certificate.ts';
import { isSameName } from './distinguishedName.ts';
import { keyUsages } from './extensions.ts';
import { isAbout, isResponder, type OcspResponse, parseOcspResponse } from './ocspResponse.ts';
import { oids } from './oids.ts';
import { isSignedBy } from './publicKeys.ts';
import { parseRevocationList, reasons } from './revocationList.ts';

export interface Revocation {
  /** CRLs in DER. */
  readonly lists?: readonly Uint8Array[];
  /** The OCSP response that the server stapled, in DER. */
  readonly staple?: Uint8Array;
  /** What to do where nothing certain is known of a certificate: go on (soft-fail) or stop (hard-fail). */
  readonly unknown: 'goOn' | 'stop';
}

type Status =
  | { readonly is: 'good' }
  | { readonly is: 'revoked'; readonly reason?: number }
  | { readonly is: 'unknown'; readonly why: string };

/** What speaks against a path (leaf first, the anchor last, of which nobody asks). */
export function revocationOf(path: readonly Certificate[], revocation: Revocation, now: Date): string | undefined {
  for (const [at, certificate] of path.entries()) {
    const issuer = path[at + 1];
    if (!issuer) break;
    const stapled = at === 0 && revocation.staple ? fromStaple(revocation.staple, certificate, issuer, now) : undefined;
    // RFC 7633: a server that promised a staple and brings none hides something.
    if (at === 0 && certificate.has.tlsFeature?.includes(5) && stapled?.is !== 'good')
      return `${certificate.called} promises a stapled response, and ${stapled?.is === 'unknown' ? stapled.why : stapled ? 'it says revoked' : 'none came'}`;
    const known = stapled && stapled.is !== 'unknown' ? stapled : undefined;
    const listed = known ?? fromLists(revocation.lists ?? [], certificate, issuer, now);
    const status = listed.is === 'unknown' && stapled ? stapled : listed;
    if (status.is === 'revoked')
      return `${certificate.called} is revoked${status.reason === undefined ? '' : `: ${reasons[status.reason] ?? status.reason}`}`;
    if (status.is === 'unknown' && revocation.unknown === 'stop')
      return `whether ${certificate.called} is revoked is not known: ${status.why}`;
  }
  return undefined;
}

const unknown = (why: string): Status => ({ is: 'unknown', why });

/** 6.3.3, without deltas and indirect lists. */
function fromLists(lists: readonly Uint8Array[], certificate: Certificate, issuer: Certificate, now: Date): Status {
  let status = unknown('no list of its issuer is here');
  for (const der of lists) {
    const list = parseRevocationList(der);
    if ('malformed' in list) {
      if (status.is === 'unknown') status = unknown(`a list cannot be read: ${list.malformed}`);
      continue;
    }
    if (!isSameName(list.issuer, certificate.issuer)) continue;
    const why = list.unusable
      ? `the list cannot be used: ${list.unusable}`
      : now < list.thisUpdate || !list.nextUpdate || now > list.nextUpdate
        ? 'the list is not of this day'
        : issuer.has.keyUsage && !issuer.has.keyUsage.has(keyUsages.cRLSign)
          ? `${issuer.called} may not sign lists: keyUsage lacks cRLSign`
          : !isSignedBy(list, issuer.key)
            ? `the list is not signed by the key of ${issuer.called}`
            : list.scope !== 'all' && list.scope !== (certificate.has.basicConstraints?.cA ? 'CAs' : 'leaves')
              ? 'the list is for others'
              : undefined;
    if (why) {
      if (status.is === 'unknown') status = unknown(why);
      continue;
    }
    const entry = list.revoked.get(Buffer.from(certificate.serial).toString('hex'));
    if (entry) return { is: 'revoked', ...(entry.reason === undefined ? {} : { reason: entry.reason }) };
    status = { is: 'good' };
  }
  return status;
}

/** RFC 6960 3.2. */
function fromStaple(der: Uint8Array, certificate: Certificate, issuer: Certificate, now: Date): Status {
  const response = parseOcspResponse(der);
  if ('malformed' in response) return unknown(`the stapled response cannot be read: ${response.malformed}`);
  const one = response.responses.find((single) => isAbout(single, certificate, issuer));
  if (!one) return unknown('the stapled response is about another certificate');
  if (!isByResponder(response, issuer, now)) return unknown(`the stapled response is not signed for ${issuer.called}`);
  if (now < one.thisUpdate || !one.nextUpdate || now > one.nextUpdate)
    return unknown('the stapled response is not of this day');
  if (one.status === 'unknown') return unknown('the responder does not know it');
  return one.status === 'good'
    ? { is: 'good' }
    : { is: 'revoked', ...(one.reason === undefined ? {} : { reason: one.reason }) };
}

/** 4.2.2.2: by the CA itself, or by one whom it certified for that. */
function isByResponder(response: OcspResponse, issuer: Certificate, now: Date): boolean {
  if (isResponder(response, issuer)) return isSignedBy(response, issuer.key);
  const delegate = response.certificates.find((one) => isResponder(response, one));
  return (
    delegate !== undefined &&
    isSameName(delegate.issuer, issuer.subject) &&
    !isSelfIssued(delegate) &&
    (delegate.has.extKeyUsage?.includes(oids.ocspSigning) ?? false) &&
    now >= delegate.notBefore &&
    now <= delegate.notAfter &&
    isSignedBy(delegate, issuer.key) &&
    isSignedBy(response, delegate.key)
  );
}
