// The shapes that game, store and screens share. (Working contract; each type moves to the module that owns it.)
import type { Cast, Role } from '../scenarios/scenario.ts';
import type { Field } from '../tls/codec.ts';

export type { Answer, Attempt, Move, Run } from './attempt.ts';
export type { Judged, Option, Snapshot, Waiting } from './play.ts';
export type { Score } from './score.ts';
export type { Seen } from './simulate.ts';
export type { AttemptLog, LevelProgress, LogEvent, Progress } from './progress.ts';

// ---- view.ts: what the player's screen is built from ------------------------------------------------------------
/** A way to see a message: the record on the wire, and what is inside for whoever holds the key. */
export interface Layer {
  readonly title: string;
  readonly bytes: Uint8Array;
  readonly fields: readonly Field[];
}
export interface Row {
  /** Index of the event. */
  readonly id: number;
  readonly kind: 'message' | 'closed' | 'timeout';
  readonly from: string;
  readonly to: string;
  /** `ClientHello`, `POST /login`, `alert: decrypt_error`; empty for what the player cannot read. */
  readonly label: string;
  /** One line that explains it, at most 60 columns. */
  readonly note: string;
  readonly sealed: boolean;
  /** The player's role opened it (always true in the clear). */
  readonly readable: boolean;
  /** Made or changed by an attacker, as far as the player can know. */
  readonly forged: boolean;
  /** Bytes on the wire. */
  readonly size: number;
  readonly layers: readonly Layer[];
}
/** The leg between two neighbours on the ladder. */
export interface Leg {
  readonly left: string;
  readonly right: string;
  readonly shut: boolean;
  readonly yours: boolean;
}
export interface HeldKey {
  readonly label: string;
  readonly value: Uint8Array;
  readonly opens: number;
}
export interface Stage {
  readonly you: string;
  readonly role: Role;
  readonly cast: readonly Cast[];
  readonly rows: readonly Row[];
  readonly legs: readonly Leg[];
  /** What the player's actor found out so far, and checks that failed, in order. */
  readonly notebook: readonly string[];
  readonly keys: readonly HeldKey[];
}
