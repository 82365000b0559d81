// What players and the projector see of a competition.
import { attemptId, type Competition, type Player, playersIn, roundOf } from './competition.ts';
import { seedOf } from './events.ts';
import { foldedName } from './names.ts';
import { type Score, scoresOf } from './scoring.ts';
import type { Board, Standing } from './wire.ts';

/** `public`: what stands still while it is frozen. `live`: what the teacher may see all the time. */
export type View = 'public' | 'live';
const mostTeams = 20;

/**
 * The board. Two with the same number are the same. While the public one stands still, names, teams and states are still
 * those of now, and who was taken out is not on it: a name that nobody should read goes at once.
 */
export function boardOf(competition: Competition, view: View = 'public'): Board {
  const round = roundOf(competition);
  const scores = ranked(competition, view);
  const lastSolve = lastOf(scores);
  const solved = new Map<string, number>();
  for (const { levels } of scores)
    for (const { level, met } of levels) if (met) solved.set(level, (solved.get(level) ?? 0) + 1);
  return {
    number: view === 'public' ? competition.shown : competition.changed,
    title: competition.created?.title ?? '',
    state: competition.state,
    frozen: competition.frozen !== undefined,
    round: { number: round?.number ?? 0, title: round?.title ?? '' },
    players: scores.length,
    top: top(scores).map((score, index) => ({
      rank: index + 1,
      name: score.player.name,
      ...teamed(score.player),
      points: score.points,
      stars: score.stars,
      solved: score.solved,
    })),
    levels: (round?.levels ?? []).map(({ id }) => ({ id, solved: solved.get(id) ?? 0 })),
    ...(lastSolve ? { lastSolve } : {}),
    teams: teamsOf(scores).slice(0, mostTeams),
  };
}

/** What a player is told. The seeds are handed out once the round has begun, all at once: who loses the network plays on. */
export function standingOf(competition: Competition, player: Player): Standing {
  const round = roundOf(competition);
  const begun = competition.state !== 'lobby';
  const secret = competition.created?.secret ?? '';
  const rank = top(ranked(competition, 'public')).findIndex((one) => one.player.id === player.id) + 1;
  const attempts = Array.from({ length: begun ? (round?.rules.attempts ?? 0) : 0 }, (_, index) => index + 1);
  return {
    title: competition.created?.title ?? '',
    name: player.name,
    ...teamed(player),
    state: competition.state,
    round: {
      number: round?.number ?? 0,
      title: round?.title ?? '',
      levels: (round?.levels ?? []).map(({ id, contentHash }) => ({
        id,
        contentHash,
        attempts: attempts.map((nth) => {
          const attempt = attemptId(round?.number ?? 0, id, nth);
          return { attempt, seed: seedOf(secret, player.id, attempt) };
        }),
      })),
    },
    attempts: [...player.attempts.values()]
      .filter((attempt) => attempt.round === round?.number)
      .map(({ id, moves, grade }) => ({
        attempt: id,
        kept: moves.length,
        ...(grade ? { points: grade.points, stars: grade.stars } : {}),
        ...(grade?.outcome ? { outcome: grade.outcome } : {}),
        ...(grade?.fault === undefined ? {} : { fault: grade.fault }),
      })),
    points: ranked(competition, 'live').find((one) => one.player.id === player.id)?.points ?? 0,
    ...(rank > 0 ? { rank } : {}),
  };
}

/** All scores of the round, ranked. As each player asks for them, they are kept until an event may have changed them. */
export function ranked(competition: Competition, view: View): readonly Score[] {
  const number = view === 'public' ? competition.shown : competition.changed;
  const kept = rankings.get(competition) ?? {};
  const known = kept[view];
  if (known?.number === number) return known.scores;
  const round = roundOf(competition);
  const upTo = view === 'public' ? competition.frozen : undefined;
  const scores = round ? scoresOf(competition, round, upTo) : withoutRound(competition);
  rankings.set(competition, { ...kept, [view]: { number, scores } });
  return scores;
}
const rankings = new WeakMap<
  Competition,
  { readonly [Of in View]?: { readonly number: number; readonly scores: readonly Score[] } }
>();

const withoutRound = (competition: Competition): Score[] =>
  playersIn(competition).map((player) => ({
    player,
    points: 0,
    stars: 0,
    solved: 0,
    levels: [],
    reached: 0,
    counts: false,
  }));

/** Only who has something that counts: in a next round the first group's players are not on it. */
const top = (scores: readonly Score[]): Score[] => scores.filter(({ counts }) => counts).slice(0, 10);

const teamed = ({ team }: Player): { team?: string } => (team === undefined ? {} : { team });

function lastOf(scores: readonly Score[]): Board['lastSolve'] {
  const solves = scores.flatMap(({ player, levels }) =>
    levels.flatMap(({ level, met }) => (met ? [{ name: player.name, level, number: met.number }] : [])),
  );
  if (solves.length === 0) return undefined;
  const { name, level } = solves.reduce((last, solve) => (solve.number > last.number ? solve : last));
  return { name, level };
}

/** By their mean, to one decimal, over all who are in the team, also those who have not played yet. */
function teamsOf(scores: readonly Score[]): Board['teams'] {
  const teams = new Map<string, { team: string; first: number; sum: number; players: number }>();
  for (const { player, points } of scores) {
    if (player.team === undefined) continue;
    const folded = foldedName(player.team);
    const team = teams.get(folded) ?? { team: player.team, first: player.joined, sum: 0, players: 0 };
    const isFirst = player.joined < team.first;
    teams.set(folded, {
      team: isFirst ? player.team : team.team,
      first: isFirst ? player.joined : team.first,
      sum: team.sum + points,
      players: team.players + 1,
    });
  }
  return [...teams.values()]
    .map(({ team, first, sum, players }) => ({ team, first, points: Math.round((10 * sum) / players) / 10, players }))
    .sort((a, b) => b.points - a.points || a.first - b.first)
    .map(({ team, points, players }) => ({ team, points, players }));
}
