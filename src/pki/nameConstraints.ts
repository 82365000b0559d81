// Name constraints (RFC 5280 4.2.1.10): whether a name lies in a subtree, for each of the forms.
import { type Certificate, isSelfIssued } from './certificate.ts';
import { isBelow } from './distinguishedName.ts';
import { generalNameInWords, type GeneralName } from './generalName.ts';
import { isHostName } from './hosts.ts';
import { oids } from './oids.ts';

/** Why a path (leaf first) is not within the constraints of its CAs; nothing where it is. */
export function outsideConstraints(path: readonly Certificate[]): string | undefined {
  const budget = { comparisons: mostComparisons };
  const names = path.map(namesOf);
  for (const [at, { has, called }] of path.entries()) {
    if (at === 0 || !has.nameConstraints) continue;
    const { permitted = [], excluded = [] } = has.nameConstraints;
    const strange = [...permitted, ...excluded].find((base) => !isSubtree(base));
    if (strange) return `${called} constrains names by "${generalNameInWords(strange)}", which is no name`;
    for (const [below, certificate] of path.slice(0, at).entries()) {
      // 6.1.3 (b), (c): what a CA issues to itself is passed over, unless it ends the path.
      if (below > 0 && isSelfIssued(certificate)) continue;
      for (const name of names[below] ?? []) {
        const alike = permitted.filter(({ kind }) => kind === name.kind);
        budget.comparisons -= alike.length + excluded.length;
        if (budget.comparisons < 0) return `${called} has more constraints than there is time for`;
        if (alike.length && !alike.some((base) => isWithin(name, base)))
          return `${called} may not sign for ${generalNameInWords(name)}: it is not among the permitted names`;
        if (excluded.some((base) => base.kind === name.kind && reaches(name, base)))
          return `${called} may not sign for ${generalNameInWords(name)}: it is among the excluded names`;
      }
    }
  }
  return undefined;
}

/** A hostile path could have a thousand constraints for a thousand names. */
const mostComparisons = 20_000;

/** All that constraints apply to: the alternative names, the subject, and the mail addresses in it if no other is there. */
function namesOf({ subject, has: { subjectAltName = [] } }: Certificate): readonly GeneralName[] {
  const mail = subjectAltName.some(({ kind }) => kind === 'rfc822Name')
    ? []
    : subject.relative.flat().filter(({ type }) => type === oids.emailAddress);
  return [
    ...subjectAltName,
    ...(subject.relative.length ? [{ kind: 'directoryName' as const, name: subject }] : []),
    ...mail.map(({ text }) => ({ kind: 'rfc822Name' as const, text })),
  ];
}

/** Whether it is written as a subtree of its form is. */
function isSubtree(base: GeneralName): boolean {
  switch (base.kind) {
    case 'dNSName':
      return base.text === '' || (isHostName(base.text) && !base.text.includes('*'));
    case 'rfc822Name':
      return base.text.includes('@') ? mailbox(base.text) !== undefined : isDomain(base.text);
    case 'uniformResourceIdentifier':
      return isDomain(base.text);
    case 'iPAddress': {
      if (base.bytes.length !== 8 && base.bytes.length !== 32) return false;
      const ones = [...base.bytes.subarray(base.bytes.length / 2)].map((byte) => byte.toString(2).padStart(8, '0'));
      return /^1*0*$/.test(ones.join(''));
    }
    default:
      return true;
  }
}

/** A host, or with a leading dot all that are below it. */
const isDomain = (text: string): boolean => isHostName(text.replace(/^\./, '')) && !text.includes('*');

/** Whether all that a name stands for lies in a subtree of the same form. What cannot be compared does not. */
function isWithin(name: GeneralName, base: GeneralName): boolean {
  if (name.kind === 'dNSName' && base.kind === 'dNSName')
    return isHostName(name.text) && isUnder(name.text.replace(/^\*\./, ''), base.text);
  if (name.kind === 'iPAddress' && base.kind === 'iPAddress') {
    const size = name.bytes.length;
    return (
      base.bytes.length === size * 2 &&
      name.bytes.every((byte, at) => ((byte ^ (base.bytes[at] ?? 0)) & (base.bytes[size + at] ?? 0)) === 0)
    );
  }
  if (name.kind === 'directoryName' && base.kind === 'directoryName') return isBelow(name.name, base.name);
  if (name.kind === 'rfc822Name' && base.kind === 'rfc822Name') return isMailWithin(name.text, base.text);
  if (name.kind === 'uniformResourceIdentifier' && base.kind === 'uniformResourceIdentifier') {
    const host = URL.canParse(name.text) ? new URL(name.text).hostname : '';
    return isHostName(host) && isInDomain(host, base.text);
  }
  return false;
}

/** Whether any that a name stands for lies in an excluded subtree of the same form. What cannot be compared might. */
function reaches(name: GeneralName, base: GeneralName): boolean {
  if (isWithin(name, base)) return true;
  switch (name.kind) {
    case 'dNSName':
      // `*.shop.example` stands for `pay.shop.example`, too.
      return (
        !isHostName(name.text) ||
        (base.kind === 'dNSName' &&
          /^\*\./.test(name.text) &&
          same(base.text.replace(/^[^.]*\./, ''), name.text.slice(2)))
      );
    case 'rfc822Name':
      return mailbox(name.text) === undefined;
    case 'iPAddress':
      return name.bytes.length !== 4 && name.bytes.length !== 16;
    case 'directoryName':
      return false;
    case 'uniformResourceIdentifier':
      return !URL.canParse(name.text) || !isHostName(new URL(name.text).hostname);
    default:
      return true;
  }
}

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** The host itself, or it with labels added on the left. */
const isUnder = (host: string, base: string): boolean =>
  base === '' || same(host, base) || host.toLowerCase().endsWith(`.${base.toLowerCase()}`);

const isInDomain = (host: string, base: string): boolean =>
  base.startsWith('.') ? host.toLowerCase().endsWith(base.toLowerCase()) : same(host, base);

function isMailWithin(text: string, base: string): boolean {
  const given = mailbox(text);
  if (!given) return false;
  const wanted = base.includes('@') ? mailbox(base) : undefined;
  return wanted ? given.local === wanted.local && same(given.host, wanted.host) : isInDomain(given.host, base);
}

/** Local-part@host (RFC 2821 4.1.2): case counts before the @ alone. */
function mailbox(text: string): { readonly local: string; readonly host: string } | undefined {
  const [local, host, ...more] = text.split('@');
  return local &&
    host &&
    !more.length &&
    isHostName(host) &&
    !host.includes('*') &&
    /^[!#-'*+\-/-9=?A-Z^-~]+(?:\.[!#-'*+\-/-9=?A-Z^-~]+)*$/.test(local)
    ? { local, host }
    : undefined;
}
