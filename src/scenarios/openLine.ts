// Alice sends a card number over an open line: what she makes of it, what Bob can undo, and what Eve finds out by trying.
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import * as z from 'zod';
import { decide, decisionPoint, over, type Protocol, receive, tell } from '../tls/effects.ts';
import { drawNumber, type Entropy } from '../tls/entropy.ts';
import { delivered, learned, protocolFacts } from './facts.ts';
import { ask, formRequest, type HttpMessage, httpResponse, parseHttp, site } from './http.ts';
import type { Event } from './network.ts';
import { alice, bob, eve } from './people.ts';
import type { Fact, Scenario } from './scenario.ts';

const host = 'shop.example';

const methods = ['aes-gcm', 'base64', 'sha256', 'xor'] as const;
type Method = (typeof methods)[number];
const keySources = ['shared', 'name', 'fresh'] as const;
type KeySource = (typeof keySources)[number];
const envelopeFields = ['nonce', 'tag', 'hash'] as const;

const senderPoints = {
  /** What is made of the number before it leaves. */
  protect: decisionPoint<{ readonly secret: number }>()(
    'client.protect',
    '5116 2',
    z.strictObject({ method: z.enum(methods) }),
    () => ({ method: 'aes-gcm' as const }),
  ),
  /** Which 32 bytes are the key. */
  chooseKey: decisionPoint<{ readonly length: number }>()(
    'client.chooseKey',
    '5116 2.1',
    z.strictObject({ keySource: z.enum(keySources) }),
    () => ({ keySource: 'shared' as const }),
  ),
  /** What travels beside the ciphertext. */
  envelope: decisionPoint<Record<string, never>>()(
    'client.envelope',
    '5116 2.1',
    z.strictObject({ fields: z.array(z.enum(envelopeFields)).max(3) }),
    () => ({ fields: ['nonce' as const, 'tag' as const] }),
  ),
};

export const openLine: Scenario<Record<string, never>> = {
  name: 'open-line',
  setup: z.strictObject({}),
  points: Object.values(senderPoints),
  words: ['card', 'known', 'receipt', 'unknown'],
  vocabulary: {
    delivered: [['card', 'bob']],
    learned: [['eve', 'card']],
    stalled: [['bob', 'key']],
  },
  scene(_given, draw) {
    const secret = secretsOf(draw);
    return {
      cast: [alice, eve, { ...bob, title: host }],
      actors: [
        { name: 'eve', protocol: overhear(secret) },
        { name: 'alice', protocol: over('port 80', pay(secret)) },
        {
          name: 'bob',
          protocol: over(
            'port 80',
            site((request) => charge(secret, request)),
          ),
        },
      ],
      wires: [
        {
          ends: [
            ['alice', 'port 80'],
            ['bob', 'port 80'],
          ],
          taps: [['eve', 'air']],
          label: 'port 80',
        },
      ],
      words: { card: secret.card, known: secret.known, receipt: secret.receipt, unknown: '1,000' },
      facts: (events) => facts(events, secret),
    };
  },
};

interface Secrets {
  /** 16 digits, the last of them a check digit (ISO/IEC 7812-1, annex B). */
  readonly card: string;
  /** Eight digits that name the bank: everybody knows them. */
  readonly known: string;
  /** Four digits that stand on the receipt. */
  readonly receipt: string;
  /** 32 bytes that Alice and Bob have, and nobody else. */
  readonly shared: Uint8Array;
  /** Eight letters. */
  readonly password: string;
  readonly draw: Entropy;
}

function secretsOf(draw: Entropy): Secrets {
  const digits = (label: string, count: number) =>
    Array.from({ length: count }, (_, index) => drawNumber(draw, `${label} ${index}`, 10)).join('');
  // Numbers that begin with 9 are for each country to give out: no card of the world has one by chance.
  const known = `9${digits('bank', 7)}`;
  const body = `${known}${digits('account', 7)}`;
  const card = `${body}${checkDigit(body)}`;
  const letters = draw('password', 8);
  return {
    card,
    known,
    receipt: card.slice(12),
    shared: draw('shared key'),
    password: [...letters].map((byte) => String.fromCharCode(97 + (byte % 26))).join(''),
    draw,
  };
}

/** The digit that makes the weighted sum a multiple of ten. */
function checkDigit(body: string): number {
  const sum = [...body].reduce((total, digit, index) => {
    const doubled = Number(digit) * ((body.length - index) % 2 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return (10 - (sum % 10)) % 10;
}

const sha256 = (bytes: Uint8Array | string): Buffer => createHash('sha256').update(bytes).digest();
/** The recipe that both shops of the street use: whoever knows the name has the key. */
const keyOfName = (): Uint8Array => sha256(host);
const xor = (bytes: Uint8Array, mask: Uint8Array): Buffer =>
  Buffer.from(bytes.map((byte, index) => byte ^ (mask[index % mask.length] ?? 0)));

function* pay(secret: Secrets): Protocol<void> {
  const { method } = yield* decide(senderPoints.protect, { secret: secret.card.length });
  const form = method === 'aes-gcm' ? yield* seal(secret) : scrambled(method, secret);
  const body = new URLSearchParams({ method, ...form }).toString();
  yield* ask(formRequest(host, '/pay', body));
}

function scrambled(method: Exclude<Method, 'aes-gcm'>, { card, password }: Secrets): Record<string, string> {
  switch (method) {
    case 'base64':
      return { data: Buffer.from(card).toString('base64') };
    case 'sha256':
      return { data: sha256(card).toString('hex') };
    case 'xor':
      return { data: xor(Buffer.from(card), Buffer.from(password)).toString('hex') };
  }
}

function* seal({ card, shared, draw }: Secrets): Protocol<Record<string, string>> {
  const { keySource } = yield* decide(senderPoints.chooseKey, { length: 32 });
  const keys: Readonly<Record<KeySource, () => Uint8Array>> = {
    shared: () => shared,
    name: keyOfName,
    fresh: () => draw('fresh key'),
  };
  const { fields } = yield* decide(senderPoints.envelope, {});
  const nonce = draw('nonce', 12);
  const cipher = createCipheriv('aes-256-gcm', keys[keySource](), nonce);
  const data = Buffer.concat([cipher.update(card), cipher.final()]);
  const all = { nonce: hex(nonce), tag: hex(cipher.getAuthTag()), hash: hex(sha256(card)) };
  return { data: hex(data), ...Object.fromEntries(fields.map((field) => [field, all[field]])) };
}
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

// ---- Bob ----------------------------------------------------------------------------------------------------------

function* charge(secret: Secrets, request: Uint8Array): Protocol<HttpMessage> {
  const { body } = parseHttp(request);
  const form = Object.fromEntries(new URLSearchParams(body));
  const card = form.method === 'aes-gcm' ? yield* open(secret, form) : undone(secret, form);
  if (!card || !/^\d{16}$/.test(card)) {
    yield* tell({ what: 'note', text: 'No card number comes out of this. I cannot charge it.' });
    return httpResponse('400 Bad Request', { 'Content-Type': 'text/plain' }, 'I cannot read this.\n');
  }
  yield* tell({ what: 'acted', action: 'charge', bytes: Buffer.from(card) });
  return httpResponse('200 OK', { 'Content-Type': 'text/plain' }, 'Paid. Thank you.\n');
}

/** A hash cannot be undone: nothing comes of it. */
function undone({ password }: Secrets, { method, data = '' }: Record<string, string>): string | undefined {
  if (method === 'base64') return Buffer.from(data, 'base64').toString('latin1');
  if (method === 'xor') return xor(Buffer.from(data, 'hex'), Buffer.from(password)).toString('latin1');
  return undefined;
}

function* open({ shared }: Secrets, form: Record<string, string>): Protocol<string | undefined> {
  if (!form.tag) {
    yield* tell({ what: 'note', text: 'There is no tag. What I cannot check, I do not take.' });
    return undefined;
  }
  // Bob knows both recipes, and tries them.
  const card = [shared, keyOfName()].map((key) => opened(key, form)).find((one) => one !== undefined);
  yield* tell({ what: 'check', name: 'tag', holds: card !== undefined, required: true });
  if (card === undefined && form.nonce) yield* tell({ what: 'stalled', missing: 'key' });
  return card;
}

/** What comes out under that key; nothing where the tag does not fit. Without a nonce zeros stand for it. */
function opened(
  key: Uint8Array,
  { data = '', nonce = '00'.repeat(12), tag = '' }: Record<string, string>,
): string | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'hex'));
  try {
    decipher.setAuthTag(Buffer.from(tag, 'hex'));
    return Buffer.concat([decipher.update(Buffer.from(data, 'hex')), decipher.final()]).toString('latin1');
  } catch {
    return undefined;
  }
}

// ---- Eve ----------------------------------------------------------------------------------------------------------

/** Keeps all, and tries on each message what can be tried without a key. */
function* overhear(secret: Secrets): Protocol<void> {
  yield* tell({ what: 'kept', label: 'everything' });
  for (let open = 2; open; ) {
    const heard = yield* receive('air');
    if ('end' in heard) open--;
    else if (parseHttp(heard.bytes).body.startsWith('method=')) yield* attack(secret, heard.bytes);
  }
}

function* attack(secret: Pick<Secrets, 'known' | 'receipt'>, bytes: Uint8Array): Protocol<void> {
  const form = Object.fromEntries(new URLSearchParams(parseHttp(bytes).body));
  const found =
    form.method === 'base64'
      ? { how: 'I undid the Base64.', card: Buffer.from(form.data ?? '', 'base64').toString('latin1') }
      : form.method === 'xor'
        ? byKnownDigits(secret, form.data ?? '')
        : (bySearch(secret, form.method === 'sha256' ? form.data : form.hash) ?? byName(form));
  if (!found) {
    yield* tell({
      what: 'note',
      text: 'Sixteen bytes without sense. There are 2^256 keys, and I know nothing of this one.',
    });
    return;
  }
  yield* tell({ what: 'note', text: `${found.how} The number is ${found.card}.`, holds: Buffer.from(found.card) });
}

/** Eight known digits give eight bytes of the password, and these open the other eight. */
function byKnownDigits({ known }: Pick<Secrets, 'known'>, data: string) {
  const bytes = Buffer.from(data, 'hex');
  const password = xor(bytes.subarray(0, 8), Buffer.from(known));
  return {
    how: `The bank’s digits XOR your first bytes: the password is ${password.toString('latin1')}.`,
    card: xor(bytes, password).toString('latin1'),
  };
}

/** Every number that fits what is known, hashed until one fits. */
function bySearch({ known, receipt }: Pick<Secrets, 'known' | 'receipt'>, hash: string | undefined) {
  if (!hash) return undefined;
  let tried = 0;
  for (let middle = 0; middle < 10_000; middle++) {
    const card = `${known}${String(middle).padStart(4, '0')}${receipt}`;
    if (String(checkDigit(card.slice(0, 15))) !== card[15]) continue;
    tried++;
    if (hex(sha256(card)) === hash) return { how: `I hashed ${tried} of 1,000 numbers, and this one fits.`, card };
  }
  return undefined;
}

function byName(form: Record<string, string>) {
  const card = form.tag && form.nonce ? opened(keyOfName(), form) : undefined;
  return card === undefined ? undefined : { how: 'The key was the hash of the shop’s name.', card };
}

const facts = (events: readonly Event[], { card }: Secrets): Fact[] => [
  ...delivered(events, 'bob', 'charge', Buffer.from(card), 'card'),
  ...learned('eve', events, { card: Buffer.from(card) }),
  ...protocolFacts(events),
];
