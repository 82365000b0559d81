// `{word}` in texts and answers.
import { expect, it } from 'vitest';
import { fill, fillDeep, wordsIn } from '../../src/game/words.ts';

const words = { item: 'lamp', 'suite-one': 'TLS_AES_128_GCM_SHA256', odd: '{item} $& $1' };

it.each([
  ['A {item} and a {item}.', 'A lamp and a lamp.'],
  ['{suite-one}', 'TLS_AES_128_GCM_SHA256'],
  ['{unknown} {Item} {} { item } {item', '{unknown} {Item} {} { item } {item'],
  ['{constructor} {toString}', '{constructor} {toString}'],
  ['{odd}', '{item} $& $1'],
])('%j becomes %j', (text, filled) => {
  expect(fill(text, words)).toBe(filled);
});

it('fills every string of an answer, however deep, and leaves keys and other values', () => {
  expect(fillDeep({ '{item}': ['{item}', 3, null, { say: '{item}!' }], yes: true }, words)).toEqual({
    '{item}': ['lamp', 3, null, { say: 'lamp!' }],
    yes: true,
  });
});

it('names the words of a text', () => {
  expect(wordsIn('{item}, {suite-one} and {item}, but not {Item}')).toEqual(['item', 'suite-one', 'item']);
});
