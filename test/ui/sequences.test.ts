// What a terminal sends, taken apart into keys: in one piece and in many.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeKey, nothingHeld, patienceFor, type Scan, scan, settled } from '../../src/ui/sequences.ts';

/** Reads the pieces one after the other, and then nothing any more. */
function keysIn(...pieces: readonly string[]): string[] {
  const keys: string[] = [];
  let now: Scan = nothingHeld;
  for (const piece of pieces) {
    const read = scan(now, piece);
    keys.push(...read.keys);
    now = read.now;
  }
  return [...keys, ...settled(now)];
}
const [esc, up, pageUp, home, end] = ['\u001b', '\u001b[A', '\u001b[5~', '\u001b[H', '\u001b[F'] as const;

/** What is sent, and the keys that it is. */
const keys: readonly (readonly [string, readonly string[]])[] = [
  ['x', ['x']],
  ['x\r', ['x', '\r']],
  ['é✓𝄞', ['é', '✓', '𝄞']],
  ['\t\u007f\b', ['\t', '\u007f', '\b']],
  [`${up}${up}\r`, [up, up, '\r']],
  [`${pageUp}q`, [pageUp, 'q']],
  ['\u001bOA1', [up, '1']],
  ['\u001bOM', ['\r']],
  ['\u001b[1~\u001b[7~\u001b[4~\u001b[8~', [home, home, end, end]],
  ['\u001b[Z', ['\u001b[Z']],
  [esc, [escapeKey]],
  ['', []],
  // Shift, Caps Lock and Num Lock change nothing about an arrow.
  ['\u001b[1;2A\u001b[1;65A\u001b[1;129A', [up, up, up]],
  // The kitty keyboard protocol, as a program that crashed may leave it on: pressed, held down, let go.
  ['\u001b[49u\u001b[49;1:2u\u001b[49;1:3u', ['1', '1']],
  ['\u001b[13u\u001b[27u\u001b[9u\u001b[9;2u', ['\r', escapeKey, '\t', '\u001b[Z']],
  ['\u001b[97;2u\u001b[47:63;2u\u001b[47;2;63u', ['A', '?', '?']],
  ['\u001b[57400u\u001b[57414u\u001b[1;1:1A\u001b[1;1:3A', ['1', '\r', up]],
  // However Ctrl+C comes, it leaves; and Ctrl+Z.
  ['\u0003\u001b\u0003\u001b[99;5u\u001b[27;5;99~', ['\u0003', '\u0003', '\u0003', '\u0003']],
  ['\u001a\u001b[122;5u', ['\u001a', '\u001a']],
];

/** What is no key, and what nearly hides one. */
const none: readonly (readonly [string, string])[] = [
  ['Alt with a key', '\u001b1\u001b\r\u001b \u001bq\u001by\u001b\t\u001b\u007f'],
  ['Alt with an arrow, in three ways', '\u001b[1;3A\u001b\u001b[A\u001b\u001bOA'],
  ['Ctrl with a key', '\u0001\u000a\u000b\u0010\u0011\u0000\u001c\u001b[1;5A\u001b[5;5~\u001b[49;5u\u001b[27;5;49~'],
  ['Super, Hyper and Meta', '\u001b[49;9u\u001b[49;17u\u001b[49;33u'],
  ['function keys', '\u001bOP\u001b[11~\u001b[24~\u001b[[A\u001b[57376u\u001b[2~'],
  ['the light or dark background (OSC 11)', '\u001b]11;rgb:1111/1111/1111\u001b\\\u001b]11;rgb:1/1/1\u0007'],
  ['attributes of the terminal', '\u001b[?62;1;4c\u001b[>1;10;0c\u001b[?1u\u001b[?2026;2$y\u001b[0n\u001b[1;1R'],
  ['strings for programs', '\u001bP1$r1q\u001b\\\u001b_1\u001b\\\u001b^1\u001b\\\u001bX1\u001b\\\u001bP>|1(1)\u001b\\'],
  ['the focus and mice, old and new', '\u001b[I\u001b[O\u001b[<0;1;1M\u001b[<0;1;1m\u001b[M 11\u001b[111;1;1M'],
  ['sequences that nobody knows', '\u001b[1;1;1z\u001b[1111y\u001b[?1z\u001b[1 1q\u001b[999~'],
  ['the middle of a sequence that was given up', '\u001b[1'],
  ['what shows nothing', '\u200b\u202e\u0085\ufeff\u001b[8203u\u001b[1114111u\u001b[99999999999u'],
];

describe('the keys', () => {
  it.each(keys)('%j', (text, wanted) => {
    expect(keysIn(text)).toEqual(wanted);
  });
  it.each(none)('%s is none, and eats none', (_, text) => {
    expect(keysIn(text)).toEqual([]);
    if (text !== '\u001b[1') expect(keysIn(`1${text}2`)).toEqual(['1', '2']);
  });
  it('a sequence that another breaks off is given up, the other is not', () => {
    expect(keysIn('\u001b[1\u0003')).toEqual(['\u0003']);
    expect(keysIn(`\u001b[1${up}`)).toEqual([up]);
    expect(keysIn(`\u001b]11;rgb${up}1`)).toEqual([up, '1']);
    expect(keysIn('\u001b]11;rgb\u0003')).toEqual(['\u0003']);
  });
});

describe('pasted text', () => {
  const paste = (text: string) => `\u001b[200~${text}\u001b[201~`;
  it('stays in one piece, in which there is no control', () => {
    expect(keysIn(`1${paste('Ada\r\nLovelace\t1\u001b[A\u0003\u001b\u001b[201\u202e')}2`)).toEqual([
      '1',
      paste('Ada Lovelace 1[A[201'),
      '2',
    ]);
    expect(keysIn(paste(''))).toEqual([paste('')]);
  });
  it('is cut off where nobody types so much', () => {
    expect(keysIn(paste('1\r'.repeat(500_000)), '2')).toEqual([paste('1 '.repeat(500)), '2']);
  });
  it('without an end is nothing', () => {
    expect(keysIn('\u001b[200~1\r')).toEqual([]);
  });
});

describe('however it is cut into pieces', () => {
  const parts = fc.array(
    fc.constantFrom(
      ...keys.map(([text]) => text),
      ...none.map(([, text]) => text),
      '\u001b[200~1\r\u001b[A\u0003\u001b\u001b[20\u001b[201~',
    ),
    {
      maxLength: 6,
    },
  );
  const cuts = fc.array(fc.nat(200), { maxLength: 12 });
  /** Between characters: the stream has put their bytes together. */
  const cutUp = (text: string, places: readonly number[]) => {
    const characters = [...text];
    const at = [0, ...places.filter((place) => place < characters.length).toSorted((a, b) => a - b), characters.length];
    return at.slice(1).map((end, index) => characters.slice(at[index], end).join(''));
  };
  it('it is the same keys', () => {
    fc.assert(
      fc.property(parts, cuts, (sent, places) => {
        const text = sent.join('');
        expect(keysIn(...cutUp(text, places))).toEqual(keysIn(text));
      }),
      { numRuns: 2000 },
    );
  });
  it('never is more held than a sequence has, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string({ unit: 'binary', maxLength: 300 }),
            fc.constantFrom('\u001b[', '\u001b]', '0'.repeat(200), '\u001b[200~'),
          ),
        ),
        (pieces) => {
          let now: Scan = nothingHeld;
          for (const piece of pieces) {
            now = scan(now, piece).now;
            expect(now.held.length).toBeLessThanOrEqual(64);
            expect(now.pasted.length).toBeLessThanOrEqual(1000);
          }
          if (now.held || now.inside !== 'keys') expect(patienceFor(now)).toBeGreaterThan(0);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
