// What a server of TLS 1.3 is set up with.
import type { Finding } from '../authentication.ts';
import type { RecordSetup } from '../connection.ts';
import type { Entropy } from '../entropy.ts';
import type { Identity } from '../identity.ts';
import type { Extension } from '../messages/extensions.ts';
import type { TicketSeal } from '../sessions.ts';

export interface ServerSetup extends RecordSetup {
  readonly entropy: Entropy;
  /** By the name the client asked for; nothing refuses with unrecognized_name. */
  readonly identify: (serverName: string | undefined) => Identity | undefined;
  /** In the server's order of preference; the engine's own lists where left out. */
  readonly suites?: readonly number[];
  readonly groups?: readonly number[];
  readonly protocols?: readonly string[];
  /** Whether clients get tickets to come back with. */
  readonly tickets?: Tickets;
  /** Whether to ask clients who they are, and how their answers are judged. */
  readonly clientCertificates?: ClientCertificates;
  /** Sent in a HelloRetryRequest and wanted back. */
  readonly cookie?: Uint8Array;
  /** Last word on the extensions of these messages. */
  readonly arrange?: (
    message: 'HelloRetryRequest' | 'EncryptedExtensions' | 'CertificateRequest',
    extensions: readonly Extension[],
  ) => readonly Extension[];
}

export interface Tickets extends TicketSeal {
  /** Milliseconds. */
  readonly now: () => number;
  /** How many a client gets; one where it is left out. */
  readonly count?: number;
  /** Seconds; two hours where it is left out, a week at most. */
  readonly lifetime?: number;
  /** Most bytes of early data; none where it is left out. */
  readonly maxEarlyData?: number;
  /** Whether a hello with this binder has come before; remembers it. Without such a memory no early data is taken. */
  readonly seen?: (binder: Uint8Array) => boolean;
}

export interface ClientCertificates {
  /** Judges a chain (DER, leaf first). */
  readonly judge: (chain: readonly Uint8Array[]) => readonly Finding[];
  /** Whether a client without a certificate is served as well. */
  readonly optional?: boolean;
  /** Names in DER that clients are told of. */
  readonly authorities?: readonly Uint8Array[];
  readonly schemes?: readonly number[];
  /** In the handshake, which is so where it is left out; or after it, each time that the application asks. */
  readonly when?: 'handshake' | 'later';
}
