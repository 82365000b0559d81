// What was learned, and what is due: computed only when a screen needs it.
import type { Codex } from '../game/codex.ts';
import { type DrillPlan, planDrill } from '../game/drill.ts';
import { type Belief, beliefsOf, masteryIn } from '../game/mastery.ts';
import type { StoreSetup } from './store.ts';

export interface Learned {
  readonly beliefs: readonly Belief[];
  readonly plan: DrillPlan;
  readonly misconceptions: Codex['misconceptions'];
}

type Setup = Pick<StoreSetup, 'levels' | 'scenarios' | 'log' | 'now'>;

/** The log is read anew each time: it may be long, and another window may have written to it. */
export function learning(
  { levels, scenarios, log, now = () => new Date() }: Setup,
  misconceptions: () => Codex['misconceptions'],
): () => Learned {
  const started = now();
  const mastery = masteryIn(levels, scenarios);
  return () => {
    const decisions = mastery(log.history());
    return {
      beliefs: beliefsOf(decisions),
      plan: planDrill(decisions, { now: now(), started }),
      misconceptions: misconceptions(),
    };
  };
}
