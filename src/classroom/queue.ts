// The attempts of a competition in the player's own log, and how much of them the host has said it keeps. What is still to be
// sent follows from the two: there is no other queue.
import { createHash } from 'node:crypto';
import type { Move } from '../game/attempt.ts';
import type { NewEvent } from '../game/progress.ts';
import { type Moves, mostMovesAtOnce, type Received, type Standing } from './wire.ts';

/**
 * What the log calls an attempt: `1/first-contact/2` is `r1-2-` and 16 digits of the level's SHA-256, because the id of a
 * level may be as long as that of an attempt.
 */
export function logId(attempt: string): string {
  const [round, level = '', number] = attempt.split('/');
  return `r${round}-${number}-${digitsOf(level)}`;
}
/** The attempt that has this id in the log; nothing where it is none of a competition. */
function attemptWith(id: string, level: string): string | undefined {
  const [, round, number] = /^r([1-9]\d{0,2})-([1-9]\d?)-[0-9a-f]{16}$/.exec(id) ?? [];
  const attempt = `${round}/${level}/${number}`;
  return round && logId(attempt) === id ? attempt : undefined;
}
const digitsOf = (level: string): string => createHash('sha256').update(level).digest('hex').slice(0, 16);

export const roundOf = (attempt: string): number => Number(attempt.split('/')[0]);

export interface Queue {
  /** The attempt of the competition that an event is of; nothing where it is of none. */
  readonly attemptOf: (event: NewEvent) => string | undefined;
  /** An event that now stands in the log. */
  readonly add: (event: NewEvent) => void;
  /** What is to be sent next, in order; nothing where the host has all of it. */
  readonly next: () => Moves | undefined;
  /** What the host said to it. Gives the sentences that the player has not heard yet. */
  readonly answered: (sent: Moves, received: Received) => readonly string[];
  /** What the host knows of the player, when nothing is on its way. */
  readonly compare: (standing: Standing) => void;
  /** Moves that the host has not said it keeps. */
  readonly unsent: () => number;
  /** It was begun, here or on another device. */
  readonly isBegun: (attempt: string) => boolean;
  /** It cannot be gone on with: the host refused it, or keeps moves of it that this log does not have. */
  readonly isLost: (attempt: string) => boolean;
}

interface Entry {
  readonly attempt: string;
  readonly contentHash: string;
  readonly moves: Move[];
  /** Moves that the host keeps; undefined while it has not said that it knows of the attempt. */
  kept: number | undefined;
  refused: boolean;
}

export function queueOf(history: Iterable<NewEvent>): Queue {
  /** By their ids in the log, in the order in which they were begun. */
  const entries = new Map<string, Entry>();
  let hostKnows = new Set<string>();
  const byAttempt = (attempt: string): Entry | undefined => entries.get(logId(attempt));
  const isLost = ({ refused, kept, moves }: Entry) => refused || (kept ?? 0) > moves.length;
  const open = () => [...entries.values()].filter((entry) => !isLost(entry));
  const attemptIn = (event: NewEvent): string | undefined => {
    if (!('attempt' in event)) return undefined;
    return event.type === 'started' ? attemptWith(event.attempt, event.level) : entries.get(event.attempt)?.attempt;
  };
  const add = (event: NewEvent): void => {
    const attempt = attemptIn(event);
    if (!attempt) return;
    if (event.type === 'moved') byAttempt(attempt)?.moves.push(event.move);
    if (event.type !== 'started' || entries.has(event.attempt)) return;
    const { contentHash } = event;
    entries.set(event.attempt, { attempt, contentHash, moves: [], kept: undefined, refused: false });
  };
  for (const event of history) add(event);
  return {
    attemptOf: attemptIn,
    add,
    next() {
      const began = open()
        .filter(({ kept }) => kept === undefined)
        .slice(0, mostMovesAtOnce);
      // Whose beginning finds no room yet has to wait with its moves.
      const moves = open()
        .filter((entry) => entry.kept !== undefined || began.includes(entry))
        .flatMap(({ attempt, kept = 0, moves: all }) =>
          all.slice(kept).map((move, index) => ({ attempt, index: kept + index, move })),
        )
        .slice(0, mostMovesAtOnce);
      if (!began.length && !moves.length) return undefined;
      return { began: began.map(({ attempt, contentHash }) => ({ attempt, contentHash })), moves };
    },
    answered({ began, moves }, { kept, refused }) {
      for (const attempt of new Set([...began, ...moves].map((one) => one.attempt))) {
        const entry = byAttempt(attempt);
        if (entry) entry.kept = Object.hasOwn(kept, attempt) ? kept[attempt] : (entry.kept ?? 0);
      }
      return refused.flatMap(({ attempt, says }) => {
        const entry = byAttempt(attempt);
        if (!entry || entry.attempt !== attempt || entry.refused) return [];
        entry.refused = true;
        return [says];
      });
    },
    compare({ round, attempts }) {
      hostKnows = new Set(attempts.map(({ attempt }) => attempt));
      for (const entry of entries.values()) {
        const known = attempts.find(({ attempt }) => attempt === entry.attempt);
        // Of earlier rounds it need not speak any more.
        if (known || roundOf(entry.attempt) === round.number) entry.kept = known?.kept;
      }
    },
    unsent: () => open().reduce((sum, { moves, kept = 0 }) => sum + moves.length - kept, 0),
    isBegun: (attempt) => hostKnows.has(attempt) || byAttempt(attempt) !== undefined,
    isLost(attempt) {
      const entry = byAttempt(attempt);
      return entry !== undefined && isLost(entry);
    },
  };
}
