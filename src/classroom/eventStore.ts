// Where the events of a competition are kept: what `journal.ts` (a file) and `postgres.ts` (a database) both do.
import type { CompetitionEvent, Stored } from './events.ts';

/** An event to be appended. */
export interface Wanted {
  /** Of all events with the same key the first that comes is kept: a name is taken once, a move is made once. */
  readonly key?: string;
  readonly event: CompetitionEvent;
}
export interface Appended {
  readonly number: number;
  /** False where an event with its key stood there already; `number` is that one's. */
  readonly fresh: boolean;
}
export interface EventStore {
  /** What was found at opening that the teacher should know, a sentence each. */
  readonly notices: readonly string[];
  /**
   * Appends a batch; resolves once it is durable, in the order of the batch. All of it is kept or none of it. Rejects with
   * StoreFault where it cannot be kept, and of an uncertain end (the connection broke) it is safe to append the same keys again.
   */
  readonly append: (batch: readonly Wanted[]) => Promise<readonly Appended[]>;
  /** Events with higher numbers, in order, at most `most` (5,000 if not said). */
  readonly read: (after: number, most?: number) => Promise<readonly Stored[]>;
  /** The number of the last event; 0 where there is none. */
  readonly head: () => Promise<number>;
  /**
   * Tells all events behind `after`, then each as it becomes durable, whichever host wrote it: in order, none twice, none
   * left out. `heard` is told after each look whether the store could not be read. Gives what ends it.
   */
  readonly follow: (
    after: number,
    tell: (events: readonly Stored[]) => void,
    heard?: (fault: StoreFault | undefined) => void,
  ) => () => void;
  /** Of this player nothing is kept but that there were events: they become `erased`, on disk too. Their keys stay taken. */
  readonly erase: (player: string) => Promise<void>;
  /** Deletes everything of the competition, and closes. */
  readonly purge: () => Promise<void>;
  /** Ends the followers, writes what was accepted, lets go of the file or the connections. */
  readonly close: () => Promise<void>;
}

/** The store cannot do it now, or not with what it found: one sentence for the teacher, with what to do. */
export class StoreFault extends Error {}
