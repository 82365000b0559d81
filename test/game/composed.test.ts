// Steps whose answers are put together from items: several of them, or all in an order. Loaded, played, proven, marked.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BadRun, parseAttempt } from '../../src/game/attempt.ts';
import { everyList, isWhole, normalForm, toggled } from '../../src/game/composed.ts';
import type { ComposedStep, Level } from '../../src/game/level.ts';
import { loadLevel } from '../../src/game/load.ts';
import { play } from '../../src/game/play.ts';
import { prove } from '../../src/game/prove.ts';
import { parcelLevel, scenarios } from './parcels.ts';

const load = (text = parcelLevel) => loadLevel(text, 'parcel.yaml', scenarios);
const level = (): Level => {
  const loaded = load();
  if ('faults' in loaded) throw new Error(JSON.stringify(loaded.faults));
  return loaded.level;
};
const messages = (text: string) => {
  const loaded = load(text);
  return 'faults' in loaded ? loaded.faults.map(({ key, message }) => `${key}: ${message}`) : [];
};
const step = (id: string): ComposedStep => {
  const found = level().acts[0]?.steps.find((one) => one.id === id);
  if (!found || !('items' in found)) throw new Error(`no step ${id}`);
  return found;
};

describe('a level with them', () => {
  it('is proven: every order of three and every set of three, once on the way', () => {
    const proof = prove(level(), scenarios, ['1']);
    expect(proof.faults).toEqual([]);
    // Five orders that no choice names, and six sets.
    expect(proof.picks).toBe(5 + 6);
    expect(proof.choices).toBe(5);
  });
  it('is found out where a list that nobody named does something else', () => {
    const loose = parcelLevel.replace(
      '- { id: all, items: [joke, name, street], verdict: safe, headline: It came with a smile., says: Yes. }\n',
      '\n',
    );
    const loaded = load(loose);
    if ('faults' in loaded) throw new Error('it does not load');
    expect(
      prove(loaded.level, scenarios, ['1'])
        .faults.map(({ message }) => message)
        .join(),
    ).toContain('given: Her name, Her street in Riga, A joke');
  });
  it.each([
    ['an item that is not there', 'items: [name, street]', 'items: [name, town]', 'There is no item "town".'],
    ['an order without one of them', 'items: [a, b, c]', 'items: [a, b]', 'An order has each item once.'],
    ['an item that comes twice', 'items: [name, street]', 'items: [name, name]', 'An item comes twice.'],
    [
      'the same items under two names',
      'items: [joke, name, street]',
      'items: [street, name]',
      'These are the items of "needed" as well.',
    ],
    ['a value that the point does not take', 'value: string', 'value: rope', 'client.wrap does not take this answer'],
    ['a key that the point does not have', 'as: lines', 'as: words', 'client.address does not take this answer'],
    ['an item too wide for the screen', 'label: A joke', `label: ${'x'.repeat(40)}`, 'columns'],
  ])('is refused with %s', (_what, from, to, says) => {
    expect(parcelLevel).toContain(from);
    expect(messages(parcelLevel.replace(from, to)).join('\n')).toContain(says);
  });
});

describe('playing them', () => {
  const run = (...answers: readonly { step: string; items: readonly string[] }[]) =>
    play({ level: level(), seed: '1', answers }, scenarios);
  const right = { step: 'layers', items: ['a', 'b', 'c'] } as const;

  it('offers the items in an order of the seed, with its words', () => {
    const { waiting } = run();
    expect(waiting?.options.map(({ id }) => id).toSorted()).toEqual(['a', 'b', 'c']);
    expect(run(right).waiting?.options.map(({ label }) => label)).toContain('Her street in Riga');
  });
  it('judges by what was put together, a set in any order', () => {
    expect(run(right, { step: 'lines', items: ['street', 'name'] })).toMatchObject({
      outcome: 'met',
      judged: [{ choice: 'inside-out' }, { choice: 'needed', label: 'Her name, Her street in Riga' }],
    });
    expect(run({ step: 'layers', items: ['c', 'a', 'b'] }).slip).toMatchObject({
      choice: 'otherwise',
      headline: 'It fell apart.',
    });
    expect(run(right, { step: 'lines', items: [] }).slip).toMatchObject({ label: 'none', headline: 'It came back.' });
  });
  it.each([
    [{ step: 'layers', items: ['a', 'b'] }, 'wants each of its items once'],
    [{ step: 'layers', items: ['a', 'b', 'b'] }, 'wants each of its items once'],
    [{ step: 'layers', items: ['a', 'b', 'x'] }, 'wants each of its items once'],
  ])('refuses %j', (answer, says) => {
    expect(() => run(answer)).toThrow(BadRun);
    expect(() => run(answer)).toThrow(says);
  });
  it('are in an attempt as their items', () => {
    const attempt = { level: 'parcel', contentHash: 'a'.repeat(32), seed: '1', moves: [{ move: 'answer', ...right }] };
    expect(parseAttempt(JSON.stringify(attempt))).toEqual({ attempt });
  });
});

describe('lists', () => {
  it('of a set have the order of the file, of an order their own', () => {
    expect(normalForm(step('lines'), ['joke', 'name'])).toEqual(['name', 'joke']);
    expect(normalForm(step('layers'), ['c', 'a', 'b'])).toEqual(['c', 'a', 'b']);
  });
  it('that the prover runs are all of few, and the named ones with their neighbours of many', () => {
    const many = (kind: 'several' | 'order'): ComposedStep => ({
      ...step('lines'),
      kind,
      items: Array.from({ length: 8 }, (_, index) => ({ id: `i${index}`, label: `${index}`, value: index })),
      choices: [
        {
          id: 'one',
          items: Array.from({ length: kind === 'order' ? 8 : 3 }, (_, index) => `i${index}`),
          verdict: 'safe',
          headline: 'A.',
          says: 'A.',
        },
      ],
    });
    expect(everyList(step('layers'))).toHaveLength(6);
    expect(everyList(step('lines'))).toHaveLength(8);
    expect(everyList(many('order'))).toHaveLength(1 + 7);
    expect(everyList(many('several'))).toHaveLength(1 + 8);
  });
  it('grow and shrink by one item, an order from its end', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 }), (presses) => {
        for (const kind of ['several', 'order'] as const) {
          const list = presses.reduce<readonly string[]>((all, id) => toggled({ kind }, all, id), []);
          expect(new Set(list).size).toBe(list.length);
        }
      }),
    );
    expect(toggled({ kind: 'order' }, ['a', 'b', 'c'], 'b')).toEqual(['a']);
    expect(toggled({ kind: 'several' }, ['a', 'b', 'c'], 'b')).toEqual(['a', 'c']);
    expect(isWhole(step('layers'), ['a'])).toBe(false);
    expect(isWhole(step('lines'), [])).toBe(true);
  });
});
