// Saying that certificates are revoked, or are not: revocation lists (RFC 5280 5) and OCSP responses (RFC 6960 4.2).
import { createHash, type KeyObject } from 'node:crypto';
import { type Certificate, parseCertificate } from './certificate.ts';
import { der, derInteger, derNull, derOid, derSequence, derTime } from './derWriter.ts';
import { nameOf } from './issue.ts';
import { oids } from './oids.ts';
import { reasons } from './revocationList.ts';
import { signatureAlgorithmOf, signed } from './signing.ts';
import { authorityKeyIdentifier, writeExtension } from './writeExtensions.ts';

export type Reason =
  | 'keyCompromise'
  | 'cACompromise'
  | 'affiliationChanged'
  | 'superseded'
  | 'cessationOfOperation'
  | 'privilegeWithdrawn';

export interface ListRequest {
  /** Common name of the CA. */
  readonly issuer: string;
  readonly issuerKey: KeyObject;
  /** The bits of its public key: `parseCertificate(...).key.bits`. */
  readonly issuerBits: Uint8Array;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  readonly number: number;
  readonly revoked: readonly { readonly serial: Uint8Array; readonly at: Date; readonly reason?: Reason }[];
}

/** A CRL in DER. */
export const issueRevocationList = ({
  issuer,
  issuerKey,
  issuerBits,
  thisUpdate,
  nextUpdate,
  number,
  revoked,
}: ListRequest): Uint8Array =>
  signed(
    derSequence(
      derInteger(1),
      signatureAlgorithmOf(issuerKey),
      nameOf(issuer),
      derTime(thisUpdate),
      derTime(nextUpdate),
      ...(revoked.length ? [derSequence(...revoked.map(entry))] : []),
      der(
        0xa0,
        derSequence(
          writeExtension(authorityKeyIdentifier(issuerBits)),
          writeExtension({ oid: oids.cRLNumber, critical: false, value: derInteger(number) }),
        ),
      ),
    ),
    issuerKey,
  );

const entry = ({ serial, at, reason }: ListRequest['revoked'][number]): Uint8Array =>
  derSequence(
    derInteger(serial),
    derTime(at),
    ...(reason
      ? [
          derSequence(
            writeExtension({ oid: oids.reasonCode, critical: false, value: derInteger(reasons.indexOf(reason), 0x0a) }),
          ),
        ]
      : []),
  );

export type Status = 'good' | 'unknown' | { readonly revoked: Date; readonly reason?: Reason };

export interface ResponseRequest {
  /** In DER: about which certificate, and its issuer's. */
  readonly certificate: Uint8Array;
  readonly issuer: Uint8Array;
  /** Who answers: the issuer, or one whom it certified for that, whose certificate comes along. */
  readonly responder: { readonly key: KeyObject; readonly certificate?: Uint8Array };
  readonly status: Status;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
}

/** An OCSP response in DER, as a server staples it. */
export function issueOcspResponse({
  certificate,
  issuer,
  responder,
  status,
  thisUpdate,
  nextUpdate,
}: ResponseRequest): Uint8Array {
  const [subject, ca] = [ownOne(certificate), ownOne(issuer)];
  const answering = responder.certificate ? ownOne(responder.certificate) : ca;
  const basic = signed(
    derSequence(
      der(0xa2, der(0x04, sha1(answering.key.bits))),
      derTime(thisUpdate, true),
      derSequence(
        derSequence(
          derSequence(
            derSequence(derOid(oids.sha1), derNull()),
            der(0x04, sha1(subject.issuer.der)),
            der(0x04, sha1(ca.key.bits)),
            derInteger(subject.serial),
          ),
          statusOf(status),
          derTime(thisUpdate, true),
          der(0xa0, derTime(nextUpdate, true)),
        ),
      ),
    ),
    responder.key,
    'pkcs1',
    ...(responder.certificate ? [der(0xa0, derSequence(responder.certificate))] : []),
  );
  return derSequence(derInteger(0, 0x0a), der(0xa0, derSequence(derOid(oids.ocspBasic), der(0x04, basic))));
}

function statusOf(status: Status): Uint8Array {
  if (status === 'good') return derNull(0x80);
  if (status === 'unknown') return derNull(0x82);
  const { revoked, reason } = status;
  return der(0xa1, derTime(revoked, true), ...(reason ? [der(0xa0, derInteger(reasons.indexOf(reason), 0x0a))] : []));
}

const sha1 = (bytes: Uint8Array): Buffer => createHash('sha1').update(bytes).digest();

/** Whoever answers about a certificate has it in order. */
function ownOne(bytes: Uint8Array): Certificate {
  const read = parseCertificate(bytes);
  if ('malformed' in read) throw new Error(`a certificate to answer about cannot be read: ${read.malformed}`);
  return read;
}
