// Every kind of chain that the game issues, good and bad: what each asks of a judge, and which check it is for.
import type { KeyObject } from 'node:crypto';
import { parseCertificate } from '../../src/pki/certificate.ts';
import type { CheckName, Trust } from '../../src/pki/checks.ts';
import { issue, type Request } from '../../src/pki/issue.ts';
import { issueRevocationList, type ListRequest } from '../../src/pki/issueStatus.ts';
import { rsaKey } from '../../src/pki/keys/rsa.ts';
import { oids } from '../../src/pki/oids.ts';
import { p256KeyFromSeed } from '../../src/pki/signing.ts';
import * as write from '../../src/pki/writeExtensions.ts';
import { entropy, named } from '../../src/tls/entropy.ts';
import { privateKeyFromSeed } from '../../src/tls/groups.ts';

export const today = new Date('2026-05-04T09:00:00Z');
const day = 24 * 3600 * 1000;
const draw = entropy('kinds of chains');
const daysOn = (days: number): Date => new Date(today.getTime() + days * day);

export const ed25519 = (name: string): KeyObject => privateKeyFromSeed('Ed25519', draw(`${name} key`));
export const p256 = (name: string): KeyObject => p256KeyFromSeed(draw(`${name} key`));
export const rsa = (name: string): KeyObject => rsaKey(named(draw, name));

export type More = Partial<Request>;
/** A CA of that name, and what it signs. */
export interface Ca {
  readonly name: string;
  readonly key: KeyObject;
  readonly certificate: Uint8Array;
  readonly sign: (subject: string, more?: More) => Uint8Array;
  readonly signCa: (name: string, more?: More) => Ca;
}
export const bitsOf = (der: Uint8Array): Uint8Array => {
  const read = parseCertificate(der);
  if ('malformed' in read) throw new Error(read.malformed);
  return read.key.bits;
};

const requestOf = (subject: string, issuer: string, key: KeyObject, issuerKey: KeyObject, more: More): Request => ({
  subject,
  issuer,
  key,
  issuerKey,
  serial: draw(`${subject} by ${issuer} serial`, 16),
  notBefore: daysOn(-30),
  notAfter: daysOn(60),
  ...more,
});

function ca(name: string, key: KeyObject, certificate: Uint8Array): Ca {
  return {
    name,
    key,
    certificate,
    sign: (subject, more = {}) =>
      issue(requestOf(subject, name, more.key ?? ed25519(subject), key, { names: [subject], ...more })),
    signCa: (below, more = {}) => {
      const own = more.key ?? ed25519(below);
      return ca(below, own, issue(requestOf(below, name, own, key, { ca: true, ...more })));
    },
  };
}
export const root = (name = 'Root', more: More = {}): Ca => {
  const key = more.key ?? ed25519(name);
  return ca(name, key, issue(requestOf(name, name, key, key, { ca: true, ...more })));
};

export const list = (by: Ca, more: Partial<ListRequest> = {}): Uint8Array =>
  issueRevocationList({
    issuer: by.name,
    issuerKey: by.key,
    issuerBits: bitsOf(by.certificate),
    thisUpdate: daysOn(-1),
    nextUpdate: daysOn(6),
    number: 7,
    revoked: [],
    ...more,
  });
export const serialOf = (der: Uint8Array): Uint8Array => {
  const read = parseCertificate(der);
  return 'malformed' in read ? new Uint8Array(0) : read.serial;
};

export interface Kind {
  readonly what: string;
  /** Leaf first, without the root. */
  readonly chain: readonly Uint8Array[];
  readonly root: Uint8Array;
  readonly host?: string;
  readonly now?: Date;
  readonly lists?: readonly Uint8Array[];
  /** A policy that the user demands. */
  readonly policy?: string;
  /** The check that fails; all hold where it is left out. */
  readonly fails?: CheckName;
  /** Where OpenSSL says otherwise, and why. */
  readonly differs?: string;
}
export const host = 'shop.example';
export const trustOf = (kind: Kind): Trust => ({
  host: kind.host ?? host,
  anchors: [kind.root],
  now: kind.now ?? today,
  ...(kind.lists ? { revocation: { lists: kind.lists, unknown: 'stop' } } : {}),
  ...(kind.policy ? { policies: [kind.policy] } : {}),
});

const top = root();
const middle = top.signCa('Middle', { ca: 0 });
const leaf = (more: More = {}) => middle.sign(host, more);
/** Leaf, Middle, Root. */
const usual = (what: string, fails?: CheckName, more: Partial<Kind> & { readonly leaf?: More } = {}): Kind => {
  const { leaf: request, ...rest } = more;
  return {
    what,
    root: top.certificate,
    chain: [leaf(request), middle.certificate],
    ...(fails ? { fails } : {}),
    ...rest,
  };
};
/** Leaf, a CA of that kind, Root. */
const under = (
  what: string,
  fails: CheckName | undefined,
  of: More,
  more: Partial<Kind> & { readonly leaf?: More } = {},
): Kind => {
  const { leaf: request = {}, ...rest } = more;
  const special = top.signCa(`CA ${what}`, of);
  return {
    what,
    root: top.certificate,
    chain: [special.sign(host, request), special.certificate],
    ...(fails ? { fails } : {}),
    ...rest,
  };
};

const rsaTop = root('RSA Root', { key: rsa('RSA Root') });
const pssTop = root('PSS Root', { key: rsa('PSS Root'), padding: 'pss' });
const p256Top = root('P-256 Root', { key: p256('P-256 Root') });
const p256Middle = p256Top.signCa('P-256 Middle', { key: p256('P-256 Middle'), ca: 0 });
const deep = middle.signCa('Below Middle');
const ownAgain = ca(
  'Middle',
  ed25519('Middle again'),
  issue(requestOf('Middle', 'Middle', ed25519('Middle again'), middle.key, { ca: 0 })),
);
const open = top.signCa('Open CA');
const falseLeaf = open.sign('mallory.example');
const byLeaf = ca('mallory.example', ed25519('mallory.example'), falseLeaf).sign(host);
const stranger = root('Strange Root');
const [gold, silver] = ['1.3.6.1.4.1.32473.2.1', '1.3.6.1.4.1.32473.2.2'];
const goldCa = top.signCa('Gold CA', { more: [write.certificatePolicies(gold), write.policyConstraints(0)] });
/** Leaf, two CAs, and one that demands a policy after so many more certificates. */
const demanding = (skip: number): Pick<Kind, 'root' | 'chain'> => {
  const first = top.signCa(`Demanding ${skip}`, { more: [write.policyConstraints(skip)] });
  const second = first.signCa(`Second of ${skip}`);
  const third = second.signCa(`Third of ${skip}`);
  return { root: top.certificate, chain: [third.sign(host), third.certificate, second.certificate, first.certificate] };
};
const limited = top.signCa('Limited CA', { only: { names: ['shop.example'], ranges: [] } });
const limitedAgain = ca(
  'Limited CA',
  ed25519('Limited again'),
  issue(
    requestOf('Limited CA', 'Limited CA', ed25519('Limited again'), limited.key, { ca: true, names: ['bank.example'] }),
  ),
);
const mapped = top.signCa('Mapped CA', {
  more: [write.certificatePolicies(gold), write.policyMappings([gold, silver])],
});
const good = leaf();
const corrupt = (der: Uint8Array): Uint8Array => new Uint8Array(der).with(der.length - 1, (der.at(-1) ?? 0) ^ 1);

export const kinds: readonly Kind[] = [
  usual('Ed25519'),
  usual('a leaf with an RSA key', undefined, { leaf: { key: rsa('leaf') } }),
  { what: 'RSA PKCS#1 v1.5', root: rsaTop.certificate, chain: [rsaTop.sign(host)] },
  { what: 'RSA-PSS', root: pssTop.certificate, chain: [pssTop.sign(host, { padding: 'pss' })] },
  {
    what: 'P-256',
    root: p256Top.certificate,
    chain: [p256Middle.sign(host, { key: p256('leaf') }), p256Middle.certificate],
  },
  usual('two names', undefined, { leaf: { names: ['www.shop.example', host] } }),
  usual('a name in capitals', undefined, { leaf: { names: ['SHOP.example'] } }),
  usual('a star', undefined, { leaf: { names: ['*.shop.example'] }, host: 'api.shop.example' }),
  usual('a star for two labels', 'name', { leaf: { names: ['*.shop.example'] }, host: 'a.b.shop.example' }),
  usual('a star for none', 'name', { leaf: { names: ['*.shop.example'] } }),
  usual('a star in the middle', 'name', { leaf: { names: ['a.*.example'] }, host: 'a.shop.example' }),
  usual('a star inside of a label', 'name', {
    leaf: { names: ['a*.shop.example'] },
    host: 'api.shop.example',
    differs: 'OpenSSL takes partial wildcards unless told not to; RFC 9525 6.3 does not',
  }),
  usual('an A-label', undefined, { leaf: { names: ['xn--bcher-kva.example'] }, host: 'xn--bcher-kva.example' }),
  usual('an IPv4 address', undefined, { leaf: { names: [], addresses: ['192.0.2.7'] }, host: '192.0.2.7' }),
  usual('an IPv6 address', undefined, { leaf: { names: [], addresses: ['2001:db8::7'] }, host: '2001:db8::7' }),
  usual('another address', 'name', { leaf: { names: [], addresses: ['192.0.2.7'] }, host: '192.0.2.8' }),
  usual('an address as a name', 'name', { leaf: { names: ['192.0.2.7'] }, host: '192.0.2.7' }),
  usual('another name', 'name', { host: 'bank.example' }),
  usual('the common name alone', 'name', {
    leaf: { names: [] },
    differs: 'OpenSSL looks at the common name where there is no subjectAltName; RFC 9525 2 does not',
  }),
  usual('a common name beside other names', 'name', { leaf: { names: ['other.example'] } }),
  usual('without a subject', undefined, {
    leaf: { subject: '', names: [host], more: [write.asCritical(write.subjectAltName([host]), true)] },
  }),
  usual('with a company', undefined, { leaf: { organization: 'Shop Ltd' } }),
  usual('expired yesterday', 'dates', { leaf: { notAfter: daysOn(-1) } }),
  usual('valid from tomorrow', 'dates', { leaf: { notBefore: daysOn(1) } }),
  usual('in its last second', undefined, {
    now: daysOn(60),
    differs: 'OpenSSL counts the last second as over; RFC 5280 4.1.2.5 includes it',
  }),
  usual('a second too late', 'dates', { now: new Date(daysOn(60).getTime() + 1000) }),
  under('an intermediate that has expired', 'dates', { notAfter: daysOn(-1) }),
  usual('the intermediate missing', 'path', { chain: [good] }),
  usual('another root', 'path', { root: stranger.certificate }),
  usual('in the wrong order, with one too many', undefined, {
    chain: [good, stranger.certificate, top.certificate, middle.certificate],
  }),
  usual('a signature with one bit changed', 'signatures', { chain: [corrupt(good), middle.certificate] }),
  { what: 'signed by a leaf', root: top.certificate, chain: [byLeaf, falseLeaf, open.certificate], fails: 'issuers' },
  under('a CA without basicConstraints', 'issuers', { without: [oids.basicConstraints] }),
  under('a CA whose key may not sign certificates', 'issuers', { more: [write.keyUsage('cRLSign')] }),
  {
    what: 'one CA more than pathLen allows',
    root: top.certificate,
    chain: [deep.sign(host), deep.certificate, middle.certificate],
    fails: 'pathLength',
  },
  {
    what: 'a CA more, issued by itself',
    root: top.certificate,
    chain: [ownAgain.sign(host), ownAgain.certificate, middle.certificate],
  },
  usual('for clients', 'usage', { leaf: { purpose: 'client' } }),
  usual('for no purpose that it names', undefined, { leaf: { without: [oids.extKeyUsage] } }),
  under('a CA for clients', 'usage', { more: [write.extKeyUsage(oids.clientAuth)] }),
  usual('a key that signs only certificates', 'usage', { leaf: { more: [write.keyUsage('keyCertSign')] } }),
  under(
    'permitted',
    undefined,
    { only: { names: ['shop.example'], ranges: [] } },
    { leaf: { names: [host, 'www.shop.example'] } },
  ),
  under('not permitted', 'constraints', { only: { names: ['bank.example'], ranges: [] } }),
  under(
    'one of two not permitted',
    'constraints',
    { only: { names: ['shop.example'], ranges: [] } },
    { leaf: { names: [host, 'bank.example'] } },
  ),
  under('excluded', 'constraints', { more: [write.nameConstraints(undefined, { names: ['example'] })] }),
  under('excluded elsewhere', undefined, { more: [write.nameConstraints(undefined, { names: ['bank.example'] })] }),
  under(
    'an address in the range',
    undefined,
    { only: { names: [], ranges: ['192.0.2.0/24'] } },
    { leaf: { names: [], addresses: ['192.0.2.7'] }, host: '192.0.2.7' },
  ),
  under(
    'an address out of the range',
    'constraints',
    { only: { names: [], ranges: ['192.0.2.0/28'] } },
    { leaf: { names: [], addresses: ['192.0.2.77'] }, host: '192.0.2.77' },
  ),
  usual('an unknown extension', undefined, { leaf: { more: [write.unknownExtension(false)] } }),
  usual('an unknown critical extension', 'critical', { leaf: { more: [write.unknownExtension(true)] } }),
  under('an unknown critical extension in the CA', 'critical', { more: [write.unknownExtension(true)] }),
  usual('a precertificate', 'critical', { leaf: { more: [write.ctPoison()] } }),
  usual('links to more', undefined, {
    leaf: {
      more: [
        write.authorityInfoAccess({ issuer: 'http://ca.example/m.cer', ocsp: 'http://ocsp.example' }),
        write.cRLDistributionPoints('http://ca.example/m.crl'),
      ],
    },
  }),
  {
    what: 'the policy that its CA demands',
    root: top.certificate,
    chain: [goldCa.sign(host, { more: [write.certificatePolicies(gold)] }), goldCa.certificate],
  },
  {
    what: 'another policy than its CA demands',
    root: top.certificate,
    chain: [goldCa.sign(host, { more: [write.certificatePolicies(silver)] }), goldCa.certificate],
    fails: 'policies',
  },
  {
    what: 'no policy where its CA demands one',
    root: top.certificate,
    chain: [goldCa.sign(host), goldCa.certificate],
    fails: 'policies',
  },
  {
    what: 'a policy mapped to that of the user',
    root: top.certificate,
    policy: gold,
    chain: [mapped.sign(host, { more: [write.certificatePolicies(silver)] }), mapped.certificate],
  },
  {
    what: 'a policy that the user does not take',
    root: top.certificate,
    policy: silver,
    chain: [mapped.sign(host, { more: [write.certificatePolicies(silver)] }), mapped.certificate],
    fails: 'policies',
  },
  { what: 'no policy, demanded after two more certificates', ...demanding(2), fails: 'policies' },
  { what: 'no policy, demanded after more certificates than there are', ...demanding(4) },
  {
    what: 'a CA that issues to itself beyond its own constraints',
    root: top.certificate,
    chain: [limitedAgain.sign(host), limitedAgain.certificate, limited.certificate],
  },
  {
    what: 'a leaf beyond the constraints two CAs above',
    root: top.certificate,
    chain: [limitedAgain.sign('bank.example'), limitedAgain.certificate, limited.certificate],
    host: 'bank.example',
    fails: 'constraints',
  },
  usual('not on the list', undefined, { lists: [list(middle), list(top)] }),
  usual('on the list', 'revocation', {
    chain: [good, middle.certificate],
    lists: [
      list(middle, { revoked: [{ serial: serialOf(good), at: daysOn(-2), reason: 'keyCompromise' }] }),
      list(top),
    ],
  }),
  usual('its CA on the list', 'revocation', {
    lists: [list(middle), list(top, { revoked: [{ serial: serialOf(middle.certificate), at: daysOn(-2) }] })],
  }),
  usual('no list at all', 'revocation', { lists: [] }),
  usual('a list that has run out', 'revocation', {
    lists: [list(middle, { thisUpdate: daysOn(-9), nextUpdate: daysOn(-2) }), list(top)],
  }),
  usual('a list by another', 'revocation', { lists: [list(middle, { issuerKey: ed25519('nobody') }), list(top)] }),
];
