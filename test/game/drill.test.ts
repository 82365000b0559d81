// When a decision is asked again, which come first, and how one is reached.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attemptUpTo, planDrill, recallOf } from '../../src/game/drill.ts';
import type { Decision, Given } from '../../src/game/mastery.ts';
import { outcomesOf } from '../../src/game/level.ts';
import { play } from '../../src/game/play.ts';
import { standing } from '../../src/game/attempt.ts';
import { byReference } from '../../src/game/simulate.ts';
import { scenarios } from '../../src/scenarios/index.ts';
import { shippedLevels } from '../shipped.ts';

const levels = shippedLevels();
const day = (number: number): string => new Date(Date.UTC(2026, 0, number)).toISOString();
const on = (number: number): Date => new Date(day(number));
const given = (at: number, safe: boolean, asked: Given['asked'] = 'due', hinted = false): Given => ({
  at: day(at),
  safe,
  asked,
  hinted,
});
const recall = (...answers: Given[]) => recallOf({ given: answers });

describe('how far a decision has come', () => {
  it('is one right answer where the first ever was right, and none where it was wrong or hinted', () => {
    expect(recall(given(1, true, 'level'))).toEqual({ rights: 1, since: day(1) });
    expect(recall(given(1, false, 'level'), given(1, true, 'retried'))).toEqual({ rights: 0, since: day(1) });
    expect(recall(given(1, true, 'level', true))).toEqual({ rights: 0, since: day(1) });
  });
  it('goes on at the next start, after three days and after ten, and is learned then', () => {
    const answers = [given(1, false, 'level'), given(2, true), given(5, true), given(15, true)];
    expect(answers.map((_one, index) => recall(...answers.slice(0, index + 1)).rights)).toEqual([0, 1, 2, 3]);
  });
  it('goes back to the beginning by a wrong answer, at any time and from everywhere', () => {
    const learned = [given(1, true, 'level'), given(4, true), given(14, true)];
    expect(recall(...learned).rights).toBe(3);
    for (const asked of ['level', 'due', 'practice'] as const)
      expect(recall(...learned, given(20, false, asked))).toEqual({ rights: 0, since: day(20) });
  });
  it('is not changed by what is right before its time, nor by a second try', () => {
    expect(recall(given(1, true, 'level'), given(2, true, 'practice'), given(3, true, 'level'))).toEqual({
      rights: 1,
      since: day(1),
    });
    expect(recall(given(1, false, 'level'), given(1, true, 'practice'))).toMatchObject({ rights: 0 });
    expect(recall(given(1, false, 'level'), given(2, true), given(3, false, 'retried'))).toMatchObject({ rights: 1 });
  });
  it('counts once what two machines asked on the same day', () => {
    expect(recall(given(1, true, 'level'), given(5, true), given(6, true)).rights).toBe(2);
  });
});

const decisionAt = (id: string, step: string, ...answers: Given[]): Decision => {
  const level = levels.find((one) => one.id === id);
  const found = level?.acts.flatMap((act) => act.steps).find((one) => one.id === step);
  if (!level || !found) throw new Error(`no decision ${id} ${step}`);
  return { level, step: found, given: answers };
};
const names = (items: readonly { readonly level: { readonly id: string }; readonly step: { readonly id: string } }[]) =>
  items.map(({ level, step }) => `${level.id} ${step.id}`);

describe('the plan of a drill', () => {
  const mastery = [
    decisionAt('first-contact', 'address', given(1, true, 'level')),
    decisionAt('open-wire', 'capture', given(2, true, 'level')),
    decisionAt('goodbye', 'end', given(3, false, 'level')),
    decisionAt('goodbye', 'typed', given(4, false, 'level')),
    decisionAt('server-hello', 'version', given(1, true, 'level'), given(4, true), given(14, true)),
  ].filter(({ step }) => step);

  it('has what was missed first, once the program was started anew, then what waits longest', () => {
    const plan = planDrill(mastery, { now: on(5), started: on(5) });
    expect(names(plan.due)).toEqual(['goodbye end', 'goodbye typed', 'first-contact address', 'open-wire capture']);
    expect(plan.due.map(({ missed }) => missed)).toEqual([true, true, false, false]);
    expect(plan).toMatchObject({ learned: 1, next: undefined });
    expect(names(plan.practice)).toEqual(['server-hello version']);
  });
  it('leaves for the next start what was missed in this one', () => {
    const plan = planDrill(mastery, { now: on(4), started: new Date(Date.UTC(2026, 0, 3, 12)) });
    expect(names(plan.due)).toEqual(['goodbye end', 'first-contact address']);
    expect(plan.next).toBe('next start');
    expect(names(plan.practice)).toEqual(['goodbye typed', 'open-wire capture', 'server-hello version']);
  });
  it('says when the next comes where nothing is due', () => {
    const right = mastery.slice(0, 2);
    const plan = planDrill(right, { now: new Date(on(4).getTime() - 1), started: on(3) });
    expect(plan.due).toEqual([]);
    expect(plan.next).toEqual(on(4));
    expect(names(planDrill(right, { now: on(4), started: on(3) }).due)).toEqual(['first-contact address']);
  });
  it('does not wait for a time that a wrong clock wrote', () => {
    const ahead = [decisionAt('first-contact', 'address', given(300, true, 'level'))];
    expect(planDrill(ahead, { now: on(5), started: on(5) }).due).toHaveLength(1);
    const missed = [decisionAt('first-contact', 'address', given(300, false, 'level'))];
    expect(planDrill(missed, { now: on(5), started: on(5) }).due).toHaveLength(1);
  });
  it('asks nothing for which a program of the machine would have to be started', () => {
    const live = levels.find(({ proof }) => proof === 'live');
    const [step] = live?.acts[0]?.steps ?? [];
    if (!live || !step) throw new Error('there is no live level');
    const plan = planDrill([{ level: live, step, given: [given(1, false, 'level')] }], { now: on(5), started: on(5) });
    expect([...plan.due, ...plan.practice]).toEqual([]);
  });
  it('has every decision once, due or not, whatever was answered when', () => {
    const answer = fc.record({
      at: fc.integer({ min: 1, max: 60 }),
      safe: fc.boolean(),
      asked: fc.constantFrom('level', 'due', 'practice', 'retried' as const),
      hinted: fc.boolean(),
    });
    const steps = [
      ['first-contact', 'address'],
      ['goodbye', 'end'],
      ['goodbye', 'typed'],
    ] as const;
    fc.assert(
      fc.property(
        fc.array(fc.array(answer, { minLength: 1, maxLength: 8 }), { maxLength: 3 }),
        fc.nat(70),
        (all, now) => {
          const decisions = all.map((answers, index) =>
            decisionAt(
              steps[index]?.[0] ?? '',
              steps[index]?.[1] ?? '',
              ...answers
                .toSorted((a, b) => a.at - b.at)
                .map(({ at, safe, asked, hinted }) => given(at, safe, asked, hinted)),
            ),
          );
          const plan = planDrill(decisions, { now: on(now), started: on(now) });
          expect(names([...plan.due, ...plan.practice]).toSorted()).toEqual(names(decisions).toSorted());
          const open = decisions.length - plan.learned;
          if (plan.due.length < open) expect(plan.next).toBeDefined();
          if (plan.next instanceof Date) {
            expect(plan.next > on(now)).toBe(true);
            expect(planDrill(decisions, { now: plan.next, started: plan.next }).due.length).toBeGreaterThan(
              plan.due.length,
            );
          }
        },
      ),
    );
  });
});

describe.each(levels.filter(({ proof }) => proof !== 'live').map((level) => [level.id, level] as const))(
  'each decision of %s',
  (_id, level) => {
    const steps = level.acts.flatMap((act) => act.steps);
    const asked = planDrill(
      steps.map((step) => ({ level, step, given: [given(1, false, 'level')] })),
      { now: on(5), started: on(5) },
    ).due;
    it('that the plan has is reached with any seed, and what is answered there is judged', () => {
      expect(asked.length).toBeGreaterThan(0);
      for (const { step } of asked) {
        for (const seed of ['1', 'drill', 'another seed']) {
          const reached = attemptUpTo(level, step.id, seed, scenarios);
          expect(reached?.snapshot.waiting?.step.id, `${step.id} with seed ${seed}`).toBe(step.id);
          if (!reached) continue;
          const answers = [...standing(reached.attempt.moves), byReference(step)];
          const judged = play({ level, seed: reached.attempt.seed, answers }, scenarios).judged.at(-1);
          expect(judged).toMatchObject({ step: step.id, safe: true });
        }
      }
    });
    it('that the plan leaves out is not reached', () => {
      for (const step of steps.filter((one) => !asked.some((item) => item.step === one)))
        expect(attemptUpTo(level, step.id, '1', scenarios)).toBeUndefined();
      expect(steps.flatMap(outcomesOf).length).toBeGreaterThan(0);
    });
  },
);
