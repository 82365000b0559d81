// Over twenty seeds the reference meets every goal, and the right answer comes in as many variants as the step says.
import { describe, expect, it } from 'vitest';
import type { Level, Step } from '../../src/game/level.ts';
import { proveVariety } from '../../src/game/proveVariety.ts';
import { newTally } from '../../src/game/tally.ts';
import { scenarios } from '../../src/scenarios/index.ts';
import { shippedLevels } from '../shipped.ts';

const seeds = Array.from({ length: 20 }, (_, index) => `proof ${index + 1}`);
const serverHello = shippedLevels().find(({ id }) => id === 'server-hello');

/** What twenty seeds have against a level that ships, with one step changed. */
function faults(step: string, change: (step: Step) => void) {
  const level = structuredClone(serverHello) as Level | undefined;
  const scenario = level && scenarios.get(level.scenario);
  const found = level?.acts.flatMap(({ steps }) => steps).find(({ id }) => id === step);
  if (!level || !scenario || !found) throw new Error('the level is not as it was');
  change(found);
  const tally = newTally(() => false);
  proveVariety(level, scenario, seeds, tally);
  return tally.faults();
}

describe('twenty seeds', () => {
  it('find the declared variants', () => {
    expect(faults('suite', () => undefined)).toEqual([]);
  });
  it('find fewer than are declared', () => {
    expect(faults('suite', (step) => (step.variants = 4))).toEqual([
      { act: 0, step: 'suite', message: 'it says variants: 4, and 20 seeds give 3' },
    ]);
    expect(faults('version', (step) => (step.variants = 2))[0]?.message).toBe(
      'it says variants: 2, and 20 seeds give 1',
    );
  });
  it('find a right answer that varies and does not say so', () => {
    expect(faults('suite', (step) => (step.variants = undefined))[0]?.message).toContain('add variants: 3');
  });
  it('find a seed with which the reference misses the goal', () => {
    const fixed = faults('suite', (step) => {
      for (const choice of step.choices) if ('answer' in choice) choice.answer = { suite: 'TLS_AES_128_GCM_SHA256' };
    });
    expect(fixed.map(({ message }) => message).join()).toMatch(/with seed "proof \d+" the reference misses the goal/);
  });
});
