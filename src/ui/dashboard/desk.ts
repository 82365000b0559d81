// What the dashboard of a host is given: what to show, and somebody who obeys.
import type { TeacherState } from '../../classroom/pageState.ts';

export interface Desk {
  /** Calls back when there is something new to show; gives what ends it. */
  readonly follow: (tell: () => void) => () => void;
  /** The same value until there is something new. */
  readonly seen: () => Seen;
  /** Where else players may reach this machine. */
  readonly addresses: readonly string[];
  /** All that can be typed. */
  readonly words: readonly Word[];
  /** Carries out what was typed; gives what there is to say about it. */
  readonly obey: (typed: string) => Promise<readonly string[]>;
  /** What is kept of players, and how the host ends and goes on. */
  readonly notes: readonly string[];
}

export interface Seen {
  readonly state: TeacherState;
  /** What happened, the newest first. */
  readonly events: readonly { readonly at: number; readonly text: string }[];
  /** When it was looked at, in ms since 1970. */
  readonly now: number;
}

export interface Word {
  readonly word: string;
  /** What must follow it: `NAME`, `NAME = NEW`, `LEVELS`; empty where nothing does. */
  readonly takes: string;
  readonly says: string;
}
