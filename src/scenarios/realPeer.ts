// What a real program is given that plays an actor: everything that it needs, and nothing of how it is started.
import type { KeyObject } from 'node:crypto';
import type { Protocol, Told } from '../tls/effects.ts';

export type RealPeer = RealServer | RealClient;

/** A TLS server, such as that of OpenSSL. */
export interface RealServer {
  readonly plays: 'server';
  /** Whom it plays. */
  readonly actor: string;
  /** The first is shown to whoever names none of the others. */
  readonly certificates: readonly (ShownCertificate & { readonly name: string })[];
  /** The groups that it takes; it speaks TLS 1.3 alone. */
  readonly groups: readonly number[];
  /** What is said through it: on `peer`, and in the clear there. */
  readonly application: () => Protocol<unknown>;
}
export interface ShownCertificate {
  /** DER, leaf first. */
  readonly chain: readonly Uint8Array[];
  readonly key: KeyObject;
}

/** A client that asks for a page, such as curl. */
export interface RealClient {
  readonly plays: 'client';
  readonly actor: string;
  readonly host: string;
  readonly path: string;
  /** The roots that it trusts (DER), and no others. */
  readonly anchors: readonly Uint8Array[];
  readonly suites: readonly number[];
  /** It sends a share of the first. */
  readonly groups: readonly number[];
  /** What it tells once the whole page has come. */
  readonly got: (page: Uint8Array) => Told;
}

/** What a scene calls the program where it has not been started: its name, and its name with its version. */
export const programWords = ['program', 'version'] as const;
