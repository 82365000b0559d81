// What a verdict says against what happened.
import type { Fact } from '../scenarios/scenario.ts';
import { cameAbout, factText, isMet, namedFact } from './goal.ts';
import type { FactPattern, Goal, World } from './level.ts';
import type { Taken } from './simulate.ts';
import { isDeepStrictEqual } from 'node:util';

/** How a world ended after an answer, played on by the reference. */
export interface End {
  readonly world: World;
  readonly met: boolean;
  readonly facts: readonly Fact[];
}

/**
 * How the verdict on an answer is wrong; nothing where it is right. `ends` has every world, the shown one first;
 * `canStillBeMet` says whether other answers afterwards meet a world's goal.
 */
export function contradiction(
  { outcome }: Taken,
  ends: readonly End[],
  canStillBeMet: (world: World) => boolean,
): string | undefined {
  const { verdict } = outcome;
  if (verdict === 'safe') {
    const missed = ends.find(({ met }) => !met);
    return (
      missed &&
      `says safe, but misses the goal in world "${missed.world.name}": ${shortfall(missed.world.goal, missed.facts)}`
    );
  }
  const end = outcome.in === undefined ? ends[0] : ends.find(({ world }) => world.name === outcome.in);
  if (!end) return `names a world "${outcome.in}" that is not there`;
  const { world, facts } = end;
  const where = `in world "${world.name}"`;
  if ('breaks' in verdict) {
    const fact = factText(verdict.breaks);
    if (!world.goal.never.some((never) => isSame(never, verdict.breaks)))
      return `says that it breaks ${fact}, which the goal ${where} does not forbid`;
    if (!cameAbout(facts, verdict.breaks))
      return `says that it breaks ${fact} ${where}, but that does not come about: ${summary(facts)}`;
  } else {
    const fact = factText(verdict.misses);
    const items = world.goal.must.filter((item) => alternatives(item).some((one) => isSame(one, verdict.misses)));
    if (!items.length) return `says that it misses ${fact}, which the goal ${where} does not ask for`;
    if (items.every((item) => alternatives(item).some((one) => cameAbout(facts, one))))
      return `says that it misses ${fact} ${where}, but that comes about: ${summary(facts)}`;
  }
  if (canStillBeMet(world)) return `says unsafe, but other answers after it still meet the goal ${where}`;
  return undefined;
}

/** What a missed goal lacks, or what came about against it. */
export function shortfall(goal: Goal, facts: readonly Fact[]): string {
  const broken = goal.never.filter((pattern) => cameAbout(facts, pattern));
  const lacking = goal.must.filter((item) => !isMet({ must: [item], never: [] }, facts));
  return [
    ...broken.map((pattern) => `${factText(pattern)} comes about`),
    ...lacking.map((item) => `${alternatives(item).map(factText).join(' or ')} does not come about`),
  ].join('; ');
}

const alternatives = (item: Goal['must'][number]): readonly FactPattern[] => ('anyOf' in item ? item.anyOf : [item]);
const isSame = (a: FactPattern, b: FactPattern) => isDeepStrictEqual(namedFact(a), namedFact(b));
const summary = (facts: readonly Fact[]): string => [...new Set(facts.map(factText))].join(', ') || 'nothing does';
