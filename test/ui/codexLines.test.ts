import { expect, it } from 'vitest';
import { everyEntry } from '../../src/game/codexPages.ts';
import { codexLines, inWords } from '../../src/ui/codexLines.ts';
import { shippedPages } from '../shipped.ts';
import { levels, memoryLog } from './game.ts';

it('a page in words has no sign that is to be seen and not heard, and says what the signs say', () => {
  const log = memoryLog();
  log.record({ attempt: 'a', type: 'started', level: 'first-contact', contentHash: '0'.repeat(32), seed: '1' });
  const pages = shippedPages();
  let said = 0;
  for (const name of everyEntry(pages)) {
    const page = { pages, name, levels, progress: log.progress, width: 78 };
    const texts = (marks: object) =>
      codexLines({ ...page, ...marks }).map((line) => line.map(({ text }) => text).join(''));
    const words = texts({ marks: inWords });
    for (const line of words) expect(line).not.toMatch(/[^\p{L}\p{N}\p{P}\p{Z}+=|]/u);
    const count = (lines: readonly string[], start: RegExp) => lines.filter((line) => start.test(line)).length;
    for (const [sign, word] of [
      [/^✗ /, /^Wrong: /],
      [/^✓ /, /^Right: /],
      [/^● /, /^Played: /],
      [/^○ /, /^Not played yet: /],
    ] as const)
      expect(count(words, word)).toBe(count(texts({}), sign));
    said += count(words, /^(?:Right|Played): /);
  }
  expect(said).toBeGreaterThan(100);
});
