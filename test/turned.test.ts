// A level that says something else than what happens is found, for every choice of every level that ships: its verdict
// turned round, its answer changed for that of another, its explanation left out.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { type Level, type Outcome, outcomesOf, type Step } from '../src/game/level.ts';
import { loadLevel } from '../src/game/load.ts';
import { prove } from '../src/game/prove.ts';
import { isAt, type Place } from '../src/game/tally.ts';
import { scenarios } from '../src/scenarios/index.ts';
import { levelFiles, shippedLevels } from './shipped.ts';

const levels = shippedLevels().filter(({ proof }) => proof !== 'live');

describe.each(levels.map((level) => [level.id, level] as const))('%s', (_id, level) => {
  const places = level.acts.flatMap((act, index) => act.steps.map((step) => ({ act, index, step })));

  it('fails where a verdict is turned round', () => {
    let tried = 0;
    for (const { act, index, step } of places)
      for (const [choice, outcome] of outcomesOf(step)) {
        const verdict = turned(outcome, act.worlds[0]);
        if (!verdict) continue;
        const changed = structuredClone(level);
        const [, there] = outcomesOf(stepOf(changed, step)).find(([id]) => id === choice) ?? [];
        if (!there) throw new Error('a copy of a level lacks a choice');
        there.verdict = verdict;
        delete there.in;
        expect(firstFault(changed, { act: index, step: step.id, choice }), `${step.id} ${choice}`).toBeDefined();
        tried++;
      }
    expect(tried).toBeGreaterThan(5);
  });

  it('fails where the answers of two choices with different verdicts are exchanged', () => {
    let tried = 0;
    for (const { index, step } of places)
      for (const [one, other] of differing(step)) {
        const changed = structuredClone(level);
        exchange(stepOf(changed, step), one, other);
        const found = firstFault(changed, { act: index, step: step.id });
        expect(found, `${step.id}: ${one} and ${other}`).toBeDefined();
        tried++;
      }
    expect(tried).toBeGreaterThan(1);
  });
});

it.each(levelFiles)('%s does not load where an explanation or a misconception is left out', (file) => {
  const text = readFileSync(new URL(`../levels/${file}`, import.meta.url), 'utf8');
  const found = [...text.matchAll(/^ *(?:- )?(?:says|misconception):/gm)].length;
  let tried = 0;
  for (const key of ['says', 'misconception'])
    for (let nth = 0; ; nth++) {
      const data: unknown = parse(text);
      const owner = owners(data, key)[nth];
      if (!owner) break;
      delete owner[key];
      const loaded = loadLevel(stringify(data), file, scenarios);
      expect(loaded, `${key} ${nth}`).toHaveProperty('faults');
      tried++;
    }
  expect(tried).toBeGreaterThanOrEqual(found);
});

/** What is found wrong at that place, wherever else something is wrong as well. */
const firstFault = (level: Level, place: Place) =>
  prove(level, scenarios, undefined, place).faults.find((fault) => isAt(place, fault));

const stepOf = (level: Level, { id }: Step): Step => {
  const found = level.acts.flatMap(({ steps }) => steps).find((step) => step.id === id);
  if (!found) throw new Error(`${level.id} has no step ${id}`);
  return found;
};

/** Unsafe becomes safe, safe the first harm that the goal of the world knows. */
function turned({ verdict }: Outcome, world: Level['acts'][number]['worlds'][number] | undefined) {
  if (verdict !== 'safe') return 'safe' as const;
  const [breaks] = world?.goal.never ?? [];
  if (breaks) return { breaks };
  const [misses] = world?.goal.must.flatMap((item) => ('anyOf' in item ? item.anyOf : [item])) ?? [];
  return misses && { misses };
}

/** Pairs of choices: each unsafe one with the first safe one, and with the next that declares another fact. */
function differing(step: Step): [string, string][] {
  const { choices } = step;
  const [safe] = choices.filter(({ verdict }) => verdict === 'safe');
  const unsafe = choices.filter(({ verdict }) => verdict !== 'safe');
  return unsafe.flatMap((one, index): [string, string][] => {
    const other = unsafe.slice(index + 1).find(({ verdict }) => stringify(verdict) !== stringify(one.verdict));
    return [
      ...(safe ? [[safe.id, one.id] as [string, string]] : []),
      ...(other ? [[one.id, other.id] as [string, string]] : []),
    ];
  });
}

/** Exchanges what two choices do; what they say stays where it is. */
function exchange(step: Step, one: string, other: string): void {
  const choices = step.choices as unknown as Record<string, unknown>[];
  const [first, second] = [one, other].map((id) => choices.find((choice) => choice.id === id));
  if (!first || !second) throw new Error('a copy of a step lacks a choice');
  for (const key of ['answer', 'picks', 'items'])
    if (key in first) [first[key], second[key]] = [second[key], first[key]];
}

/** Every map below that has the key. */
function owners(data: unknown, key: string): Record<string, unknown>[] {
  if (typeof data !== 'object' || data === null) return [];
  const inner = Object.values(data).flatMap((value) => owners(value, key));
  return key in data ? [data as Record<string, unknown>, ...inner] : inner;
}
