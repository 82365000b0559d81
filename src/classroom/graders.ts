// Attempts are graded in threads of their own: however costly one is made on purpose, the host goes on answering.
import { ThreadFault, type ThreadLimits, threads } from '../live/threads.ts';
import { type Grade, type Graded, nothingFor } from './grading.ts';

export interface Graders {
  /** Rejects only where the graders are closed meanwhile. */
  readonly grade: (graded: Graded) => Promise<Grade>;
  readonly close: () => Promise<void>;
}

/** Measured: the dearest level takes 50 ms, and a thread with the game in it 75 MiB. */
const usualLimits: ThreadLimits = { time: 5_000, memory: 192 };

/** `entry` is the built `src/cli/grader.ts`; `most` the number of threads. */
export function graders(entry: URL, most: number, limits: ThreadLimits = usualLimits): Graders {
  const pool = threads<Graded, Grade>({ entry, most, ...limits });
  return {
    async grade(graded) {
      // What went wrong may have been the thread's own: another one tries once more.
      for (let tries = 0; tries < 2; tries++) {
        try {
          return await pool.ask(graded);
        } catch (error) {
          if (error instanceof ThreadFault && error.kind === 'closed') throw error;
        }
      }
      return nothingFor(
        'The host could not grade this attempt: it took too long or its program failed. Your teacher can have it graded anew.',
      );
    },
    close: pool.close,
  };
}
