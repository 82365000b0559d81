// What an attempt is worth: a pure fold of its moves. 100 points a level: 80 for few tries, 20 for no hints.
import { type Answer, type Move, standing } from './attempt.ts';
import { type BossScore, bossScore } from './boss.ts';
import { decisionOf, type Level, type Step } from './level.ts';

export interface Score {
  /** 0 to 100: the sum of the decisions' points. */
  readonly points: number;
  /** 0 until the goal is met; then 1, from 60 points 2, from 90 points 3. A boss that was not passed stays without. */
  readonly stars: 0 | 1 | 2 | 3;
  /** Of a boss alone. */
  readonly boss?: BossScore;
  /** The decisions of the path, in its order. */
  readonly decisions: readonly {
    readonly step: string;
    /** Answers given, the one that stands and those taken back. */
    readonly tries: number;
    /** The highest tier of hint that was read. */
    readonly hints: 0 | 1 | 2 | 3;
    readonly points: number;
    /** What the decision is worth at most; all of them together are worth 100. */
    readonly of: number;
  }[];
}

/** What is left of a decision's share after so many tries. */
const shareByTries = [1, 1 / 2, 1 / 4];
const pointsForTries = 80;
const pointsForNoHints = 20;

/**
 * The score of an attempt whose run came to `outcome` (`undefined` while it goes on). Where the goal was met, the path is
 * the steps that were answered; before that, also those that may still come, without points.
 */
export function score(moves: readonly Move[], level: Level, outcome: 'met' | 'missed' | undefined): Score {
  // The answer that missed the goal is no answer yet.
  const answers = outcome === 'missed' ? standing(moves).slice(0, -1) : standing(moves);
  const answered = new Set(answers.map(({ step }) => step));
  const path = outcome === 'met' ? [...answered] : [...answered, ...stillToCome(level, answers, answered)];
  const decisions = path.map((step, index) => {
    const tries = moves.filter((move) => move.move === 'answer' && move.step === step).length;
    const hints = highestHint(moves, step);
    const tried = share(pointsForTries, index, path.length);
    const unhinted = share(pointsForNoHints, index, path.length);
    const points = answered.has(step)
      ? Math.round(tried * (shareByTries[tries - 1] ?? 0)) + Math.round((unhinted * (3 - hints)) / 3)
      : 0;
    return { step, tries, hints, points, of: tried + unhinted };
  });
  const points = decisions.reduce((sum, decision) => sum + decision.points, 0);
  const atFirst = decisions.filter(({ step, tries }) => tries === 1 && answered.has(step)).length;
  const untried = decisions.filter(({ tries }) => tries === 0).length;
  const boss = level.boss && bossScore(atFirst, untried, decisions.length, outcome === 'met');
  const stars = outcome === 'met' && boss?.result !== 'failed' ? starsFor(points) : 0;
  return { points, stars, ...(boss ? { boss } : {}), decisions };
}

/** What the last answer of `moves`, a wrong one, costs: the difference to having been right, in points. */
export function costOfSlip(moves: readonly Move[], level: Level): number {
  const last = moves.at(-1);
  if (last?.move !== 'answer') return 0;
  const worth = (all: readonly Move[]) =>
    score(all, level, undefined).decisions.find(({ step }) => step === last.step)?.points ?? 0;
  return worth(moves) - worth([...moves, { move: 'rewind' }, last]);
}

const starsFor = (points: number): 1 | 2 | 3 => (points >= 90 ? 3 : points >= 60 ? 2 : 1);

/** Whole numbers that add up to the whole. */
const share = (whole: number, index: number, parts: number): number =>
  Math.floor((whole * (index + 1)) / parts) - Math.floor((whole * index) / parts);

/** The highest tier of hint that was read at a step. */
export const highestHint = (moves: readonly Move[], step: string): 0 | 1 | 2 | 3 =>
  moves.reduce<0 | 1 | 2 | 3>(
    (most, move) => (move.move === 'hint' && move.step === step && move.tier > most ? move.tier : most),
    0,
  );

/** The steps without an answer that no answer so far rules out; of alternatives one, since the seed asks no more. */
function stillToCome(level: Level, answers: readonly Answer[], answered: ReadonlySet<string>): string[] {
  const chosen = new Map(answers.map((answer) => [answer.step, 'choice' in answer ? answer.choice : undefined]));
  const mayCome = (step: Step) =>
    Object.entries(step.when ?? {}).every(([earlier, choices]) => {
      const choice = chosen.get(earlier);
      // Which choice marked bytes came to is known to the run alone.
      return choice === undefined || [choices].flat().includes(choice);
    });
  return level.acts.flatMap(({ steps }) => {
    const decided = new Set(steps.filter(({ id }) => answered.has(id)).map(decisionOf));
    return steps.flatMap((step) => {
      if (decided.has(decisionOf(step)) || !mayCome(step)) return [];
      decided.add(decisionOf(step));
      return [step.id];
    });
  });
}
