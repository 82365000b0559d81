// A drill on the screen: decisions by themselves, one after the other. Each answer goes to the log at once.
import type { Answer, Drawn } from '../game/attempt.ts';
import { attemptUpTo, type DrillItem, type DrillPlan, drilledAs, drillItems } from '../game/drill.ts';
import type { Level } from '../game/level.ts';
import type { Judged } from '../game/play.ts';
import type { Scenarios } from '../scenarios/index.ts';
import { type Asking, answered, hinted, opened, type Playing } from './playing.ts';

export interface Drilling {
  /** Those that are still to be asked; the first is asked now. */
  readonly items: readonly DrillItem[];
  readonly done: readonly { readonly item: DrillItem; readonly safe: boolean; readonly judged: Judged }[];
}

export const drillOf = (plan: DrillPlan): Drilling => ({ items: drillItems(plan), done: [] });

/**
 * Stands at the first decision that can be reached, with the drill from there on; without a decision where none is left.
 */
export function reached(
  drilling: Drilling,
  draw: (level: Level) => Drawn,
  scenarios: Scenarios,
): { readonly drilling: Drilling; readonly playing?: Playing } {
  for (const [index, item] of drilling.items.entries()) {
    const { id, seed } = draw(item.level);
    const found = attemptUpTo(item.level, item.step.id, seed, scenarios);
    if (!found) continue;
    const items = drilling.items.slice(index);
    const number = drilling.done.length + 1;
    const playing = opened(item.level, id, found.attempt, found.snapshot, 'ask');
    return {
      drilling: { ...drilling, items },
      playing: { ...playing, drill: { number, of: drilling.done.length + items.length } },
    };
  }
  return { drilling: { ...drilling, items: [] } };
}

/** The answer is carried out as in a level. */
export function drilled(
  drilling: Drilling,
  playing: Playing,
  answer: Answer,
  asking: Asking,
): { readonly drilling: Drilling; readonly playing: Playing } {
  const [item, ...items] = drilling.items;
  const next = answered(playing, answer, unlogged(asking));
  const judged = next.snapshot.judged.at(-1);
  if (!item || !judged || next === playing) return { drilling, playing };
  asking.log.record(drilledAs(item, next.attempt, judged.choice));
  return { drilling: { items, done: [...drilling.done, { item, safe: judged.safe, judged }] }, playing: next };
}

export const drillHint = (playing: Playing, asking: Asking): Playing => hinted(playing, unlogged(asking));

/** Its moves are none of an attempt. */
const unlogged = (asking: Asking): Asking => ({ ...asking, still: asking.still, log: { record() {} } });
