// A verdict is right only if its own fact is what happens, in its own world.
import { expect, it } from 'vitest';
import { contradiction, type End, shortfall } from '../../src/game/judge.ts';
import type { Outcome, World } from '../../src/game/level.ts';
import type { Taken } from '../../src/game/simulate.ts';
import type { Fact } from '../../src/scenarios/scenario.ts';

const learned = { kind: 'learned', who: 'moe', what: 'order' } as const;
const forged = { kind: 'accepted', who: 'ann', what: 'forged' } as const;
const delivered = { kind: 'delivered', who: 'order', what: 'bea' } as const;
const sent = { kind: 'accepted', who: 'ann', what: 'sent' } as const;
const world = (name: string): World => ({
  name,
  setup: {},
  policies: {},
  goal: {
    must: [
      { delivered: ['order', 'bea'] },
      { anyOf: [{ accepted: ['ann', 'sent'] }, { accepted: ['ann', 'thanks'] }] },
    ],
    never: [{ learned: ['moe', 'order'] }, { accepted: ['ann', 'forged'] }],
  },
});
const end = (name: string, met: boolean, ...facts: Fact[]): End => ({ world: world(name), met, facts });
const good = end('shown', true, delivered, sent);
const judge = (verdict: Outcome['verdict'], ends: readonly End[], { at = '', open = false } = {}) => {
  const outcome: Outcome = { verdict, headline: 'x', says: 'x', ...(at ? { in: at } : {}) };
  return contradiction({ outcome } as Taken, ends, () => open);
};

it('a safe choice must meet the goal of every world', () => {
  expect(judge('safe', [good, end('quiet', true, delivered, sent)])).toBeUndefined();
  expect(judge('safe', [good, end('quiet', false, sent)])).toBe(
    'says safe, but misses the goal in world "quiet": delivered(order, bea) does not come about',
  );
});

it('a choice that breaks something must bring about that very fact, which its world forbids', () => {
  const breaks = { learned: ['moe', 'order'] as [string, string] };
  expect(judge({ breaks }, [end('shown', false, learned)])).toBeUndefined();
  expect(judge({ breaks }, [end('shown', false, forged)])).toBe(
    'says that it breaks learned(moe, order) in world "shown", but that does not come about: accepted(ann, forged)',
  );
  expect(judge({ breaks: { accepted: ['ann', 'sent'] } }, [end('shown', false, sent)])).toContain('does not forbid');
});

it('a choice that misses something must leave out that very fact, which its world asks for', () => {
  const misses = { delivered: ['order', 'bea'] as [string, string] };
  expect(judge({ misses }, [end('shown', false, sent)])).toBeUndefined();
  expect(judge({ misses }, [end('shown', false, delivered, forged)])).toBe(
    'says that it misses delivered(order, bea) in world "shown", but that comes about: delivered(order, bea), accepted(ann, forged)',
  );
  expect(judge({ misses: { learned: ['moe', 'order'] } }, [end('shown', false)])).toContain('does not ask for');
});

it('one of several is missed only where all of them are', () => {
  const misses = { accepted: ['ann', 'sent'] as [string, string] };
  expect(judge({ misses }, [end('shown', false, delivered)])).toBeUndefined();
  const thanks = { ...sent, what: 'thanks' };
  expect(judge({ misses }, [end('shown', false, delivered, thanks, forged)])).toContain('but that comes about');
});

it('the harm is looked for in the world that the choice names', () => {
  const breaks = { learned: ['moe', 'order'] as [string, string] };
  const ends = [good, end('quiet', false, learned)];
  expect(judge({ breaks }, ends, { at: 'quiet' })).toBeUndefined();
  expect(judge({ breaks }, ends)).toContain('in world "shown"');
  expect(judge({ breaks }, ends, { at: 'loud' })).toBe('names a world "loud" that is not there');
});

it('an unsafe choice that other answers can mend is not unsafe', () => {
  const breaks = { learned: ['moe', 'order'] as [string, string] };
  expect(judge({ breaks }, [end('shown', false, learned)], { open: true })).toBe(
    'says unsafe, but other answers after it still meet the goal in world "shown"',
  );
});

it('a shortfall names what came about against the goal and what is lacking', () => {
  expect(shortfall(world('x').goal, [learned])).toBe(
    'learned(moe, order) comes about; delivered(order, bea) does not come about; accepted(ann, sent) or accepted(ann, thanks) does not come about',
  );
  expect(shortfall(world('x').goal, [delivered, sent])).toBe('');
});
