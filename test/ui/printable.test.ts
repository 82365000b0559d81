import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable, printableLines, quoted } from '../../src/ui/printable.ts';

describe('text on its way to the terminal', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['plain words', 'Zoë buys 1 map: “ok” ☂ 👍 日本', 'Zoë buys 1 map: “ok” ☂ 👍 日本'],
    ['an escape sequence', '\x1b[2Jgone', '\\x1b[2Jgone'],
    ['a C1 control sequence introducer', '\x9b31m', '\\x9b31m'],
    ['a bell, a tab and a delete', '\x07\t\x7f', '\\x07\\x09\\x7f'],
    ['a carriage return that hides what stands before', 'evil\rgood', 'evil\\x0dgood'],
    ['text that runs the other way', 'a\u202eb', 'a\\u{202e}b'],
    ['something invisible', 'a\u200bb\ufeff', 'a\\u{200b}b\\u{feff}'],
    ['a line separator', 'a\u2028b', 'a\\u{2028}b'],
    ['half a surrogate pair', 'a\ud800b', 'a\\u{d800}b'],
  ];
  it.each(cases)('shows %s', (_what, text, shown) => {
    expect(printable(text)).toBe(shown);
  });
  it('has no control character left, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]*$/u);
        expect(printable(printable(text))).toBe(printable(text));
      }),
    );
  });
  it('keeps the lines of a longer text', () => {
    expect(printableLines('one\ntwo\r\nthree')).toEqual(['one', 'two\\x0d', 'three']);
  });
  it('is cut where it is quoted', () => {
    expect(quoted('x'.repeat(1_000_000), 5)).toBe('xxxxx…');
    expect(quoted('exact', 5)).toBe('exact');
  });
});
