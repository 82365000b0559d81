// Bob tells a customer what to pay, over a line that Mallory edits; she is a customer, too. What shows that a notice is his?
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPublicKey,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import * as z from 'zod';
import { close, decide, decisionPoint, over, type Protocol, tell } from '../tls/effects.ts';
import { drawNumber, type Entropy, named } from '../tls/entropy.ts';
import { keyExchange, privateKeyFromSeed } from '../tls/groups.ts';
import { groups } from '../tls/registry.ts';
import { passOn, together } from './actors.ts';
import { learned, protocolFacts } from './facts.ts';
import { ask, type HttpMessage, httpRequest, httpResponse, parseHttp, site } from './http.ts';
import type { Event } from './network.ts';
import { alice, bob, mallory } from './people.ts';
import type { Fact, Scenario } from './scenario.ts';

const host = 'shop.example';
const proofs = ['signature', 'hash', 'hmac'] as const;
type Proof = (typeof proofs)[number];
const keys = ['private', 'recipient', 'public'] as const;
const coverings = ['whole', 'account', 'no-recipient'] as const;
type Covers = (typeof coverings)[number];

type Nothing = Record<string, never>;
const signerPoints = {
  /** What stands beside a notice. */
  attachProof: decisionPoint<Nothing>()(
    'server.attachProof',
    '8032 1',
    z.strictObject({ proof: z.enum(proofs) }),
    () => ({ proof: 'signature' as const }),
  ),
  /** Which 32 bytes make the signature. */
  signWith: decisionPoint<Nothing>()('server.signWith', '8032 5.1.6', z.strictObject({ key: z.enum(keys) }), () => ({
    key: 'private' as const,
  })),
  /** Over which bytes. */
  signOver: decisionPoint<Nothing>()(
    'server.signOver',
    '8032 5.1.6',
    z.strictObject({ over: z.enum(coverings) }),
    () => ({ over: 'whole' as const }),
  ),
  /** Whether the notice can be read on the way. */
  hide: decisionPoint<Nothing>()(
    'server.hide',
    '5116 2',
    z.strictObject({ how: z.enum(['encrypt', 'plain', 'signing-key']) }),
    () => ({ how: 'encrypt' as const }),
  ),
};

export const sealedNotice: Scenario<Nothing> = {
  name: 'sealed-notice',
  setup: z.strictObject({}),
  points: Object.values(signerPoints),
  words: ['amount', 'balance'],
  vocabulary: {
    accepted: [
      ['alice', 'notice'],
      ['alice', 'forged'],
    ],
    learned: [['mallory', 'balance']],
    stalled: [['bob', 'sealing key']],
  },
  scene(_given, draw) {
    const secret = secretsOf(draw);
    return {
      cast: [
        { ...alice, title: 'Alice, a customer' },
        { ...mallory, title: 'Mallory, a customer' },
        { ...bob, title: host },
      ],
      actors: [
        { name: 'bob', protocol: notify(secret) },
        { name: 'mallory', protocol: meddle(secret) },
        { name: 'alice', protocol: read(secret) },
      ],
      wires: [
        {
          ends: [
            ['mallory', 'visit'],
            ['bob', 'visit'],
          ],
          label: 'port 80',
        },
        {
          ends: [
            ['alice', 'peer'],
            ['mallory', 'alice'],
          ],
          label: 'port 80',
        },
        {
          ends: [
            ['mallory', 'bob'],
            ['bob', 'peer'],
          ],
          label: 'port 80',
        },
      ],
      words: { amount: secret.notices.alice.amount, balance: secret.notices.alice.balance },
      facts: (events) => facts(events, secret),
    };
  },
};

type Customer = 'alice' | 'mallory';
interface Notice {
  readonly to: string;
  readonly date: string;
  readonly amount: string;
  readonly account: string;
  readonly balance: string;
}
interface Secrets {
  readonly notices: Readonly<Record<Customer, Notice>>;
  /** Bob's Ed25519 key; every customer has its public half. */
  readonly signing: KeyObject;
  /** The MAC key that Bob gave to all of his customers. */
  readonly shared: Uint8Array;
  readonly draw: Entropy;
}
function secretsOf(draw: Entropy): Secrets {
  const account = `account ${1000 + drawNumber(draw, 'account', 9000)}`;
  const euros = (label: string, least: number, below: number) => `${least + drawNumber(draw, label, below)} euros`;
  const to = (name: string, label: string, least: number): Notice => ({
    to: name,
    date: '2026-05-04',
    amount: euros(`${label} amount`, 20, 90),
    account,
    balance: euros(`${label} balance`, least, 900),
  });
  return {
    notices: { alice: to('Alice', 'alice', 1000), mallory: to('Mallory', 'mallory', 3000) },
    signing: privateKeyFromSeed('Ed25519', draw('signing key')),
    shared: draw('customers key'),
    draw,
  };
}

const textOf = (notice: Notice): string => new URLSearchParams({ ...notice }).toString();
/** What the proof is over. */
const covered = (notice: Notice, covers: Covers): Buffer => {
  const { to: _to, ...rest } = notice;
  const parts = { whole: notice, account: { account: notice.account }, 'no-recipient': rest };
  return Buffer.from(new URLSearchParams({ ...parts[covers] }).toString());
};
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const publicBytes = (key: KeyObject): Buffer =>
  Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x ?? '', 'base64url');

// ---- sealing for a customer: X25519 with a fresh share, AES-GCM with the hash of what both get ---------------------

const boxOf = (draw: Entropy, customer: Customer) => {
  const box = keyExchange(groups.x25519, draw, customer);
  if (!box) throw new TypeError('x25519 is not there');
  return box;
};

function sealFor(draw: Entropy, customer: Customer, text: string, by: string): string {
  const own = keyExchange(groups.x25519, named(draw, `${by} for ${customer}`), 'fresh');
  if (!own) throw new TypeError('x25519 is not there');
  const key = createHash('sha256')
    .update(own.agree(boxOf(draw, customer).share))
    .digest();
  const nonce = draw(`${by} nonce for ${customer}`, 12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const data = Buffer.concat([cipher.update(text), cipher.final()]);
  return new URLSearchParams({
    share: hex(own.share),
    nonce: hex(nonce),
    tag: hex(cipher.getAuthTag()),
    data: hex(data),
  }).toString();
}

/** What came for a customer, opened where it was sealed. */
function openedBy(draw: Entropy, customer: Customer, body: string): string {
  const { share, nonce = '', tag = '', data = '' } = Object.fromEntries(new URLSearchParams(body));
  if (share === undefined) return body;
  const key = createHash('sha256')
    .update(boxOf(draw, customer).agree(Buffer.from(share, 'hex')))
    .digest();
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'hex'));
  decipher.setAuthTag(Buffer.from(tag, 'hex'));
  return Buffer.concat([decipher.update(Buffer.from(data, 'hex')), decipher.final()]).toString();
}

// ---- Bob ------------------------------------------------------------------------------------------------------------

function* notify(secret: Secrets): Protocol<void> {
  const { proof } = yield* decide(signerPoints.attachProof, {});
  const { key } = proof === 'signature' ? yield* decide(signerPoints.signWith, {}) : { key: 'private' as const };
  const { over: covers } =
    proof === 'signature' ? yield* decide(signerPoints.signOver, {}) : { over: 'whole' as const };
  const { how } = yield* decide(signerPoints.hide, {});
  const say = (customer: Customer) =>
    function* (): Protocol<HttpMessage> {
      const notice = secret.notices[customer];
      const seed = {
        private: undefined,
        recipient: boxOf(secret.draw, customer).share,
        public: publicBytes(secret.signing),
      }[key];
      const signing = seed ? privateKeyFromSeed('Ed25519', seed) : secret.signing;
      const text = withProof(secret, notice, { proof, covers }, signing);
      if (how === 'signing-key') {
        yield* tell({ what: 'stalled', missing: 'sealing key' });
        return httpResponse('500 Internal Server Error', {}, '');
      }
      return httpResponse('200 OK', {}, how === 'encrypt' ? sealFor(secret.draw, customer, text, 'bob') : text);
    };
  yield* together(over('visit', site(say('mallory'))), site(say('alice')));
}

interface Kind {
  readonly proof: Proof;
  readonly covers: Covers;
}
/** The notice as it is sent: with its proof, and what that is over. */
function withProof(
  { shared }: Pick<Secrets, 'shared'>,
  notice: Notice,
  { proof, covers }: Kind,
  signing: KeyObject,
): string {
  const bytes = covered(notice, covers);
  const made = {
    signature: () => sign(null, bytes, signing),
    hash: () => createHash('sha256').update(bytes).digest(),
    hmac: () => createHmac('sha256', shared).update(bytes).digest(),
  }[proof]();
  return new URLSearchParams({ ...notice, proof, covers, value: hex(made) }).toString();
}

// ---- Mallory ----------------------------------------------------------------------------------------------------------

/** Fetches her own notice, then sits on Alice's line and puts another in the place of hers, if she can make one. */
function* meddle(secret: Secrets): Protocol<void> {
  const answer = yield* over('visit', ask(httpRequest('GET', '/notice', { Host: host })));
  const { body } = parseHttp(answer ?? new Uint8Array(0));
  const own = body ? openedBy(secret.draw, 'mallory', body) : '';
  const forged = own ? forgery(secret, own) : undefined;
  yield* passOn('alice', 'bob', function* (from, bytes) {
    if (from === 'alice') return bytes;
    const read = new URLSearchParams(parseHttp(bytes).body).get('balance');
    if (read) yield* tell({ what: 'note', text: `Alice’s notice lies open. Her balance is ${read}.` });
    if (!forged) {
      yield* tell({ what: 'note', text: 'I cannot make a proof that fits another notice. I pass it on.' });
      return bytes;
    }
    yield* tell({ what: 'note', text: forged.how });
    return httpResponse('200 OK', {}, sealFor(secret.draw, 'alice', forged.text, 'mallory')).bytes;
  });
  yield* close('visit');
}

/** What she can put in the place of Alice's notice, from her own one and from what every customer has. */
function forgery(secret: Secrets, own: string): { readonly how: string; readonly text: string } | undefined {
  const { proof, covers, value } = Object.fromEntries(new URLSearchParams(own)) as Record<string, string>;
  const mine = secret.notices.mallory;
  const wanted: Notice = { ...mine, to: 'Alice', amount: '9999 euros' };
  const kind = { proof: proof as Proof, covers: covers as Covers };
  if (proof === 'hash')
    return {
      how: 'I wrote another notice, and its hash beside it. Anybody can hash.',
      text: withProof(secret, wanted, kind, secret.signing),
    };
  if (proof === 'hmac')
    return {
      how: 'I wrote another notice. The MAC key is mine too: I am a customer.',
      text: withProof(secret, wanted, kind, secret.signing),
    };
  const again = (notice: Notice) =>
    new URLSearchParams({ ...notice, proof: proof ?? '', covers: covers ?? '', value: value ?? '' }).toString();
  if (covers === 'account')
    return {
      how: 'The signature on my notice covers the account alone. I wrote another amount above it.',
      text: again(wanted),
    };
  if (covers === 'no-recipient')
    return {
      how: 'My own notice does not say for whom it is. I sent it to Alice.',
      text: again({ ...mine, to: 'Alice' }),
    };
  return undefined;
}

// ---- Alice ----------------------------------------------------------------------------------------------------------

/** Asks for her notice, and believes it if its proof is Bob's. */
function* read(secret: Secrets): Protocol<void> {
  const answer = yield* ask(httpRequest('GET', '/notice', { Host: host }));
  const { body } = parseHttp(answer ?? new Uint8Array(0));
  if (!body) {
    yield* tell({ what: 'note', text: 'No notice came.' });
    return;
  }
  const {
    proof,
    covers,
    value = '',
    ...notice
  } = Object.fromEntries(new URLSearchParams(openedBy(secret.draw, 'alice', body)));
  const given = notice as unknown as Notice;
  const bytes = covered(given, covers as Covers);
  const holds =
    proof === 'signature'
      ? verify(null, bytes, createPublicKey(secret.signing), Buffer.from(value, 'hex'))
      : value ===
        hex(
          proof === 'hash'
            ? createHash('sha256').update(bytes).digest()
            : createHmac('sha256', secret.shared).update(bytes).digest(),
        );
  yield* tell({ what: 'check', name: proof ?? 'proof', holds, required: true });
  if (!holds) {
    yield* tell({ what: 'note', text: 'Bob’s public key does not verify this signature. I pay nothing.' });
    return;
  }
  yield* tell({ what: 'acted', action: 'believe', bytes: Buffer.from(textOf(given)) });
  yield* tell({ what: 'note', text: `The proof fits. I pay ${given.amount} to ${given.account}.` });
}

function facts(events: readonly Event[], { notices }: Secrets): Fact[] {
  const believed = events.flatMap((event) =>
    event.what === 'acted' && event.by === 'alice' ? [Buffer.from(event.bytes).toString()] : [],
  );
  const accepted = believed.map(
    (text): Fact => ({ kind: 'accepted', who: 'alice', what: text === textOf(notices.alice) ? 'notice' : 'forged' }),
  );
  const balance = Buffer.from(new URLSearchParams({ balance: notices.alice.balance }).toString());
  return [...accepted, ...learned('mallory', events, { balance }), ...protocolFacts(events)];
}
