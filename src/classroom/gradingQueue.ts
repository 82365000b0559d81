// Grades what was moved and not graded yet, whichever host took the moves, also after a restart.
import { contentHash, type Move } from '../game/attempt.ts';
import type { Level } from '../game/level.ts';
import { ThreadFault } from '../live/threads.ts';
import { type Attempt, type Competition, roundOf } from './competition.ts';
import { type EventStore, StoreFault } from './eventStore.ts';
import { type EventOf, seedOf } from './events.ts';
import type { Graders } from './graders.ts';

interface Setup {
  readonly competition: Competition;
  readonly store: EventStore;
  readonly graders: Graders;
  readonly levels: readonly Level[];
  /** Resolves once `competition` has the event of that number. */
  readonly reached: (number: number) => Promise<void>;
  /** As many are graded at a time. */
  readonly most: number;
  /** Told of mistakes of our own. */
  readonly failed: (error: unknown) => void;
}
export interface GradingQueue {
  /** The moves came to this host: it grades them at once. */
  readonly took: (attempt: string, player: string) => void;
  /** There may be more to grade. */
  readonly wake: () => void;
  readonly close: () => void;
}

/** What came to another host is graded here after so long, in ms, if it still waits: that host may be gone. */
const patience = 2_000;
/** Between two looks for such attempts, and after the store refused, in ms. */
const lookEvery = 1_000;

export function gradingQueue({ competition, store, graders, levels, reached, most, failed }: Setup): GradingQueue {
  const byHash = new Map(levels.map((level) => [`${level.id} ${contentHash(level)}`, level]));
  const own = new Set<string>();
  /** Since when each is known to wait. */
  const since = new WeakMap<Attempt, number>();
  const now = new Set<Attempt>();
  let closed = false;

  const nameOf = ({ player, id }: Pick<Attempt, 'player' | 'id'>): string => `${player} ${id}`;
  const known = (id: string, hash: string): Level | undefined => byHash.get(`${id} ${hash}`);
  const levelOf = ({ level, contentHash: hash }: Attempt): Level | undefined => known(level, hash);
  const waitsSince = (attempt: Attempt): number => {
    const first = since.get(attempt) ?? performance.now();
    since.set(attempt, first);
    return first;
  };
  // A level that does something else here cannot be replayed: a host with the round's own may grade it.
  const isDue = (attempt: Attempt): boolean => {
    const waited = performance.now() - waitsSince(attempt);
    return !now.has(attempt) && levelOf(attempt) !== undefined && (own.has(nameOf(attempt)) || waited >= patience);
  };
  let prepared: unknown;
  /** Before anybody plays it. */
  const prepare = () => {
    const round = roundOf(competition);
    if (round === prepared) return;
    prepared = round;
    void graders.rehearse(round?.levels.flatMap(({ id, contentHash: hash }) => known(id, hash) ?? []) ?? []);
  };
  function wake(): void {
    if (closed) return;
    prepare();
    if (now.size >= most) return;
    // Who has waited longest comes first: nobody keeps the others waiting by sending more and more.
    const due = [...competition.ungraded].filter(isDue).sort((a, b) => waitsSince(a) - waitsSince(b));
    for (const attempt of due.slice(0, most - now.size)) {
      now.add(attempt);
      void gradeNow(attempt).then((isDone) => {
        now.delete(attempt);
        since.delete(attempt);
        if (!competition.ungraded.has(attempt)) own.delete(nameOf(attempt));
        if (isDone) wake();
      });
    }
  }
  /** False where it is to be tried again later. */
  async function gradeNow(attempt: Attempt): Promise<boolean> {
    const { created, regrades } = competition;
    const level = levelOf(attempt);
    if (!created || !level) return false;
    const { id, player } = attempt;
    const regrade = regrades.get(attempt.level) ?? 0;
    const moves = attempt.moves.map(({ move }): Move => move);
    try {
      const graded = await graders.grade({ level, seed: seedOf(created.secret, player, id), moves });
      // The player may have been taken out or erased meanwhile, or another host was faster.
      if (!competition.ungraded.has(attempt)) return true;
      const event: EventOf<'graded'> = { type: 'graded', player, attempt: id, moves: moves.length, regrade, ...graded };
      const [appended] = await store.append([{ key: `graded:${player}:${id}:${moves.length}:${regrade}`, event }]);
      if (appended) await reached(appended.number);
      return true;
    } catch (error) {
      if (!(error instanceof StoreFault || error instanceof ThreadFault)) failed(error);
      return false;
    }
  }
  const timer = setInterval(wake, lookEvery);
  return {
    took: (id, player) => void own.add(nameOf({ id, player })),
    wake,
    close() {
      closed = true;
      clearInterval(timer);
    },
  };
}
