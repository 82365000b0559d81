// Moves fold into the answers that stand; files of attempts are input like any other; the hash knows deeds from words.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Attempt,
  attemptSchema,
  contentHash,
  type Move,
  mostMoves,
  parseAttempt,
  standing,
} from '../../src/game/attempt.ts';
import { doorLevel, lettersLevel, levelOf } from './levels.ts';

const id = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,8}$/);
const move: fc.Arbitrary<Move> = fc.oneof(
  fc.record({ move: fc.constant('answer' as const), step: id, choice: id }),
  fc.record({
    move: fc.constant('answer' as const),
    step: id,
    value: fc.record({ record: fc.nat(9), offset: fc.nat(99), length: fc.integer({ min: 1, max: 99 }) }),
  }),
  fc.constant({ move: 'rewind' as const }),
  fc.record({
    move: fc.constant('hint' as const),
    step: id,
    tier: fc.constantFrom(1 as const, 2 as const, 3 as const),
  }),
);

describe('the answers that stand', () => {
  it('are those given and not taken back', () => {
    expect(
      standing([
        { move: 'answer', step: 'a', choice: 'x' },
        { move: 'hint', step: 'b', tier: 1 },
        { move: 'answer', step: 'b', choice: 'y' },
        { move: 'rewind' },
        { move: 'answer', step: 'b', value: { record: 1, offset: 2, length: 3 } },
      ]),
    ).toEqual([
      { step: 'a', choice: 'x' },
      { step: 'b', value: { record: 1, offset: 2, length: 3 } },
    ]);
  });

  it('are as a stack has them, whatever the moves', () => {
    fc.assert(
      fc.property(fc.array(move), (moves) => {
        const stands = standing(moves);
        const answers = moves.filter((one) => one.move === 'answer');
        expect(stands.length).toBeLessThanOrEqual(answers.length);
        for (const { step } of stands) expect(answers.some((answer) => answer.step === step)).toBe(true);
        // One more answer and a rewind change nothing; a hint neither.
        expect(standing([...moves, { move: 'answer', step: 'z', choice: 'z' }, { move: 'rewind' }])).toEqual(stands);
        expect(standing([...moves, { move: 'hint', step: 'z', tier: 3 }])).toEqual(stands);
        expect(standing([...moves, { move: 'rewind' }])).toEqual(stands.slice(0, -1));
      }),
    );
  });
});

describe('an attempt in a file', () => {
  const attempt: Attempt = {
    level: 'letters',
    contentHash: '0123456789abcdef0123456789abcdef',
    seed: 'a seed',
    moves: [{ move: 'answer', step: 'write', choice: 'open' }, { move: 'rewind' }],
  };

  it('comes back as it was written', () => {
    fc.assert(
      fc.property(fc.array(move), (moves) => {
        expect(parseAttempt(JSON.stringify({ ...attempt, moves }))).toEqual({ attempt: { ...attempt, moves } });
      }),
    );
  });

  it.each([
    ['no JSON', '{"level": "letters"', 'This is no JSON'],
    ['a list', '[]', 'This is no attempt: the file'],
    ['an unknown key', JSON.stringify({ ...attempt, points: 100 }), 'points'],
    ['no seed', JSON.stringify({ ...attempt, seed: undefined }), 'seed'],
    [
      'a seed that steers the terminal',
      JSON.stringify({ ...attempt, seed: '\u001b[2J' }),
      'seed: has control characters',
    ],
    ['a hash that is none', JSON.stringify({ ...attempt, contentHash: 'abc' }), 'contentHash: is no content hash'],
    ['an unknown move', JSON.stringify({ ...attempt, moves: [{ move: 'win' }] }), 'moves[0]: is neither an answer'],
    [
      'bytes that no dump has',
      JSON.stringify({
        ...attempt,
        moves: [{ move: 'answer', step: 'a', value: { record: -1, offset: 0, length: 1 } }],
      }),
      'moves[0]',
    ],
    [
      'more moves than anybody makes',
      JSON.stringify({ ...attempt, moves: Array.from({ length: mostMoves + 1 }, () => ({ move: 'rewind' })) }),
      'moves: has more than 2000 moves',
    ],
  ])('is refused in one sentence that says where: %s', (_what, json, sentence) => {
    const parsed = parseAttempt(json);
    if ('attempt' in parsed) throw new Error('was taken');
    expect(parsed.fault).toContain(sentence);
    expect(parsed.fault).not.toContain('\n');
  });

  it('may have as many moves as are allowed', () => {
    const moves = Array.from({ length: mostMoves }, () => ({ move: 'rewind' as const }));
    expect(attemptSchema.safeParse({ ...attempt, moves }).success).toBe(true);
  });
});

describe('the content hash', () => {
  const hash = contentHash(levelOf(lettersLevel));
  const hashWith = (from: string | RegExp, to: string, text = lettersLevel) => {
    expect(text.replace(from, to)).not.toBe(text);
    return contentHash(levelOf(text.replace(from, to)));
  };

  it('is 16 bytes in hexadecimal, the same for the same level', () => {
    expect(hash).toMatch(/^[0-9a-f]{32}$/);
    expect(contentHash(levelOf(lettersLevel))).toBe(hash);
  });

  it.each([
    ['the title', 'title: Two letters', 'title: Two notes'],
    ['a label', 'label: Seal it, and send it twice', 'label: Seal it and send it twice'],
    ['what a verdict says', 'says: The second letter said the same.', 'says: It said the same.'],
    ['a hint', 'Who carries it?', 'Who?'],
    ['a misconception', 'nobody-reads-postcards', 'postcards-are-private'],
    ['the order of the keys', 'announce: This is', 'announce: Here is'],
  ])('stays where only words change: %s', (_what, from, to) => {
    expect(hashWith(from, to)).toBe(hash);
  });

  it.each([
    ['an answer', 'copies: 2', 'copies: 1 }\n        sameAs: sealed\n        #'],
    ['a verdict', 'verdict: { misses: { accepted: [ann, sent] } }', 'verdict: safe\n       '],
    ['a world', 'setup: { moe: away }', 'setup: { moe: here }'],
    ['a goal', 'never: [ { learned: [moe, order] }, ', 'never: [ { learned: [moe] }, { learned: [moe, order] }, '],
    ['when a step is asked', 'write: [sealed, twice]', 'write: [sealed]'],
    ['the name of a choice', 'id: same', 'id: the-same'],
    ['a step’s name', 'id: second-reply', 'id: second'],
  ])('changes where the level does something else: %s', (_what, from, to) => {
    expect(hashWith(from, to)).not.toBe(hash);
  });

  it('changes where the harm shows in a world of another name', () => {
    expect(contentHash(levelOf(lettersLevel.replaceAll('quiet', 'still')))).not.toBe(hash);
  });

  it('changes with what a pick names, and with who is carried', () => {
    const door = contentHash(levelOf(doorLevel));
    expect(hashWith('field: pin=.value', 'field: pin=*', doorLevel)).not.toBe(door);
    expect(hashWith('carry: [ann]', 'carry: []', doorLevel)).not.toBe(door);
    expect(hashWith('record: sealed letter', 'record: sealed*', doorLevel)).not.toBe(door);
  });
});
