import { describe, expect, it } from 'vitest';
import { grade, grading } from '../../src/classroom/grading.ts';
import type { Move } from '../../src/game/attempt.ts';
import type { Level } from '../../src/game/level.ts';
import { scenarios } from '../../src/scenarios/index.ts';
import { slipsOf } from '../../src/store/playing.ts';
import { rightAnswers } from '../journeys/answers.ts';
import { choose, levelNamed, levels, newGame, toQuestion } from '../ui/game.ts';

const seed = '1';
const gradeOf = (level: Level, moves: readonly Move[]) => grade({ level, seed, moves }, scenarios);

/** Plays a level to its end as a player does: hints where there are some, and at every step each wrong choice first. */
function playedBadly(level: Level) {
  const { store } = newGame();
  store.actions.start(level);
  const right = [...(rightAnswers[level.id] ?? [])];
  toQuestion(store);
  for (let playing = store.getState().playing; playing?.phase === 'ask'; playing = store.getState().playing) {
    const { step } = playing.snapshot.waiting ?? {};
    const answer = right.shift() ?? '';
    store.actions.hint();
    for (const { id } of step?.choices.filter(({ verdict }) => verdict !== 'safe') ?? []) {
      choose(store, id);
      toQuestion(store);
      store.actions.hint();
    }
    choose(store, answer);
    toQuestion(store);
  }
  const { playing } = store.getState();
  if (playing?.phase !== 'over') throw new Error(`${level.id} did not end`);
  return playing;
}

describe.each(levels.filter(({ proof }) => proof !== 'live').map((level) => [level.id, level] as const))(
  'the grade of %s',
  (_id, level) => {
    const { attempt, score, snapshot } = playedBadly(level);
    const { moves } = attempt;
    it('is what the player was shown, with the wrong answers that were taken back', () => {
      const { points, stars } = score;
      const slips = slipsOf(level, attempt, scenarios).map(({ step, choice, misconception }) => ({
        step,
        choice,
        ...(misconception ? { misconception } : {}),
      }));
      expect(slips.length).toBeGreaterThan(0);
      expect(gradeOf(level, moves)).toEqual({ points, stars, outcome: snapshot.outcome, slips });
    });
    it('comes to the same when it is kept and played on after each move', () => {
      const played = grading(scenarios, () => true);
      for (let count = 0; count <= moves.length; count++) {
        const some = moves.slice(0, count);
        expect(played({ level, seed, moves: some })).toEqual(gradeOf(level, some));
      }
    });
    it('is nothing where an answer follows the end', () => {
      const last = moves.findLast(({ move }) => move === 'answer');
      const after = gradeOf(level, [...moves, ...(last ? [last] : [])]);
      expect(after).toMatchObject({ points: 0, stars: 0, slips: [], fault: expect.stringMatching(/over/) });
    });
    it('is all points and three stars for the reference without hint', () => {
      const steps = snapshot.judged.map(({ step, choice }): Move => ({ move: 'answer', step, choice }));
      const { points, stars, outcome, slips } = gradeOf(level, steps);
      expect({ points, stars, outcome, slips }).toEqual({ points: 100, stars: 3, outcome: 'met', slips: [] });
    });
  },
);

it('an attempt that is not kept any more, or has other moves than it had, is played from its start', () => {
  const first = levelNamed('first-contact');
  const [step, choice] = [first.acts[0]?.steps[0]?.id ?? '', rightAnswers['first-contact']?.[0] ?? ''];
  const right: Move = { move: 'answer', step, choice };
  const badly = playedBadly(first).attempt.moves;
  const played = grading(scenarios, (kept) => kept < 2);
  for (const one of [
    { level: first, seed, moves: badly.slice(0, 4) },
    { level: first, seed, moves: [right] },
    { level: first, seed, moves: [] },
    { level: first, seed: '2', moves: [right] },
    { level: levelNamed('goodbye'), seed: '2', moves: [] },
    { level: first, seed, moves: badly },
  ])
    expect(played(one)).toEqual(grade(one, scenarios));
});

it('there are levels with wrong answers in several acts among them', () => {
  expect(levels.filter(({ acts, proof }) => proof !== 'live' && acts.length > 1).length).toBeGreaterThan(2);
});

describe('an attempt that nobody can have played', () => {
  const level = levelNamed('first-contact');
  const right = (rightAnswers['first-contact'] ?? []).map((choice, index): Move => {
    const step = level.acts[0]?.steps[index]?.id ?? '';
    return { move: 'answer', step, choice };
  });
  const [first, second, third] = right as [Move & { step: string }, Move & { step: string }, Move & { step: string }];
  const wrongChoice = level.acts[0]?.steps[0]?.choices.find(({ verdict }) => verdict !== 'safe')?.id ?? '';
  const wrong: Move = { move: 'answer', step: first.step, choice: wrongChoice };
  const rewind: Move = { move: 'rewind' };
  const hint = (step: string, tier: 1 | 2 | 3): Move => ({ move: 'hint', step, tier });

  it.each<[string, readonly Move[], RegExp]>([
    ['takes back a right answer', [first, rewind], /^Move 2 takes an answer back/],
    ['takes back what nobody answered', [rewind], /^Move 1 takes/],
    ['takes back a wrong answer twice', [wrong, rewind, rewind], /^Move 3 takes/],
    ['answers after a wrong answer that stands', [wrong, second], /The run is over/],
    ['leaves a step out', [second], /where step ".*" is asked/],
    ['answers in another order', [second, first], /where step/],
    ['answers a step twice', [first, first], /where step/],
    ['answers with a choice that is not there', [{ ...first, choice: 'nowhere' } as Move], /has no choice "nowhere"/],
    [
      'marks bytes where choices are offered',
      [{ move: 'answer', step: first.step, value: { record: 0, offset: 0, length: 1 } }],
      /one of its choices/,
    ],
    ['reads the second hint first', [hint(first.step, 2)], /Hint 2 of step/],
    ['reads a hint twice', [hint(first.step, 1), hint(first.step, 1)], /Hint 1 of step/],
    ['reads a hint of a step that does not wait', [hint(second.step, 1), first], /did not wait/],
    ['reads a hint of the step before', [first, hint(first.step, 1), second], /did not wait/],
    ['reads a hint of no step', [hint('nowhere', 1)], /Hint 1 of step "nowhere"/],
    ['reads a hint while a wrong answer stands', [wrong, hint(first.step, 1), rewind], /did not wait/],
    ['reads a hint after the end', [first, second, third, hint(third.step, 1)], /did not wait/],
    ['has more moves than anybody makes', Array.from({ length: 2001 }, () => rewind), /more than 2000 moves/],
  ])('%s', (_does, moves, fault) => {
    expect(gradeOf(level, moves)).toEqual({ points: 0, stars: 0, slips: [], fault: expect.stringMatching(fault) });
  });
  it('is none that was only begun, or waits after a wrong answer', () => {
    expect(gradeOf(level, [])).toEqual({ points: 0, stars: 0, slips: [] });
    expect(gradeOf(level, [hint(first.step, 1), wrong])).toMatchObject({
      outcome: 'missed',
      stars: 0,
      slips: [{ step: first.step, choice: wrongChoice }],
    });
  });
  it('is one with a program that only the player has', () => {
    const live = levels.find(({ proof }) => proof === 'live');
    expect(live && gradeOf(live, []).fault).toMatch(/real program/);
  });
});
