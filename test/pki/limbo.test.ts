// The judge before the cases of x509-limbo: what must fail fails, and what must pass does, but for those that are named here.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { judgeCase, readCases } from '../../scripts/limboCases.ts';

const file = new URL('../vectors/x509-limbo/limbo.json', import.meta.url);
const cases = readCases(readFileSync(file, 'utf8'));
if ('slip' in cases) throw new Error(cases.slip);

/** The common name is in none of the alternative names: refused, as webpki::cn::not-in-san wants it of the same profile. */
const commonNameElsewhere = ['webpki::nc::nc-permits-dns-san-pattern', 'webpki::san::leftmost-wildcard-san'];

describe('the cases of x509-limbo', () => {
  it('are there', () => {
    expect(cases.filter((one) => one.validation_kind === 'SERVER')).toHaveLength(98);
    expect(cases.filter((one) => one.validation_kind === 'CLIENT')).toHaveLength(5);
  });
  it.each(cases.map((one) => [one.expected_result, one.id, one] as const))('%s: %s', (expected, id, one) => {
    const { passed, says } = judgeCase(one);
    if (commonNameElsewhere.includes(id)) expect([passed, says]).toEqual([false, expect.stringMatching(/common name/)]);
    else expect([passed, says, expected]).toEqual([true, says, expected]);
  });
});

describe('a file', () => {
  it.each([
    ['{', 'is no JSON.'],
    ['{"version":2,"testcases":[]}', /^is no file of x509-limbo: version: /],
    ['{"version":1,"testcases":[{}]}', /^is no file of x509-limbo: testcases\.0\./],
  ])('such as %s is refused', (text, slip) => {
    expect(readCases(text)).toEqual({ slip: typeof slip === 'string' ? slip : expect.stringMatching(slip) });
  });
});
