// What a situation is: its actors and cables, its words, and the facts that came about.
import * as z from 'zod';
import type { DecisionPoint, Direction } from '../tls/effects.ts';
import type { Field } from '../tls/codec.ts';
import type { Entropy } from '../tls/entropy.ts';
import type { Actor, Event, Wire } from './network.ts';
import type { RealPeer } from './realPeer.ts';

export type Role = 'client' | 'server' | 'attacker';

/** An actor as the ladder shows it. The first of a role is the one that a player of that role is. */
export interface Cast {
  readonly actor: string;
  readonly role: Role;
  /** `Alice`, at most 10 columns. */
  readonly name: string;
  /** `Alice’s browser`, at most 22 columns. */
  readonly title: string;
  /** Shares that actor's lifeline on the ladder. */
  readonly beside?: string;
  /** What the player takes the actor for, until a wrong answer unmasks it. */
  readonly seems?: Pick<Cast, 'role' | 'name' | 'title'>;
}
/** The cast as the player sees it. */
export const masked = (cast: readonly Cast[]): readonly Cast[] =>
  cast.map(({ seems, ...one }) => ({ ...one, ...seems }));

/** Something that happened, or never did. The kinds are listed in `facts.ts`. */
export interface Fact {
  readonly kind: FactKind;
  readonly who: string;
  readonly what: string;
}
export const factKinds = [
  'delivered',
  'learned',
  'accepted',
  'aborted',
  'detected',
  'negotiated',
  'found',
  'guessed',
  'stalled',
  'spent',
  'linked',
] as const;
export type FactKind = (typeof factKinds)[number];

export interface Scene {
  readonly cast: readonly Cast[];
  readonly actors: readonly Actor[];
  readonly wires: readonly Wire[];
  /** Values that the seed decides, for `{name}` in a level's texts, answers and picks. */
  readonly words: Readonly<Record<string, string>>;
  /** What has come about so far. Facts only accumulate. */
  readonly facts: (events: readonly Event[]) => readonly Fact[];
  /** The actor that a real program plays where a level is played live; what else it says stands in for it in the model. */
  readonly real?: RealPeer;
}

/** A situation of which levels are made. `Setup` is what a level file may set. */
export interface Scenario<Setup = unknown> {
  readonly name: string;
  readonly setup: z.ZodType<Setup>;
  /** Every decision point that an actor of this scenario may ask, each with its actors. */
  readonly points: readonly DecisionPoint[];
  /** The names of `words`, so that a level file can be checked without a run. */
  readonly words: readonly string[];
  /** The facts that a level may speak of: per kind, who, and what. */
  readonly vocabulary: Readonly<Partial<Record<FactKind, readonly (readonly [who: string, what: string])[]>>>;
  /** How a brief may speak of what a fact names, where not by the words of its name: `{ sid: ['cookie'] }`. */
  readonly called?: Readonly<Record<string, readonly string[]>>;
  readonly scene: (setup: Setup, entropy: Entropy) => Scene;
}

/** What a player may pick from: what the asking actor has before it. Part of the situation of every point that is picked. */
export interface Dump {
  /** `POST /login`, `ClientHello`. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly fields: readonly Field[];
  /** The bytes on the cable that this came from, so that the ladder can show where. */
  readonly wire: Uint8Array;
  readonly direction?: Direction;
}
/** The answer of every point that is picked: bytes of one entry of the dump. */
export const pickedSchema = z.strictObject({
  record: z.number().int().min(0).max(999),
  offset: z.number().int().min(0).max(0xffffff),
  length: z.number().int().min(1).max(0xffffff),
});
export type Picked = z.output<typeof pickedSchema>;
