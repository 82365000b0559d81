// The maps of certificates, revocation lists and OCSP responses for the inspector: the fields that their readers name, with
// fewer boxes around them than DER has.
import type { Field } from '../tls/codec.ts';
import { certificateFields } from './certificate.ts';
import { ocspResponseFields } from './ocspResponse.ts';
import { revocationListFields } from './revocationList.ts';

/** The fields of a certificate in DER, every byte in one of them; nothing where the bytes are none. */
export const describeCertificate = (der: Uint8Array): readonly Field[] => certificateFields(der).map(unpacked);

/** Of a CRL. */
export const describeRevocationList = (der: Uint8Array): readonly Field[] => revocationListFields(der).map(unpacked);

/** Of an OCSP response. */
export const describeOcspResponse = (der: Uint8Array): readonly Field[] => ocspResponseFields(der).map(unpacked);

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

/** What holds nothing but one other thing is shown as one with it. */
const boxes: ReadonlySet<string> = new Set(['extnValue', 'certificate_extensions', 'crlExtensions', 'response']);

function unpacked(field: Field): Field {
  if (!field.children) return field;
  const children = field.children.map(unpacked);
  const [head, only, ...more] = children;
  const merged =
    boxes.has(field.name) && head && only?.children && !more.length
      ? [{ ...head, length: only.offset + (only.children[0]?.length ?? 0) - head.offset }, ...only.children.slice(1)]
      : children;
  const value = field.value ?? (children.some(({ name }) => name === 'extnID') ? summaryOf(children) : undefined);
  return { ...field, children: merged, ...(value ? { value } : {}) };
}

/** What an extension says, from the smallest fields of its value. */
function summaryOf(children: readonly Field[]): string {
  const leaves = (field: Field): readonly Field[] => field.children?.flatMap(leaves) ?? [field];
  const said = children.filter(({ name }) => name === 'extnValue').flatMap(leaves);
  const words = said.filter(({ name }) => name !== 'der_head' && !isLong(name)).flatMap(({ value }) => value ?? []);
  return words.length > 6 ? `${words.slice(0, 5).join(', ')} and ${words.length - 5} more` : words.join(', ');
}

/** Bytes that say nothing to anybody who reads a line. */
const isLong = (name: string): boolean => /^(?:sct_|log_id|hash_algorithm|signature_algorithm$)/.test(name);
