// The prover: runs every choice of every step that can be reached, in every world, and compares with what the file says.
import type { Scenario } from '../scenarios/scenario.ts';
import type { Scenarios } from '../scenarios/index.ts';
import { entropy } from '../tls/entropy.ts';
import { type Act, type Level, outcomesOf, type Step } from './level.ts';
import { proveAct } from './proveAct.ts';
import { proveVariety } from './proveVariety.ts';
import { type Before, isGiven, nothingBefore } from './simulate.ts';
import { isAt, newTally, type Place, ProofEnds, type ProofFault, type Tally, TooManyPlays } from './tally.ts';

export type { ProofFault } from './tally.ts';
export interface Proof {
  /** The level's id. */
  readonly level: string;
  readonly faults: readonly ProofFault[];
  /** How often an act was run. */
  readonly plays: number;
  /** Different steps that were reached, and choices that were judged (`otherwise` is one). */
  readonly steps: number;
  readonly choices: number;
  /** Fields that were marked beside those that a choice names. */
  readonly picks: number;
  /** Different worlds that were run. */
  readonly worlds: number;
}

/** Seeds enough to see a level's words and places change. */
const usualSeeds = ['proof 1', 'proof 2', 'proof 3', 'proof 4'];
/** Of these, whichever asks for a step that no seed so far has asked for. */
const furtherSeeds = Array.from({ length: 16 }, (_, index) => `proof ${usualSeeds.length + index + 1}`);
/** With so many of them every field of a pick is marked; with the others what the choices name. */
const seedsForFields = 2;

/**
 * Proves that safe choices are safe in every world whatever safe answers went before, and that after an unsafe one its
 * declared fact comes about and nothing that follows can meet the goal of its world. At a pick every field of the dump is
 * marked on the first path that leads there (with the first two seeds); the named choices on every path. Where the seed
 * decides which steps are asked, more seeds are taken until each of them was. At the end the reference is played with twenty
 * seeds.
 *
 * With `only`, the question is whether something is wrong at that place: fields are marked at its step alone, only seeds
 * that ask for it are taken, and the first fault there ends the proof.
 */
export function prove(level: Level, scenarios: Scenarios, seeds: readonly string[] = usualSeeds, only?: Place): Proof {
  const tally = newTally((fault) => only !== undefined && isAt(only, fault));
  const scenario = scenarios.get(level.scenario);
  if (!scenario) tally.fault({ act: 0, message: `there is no scenario "${level.scenario}"` });
  else {
    try {
      const taken = seeds === usualSeeds ? seedsFor(level, scenario, only) : seeds;
      for (const [index, seed] of taken.entries())
        proveSeed(level, { scenario, seed, fields: index < seedsForFields, only }, tally);
      for (const [index, act] of level.acts.entries()) for (const step of act.steps) unseen(step, index, tally);
      if (seeds === usualSeeds && !only) proveVariety(level, scenario, [...usualSeeds, ...furtherSeeds], tally);
    } catch (error) {
      if (!(error instanceof ProofEnds)) throw error;
      if (error instanceof TooManyPlays) tally.fault({ act: 0, message: error.message });
    }
  }
  const { plays, steps, choices, picks, worlds } = tally;
  return {
    level: level.id,
    faults: tally.faults(),
    plays,
    steps: steps.size,
    choices: choices.size,
    picks,
    worlds: worlds.size,
  };
}

/** The usual ones, and those further ones that ask for a step that none before did; for one such step, those that ask for it. */
function seedsFor(level: Level, scenario: Scenario, only: Place | undefined): readonly string[] {
  const all = [...usualSeeds, ...furtherSeeds];
  const wanted = only && level.acts.flatMap(({ steps }) => steps).find(({ id, given }) => given && id === only.step);
  if (wanted)
    return all.filter((seed) => givenBy(seed, level, scenario).includes(wanted.id)).slice(0, usualSeeds.length);
  const asked = new Set<string>();
  return all.filter((seed, index) => {
    const given = givenBy(seed, level, scenario);
    const isNew = given.some((step) => !asked.has(step));
    for (const step of given) asked.add(step);
    return index < usualSeeds.length || isNew;
  });
}

/** The steps that some seeds ask for and others not, and that this one does. */
const givenBy = (seed: string, level: Level, scenario: Scenario): string[] =>
  level.acts.flatMap(({ worlds: [shown], steps }) => {
    if (!shown || !steps.some(({ given }) => given)) return [];
    const { words } = scenario.scene(scenario.setup.parse(shown.setup), entropy(seed));
    return steps.flatMap((step) => (step.given && isGiven(step, words) ? [step.id] : []));
  });

interface SeedOf {
  readonly scenario: Scenario;
  readonly seed: string;
  readonly fields: boolean;
  readonly only: Place | undefined;
}

/** Every act after every run of safe answers that it can tell from another. */
function proveSeed(level: Level, { scenario, seed, fields, only }: SeedOf, tally: Tally): void {
  let befores: readonly Before[] = [nothingBefore];
  for (const [index, act] of level.acts.entries()) {
    const notToMark = only ? act.steps.map(({ id }) => id).filter((id) => id !== only.step) : [];
    const marked = fields ? new Set(notToMark) : undefined;
    const situation = { scenario, act, draw: entropy(seed) };
    const ends = befores.flatMap((before) => proveAct({ ...situation, before }, { index, level, marked, tally }));
    befores = different(ends, level.acts.slice(index + 1));
  }
}

/** Situations that a later act can tell apart. */
function different(befores: readonly Before[], later: readonly Act[]): Before[] {
  const asked = new Set(later.flatMap(({ steps }) => steps.flatMap(({ when }) => Object.keys(when ?? {}))));
  const key = ({ carried, chosen }: Before) =>
    JSON.stringify([carried, Object.entries(chosen).filter(([step]) => asked.has(step))]);
  return [...new Map(befores.map((before) => [key(before), before])).values()];
}

/** Steps and choices that no seed came to: what the file says of them is not proven. */
function unseen(step: Step, act: number, tally: Tally): void {
  if (!tally.steps.has(step.id)) {
    tally.fault({ act, step: step.id, message: `it is never asked (${step.at}, time ${step.nth})` });
    return;
  }
  for (const [choice] of outcomesOf(step))
    if (!tally.choices.has(`${step.id} ${choice}`) && !tally.has({ act, step: step.id, choice }))
      tally.fault({ act, step: step.id, choice, message: 'nothing that can be marked is what it names' });
}
