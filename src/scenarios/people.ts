// Who plays: names for the ladder, the game's certificates and dates, and a client and a server as most scenarios use them.
import { authority, type Issued } from '../pki/authority.ts';
import { judge } from '../pki/judge.ts';
import { client, type ClientSetup, type Finding } from '../tls/client.ts';
import { type Entropy, named } from '../tls/entropy.ts';
import type { Protocol } from '../tls/effects.ts';
import { identity, server, type ServerSetup } from '../tls/server.ts';
import type { Cast } from './scenario.ts';

export const alice: Cast = { actor: 'alice', role: 'client', name: 'Alice', title: 'Alice’s browser' };
export const bob: Cast = { actor: 'bob', role: 'server', name: 'Bob', title: 'shop.example' };
export const eve: Cast = { actor: 'eve', role: 'attacker', name: 'Eve', title: 'Eve, who listens' };
export const mallory: Cast = { actor: 'mallory', role: 'attacker', name: 'Mallory', title: 'Mallory, on the line' };

/** The day on which everything happens: certificates are judged by it. */
export const today = new Date('2026-05-04T09:00:00Z');

/** The certificates of a run: the same for the same seed, whatever the act. */
export const certificates = (draw: Entropy) => authority(named(draw, 'authority'), today);

/** The checks of a browser that trusts the game's root. */
export const browserJudge =
  (anchors: readonly Uint8Array[]) =>
  (chain: readonly Uint8Array[], host: string): readonly Finding[] =>
    judge(chain, { host, anchors, now: today });

/** TLS as a client whose application is stacked on top. */
export const tlsClient = (
  setup: Omit<ClientSetup, 'judge'> & { readonly anchors: readonly Uint8Array[] },
): Protocol<unknown> => client({ ...setup, judge: browserJudge(setup.anchors) });

export const tlsServer = (issued: Issued, setup: Omit<ServerSetup, 'identify'>): Protocol<unknown> =>
  server({ ...setup, identify: () => identity(issued.chain, issued.key) });
