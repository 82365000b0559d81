// What the teacher's and the projector's page show: all of it, as JSON. The pages have no knowledge of their own.
import type { Board } from './wire.ts';

/** Also for those who look at the wall: nothing of a single player that the public board does not say. */
export interface PublicState {
  /** How a player reaches the host: `192.0.2.7`, with its port where it is not the usual one. */
  readonly address: string;
  /** `K7QM2-9F4DX` */
  readonly code: string;
  /** What a player types. */
  readonly command: string;
  readonly board: Board;
  /** By id, in the order of the round, what the levels of `board.levels` are called. */
  readonly titles: readonly LevelTitle[];
  /** Who has joined and was not taken out, in their order. */
  readonly names: readonly string[];
}

export interface LevelTitle {
  readonly id: string;
  readonly title: string;
}

/** For the teacher alone. */
export interface TeacherState extends PublicState {
  readonly players: readonly PlayerState[];
  readonly heat: readonly Heat[];
  readonly stuck: readonly Stuck[];
  /** All levels that a round can have, in the order in which they are best played. */
  readonly catalogue: readonly (LevelTitle & { readonly chapter: string })[];
}

export interface PlayerState {
  /** 16 hexadecimal digits. */
  readonly id: string;
  readonly name: string;
  readonly team?: string | undefined;
  readonly standing: 'in' | 'kicked' | 'banned';
  /** What stands on the board when it is not frozen. */
  readonly points: number;
  readonly stars: number;
  readonly solved: number;
  /** The level that was begun last and is not over. */
  readonly level?: string | undefined;
  /** When the last move came: milliseconds since 1970. */
  readonly movedAt?: number | undefined;
}

/** How many players have shown a misconception at a level, and how: a cell of the heat map. */
export interface Heat {
  readonly level: string;
  readonly misconception: string;
  /** In words: what such players think. */
  readonly title: string;
  readonly players: number;
  /** Who have begun the level. */
  readonly of: number;
  /** The wrong answer that most of them gave. */
  readonly answer: { readonly step: string; readonly choice: string; readonly times: number };
}

/** Who has been at a level for long without getting on. */
export interface Stuck {
  readonly player: string;
  readonly level: string;
  /** Since the level was begun: milliseconds since 1970. */
  readonly since: number;
  /** Wrong answers in it. */
  readonly wrong: number;
}
