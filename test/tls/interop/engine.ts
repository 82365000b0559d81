// The engine's end of a cell, set up as its terms say.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Socket } from 'node:net';
import { issue } from '../../../src/pki/issue.ts';
import { judge } from '../../../src/pki/judge.ts';
import { rsaKey } from '../../../src/pki/keys/rsa.ts';
import { answering } from '../../../src/scenarios/actors.ts';
import { client, type ClientSetup } from '../../../src/tls/client.ts';
import { type Protocol, stack } from '../../../src/tls/effects.ts';
import type { Outcome } from '../../../src/tls/endpoint.ts';
import { entropy } from '../../../src/tls/entropy.ts';
import { privateKeyFromSeed } from '../../../src/tls/groups.ts';
import { identity } from '../../../src/tls/identity.ts';
import { groups, signatureSchemes, suites } from '../../../src/tls/registry.ts';
import { server, type ServerSetup } from '../../../src/tls/server.ts';
import { type Session, sealedWith } from '../../../src/tls/sessions.ts';
import { clientOfBoth } from '../../../src/tls/v12/both.ts';
import { client12 } from '../../../src/tls/v12/client.ts';
import { identity12 } from '../../../src/tls/v12/identity12.ts';
import { server12, type Server12Setup } from '../../../src/tls/v12/server.ts';
import type { Pumped } from '../socket.ts';
import { pump } from '../socket.ts';
import { host, request, serving, visiting } from './http.ts';
import type { Leaf, Terms } from './table.ts';

export interface Owned {
  readonly chain: readonly Uint8Array[];
  readonly key: KeyObject;
}

const day = 24 * 3600 * 1000;
const today = new Date();
const ed25519 = (label: string): KeyObject => privateKeyFromSeed('Ed25519', entropy('interoperation')(label));
const [rootKey, intermediateKey] = [ed25519('root'), ed25519('intermediate')];
const around = {
  notBefore: new Date(today.getTime() - day),
  notAfter: new Date(today.getTime() + day),
  serial: Buffer.alloc(16, 5),
};
const top = { issuer: 'Root', issuerKey: rootKey, ...around };
export const root = issue({ subject: 'Root', key: rootKey, ca: true, ...top });
const intermediate = issue({ subject: 'Intermediate', key: intermediateKey, ca: 0, ...top });
const owned = (key: KeyObject, subject: string, purpose: 'server' | 'client'): Owned => {
  const own = { key, issuerKey: intermediateKey, issuer: 'Intermediate', ...around };
  return { chain: [issue({ ...own, subject, names: [subject], purpose }), intermediate], key };
};
const keys = {
  Ed25519: ed25519('leaf'),
  'P-256': generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  RSA: rsaKey(entropy('interoperation')),
} as const;
const each = (subject: string, purpose: 'server' | 'client') =>
  Object.fromEntries(Object.entries(keys).map(([kind, key]) => [kind, owned(key, subject, purpose)])) as Record<
    Leaf,
    Owned
  >;
export const leaves = each(host, 'server');
export const members = each('alice.example', 'client');
const otherKey = ed25519('stranger');
export const stranger = issue({ ...top, subject: 'Root', key: otherKey, issuerKey: otherKey, ca: true });

const anchorsFor = (terms: Terms) => [terms.stranger ? stranger : root];
const padding = (_type: number, length: number) => Math.max(0, 4000 - length);
const chosen = ({ suite, group, protocol }: Terms) => ({
  ...(suite ? { suites: [suites[suite]] } : {}),
  ...(group ? { groups: [groups[group]] } : {}),
  ...(protocol ? { protocols: [protocol] } : {}),
});

type Endpoint = Protocol<Outcome<void>>;

/** Each has a random of its own, by which its secrets are found. */
let clients = 0;

/** `kept`: sessions of earlier visits, to which new ones are added. */
export function engineClient(terms: Terms, kept: Session[]): Endpoint {
  const session = kept.at(-1);
  const setup: ClientSetup = {
    host,
    entropy: entropy(`client ${++clients}`),
    judge: (chain, name) => judge(chain, { host: name, anchors: anchorsFor(terms), now: today }),
    now: () => Date.now(),
    ...chosen(terms),
    ...(terms.scheme ? { schemes: [signatureSchemes[terms.scheme]] } : {}),
    ...(terms.coalesces ? { coalescing: true } : {}),
    ...(terms.retry === 'group' ? { groups: [groups.x25519, groups.secp256r1] } : {}),
    ...(terms.again ? { keepSession: (one: Session) => void kept.push(one) } : {}),
    ...(session ? { session } : {}),
    ...(session && terms.again?.startsWith('early') ? { earlyData: Buffer.from(request()) } : {}),
    ...(terms.member && terms.member !== 'nothing'
      ? { identity: identity(members[terms.member].chain, members[terms.member].key) }
      : {}),
    ...(terms.pads === 'engine' ? { padding } : {}),
    ...(terms.disguise ? { compatibility: true } : {}),
  };
  return answering(
    terms.engine === 'both' ? clientOfBoth(setup) : terms.engine === 'TLS 1.2' ? client12(setup) : client(setup),
    {
      ...(terms.again === 'psk_ke' && session ? { 'client.offerSession': { offer: true, modes: ['psk_ke'] } } : {}),
      ...(terms.extendedMasterSecret === false
        ? { 'client.extendedMasterSecret': { offer: false, require: false } }
        : {}),
    },
  );
}

export function engineServer(terms: Terms): Endpoint {
  const { chain, key } = leaves[terms.leaf ?? 'Ed25519'];
  const shared = { entropy: entropy('a server'), ...chosen(terms) };
  // What a peer has not read when it closes makes TCP reset, and a reset loses its alert: so all is in one record.
  const coalescing = terms.refused !== undefined || terms.coalesces === true;
  const setup: ServerSetup = {
    ...shared,
    coalescing,
    identify: () => identity(chain, key, terms.scheme && signatureSchemes[terms.scheme]),
    ...(terms.retry ? { groups: [groups.secp256r1] } : {}),
    ...(terms.retry === 'cookie' ? { cookie: Buffer.from('crumbs') } : {}),
    ...(terms.again ? { tickets: ticketsFor(terms.again) } : {}),
    ...(terms.member ? { clientCertificates: { judge: judgeMember } } : {}),
    ...(terms.pads === 'engine' ? { padding } : {}),
  };
  const older: Server12Setup = {
    ...shared,
    coalescing,
    identify: () => identity12(chain, key),
    ...(terms.engine === 'both' ? { tls13: setup } : {}),
  };
  return answering(terms.engine ? server12(older) : server(setup), {
    ...(terms.again === 'psk_ke' ? { 'server.resume': { mode: 'psk_ke' } } : {}),
    ...(terms.extendedMasterSecret === false
      ? { 'server.extendedMasterSecret': { answer: false, require: false } }
      : {}),
  });
}

const judgeMember = (chain: readonly Uint8Array[]) =>
  judge(chain, { host: 'alice.example', anchors: [root], now: today, purpose: 'client' });

function ticketsFor(again: NonNullable<Terms['again']>): NonNullable<ServerSetup['tickets']> {
  return {
    ...sealedWith(Buffer.alloc(32, 7)),
    now: () => Date.now(),
    // Whoever remembers no binder takes no early data.
    ...(again.startsWith('early') ? { maxEarlyData: 4096 } : {}),
    ...(again === 'early data' ? { seen: () => false } : {}),
  };
}

/** A connection in which the server changes its keys needs a second request: what the client says then is under new ones. */
export const requestsIn = (terms: Terms): number => (terms.rekeys ? 2 : 1);
export const visitsIn = (terms: Terms): number => (terms.again ? 2 : 1);

type Connected = Pumped<{ readonly app: string; readonly transport: Outcome<void> }>;

export const visit = (socket: Socket, terms: Terms, kept: Session[]): Promise<Connected> => {
  const early = kept.length > 0 && (terms.again?.startsWith('early') ?? false);
  const talk = { requests: requestsIn(terms), rekeying: terms.rekeys === 'engine', early };
  return pump(socket, stack(visiting(talk), engineClient(terms, kept)));
};
export const serve = (terms: Terms): Protocol<{ readonly app: string; readonly transport: Outcome<void> }> =>
  stack(serving({ requests: requestsIn(terms), rekeying: terms.rekeys === 'engine' }), engineServer(terms));
