// What an attempt is worth, by examples and by what holds for every attempt.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Move } from '../../src/game/attempt.ts';
import { bossAfterSlip, bossScore } from '../../src/game/boss.ts';
import { score } from '../../src/game/score.ts';
import { doorLevel, lettersLevel, levelOf } from './levels.ts';

const letters = levelOf(lettersLevel);
const door = levelOf(doorLevel);
const moves = (...words: string[]): Move[] =>
  words.map((word): Move => {
    const [step = '', choice = ''] = word.split('/');
    if (word === 'rewind') return { move: 'rewind' };
    return /^[123]$/.test(choice)
      ? { move: 'hint', step, tier: Number(choice) as 1 | 2 | 3 }
      : { move: 'answer', step, choice };
  });
const perfect = moves('write/sealed', 'first-reply/stamped', 'second-reply/same');

describe('a score', () => {
  it('is 100 and three stars for every decision right at once and without a hint', () => {
    const { points, stars, decisions } = score(perfect, letters, 'met');
    expect({ points, stars }).toEqual({ points: 100, stars: 3 });
    expect(decisions.map(({ of }) => of)).toEqual([32, 34, 34]);
    expect(decisions.every(({ points: got, of, tries, hints }) => got === of && tries === 1 && hints === 0)).toBe(true);
  });

  it.each([
    ['a second try', ['write/open', 'rewind', ...['write/sealed']], 13 + 6, 2],
    ['a third', ['write/open', 'rewind', 'write/open', 'rewind', 'write/sealed'], 7 + 6, 3],
    ['a fourth', ['write/open', 'rewind', 'write/open', 'rewind', 'write/open', 'rewind', 'write/sealed'], 0 + 6, 4],
  ])('gives half, a quarter, nothing of the share for tries at %s', (_what, first, points, tries) => {
    const all = [...moves(...first), ...perfect.slice(1)];
    expect(score(all, letters, 'met').decisions[0]).toEqual({ step: 'write', tries, hints: 0, points, of: 32 });
    expect(score(all, letters, 'met').points).toBe(68 + points);
  });

  it.each([
    [['write/1'], 26 + 4],
    [['write/2'], 26 + 2],
    [['write/3'], 26],
    [['write/1', 'write/2'], 26 + 2],
    [['write/2', 'write/1'], 26 + 2],
  ])('takes a third of the share for no hints with each tier: %j', (hints, points) => {
    expect(score([...moves(...hints), ...perfect], letters, 'met').decisions[0]?.points).toBe(points);
  });

  it('takes nothing for a hint at another decision', () => {
    const { decisions } = score([...moves('second-reply/3'), ...perfect], letters, 'met');
    expect(decisions.map(({ points }) => points)).toEqual([32, 34, 27]);
  });

  it('grows with the attempt and gives no star before the end', () => {
    const growing = [0, 1, 2, 3].map((length) => score(perfect.slice(0, length), letters, undefined));
    expect(growing.map(({ points }) => points)).toEqual([0, 32, 66, 100]);
    expect(growing.map(({ stars }) => stars)).toEqual([0, 0, 0, 0]);
    expect(growing[1]?.decisions.map(({ step }) => step)).toEqual(['write', 'first-reply', 'second-reply']);
  });

  it('gives nothing for the answer that missed the goal', () => {
    const { points, stars, decisions } = score(moves('write/sealed', 'first-reply/all'), letters, 'missed');
    expect({ points, stars }).toEqual({ points: 32, stars: 0 });
    expect(decisions[1]).toMatchObject({ step: 'first-reply', tries: 1, points: 0 });
  });

  it('counts the decisions of the path that was taken, not those of another', () => {
    const short = moves('write/twice', 'first-reply/stamped');
    expect(score(short, letters, 'met')).toMatchObject({ points: 100, stars: 3 });
    // After `first-reply: all` the second reply is not asked any more.
    expect(score(moves('first-reply/all'), letters, undefined).decisions.map(({ step }) => step)).toEqual([
      'first-reply',
      'write',
    ]);
  });

  it('has one star from the start, two from 60 points, three from 90', () => {
    const wrong = (times: number) => Array.from({ length: times }, () => moves('write/open', 'rewind')).flat();
    const all = (times: number) => [...wrong(times), ...perfect];
    expect(score([...moves('second-reply/3'), ...perfect], letters, 'met')).toMatchObject({ points: 93, stars: 3 });
    expect(score(all(1), letters, 'met')).toMatchObject({ points: 87, stars: 2 });
    const poor = [...wrong(3), ...moves('first-reply/3', 'second-reply/3', 'second-reply/none', 'rewind'), ...perfect];
    expect(score(poor, letters, 'met')).toMatchObject({ points: 47, stars: 1 });
  });

  it('is a whole number from 0 to 100 and the sum of its decisions, whatever the moves', () => {
    const steps = ['write', 'first-reply', 'second-reply', 'predict', 'mark', 'speak', 'book', 'elsewhere'];
    const move: fc.Arbitrary<Move> = fc.oneof(
      fc.record({
        move: fc.constant('answer' as const),
        step: fc.constantFrom(...steps),
        choice: fc.constantFrom('sealed', 'all'),
      }),
      fc.record({
        move: fc.constant('answer' as const),
        step: fc.constantFrom(...steps),
        value: fc.constant({ record: 0, offset: 0, length: 1 }),
      }),
      fc.constant({ move: 'rewind' as const }),
      fc.record({
        move: fc.constant('hint' as const),
        step: fc.constantFrom(...steps),
        tier: fc.constantFrom(1 as const, 2 as const, 3 as const),
      }),
    );
    fc.assert(
      fc.property(
        fc.array(move),
        fc.constantFrom(letters, door),
        fc.constantFrom('met' as const, 'missed' as const, undefined),
        (all, level, outcome) => {
          const { points, stars, decisions } = score(all, level, outcome);
          expect(Number.isInteger(points) && points >= 0 && points <= 100).toBe(true);
          expect(decisions.reduce((sum, { points: got }) => sum + got, 0)).toBe(points);
          expect(decisions.every(({ points: got, of }) => got >= 0 && got <= of)).toBe(true);
          if (decisions.length) expect(decisions.reduce((sum, { of }) => sum + of, 0)).toBe(100);
          expect(stars > 0).toBe(outcome === 'met');
        },
      ),
    );
  });
});

describe('a boss', () => {
  const boss = levelOf(
    lettersLevel.replace('debrief:', 'boss: { reward: A stamp of your own. }\ndebrief:').replace(/ +hints: .*\n/g, ''),
  );
  const wrong = moves('write/open', 'rewind');

  it('is passed by what is right at the first try, all of three here, since two are less than 80 in 100', () => {
    expect(score(perfect, boss, 'met')).toMatchObject({
      stars: 3,
      boss: { first: 3, of: 3, needed: 3, spare: 0, result: 'passed' },
    });
    const { stars, points, boss: result } = score([...wrong, ...perfect], boss, 'met');
    expect({ stars, points }).toEqual({ stars: 0, points: 87 });
    expect(result).toEqual({ first: 2, of: 3, needed: 3, spare: -1, result: 'failed' });
  });

  it.each([
    [[], { first: 0, result: 'open' }],
    [['write/sealed'], { first: 1, result: 'open' }],
    [['write/open'], { first: 0, result: 'failed' }],
    [['write/open', 'rewind'], { first: 0, result: 'failed' }],
    [['write/open', 'rewind', 'write/sealed'], { first: 0, result: 'failed' }],
    [['write/sealed', 'first-reply/all'], { first: 1, result: 'failed' }],
  ])('knows while it goes on whether it can still be passed: %j', (said, stands) => {
    const outcome = said.at(-1)?.match(/open|all/) ? 'missed' : undefined;
    expect(score(moves(...said), boss, outcome).boss).toMatchObject({ of: 3, needed: 3, ...stands });
  });

  it.each([
    [1, 1],
    [4, 4],
    [5, 4],
    [8, 7],
    [9, 8],
    [10, 8],
    [12, 10],
  ])('of %d decisions wants %d', (of, needed) => {
    expect(bossScore(needed, 0, of, true)).toEqual({ first: needed, of, needed, spare: 0, result: 'passed' });
    expect(bossScore(needed - 1, 0, of, true).result).toBe('failed');
    expect(bossScore(needed - 1, 1, of, false).result).toBe('open');
    expect(bossScore(0, needed - 1, of, false).result).toBe('failed');
  });

  it('says at a wrong answer what may still go wrong, and once that it cannot be passed any more', () => {
    const said = [2, 1, 0, -1, -2].map((spare) => bossAfterSlip(bossScore(0, 8 + spare, 10, false)));
    expect(said).toEqual([
      expect.stringContaining('2 more decisions'),
      expect.stringContaining('one more decision'),
      expect.stringContaining('all the rest'),
      expect.stringContaining('cannot be passed any more'),
      '',
    ]);
  });

  it('is what other levels are not', () => {
    expect(score(perfect, letters, 'met')).not.toHaveProperty('boss');
  });
});

describe('steps that the seed chooses among', () => {
  const chosen = levelOf(
    lettersLevel.replace(
      '    nth: 2\n    when: { write: [sealed, twice], first-reply: stamped }\n',
      '    given: { item: lamp }\n',
    ),
  );
  it('count once while none of them is answered, and not at all once one is', () => {
    expect(score([], chosen, undefined).decisions.map(({ step }) => step)).toEqual(['write', 'first-reply']);
    const other = moves('write/sealed', 'second-reply/same');
    expect(score(other, chosen, undefined).decisions.map(({ step }) => step)).toEqual(['write', 'second-reply']);
  });
});
