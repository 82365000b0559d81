// docs/decisions.md is what the decision points say today.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { decisionsDocument } from '../../scripts/decisions.ts';
import { clientPoints } from '../../src/tls/client.ts';
import { serverPoints } from '../../src/tls/server.ts';
import { client12Points, server12Points } from '../../src/tls/v12/points12.ts';

const written = readFileSync(new URL('../../docs/decisions.md', import.meta.url), 'utf8');

it('the table of decisions is up to date; otherwise run node scripts/decisions.mjs', () => {
  expect(written).toBe(decisionsDocument());
});

it('it has a line for every point, with its section, an answer and a rule in words', () => {
  const points = [clientPoints, serverPoints, client12Points, server12Points].flatMap((all) => Object.values(all));
  const lines = written.split('\n').filter((line) => line.startsWith('| `'));
  expect(lines).toHaveLength(points.length);
  for (const [index, { name, rfc }] of points.entries()) {
    const [, point, section, answer, rule] = (lines[index] ?? '').split(/(?<!\\)\|/).map((cell) => cell.trim());
    expect([point, section]).toEqual([`\`${name}\``, `RFC ${rfc}`]);
    expect(answer).toMatch(/^`.*[\w}].*`$/);
    expect(rule).toMatch(/^[A-Z].*\.$/);
  }
});
