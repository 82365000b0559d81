// The join code: what it is of a key, how forgivingly it is read, and what its check catches.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeFor, codeOf, type JoinCode, matches, parseCode } from '../../src/classroom/joinCode.ts';

const alphabet = [...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'];
const bits = fc.integer({ min: 0, max: 2 ** 45 - 1 });
const isCode = (text: string): boolean => parseCode(text).ok;
const says = (text: string): string => {
  const read = parseCode(text);
  return read.ok ? '' : read.says;
};

describe('the code of a key', () => {
  // Computed with Python's hashlib.scrypt and another way to reckon in GF(32); the keys were made by OpenSSL 3.
  it.each([
    [
      'P-256',
      '3059301306072a8648ce3d020106082a8648ce3d0301070342000490646218786e0a1033fe52ab4164cf6e61ad2382e94bdc97d283f5443ac44fc9470f16c9cb8a60fd43d20ea26ffe109fad3b63e9acedc7d837c32d309ea8704d',
      '0Y7YN-P2HBJ',
    ],
    [
      'Ed25519',
      '302a300506032b65700321005cc3d07827a962e4050e408ab8b1c178ccaed055a9e2edb99516738ce536b40a',
      'FXNZZ-W08SB',
    ],
    ['no bytes', '', 'JSWTB-0A8VM'],
  ])('of %s is always the same', async (_kind, spki, code) => {
    expect(await codeOf(Buffer.from(spki, 'hex'))).toBe(code);
    expect(await matches(code as JoinCode, Buffer.from(spki, 'hex'))).toBe(true);
    expect(await matches(code as JoinCode, Buffer.from(`${spki}01`, 'hex'))).toBe(false);
    expect(parseCode(code)).toEqual({ ok: true, code });
  });
  it('is computed beside the event loop', async () => {
    const order: string[] = [];
    const computed = codeOf(new Uint8Array(91)).then(() => order.push('code'));
    setImmediate(() => order.push('turn of the loop'));
    await computed;
    expect(order).toEqual(['turn of the loop', 'code']);
  });
  it('writes each of its 45 bits', () => {
    const codes = Array.from({ length: 45 }, (_, bit) => codeFor(2 ** bit));
    expect(new Set(codes).size).toBe(45);
    expect(codes[0]).toBe('00000-00012');
    expect(codes[44]).toMatch(/^G0000-0000.$/);
    fc.assert(fc.property(bits, bits, (one, other) => (codeFor(one) === codeFor(other)) === (one === other)));
  });
});

describe('a code that is typed', () => {
  const code = codeFor(2 ** 40 + 2 ** 10 + 27 * 2 ** 20); // 0 and 1 are in it: what looks like them is taken for them.
  it('is read as people type it', () => {
    expect(code).toMatch(/1.*0.*V/);
    const plain = code.replace('-', '');
    for (const typed of [
      code,
      code.toLowerCase(),
      plain,
      ` ${code}\n`,
      [...plain].join(' '),
      `${plain.slice(0, 3)}-${plain.slice(3)}`,
      code.replace('-', '\u2013'),
      code.replace('-', '\u00ad\u2212'),
      code.replaceAll('0', 'O'),
      code.replaceAll('0', 'o'),
      code.replaceAll('1', 'I'),
      code.replaceAll('1', 'l'),
      code.replace(/./g, (one) => (one === '-' ? '\uff0d' : String.fromCodePoint((one.codePointAt(0) ?? 0) + 0xfee0))),
    ])
      expect(parseCode(typed), typed).toEqual({ ok: true, code });
  });
  it('is itself whatever its case, spaces and hyphen', () => {
    fc.assert(
      fc.property(bits, fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }), (number, small) => {
        const typed = [...codeFor(number).replace('-', '')].map((one, at) =>
          small[at] ? ` ${one.toLowerCase()}` : one,
        );
        expect(parseCode(typed.join(''))).toEqual({ ok: true, code: codeFor(number) });
      }),
    );
  });
  it.each([
    ['', 'A code has 10 characters, such as KNX14-KS4D7; here is none.'],
    ['K', 'A code has 10 characters, such as KNX14-KS4D7; here is 1.'],
    ['KNX14-KS4D', 'A code has 10 characters, such as KNX14-KS4D7; here are 9.'],
    ['KNX14-KS4D77', 'A code has 10 characters, such as KNX14-KS4D7; here are 11.'],
    ['KNX14 KU4D7', 'Character 7 is a U, and no code has one: perhaps it is a V.'],
    ['knx14ks4du', 'Character 10 is a U, and no code has one: perhaps it is a V.'],
    ['KN.14KS4D7', 'Character 3 is ., which no code has: they are made of digits and letters.'],
    ['KN\u001b14KS4D7', 'Character 3 is one that no code has: they are made of digits and letters.'],
    ['KN\u{1f600}14KS4D7', 'Character 3 is one that no code has: they are made of digits and letters.'],
    ['KN\u017e14KS4D7', 'Character 3 is one that no code has: they are made of digits and letters.'],
    [
      'KNX14-KS4D8',
      'This is not quite a code: a character is mistyped, or two are exchanged. Compare it with the board.',
    ],
  ])('%j is none, and it is said why', (typed, why) => {
    expect(says(typed)).toBe(why);
  });
  it('gives as an example a code that is one', () => {
    expect(isCode('KNX14-KS4D7')).toBe(true);
  });
  it('is a code or a printable sentence, whatever is typed', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ maxLength: 12 })), (typed) => {
        const read = parseCode(typed);
        return read.ok ? /^[0-9A-Z]{5}-[0-9A-Z]{5}$/.test(read.code) : /^[ -~]{20,200}$/.test(read.says);
      }),
    );
  });
});

describe('the check', () => {
  /** The ten characters of the code that begins so. */
  const beginning = (...values: readonly number[]): string[] => [
    ...codeFor(
      [...values, ...Array(9).fill(7)].slice(0, 9).reduce((all: number, value) => all * 32 + value, 0),
    ).replace('-', ''),
  ];
  const pairs = alphabet.flatMap((_, one) => alphabet.map((_other, other) => [one, other] as const));

  it('fits one in 32', () => {
    const fitting = alphabet.filter((last) => isCode(`KNX14KS4D${last}`));
    expect(fitting).toEqual(['7']);
  });
  it('catches each wrong character in each place', () => {
    let tried = 0;
    for (let place = 0; place < 10; place++)
      for (let value = 0; value < 32; value++) {
        // The check itself takes each value as the ninth character does.
        const right = beginning(...Array(Math.min(place, 8)).fill(11), value);
        for (const wrong of alphabet) {
          if (wrong === right[place]) continue;
          tried += 1;
          expect(isCode(right.with(place, wrong).join(''))).toBe(false);
        }
      }
    expect(tried).toBe(10 * 32 * 31);
  });
  it('catches each exchange of two neighbours', () => {
    let tried = 0;
    for (let place = 0; place < 9; place++)
      for (const [one, other] of pairs) {
        const right = beginning(...Array(Math.min(place, 7)).fill(3), one, other);
        const [left = '', next = ''] = right.slice(place, place + 2);
        if (left === next) continue;
        tried += 1;
        expect(
          isCode(
            right
              .with(place, next)
              .with(place + 1, left)
              .join(''),
          ),
        ).toBe(false);
      }
    // In eight places all pairs of different characters; in the ninth, where one is the check, nearly all.
    expect(tried).toBeGreaterThan(8 * 32 * 31);
  });
  it('catches both in any code, and exchanges of characters that stand apart', () => {
    const place = fc.integer({ min: 0, max: 9 });
    fc.assert(
      fc.property(bits, place, place, fc.constantFrom(...alphabet), (number, one, other, wrong) => {
        const right = [...codeFor(number).replace('-', '')];
        const [a = '', b = ''] = [right[one], right[other]];
        expect(isCode(right.with(one, wrong).join(''))).toBe(wrong === a);
        expect(isCode(right.with(one, b).with(other, a).join(''))).toBe(a === b);
      }),
      { numRuns: 3000 },
    );
  });
});
