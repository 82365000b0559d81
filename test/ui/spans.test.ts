import { expect, it } from 'vitest';
import { oddWidth } from '../../src/game/letters.ts';
import { printable } from '../../src/ui/printable.ts';
import { plain } from '../../src/ui/spans.ts';

it('lets nothing pass without a closer look that would not pass with one', () => {
  for (let code = 0; code < 0x1_0000; code++) {
    const one = String.fromCharCode(code);
    const closer = printable(one).replace(new RegExp(oddWidth.source, 'gu'), '?');
    if (plain(one) !== closer) expect.fail(`U+${code.toString(16)}`);
  }
});
it('looks closer at a text in which one character is not plain', () => {
  expect(plain('─ ● é … ✓')).toBe('─ ● é … ✓');
  expect(plain('─ \u001b[1m 日 e\u0301')).toBe('─ \\x1b[1m ? e?');
});
