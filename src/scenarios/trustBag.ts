// A bag of certificates, of which some make a path to a root in the store; a server that forgot one; and Mallory, who sends
// first a leaf that only names a CA, and then three certificates that fit each other.
import { X509Certificate } from 'node:crypto';
import * as z from 'zod';
import type { Issued } from '../pki/authority.ts';
import { type Certifier, certifier } from '../pki/certifier.ts';
import { describeCertificate } from '../pki/describe.ts';
import { judge } from '../pki/judge.ts';
import type { Finding } from '../tls/authentication.ts';
import { close, decide, decisionPoint, over, type Protocol, send, tell } from '../tls/effects.ts';
import { drawNumber, drawOne, type Entropy, named, shuffle } from '../tls/entropy.ts';
import { remember } from '../tls/remember.ts';
import { together } from './actors.ts';
import { delivered, learned, protocolFacts } from './facts.ts';
import { ask, formRequest, httpRequest, httpResponse, parseHttp, readMessage } from './http.ts';
import { book } from './orders.ts';
import { alice, bob, mallory, today } from './people.ts';
import type { Story } from './trust.ts';
import { askOffLine, cable, fieldAt, fooledFacts, orderOf, type Shown, serving, take, visit } from './visits.ts';

const host = 'shop.example';
const pieces = ['leaf', 'signer', 'namesake', 'root-x', 'root-y'] as const;
const advices = ['leaf-and-issuer', 'with-root', 'leaf-and-root', 'new-leaf'] as const;

const points = {
  /** The certificates that lead from the leaf to the store, each signed by the next. */
  buildPath: decisionPoint<{ readonly host: string }>()(
    'client.buildPath',
    '5280 6.1',
    z.strictObject({ certificates: z.array(z.enum(pieces)).max(5) }),
    () => ({ certificates: ['leaf' as const, 'signer' as const, 'root-x' as const] }),
  ),
  /** The certificate of whoever signed is neither sent nor known. */
  onMissingIssuer: decisionPoint<{ readonly issuer: string }>()(
    'client.onMissingIssuer',
    '8446 6.2',
    z.strictObject({ rule: z.enum(['abort', 'take-if-named', 'ask', 'fetch']) }),
    () => ({ rule: 'abort' as const }),
  ),
  /** What somebody tells Bob to send. */
  adviseChain: decisionPoint<{ readonly host: string }>()(
    'client.adviseChain',
    '8446 4.4.2',
    z.strictObject({ send: z.enum(advices) }),
    () => ({ send: 'leaf-and-issuer' as const }),
  ),
  /** The chain ends at a root of its own that is not in the store. */
  onUnknownRoot: decisionPoint<{ readonly root: string }>()(
    'client.onUnknownRoot',
    '5280 6.1',
    z.strictObject({ rule: z.enum(['store', 'fit', 'add']) }),
    () => ({ rule: 'store' as const }),
  ),
};

export const bag: Story = {
  points: Object.values(points),
  wordNames: ['ca-name', 'signer-id', 'namesake-id', 'her-root'],
  vocabulary: {
    delivered: [
      ['order-1', 'bob'],
      ['order-4', 'bob'],
    ],
    accepted: [['alice', 'mallory']],
    learned: [
      ['mallory', 'order-3'],
      ['mallory', 'order-5'],
    ],
    aborted: [
      ['alice', 'any'],
      ['alice', 'unknown_ca'],
      ['alice', 'bad_certificate'],
      ['alice', 'certificate_unknown'],
    ],
    stalled: [
      ['alice', 'answer'],
      ['alice', 'issuer'],
    ],
  },
  words(draw) {
    const { signer, namesake, herRoot } = bagOf(draw);
    return {
      'ca-name': signer.name,
      'signer-id': keyId(signer),
      'namesake-id': keyId(namesake),
      'her-root': herRoot.name,
    };
  },
  scene(draw) {
    const filled = bagOf(draw);
    const { shop, signer, rootX, sent, hers } = filled;
    const orders = [1, 2, 3, 4, 5].map((number) => orderOf(draw, `order-${number}`, host));
    const secrets = Object.fromEntries(orders.map(({ secret }, index) => [`order-${index + 1}`, secret]));
    const secret = (name: string) => secrets[name] ?? new Uint8Array(0);
    const [leaf = new Uint8Array(0)] = shop.chain;
    const bobs = named(draw, 'bob');
    const chains: Readonly<Record<(typeof advices)[number], Issued>> = {
      'leaf-and-issuer': { ...shop, chain: [leaf, signer.certificate] },
      'with-root': { ...shop, chain: [leaf, signer.certificate, rootX.certificate] },
      'leaf-and-root': { ...shop, chain: [leaf, rootX.certificate] },
      'new-leaf': { ...filled.fresh, chain: filled.fresh.chain.slice(0, 1) },
    };
    return {
      cast: [
        alice,
        { ...mallory, seems: { role: 'server', name: 'Server', title: 'whoever answers' } },
        bob,
        { actor: 'ca', role: 'server', name: 'CA', title: 'the CA, off line', beside: 'bob' },
      ],
      actors: [
        { name: 'alice', protocol: shopping(draw, filled) },
        { name: 'ca', protocol: close('alice') },
        {
          name: 'mallory',
          protocol: together(
            serving('visit 3', { ...hers, chain: hers.chain.slice(0, 1) }, take, named(draw, 'mallory')),
            serving(
              'visit 5',
              { ...hers, chain: [...hers.chain, filled.herRoot.certificate] },
              take,
              named(draw, 'mallory'),
            ),
          ),
        },
        {
          name: 'bob',
          protocol: together(
            serving('visit 1', { ...shop, chain: [leaf, ...sent.map(({ certificate }) => certificate)] }, book, bobs),
            serving('visit 2', { ...shop, chain: [leaf] }, book, bobs),
            mended(chains, bobs),
          ),
        },
      ],
      wires: [
        ...['bob', 'bob', 'mallory', 'bob', 'mallory'].map((to, index) => cable(`visit ${index + 1}`, to)),
        cable('support', 'bob', 'support form, port 80'),
        {
          ends: [
            ['alice', 'ca'],
            ['ca', 'alice'],
          ],
          label: 'to the CA, port 80',
        },
      ],
      facts: (events) => [
        ...['order-1', 'order-4'].flatMap((name) => delivered(events, 'bob', 'order', secret(name), name)),
        ...learned('mallory', events, { 'order-3': secret('order-3'), 'order-5': secret('order-5') }),
        ...fooledFacts(events),
        ...protocolFacts(events),
      ],
    };
  },
};

// ---- what is in the bag ---------------------------------------------------------------------------------------------

interface Bag {
  readonly rootX: Certifier;
  readonly rootY: Certifier;
  /** Two of one name; one of them signed the leaf. */
  readonly signer: Certifier;
  readonly namesake: Certifier;
  readonly shop: Issued;
  /** Another leaf with another key, by the same CA. */
  readonly fresh: Issued;
  /** Both, in the order in which Bob sends them. */
  readonly sent: readonly Certifier[];
  readonly herRoot: Certifier;
  readonly hers: Issued;
}
const bagOf = (draw: Entropy): Bag => bags(Buffer.from(draw('bag', 8)).toString('hex'), () => fill(draw));
const bags = remember<Bag>(16);
function fill(draw: Entropy): Bag {
  const rootX = certifier(named(draw, 'bag'), 'Quest Root X1', today);
  const rootY = certifier(named(draw, 'bag'), 'Quest Root Y1', today);
  const name = `Quest CA ${2 + drawNumber(draw, 'CA', 8)}`;
  const signer = certifier(named(draw, 'signer'), name, today, rootX);
  const namesake = certifier(named(draw, 'namesake'), name, today, rootX);
  const papers = { subject: host, names: [host], issuerAt: 'http://ca.example/issuer.der' };
  const herRoot = certifier(
    named(draw, 'mallory'),
    drawOne(draw, 'her root', ['Global Trust Root G2', 'World Wide Root R1', 'Secure Sites Root S3']),
    today,
  );
  return {
    rootX,
    rootY,
    signer,
    namesake,
    shop: signer.certify('shop', papers),
    fresh: signer.certify('fresh shop', papers),
    sent: shuffle(draw, 'sent', [signer, namesake]),
    herRoot,
    hers: certifier(named(draw, 'mallory'), name, today, herRoot).certify('shop', papers),
  };
}

/** The first four bytes of the identifier of its key, as it stands in certificates. */
const keyId = ({ certificate }: Certifier): string =>
  fieldAt(describeCertificate(certificate), [
    'certificate',
    'tbsCertificate',
    'certificate_extensions',
    'subjectKeyIdentifier',
  ])?.value?.slice(0, 8) ?? '';

// ---- Bob, once somebody told him ------------------------------------------------------------------------------------

function* mended(chains: Readonly<Record<string, Issued>>, entropy: Entropy): Protocol<void> {
  const request = yield* over('support', readMessage());
  if (!request) return;
  const [, advice = ''] = parseHttp(request).body.split('=');
  const text = 'Thank you. From now on I send that.\n';
  yield* send(httpResponse('200 OK', { 'Content-Type': 'text/plain' }, text).bytes, 'support');
  yield* close('support');
  const issued = chains[advice];
  if (issued) yield* serving('visit 4', issued, book, entropy);
}

// ---- Alice ----------------------------------------------------------------------------------------------------------

interface Rules {
  missing?: 'abort' | 'take-if-named' | 'ask' | 'fetch';
  root?: 'store' | 'fit' | 'add';
}

type Judging = (shown: Shown) => Protocol<readonly Finding[]>;

function* shopping(draw: Entropy, filled: Bag): Protocol<void> {
  const rules: Rules = {};
  const call = (number: number, judged: Judging) => {
    const { request } = orderOf(draw, `order-${number}`, host);
    return visit({ number, host, request, entropy: named(draw, `alice ${number}`), judge: judged });
  };
  yield* calls(call, rules, filled);
  for (const link of ['ca', 'support']) yield* close(link);
}

/** Ends where an order did not go out that should have. */
function* calls(
  call: (number: number, judged: Judging) => Protocol<Uint8Array | undefined>,
  rules: Rules,
  filled: Bag,
): Protocol<void> {
  const store = [filled.rootX.certificate, filled.rootY.certificate];
  /** The names of CAs that she has met so far. */
  const met = new Set([filled.rootX.name, filled.rootY.name, filled.signer.name]);
  const usual = (shown: Shown) => judgeByRules(rules, shown, store, met);
  if (!(yield* call(1, (shown) => judgeByPath(shown, filled)))) return;
  yield* call(2, usual);
  // Whoever waits for an answer that does not come tells nobody, and comes to nothing else.
  if (rules.missing === 'ask' || rules.missing === 'fetch') return;
  yield* call(3, usual);
  yield* advise();
  if (yield* call(4, usual)) yield* call(5, usual);
}

function* advise(): Protocol<void> {
  const { send: advice } = yield* decide(points.adviseChain, { host });
  yield* over('support', ask(formRequest(host, '/support', `send=${advice}`)));
}

const x509 = remember<X509Certificate>(32);
const read = (der: Uint8Array): X509Certificate =>
  x509(Buffer.from(der).toString('latin1'), () => new X509Certificate(der));
const commonName = (der: Uint8Array, of: 'subject' | 'issuer'): string => /CN=([^\n]*)/.exec(read(der)[of])?.[1] ?? '';

/** All but the path, which is judged otherwise here. */
const besidesPath = ({ chain }: Shown): readonly Finding[] =>
  judge(chain, { host, anchors: [], now: today }).filter(({ name }) => name !== 'path');

/** The path that she lays herself: each must be signed by the next, and the last be in the store. */
function* judgeByPath(shown: Shown, { signer, namesake, rootX, rootY }: Bag): Protocol<readonly Finding[]> {
  const { certificates } = yield* decide(points.buildPath, { host });
  const [leaf = new Uint8Array(0)] = shown.chain;
  const all: Readonly<Record<(typeof pieces)[number], Uint8Array>> = {
    leaf,
    signer: signer.certificate,
    namesake: namesake.certificate,
    'root-x': rootX.certificate,
    'root-y': rootY.certificate,
  };
  const links: Finding[] = [];
  for (const [index, upper] of certificates.entries()) {
    const lower = certificates[index - 1];
    if (lower === undefined) continue;
    const link = linkOf(all[lower], all[upper]);
    yield* tell({ what: 'note', text: link.says });
    links.push(link);
  }
  const [first, last] = [certificates[0], certificates.at(-1)];
  const ends = first === 'leaf' && (last === 'root-x' || last === 'root-y');
  const says = ends ? 'it leads from the leaf to my store' : 'it does not lead from the leaf to my store';
  return [...links, { name: 'path', holds: ends, says, alert: 'unknown_ca' }, ...besidesPath(shown)];
}

function linkOf(lower: Uint8Array, upper: Uint8Array): Finding {
  const [below, above] = [commonName(lower, 'subject'), commonName(upper, 'subject')];
  const isNamed = read(lower).issuer === read(upper).subject;
  const fits = read(lower).verify(read(upper).publicKey);
  const says = fits
    ? `${below}, signed by ${above}: the signature fits.`
    : isNamed
      ? `${below} names ${above}, but the signature does not fit this key.`
      : `${below} does not name ${above}, and its key does not fit.`;
  return { name: 'link', holds: isNamed && fits, says, alert: isNamed ? 'bad_certificate' : 'unknown_ca' };
}

/** The usual path search, and her rules where it comes to no root of the store. */
function* judgeByRules(
  rules: Rules,
  shown: Shown,
  store: Uint8Array[],
  met: ReadonlySet<string>,
): Protocol<readonly Finding[]> {
  const path = () => judge(shown.chain, { host, anchors: store, now: today }).filter(({ name }) => name === 'path');
  const others = besidesPath(shown);
  if (path().every(({ holds }) => holds)) return [...path(), ...others];
  const top = shown.chain.at(-1) ?? new Uint8Array(0);
  if (commonName(top, 'subject') === commonName(top, 'issuer') && !isIn(store, top)) {
    rules.root ??= (yield* decide(points.onUnknownRoot, { root: commonName(top, 'subject') })).rule;
    if (rules.root === 'fit') return [...judge(shown.chain, { host, anchors: [top], now: today })];
    if (rules.root === 'add') store.push(top);
    return [...path(), ...others];
  }
  const [leaf = new Uint8Array(0)] = shown.chain;
  const issuer = commonName(leaf, 'issuer');
  rules.missing ??= (yield* decide(points.onMissingIssuer, { issuer })).rule;
  switch (rules.missing) {
    case 'abort':
      return [...path(), ...others];
    case 'take-if-named': {
      const holds = met.has(issuer);
      return [{ name: 'issuer', holds, says: `it names ${issuer}`, alert: 'unknown_ca' }, ...others];
    }
    case 'ask':
      yield* askOffLine(httpRequest('GET', '/is-it-yours', { Host: 'ca.example' }), 'answer');
      return [...path(), ...others];
    case 'fetch':
      yield* askOffLine(httpRequest('GET', '/issuer.der', { Host: 'ca.example' }), 'issuer');
      return [...path(), ...others];
  }
}

const isIn = (store: readonly Uint8Array[], one: Uint8Array): boolean =>
  store.some((der) => Buffer.from(der).equals(one));
