// Issuing X.509 v3 certificates (RFC 5280), synchronously. With an Ed25519 key reproducibly: it signs the same bytes the same
// way each time. A P-256 key does not (ECDSA draws a number), but browsers take it.
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
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_nameConstraints,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_clientAuth,
  id_kp_serverAuth,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  NameConstraints,
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
  /** Whose key is certified: a private or public key. */
  readonly key: KeyObject;
  /** An Ed25519 or P-256 private key. */
  readonly issuerKey: KeyObject;
  /** 16 bytes; made positive. */
  readonly serial: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** dNSNames of subjectAltName; for a server. */
  readonly names?: readonly string[];
  /** iPAddresses of subjectAltName, as they are written: `127.0.0.1`, `::1`. */
  readonly addresses?: readonly string[];
  /** What a leaf is for (4.2.1.12): a server where it is left out. */
  readonly purpose?: 'server' | 'client';
  /** For a CA: how many intermediates may follow; `true` sets no limit. */
  readonly ca?: true | number;
  /** For a CA: it may certify only these names, with what is below them, and these ranges of addresses (4.2.1.10). */
  readonly only?: { readonly names: readonly string[]; readonly ranges: readonly string[] };
}

/** The certificate in DER, signed by the issuer's key. */
export function issue(request: Request): Uint8Array {
  const { algorithm, digest } = request.issuerKey.asymmetricKeyType === 'ec' ? ecdsaWithSha256 : ed25519;
  const signature = new AlgorithmIdentifier({ algorithm });
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
  const signatureValue = sign(digest, Buffer.from(AsnConvert.serialize(tbsCertificate)), request.issuerKey);
  return new Uint8Array(
    AsnConvert.serialize(
      new Certificate({ tbsCertificate, signatureAlgorithm: signature, signatureValue: buffer(signatureValue) }),
    ),
  );
}

/** RFC 8410 3 and RFC 5758 3.2. */
const ed25519 = { algorithm: '1.3.101.112', digest: null };
const ecdsaWithSha256 = { algorithm: '1.2.840.10045.4.3.2', digest: 'sha256' };

function extensionsOf({
  key,
  issuerKey,
  names = [],
  addresses = [],
  purpose = 'server',
  ca,
  only,
}: Request): Extension[] {
  // An RSA key can open a secret as well; a TLS 1.2 client must find that allowed (RFC 5246 7.4.2).
  const leafUsage =
    KeyUsageFlags.digitalSignature | (key.asymmetricKeyType === 'rsa' ? KeyUsageFlags.keyEncipherment : 0);
  const usage = ca === undefined ? leafUsage : KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign;
  return [
    extension(
      id_ce_basicConstraints,
      new BasicConstraints(ca === undefined ? {} : { cA: true, ...(ca === true ? {} : { pathLenConstraint: ca }) }),
      true,
    ),
    extension(id_ce_keyUsage, new KeyUsage(usage), true),
    ...(ca === undefined
      ? [
          extension(
            id_ce_extKeyUsage,
            new ExtendedKeyUsage([purpose === 'client' ? id_kp_clientAuth : id_kp_serverAuth]),
          ),
        ]
      : []),
    ...(names.length + addresses.length
      ? [extension(id_ce_subjectAltName, new SubjectAlternativeName(generalNames(names, addresses)))]
      : []),
    ...(only ? [extension(id_ce_nameConstraints, constraintsTo(only), true)] : []),
    extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(keyIdentifier(key))),
    extension(
      id_ce_authorityKeyIdentifier,
      new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(keyIdentifier(issuerKey)) }),
    ),
  ];
}

const extension = (extnID: string, value: object, critical = false): Extension =>
  new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });

const generalNames = (names: readonly string[], addresses: readonly string[]): GeneralName[] => [
  ...names.map((dNSName) => new GeneralName({ dNSName })),
  ...addresses.map((iPAddress) => new GeneralName({ iPAddress })),
];

const constraintsTo = ({ names, ranges }: NonNullable<Request['only']>): NameConstraints =>
  new NameConstraints({
    permittedSubtrees: new GeneralSubtrees(generalNames(names, ranges).map((base) => new GeneralSubtree({ base }))),
  });

const name = (commonName: string): Name =>
  new Name([
    new RelativeDistinguishedName([
      new AttributeTypeAndValue({ type: '2.5.4.3', value: new AttributeValue({ utf8String: commonName }) }),
    ]),
  ]);

const spki = (key: KeyObject): ArrayBuffer =>
  buffer((key.type === 'private' ? createPublicKey(key) : key).export({ format: 'der', type: 'spki' }));

/** The first of the two methods of RFC 5280 4.2.1.2: SHA-1 of the public key's bits. */
const keyIdentifier = (key: KeyObject): ArrayBuffer => {
  const { subjectPublicKey } = AsnConvert.parse(spki(key), SubjectPublicKeyInfo);
  return buffer(createHash('sha1').update(Buffer.from(subjectPublicKey)).digest());
};

const buffer = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;
