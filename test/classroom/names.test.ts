import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bareName,
  csvCell,
  foldedName,
  generatedName,
  generatedNames,
  nicknameOf,
  teamNameOf,
  titleOf,
} from '../../src/classroom/names.ts';

const zalgo = `Z${'\u0300\u0301\u0302\u0303'.repeat(8)}algo`;
/** Strings that are mostly of characters that matter here. */
const hostile = fc.array(
  fc.oneof(
    fc.constantFrom(...'aZ9 ._-=+@\t\r\n"\',<&'),
    fc.constantFrom(
      '\u0301',
      '\u0e49',
      '\u202e',
      '\u200b',
      '\u3164',
      '\ufe0f',
      '\u00ad',
      '\u001b[31m',
      '\ufdfa',
      'ß',
      '가',
      '👩‍👩‍👧',
      '\ud800',
    ),
    fc.string({ unit: 'binary', maxLength: 3 }),
  ),
  { maxLength: 80 },
);
const text = hostile.map((parts) => parts.join(''));
const unseen = /[\p{C}\p{Zl}\p{Zp}\p{DI}]/u;

describe('a nickname', () => {
  it.each([
    ['Ada', 'Ada'],
    ['  Ada   L.  ', 'Ada L.'],
    ['Ａｄａ', 'Ada'],
    ['a\u0301', undefined],
    ['Zoe\u0308', 'Zoë'],
    ['x_X-99', 'x_X-99'],
    ['Łukasz', 'Łukasz'],
    ['佐藤', '佐藤'],
    ['ปิ่น', 'ปิ่น'],
    ['שָׁלוֹם', 'שָׁלוֹם'],
    ['प्रिया', 'प्रिया'],
    ['a'.repeat(20), 'a'.repeat(20)],
    // Twenty as people count, sixty as JavaScript does.
    ['q\u0323\u0307'.repeat(20), 'q\u0323\u0307'.repeat(20)],
    ['Ada\n', 'Ada'],
  ])('from %j is %j', (typed, name) => {
    expect(nicknameOf(typed)).toEqual(
      name === undefined ? expect.objectContaining({ refused: expect.any(String) }) : { name },
    );
  });
  it.each([
    ['', 'The name is empty. Type at least 2 letters.'],
    ['   ', 'The name is empty. Type at least 2 letters.'],
    ['A', 'The name is too short: at least 2 letters.'],
    ['a'.repeat(21), 'The name is too long: at most 20 letters, and it has 21.'],
    // One character that NFKC makes eighteen of.
    ['\ufdfa\ufdfa', 'The name is too long: at most 20 letters, and it has 36.'],
    ['a'.repeat(500), 'This name is too long: at most 20 letters.'],
    ['Ada<b>', 'The name has "<" in it. It may have letters, digits, spaces and . _ -.'],
    ['=1+1', 'The name has "=" in it. It may have letters, digits, spaces and . _ -.'],
    ['Ada🎉', 'The name has "🎉" in it. It may have letters, digits, spaces and . _ -.'],
    ['A\u202eda', 'The name has a character that cannot be seen in it. It may have letters, digits, spaces and . _ -.'],
    ['A\u200bda', 'The name has a character that cannot be seen in it. It may have letters, digits, spaces and . _ -.'],
    [
      'A\u001b[2Jda',
      'The name has a character that cannot be seen in it. It may have letters, digits, spaces and . _ -.',
    ],
    ['A\tda', 'The name has a character that cannot be seen in it. It may have letters, digits, spaces and . _ -.'],
    [
      '\u3164\u3164',
      'The name has a character that cannot be seen in it. It may have letters, digits, spaces and . _ -.',
    ],
    ['A\ufe0fda', 'The name has a character that cannot be seen in it. It may have letters, digits, spaces and . _ -.'],
    ['A\ud800', 'The name has a character that cannot be seen in it. It may have letters, digits, spaces and . _ -.'],
    ['. _ -', 'The name needs a letter or a digit.'],
    ['a .\u0301', 'The name has an accent that stands on no letter.'],
    [zalgo, 'The name has more than three accents on one letter.'],
  ])('%j is refused', (typed, refused) => {
    expect(nicknameOf(typed)).toEqual({ refused });
  });
  it('once taken is taken again as it is, and is drawn as it is', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'grapheme', maxLength: 24 })), (typed) => {
        const held = nicknameOf(typed);
        if (!('name' in held)) {
          expect(held.refused).toMatch(/^Th.*\.$/s);
          return;
        }
        expect(nicknameOf(held.name)).toEqual(held);
        expect(bareName(held.name)).toBe(held.name);
        expect(held.name).not.toMatch(unseen);
      }),
    );
  });
});

describe('a team and a title', () => {
  it('have the same rules, but that a title may be longer and have punctuation', () => {
    expect(teamNameOf('Team Red')).toEqual({ name: 'Team Red' });
    expect(teamNameOf('Red!')).toEqual({
      refused: 'The team has "!" in it. It may have letters, digits, spaces and . _ -.',
    });
    expect(titleOf('Class 9B: "TLS", part 2 (Monday)!')).toEqual({ name: 'Class 9B: "TLS", part 2 (Monday)!' });
    expect(titleOf('a'.repeat(61))).toEqual({ refused: 'The text is too long: at most 60 letters, and it has 61.' });
    expect(titleOf('1 < 2')).toEqual({
      refused: 'The text has "<" in it. It may have letters, digits, spaces and punctuation.',
    });
  });
});

describe('the folded name', () => {
  it.each([
    ['ADA', 'ada'],
    ['Ａda', 'Ada'],
    ['Straße', 'STRASSE'],
    ['ΟΔΟΣ', 'οδος'],
    ['a  b', ' A B'],
    ['Zoë', 'Zoe\u0308'],
    ['ﬁn', 'FIN'],
  ])('of %j and %j is one', (one, other) => {
    expect(foldedName(one)).toBe(foldedName(other));
  });
  it('of other names is another', () => {
    expect(new Set(['Ada', 'Adam', 'A da', 'Adá', 'A.da'].map(foldedName)).size).toBe(5);
  });
  it('does not fold any further', () => {
    fc.assert(
      fc.property(text, (name) => {
        expect(foldedName(foldedName(name))).toBe(foldedName(name));
        expect(foldedName(name.toUpperCase())).toBe(foldedName(name.toUpperCase().toLowerCase()));
      }),
    );
  });
});

describe('a bare name', () => {
  it('has nothing that hides, climbs or steers, whatever was sent', () => {
    fc.assert(
      fc.property(text, (name) => {
        const bare = bareName(name);
        expect(bare).not.toMatch(unseen);
        expect(bare).not.toMatch(/[<>=\t\r\n`$+]/);
        expect(bare).not.toMatch(/\p{M}{4}|(?:^|[ .])\p{M}/u);
        expect(bare.length).toBeGreaterThan(0);
        expect(bareName(bare)).toBe(bare);
      }),
      { numRuns: 500 },
    );
  });
  it.each([
    ['A\u202eda\u001b[31m', 'Ada[31m'],
    ['\u200b', '?'],
    ['a\nb\tc', 'a b c'],
    [zalgo, 'Z\u0300\u0301\u0302algo'],
    ['a'.repeat(1000), 'a'.repeat(60)],
    ['<b>Ada</b>', 'bAda/b'],
    ['a $ a', 'a a'],
  ])('of %j is %j', (name, bare) => {
    expect(bareName(name)).toBe(bare.normalize('NFKC'));
  });
});

describe('a generated name', () => {
  it('is one of thousands, each once, and each a name as they are held', () => {
    const names = Array.from({ length: generatedNames }, (_, at) => generatedName(at));
    expect(names.length).toBeGreaterThan(5_000);
    expect(new Set(names.map(foldedName)).size).toBe(names.length);
    for (const name of names) expect(nicknameOf(name)).toEqual({ name });
    expect(generatedName(generatedNames + 5)).toBe(generatedName(5));
  });
});

describe('a cell of a CSV file', () => {
  it.each([
    ['Ada', 'Ada'],
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', `"'\r=1"`],
    [' =1', "' =1"],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['a\nb', '"a\nb"'],
    [-5, '-5'],
    [undefined, ''],
  ])('of %j is %j', (value, cell) => {
    expect(csvCell(value)).toBe(cell);
  });
});
