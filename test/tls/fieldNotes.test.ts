// Every field that a player can select has words, and they fit.
import { describe, expect, it } from 'vitest';
import { scenarios } from '../../src/scenarios/index.ts';
import { run } from '../../src/scenarios/network.ts';
import type { Field } from '../../src/tls/codec.ts';
import { entropy } from '../../src/tls/entropy.ts';
import { noteFor, notes } from '../../src/tls/fieldNotes.ts';
import { extensionTypes } from '../../src/tls/registry.ts';
import { play } from '../../src/game/play.ts';
import { stage } from '../../src/game/view.ts';
import { loadLevel } from '../../src/game/load.ts';
import { referenceOf } from '../../src/game/simulate.ts';
import { readdirSync, readFileSync } from 'node:fs';

const setups: readonly (readonly [string, unknown])[] = [
  ['tls13-exchange', { browsing: true }],
  ['tls13-exchange', { offer: 'menu' }],
  ['price-feed', { mallory: 'cuts' }],
  ['impersonation', { order: 'order-1' }],
  ['cafe', {}],
  ['web-shop', { visit: '1', mallory: 'listens', bob: 'patch' }],
];
const namesIn = (fields: readonly Field[]): string[] =>
  fields.flatMap((field) => [field.name, ...namesIn(field.children ?? [])]);

describe('a note', () => {
  it('is there for every field of every scenario', () => {
    const names = new Set<string>();
    for (const [name, setup] of setups) {
      const scenario = scenarios.get(name);
      const scene = scenario?.scene(scenario.setup.parse(setup), entropy('notes'));
      for (const event of scene
        ? run(scene.actors, scene.wires, ({ question }) => ({ answer: question.reference() })).events
        : [])
        if (event.what === 'record')
          for (const field of [...event.fields, ...(event.inner?.fields ?? [])])
            for (const one of namesIn([field])) names.add(one);
    }
    expect(names.size).toBeGreaterThan(40);
    expect([...names].filter((name) => !noteFor(name))).toEqual([]);
  });

  it('is there for everything on the ladder of every level', () => {
    const folder = new URL('../../levels/', import.meta.url);
    const names = new Set<string>();
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((one) =>
      /^\d-.*\.yaml$/.test(one),
    )) {
      const loaded = loadLevel(readFileSync(new URL(file, folder), 'utf8'), file, scenarios);
      if (!('level' in loaded)) throw new Error(`${file} does not load`);
      const answers: { step: string; choice: string }[] = [];
      for (;;) {
        const { waiting, acts } = play({ level: loaded.level, seed: 'notes', answers }, scenarios);
        if (!waiting) {
          for (const seen of acts)
            for (const row of stage(seen).rows)
              for (const layer of row.layers) for (const name of namesIn(layer.fields)) names.add(name);
          break;
        }
        answers.push({ step: waiting.step.id, choice: referenceOf(waiting.step).id });
      }
    }
    expect([...names].filter((name) => !noteFor(name))).toEqual([]);
  });

  it('is there for every extension that has a name', () => {
    expect(Object.keys(extensionTypes).filter((name) => !noteFor(name))).toEqual([]);
  });

  it.each(Object.entries(notes))('%s fits two lines of 39 columns', (_name, { why, rfc }) => {
    expect(linesOf(why).length).toBeLessThanOrEqual(2);
    expect(rfc).toMatch(/^\d{4} [\dA-Z]/);
  });
});

function linesOf(text: string): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line && line.length + 1 + word.length > 39) lines.push(word);
    else lines[lines.length - 1] = line ? `${line} ${word}` : word;
  }
  return lines;
}
