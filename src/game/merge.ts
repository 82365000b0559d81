// Two logs of one player, made one: what of another log is to be added to this one.
import { createHash } from 'node:crypto';
import { inForce, type LogEvent } from './progress.ts';

/**
 * The events of `other` that are missing in `mine`, those of an attempt in their order; to be put at its end. Nothing of mine is taken back or
 * made worse, and what was added once is not added again. An attempt that went on in both is kept twice, each way as an
 * attempt of its own.
 */
export function missingIn(mine: readonly LogEvent[], other: readonly LogEvent[]): readonly LogEvent[] {
  const [known, given] = [sorted(inForce(mine)), sorted(inForce(other))];
  const drills = given.single.filter((event) => !known.lines.has(JSON.stringify(event)));
  const attempts = [...given.attempts].flatMap(([id, theirs]) => missingOf(id, theirs, known.attempts));
  return [...attempts, ...drills];
}

type OfAttempt = Extract<LogEvent, { readonly attempt: string }>;
interface Sorted {
  readonly attempts: ReadonlyMap<string, readonly OfAttempt[]>;
  readonly single: readonly LogEvent[];
  readonly lines: ReadonlySet<string>;
}
function sorted(events: readonly LogEvent[]): Sorted {
  const attempts = new Map<string, OfAttempt[]>();
  const single: LogEvent[] = [];
  for (const event of events) {
    if (!('attempt' in event)) single.push(event);
    else if (attempts.has(event.attempt)) attempts.get(event.attempt)?.push(event);
    else attempts.set(event.attempt, [event]);
  }
  return { attempts, single, lines: new Set(single.map((event) => JSON.stringify(event))) };
}

function missingOf(id: string, theirs: readonly OfAttempt[], known: Sorted['attempts']): readonly OfAttempt[] {
  const mine = known.get(id) ?? [];
  const parting = theirs.findIndex((event, index) => JSON.stringify(event) !== JSON.stringify(mine[index]));
  if (parting < 0) return [];
  if (parting >= mine.length) return theirs.slice(parting);
  // Named after where the ways part, so that it has the same name at the next time.
  const digest = createHash('sha256')
    .update(`${id} ${JSON.stringify(theirs[parting])}`)
    .digest('hex');
  const other = `a${digest.slice(0, 18)}`;
  return missingOf(
    other,
    theirs.map((event) => ({ ...event, attempt: other })),
    known,
  );
}
