// Distinguished names (RFC 5280 4.1.2.4): reading them, and the comparison of section 7.1.
import { type DerReader, type Element, malformed, tags } from './der.ts';
import { oidName, oids } from './oids.ts';

export interface Attribute {
  /** An object identifier in dots. */
  readonly type: string;
  readonly text: string;
}
export interface DistinguishedName {
  readonly der: Uint8Array;
  /** Relative names from the top down; each has one attribute, seldom several. */
  readonly relative: readonly (readonly Attribute[])[];
  /** The relative names as section 7.1 compares them. */
  readonly folded: readonly string[];
}

/** Reads a Name and tells it in words. */
export function readName(reader: DerReader, name: string): DistinguishedName {
  const { value, bytes } = reader.spanned(() =>
    reader.inside(tags.sequence, name, readRelativeNames, (relative) => textsOf(relative.flat())),
  );
  return { der: bytes, relative: value, folded: value.map(fold) };
}

/** The relative names, where the SEQUENCE around them is read already. */
export function readRelativeNames(reader: DerReader): Attribute[][] {
  const relative: Attribute[][] = [];
  while (reader.left) relative.push(readRelativeName(reader));
  return relative.length > 64 ? malformed('a name of more than 64 parts') : relative;
}

/** Its field is called as what it names. */
function readRelativeName(reader: DerReader): Attribute[] {
  let title = 'name_part';
  return reader.inside(
    tags.set,
    () => title,
    () => {
      const attributes: Attribute[] = [];
      let last: Uint8Array | undefined;
      while (reader.left) {
        const { value, bytes } = reader.spanned(() => reader.sequence('attribute', readAttribute, inWords));
        if (last && Buffer.compare(last, bytes) > 0) malformed('a SET in the wrong order');
        last = bytes;
        attributes.push(value);
      }
      title = attributeFields[attributes[0]?.type ?? malformed('a part of a name without an attribute')] ?? title;
      return attributes;
    },
    textsOf,
  );
}

const textsOf = (attributes: readonly Attribute[]): string => attributes.map(({ text }) => text).join(', ');

/** RFC 5280 appendix A.1. */
const attributeFields: Readonly<Record<string, string>> = {
  '2.5.4.3': 'commonName',
  '2.5.4.6': 'countryName',
  '2.5.4.7': 'localityName',
  '2.5.4.8': 'stateOrProvinceName',
  '2.5.4.10': 'organizationName',
  '2.5.4.11': 'organizationalUnitName',
};

const readAttribute = (reader: DerReader): Attribute => ({
  type: reader.oid('attribute_type', oidName),
  text: stringOf(reader.any('attribute_value', stringOf)),
});

const inWords = ({ type, text }: Attribute): string => `${oidName(type)}=${text}`;

/** `CN=Quest Root X1, O=Quest`; `(empty)` for a name without parts. */
export const nameInWords = ({ relative }: Pick<DistinguishedName, 'relative'>): string =>
  relative.map((attributes) => attributes.map(inWords).join('+')).join(', ') || '(empty)';

/** What stands in messages: the common name if there is one. */
export const shortName = (name: DistinguishedName): string => commonNames(name).at(-1) ?? nameInWords(name);

export const commonNames = ({ relative }: DistinguishedName): string[] =>
  relative
    .flat()
    .filter(({ type }) => type === oids.commonName)
    .map(({ text }) => text);

export const isSameName = (one: DistinguishedName, other: DistinguishedName): boolean =>
  one.folded.length === other.folded.length && isBelow(one, other);

/** Whether `name` begins with all parts of `base` (4.2.1.10). */
export const isBelow = (name: DistinguishedName, base: DistinguishedName): boolean =>
  base.folded.every((part, at) => part === name.folded[at]);

/** 7.1: letters without case, spaces at the ends and repeated ones without weight, the kind of string neither. */
const fold = (attributes: readonly Attribute[]): string =>
  JSON.stringify(
    attributes
      .map(({ type, text }) => [type, text.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase()].join('='))
      .sort(),
  );

/** The text of a string of any of the kinds that a name may have; of others, their bytes in hex. */
function stringOf({ tag, content }: Element): string {
  switch (tag) {
    case tags.printableString:
      return checked(content, /^[A-Za-z0-9 '()+,\-./:=?*@&_]*$/, 'PrintableString');
    case tags.ia5String:
      return ascii(content, 'attribute_value');
    case tags.utf8String:
      return utf8(content);
    case tags.teletexString:
      return Buffer.from(content).toString('latin1');
    case tags.bmpString:
      if (content.length % 2) malformed('a BMPString with half a character');
      return Buffer.from(content).swap16().toString('utf16le');
    default:
      return `#${Buffer.from(content).toString('hex')}`;
  }
}

export const ascii = (content: Uint8Array, name: string): string =>
  content.every((byte) => byte < 0x80)
    ? Buffer.from(content).toString('latin1')
    : malformed(`${name}: a character that is not ASCII`);

function checked(content: Uint8Array, allowed: RegExp, kind: string): string {
  const text = Buffer.from(content).toString('latin1');
  return allowed.test(text) ? text : malformed(`a character that no ${kind} may have`);
}

function utf8(content: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return malformed('a UTF8String that is not UTF-8');
  }
}
