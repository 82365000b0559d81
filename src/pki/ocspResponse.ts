// OCSP responses (RFC 6960 4.2), as a server staples them to its certificate (RFC 6066 8).
import { createHash } from 'node:crypto';
import type { Field } from '../tls/codec.ts';
import { attempt } from './attempt.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { around, DerReader, inPlace, malformed, tags } from './der.ts';
import { type DistinguishedName, isSameName, readName } from './distinguishedName.ts';
import { oidName, oids } from './oids.ts';
import { readAlgorithm, type Signed } from './publicKeys.ts';
import { reasons } from './revocationList.ts';
import { readGeneralizedTime } from './times.ts';

export interface SingleResponse {
  readonly hash: string;
  readonly issuerNameHash: Uint8Array;
  readonly issuerKeyHash: Uint8Array;
  readonly serial: Uint8Array;
  readonly status: 'good' | 'revoked' | 'unknown';
  readonly reason?: number;
  readonly thisUpdate: Date;
  readonly nextUpdate?: Date;
}
export interface OcspResponse extends Signed {
  readonly responder: { readonly name: DistinguishedName } | { readonly keyHash: Uint8Array };
  readonly responses: readonly SingleResponse[];
  readonly certificates: readonly Certificate[];
}

export const parseOcspResponse = (der: Uint8Array): OcspResponse | { readonly malformed: string } =>
  attempt(der, longest, () => read(der, false).response);

/** The map of its fields; none where the bytes are no response. */
export function ocspResponseFields(der: Uint8Array): readonly Field[] {
  const fields = attempt(der, longest, () => read(der, true).fields);
  return 'malformed' in fields ? [] : fields;
}

const longest = 65_536;

/** Whether it speaks of that certificate (4.1.1): by hashes of its issuer's name and key, and its serial number. */
export function isAbout(one: SingleResponse, certificate: Certificate, issuer: Certificate): boolean {
  const hash = hashes[one.hash];
  if (!hash) return false;
  const of = (bytes: Uint8Array) => createHash(hash).update(bytes).digest();
  return (
    of(certificate.issuer.der).equals(one.issuerNameHash) &&
    of(issuer.key.bits).equals(one.issuerKeyHash) &&
    Buffer.from(certificate.serial).equals(one.serial)
  );
}
const hashes: Readonly<Record<string, string>> = { [oids.sha1]: 'sha1', [oids.sha256]: 'sha256' };

/** Whether the responder's id is that of the certificate (4.2.1). */
export const isResponder = ({ responder }: OcspResponse, { subject, key }: Certificate): boolean =>
  'name' in responder
    ? isSameName(responder.name, subject)
    : createHash('sha1').update(key.bits).digest().equals(responder.keyHash);

function read(der: Uint8Array, recording: boolean) {
  const reader = new DerReader(der, recording);
  const response = reader.sequence('OCSPResponse', () => {
    const status = reader.small(
      'responseStatus',
      (value) => (value ? `error ${value}` : 'successful'),
      tags.enumerated,
    );
    if (status !== 0) malformed(`responseStatus: the responder answered with error ${status}`);
    return reader.inside(around(0), 'responseBytes', () =>
      reader.sequence('ResponseBytes', () => {
        const type = reader.oid('responseType', oidName);
        if (type !== oids.ocspBasic) malformed(`responseType: ${type} is not known`);
        return reader.wrapped('response', readBasic);
      }),
    );
  });
  return { response, fields: reader.done() };
}

function readBasic(reader: DerReader): OcspResponse {
  return reader.sequence('BasicOCSPResponse', () => {
    const { value, bytes: tbs } = reader.spanned(() => readData(reader));
    const algorithm = readAlgorithm(reader, 'signatureAlgorithm');
    const { bytes: signature, unused } = reader.bits('signatureValue', ({ bytes }) => `${bytes.length} bytes`);
    if (unused) malformed('signature: not whole bytes');
    const certificates =
      reader.next === around(0)
        ? reader.inside(around(0), 'certs', () =>
            reader.list(tags.sequence, 'certificates', () => reader.any('certificate').whole),
          )
        : [];
    return {
      ...value,
      tbs,
      algorithm,
      signature,
      certificates: certificates
        .slice(0, 8)
        .map(parseCertificate)
        .filter((one): one is Certificate => !('malformed' in one)),
    };
  });
}

function readData(reader: DerReader): Pick<OcspResponse, 'responder' | 'responses'> {
  return reader.sequence('tbsResponseData', () => {
    if (reader.next === around(0)) malformed('version: v1 is written by leaving it out');
    const responder =
      reader.next === around(1)
        ? { name: reader.inside(around(1), 'responderID', () => readName(reader, 'responder_name')) }
        : {
            keyHash: reader.inside(around(2), 'responderID', () =>
              reader.plain(tags.octetString, 'responder_key_hash'),
            ),
          };
    readGeneralizedTime(reader, 'producedAt');
    const responses = reader.list(tags.sequence, 'responses', readSingle, 1);
    if (reader.next === around(1)) reader.any('responseExtensions');
    return { responder, responses };
  });
}

function readSingle(reader: DerReader): SingleResponse {
  return reader.sequence('singleResponse', () => {
    const id = reader.sequence('certID', () => ({
      hash: readAlgorithm(reader, 'hashAlgorithm').oid,
      issuerNameHash: reader.plain(tags.octetString, 'issuerNameHash'),
      issuerKeyHash: reader.plain(tags.octetString, 'issuerKeyHash'),
      serial: reader.integer('serialNumber', (bytes) => Buffer.from(bytes).toString('hex')),
    }));
    const state = readStatus(reader);
    const thisUpdate = readGeneralizedTime(reader, 'thisUpdate');
    const nextUpdate =
      reader.next === around(0)
        ? reader.inside(around(0), 'next_update', () => readGeneralizedTime(reader, 'nextUpdate'))
        : undefined;
    if (reader.next === around(1)) reader.any('singleExtensions');
    return { ...id, ...state, thisUpdate, ...(nextUpdate ? { nextUpdate } : {}) };
  });
}

function readStatus(reader: DerReader): Pick<SingleResponse, 'status' | 'reason'> {
  switch (reader.next) {
    case inPlace(0):
      reader.plain(inPlace(0), 'certStatus', () => 'good');
      return { status: 'good' };
    case around(1):
      return reader.inside(
        around(1),
        'certStatus',
        () => {
          readGeneralizedTime(reader, 'revocationTime');
          if (!reader.left) return { status: 'revoked' as const };
          const reason = reader.inside(around(0), 'revocationReason', () =>
            reader.small('crl_reason', (value) => reasons[value] ?? String(value), tags.enumerated),
          );
          return { status: 'revoked' as const, reason };
        },
        () => 'revoked',
      );
    default:
      reader.plain(inPlace(2), 'certStatus', () => 'unknown');
      return { status: 'unknown' };
  }
}
