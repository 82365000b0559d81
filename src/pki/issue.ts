// Issuing X.509 v3 certificates (RFC 5280), synchronously and reproducibly: Ed25519 signs the same bytes the same way each time.
import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_serverAuth,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';

export interface Request {
  /** Common names. */
  readonly subject: string;
  readonly issuer: string;
  /** Whose key is certified: an Ed25519 private or public key. */
  readonly key: KeyObject;
  readonly issuerKey: KeyObject;
  /** 16 bytes; made positive. */
  readonly serial: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** dNSNames of subjectAltName; for a server. */
  readonly names?: readonly string[];
  /** For a CA: how many intermediates may follow; `true` sets no limit. */
  readonly ca?: true | number;
}

/** The certificate in DER, signed by the issuer's key. */
export function issue(request: Request): Uint8Array {
  const signature = new AlgorithmIdentifier({ algorithm: ed25519 });
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: buffer(Uint8Array.of(0x40 | ((request.serial[0] ?? 0) & 0x3f), ...request.serial.subarray(1, 16))),
    signature,
    issuer: name(request.issuer),
    validity: new Validity({ notBefore: request.notBefore, notAfter: request.notAfter }),
    subject: name(request.subject),
    subjectPublicKeyInfo: AsnConvert.parse(spki(request.key), SubjectPublicKeyInfo),
    extensions: new Extensions(extensionsOf(request)),
  });
  const signatureValue = sign(null, Buffer.from(AsnConvert.serialize(tbsCertificate)), request.issuerKey);
  return new Uint8Array(
    AsnConvert.serialize(
      new Certificate({ tbsCertificate, signatureAlgorithm: signature, signatureValue: buffer(signatureValue) }),
    ),
  );
}

const ed25519 = '1.3.101.112';

function extensionsOf({ key, issuerKey, names, ca }: Request): Extension[] {
  const usage = ca === undefined ? KeyUsageFlags.digitalSignature : KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign;
  return [
    extension(
      id_ce_basicConstraints,
      new BasicConstraints(ca === undefined ? {} : { cA: true, ...(ca === true ? {} : { pathLenConstraint: ca }) }),
      true,
    ),
    extension(id_ce_keyUsage, new KeyUsage(usage), true),
    ...(ca === undefined ? [extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_serverAuth]))] : []),
    ...(names
      ? [
          extension(
            id_ce_subjectAltName,
            new SubjectAlternativeName(names.map((dNSName) => new GeneralName({ dNSName }))),
          ),
        ]
      : []),
    extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(keyIdentifier(key))),
    extension(
      id_ce_authorityKeyIdentifier,
      new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(keyIdentifier(issuerKey)) }),
    ),
  ];
}

const extension = (extnID: string, value: object, critical = false): Extension =>
  new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });

const name = (commonName: string): Name =>
  new Name([
    new RelativeDistinguishedName([
      new AttributeTypeAndValue({ type: '2.5.4.3', value: new AttributeValue({ utf8String: commonName }) }),
    ]),
  ]);

const spki = (key: KeyObject): ArrayBuffer =>
  buffer((key.type === 'private' ? createPublicKey(key) : key).export({ format: 'der', type: 'spki' }));

/** The first of the two methods of RFC 5280 4.2.1.2: SHA-1 of the public key's bits. */
const keyIdentifier = (key: KeyObject): ArrayBuffer =>
  buffer(
    createHash('sha1')
      .update(Buffer.from(spki(key)).subarray(-32))
      .digest(),
  );

const buffer = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;
