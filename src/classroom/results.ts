// The results of a whole competition, to be taken away: a table for a spreadsheet, and everything as JSON. Names are drawn by
// other programs, so they are bare. No token, code, key or secret is in it.
import type { Attempt, Competition, Player, Round } from './competition.ts';
import type { EventOf, Rules } from './events.ts';
import { bareName, csvCell } from './names.ts';
import { type LevelScore, type Score, scoresOf } from './scoring.ts';

/**
 * A line for each player, in CSV (RFC 4180) behind a byte order mark, without which spreadsheets read no accents. For each
 * round the rank, the points with what was added, and for each level its points and stars. Who is out has a line without points.
 */
export function resultsCsv(competition: Competition): string {
  const { rounds } = competition;
  const ranks = rankedRounds(competition);
  const head = [
    ...['name', 'team', 'status', 'joined', 'points'],
    ...rounds.flatMap(({ number, levels }) => [
      ...['rank', 'points', 'adjusted'].map((column) => `round ${number} ${column}`),
      ...levels.flatMap(({ id }) => [`${number}/${id} points`, `${number}/${id} stars`]),
    ]),
  ];
  const lines = inOrder(competition, ranks).map((player) => {
    const scores = ranks.map((round) => round.get(player.id));
    return [
      bareName(player.name),
      player.team === undefined ? undefined : bareName(player.team),
      player.standing,
      timeOf(player.at),
      player.standing === 'in' ? totalOf(player, ranks) : undefined,
      ...rounds.flatMap(({ number, levels }, index) => {
        const of = scores[index];
        const by = new Map(of?.score.levels.map((level) => [level.level, level]));
        return [
          of?.rank,
          of?.score.points,
          of && addedTo(player, number),
          ...levels.flatMap(({ id }): (number | undefined)[] => [by.get(id)?.points, by.get(id)?.stars]),
        ];
      }),
    ];
  });
  return `\ufeff${[head, ...lines].map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('')}`;
}

export interface Results {
  readonly format: 1;
  readonly title: string;
  /** Of the game that hosted it. */
  readonly version: string;
  readonly rounds: readonly {
    readonly number: number;
    readonly title: string;
    readonly rules: Rules;
    /** When it first ran, ISO 8601. */
    readonly started?: string;
    readonly levels: Round['levels'];
  }[];
  /** Those who are in by their points, then those who are out. */
  readonly players: readonly {
    readonly name: string;
    readonly team?: string;
    readonly status: Player['standing'];
    readonly joined: string;
    /** For each round; none for who is out. */
    readonly rounds: readonly {
      readonly round: number;
      /** Only where something counts. */
      readonly rank?: number;
      readonly points: number;
      readonly levels: readonly {
        readonly level: string;
        readonly points: number;
        readonly stars: number;
        readonly met?: string;
      }[];
    }[];
    readonly adjusted: readonly { readonly round: number; readonly points: number; readonly why: string }[];
    readonly attempts: readonly AttemptResult[];
  }[];
}
interface AttemptResult {
  /** As in `1/first-contact/2`. */
  readonly attempt: string;
  readonly began: string;
  readonly moves: number;
  /** Until it is graded there is no more. */
  readonly points?: number;
  readonly stars?: number;
  readonly outcome?: 'met' | 'missed';
  readonly fault?: string;
  /** The wrong answers, in their order. */
  readonly wrong?: EventOf<'graded'>['slips'];
}

/** Everything that is known of who played what, and what it came to. */
export function resultsOf(competition: Competition): Results {
  const ranks = rankedRounds(competition);
  return {
    format: 1,
    title: bareName(competition.created?.title ?? ''),
    version: competition.created?.version ?? '',
    rounds: competition.rounds.map(({ number, title, rules, started, levels }) => ({
      number,
      title: bareName(title),
      rules,
      ...(started === undefined ? {} : { started: timeOf(started) }),
      levels,
    })),
    players: inOrder(competition, ranks).map((player) => ({
      name: bareName(player.name),
      ...(player.team === undefined ? {} : { team: bareName(player.team) }),
      status: player.standing,
      joined: timeOf(player.at),
      rounds: ranks.flatMap((round, index) => {
        const of = round.get(player.id);
        if (!of) return [];
        const rank = of.rank === undefined ? {} : { rank: of.rank };
        return [{ round: index + 1, ...rank, points: of.score.points, levels: of.score.levels.map(levelResult) }];
      }),
      adjusted: player.adjusted.map(({ round, points, why }) => ({ round, points, why: bareName(why) })),
      attempts: [...player.attempts.values()].map(attemptResult),
    })),
  };
}

const levelResult = ({ level, points, stars, met }: LevelScore) => ({
  level,
  points,
  stars,
  ...(met ? { met: timeOf(met.at) } : {}),
});

function attemptResult({ id, at, moves, grade }: Attempt): AttemptResult {
  const played = { attempt: id, began: timeOf(at), moves: moves.length };
  if (!grade) return played;
  const { points, stars, outcome, fault, slips } = grade;
  return {
    ...played,
    points,
    stars,
    ...(outcome ? { outcome } : {}),
    ...(fault === undefined ? {} : { fault }),
    wrong: slips,
  };
}

interface Ranked {
  readonly rank: number | undefined;
  readonly score: Score;
}
/** For each round the scores by player. */
const rankedRounds = (competition: Competition): ReadonlyMap<string, Ranked>[] =>
  competition.rounds.map((round) => {
    const scores = scoresOf(competition, round);
    let rank = 0;
    return new Map(scores.map((score) => [score.player.id, { score, rank: score.counts ? ++rank : undefined }]));
  });

const totalOf = ({ id }: Player, ranks: readonly ReadonlyMap<string, Ranked>[]): number =>
  ranks.reduce((sum, round) => sum + (round.get(id)?.score.points ?? 0), 0);

const addedTo = ({ adjusted }: Player, round: number): number =>
  adjusted.reduce((sum, one) => sum + (one.round === round ? one.points : 0), 0);

function inOrder({ players }: Competition, ranks: readonly ReadonlyMap<string, Ranked>[]): Player[] {
  const order = [...players.values()].map((player) => ({
    player,
    out: player.standing !== 'in',
    total: totalOf(player, ranks),
  }));
  return order
    .sort((a, b) => Number(a.out) - Number(b.out) || b.total - a.total || a.player.joined - b.player.joined)
    .map(({ player }) => player);
}

const timeOf = (at: number): string => new Date(at).toISOString();
