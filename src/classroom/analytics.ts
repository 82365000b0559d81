// What a teacher wants to know while a round runs: which belief many have, who needs help, how far everybody is.
import { ranked } from './board.ts';
import { type Attempt, type Competition, isOver, type Player, playersIn, roundOf } from './competition.ts';
import type { EventOf } from './events.ts';

type Slip = EventOf<'graded'>['slips'][number];

export interface LevelHeat {
  readonly level: string;
  /** Who began it. */
  readonly players: number;
  /** By how many players each belief was met, the most first. */
  readonly misconceptions: readonly {
    readonly misconception: string;
    readonly players: number;
    /** The wrong answer by which most of them met it. */
    readonly answer: { readonly step: string; readonly choice: string; readonly players: number };
  }[];
  /** Of each step with wrong answers the one that most players chose; the step with the most such players first. */
  readonly steps: readonly {
    readonly step: string;
    readonly choice: string;
    readonly players: number;
    /** Who answered the step wrong in whichever way. */
    readonly wrong: number;
  }[];
}

/** Level by level of the round, in its order. A player counts once for each belief and answer, however often it came. */
export function heatMap(competition: Competition): LevelHeat[] {
  const round = roundOf(competition);
  const levels = new Map((round?.levels ?? []).map(({ id }) => [id, { began: new Set<string>(), slips: [] as Met[] }]));
  for (const player of playersIn(competition))
    for (const { level, round: of, grade } of player.attempts.values()) {
      const heat = of === round?.number ? levels.get(level) : undefined;
      heat?.began.add(player.id);
      heat?.slips.push(...(grade?.slips ?? []).map((slip) => ({ ...slip, player: player.id })));
    }
  return [...levels].map(([level, { began, slips }]) => ({
    level,
    players: began.size,
    misconceptions: playersBy(slips, ({ misconception }) => misconception).map(({ of, players }) => ({
      misconception: of,
      players,
      answer: mostChosen(slips.filter(({ misconception }) => misconception === of)),
    })),
    steps: playersBy(slips, ({ step }) => step).flatMap(({ of, players: wrong }) => {
      const [most] = playersBy(
        slips.filter(({ step }) => step === of),
        ({ choice }) => choice,
      );
      return most ? [{ step: of, choice: most.of, players: most.players, wrong }] : [];
    }),
  }));
}

export interface Stuck {
  readonly player: string;
  readonly name: string;
  readonly level: string;
  /** Where it is known: where the player last answered wrong or read a hint. */
  readonly step?: string;
  /** Since when, in ms since 1970, the player has got no further: since the last right answer, or the beginning. */
  readonly since: number;
  /** Wrong answers at this decision. */
  readonly wrong: number;
}

/** From so many wrong answers at one decision a player is stuck, however short. */
const mostWrong = 3;

/** Who has got no further for so many ms of the round's running, or errs again and again; the longest first. */
export function stuckPlayers(competition: Competition, now: number, after: number = 5 * 60_000): Stuck[] {
  const { state, runningSince = 0 } = competition;
  const round = roundOf(competition);
  if (state !== 'running' || !round) return [];
  return playersIn(competition)
    .flatMap((player) => {
      const attempt = newestOf(player, round.number);
      if (!attempt || isOver(attempt)) return [];
      const { at, step } = placeIn(attempt);
      const since = Math.max(at, runningSince);
      const wrong = (attempt.grade?.slips ?? []).filter((slip) => slip.step === step).length;
      if (now - since < after && wrong < mostWrong) return [];
      const where = step === undefined ? {} : { step };
      return [{ player: player.id, name: player.name, level: attempt.level, ...where, since, wrong }];
    })
    .sort((a, b) => a.since - b.since);
}

export interface Progress {
  readonly player: string;
  readonly name: string;
  readonly team?: string;
  readonly rank: number;
  readonly points: number;
  /** Of each level of the round, in its order. */
  readonly levels: readonly {
    readonly level: string;
    readonly state: 'new' | 'playing' | 'met';
    readonly attempts: number;
    readonly points: number;
    readonly stars: number;
    /** Wrong answers in all attempts. */
    readonly wrong: number;
    /** Of an attempt that counts for nothing, why. */
    readonly fault?: string;
  }[];
}

/** How far everybody is, ranked as on the teacher's board. */
export function progressOf(competition: Competition): Progress[] {
  const round = roundOf(competition);
  return ranked(competition, 'live').map(({ player, points, levels }, index) => ({
    player: player.id,
    name: player.name,
    ...(player.team === undefined ? {} : { team: player.team }),
    rank: index + 1,
    points,
    levels: (round?.levels ?? []).map(({ id }) => {
      const attempts = [...player.attempts.values()].filter(
        (attempt) => attempt.level === id && attempt.round === round?.number,
      );
      const scored = levels.find(({ level }) => level === id);
      const fault = attempts.find(({ grade }) => grade?.fault !== undefined)?.grade?.fault;
      return {
        level: id,
        state: scored?.met ? 'met' : attempts.length > 0 ? 'playing' : 'new',
        attempts: attempts.length,
        points: scored?.points ?? 0,
        stars: scored?.stars ?? 0,
        wrong: attempts.reduce((sum, { grade }) => sum + (grade?.slips.length ?? 0), 0),
        ...(fault === undefined ? {} : { fault }),
      };
    }),
  }));
}

type Met = Slip & { readonly player: string };

/** How many players have a slip of each kind; the most first, of equals in the order of their names. */
function playersBy(
  slips: readonly Met[],
  kindOf: (slip: Met) => string | undefined,
): { readonly of: string; readonly players: number }[] {
  const kinds = new Map<string, Set<string>>();
  for (const slip of slips) {
    const kind = kindOf(slip);
    if (kind !== undefined) kinds.set(kind, (kinds.get(kind) ?? new Set()).add(slip.player));
  }
  return [...kinds]
    .map(([of, { size }]) => ({ of, players: size }))
    .sort((a, b) => b.players - a.players || (a.of < b.of ? -1 : 1));
}

function mostChosen(slips: readonly Met[]): LevelHeat['misconceptions'][number]['answer'] {
  const [most] = playersBy(slips, ({ step, choice }) => `${step} ${choice}`);
  // No id has a space in it.
  const [step = '', choice = ''] = most?.of.split(' ') ?? [];
  return { step, choice, players: most?.players ?? 0 };
}

/** The attempt in which the player did something last. */
const newestOf = ({ attempts }: Player, round: number): Attempt | undefined =>
  [...attempts.values()]
    .filter((attempt) => attempt.round === round)
    .reduce<Attempt | undefined>((last, one) => (last && lastAt(last) > lastAt(one) ? last : one), undefined);
const lastAt = ({ moves, at }: Attempt): number => moves.at(-1)?.at ?? at;

/** The decision at which an attempt stands, if a move tells, and since when. What is wrong is taken back, or missed the goal. */
function placeIn({ moves, at, grade }: Attempt): { readonly at: number; readonly step: string | undefined } {
  const missed = grade?.outcome === 'missed' && grade.moves >= moves.length;
  const right = moves.findLastIndex(
    ({ move }, index) =>
      move.move === 'answer' && moves[index + 1]?.move.move !== 'rewind' && !(missed && index === moves.length - 1),
  );
  const told = moves.slice(right + 1).findLast(({ move }) => move.move !== 'rewind')?.move;
  return { at: moves[right]?.at ?? at, step: told && 'step' in told ? told.step : undefined };
}
