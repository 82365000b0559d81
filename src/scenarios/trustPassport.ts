// Bob calls, then Mallory with a CA of her own, then Mallory with a copy of Bob's certificate, then Bob again. Alice has one
// set of rules for all of them, and gives it to herself when the first certificate lies before her.
import { createPublicKey, verify, X509Certificate } from 'node:crypto';
import * as z from 'zod';
import { type Certifier, certifier } from '../pki/certifier.ts';
import { describeCertificate } from '../pki/describe.ts';
import { judge, matchesHost } from '../pki/judge.ts';
import type { Finding, Proof } from '../tls/authentication.ts';
import { close, decide, decisionPoint, type Protocol } from '../tls/effects.ts';
import { drawOne, type Entropy, named, shuffle } from '../tls/entropy.ts';
import { remember } from '../tls/remember.ts';
import { together } from './actors.ts';
import { delivered, learned, protocolFacts } from './facts.ts';
import { httpRequest } from './http.ts';
import { book } from './orders.ts';
import { alice, bob, mallory, today } from './people.ts';
import { type Dump, type Picked, pickedSchema } from './scenario.ts';
import type { Story } from './trust.ts';
import {
  askOffLine,
  cable,
  dumpOfChain,
  fieldAt,
  fooledFacts,
  hostsOf,
  orderOf,
  pathOf,
  type Shown,
  serving,
  take,
  visit,
} from './visits.ts';

const host = 'shop.example';

type Before = { readonly dump: readonly Dump[] };
const leafField =
  (...path: readonly string[]) =>
  ({ dump }: Before): Picked => {
    const field = fieldAt(dump[0]?.fields ?? [], ['certificate', 'tbsCertificate', ...path]);
    return { record: 0, offset: field?.offset ?? 0, length: field?.length ?? 1 };
  };
const points = {
  /** The field with which the host is compared. */
  pickNames: decisionPoint<Before>()(
    'client.pickNames',
    '9525 6.3',
    pickedSchema,
    leafField('certificate_extensions', 'subjectAltName'),
  ),
  /** Whose key must fit the signature in the certificate. */
  checkIssuer: decisionPoint<{ readonly host: string }>()(
    'client.checkIssuer',
    '5280 6.1.3',
    z.strictObject({ key: z.enum(['store', 'inside', 'sent', 'phone']) }),
    () => ({ key: 'store' as const }),
  ),
  /** The field whose key must fit CertificateVerify. */
  pickProofKey: decisionPoint<Before>()(
    'client.pickProofKey',
    '8446 4.4.3',
    pickedSchema,
    leafField('subjectPublicKeyInfo', 'subjectPublicKey'),
  ),
  /** Somebody shows a certificate that was shown before. */
  onKnownCertificate: decisionPoint<{ readonly host: string }>()(
    'client.onKnownCertificate',
    '8446 4.4.3',
    z.strictObject({ rule: z.enum(['prove', 'believe', 'refuse']) }),
    () => ({ rule: 'prove' as const }),
  ),
};

export const passport: Story = {
  points: Object.values(points),
  wordNames: ['company', 'first-name', 'key-start'],
  vocabulary: {
    delivered: [
      ['order-1', 'bob'],
      ['order-4', 'bob'],
    ],
    accepted: [['alice', 'mallory']],
    learned: [
      ['mallory', 'order-2'],
      ['mallory', 'order-3'],
    ],
    aborted: [
      ['alice', 'any'],
      ['alice', 'unknown_ca'],
      ['alice', 'bad_certificate'],
      ['alice', 'decrypt_error'],
    ],
    stalled: [['alice', 'answer']],
  },
  words(draw) {
    const { company, names, chain } = papersOf(draw);
    const [leaf = new Uint8Array(0)] = chain;
    const key = new X509Certificate(leaf).publicKey.export({ type: 'spki', format: 'der' }).subarray(-32, -28);
    return { company, 'first-name': names[0] ?? host, 'key-start': key.toString('hex').replace(/..(?=.)/g, '$& ') };
  },
  scene(draw) {
    const { root, chain, key, hers } = papersOf(draw);
    const orders = [1, 2, 3, 4].map((number) => orderOf(draw, `order-${number}`, host));
    const secrets = orders.map(({ secret }) => secret);
    const [one, two, three, four] = secrets;
    const none = new Uint8Array(0);
    return {
      cast: [
        alice,
        { ...mallory, title: 'Mallory, on the line' },
        bob,
        { actor: 'ca', role: 'server', name: 'CA', title: 'the CA, off line', beside: 'bob' },
      ],
      actors: [
        {
          name: 'alice',
          protocol: (function* () {
            const rules = rulesOf(root.certificate);
            for (const [index, { request }] of orders.entries()) {
              const entropy = named(draw, `alice ${index + 1}`);
              const response = yield* visit({ number: index + 1, host, request, entropy, ...rules });
              // Whoever is turned away the first time does not call again.
              if (!response && index === 0) break;
            }
            yield* close('ca');
          })(),
        },
        // The CA is off line: nobody answers there.
        { name: 'ca', protocol: close('visit ca') },
        {
          name: 'mallory',
          protocol: together(
            serving('visit 2', hers, take, named(draw, 'mallory')),
            serving('visit 3', { chain, key: hers.key }, take, named(draw, 'mallory')),
          ),
        },
        {
          name: 'bob',
          protocol: together(
            ...['visit 1', 'visit 4'].map((link) => serving(link, { chain, key }, book, named(draw, 'bob'))),
          ),
        },
      ],
      wires: [
        ...['bob', 'mallory', 'mallory', 'bob'].map((to, index) => cable(`visit ${index + 1}`, to)),
        {
          ends: [
            ['alice', 'ca'],
            ['ca', 'visit ca'],
          ],
          label: 'to the CA, port 80',
        },
      ],
      facts: (events) => [
        ...delivered(events, 'bob', 'order', one ?? none, 'order-1'),
        ...delivered(events, 'bob', 'order', four ?? none, 'order-4'),
        ...learned('mallory', events, { 'order-2': two ?? none, 'order-3': three ?? none }),
        ...fooledFacts(events),
        ...protocolFacts(events),
      ],
    };
  },
};

// ---- whose papers ---------------------------------------------------------------------------------------------------

interface Papers {
  readonly company: string;
  readonly names: readonly string[];
  readonly root: Certifier;
  readonly chain: readonly Uint8Array[];
  readonly key: ReturnType<Certifier['certify']>['key'];
  readonly hers: ReturnType<Certifier['certify']>;
}
const papersOf = (draw: Entropy): Papers =>
  papers(Buffer.from(draw('passport papers', 8)).toString('hex'), () => makePapers(draw));
const papers = remember<Papers>(16);
function makePapers(draw: Entropy): Papers {
  const street = drawOne(draw, 'street', ['Mill Lane', 'Old Bridge', 'Harbour', 'Castle Street']);
  const trade = drawOne(draw, 'trade', ['Maps', 'Lamps', 'Clocks', 'Kettles']);
  const company = `${street} ${trade}`;
  const names = shuffle(draw, 'names', [host, `www.${host}`, `pay.${host}`]);
  const above = (of: Entropy) => {
    const root = certifier(of, 'Quest Root X1', today);
    return { root, intermediate: certifier(of, 'Quest Intermediate A1', today, root) };
  };
  const { root, intermediate } = above(named(draw, 'passport'));
  const subject = `${company} of Exampletown`;
  const { chain, key } = intermediate.certify('shop', { subject, names });
  // She calls her CA as that one is called: names are free.
  const { intermediate: fake } = above(named(draw, 'mallory passport'));
  return { company, names, root, chain, key, hers: fake.certify('shop', { subject, names }) };
}

// ---- Alice's rules --------------------------------------------------------------------------------------------------

/** A field by its place: in the first certificate of a chain, or in one behind it. */
interface Place {
  readonly record: number;
  readonly path: readonly string[];
}
const placeOf = (dump: readonly Dump[], picked: Picked): Place => ({
  record: picked.record,
  path: pathOf(dump[picked.record]?.fields ?? [], picked),
});

/** Judges every caller by the answers that she gave herself at the first one. */
function rulesOf(root: Uint8Array) {
  const rules: { names?: Place; issuer?: 'store' | 'inside' | 'sent' | 'phone'; proof?: Place; known?: string } = {};
  const seen = new Set<string>();
  let last: Shown | undefined;
  return {
    *judge(shown: Shown): Protocol<readonly Finding[]> {
      last = shown;
      const dump = dumpOfChain(shown);
      rules.names ??= placeOf(dump, yield* decide(points.pickNames, { dump }));
      rules.issuer ??= (yield* decide(points.checkIssuer, { host })).key;
      const findings = [
        ...(yield* findingsOnIssuer(rules.issuer, shown, root)),
        nameFinding(namesIn(dump, rules.names)),
      ];
      const file = Buffer.from(shown.chain[0] ?? []).toString('hex');
      if (!seen.has(file) || findings.some(({ holds }) => !holds)) {
        seen.add(file);
        return findings;
      }
      rules.known ??= (yield* decide(points.onKnownCertificate, { host })).rule;
      if (rules.known === 'believe') shown.answers['client.onCertificateVerify'] = { require: 'nothing' };
      if (rules.known !== 'refuse') return findings;
      return [
        ...findings,
        { name: 'not seen before', holds: false, says: 'the file was shown before', alert: 'bad_certificate' },
      ];
    },
    *proves(proof: Proof): Protocol<boolean> {
      const dump = dumpOfChain({ chain: proof.chain, wire: last?.wire ?? new Uint8Array(0) });
      rules.proof ??= placeOf(dump, yield* decide(points.pickProofKey, { dump }));
      return fitsKeyAt(dump, rules.proof, proof);
    },
  };
}

const bytesAt = (dump: readonly Dump[], { record, path }: Place): Uint8Array => {
  const bytes = dump[record]?.bytes ?? new Uint8Array(0);
  const field = fieldAt(describeCertificate(bytes), path);
  return field ? bytes.subarray(field.offset, field.offset + field.length) : new Uint8Array(0);
};

/** What stands in a field as names: the hosts of subjectAltName, otherwise the field's text. */
function namesIn(dump: readonly Dump[], { record, path }: Place): readonly string[] {
  const field = fieldAt(describeCertificate(dump[record]?.bytes ?? new Uint8Array(0)), path);
  if (!field) return [];
  if (field.name !== 'subjectAltName')
    return [field.value ?? Buffer.from(bytesAt(dump, { record, path })).toString('latin1')];
  return hostsOf(dump[record]?.bytes ?? new Uint8Array(0));
}

const nameFinding = (names: readonly string[]): Finding => {
  const holds = names.some((name) => matchesHost(name, host));
  const says = holds ? `the field names ${host}` : `the field does not name ${host}`;
  return { name: 'name', holds, says, alert: 'bad_certificate' };
};

function* findingsOnIssuer(
  key: 'store' | 'inside' | 'sent' | 'phone',
  { chain }: Shown,
  root: Uint8Array,
): Protocol<readonly Finding[]> {
  const by = (anchors: readonly Uint8Array[]): readonly Finding[] =>
    judge(chain, { host, anchors, now: today }).filter(({ name }) => name !== 'name');
  switch (key) {
    case 'store':
      return by([root]);
    case 'sent':
      return by(chain.slice(1));
    case 'inside': {
      const [leaf = new Uint8Array(0)] = chain;
      const holds = signedByItself(leaf);
      const says = holds ? 'the key inside fits' : 'the key inside does not fit the signature';
      return [{ name: 'signature', holds, says, alert: 'bad_certificate' }];
    }
    case 'phone': {
      yield* askOffLine(httpRequest('GET', '/is-it-yours', { Host: 'ca.example' }), 'answer');
      return by([root]);
    }
  }
}

const signedByItself = (leaf: Uint8Array): boolean => {
  const x509 = new X509Certificate(leaf);
  return x509.verify(x509.publicKey);
};

/** Whether the bytes there are a key that CertificateVerify fits: as they stand in subjectPublicKeyInfo, or 32 bytes of Ed25519. */
function fitsKeyAt(dump: readonly Dump[], { record, path }: Place, { content, signature }: Proof): boolean {
  const at = path.indexOf('subjectPublicKeyInfo');
  const bytes = bytesAt(dump, { record, path: at < 0 ? path : path.slice(0, at + 1) });
  try {
    const key =
      at < 0
        ? createPublicKey({
            format: 'jwk',
            key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(bytes.subarray(-32)).toString('base64url') },
          })
        : createPublicKey({ format: 'der', type: 'spki', key: Buffer.from(bytes) });
    return verify(null, content, key, signature);
  } catch {
    return false;
  }
}
