import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { columnsOf, narrow } from '../../src/ui/columns.ts';
import { cell, fitted, plain, span, take, widthOf } from '../../src/ui/spans.ts';

/** The one that Ink has. */
const inInk = createRequire(fileURLToPath(import.meta.resolve('ink'))).resolve('string-width');
const { default: stringWidth } = (await import(inInk)) as { default: (text: string) => number };

it('counts every character as Ink does, and one that it does not look at closely as one column', () => {
  for (let code = 0; code <= 0x10_ffff; code++) {
    const shown = plain(String.fromCodePoint(code));
    if (columnsOf(shown) !== stringWidth(shown)) expect.fail(`U+${code.toString(16)}`);
    if (narrow.test(String.fromCodePoint(code)) && shown !== String.fromCodePoint(code))
      expect.fail(`U+${code.toString(16)}`);
  }
});
it('lets names through, however they are written, and nothing that steers or of which terminals disagree', () => {
  expect(plain('─ ● é … ✓')).toBe('─ ● é … ✓');
  expect(plain('─ \u001b[1m 日 e\u0301')).toBe('─ \\x1b[1m 日 e\u0301');
  expect(plain('👍 क\u094d\u0937 \u1112\u1161')).toBe('? क?ष ᄒ?');
});
it.each([
  ['さくら', 6],
  ['李小龍', 6],
  ['김하늘', 6],
  ['สมชาย ดีมาก', 10],
  ['Ба\u0306', 2],
  ['נָתָן', 3],
])('%s is as wide as Ink counts it: %i', (name, columns) => {
  const { text } = span(name);
  expect(text).toBe(name);
  expect([columnsOf(text), stringWidth(text)]).toEqual([columns, columns]);
});
it('cuts and fills lines with wide letters to their columns', () => {
  const line = [span('ab'), span('さくら'), span('c')];
  expect(widthOf(line)).toBe(9);
  for (let columns = 0; columns <= 12; columns++) {
    expect(widthOf(take(line, columns))).toBeLessThanOrEqual(columns);
    if (columns) expect(widthOf(fitted(line, columns))).toBe(columns);
    expect(columnsOf(cell('abさくらc', columns))).toBe(columns);
  }
  expect(take(line, 5).map(({ text }) => text)).toEqual(['ab', 'さ']);
  expect(cell('abさくらc', 6)).toBe('abさ… ');
});
