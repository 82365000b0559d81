// What a level is for other seeds: whether the reference still meets every goal, and whether the right answers are as many as the file says.
import type { Scenario } from '../scenarios/scenario.ts';
import { entropy } from '../tls/entropy.ts';
import { shortfall } from './judge.ts';
import type { Level } from './level.ts';
import { after } from './play.ts';
import { byReference, nothingBefore, simulate, type Taken } from './simulate.ts';
import type { Tally } from './tally.ts';

/**
 * Plays each act in every world by the reference, once a seed. A step's right answer, as the actor is given it, must come in
 * as many variants as the step declares; a step that declares none must have one right answer for all seeds.
 */
export function proveVariety(level: Level, scenario: Scenario, seeds: readonly string[], tally: Tally): void {
  const answers = new Map<string, Set<string>>();
  const seen = ({ step, executed }: Taken) =>
    answers.set(step.id, (answers.get(step.id) ?? new Set()).add(JSON.stringify(executed)));
  for (const seed of seeds) {
    let before = nothingBefore;
    for (const [index, act] of level.acts.entries())
      tally.guard({ act: index }, () => {
        const [shown] = act.worlds.map((world) => {
          const played = simulate({ scenario, act, draw: entropy(seed), before }, world, byReference);
          const why = played.met ? '' : shortfall(world.goal, played.facts);
          if (why)
            tally.fault({
              act: index,
              message: `with seed "${seed}" the reference misses the goal in world "${world.name}": ${why}`,
            });
          return played;
        });
        for (const one of shown?.taken ?? []) seen(one);
        if (shown) before = after({ act, you: shown.you, taken: shown.taken }, before);
      });
  }
  for (const [index, { steps }] of level.acts.entries())
    for (const { id, variants } of steps) {
      const message = unlike(answers.get(id)?.size ?? 0, variants, seeds.length);
      if (message) tally.fault({ act: index, step: id, message });
    }
}

function unlike(found: number, declared: number | undefined, seeds: number): string | undefined {
  if (declared === undefined)
    return found > 1
      ? `the seed moves its right answer (${found} variants in ${seeds} seeds), and it does not say so: add variants: ${found}`
      : undefined;
  return found < declared ? `it says variants: ${declared}, and ${seeds} seeds give ${found}` : undefined;
}
