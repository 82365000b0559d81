// Lines of words: as wide as asked, and nothing lost.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { wrap } from '../../src/ui/wrap.ts';

const text = fc
  .array(fc.stringMatching(/^[a-z+=&.]{1,60}$/), { minLength: 1, maxLength: 20 })
  .map((words) => words.join(' '));

it('is never wider than asked, and keeps every letter in its order', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 8, max: 80 }), fc.constantFrom('', '  1. ', '✎ '), (words, columns, first) => {
      const lines = wrap(words, first, columns);
      for (const line of lines) expect([...line].length).toBeLessThanOrEqual(columns);
      const read = lines.map((line, index) => line.slice(index ? 0 : first.length)).join('');
      expect(read.replaceAll(' ', '')).toBe(words.replaceAll(' ', ''));
      expect(lines[0]?.startsWith(first.trimEnd())).toBe(true);
    }),
  );
});
it('breaks no word where no width is given', () => {
  const long = 'a'.repeat(120);
  expect(wrap(`see ${long} here`)).toEqual(['see', long, 'here']);
});
it('breaks a word that is too long for its column', () => {
  expect(wrap('item=star+map&note=For', '', 10)).toEqual(['item=star+', 'map&note=F', 'or']);
});
