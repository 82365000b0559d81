import { describe, expect, it } from 'vitest';
import { eventSchema, seedOf } from '../../src/classroom/events.ts';

const player = '0123456789abcdef';

describe('an event', () => {
  it('is taken in the shape that its kind has, and in no other', () => {
    const moved = {
      type: 'moved',
      player,
      attempt: '1/first-contact/2',
      index: 0,
      move: { move: 'answer', step: 'ask', choice: 'right' },
    };
    expect(eventSchema.parse(moved)).toEqual(moved);
    for (const wrong of [
      { ...moved, index: -1 },
      { ...moved, attempt: '0/first-contact/2' },
      { ...moved, attempt: '1/../2' },
      { ...moved, player: 'Ada' },
      { ...moved, score: 100 },
      { ...moved, move: { move: 'win' } },
      { ...moved, type: 'won' },
    ])
      expect(eventSchema.safeParse(wrong).success).toBe(false);
  });
});

describe('the seed of an attempt', () => {
  const secret = '00'.repeat(32);
  it('is the same for the same attempt, and another for each player, attempt and competition', () => {
    const seed = seedOf(secret, player, '1/first-contact/1');
    // printf '0123456789abcdef|1/first-contact/1' | openssl dgst -sha256 -mac HMAC -macopt hexkey:00…00
    expect(seed).toBe('4f0c45539497e5f90ba611017aae222a');
    const others = [
      seedOf('01'.repeat(32), player, '1/first-contact/1'),
      seedOf(secret, 'f'.repeat(16), '1/first-contact/1'),
      seedOf(secret, player, '1/first-contact/2'),
    ];
    expect(new Set([seed, ...others]).size).toBe(4);
  });
});
