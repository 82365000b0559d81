// The traces of RFC 8448 as peers, and the engine with the inputs that they print: private keys, randoms, the peer's bytes.
import { readFileSync } from 'node:fs';
import { type Event, run } from '../../src/scenarios/network.ts';
import { client } from '../../src/tls/client.ts';
import { connection } from '../../src/tls/connection.ts';
import { close, type Protocol, receive, send, stack } from '../../src/tls/effects.ts';
import { wholeConnection } from '../../src/tls/endpoint.ts';
import type { Entropy } from '../../src/tls/entropy.ts';
import type { Identity } from '../../src/tls/identity.ts';
import { decodeCertificate } from '../../src/tls/messages/certificate.ts';
import { decodeCertificateRequest } from '../../src/tls/messages/certificateRequest.ts';
import { decodeCertificateVerify } from '../../src/tls/messages/certificateVerify.ts';
import { decodeClientHello } from '../../src/tls/messages/clientHello.ts';
import { decodeEncryptedExtensions } from '../../src/tls/messages/encryptedExtensions.ts';
import { type Extension, findExtension } from '../../src/tls/messages/extensions.ts';
import { decodeNewSessionTicket } from '../../src/tls/messages/newSessionTicket.ts';
import { decodeServerHello } from '../../src/tls/messages/serverHello.ts';
import { sendContent } from '../../src/tls/records.ts';
import { contentTypes, groups, suites } from '../../src/tls/registry.ts';
import { handshake, serverPoints } from '../../src/tls/server.ts';
import type { Session } from '../../src/tls/sessions.ts';
import { findAll, hex, unhex } from './world.ts';

export interface Trace {
  readonly keyShares: readonly {
    readonly actor: string;
    readonly group: string;
    readonly private: string;
    readonly public: string;
  }[];
  readonly messages: readonly { readonly actor: string; readonly type: string; readonly hex: string }[];
  readonly transcriptHashes: readonly { readonly afterMessage: number; readonly type: string; readonly hash: string }[];
  readonly ecdhe: string;
  readonly psk?: string;
  readonly secrets: Readonly<Record<string, string>>;
  readonly trafficKeys: Readonly<Record<string, { readonly key: string; readonly iv: string }>>;
  readonly records: readonly {
    readonly actor: string;
    readonly epoch: string;
    readonly seq?: number;
    readonly type: number;
    readonly payload: string;
    readonly record: string;
  }[];
}
export const load = (name: string) =>
  JSON.parse(readFileSync(new URL(`../vectors/rfc8448/${name}.json`, import.meta.url), 'utf8')) as Trace;

export const message = (trace: Trace, type: string, nth = 0): Uint8Array =>
  unhex(trace.messages.filter((m) => m.type === type)[nth]?.hex ?? '');
export const messageOf = (trace: Trace, actor: string, type: string): Uint8Array =>
  unhex(trace.messages.find((m) => m.type === type && m.actor === actor)?.hex ?? '');
export const recordsOf = (trace: Trace, actor: string) => trace.records.filter((r) => r.actor === actor);

/** The draws of an endpoint: exactly what the trace prints as its random and private keys. `change` may spoil one. */
export type Change = (input: Uint8Array, name: string) => Uint8Array;
const asTheyAre: Change = (input) => input;
const drawsOf = (trace: Trace, side: 'client' | 'server', change: Change): Entropy => {
  const hello = side === 'client' ? message(trace, 'ClientHello') : message(trace, 'ServerHello');
  const draws = new Map(
    trace.keyShares.filter((k) => k.actor === side).map((k) => [`${side} ${k.group} private key`, unhex(k.private)]),
  );
  draws.set('random', hello.subarray(6, 38));
  draws.set('session id', hello.subarray(39, 39 + (hello[38] ?? 0)));
  return (label) => change(draws.get(label) ?? fail(`no draw for ${label}`), label);
};
const fail = (why: string): never => {
  throw new Error(why);
};

/** Sends each item, waits for an answer before the next, then reads to the end. */
function* talk(said: readonly Uint8Array[], first: boolean): Protocol<void> {
  for (const bytes of said) yield* send(bytes);
  if (first) yield* receive();
  yield* close();
  for (;;) if ('end' in (yield* receive())) return;
}

/** The peer of the trace: it says its records, each when it is due, and hears the rest out. */
function* script(trace: Trace, actor: 'client' | 'server', change: Change): Protocol<void> {
  let at = 0;
  const mine = recordsOf(trace, actor);
  for (const [index, record] of trace.records.entries()) {
    if (record.actor === actor) {
      yield* send(change(unhex(record.record), `record ${index}`));
      at++;
    } else if ('end' in (yield* receive())) return;
  }
  if (at !== mine.length) fail('the trace was not said to its end');
  yield* close();
  for (;;) if ('end' in (yield* receive())) return;
}

export const play = (name: 'client' | 'server', own: Protocol<unknown>, other: Protocol<unknown>): readonly Event[] =>
  run(
    [
      { name, protocol: own },
      { name: 'trace', protocol: other },
    ],
    [
      {
        ends: [
          [name, 'peer'],
          ['trace', 'peer'],
        ],
      },
    ],
    ({ question }) => ({ answer: question.reference() }),
  ).events;
export const wireOf = (events: readonly Event[], by: string) =>
  findAll(events, by, 'wire').map(({ bytes }) => hex(bytes));
export const secretOf = (events: readonly Event[], by: string, label: string) =>
  hex(findAll(events, by, 'secret').find((e) => e.label === label)?.value ?? new Uint8Array(0));

/** Extensions of the trace that the engine does not make by itself are inputs; they are put where the trace has them. */
const arrangeLike =
  (target: readonly Extension[]) =>
  (own: readonly Extension[]): readonly Extension[] =>
    target.map((extension) => own.find((mine) => mine.name === extension.name && mine.name !== 'other') ?? extension);

const clientSetup = (trace: Trace, change: Change) => {
  const first = decodeClientHello(message(trace, 'ClientHello'));
  const hellos = trace.messages.filter((m) => m.type === 'ClientHello').map((m) => decodeClientHello(unhex(m.hex)));
  let sent = 0;
  return {
    host: 'server',
    coalescing: true,
    compatibility: first.sessionId.length > 0,
    ...resumptionOf(trace),
    ...(asks(trace) ? { identity: identityOf(trace, 'client') } : {}),
    entropy: drawsOf(trace, 'client', change),
    judge: () => [],
    suites: first.suites,
    groups: findExtension(first.extensions, 'supported_groups')?.groups ?? [],
    shares: [groups.x25519],
    schemes: findExtension(first.extensions, 'signature_algorithms')?.schemes ?? [],
    arrange: (own: readonly Extension[]) => arrangeLike(hellos[sent++]?.extensions ?? [])(own),
  };
};

/** The ticket that the first trace ended with, which the trace of section 4 offers. */
function sessionOf(trace: Trace): Session | undefined {
  const { identities: [offered] = [] } =
    findExtension(decodeClientHello(message(trace, 'ClientHello')).extensions, 'pre_shared_key') ?? {};
  if (!offered || !trace.psk) return undefined;
  const ticket = decodeNewSessionTicket(message(load('simple-1rtt'), 'NewSessionTicket'));
  return {
    host: 'server',
    suite: suites.TLS_AES_128_GCM_SHA256,
    psk: unhex(trace.psk),
    ageAdd: ticket.ageAdd,
    lifetime: ticket.lifetime,
    since: 0,
    maxEarlyData: findExtension(ticket.extensions, 'early_data')?.maxSize ?? 0,
    ticket: ticket.ticket,
  };
}
/** The age that the hello of the trace says, in milliseconds. */
const ageIn = (trace: Trace, ageAdd: number): number => {
  const { identities = [] } =
    findExtension(decodeClientHello(message(trace, 'ClientHello')).extensions, 'pre_shared_key') ?? {};
  return ((identities[0]?.age ?? 0) - ageAdd + 2 ** 32) % 2 ** 32;
};
const early = (trace: Trace) =>
  trace.records.find(({ epoch, type }) => epoch === 'early' && type === 23)?.payload ?? '';
function resumptionOf(trace: Trace) {
  const session = sessionOf(trace);
  return session ? { session, now: () => ageIn(trace, session.ageAdd), earlyData: unhex(early(trace)) } : {};
}
function ticketsOf(trace: Trace) {
  const session = sessionOf(trace);
  return session
    ? {
        tickets: {
          open: (ticket: Uint8Array) => (hex(ticket) === hex(session.ticket) ? session : undefined),
          seal: () => new Uint8Array(0),
          seen: () => false,
          count: 0,
          now: () => ageIn(trace, session.ageAdd),
        },
      }
    : {};
}

const serverSetup = (trace: Trace, change: Change) => ({
  entropy: drawsOf(trace, 'server', change),
  coalescing: true,
  groups: trace.keyShares.some((k) => k.group === 'secp256r1') ? [groups.secp256r1] : [groups.x25519],
  suites: [suites.TLS_AES_128_GCM_SHA256],
  ...(cookieOf(trace) ? { cookie: cookieOf(trace) as Uint8Array } : {}),
  arrange: (name: 'HelloRetryRequest' | 'EncryptedExtensions' | 'CertificateRequest', own: readonly Extension[]) =>
    arrangeLike(
      name === 'EncryptedExtensions'
        ? decodeEncryptedExtensions(message(trace, name)).extensions
        : name === 'CertificateRequest'
          ? decodeCertificateRequest(message(trace, name)).extensions
          : decodeServerHello(message(trace, name)).extensions.filter((e) => e.name !== 'supported_versions'),
    )(own),
  ...ticketsOf(trace),
  ...(asks(trace) ? { clientCertificates: { judge: () => [], schemes: schemesIn(trace) } } : {}),
  identify: () => identityOf(trace, 'server'),
});
const asks = (trace: Trace): boolean => trace.messages.some(({ type }) => type === 'CertificateRequest');
const schemesIn = (trace: Trace): readonly number[] =>
  findExtension(decodeCertificateRequest(message(trace, 'CertificateRequest')).extensions, 'signature_algorithms')
    ?.schemes ?? [];
/** The certificate of a side and its signature, which is randomised: it is taken from the trace, and verified elsewhere. */
const identityOf = (trace: Trace, side: string): Identity => {
  const { scheme, signature } = decodeCertificateVerify(messageOf(trace, side, 'CertificateVerify'));
  return {
    chain: decodeCertificate(messageOf(trace, side, 'Certificate')).entries.map((e) => e.certificate),
    scheme,
    // biome-ignore lint/correctness/useYield: it asks nobody
    *prove() {
      return signature;
    },
  };
};
const cookieOf = (trace: Trace): Uint8Array | undefined =>
  trace.messages.some((m) => m.type === 'HelloRetryRequest')
    ? findExtension(decodeServerHello(message(trace, 'HelloRetryRequest')).extensions, 'cookie')?.cookie
    : undefined;

const applicationData = (trace: Trace, actor: string) =>
  recordsOf(trace, actor)
    .filter((r) => r.type === contentTypes.application_data && r.epoch === 'application')
    .map((r) => unhex(r.payload));

/** The engine's client against the records of the trace's server. */
export function runClient(trace: Trace, change: Change = asTheyAre): readonly Event[] {
  const data = applicationData(trace, 'client');
  return play(
    'client',
    stack(talk(data, data.length > 0), client(clientSetup(trace, change))),
    script(trace, 'server', change),
  );
}

/** The engine's server against the records of the trace's client. */
export function runServer(trace: Trace, change: Change = asTheyAre): readonly Event[] {
  const data = applicationData(trace, 'server');
  return play('server', stack(answer(data), traceServer(trace, change)), script(trace, 'client', change));
}

/** The server as it is, but for the NewSessionTicket, which it does not make: it seals and sends that of the trace. */
function* traceServer(trace: Trace, change: Change): Protocol<unknown> {
  const c = connection({ side: 'server', onRecord: serverPoints.onRecord, coalescing: true });
  const changed = function* (): Protocol<void> {
    yield* handshake(c, serverSetup(trace, change));
    for (const { type, hex: ticket } of trace.messages)
      if (type === 'NewSessionTicket') yield* sendContent(c, contentTypes.handshake, unhex(ticket));
  };
  return yield* wholeConnection(c, changed(), serverPoints);
}

/** Answers what it is asked, then closes once the other side has. */
function* answer(said: readonly Uint8Array[]): Protocol<void> {
  let next = 0;
  for (;;) {
    if ('end' in (yield* receive())) break;
    const reply = said[next++];
    if (reply) yield* send(reply);
  }
  yield* close();
}
