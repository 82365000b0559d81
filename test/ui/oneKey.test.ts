// What a terminal sends, taken apart into keys.
import { expect, it } from 'vitest';
import { keysIn } from '../../src/ui/oneKey.ts';

it.each([
  ['x', ['x']],
  ['x\r', ['x', '\r']],
  ['\u001b[B\u001b[B\r', ['\u001b[B', '\u001b[B', '\r']],
  ['\u001b[5~q', ['\u001b[5~', 'q']],
  ['\u001bOA1', ['\u001bOA', '1']],
  ['\u001b', ['\u001b']],
  ['é✓', ['é', '✓']],
  ['', []],
])('%j is %j', (text, keys) => {
  expect(keysIn(text)).toEqual(keys);
});
it('pasted text stays in one piece', () => {
  const pasted = 'quit now '.repeat(9);
  expect(keysIn(pasted)).toEqual([pasted]);
});
