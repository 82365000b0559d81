// A TLS 1.2 client and server of the engine who exchange something.
import type { Event } from '../../src/scenarios/network.ts';
import type { ClientSetup } from '../../src/tls/client.ts';
import { type Protocol, stack } from '../../src/tls/effects.ts';
import { entropy } from '../../src/tls/entropy.ts';
import { suiteName, suites } from '../../src/tls/registry.ts';
import { client12 } from '../../src/tls/v12/client.ts';
import { identity12 } from '../../src/tls/v12/identity12.ts';
import { server12, type Server12Setup } from '../../src/tls/v12/server.ts';
import { answering, asking, clientSetup, issued, pki } from '../tls/pair.ts';
import { connect } from '../tls/world.ts';

export const rsa = pki.issueFor('shop.example', 'rsa');

/** Every suite, with the leaf that it needs. */
export const allSuites = [
  suites.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
  suites.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
  suites.TLS_RSA_WITH_AES_128_GCM_SHA256,
  suites.TLS_RSA_WITH_AES_128_CBC_SHA,
  suites.TLS_RSA_WITH_NULL_SHA256,
] as const;
export const suiteTable = allSuites.map((suite) => [suiteName(suite), suite] as const);
export const leafFor = (suite: number) => (suite === suites.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 ? issued : rsa);

export const client12Setup = (more: Partial<ClientSetup> = {}): ClientSetup =>
  clientSetup({ suites: allSuites, ...more });
export const server12Setup = (suite: number, more: Partial<Server12Setup> = {}): Server12Setup => {
  const { chain, key } = leafFor(suite);
  return { entropy: entropy('pair server 1.2'), identify: () => identity12(chain, key), suites: [suite], ...more };
};

export interface Pair12 {
  readonly suite?: number;
  readonly client?: Partial<ClientSetup>;
  readonly server?: Partial<Server12Setup>;
  readonly answers?: Readonly<Record<string, unknown>>;
  readonly asking?: () => Protocol<void>;
  readonly answering?: () => Protocol<void>;
}
export const talk12 = ({ suite = allSuites[2], ...pair }: Pair12 = {}): readonly Event[] =>
  connect(
    stack((pair.asking ?? asking)(), client12(client12Setup(pair.client))),
    stack((pair.answering ?? answering)(), server12(server12Setup(suite, pair.server))),
    pair.answers,
  );
