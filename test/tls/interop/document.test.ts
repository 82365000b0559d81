// docs/interoperation.md is what the table says today.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { interoperationDocument } from '../../../scripts/interoperation.ts';
import { columnNames, rows } from './table.ts';

const written = readFileSync(new URL('../../../docs/interoperation.md', import.meta.url), 'utf8');

it('the table of interoperation is up to date; otherwise run node scripts/interoperation.mjs', () => {
  expect(written).toBe(interoperationDocument());
});

it('it has a line for every row, with a mark in every cell', () => {
  const lines = written.split('\n').filter((line) => /^\| [^|]/.test(line) && !line.startsWith('| |'));
  expect(lines).toHaveLength(rows.length);
  const reasons = written.split('\n').filter((line) => /^\d+\. /.test(line)).length;
  for (const line of lines) {
    const marks = line
      .split('|')
      .slice(2, -1)
      .map((mark) => mark.trim());
    expect(marks).toHaveLength(columnNames.length);
    for (const mark of marks) expect(mark === 'yes' || (Number(mark) >= 1 && Number(mark) <= reasons)).toBe(true);
  }
});
