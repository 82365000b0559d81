// The shapes that game, store and screens share. (Working contract; each type moves to the module that owns it.)
import type { Asked, Event } from '../scenarios/network.ts';
import type { Cast, Dump, Fact, Picked, Role } from '../scenarios/scenario.ts';
import type { Field } from '../tls/codec.ts';
import type { Act, Level, Step, World } from './level.ts';

// ---- attempt.ts -------------------------------------------------------------------------------------------------
/** A choice by id, or for a pick the bytes that were marked. */
export type Answer =
  | { readonly step: string; readonly choice: string }
  | { readonly step: string; readonly value: Picked };
export type Move =
  | ({ readonly move: 'answer' } & Answer)
  /** Takes back the last answer that stands; allowed only when it was unsafe. */
  | { readonly move: 'rewind' }
  /** A hint of this tier was read at the step that waits. */
  | { readonly move: 'hint'; readonly step: string; readonly tier: 1 | 2 | 3 };
export interface Attempt {
  readonly level: string;
  readonly contentHash: string;
  readonly seed: string;
  readonly moves: readonly Move[];
}
/** The answers that still stand. */
export interface Run {
  readonly level: Level;
  readonly seed: string;
  readonly answers: readonly Answer[];
}

// ---- play.ts ----------------------------------------------------------------------------------------------------
/** What an answer came to: the words of the choice (or of `otherwise`), with the seed's words filled in. */
export interface Judged {
  readonly act: number;
  readonly step: string;
  /** The choice's id, or `otherwise`. */
  readonly choice: string;
  readonly label: string;
  readonly safe: boolean;
  readonly headline: string;
  readonly says: string;
  readonly misconception?: string;
  readonly rfc?: string;
}
/** A choice as it is offered: in the seed's order, words filled in. */
export interface Option {
  readonly id: string;
  readonly label: string;
  readonly note?: string;
}
export interface Waiting {
  readonly step: Step;
  /** With the seed's words filled in. */
  readonly ask: string;
  readonly hints: readonly string[];
  /** Of a choose or predict. Empty for a pick. */
  readonly options: readonly Option[];
  /** Of a pick. */
  readonly dump: readonly Dump[];
  readonly asked: Asked;
}
/** One act as it was played, up to where it waits or ended. */
export interface Seen {
  readonly act: Act;
  readonly world: World;
  /** The actor that the player is. */
  readonly you: string;
  readonly cast: readonly Cast[];
  readonly words: Readonly<Record<string, string>>;
  readonly events: readonly Event[];
  readonly facts: readonly Fact[];
  readonly met: boolean;
}
export interface Snapshot {
  readonly acts: readonly Seen[];
  readonly judged: readonly Judged[];
  readonly waiting?: Waiting;
  /** The unsafe answer after which the reference played to the end; the last act's world shows its harm. */
  readonly slip?: Judged;
  readonly outcome?: 'met' | 'missed';
}

// ---- score.ts ---------------------------------------------------------------------------------------------------
export interface Score {
  /** 0 to 100. */
  readonly points: number;
  readonly stars: 0 | 1 | 2 | 3;
  readonly decisions: readonly {
    readonly step: string;
    readonly tries: number;
    readonly hints: 0 | 1 | 2 | 3;
    readonly points: number;
    readonly of: number;
  }[];
}

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

// ---- progress.ts: the fold of the log ---------------------------------------------------------------------------
/** One line of the log on disk. Append-only; `v` is the version of the format. */
export type LogEvent = { readonly v: 1; readonly at: string; readonly attempt: string } & (
  | { readonly type: 'started'; readonly level: string; readonly contentHash: string; readonly seed: string }
  | { readonly type: 'moved'; readonly move: Move }
  /** What the attempt came to, so that the map need not replay it. */
  | {
      readonly type: 'ended';
      readonly outcome: 'met' | 'missed';
      readonly points: number;
      readonly stars: 0 | 1 | 2 | 3;
    }
);
export interface LevelProgress {
  readonly attempts: number;
  readonly best?: { readonly points: number; readonly stars: 0 | 1 | 2 | 3 };
}
export interface Progress {
  readonly levels: Readonly<Record<string, LevelProgress>>;
  /** The newest attempt of a level that was begun and not ended, to go on with. */
  readonly unfinished: Readonly<Record<string, { readonly id: string; readonly attempt: Attempt }>>;
}
/** The log as store and plain mode use it (`src/store/log.ts` opens it). */
export interface AttemptLog {
  readonly progress: Progress;
  /** What was wrong with the file and what was done about it: one sentence each, for the player. */
  readonly notices: readonly string[];
  /** Appends durably; `at` and `v` are added. A failure to write is a notice, never a crash. */
  readonly record: (event: { readonly attempt: string } & Record<string, unknown>) => void;
}
