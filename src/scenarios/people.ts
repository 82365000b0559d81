// Who plays: names for the ladder, the game's certificates and dates, and a client and a server as most scenarios use them.
import { authority, type Issued } from '../pki/authority.ts';
import { judge } from '../pki/judge.ts';
import { client, type ClientSetup, type Finding } from '../tls/client.ts';
import { type Entropy, named } from '../tls/entropy.ts';
import type { Protocol } from '../tls/effects.ts';
import { identity, server, type ServerSetup } from '../tls/server.ts';
import { clientOfBoth } from '../tls/v12/both.ts';
import { identity12 } from '../tls/v12/identity12.ts';
import { server12 } from '../tls/v12/server.ts';
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
  (anchors: readonly Uint8Array[], now = today) =>
  (chain: readonly Uint8Array[], host: string): readonly Finding[] =>
    judge(chain, { host, anchors, now });

/** TLS as a client whose application is stacked on top. */
export const tlsClient = (
  setup: Omit<ClientSetup, 'judge'> & {
    readonly anchors: readonly Uint8Array[];
    /** By which certificates are judged; today where it is left out. */
    readonly day?: Date;
  },
): Protocol<unknown> => client({ ...setup, judge: browserJudge(setup.anchors, setup.day) });

/** The same, of TLS 1.3 and TLS 1.2. */
export const tlsClientOfBoth = (
  setup: Omit<ClientSetup, 'judge'> & { readonly anchors: readonly Uint8Array[] },
): Protocol<unknown> => clientOfBoth({ ...setup, judge: browserJudge(setup.anchors) });

export const tlsServer = (issued: Issued, setup: Omit<ServerSetup, 'identify'>): Protocol<unknown> =>
  server({ ...setup, identify: () => identity(issued.chain, issued.key) });

/**
 * Speaks TLS 1.2 with whoever does not offer 1.3. `issuedFor` gives the certificate by the name that the client asks for;
 * `suites` are those of TLS 1.2.
 */
export const tlsServerOfBoth = (
  entropy: Entropy,
  issuedFor: (name: string | undefined) => Issued,
  suites?: readonly number[],
): Protocol<unknown> => {
  const by =
    <T>(make: (chain: Issued['chain'], key: Issued['key']) => T) =>
    (name: string | undefined): T => {
      const { chain, key } = issuedFor(name);
      return make(chain, key);
    };
  const salted = (chain: Issued['chain'], key: Issued['key']) => identity(chain, key, undefined, entropy('PSS salt'));
  return server12({
    entropy,
    identify: by(identity12),
    ...(suites ? { suites } : {}),
    tls13: { entropy, identify: by(salted) },
  });
};
