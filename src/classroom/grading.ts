// What an attempt is worth, as the host finds by playing it: nobody's claim is used, and what nobody can have played counts for nothing.
import { isDeepStrictEqual } from 'node:util';
import { BadRun, type Move, mostMoves } from '../game/attempt.ts';
import type { Level } from '../game/level.ts';
import { score } from '../game/score.ts';
import type { Scenarios } from '../scenarios/index.ts';
import type { EventOf } from './events.ts';
import { type Referee, referee } from './referee.ts';

/** What of a `graded` event the moves alone decide. */
export type Grade = Omit<EventOf<'graded'>, 'type' | 'player' | 'attempt' | 'moves' | 'regrade'>;

export interface Graded {
  readonly level: Level;
  /** Of this attempt alone. */
  readonly seed: string;
  readonly moves: readonly Move[];
}

/** Grades what was played so far. */
export const grade = (graded: Graded, scenarios: Scenarios): Grade => grading(scenarios, () => false)(graded);

/** The grade of an attempt that counts for nothing. */
export const nothingFor = (fault: string): Grade => ({ points: 0, stars: 0, slips: [], fault });

interface Kept {
  readonly level: Level['id'];
  readonly take: Referee;
  readonly taken: Move[];
}

/**
 * Grades attempts that grow. They are kept where they stand, while there is room for as many, and played on when more of
 * their moves come; any other is played from its start. It comes to the same.
 */
export function grading(scenarios: Scenarios, hasRoom: (kept: number) => boolean): (graded: Graded) => Grade {
  /** By seed, the one that was asked for last at the end. */
  const kept = new Map<string, Kept>();
  /** By their ids. Each attempt comes with a copy of its own, which would take more room than what is kept of it. */
  const levels = new Map<string, Level>();
  const same = (level: Level): Level => {
    const known = levels.get(level.id);
    if (isDeepStrictEqual(known, level)) return known as Level;
    levels.set(level.id, level);
    return level;
  };
  const keptFor = ({ level, seed, moves }: Graded): Kept => {
    const known = kept.get(seed);
    kept.delete(seed);
    if (known?.level === level.id && isDeepStrictEqual(moves.slice(0, known.taken.length), known.taken)) return known;
    return { level: level.id, take: referee({ level: same(level), seed }, scenarios), taken: [] };
  };
  return (graded) => {
    const { level, seed, moves } = graded;
    if (level.proof === 'live')
      return nothingFor(`Level "${level.id}" is played against a real program: nobody can replay it.`);
    if (moves.length > mostMoves) return nothingFor(`The attempt has more than ${mostMoves} moves.`);
    const one = keptFor(graded);
    const more = moves.slice(one.taken.length);
    try {
      const { outcome, slips } = one.take(more);
      one.taken.push(...more);
      // What is over is not played on.
      if (outcome !== 'met') kept.set(seed, one);
      // Two go where one came: so room is made while it is found by collecting garbage now and then.
      for (const oldest of hasRoom(kept.size) ? [] : [...kept.keys()].slice(0, 2)) kept.delete(oldest);
      const { points, stars } = score(moves, level, outcome);
      return { points, stars, ...(outcome ? { outcome } : {}), slips };
    } catch (error) {
      if (error instanceof BadRun) return nothingFor(error.message);
      throw error;
    }
  };
}
