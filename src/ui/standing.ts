// How a player stands in a competition, in words and numbers: of what the host told, and what the session knows.
import type { Session, SessionState } from '../classroom/session.ts';
import type { Board, Standing } from '../classroom/wire.ts';
import type { Level } from '../game/level.ts';
import type { Playing } from '../store/playing.ts';

/** The attempts at a level that were begun in this round, with their grades. */
const gradesOf = (standing: Standing | undefined, level: string) =>
  standing?.attempts.filter(({ attempt }) => attempt.startsWith(`${standing.round.number}/${level}/`)) ?? [];
export const newestOf = (standing: Standing | undefined, level: string) => gradesOf(standing, level).at(-1);
export const bestOf = (standing: Standing | undefined, level: string) =>
  gradesOf(standing, level)
    .filter(({ points }) => points !== undefined)
    .sort((one, other) => (other.points ?? 0) - (one.points ?? 0))[0];
/** The newest attempt, to its end: of one that is still played there may be a grade as well. */
export const isGraded = (standing: Standing | undefined, level: string): boolean => {
  const newest = newestOf(standing, level);
  return newest?.outcome !== undefined || newest?.fault !== undefined;
};

/** How many attempts that count are left, without the one that is half played. */
export function attemptsLeft(session: Session, level: Level): number {
  const own = session.state().standing?.round.levels.find(({ id }) => id === level.id)?.attempts ?? [];
  const { seed, says } = session.begin(level);
  const next = own.findIndex((one) => one.seed === seed);
  return says !== undefined || next < 0 ? 0 : own.length - next;
}

export const levelsInWords = (count: number): string => (count === 1 ? 'one level' : `${count} levels`);

/** In place of a board on which nobody stands. */
export const nobodyYet = 'Nobody has points yet.';
/** What stands over a board, of which the best ten are shown. */
export function boardTitle({ players, frozen }: Pick<Board, 'players' | 'frozen'>): string {
  const all = players === 1 ? 'one player' : `${players} players`;
  const title = players > 10 ? `The best ten of ${players}` : `The board of ${all}`;
  return frozen ? `${title}, as they stood when the board was frozen` : title;
}

/** What is waited for, where no round runs. */
export function waiting({ state, round }: Standing): string {
  if (state === 'lobby' && round.number > 0)
    return `${round.title} begins when your teacher starts it; it has ${levelsInWords(round.levels.length)}.`;
  if (state === 'lobby') return 'The round begins when your teacher starts it.';
  if (state === 'paused') return 'The round is paused. It goes on when your teacher says so.';
  return 'The round is over. The next one begins when your teacher starts it.';
}

/** After a level: what the host says of it, or why it says nothing yet. */
export function gradedInWords({ standing, unsent, away, over }: SessionState, { id, level }: Playing): string {
  if (over) return over.says;
  if (id.startsWith('practice-')) return 'This was practice: it does not count.';
  if (away !== undefined && unsent) return `${unsent} queued: it is kept here, and sent when the host is there.`;
  if (!standing || unsent || !isGraded(standing, level.id)) return 'The host is grading it.';
  const fault = newestOf(standing, level.id)?.fault;
  if (fault !== undefined) return `The host could not count it: ${fault}`;
  return `Your best here: ${bestOf(standing, level.id)?.points ?? 0} points. In all: ${standing.points} points.`;
}
