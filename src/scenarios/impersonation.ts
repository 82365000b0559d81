// Mallory holds Bob's certificate, not his key, and stands between him and a till. The till is careless; then it is patched.
import { createPublicKey, sign, X509Certificate } from 'node:crypto';
import * as z from 'zod';
import { client, clientPoints, type Finding } from '../tls/client.ts';
import {
  close,
  decide,
  decisionPoint,
  over,
  type Protocol,
  receive,
  refuse,
  send,
  stack,
  type Told,
  tell,
} from '../tls/effects.ts';
import { drawNumber, drawOne, type Entropy, named } from '../tls/entropy.ts';
import { privateKeyFromSeed } from '../tls/groups.ts';
import { decodeCertificate } from '../tls/messages/certificate.ts';
import { decodeCertificateVerify } from '../tls/messages/certificateVerify.ts';
import { decodeClientHello } from '../tls/messages/clientHello.ts';
import { encodeServerHello } from '../tls/messages/serverHello.ts';
import { plainRecord } from '../tls/record.ts';
import { contentTypes, groups, signatureSchemes, suites } from '../tls/registry.ts';
import { server, serverPoints } from '../tls/server.ts';
import { answering, passOn, remembering, replaying, together } from './actors.ts';
import { delivered, learned, protocolFacts } from './facts.ts';
import { ask, formEncode, type HttpMessage, httpRequest, httpResponse, parseHttp, site } from './http.ts';
import type { Event, Wire } from './network.ts';
import { bookAny, orderWith, thanks } from './orders.ts';
import { bob, browserJudge, certificates, mallory, tlsClient, tlsServer } from './people.ts';
import type { Fact, Scenario } from './scenario.ts';

const host = 'shop.example';

const setup = z.strictObject({
  /** Which order the till sends: each act has one of its own. */
  order: z.enum(['order-1', 'order-2', 'order-3']),
  /** Who is on the line between the till and Bob. */
  line: z.enum(['mallory', 'nobody']).default('mallory'),
  /** Whether Mallory says beforehand what will stop her. */
  predicting: z.boolean().default(false),
});
type Setup = z.output<typeof setup>;

type Patch = 'none' | 'certificate-verify' | 'pin' | 'revocation' | 'fresh-roots';
export const impersonationPoints = {
  /** What the till checks beside path, dates and name. The rule: that the peer holds the certificate's key. */
  patch: decisionPoint<{ readonly host: string }>()(
    'client.patch',
    '8446 4.4.3',
    z.strictObject({ policy: z.enum(['none', 'certificate-verify', 'pin', 'revocation', 'fresh-roots']) }),
    (): { policy: Patch } => ({ policy: 'certificate-verify' }),
  ),
  obtainCertificate: decisionPoint<{ readonly host: string }>()(
    'mallory.obtainCertificate',
    '8446 4.4.2',
    z.strictObject({ id: z.enum(['visit', 'record', 'ask-ca']) }),
    () => ({ id: 'visit' as const }),
  ),
  selectShare: decisionPoint<{ readonly groups: readonly number[] }>()(
    'mallory.selectShare',
    '8446 4.2.8',
    z.strictObject({ source: z.enum(['own', 'relay', 'certificate']) }),
    () => ({ source: 'own' as const }),
  ),
  sendCertificateVerify: decisionPoint<{ readonly content: Uint8Array }>()(
    'mallory.sendCertificateVerify',
    '8446 4.4.3',
    z.strictObject({ source: z.enum(['own', 'old', 'none', 'insideCertificate']) }),
    () => ({ source: 'own' as const }),
  ),
  predict: decisionPoint<Record<string, never>>()(
    'observer.predict',
    '8446 4.4',
    z.strictObject({ event: z.enum(['Certificate', 'CertificateVerify', 'Finished', 'nothing']) }),
    () => ({ event: 'CertificateVerify' as const }),
  ),
};

export const impersonation: Scenario<Setup> = {
  name: 'impersonation',
  setup,
  points: [...Object.values(impersonationPoints), ...Object.values(clientPoints), ...Object.values(serverPoints)],
  words: ['host', 'item'],
  vocabulary: {
    learned: ['order-1', 'order-2', 'order-3'].map((order) => ['mallory', order] as const),
    delivered: ['order-1', 'order-2', 'order-3'].map((order) => [order, 'bob'] as const),
    accepted: [['till', 'mallory']],
    aborted: [
      ['till', 'any'],
      ['till', 'decrypt_error'],
      ['till', 'unexpected_message'],
    ],
    detected: [['till', 'CertificateVerify']],
    found: [['mallory', 'what-stops-me']],
    stalled: [
      ['mallory', 'bob.private'],
      ['mallory', 'certificate'],
    ],
  },
  scene(given, draw) {
    const { root, issueFor } = certificates(draw);
    const issued = issueFor(host);
    const order = orderOf(draw, given.order);
    const till = tillOf({ host, draw, root, pinned: issued.chain[0] ?? new Uint8Array(0), request: order.request });
    const serving = (link: string) =>
      over(link, stack(site(book), tlsServer(issued, { entropy: named(draw, `bob ${link}`) })));
    const quiet = given.line === 'nobody';
    const wires: Wire[] = quiet
      ? [
          {
            ends: [
              ['till', 'peer'],
              ['bob', 'till'],
            ],
            label: 'port 443',
          },
        ]
      : [
          {
            ends: [
              ['till', 'peer'],
              ['mallory', 'till'],
            ],
            label: 'port 443',
          },
          {
            ends: [
              ['mallory', 'bob'],
              ['bob', 'mallory'],
            ],
            label: 'her visit',
          },
          {
            ends: [
              ['mallory', 'relay'],
              ['bob', 'till'],
            ],
            label: 'port 443',
          },
          {
            ends: [
              ['alice', 'peer'],
              ['bob', 'alice'],
            ],
            taps: [['mallory', 'air']],
            label: 'Alice’s visit',
          },
          {
            ends: [
              ['mallory', 'ca'],
              ['ca', 'peer'],
            ],
            label: 'to the CA',
          },
        ];
    const everybody = [
      { name: 'mallory', protocol: malloryOf(draw, given.predicting) },
      { name: 'till', protocol: till },
      {
        name: 'alice',
        protocol: stack(
          ask(httpRequest('GET', '/', { Host: host })),
          tlsClient({ host, entropy: named(draw, 'alice'), anchors: [root] }),
        ),
      },
      { name: 'bob', protocol: together(serving('mallory'), serving('till'), serving('alice')) },
      { name: 'ca', protocol: site(clerk) },
    ];
    return {
      cast: [
        { actor: 'till', role: 'client', name: 'Till', title: 'a till in a shop' },
        { ...mallory, title: 'Mallory, on the line' },
        bob,
        { actor: 'alice', role: 'client', name: 'Alice', title: 'Alice’s browser', beside: 'till' },
        { actor: 'ca', role: 'server', name: 'CA', title: 'the CA', beside: 'bob' },
      ],
      actors: quiet
        ? [everybody[1], { name: 'bob', protocol: serving('till') }].flatMap((actor) => actor ?? [])
        : everybody,
      wires,
      words: { host, item: order.item },
      facts: (events) => facts(events, given.order, order.secret),
    };
  },
};

// ---- the till ---------------------------------------------------------------------------------------------------

interface Till {
  readonly host: string;
  readonly draw: Entropy;
  readonly root: Uint8Array;
  readonly pinned: Uint8Array;
  readonly request: HttpMessage;
}
/** Its library checks path, dates and name; what else it checks is its patch. */
function* tillOf({ host, draw, root, pinned, request }: Till): Protocol<void> {
  const { policy } = yield* decide(impersonationPoints.patch, { host });
  const usual = browserJudge([root]);
  const judge = (chain: readonly Uint8Array[], name: string): readonly Finding[] => [
    ...usual(chain, name),
    ...extraCheck(policy, chain, pinned, usual(chain, name)),
  ];
  const tls = client({ host, entropy: named(draw, 'till'), judge });
  yield* stack(
    ask(request),
    answering(tls, policy === 'certificate-verify' ? {} : { 'client.onCertificateVerify': { require: 'nothing' } }),
  );
}

/** What a patch adds to the checks of the chain. CertificateVerify is no part of the chain. */
function extraCheck(
  policy: Patch,
  [leaf = new Uint8Array(0)]: readonly Uint8Array[],
  pinned: Uint8Array,
  usual: readonly Finding[],
): readonly Finding[] {
  switch (policy) {
    case 'pin':
      return [
        {
          name: 'pinned copy',
          holds: Buffer.from(leaf).equals(pinned),
          says: 'the certificate is not the one that was pinned',
          alert: 'bad_certificate',
        },
      ];
    case 'revocation':
      return [
        {
          name: 'not revoked',
          holds: !revoked.has(new X509Certificate(pinned).serialNumber),
          says: 'the certificate was revoked',
          alert: 'certificate_revoked',
        },
      ];
    case 'fresh-roots':
      return usual
        .filter(({ name }) => name === 'path')
        .map((finding) => ({ ...finding, name: 'path to fresh roots' }));
    default:
      return [];
  }
}
/** Bob has revoked nothing: his key was never stolen. */
const revoked: ReadonlySet<string> = new Set();

// ---- Mallory ----------------------------------------------------------------------------------------------------

/** What she brought home: Bob's chain, and his signature over a handshake that is long over. */
interface Loot {
  readonly chain: readonly Uint8Array[];
  readonly oldSignature: Uint8Array;
}

function* malloryOf(draw: Entropy, predicting: boolean): Protocol<void> {
  const predicted = predicting ? yield* decide(impersonationPoints.predict, {}) : undefined;
  if (predicted) yield* tell({ what: 'acted', action: 'predicted', bytes: Buffer.from(predicted.event) });
  const loot = yield* obtain(draw);
  if (loot) yield* impersonate(draw, loot);
  yield* close('till');
  for (const link of ['bob', 'relay', 'ca']) yield* close(link);
}

function* obtain(draw: Entropy): Protocol<Loot | undefined> {
  const { id } = yield* decide(impersonationPoints.obtainCertificate, { host });
  switch (id) {
    case 'visit': {
      const seen: { chain?: readonly Uint8Array[]; oldSignature?: Uint8Array } = {};
      const visit = stack(
        ask(httpRequest('GET', '/', { Host: host })),
        client({ host, entropy: named(draw, 'mallory as client'), judge: () => [] }),
      );
      yield* over(
        'bob',
        remembering(visit, (told: Told) => {
          if (told.what !== 'message' || told.direction !== 'received') return;
          if (told.name === 'Certificate')
            seen.chain = decodeCertificate(told.bytes, false).entries.map(({ certificate }) => certificate);
          if (told.name === 'CertificateVerify')
            seen.oldSignature = decodeCertificateVerify(told.bytes, false).signature;
        }),
      );
      const { chain, oldSignature } = seen;
      if (!chain || !oldSignature) return undefined;
      yield* tell({
        what: 'note',
        text: 'Bob’s certificate and one old signature of his are mine: he shows them to every visitor.',
        ...(chain[0] ? { holds: chain[0] } : {}),
      });
      return { chain, oldSignature };
    }
    case 'record':
      yield* tell({ what: 'kept', label: 'Alice’s visit' });
      yield* tell({ what: 'note', text: 'In TLS 1.3 the certificate is sealed: I hear records, no certificate.' });
      yield* tell({ what: 'stalled', missing: 'certificate' });
      return undefined;
    case 'ask-ca': {
      const answer = yield* over('ca', ask(httpRequest('GET', '/private-key?of=shop.example', { Host: 'ca.example' })));
      yield* tell({ what: 'note', text: answer ? parseHttp(answer).body.trim() : 'The CA did not answer.' });
      yield* tell({ what: 'stalled', missing: 'bob.private' });
      return undefined;
    }
  }
}

function* impersonate(draw: Entropy, loot: Loot): Protocol<void> {
  const first = yield* receive('till');
  if ('end' in first) return;
  const { source } = yield* decide(impersonationPoints.selectShare, { groups: [groups.x25519] });
  switch (source) {
    case 'own':
      yield* over('till', replaying(first.bytes, stack(site(steal), serverOf(draw, loot))));
      return;
    case 'relay':
      yield* tell({ what: 'note', text: 'I pass everything on. Bob signs, all fits, and no key is mine.' });
      yield* send(first.bytes, 'relay');
      // biome-ignore lint/correctness/useYield: it only passes on
      yield* passOn('till', 'relay', function* (_from, bytes) {
        return bytes;
      });
      return;
    case 'certificate': {
      const hello = decodeClientHello(first.bytes.subarray(5), false);
      const answer = encodeServerHello({
        legacyVersion: 0x0303,
        random: draw('mallory random'),
        sessionId: hello.sessionId,
        suite: suites.TLS_AES_128_GCM_SHA256,
        compressionMethod: 0,
        extensions: [
          { name: 'key_share', shares: [{ group: groups.x25519, share: rawKeyIn(loot.chain[0]) }] },
          { name: 'supported_versions', versions: [0x0304] },
        ],
      });
      yield* send(plainRecord(contentTypes.handshake, 0x0303, answer.bytes, false).bytes, 'till');
      yield* tell({
        what: 'note',
        text: 'I sent the certificate’s key as my share. Its private half is Bob’s: I cannot compute what comes next.',
      });
      yield* tell({ what: 'stalled', missing: 'bob.private' });
      return;
    }
  }
}

/** The 32 bytes of the Ed25519 key in the certificate. */
const rawKeyIn = (certificate: Uint8Array = new Uint8Array(0)): Uint8Array =>
  Buffer.from(
    createPublicKey(new X509Certificate(certificate).publicKey.export({ format: 'pem', type: 'spki' })).export({
      format: 'jwk',
    }).x ?? '',
    'base64url',
  );

/** A TLS server of hers, with Bob's chain, and whatever proof she decides on. */
const serverOf = (draw: Entropy, { chain, oldSignature }: Loot) =>
  server({
    entropy: named(draw, 'mallory as server'),
    identify: () => ({
      chain,
      scheme: signatureSchemes.ed25519,
      *prove(content) {
        const { source } = yield* decide(impersonationPoints.sendCertificateVerify, { content });
        switch (source) {
          case 'own':
            return sign(null, content, malloryKey(draw));
          case 'old':
            return oldSignature;
          case 'none':
            return undefined;
          case 'insideCertificate':
            yield* tell({
              what: 'note',
              text: 'I walked through every byte of the certificate: there is a public key, and no private one.',
            });
            yield* tell({ what: 'stalled', missing: 'bob.private' });
            return refuse('internal_error', 'no key to sign with');
        }
      },
    }),
  });
const malloryKey = (draw: Entropy) => privateKeyFromSeed('Ed25519', draw('mallory signing key'));

function* steal(request: Uint8Array): Protocol<HttpMessage> {
  const { body } = parseHttp(request);
  yield* tell({ what: 'note', text: `The till sent me: ${body}`, holds: Buffer.from(body, 'latin1') });
  return thanks;
}

// ---- Bob, the CA, and the facts ---------------------------------------------------------------------------------

function* book(request: Uint8Array): Protocol<HttpMessage> {
  if (!parseHttp(request).start.startsWith('POST /order '))
    return httpResponse('200 OK', { 'Content-Type': 'text/plain' }, 'Welcome to the shop.\n');
  return yield* bookAny(request);
}

// biome-ignore lint/correctness/useYield: it asks nobody
function* clerk(): Protocol<HttpMessage> {
  return httpResponse(
    '404 Not Found',
    { 'Content-Type': 'text/plain' },
    'The CA: we signed Bob’s public key. His private key never left his machine.\n',
  );
}

function orderOf(draw: Entropy, name: string) {
  const item = drawOne(draw, `${name} item`, ['lantern', 'compass', 'kettle', 'telescope']);
  const body = `item=${formEncode(item)}&card=${4000 + drawNumber(draw, `${name} card a`, 1000)}+${1000 + drawNumber(draw, `${name} card b`, 9000)}+${1000 + drawNumber(draw, `${name} card c`, 9000)}+${1000 + drawNumber(draw, `${name} card d`, 9000)}`;
  return orderWith(item, body);
}

function facts(events: readonly Event[], name: string, order: Uint8Array): Fact[] {
  const agreed = (by: string) => events.filter((event) => event.what === 'agreed').find((event) => event.by === by);
  const till = agreed('till');
  const fooled =
    till &&
    events.some(
      (event) =>
        event.what === 'agreed' && event.by === 'mallory' && Buffer.from(event.transcript).equals(till.transcript),
    );
  const caught = events.some(
    (event) =>
      event.what === 'check' &&
      event.by === 'till' &&
      event.name === 'CertificateVerify' &&
      !event.holds &&
      event.required,
  );
  const predicted = events.find((event) => event.what === 'acted' && event.action === 'predicted');
  const right = predicted?.what === 'acted' && Buffer.from(predicted.bytes).toString() === stoppedBy(events);
  return [
    ...learned('mallory', events, { [name]: order }),
    ...delivered(events, 'bob', 'order', order, name),
    ...(fooled ? [{ kind: 'accepted', who: 'till', what: 'mallory' } as const] : []),
    ...(caught ? [{ kind: 'detected', who: 'till', what: 'CertificateVerify' } as const] : []),
    ...(right ? [{ kind: 'found', who: 'mallory', what: 'what-stops-me' } as const] : []),
    ...protocolFacts(events),
  ];
}

/** The message at which the till ended the handshake: the one whose check failed, or the one that was due and did not come. */
function stoppedBy(events: readonly Event[]): string | undefined {
  const aborted = events.some(
    (event) =>
      event.what === 'alert' && event.by === 'till' && event.direction === 'sent' && event.alert !== 'close_notify',
  );
  if (!aborted) return events.some((event) => event.what === 'agreed' && event.by === 'till') ? 'nothing' : undefined;
  const failed = events.find(
    (event) => event.what === 'check' && event.by === 'till' && !event.holds && event.required,
  );
  if (failed?.what === 'check')
    return failed.name === 'CertificateVerify' || failed.name === 'Finished' ? failed.name : 'Certificate';
  const read = events.flatMap((event) =>
    event.what === 'message' && event.by === 'till' && event.direction === 'received' ? [event.name] : [],
  );
  const flight = ['ServerHello', 'EncryptedExtensions', 'Certificate', 'CertificateVerify', 'Finished'];
  return flight[flight.indexOf(read.at(-1) ?? '') + 1];
}
