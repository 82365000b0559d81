import { expect, it } from 'vitest';
import type { Move } from '../../src/game/attempt.ts';
import { cardOf } from '../../src/game/card.ts';
import { score } from '../../src/game/score.ts';
import { rightAnswers } from '../journeys/answers.ts';
import { shippedLevels } from '../shipped.ts';

const goodbye = shippedLevels().find(({ id }) => id === 'goodbye');
if (!goodbye) throw new Error('no level goodbye');
const steps = goodbye.acts.flatMap((act) => act.steps);
const right = (rightAnswers.goodbye ?? []).map(
  (choice, index): Move => ({ move: 'answer', step: steps[index]?.id ?? '', choice }),
);

it('the card says how each decision went, and how to play the same', () => {
  const [first, ...rest] = right;
  if (!first) throw new Error('no answer');
  const moves: Move[] = [
    { move: 'hint', step: steps[0]?.id ?? '', tier: 1 },
    { move: 'answer', step: steps[0]?.id ?? '', choice: 'done' },
    { move: 'rewind' },
    first,
    ...rest,
  ];
  expect(cardOf(goodbye, '4f2a', score(moves, goodbye, 'met'))).toMatchInlineSnapshot(`
    [
      "╭─ HTTPS Quest ─────────────────╮",
      "│ The cut cable                 │",
      "│ ★★☆  85 of 100, as the client │",
      "│ 2 ✓ ✓   hints: 1              │",
      "╰───────────────────────────────╯",
      "https-quest play goodbye --seed 4f2a",
    ]
  `);
});

it('the card of every level is at most 56 columns wide, and a seed in it can be typed', () => {
  for (const level of shippedLevels()) {
    const card = cardOf(level, "it's; rm", { points: 100, stars: 3, decisions: [] });
    for (const line of card) expect([...line].length).toBeLessThanOrEqual(56);
    expect(new Set(card.slice(0, -1).map((line) => [...line].length)).size).toBe(1);
    expect(card.at(-1)).toContain('--seed "it\'s; rm"');
  }
});
