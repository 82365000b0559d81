// What can cost the player a level is said before the first decision: the facts that verdicts speak of, by their words.
import { entropy } from '../../tls/entropy.ts';
import type { Scenario, Scene } from '../../scenarios/scenario.ts';
import { factText, namedFact } from '../goal.ts';
import { type Act, type FactPattern, type Level, outcomesOf } from '../level.ts';
import { fill } from '../words.ts';
import type { Problem } from '../yamlFile.ts';

/**
 * Facts that a choice breaks or misses, and of which the level's brief and the act's say nothing: whom they are about, and
 * one of the words of what they are about, such as `feed` of `truncated-feed`.
 */
export function goalProblems(level: Level, scenario: Scenario): Problem[] {
  return level.acts.flatMap((act, index) => {
    const scene = sceneOf(act, scenario);
    if (!scene) return [];
    const brief = fill(`${level.brief} ${act.brief ?? ''}`, scene.words);
    const path = act.brief === undefined ? ['brief'] : ['acts', index, 'brief'];
    return judgedBy(act).flatMap((fact): Problem[] => {
      const missing = unsaid(fact, brief, act, scene, scenario);
      return missing
        ? [{ path, message: `A choice is judged by ${factText(fact)}, and nothing here tells of it: say ${missing}.` }]
        : [];
    });
  });
}

function sceneOf({ worlds }: Act, { setup, scene }: Scenario): Scene | undefined {
  const parsed = setup.safeParse(worlds[0]?.setup ?? {});
  return parsed.success ? scene(parsed.data, entropy('sample')) : undefined;
}

/** The facts that verdicts of an act speak of, each once. */
function judgedBy(act: Act): FactPattern[] {
  const facts = act.steps.flatMap((step) =>
    outcomesOf(step).flatMap(([, { verdict }]): FactPattern[] =>
      verdict === 'safe' ? [] : ['breaks' in verdict ? verdict.breaks : verdict.misses],
    ),
  );
  return [...new Map(facts.map((fact) => [factText(fact), fact])).values()];
}

/** What is missing in the brief, in words; nothing where it is all there. */
function unsaid(fact: FactPattern, brief: string, act: Act, { cast }: Scene, { called }: Scenario): string | undefined {
  const named = namedFact(fact);
  // What was delivered stands before whom it came to.
  const [who, what] = named.kind === 'delivered' ? [named.what ?? '', named.who] : [named.who, named.what ?? ''];
  const player = cast.find(({ role }) => role === act.role);
  const names = [who, ...cast.filter(({ actor }) => actor === who).map(({ name }) => name), ...(called?.[who] ?? [])];
  if (player?.actor === who) names.push('you', 'your');
  if (!names.some((name) => stands(name, brief))) return `who ${names.join(' or ')} is`;
  const id = what.replace(/-?\d+$/, '');
  const words = [...(called?.[id] ?? []), ...id.split('-').filter((word) => word.length > 3)];
  return !words.length || words.some((word) => stands(word, brief)) ? undefined : `a word such as ${words.join(', ')}`;
}

/** A word in a text, whatever its ending: forged, forge and forging are one. */
function stands(word: string, text: string): boolean {
  const stem = word.replace(/(?:ed|es|e|s|ing)$/i, '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}])${stem}(?:e?s|e?d|e|ing)?(?![\\p{L}\\p{N}])`, 'iu').test(text);
}
