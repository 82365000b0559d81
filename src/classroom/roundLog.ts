// The player's log of a competition as the game uses it: its progress is that of the round, and what is practice is not recorded.
import { type AttemptLog, dated, fold, foldAll, type LogEvent, nothingYet } from '../game/progress.ts';
import { type Queue, roundOf } from './queue.ts';

interface RoundLog extends AttemptLog {
  /** A sentence for the player. */
  readonly say: (says: string) => void;
  /** After the round changed, or what may be gone on with. */
  readonly recount: () => void;
}
interface Surroundings {
  readonly queue: Queue;
  readonly round: () => number | undefined;
  readonly now: () => Date;
  /** Called once an event is durable, and in the queue. */
  readonly recorded: () => void;
}

export function roundLog(log: AttemptLog, { queue, round, now, recorded }: Surroundings): RoundLog {
  const notices: string[] = [...log.notices];
  let taken = notices.length;
  const counts = (attempt: string | undefined) =>
    attempt !== undefined && roundOf(attempt) === round() && !queue.isLost(attempt);
  const foldedAnew = () =>
    foldAll(
      nothingYet,
      log.history().filter((event: LogEvent) => counts(queue.attemptOf(event))),
    );
  let folded = foldedAnew();
  return {
    get progress() {
      return folded.progress;
    },
    history: log.history,
    notices,
    record(event) {
      const attempt = queue.attemptOf(event);
      if (!attempt) return;
      log.record(event);
      queue.add(event);
      notices.push(...log.notices.slice(taken));
      taken = log.notices.length;
      if (counts(attempt)) folded = fold(folded, dated(event, now()));
      recorded();
    },
    say: (says) => void notices.push(says),
    recount() {
      folded = foldedAnew();
    },
  };
}
