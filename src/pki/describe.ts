// The map of a certificate: each field of RFC 5280 4.1 with the bytes that it stands in, read off the DER (X.690) itself.
import { type Field, Reader } from '../tls/codec.ts';

/** The fields of a certificate in DER, every byte in one of them; nothing where the bytes are none. */
export function describeCertificate(der: Uint8Array): readonly Field[] {
  try {
    const all = element(der, 0);
    if (all.end !== der.length) return [];
    return [certificate(der, all)];
  } catch {
    return [];
  }
}

/** The same fields with each certificate among them opened: `bytes` is what their offsets count in. */
export const withCertificates = (fields: readonly Field[], bytes: Uint8Array): readonly Field[] =>
  fields.map((field): Field => {
    if (field.children) return { ...field, children: withCertificates(field.children, bytes) };
    if (field.name !== 'certificate') return field;
    const [inside] = describeCertificate(bytes.subarray(field.offset, field.offset + field.length));
    return inside ? moved(inside, field.offset) : field;
  });

const moved = (field: Field, by: number): Field => ({
  ...field,
  offset: field.offset + by,
  ...(field.children ? { children: field.children.map((child) => moved(child, by)) } : {}),
});

// ---- DER ----------------------------------------------------------------------------------------------------------

/** A tag, a length and what they announce. Offsets are those of the whole. */
interface Element {
  readonly tag: number;
  readonly at: number;
  readonly inside: number;
  readonly end: number;
}

/** Throws where there is none. Only tags of one byte are read: X.509 has no others. */
function element(der: Uint8Array, at: number): Element {
  const reader = new Reader(der.subarray(at), false);
  const tag = reader.uint(1, 'tag');
  const first = reader.uint(1, 'length');
  const more = first & 0x7f;
  const length = first < 0x80 ? first : reader.bytes(more, 'length').reduce((sum, byte) => sum * 256 + byte, 0);
  const inside = at + 2 + (first < 0x80 ? 0 : more);
  if (inside + length > der.length) throw new RangeError('an element ends behind the bytes');
  return { tag, at, inside, end: inside + length };
}

function elementsIn(der: Uint8Array, { inside, end }: Element): readonly Element[] {
  const all: Element[] = [];
  for (let at = inside; at < end; ) {
    const one = element(der, at);
    all.push(one);
    at = one.end;
  }
  return all;
}

const leaf = (name: string, { at, end }: Pick<Element, 'at' | 'end'>, value?: string): Field => ({
  name,
  offset: at,
  length: end - at,
  ...(value === undefined ? {} : { value }),
});

/** A field with what is in it, behind the tag and length of its own. */
const group = (name: string, of: Element, children: readonly Field[], value?: string): Field => ({
  ...leaf(name, of, value),
  children: [head(of), ...children],
});

const head = ({ at, inside, end }: Element): Field =>
  leaf('der_head', { at, end: inside }, `${end - inside} bytes follow`);

const contentOf = (der: Uint8Array, { inside, end }: Element): Uint8Array => der.subarray(inside, end);
const hex = (bytes: Uint8Array, by = ''): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(by);
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
const bits = (bytes: Uint8Array): string => `${(bytes.length - 1) * 8} bits`;

// ---- X.509 --------------------------------------------------------------------------------------------------------

function certificate(der: Uint8Array, all: Element): Field {
  const [tbs, algorithm, signature] = elementsIn(der, all);
  if (!tbs || !algorithm || !signature) throw new RangeError('no certificate');
  return group(
    'certificate',
    all,
    [
      toBeSigned(der, tbs),
      leaf('signatureAlgorithm', algorithm, algorithmIn(der, algorithm)),
      leaf('signatureValue', signature, bits(contentOf(der, signature))),
    ],
    undefined,
  );
}

function toBeSigned(der: Uint8Array, tbs: Element): Field {
  const parts = [...elementsIn(der, tbs)];
  const fields: Field[] = [];
  const [first] = parts;
  if (first?.tag === 0xa0) {
    const version = contentOf(der, first).at(-1) ?? 0;
    fields.push(leaf('certificate_version', first, `v${version + 1}`));
    parts.shift();
  }
  const [serial, algorithm, issuer, validity, subject, key, ...rest] = parts;
  if (!serial || !algorithm || !issuer || !validity || !subject || !key) throw new RangeError('no certificate');
  fields.push(
    leaf('serialNumber', serial, hex(contentOf(der, serial))),
    leaf('signatureAlgorithm', algorithm, algorithmIn(der, algorithm)),
    nameField('issuer', der, issuer),
    validityField(der, validity),
    nameField('subject', der, subject),
    keyField(der, key),
    ...rest.map((one) => (one.tag === 0xa3 ? extensionsField(der, one) : leaf('unique_identifier', one))),
  );
  return group('tbsCertificate', tbs, fields);
}

function nameField(name: 'issuer' | 'subject', der: Uint8Array, of: Element): Field {
  const parts = elementsIn(der, of).map((one): Field => {
    const [pair] = elementsIn(der, one);
    const [type, value] = pair ? elementsIn(der, pair) : [];
    if (!type || !value) return leaf('name_part', one);
    const kind = nameParts[objectIdentifier(contentOf(der, type))] ?? 'name_part';
    return leaf(kind, one, text(contentOf(der, value)));
  });
  return group(name, of, parts, parts.map(({ value = '' }) => value).join(', '));
}
/** RFC 5280 appendix A.1. */
const nameParts: Readonly<Record<string, string>> = {
  '2.5.4.3': 'commonName',
  '2.5.4.6': 'countryName',
  '2.5.4.7': 'localityName',
  '2.5.4.8': 'stateOrProvinceName',
  '2.5.4.10': 'organizationName',
  '2.5.4.11': 'organizationalUnitName',
};

function validityField(der: Uint8Array, of: Element): Field {
  const [from, to] = elementsIn(der, of);
  if (!from || !to) throw new RangeError('no validity');
  return group('validity', of, [leaf('notBefore', from, dateIn(der, from)), leaf('notAfter', to, dateIn(der, to))]);
}
/** UTCTime has two digits of the year, GeneralizedTime four (4.1.2.5). */
function dateIn(der: Uint8Array, of: Element): string {
  const digits = text(contentOf(der, of));
  const century = of.tag === 0x18 ? '' : Number(digits.slice(0, 2)) < 50 ? '20' : '19';
  return `${century}${digits}`.replace(/^(\d{4})(\d{2})(\d{2}).*$/, '$1-$2-$3');
}

function keyField(der: Uint8Array, of: Element): Field {
  const [algorithm, key] = elementsIn(der, of);
  if (!algorithm || !key) throw new RangeError('no key');
  return group('subjectPublicKeyInfo', of, [
    leaf('key_algorithm', algorithm, algorithmIn(der, algorithm)),
    leaf('subjectPublicKey', key, bits(contentOf(der, key))),
  ]);
}

function algorithmIn(der: Uint8Array, of: Element): string {
  const [type] = elementsIn(der, of);
  const id = type ? objectIdentifier(contentOf(der, type)) : '';
  return algorithms[id] ?? id;
}
/** RFC 8410 3, RFC 3279 2, RFC 4055 5, RFC 5758 3.2. */
const algorithms: Readonly<Record<string, string>> = {
  '1.3.101.112': 'Ed25519',
  '1.2.840.10045.2.1': 'elliptic curve',
  '1.2.840.10045.4.3.2': 'ECDSA with SHA-256',
  '1.2.840.10045.4.3.3': 'ECDSA with SHA-384',
  '1.2.840.113549.1.1.1': 'RSA',
  '1.2.840.113549.1.1.11': 'RSA with SHA-256',
  '1.2.840.113549.1.1.12': 'RSA with SHA-384',
};

function extensionsField(der: Uint8Array, of: Element): Field {
  const [list] = elementsIn(der, of);
  if (!list) throw new RangeError('no extensions');
  return {
    ...leaf('certificate_extensions', of),
    children: [
      leaf('der_head', { at: of.at, end: list.inside }, `${list.end - list.inside} bytes follow`),
      ...elementsIn(der, list).map((one) => extensionField(der, one)),
    ],
  };
}

function extensionField(der: Uint8Array, of: Element): Field {
  const parts = elementsIn(der, of);
  const type = parts[0];
  const value = parts.at(-1);
  const critical = parts.length === 3 ? parts[1] : undefined;
  if (!type || !value || value.tag !== 0x04) throw new RangeError('no extension');
  const id = objectIdentifier(contentOf(der, type));
  const { name, read } = extensions[id] ?? { name: 'certificate_extension', read: undefined };
  const inside = element(der, value.inside);
  const fields = read?.(der, inside) ?? [];
  return group(
    name,
    of,
    [
      leaf('extnID', type, id),
      ...(critical ? [leaf('critical', critical, contentOf(der, critical)[0] ? 'true' : 'false')] : []),
      fields.length
        ? {
            ...leaf('extnValue', value),
            children: [leaf('der_head', { at: value.at, end: inside.inside }), ...fields],
          }
        : leaf('extnValue', value),
    ],
    fields.map(({ value: words = '' }) => words).join(', ') || undefined,
  );
}

type Read = (der: Uint8Array, inside: Element) => readonly Field[];
/** RFC 5280 4.2.1. `read` gives what is inside the value, behind its own tag and length. */
const extensions: Readonly<Record<string, { readonly name: string; readonly read?: Read }>> = {
  '2.5.29.14': { name: 'subjectKeyIdentifier' },
  '2.5.29.15': { name: 'keyUsage', read: (der, inside) => [usageField(der, inside)] },
  '2.5.29.17': { name: 'subjectAltName', read: generalNames },
  '2.5.29.19': { name: 'basicConstraints', read: constraintsFields },
  '2.5.29.30': { name: 'nameConstraints' },
  '2.5.29.31': { name: 'cRLDistributionPoints' },
  '2.5.29.32': { name: 'certificatePolicies' },
  '2.5.29.35': { name: 'authorityKeyIdentifier' },
  '2.5.29.37': {
    name: 'extKeyUsage',
    read: (der, inside) =>
      elementsIn(der, inside).map((one) => {
        const id = objectIdentifier(contentOf(der, one));
        return leaf('keyPurposeId', one, purposes[id] ?? id);
      }),
  },
  '1.3.6.1.5.5.7.1.1': { name: 'authorityInfoAccess' },
  '1.3.6.1.4.1.11129.2.4.2': { name: 'embedded_timestamps' },
};
const purposes: Readonly<Record<string, string>> = {
  '1.3.6.1.5.5.7.3.1': 'server',
  '1.3.6.1.5.5.7.3.2': 'client',
};

function generalNames(der: Uint8Array, inside: Element): readonly Field[] {
  return elementsIn(der, inside).map((one) => {
    const content = contentOf(der, one);
    if (one.tag === 0x82) return leaf('dNSName', one, text(content));
    if (one.tag === 0x87) return leaf('iPAddress', one, content.length === 4 ? content.join('.') : hex(content));
    return leaf('generalName', one);
  });
}

function constraintsFields(der: Uint8Array, inside: Element): readonly Field[] {
  return elementsIn(der, inside).map((one) => {
    const [value = 0] = contentOf(der, one);
    return one.tag === 0x01
      ? leaf('cA', one, value ? 'a CA' : 'no CA')
      : leaf('pathLenConstraint', one, `${value} CAs below`);
  });
}

function usageField(der: Uint8Array, inside: Element): Field {
  const [, first = 0] = contentOf(der, inside);
  const named = usages.filter((_, index) => first & (0x80 >> index));
  return leaf('key_usage_bits', { at: inside.inside, end: inside.end }, named.join(', '));
}
/** 4.2.1.3, by their bit. */
const usages = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
];

/** `2.5.4.3`; the first byte holds two numbers (X.690 8.19). */
function objectIdentifier(content: Uint8Array): string {
  const numbers: number[] = [];
  let number = 0;
  for (const byte of content) {
    number = number * 128 + (byte & 0x7f);
    if (byte & 0x80) continue;
    numbers.push(number);
    number = 0;
  }
  const [both = 0, ...rest] = numbers;
  const first = Math.min(2, Math.floor(both / 40));
  return [first, both - first * 40, ...rest].join('.');
}
