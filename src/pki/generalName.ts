// GeneralName (RFC 5280 4.2.1.6): the forms that a name in a certificate can have.
import { around, type DerReader, inPlace, malformed, tags } from './der.ts';
import { ascii, type DistinguishedName, nameInWords, readName } from './distinguishedName.ts';

export type GeneralName =
  | { readonly kind: 'dNSName' | 'rfc822Name' | 'uniformResourceIdentifier'; readonly text: string }
  /** Four bytes or sixteen; in a name constraint twice as many, the second half a mask. */
  | { readonly kind: 'iPAddress'; readonly bytes: Uint8Array }
  | { readonly kind: 'directoryName'; readonly name: DistinguishedName }
  /** A form that the judge does not compare. */
  | { readonly kind: 'otherName' | 'x400Address' | 'ediPartyName' | 'registeredID' };

export function readGeneralName(reader: DerReader): GeneralName {
  switch (reader.next) {
    case around(0):
      reader.any('otherName');
      return { kind: 'otherName' };
    case inPlace(1):
      return text(reader, 1, 'rfc822Name');
    case inPlace(2):
      return text(reader, 2, 'dNSName');
    case around(3):
      reader.any('x400Address');
      return { kind: 'x400Address' };
    case around(4):
      return {
        kind: 'directoryName',
        name: reader.inside(around(4), 'directoryName', () => readName(reader, 'name'), nameInWords),
      };
    case around(5):
      reader.any('ediPartyName');
      return { kind: 'ediPartyName' };
    case inPlace(6):
      return text(reader, 6, 'uniformResourceIdentifier');
    case inPlace(7):
      return { kind: 'iPAddress', bytes: reader.plain(inPlace(7), 'iPAddress', addressInWords) };
    case inPlace(8):
      reader.oid('registeredID', undefined, inPlace(8));
      return { kind: 'registeredID' };
    default:
      return malformed('generalName: a form that does not exist');
  }
}

/** GeneralNames: at least one. */
export const readGeneralNames = (
  reader: DerReader,
  tag: number = tags.sequence,
  name = 'generalNames',
): GeneralName[] => reader.list(tag, name, readGeneralName, 1);

function text(
  reader: DerReader,
  tag: number,
  kind: 'dNSName' | 'rfc822Name' | 'uniformResourceIdentifier',
): GeneralName {
  return {
    kind,
    text: ascii(
      reader.plain(inPlace(tag), kind, (content) => Buffer.from(content).toString('latin1')),
      kind,
    ),
  };
}

/** `192.0.2.1`, `2001:db8::1`, or with a mask `192.0.2.0/24`; of other lengths the bytes in hex. */
export function addressInWords(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length === 16) {
    const groups = Array.from({ length: 8 }, (_, at) =>
      (((bytes[at * 2] ?? 0) << 8) | (bytes[at * 2 + 1] ?? 0)).toString(16),
    );
    return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
  }
  if (bytes.length === 8 || bytes.length === 32) {
    const half = bytes.length / 2;
    const ones = [...bytes.subarray(half)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
    const mask = /^1*0*$/.test(ones) ? ones.indexOf('0') : undefined;
    return `${addressInWords(bytes.subarray(0, half))}/${mask === undefined ? addressInWords(bytes.subarray(half)) : mask < 0 ? ones.length : mask}`;
  }
  return Buffer.from(bytes).toString('hex');
}

/** For messages. */
export const generalNameInWords = (name: GeneralName): string => {
  switch (name.kind) {
    case 'iPAddress':
      return addressInWords(name.bytes);
    case 'directoryName':
      return nameInWords(name.name);
    case 'dNSName':
    case 'rfc822Name':
    case 'uniformResourceIdentifier':
      return name.text;
    default:
      return `a name of the form ${name.kind}`;
  }
};
