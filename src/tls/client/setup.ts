// What a client of TLS 1.3 is set up with.
import type { Judged, Proof } from '../authentication.ts';
import type { Connection, RecordSetup } from '../connection.ts';
import type { Protocol } from '../effects.ts';
import type { Entropy } from '../entropy.ts';
import type { Identity } from '../identity.ts';
import type { ClientHello } from '../messages/clientHello.ts';
import type { Extension } from '../messages/extensions.ts';
import type { Session } from '../sessions.ts';

export interface ClientSetup extends RecordSetup {
  /** The reference name: what the user typed. */
  readonly host: string;
  readonly entropy: Entropy;
  /** Judges a chain (DER, leaf first) for a host. All of its findings are told, and required by the reference rule. */
  readonly judge: (chain: readonly Uint8Array[], host: string) => Judged;
  /** Whether CertificateVerify proves the peer (TLS 1.3); by the first certificate's key where left out. */
  readonly proves?: (proof: Proof) => Protocol<boolean>;
  /** A session to take up again: the hello offers its ticket. */
  readonly session?: Session;
  /** Takes what the server's tickets give; without it, the client asks for none. */
  readonly keepSession?: (session: Session) => void;
  /** Milliseconds, for the age of a session. */
  readonly now?: () => number;
  /** Said before the server has said anything, where the session allows it (2.3). */
  readonly earlyData?: Uint8Array;
  /** What this client shows to a server that asks. */
  readonly identity?: Identity;
  /** Whether it may be asked after the handshake, too (4.2.6). */
  readonly postHandshakeAuth?: boolean;
  /** Offered by the reference rules; the engine's own lists where left out. */
  readonly versions?: readonly number[];
  readonly suites?: readonly number[];
  readonly groups?: readonly number[];
  readonly shares?: readonly number[];
  readonly schemes?: readonly number[];
  readonly protocols?: readonly string[];
  /** Last word on the extensions of a ClientHello. */
  readonly arrange?: (extensions: readonly Extension[]) => readonly Extension[];
  /** Goes on where the server answers this hello with an older version; false, with nothing taken, where it does not. */
  readonly older?: (c: Connection, hello: ClientHello) => Protocol<boolean>;
  /** This client speaks TLS 1.3, and offers less because an earlier hello was not answered. It looks for the marker all the same (4.1.3). */
  readonly fallback?: true;
  /** Looks like TLS 1.2 to boxes on the way: a session id, and a change_cipher_spec that means nothing (D.4). */
  readonly compatibility?: boolean;
}

export const nowOf = ({ now = () => 0 }: ClientSetup): number => now();
