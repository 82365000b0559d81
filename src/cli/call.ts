// What every command is called with.
import type { Settings } from './arguments.ts';
import type { Output } from './output.ts';

export interface Call {
  /** The words behind the command. */
  readonly given: readonly string[];
  readonly settings: Settings;
  /** The data folder. */
  readonly folder: string;
  readonly output: Output;
  /** Says what was mistyped; gives the exit code. */
  readonly slip: (says: string) => number;
}
