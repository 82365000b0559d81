// Whether a goal is met: facts against the patterns that a level names.
import { type Fact, type FactKind, factKinds } from '../scenarios/scenario.ts';
import type { FactPattern, Goal } from './level.ts';

/** A pattern taken apart; without `what` it fits every one. */
export interface NamedFact {
  readonly kind: FactKind;
  readonly who: string;
  readonly what?: string;
}

/** `{ learned: [eve, order] }` as kind, who and what. */
export function namedFact(pattern: FactPattern): NamedFact {
  for (const kind of factKinds) {
    const [who, what] = pattern[kind] ?? [];
    if (who !== undefined) return what === undefined ? { kind, who } : { kind, who, what };
  }
  throw new TypeError('a fact pattern without a kind');
}

export function cameAbout(facts: readonly Fact[], pattern: FactPattern): boolean {
  const { kind, who, what } = namedFact(pattern);
  return facts.some((fact) => fact.kind === kind && fact.who === who && (what === undefined || fact.what === what));
}

/** A fact that must never hold has come about: facts only accumulate, so nothing can mend it. */
export const isLost = (goal: Goal, facts: readonly Fact[]): boolean =>
  goal.never.some((pattern) => cameAbout(facts, pattern));

/** At the end of an act: nothing forbidden came about, and everything that must hold does. */
export const isMet = (goal: Goal, facts: readonly Fact[]): boolean =>
  !isLost(goal, facts) &&
  goal.must.every((item) =>
    'anyOf' in item ? item.anyOf.some((pattern) => cameAbout(facts, pattern)) : cameAbout(facts, item),
  );

/** `learned(eve, order)`, for messages. */
export function factText(pattern: FactPattern | Fact): string {
  const { kind, who, what } = 'kind' in pattern ? (pattern as Fact) : namedFact(pattern);
  return `${kind}(${what === undefined ? who : `${who}, ${what}`})`;
}
