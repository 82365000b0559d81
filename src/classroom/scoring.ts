// What counts in a round, all in one place.
// Always: of each level the player's best graded attempt, and the points that the teacher added. An attempt that nobody can
// have played counts for nothing. Of players with as many points the one who got there first stands first.
// The other rules are off unless a round has them, for they take heart from those who are behind:
//   decay       a level is worth 2 in 100 less for each further player who met its goal, but never less than half
//   firstBlood  10 points for the first who meets a level's goal
//   speedBonus  20 points for meeting a goal, less with each minute since the player met the one before it (or since the
//               round or the player began), none after ten
//   streaks     for each goal met with three stars right behind another such one: 5 points, then 10, 15, then always 20
import { type Attempt, type Competition, type Graded, type Player, playersIn, type Round } from './competition.ts';
import type { Rules } from './events.ts';

export interface LevelScore {
  readonly level: string;
  /** The best attempt's, and what the rules of the round make of it. */
  readonly points: number;
  /** The most of any attempt. */
  readonly stars: number;
  /** The move by which the goal was first met: its event's number and time. */
  readonly met?: Reached;
}
export interface Score {
  readonly player: Player;
  readonly points: number;
  readonly stars: number;
  /** How many levels' goals were met. */
  readonly solved: number;
  /** Of the levels with a grade, in the order of the round. */
  readonly levels: readonly LevelScore[];
  /** The number of the event by which the player had these points. */
  readonly reached: number;
  /** Whether anything in the round counts yet. */
  readonly counts: boolean;
}
interface Reached {
  readonly number: number;
  readonly at: number;
}

/**
 * The scores of all who are in, ranked: a total order that does not depend on when grades came, only on moves. `upTo`: as it
 * was at the event of that number, which is the last one or that of the freeze; who is out by now is left out.
 */
export function scoresOf(competition: Competition, round: Round, upTo = Number.POSITIVE_INFINITY): Score[] {
  const played = playersIn(competition)
    .filter(({ joined }) => joined <= upTo)
    .map((player) => ({ player, levels: playedBy(player, round, upTo) }));
  const solvers = solversOf(played);
  return played.map(({ player, levels }) => scoreOf({ player, levels, round, solvers, upTo })).sort(byRank);
}

interface Played {
  readonly level: string;
  readonly best: Graded;
  readonly reached: Reached;
  readonly stars: number;
  /** The attempt that met the goal first. */
  readonly met?: Reached & { readonly stars: number };
}
interface Solvers {
  readonly many: number;
  /** Whose move that met the goal is the earliest, and its event's number. */
  readonly first: string;
  readonly number: number;
}

/** Of thousands of players few were graded since the last board: what the others have is kept. */
function playedBy(player: Player, round: Round, upTo: number): readonly Played[] {
  if (upTo < player.graded) return levelsOf(player, round, upTo);
  const known = kept.get(player);
  if (known?.graded === player.graded && known.round === round.number) return known.levels;
  const levels = levelsOf(player, round, upTo);
  kept.set(player, { graded: player.graded, round: round.number, levels });
  return levels;
}
const kept = new WeakMap<
  Player,
  { readonly graded: number; readonly round: number; readonly levels: readonly Played[] }
>();

function levelsOf(player: Player, round: Round, upTo: number): Played[] {
  const byLevel = new Map<string, { nth: number; grade: Graded; reached: Reached }[]>(
    round.levels.map(({ id }) => [id, []]),
  );
  for (const attempt of player.attempts.values()) {
    const grade = attempt.round === round.number ? gradeAt(attempt, upTo) : undefined;
    if (!grade || grade.fault !== undefined) continue;
    byLevel.get(attempt.level)?.push({ nth: attempt.nth, grade, reached: reachedBy(attempt, grade) });
  }
  return [...byLevel].flatMap(([level, graded]) => {
    const [best] = graded.sort((a, b) => b.grade.points - a.grade.points || a.nth - b.nth);
    if (!best) return [];
    const [met] = graded
      .filter(({ grade }) => grade.outcome === 'met')
      .sort((a, b) => a.reached.number - b.reached.number);
    return [
      {
        level,
        best: best.grade,
        reached: best.reached,
        stars: Math.max(...graded.map(({ grade }) => grade.stars)),
        ...(met ? { met: { ...met.reached, stars: met.grade.stars } } : {}),
      },
    ];
  });
}

const gradeAt = ({ grade, earlier }: Attempt, upTo: number): Graded | undefined =>
  [grade, earlier].find((one) => one !== undefined && one.number <= upTo);

/** The last move that the grade knows: when it was made counts, not when it was graded. */
function reachedBy({ moves, at }: Attempt, { moves: known, number }: Graded): Reached {
  const last = moves[known - 1];
  return last ? { number: last.number, at: last.at } : { number, at };
}

function solversOf(played: readonly { player: Player; levels: readonly Played[] }[]): Map<string, Solvers> {
  const solvers = new Map<string, Solvers>();
  for (const { player, levels } of played)
    for (const { level, met } of levels) {
      if (!met) continue;
      const others = solvers.get(level);
      const isFirst = !others || met.number < others.number;
      const first = isFirst ? { first: player.id, number: met.number } : { first: others.first, number: others.number };
      solvers.set(level, { many: (others?.many ?? 0) + 1, ...first });
    }
  return solvers;
}

function scoreOf({
  player,
  levels: played,
  round,
  solvers,
  upTo,
}: {
  readonly player: Player;
  readonly levels: readonly Played[];
  readonly round: Round;
  readonly solvers: ReadonlyMap<string, Solvers>;
  readonly upTo: number;
}): Score {
  const { rules } = round;
  const inOrder = bonusesInOrder(player, played, round);
  const levels = played.map(({ level, best, stars, met }) => {
    const { many = 0, first } = solvers.get(level) ?? {};
    const points =
      decayed(best.points, many, rules) +
      (rules.firstBlood && first === player.id ? 10 : 0) +
      (inOrder.get(level) ?? 0);
    return { level, points, stars, ...(met ? { met: { number: met.number, at: met.at } } : {}) };
  });
  const adjusted = player.adjusted.filter((one) => one.round === round.number && one.number <= upTo);
  return {
    player,
    points: sum([...levels, ...adjusted].map(({ points }) => points)),
    stars: sum(levels.map(({ stars }) => stars)),
    solved: levels.filter(({ met }) => met).length,
    levels,
    reached: Math.max(
      0,
      ...played.flatMap(({ best, reached }) => (best.points > 0 ? [reached.number] : [])),
      ...adjusted.map(({ number }) => number),
    ),
    counts: levels.length > 0 || adjusted.length > 0,
  };
}

const decayed = (points: number, many: number, { decay }: Rules): number =>
  decay ? Math.round((points * Math.max(50, 102 - 2 * Math.max(1, many))) / 100) : points;

const minutes = 60_000;
/** By level, what the player's goals are worth more for being met soon, or one after the other. */
function bonusesInOrder(player: Player, played: readonly Played[], { rules, started = 0 }: Round): Map<string, number> {
  let since = Math.max(started, player.at);
  let streak = 0;
  const met = played.flatMap(({ level, met: by }) => (by ? [{ level, ...by }] : []));
  return new Map(
    met
      .sort((a, b) => a.number - b.number)
      .map(({ level, at, stars }) => {
        const speed = Math.round(20 * Math.max(0, 1 - Math.max(0, at - since) / (10 * minutes)));
        since = at;
        streak = stars === 3 ? streak + 1 : 0;
        const inARow = Math.min(20, 5 * Math.max(0, streak - 1));
        return [level, (rules.speedBonus ? speed : 0) + (rules.streaks ? inARow : 0)];
      }),
  );
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
const byRank = (a: Score, b: Score): number =>
  b.points - a.points || a.reached - b.reached || a.player.joined - b.player.joined;
