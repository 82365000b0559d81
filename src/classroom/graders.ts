// Attempts are graded in threads of their own: however costly one is made on purpose, the host goes on answering.
import type { Level } from '../game/level.ts';
import { ThreadFault, type ThreadLimits, threads } from '../live/threads.ts';
import { type Grade, type Graded, nothingFor } from './grading.ts';

export interface Graders {
  /** Rejects only where the graders are closed meanwhile. */
  readonly grade: (graded: Graded) => Promise<Grade>;
  /**
   * Plays them once in each thread, as somebody who knows them, each level once: what runs for the first time takes long, and
   * nobody is to wait for it. What is to be graded meanwhile comes before the next level.
   */
  readonly rehearse: (levels: readonly Level[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What a thread is to play itself. */
export type Rehearsed = Pick<Graded, 'level' | 'seed'>;

/**
 * Measured: the dearest level takes 50 ms. A thread with the game in it takes 45 MiB, and keeps attempts up to 72 MiB. What is just
 * made would take 48 MiB more where Node has its way; with 6 it is hardly slower.
 */
const usualLimits: ThreadLimits = { time: 5_000, memory: 128, young: 6 };

/** `entry` is the built `src/cli/grader.ts`; `most` the number of threads. An attempt comes to the same one each time: it keeps it. */
export function graders(entry: URL, most: number, limits: ThreadLimits = usualLimits): Graders {
  const own = Array.from({ length: most }, () => threads<Graded | Rehearsed, Grade>({ entry, most: 1, ...limits }));
  const ask = async (graded: Graded): Promise<Grade> => {
    const thread = own[sumOf(graded.seed) % most];
    if (!thread) throw new TypeError('no thread to grade in');
    return thread.ask(graded);
  };
  const rehearsed = new Set<Level>();
  return {
    async grade(graded) {
      // What went wrong may have been the thread's own: another one tries once more.
      for (let tries = 0; tries < 2; tries++) {
        try {
          return await ask(graded);
        } catch (error) {
          if (error instanceof ThreadFault && error.kind === 'closed') throw error;
        }
      }
      return nothingFor(
        'The host could not grade this attempt: it took too long or its program failed. Your teacher can have it graded anew.',
      );
    },
    async rehearse(levels) {
      const fresh = levels.filter((level) => !rehearsed.has(level));
      for (const level of fresh) rehearsed.add(level);
      await Promise.all(
        own.map(async ({ ask }) => {
          // What goes wrong here, goes wrong again where it matters.
          for (const level of fresh) await ask({ level, seed: 'rehearsal' }).catch(() => {});
        }),
      );
    },
    async close() {
      await Promise.all(own.map(({ close }) => close()));
    },
  };
}

const sumOf = (text: string): number => Buffer.from(text).reduce((sum, byte) => (sum * 31 + byte) % 65_521, 0);
