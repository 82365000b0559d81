// A café: Alice talks to a resolver, to a shop without TLS and to a bank with it. Eve hears it all, keeps one of the three, and tries to be Alice.
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { clientPoints } from '../tls/client.ts';
import { close, decide, decisionPoint, over, type Protocol, stack, tell } from '../tls/effects.ts';
import { drawNumber, drawOne, type Entropy, named } from '../tls/entropy.ts';
import { serverPoints } from '../tls/server.ts';
import { together } from './actors.ts';
import { type Address, lookUp, resolver } from './dns.ts';
import { learned, protocolFacts } from './facts.ts';
import {
  ask,
  describeHttp,
  formDecode,
  formEncode,
  formRequest,
  type HttpMessage,
  httpRequest,
  httpResponse,
  parseHttp,
  site,
} from './http.ts';
import type { Event } from './network.ts';
import { hear } from './overhear.ts';
import { alice, bob, certificates, eve, tlsClient, tlsServer } from './people.ts';
import { type Dump, type Fact, type Picked, pickedSchema, type Scenario } from './scenario.ts';

const shop = 'shop.example';
const bank = 'bank.example';

const setup = z.strictObject({});
type Setup = z.output<typeof setup>;

export const listenerPoints = {
  /** Which conversation to keep. The rule: the one in the clear in which somebody logs in. */
  chooseCapture: decisionPoint<{ readonly captures: readonly string[] }>()(
    'eve.chooseCapture',
    '9110 17',
    z.strictObject({ id: z.enum(['port 53', 'port 80', 'port 443']) }),
    () => ({ id: 'port 80' as const }),
  ),
  /** The bytes that look like a secret. The rule: the value that a login sends as a password. */
  pickBytes: decisionPoint<{ readonly dump: readonly Dump[] }>()(
    'eve.pickBytes',
    '9110 11',
    pickedSchema,
    ({ dump }): Picked => secretIn(dump),
  ),
  /** What to type, after what was read. The rule: what the encoding stands for. */
  decodeSecret: decisionPoint<{ readonly read: string }>()(
    'eve.decodeSecret',
    '3986 2.1',
    z.union([z.strictObject({ type: z.string().max(80) }), z.strictObject({ crack: z.literal(true) })]),
    ({ read }) => ({ type: decodeSecret(read) }),
  ),
};

export const cafe: Scenario<Setup> = {
  name: 'cafe',
  setup,
  points: [...Object.values(listenerPoints), ...Object.values(clientPoints), ...Object.values(serverPoints)],
  words: ['user', 'password', 'read', 'encoding', 'undo'],
  vocabulary: {
    learned: [['eve', 'password']],
    accepted: [['bob', 'eve-as-alice']],
    detected: [['bob', 'wrong-login']],
  },
  scene(_given, draw) {
    const { root, issueFor } = certificates(draw);
    const login = loginOf(draw);
    const air = (port: string) => [['eve', port]] as const;
    return {
      cast: [
        alice,
        { ...eve, title: 'Eve, at the next table' },
        { ...bob, title: shop },
        { actor: 'resolver', role: 'server', name: 'DNS', title: 'the resolver', beside: 'bob' },
        { actor: 'bank', role: 'server', name: 'Bank', title: bank, beside: 'bob' },
      ],
      actors: [
        { name: 'eve', protocol: listen(login) },
        {
          name: 'alice',
          protocol: surf(login, () => tlsClient({ host: bank, entropy: named(draw, 'alice'), anchors: [root] })),
        },
        { name: 'resolver', protocol: resolver(addressOf) },
        { name: 'bank', protocol: stack(site(balance), tlsServer(issueFor(bank), { entropy: named(draw, 'bank') })) },
        {
          name: 'bob',
          protocol: together(
            over(
              'port 80',
              site((request) => shopPage(login, request, 'port 80')),
            ),
            over(
              'eve',
              site((request) => shopPage(login, request, 'eve')),
            ),
          ),
        },
      ],
      wires: [
        {
          ends: [
            ['alice', 'port 53'],
            ['resolver', 'peer'],
          ],
          taps: air('port 53'),
          label: 'port 53',
        },
        {
          ends: [
            ['alice', 'port 80'],
            ['bob', 'port 80'],
          ],
          taps: air('port 80'),
          label: 'port 80',
        },
        {
          ends: [
            ['alice', 'port 443'],
            ['bank', 'peer'],
          ],
          taps: air('port 443'),
          label: 'port 443',
        },
        {
          ends: [
            ['eve', 'shop'],
            ['bob', 'eve'],
          ],
          label: 'Eve’s visit',
        },
      ],
      words: {
        user: login.user,
        password: login.password,
        read: login.read,
        encoding: login.form ? 'percent-encoding' : 'Base64',
        undo: login.form ? 'Undo the %xx' : 'Undo the Base64',
      },
      facts: (events) => facts(events, login),
    };
  },
};

// ---- Alice and the sites ----------------------------------------------------------------------------------------

/** How Alice logs in: by a form, or by HTTP Basic. `read` is how her password stands on the wire. */
interface Login {
  readonly user: string;
  readonly password: string;
  readonly read: string;
  readonly form: boolean;
  readonly request: HttpMessage;
}
function loginOf(draw: Entropy): Login {
  const user = drawOne(draw, 'user', ['alice', 'alice.m', 'alice77']);
  const word = drawOne(draw, 'word', ['tulip', 'maple', 'violin', 'harbour', 'pepper', 'comet']);
  const password = `${word}${drawOne(draw, 'sign', ['!', '#', '&', '%', '+'])}${10 + drawNumber(draw, 'digits', 90)}`;
  const token = Buffer.from(draw('form token', 6)).toString('hex');
  const form = drawNumber(draw, 'form or basic', 2) === 0;
  const body = `user=${user}&token=${token}&pass=${formEncode(password)}`;
  const basic = Buffer.from(`${user}:${password}`).toString('base64');
  return {
    user,
    password,
    form,
    read: form ? formEncode(password) : basic,
    request: form
      ? formRequest(shop, '/login', body)
      : httpRequest('GET', `/account?user=${user}&token=${token}`, { Host: shop, Authorization: `Basic ${basic}` }),
  };
}

function* surf(login: Login, toBank: () => Protocol<unknown>): Protocol<void> {
  yield* over('port 53', lookUp(bank, 1));
  yield* over('port 443', stack(ask(httpRequest('GET', '/balance', { Host: bank })), toBank()));
  yield* over('port 53', lookUp(shop, 2));
  yield* close('port 53');
  yield* over('port 80', ask(login.request));
}

const addressOf = (host: string): Address => (host === bank ? [203, 0, 113, 20] : [203, 0, 113, 80]);

// biome-ignore lint/correctness/useYield: it asks nobody
function* balance(): Protocol<HttpMessage> {
  return httpResponse('200 OK', { 'Content-Type': 'text/plain' }, 'Balance: 1,204.50\n');
}

/** Lets in whoever knows the password; raises an alarm at the first wrong one. */
function* shopPage(login: Login, request: Uint8Array, link: string): Protocol<HttpMessage> {
  const { headers, body } = parseHttp(request);
  const [, basic = ''] = /^Basic (\S+)$/.exec(headers.authorization ?? '') ?? [];
  const [user, password] = basic
    ? Buffer.from(basic, 'base64').toString('latin1').split(/:(.*)/s)
    : [field(body, 'user'), field(body, 'pass')];
  const holds = user === login.user && password === login.password;
  yield* tell({ what: 'check', name: 'login', holds, required: true });
  if (!holds)
    return httpResponse('401 Unauthorized', { 'Content-Type': 'text/plain' }, 'Wrong password. This was reported.\n');
  yield* tell({ what: 'acted', action: 'login', bytes: Buffer.from(user), link });
  return httpResponse('200 OK', { 'Content-Type': 'text/plain' }, `Hello ${user}. Your orders: a red lamp.\n`);
}

const field = (form: string, name: string): string =>
  formDecode(new RegExp(`(?:^|&)${name}=([^&]*)`).exec(form)?.[1] ?? '');

// ---- Eve --------------------------------------------------------------------------------------------------------

function* listen(login: Login): Protocol<void> {
  const { id } = yield* decide(listenerPoints.chooseCapture, { captures: ['port 53', 'port 80', 'port 443'] });
  yield* tell({ what: 'kept', label: id });
  const heard = yield* hear(['port 53', 'port 80', 'port 443']);
  const kept = heard.flatMap(({ link, bytes }) => (link === id ? [bytes] : []));
  if (id === 'port 53') yield* tell({ what: 'note', text: 'Two names that Alice looked up. Nothing that she typed.' });
  if (id === 'port 443')
    yield* tell({ what: 'note', text: 'Two hellos, then records of type 23. No password that I could read.' });
  if (id !== 'port 80') return yield* close('shop');
  const dump = kept.flatMap((wire): Dump[] => {
    const http = describeHttp(wire);
    return http ? [{ name: http.name, bytes: wire, fields: http.fields, wire }] : [];
  });
  const { record, offset, length } = yield* decide(listenerPoints.pickBytes, { dump });
  const read = Buffer.from(dump[record]?.bytes.subarray(offset, offset + length) ?? []).toString('latin1');
  yield* tell({ what: 'note', text: `I marked: ${read}` });
  const answer = decodeSecret(read) === read ? { type: read } : yield* decide(listenerPoints.decodeSecret, { read });
  if ('crack' in answer) yield* crack(read);
  else yield* tryLogin(login.user, answer.type);
  yield* close('shop');
}

function* tryLogin(user: string, password: string): Protocol<void> {
  const body = `user=${user}&token=&pass=${formEncode(password)}`;
  const reply = yield* over('shop', ask(formRequest(shop, '/login', body)));
  yield* tell({
    what: 'note',
    text: `I typed ${password}: ${reply ? parseHttp(reply).start.replace('HTTP/1.1 ', '') : 'no answer'}`,
  });
}

/** Hashes the likeliest thousand passwords and compares them with what was read, as if that were a hash. */
function* crack(read: string): Protocol<void> {
  const words = ['password', 'letmein', 'tulip', 'maple', 'violin', 'harbour', 'pepper', 'comet', 'dragon', 'sunshine'];
  const candidates = words.flatMap((word) => Array.from({ length: 100 }, (_, digits) => `${word}${digits}`));
  const found = candidates.find((candidate) => createHash('sha256').update(candidate).digest('hex') === read);
  yield* tell({
    what: 'note',
    text: `${candidates.length} passwords hashed and compared: ${found ?? 'none fits. This never was a hash.'}`,
  });
}

/** What an encoded secret stands for; the same text where it is not encoded. */
function decodeSecret(read: string): string {
  if (/^[^\s&=]*%[0-9A-Fa-f]{2}[^\s&=]*$/.test(read)) return formDecode(read);
  const plain = Buffer.from(read, 'base64').toString('latin1');
  return /^[\x21-\x7e]+:[\x21-\x7e]+$/.test(plain) && Buffer.from(plain, 'latin1').toString('base64') === read
    ? plain.slice(plain.indexOf(':') + 1)
    : read;
}

function secretIn(dump: readonly Dump[]): Picked {
  for (const [record, { bytes }] of dump.entries()) {
    const found = /(?:\bpass=|Authorization: Basic )([^&\s]+)/.exec(Buffer.from(bytes).toString('latin1'));
    const [all, value] = found ?? [];
    if (found && all && value) return { record, offset: found.index + all.length - value.length, length: value.length };
  }
  return { record: 0, offset: 0, length: 1 };
}

function facts(events: readonly Event[], login: Login): Fact[] {
  const asAlice = events.some(
    (event) => event.what === 'acted' && event.by === 'bob' && event.action === 'login' && event.link === 'eve',
  );
  const alarm = events.some(
    (event) => event.what === 'check' && event.by === 'bob' && event.name === 'login' && !event.holds,
  );
  return [
    ...learned('eve', events, { password: Buffer.from(login.password) }),
    ...(asAlice ? [{ kind: 'accepted', who: 'bob', what: 'eve-as-alice' } as const] : []),
    ...(alarm ? [{ kind: 'detected', who: 'bob', what: 'wrong-login' } as const] : []),
    ...protocolFacts(events),
  ];
}
