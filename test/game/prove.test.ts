// The prover passes levels whose verdicts are what happens, and names every one that is not.
import { describe, expect, it } from 'vitest';
import { type Level, type Outcome, outcomesOf } from '../../src/game/level.ts';
import { prove } from '../../src/game/prove.ts';
import { doorLevel, lettersLevel, levelOf } from './levels.ts';
import { scenarios } from './toy.ts';

const levels = [levelOf(lettersLevel), levelOf(doorLevel)];

describe('a level that does what it says', () => {
  it.each(levels.map((level) => [level.id, level] as const))('%s is proven', (_id, level) => {
    const proof = prove(level, scenarios);
    expect(proof.faults).toEqual([]);
    expect(proof.level).toBe(level.id);
  });

  it('is proven by running all of it: steps, choices and worlds are counted as they come up', () => {
    const counts = levels.map((level) => prove(level, scenarios, ['1'])).map(({ faults, plays, ...rest }) => rest);
    expect(counts).toEqual([
      { level: 'letters', steps: 3, choices: 8, picks: 0, worlds: 2 },
      { level: 'door', steps: 5, choices: 13, picks: 14, worlds: 3 },
    ]);
    for (const level of levels) expect(prove(level, scenarios).plays).toBeGreaterThan(20);
  });
});

describe('a verdict turned round', () => {
  const turned = levels.flatMap((level) =>
    level.acts.flatMap((act, index) =>
      act.steps.flatMap((step) =>
        outcomesOf(step).flatMap(([choice, outcome]) =>
          othersThan(outcome, index, level).map((verdict) => ({ level, index, step: step.id, choice, verdict })),
        ),
      ),
    ),
  );

  it('has been tried for every choice of every level', () => {
    expect(new Set(turned.map(({ level, step, choice }) => `${level.id} ${step} ${choice}`)).size).toBe(21);
    expect(turned.length).toBeGreaterThan(25);
  });

  it.each(turned)('is found: $level.id, $step, $choice as $verdict', ({ level, index, step, choice, verdict }) => {
    const { faults, level: name } = prove(withVerdict(level, step, choice, verdict), scenarios, ['1']);
    expect(name).toBe(level.id);
    expect(faults).toContainEqual(expect.objectContaining({ act: index, step, choice }));
  });
});

describe('a level that does something else than it says', () => {
  const faultsOf = (from: string | RegExp, to: string, text = lettersLevel) => {
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    return prove(levelOf(changed), scenarios, ['1']).faults;
  };

  it('is found where a step is never asked', () => {
    expect(faultsOf('nth: 2', 'nth: 5')).toContainEqual({
      act: 0,
      step: 'second-reply',
      message: 'it is never asked (client.onReply, time 5)',
    });
  });

  it('is found where the reference misses the goal, with the world and what is lacking', () => {
    const faults = faultsOf(
      'setup: { moe: away }',
      'setup: { moe: away }\n    policies: { bea: { server.book: { take: none } } }',
    );
    expect(faults).toContainEqual({
      act: 0,
      message: 'the reference misses the goal in world "quiet": delivered(order, bea) does not come about',
    });
  });

  it('is found where a careless choice is safe in the shown world alone', () => {
    const faults = faultsOf(/verdict: \{ misses: \{ accepted: \[ann, thanks\] \} \}\n {8}in: quiet/, 'verdict: safe');
    expect(faults).toContainEqual(
      expect.objectContaining({
        step: 'first-reply',
        choice: 'none',
        message: 'says safe, but misses the goal in world "quiet": accepted(ann, thanks) does not come about',
      }),
    );
  });

  it('is found where a wrong answer can be mended by a later one that the reference does not give', () => {
    const another = `  - id: after-none
    at: client.onReply
    nth: 2
    when: { first-reply: none }
    ask: And now?
    choices:
      - { id: none, label: Nobody, answer: { believe: none }, verdict: safe, headline: Hm., says: Hm. }
      - { id: stamped, label: Stamped, answer: { believe: stamped }, verdict: safe, headline: Hm., says: Hm. }
`;
    const text = lettersLevel.replace(
      /verdict: \{ misses: \{ accepted: \[ann, thanks\] \} \}\n {8}in: quiet/,
      'verdict: { misses: { accepted: [ann, sent] } }',
    );
    expect(prove(levelOf(text + another), scenarios, ['1']).faults).toContainEqual({
      act: 0,
      step: 'first-reply',
      choice: 'none',
      message: 'says unsafe, but other answers after it still meet the goal in world "carried"',
    });
  });

  it('is found where a field that nobody named does not do what otherwise says', () => {
    const faults = faultsOf(
      'picks: [ { record: letter, field: pin=.value } ]',
      'picks: [ { record: letter, field: pin=.* } ]',
      doorLevel,
    );
    expect(faults).toContainEqual(expect.objectContaining({ step: 'mark', choice: 'pin' }));
    const [unnamed] = faultsOf(/otherwise:\n +verdict: .*/, 'otherwise:\n          verdict: safe', doorLevel);
    expect(unnamed).toMatchObject({ step: 'mark', choice: 'otherwise' });
    expect(unnamed?.message).toContain('(given: letter, {"record":0,"offset":0,"length":');
  });

  it('is found where a choice of a pick names nothing, or what another names', () => {
    expect(faultsOf('record: sealed letter', 'record: parcel', doorLevel)).toContainEqual(
      expect.objectContaining({
        step: 'mark',
        choice: 'sealed',
        message: 'nothing that can be marked is what it names',
      }),
    );
    expect(faultsOf('field: "tip=*e"', 'field: pin=.value', doorLevel)).toContainEqual(
      expect.objectContaining({ step: 'mark', choice: 'tip', message: 'the bytes that it names first are "pin"' }),
    );
  });
});

describe('a prover that does nothing', () => {
  it('would not pass: no seed, no proof', () => {
    const { plays, steps, choices, worlds, faults } = prove(levels[0] as Level, scenarios, []);
    expect({ plays, steps, choices, worlds }).toEqual({ plays: 0, steps: 0, choices: 0, worlds: 0 });
    expect(faults.map(({ step }) => step)).toEqual(['write', 'first-reply', 'second-reply']);
  });
});

/** Safe becomes each harm that its world knows; unsafe becomes safe. */
function othersThan({ verdict }: Outcome, act: number, level: Level): Outcome['verdict'][] {
  if (verdict !== 'safe') return ['safe'];
  const { must = [], never = [] } = level.acts[act]?.worlds[0]?.goal ?? {};
  return [
    ...never.map((breaks) => ({ breaks })),
    ...must.flatMap((item) => ('anyOf' in item ? item.anyOf : [item])).map((misses) => ({ misses })),
  ];
}

function withVerdict(level: Level, stepId: string, choice: string, verdict: Outcome['verdict']): Level {
  const copy = structuredClone(level);
  for (const act of copy.acts)
    for (const step of act.steps)
      if (step.id === stepId)
        for (const [id, outcome] of outcomesOf(step))
          if (id === choice) {
            outcome.verdict = verdict;
            delete outcome.in;
          }
  return copy;
}

describe('steps that the seed chooses among', () => {
  const lamp = lettersLevel.replace('    nth: 2\n    when:', '    nth: 2\n    given: { item: lamp }\n    when:');
  const asked = (item: string, seeds?: readonly string[]) =>
    prove(levelOf(lamp.replace('item: lamp', `item: ${item}`)), scenarios, seeds);

  it('are proven with seeds that ask for them, and more seeds are taken where the usual ones do not', () => {
    const plays = ['lamp', 'kettle', 'ladder', '[lamp, kettle, ladder]'].map((item) => {
      const { faults, steps, plays: count } = asked(item);
      expect(faults).toEqual([]);
      expect(steps).toBe(3);
      return count;
    });
    expect(new Set(plays).size).toBeGreaterThan(1);
  });

  it('are found where no seed asks for them', () => {
    const [fault, ...more] = asked('spoon').faults;
    expect(fault).toEqual({ act: 0, step: 'second-reply', message: expect.stringContaining('never asked') });
    expect(more).toEqual([]);
  });

  it('are found wrong although only some seeds ask for them', () => {
    for (const item of ['lamp', 'kettle', 'ladder']) {
      const level = levelOf(lamp.replace('item: lamp', `item: ${item}`));
      const changed = withVerdict(level, 'second-reply', 'none', 'safe');
      const place = { act: 0, step: 'second-reply', choice: 'none' };
      expect(prove(changed, scenarios).faults).toContainEqual(expect.objectContaining(place));
      expect(prove(changed, scenarios, undefined, place).faults).toContainEqual(expect.objectContaining(place));
    }
  });
});
