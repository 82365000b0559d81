// Every state in which an endpoint waits for its peer, by the names of RFC 8446 A.1 and A.2; TLS 1.2, which names no states, by
// the message of RFC 5246 figure 1 that is due. For each an honest talk that leads there, whose peer's keys are at hand.
import type { KeyObject } from 'node:crypto';
import { issue } from '../../../src/pki/issue.ts';
import { judge } from '../../../src/pki/judge.ts';
import type { Event } from '../../../src/scenarios/network.ts';
import { privateKeyFromSeed } from '../../../src/tls/groups.ts';
import { identity } from '../../../src/tls/identity.ts';
import { close, type Protocol, receive, send, wishFor } from '../../../src/tls/effects.ts';
import { groups, suites } from '../../../src/tls/registry.ts';
import { type Session, sealedWith } from '../../../src/tls/sessions.ts';
import { insider12, type Item12 } from '../../tls12/insider12.ts';
import { type Insider, insider, type Item, listening, otherOf, type Side } from '../insider.ts';
import { exchangeOf, type PairSetup } from '../pair.ts';

export interface State {
  readonly version: 'TLS 1.3' | 'TLS 1.2';
  readonly side: Side;
  readonly name: string;
  /** What the peer says in the honest talk, and which of it is due in this state. */
  readonly items: readonly Item[];
  readonly place: number;
  readonly established: boolean;
  readonly seal: (items: readonly Item[]) => readonly Uint8Array[];
  readonly hear: (pieces: readonly Uint8Array[]) => readonly Event[];
}

const [day, now] = [24 * 3600 * 1000, new Date('2026-05-04T09:00:00Z')];
const [clubKey, memberKey] = [3, 4].map((byte) => privateKeyFromSeed('Ed25519', Buffer.alloc(32, byte))) as [
  KeyObject,
  KeyObject,
];
const shared = {
  issuer: 'Club',
  issuerKey: clubKey,
  serial: Buffer.alloc(16, 9),
  notBefore: new Date(now.getTime() - day),
  notAfter: new Date(now.getTime() + day),
};
const club = issue({ ...shared, subject: 'Club', key: clubKey, ca: true });
const alice = { subject: 'alice', key: memberKey, names: ['alice.example'], purpose: 'client' } as const;
const member = issue({ ...shared, ...alice });

const tickets = { ...sealedWith(Buffer.alloc(32, 7)), now: () => 0, maxEarlyData: 2 ** 14, seen: () => false };
const sessionOf = (): Session => {
  const kept: Session[] = [];
  exchangeOf({ client: { keepSession: (one) => void kept.push(one), now: () => 0 }, server: { tickets } });
  return kept[0] as Session;
};

const judgeMember = (chain: readonly Uint8Array[]) =>
  judge(chain, { host: 'alice.example', anchors: [club], now, purpose: 'client' });
const asked: PairSetup = {
  client: { identity: identity([member], memberKey) },
  server: { clientCertificates: { judge: judgeMember } },
};
const talks = {
  usual: () => insider(),
  'asked again': () => insider({ server: { groups: [groups.secp256r1] } }),
  'with a client certificate': () => insider(asked),
  'asked later': () =>
    insider({
      client: { ...asked.client, postHandshakeAuth: true },
      server: { clientCertificates: { judge: judgeMember, when: 'later' } },
      asking: saying,
      answering: askingWho,
    }),
  'with early data': () =>
    insider({
      client: { session: sessionOf(), now: () => 0, earlyData: Buffer.from('Is it there yet?') },
      server: { tickets },
    }),
} as const;

/** Once it has heard a word, it asks who the client is (4.6.2). */
function* askingWho(): Protocol<void> {
  yield* receive();
  yield* wishFor({ wish: 'clientCertificate', about: 'the parcel' });
  for (;;) {
    const received = yield* receive();
    if ('end' in received) break;
    if (received.news) yield* send(Buffer.from('It is, and it is yours.'));
  }
  yield* close();
}
/** Says a word, and hears an answer. */
function* saying(): Protocol<void> {
  yield* send(Buffer.from('Is it there yet?'));
  yield* receive();
  yield* close();
  while (!('end' in (yield* receive())));
}

type Row13 = readonly [Side, name: string, talk: keyof typeof talks, due: string];
const table13: readonly Row13[] = [
  ['client', 'WAIT_SH', 'usual', 'ServerHello'],
  ['client', 'WAIT_SH, after a HelloRetryRequest', 'asked again', 'ServerHello'],
  ['client', 'WAIT_EE', 'usual', 'EncryptedExtensions'],
  ['client', 'WAIT_CERT_CR', 'usual', 'Certificate'],
  ['client', 'WAIT_CERT_CR, of a server that asks', 'with a client certificate', 'CertificateRequest'],
  ['client', 'WAIT_CERT', 'with a client certificate', 'Certificate'],
  ['client', 'WAIT_CV', 'usual', 'CertificateVerify'],
  ['client', 'WAIT_FINISHED', 'usual', 'Finished'],
  ['client', 'CONNECTED', 'usual', 'application data'],
  ['client', 'CONNECTED, before it is asked who it is', 'asked later', 'CertificateRequest'],
  ['server', 'START', 'usual', 'ClientHello'],
  ['server', 'START, after a HelloRetryRequest', 'asked again', 'ClientHello'],
  ['server', 'WAIT_EOED', 'with early data', 'EndOfEarlyData'],
  ['server', 'WAIT_CERT', 'with a client certificate', 'Certificate'],
  ['server', 'WAIT_CV', 'with a client certificate', 'CertificateVerify'],
  ['server', 'WAIT_FINISHED', 'usual', 'Finished'],
  ['server', 'CONNECTED', 'usual', 'application data'],
  ['server', 'CONNECTED, WAIT_CERT', 'asked later', 'Certificate'],
  ['server', 'CONNECTED, WAIT_CV', 'asked later', 'CertificateVerify'],
];

const talks12 = {
  ECDHE: () => insider12({ suite: suites.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 }),
  'RSA, CBC': () => insider12({ suite: suites.TLS_RSA_WITH_AES_128_CBC_SHA }),
} as const;
type Row12 = readonly [Side, due: string, talk: keyof typeof talks12];
const table12: readonly Row12[] = [
  ...['ServerHello', 'Certificate', 'ServerKeyExchange', 'ServerHelloDone', 'ChangeCipherSpec', 'Finished'].map(
    (due) => ['client', due, 'ECDHE'] as const,
  ),
  ['client', 'application data', 'ECDHE'],
  ['client', 'application data', 'RSA, CBC'],
  ...['ClientHello', 'ClientKeyExchange', 'ChangeCipherSpec', 'Finished', 'application data'].map(
    (due) => ['server', due, 'ECDHE'] as const,
  ),
  ['server', 'ClientKeyExchange', 'RSA, CBC'],
  ['server', 'Finished', 'RSA, CBC'],
  ['server', 'application data', 'RSA, CBC'],
];

const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
};
const made13 = Object.fromEntries(Object.entries(talks).map(([name, make]) => [name, once(make)])) as Record<
  keyof typeof talks,
  () => Insider
>;
const made12 = Object.fromEntries(Object.entries(talks12).map(([name, make]) => [name, once(make)])) as Record<
  keyof typeof talks12,
  () => ReturnType<typeof insider12>
>;

function state13([side, name, talk, due]: Row13): State {
  const { itemsOf, seal, hears } = made13[talk]();
  const peer = otherOf(side);
  const items = itemsOf(peer);
  // Of two ClientHellos it is the second that is due where the server asked again.
  const named = items.flatMap((item, index) => (item.name === due ? [index] : []));
  const place = (name.startsWith('START, after') ? named[1] : named[0]) ?? -1;
  return {
    ...{ version: 'TLS 1.3', side, name, items, place },
    established: name.startsWith('CONNECTED'),
    seal: (all) => seal(peer, all),
    hear: (pieces) =>
      hears(side, pieces, talk === 'asked later' && side === 'server' ? {} : { application: listening }),
  };
}

function state12([side, due, talk]: Row12): State {
  const { itemsOf, seal, hears } = made12[talk]();
  const peer = otherOf(side);
  const items = itemsOf(peer).map(({ sealed, ...item }): Item => ({ ...item, key: sealed ? 'sealed' : undefined }));
  const asItem12 = ({ type, content, key }: Item): Item12 => ({ type, content, sealed: key !== undefined });
  return {
    ...{ version: 'TLS 1.2', side, name: `${due} (${talk})`, items },
    place: items.findIndex(({ name }) => name === due),
    established: due === 'application data',
    seal: (all) => seal(peer, all.map(asItem12)),
    hear: (pieces) => hears(side, pieces),
  };
}

/** In the order in which a connection comes to them. */
export const states = (): readonly State[] => [...table13.map(state13), ...table12.map(state12)];
