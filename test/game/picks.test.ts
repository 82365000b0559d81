// What can be picked in a dump, and which choice it is.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choiceOf, matches, pointing, regionOf, regions, targetsOf } from '../../src/game/picks.ts';
import type { Step } from '../../src/game/level.ts';
import type { Dump } from '../../src/scenarios/scenario.ts';
import { letterOf } from './toy.ts';

const letter = letterOf('1234', '5678');
const dump: Dump[] = [
  { name: 'letter', ...letter, wire: letter.bytes, direction: 'sent' },
  { name: 'nothing', bytes: new Uint8Array(0), fields: [], wire: letter.bytes },
  { name: 'letter', bytes: new Uint8Array(3), fields: [], wire: letter.bytes, direction: 'received' },
];
type Choice = Parameters<typeof targetsOf>[0];
const choice = (id: string, ...picks: Choice['picks']) =>
  ({ id, label: id, verdict: 'safe', headline: id, says: id, picks }) satisfies Choice;

describe('what can be picked', () => {
  it('is every entry, every field, and every field without its length', () => {
    expect(regions(dump).filter(({ path }) => !path || path.startsWith('note'))).toEqual([
      { record: 0, offset: 0, length: 34, path: '' },
      { record: 0, offset: 27, length: 7, path: 'note' },
      { record: 0, offset: 29, length: 5, path: 'note' },
      { record: 0, offset: 27, length: 2, path: 'note.length' },
      { record: 0, offset: 29, length: 5, path: 'note.text' },
      { record: 2, offset: 0, length: 3, path: '' },
    ]);
  });

  it('is the smallest of these that has all marked bytes in it', () => {
    fc.assert(
      fc.property(fc.nat(33), fc.nat(33), (one, other) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other) + 1];
        const region = regionOf(dump, { record: 0, offset: from, length: to - from });
        if (!region) throw new Error('nothing is picked');
        expect(region.offset <= from && region.offset + region.length >= to).toBe(true);
        for (const { record, offset, length } of regions(dump))
          if (record === 0 && offset <= from && offset + length >= to)
            expect(length).toBeGreaterThanOrEqual(region.length);
      }),
    );
  });

  it('is nothing where the bytes are not there', () => {
    expect(regionOf(dump, { record: 1, offset: 0, length: 1 })).toBeUndefined();
    expect(regionOf(dump, { record: 2, offset: 2, length: 2 })).toBeUndefined();
    expect(regionOf(dump, { record: 3, offset: 0, length: 1 })).toBeUndefined();
  });
});

describe('the choice of a pick', () => {
  const at = (path: string) =>
    regions(dump).find((region) => region.path === path && region.record === 0) ??
    (() => {
      throw new Error(path);
    })();

  it('is the one that names it most closely, whatever the order', () => {
    const all = [
      choice('letter', { record: 'letter' }),
      choice('pin', { record: 'letter', field: 'pin=' }),
      choice('value', { record: 'letter', field: 'pin=.value' }),
    ];
    for (const choices of [all, [...all].reverse()]) {
      expect(choiceOf(choices, dump, at('pin=.value'))?.id).toBe('value');
      expect(choiceOf(choices, dump, at('pin='))?.id).toBe('pin');
      expect(choiceOf(choices, dump, at('tip='))?.id).toBe('letter');
    }
  });

  it('is none where it is wider than what is named', () => {
    expect(choiceOf([choice('value', { record: 'letter', field: 'pin=.value' })], dump, at('pin='))).toBeUndefined();
  });

  it('points at its targets in their order, by name, direction and field', () => {
    expect(targetsOf(choice('x', { record: 'letter', direction: 'received' }), dump)).toMatchObject([{ record: 2 }]);
    expect(targetsOf(choice('x', { record: 'let*' }), dump)).toMatchObject([{ record: 0 }, { record: 2 }]);
    const two = choice('x', { record: 'letter', field: 'tip=.value' }, { record: 'letter', field: 'pin=.value' });
    expect(targetsOf(two, dump)).toMatchObject([{ offset: 22 }, { offset: 13 }]);
    expect(targetsOf(choice('x', { record: 'Letter' }), dump)).toEqual([]);
  });
});

it('a choice points where the words of the seed say, and any other step stays as it is', () => {
  const rest = { id: 'x', at: 'carrier.pick', nth: 1, ask: 'Which?' };
  const step: Step = {
    ...rest,
    kind: 'pick',
    choices: [choice('value', { record: 'letter', field: '{name}=.value' })],
    otherwise: { verdict: 'safe', headline: 'x', says: 'x' },
  };
  const pointed = pointing(step, { name: 'tip' });
  if (pointed.kind !== 'pick' || !pointed.choices[0]) throw new Error('it is no pick any more');
  expect(targetsOf(pointed.choices[0], dump)).toMatchObject([{ offset: 22 }]);
  const other: Step = { ...rest, kind: 'choose', choices: [] };
  expect(pointing(other, { name: 'tip' })).toBe(other);
});

describe('a pattern', () => {
  it.each([
    ['letter', 'letter', true],
    ['letter', 'letters', false],
    ['*', '', true],
    ['*', 'anything', true],
    ['a*c', 'abc', true],
    ['a*c', 'ac', true],
    ['a*a', 'a', false],
    ['*b*', 'abc', true],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['body.*', 'body', false],
    ['.*', 'x', false],
  ])('%j fits %j: %j', (pattern, name, fits) => {
    expect(matches(pattern, name)).toBe(fits);
  });

  it('fits as the same pattern of a regular expression does', () => {
    const text = fc.stringMatching(/^[ab*]{0,8}$/);
    fc.assert(
      fc.property(text, fc.stringMatching(/^[ab]{0,8}$/), (pattern, name) => {
        expect(matches(pattern, name)).toBe(new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(name));
      }),
    );
  });
});
