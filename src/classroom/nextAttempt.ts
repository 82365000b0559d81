// Which attempt at a level comes next in a competition.
import { contentHash } from '../game/attempt.ts';
import type { Level } from '../game/level.ts';
import { logId, type Queue } from './queue.ts';
import type { Standing } from './wire.ts';

/** An attempt that counts; or one sentence on why none does, so that what is played is practice. */
export type NextAttempt = { readonly id: string; readonly seed: string } | { readonly says: string };

export function nextAttempt(level: Level, standing: Standing | undefined, queue: Queue): NextAttempt {
  const practice = (why: string) => ({ says: `${why} What you play now is practice, and does not count.` });
  if (!standing) return practice('The host has not told the round yet.');
  const { round, state } = standing;
  const wanted = round.levels.find(({ id }) => id === level.id);
  if (!wanted) return practice('This level is not part of the round.');
  if (state === 'ended' || state === 'revealed') return practice('The round is over.');
  if (wanted.contentHash !== contentHash(level))
    return practice('Your game has another version of this level than the host. Get the game that the host has.');
  const own = wanted.attempts.filter(({ attempt }) => attempt.startsWith(`${round.number}/${level.id}/`));
  const next = own.find(({ attempt }) => !queue.isBegun(attempt));
  if (!next)
    return practice(own.length === 1 ? 'You have had your attempt.' : `You have had your ${own.length} attempts.`);
  return { id: logId(next.attempt), seed: next.seed };
}
