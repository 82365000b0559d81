// Links to RFCs are held against the sections that there are.
import { describe, expect, it } from 'vitest';
import { wrongLink } from '../../src/game/rfcSections.ts';
import { scenarios } from '../../src/scenarios/index.ts';

describe('a link to an RFC', () => {
  it.each(['8446 4.2.11.2', '8446 E.1.6', '8446 4', '5246 F.1.1.2', '5280 4.2.1.15', '9110 15.5.22', '6265 4.1.2.6'])(
    '%s is known',
    (link) => {
      expect(wrongLink(link)).toBeUndefined();
    },
  );
  it.each([
    ['8446 4.5.1', 'RFC 8446 has no section 4.5.1.'],
    ['8446 4.1.5', 'RFC 8446 has no section 4.1.5.'],
    ['8446 F', 'RFC 8446 has no section F.'],
    ['5280 0', 'RFC 5280 has no section 0.'],
    ['8447 1', 'The sections of RFC 8447 are not known here.'],
    ['constructor 1', 'The sections of RFC constructor are not known here.'],
  ])('%s is refused: %s', (link, says) => {
    expect(wrongLink(link)).toContain(says);
  });
  it('of a decision point leads to a section, where the RFC is listed', () => {
    const links = [...scenarios.values()].flatMap(({ points }) => points.map(({ rfc }) => rfc));
    expect(links.length).toBeGreaterThan(100);
    const wrong = [...new Set(links.map(wrongLink))].filter((says) => says?.includes('has no section'));
    expect(wrong).toEqual([]);
  });
});
