// The player's certificate as a document: what the X.509 certificate says, field by field. On the screen, and by its command.
import { X509Certificate } from 'node:crypto';
import type { Diploma } from '../game/diploma.ts';
import { columnsOf } from './columns.ts';
import { centred, fitted, type Line, span } from './spans.ts';
import { wrap } from './wrap.ts';

/** Its lines, framed, at most `columns` wide. */
export function diplomaLines(diploma: Diploma, columns: number): Line[] {
  const width = Math.min(columns, diplomaWidth + 6);
  const inner = width - 6;
  const edge = span('│', 'accent');
  const bar = (left: string, right: string): Line => [span(left + '─'.repeat(width - 2) + right, 'accent')];
  return [
    bar('╭', '╮'),
    ...[[], ...heading.map((line) => centred(line, inner)), ...diplomaBody(diploma, inner), []].map(
      (line): Line => [edge, span('  '), ...fitted(line, inner), span('  '), edge],
    ),
    bar('╰', '╯'),
  ];
}

const heading: readonly Line[] = [[span('H T T P S   Q U E S T', 'accent', { bold: true })], []];

/** No wider than it is well read, in columns. */
export const diplomaWidth = 70;

/** What it says, without frame and heading, all of `inner` columns. */
export function diplomaBody(diploma: Diploma, inner: number): Line[] {
  return [
    centred([span('This certificate is issued to', 'faint')], inner),
    centred([span(diploma.name, 'read', { bold: true })], inner),
    [],
    ...diplomaFields(diploma).flatMap(([name, value]) =>
      wrap(value, name.padEnd(longestName + 2), inner).map((line, index): Line => {
        const head = columnsOf(name);
        return index ? [span(line, 'text')] : [span(name, 'faint'), span([...line].slice(head).join(''), 'text')];
      }),
    ),
    [],
    ...wrap(whatItIsWorth, '', inner).map((line): Line => [span(line, 'faint')]),
  ];
}

/** The whole without a drawing: for plain mode, files and screen readers. */
export const diplomaText = (diploma: Diploma): string[] => [
  'HTTPS Quest',
  `This certificate is issued to ${diploma.name}`,
  ...diplomaFields(diploma).flatMap(([name, value]) => wrap(value, `${name}: `)),
  ...wrap(whatItIsWorth),
];

const whatItIsWorth =
  'The authority that signed it was made for this certificate, and its keys are forgotten. It is nobody’s trust anchor: ' +
  'put its root into no trust store. That you can explain each line above is what it stands for.';

const longestName = 'fingerprint'.length;

/** What the certificate itself says: read back out of its bytes. */
function diplomaFields({ certificate, says }: Diploma): readonly (readonly [name: string, value: string])[] {
  const read = new X509Certificate(certificate);
  return [
    ['subject', read.subject.replaceAll('\n', ', ')],
    ['issuer', read.issuer.replaceAll('\n', ', ')],
    ['serial', read.serialNumber.toLowerCase()],
    ['valid', `from ${read.validFrom}, without an end`],
    ['public key', 'elliptic curve, P-256'],
    ['signature', 'ECDSA with SHA-256'],
    ['comment', says],
    [
      'fingerprint',
      read.fingerprint256
        .replaceAll(':', '')
        .toLowerCase()
        .replace(/^.{32}/, '$& '),
    ],
  ];
}
