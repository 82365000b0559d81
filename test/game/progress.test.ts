import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold, type LogEvent, logEventSchema, nothingYet, progressOf } from '../../src/game/progress.ts';

const hash = '0123456789abcdef0123456789abcdef';
const at = '2026-03-01T10:00:00.000Z';
const started = (attempt: string, level = 'first-contact', seed = '1'): LogEvent => ({
  v: 1,
  at,
  attempt,
  type: 'started',
  level,
  contentHash: hash,
  seed,
});
const moved = (attempt: string, choice: string): LogEvent => ({
  v: 1,
  at,
  attempt,
  type: 'moved',
  move: { move: 'answer', step: 'open', choice },
});
const ended = (attempt: string, points: number, outcome: 'met' | 'missed' = 'met'): LogEvent => ({
  v: 1,
  at,
  attempt,
  type: 'ended',
  outcome,
  points,
  stars: points >= 90 ? 3 : points >= 60 ? 2 : 1,
});

describe('the fold of the log', () => {
  it('counts attempts and keeps the best of those that met the goal', () => {
    const { levels, unfinished } = progressOf([
      started('a'),
      ended('a', 70),
      started('b'),
      ended('b', 95),
      started('c'),
      ended('c', 80),
      started('d'),
      ended('d', 100, 'missed'),
    ]);
    expect(levels['first-contact']).toEqual({ attempts: 4, best: { points: 95, stars: 3 } });
    expect(unfinished).toEqual({});
  });

  it('keeps the newest attempt of a level that has not ended, with its moves', () => {
    const { unfinished } = progressOf([started('a'), started('b', 'first-contact', '2'), moved('b', 'https')]);
    expect(unfinished['first-contact']).toEqual({
      id: 'b',
      attempt: {
        level: 'first-contact',
        contentHash: hash,
        seed: '2',
        moves: [{ move: 'answer', step: 'open', choice: 'https' }],
      },
    });
  });

  it('does not mix up two windows that play one level at once', () => {
    const { levels, unfinished } = progressOf([
      started('a'),
      started('b'),
      moved('a', 'http'),
      moved('b', 'https'),
      ended('a', 61),
    ]);
    expect(levels['first-contact']).toEqual({ attempts: 2, best: { points: 61, stars: 2 } });
    expect(unfinished['first-contact']?.id).toBe('b');
    expect(unfinished['first-contact']?.attempt.moves).toHaveLength(1);
  });

  it('leaves out events of attempts that it has not seen begin', () => {
    expect(progressOf([moved('lost', 'https'), ended('lost', 100)])).toEqual(nothingYet.progress);
  });

  it('has no entry for a level named like something every object has', () => {
    expect(progressOf([started('a')]).levels.constructor).toBeUndefined();
    expect(progressOf([started('a', 'constructor')]).levels.constructor).toEqual({ attempts: 1 });
  });

  it('keeps no more moves of an attempt than an attempt file may hold', () => {
    const moves = Array.from({ length: 2_010 }, () => moved('a', 'https'));
    expect(progressOf([started('a'), ...moves]).unfinished['first-contact']?.attempt.moves).toHaveLength(2_000);
  });

  it('counts as many attempts as were begun, whatever the order of events', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd');
    const level = fc.constantFrom('goodbye', 'open-wire');
    const event = fc.oneof(
      fc.tuple(id, level).map(([attempt, name]) => started(attempt, name)),
      fc.tuple(id, fc.constantFrom('x', 'y')).map(([attempt, choice]) => moved(attempt, choice)),
      fc.tuple(id, fc.integer({ min: 0, max: 100 })).map(([attempt, points]) => ended(attempt, points)),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const progress = progressOf(events);
        const begun = events.filter(({ type }) => type === 'started').length;
        const counted = Object.values(progress.levels).reduce((sum, { attempts }) => sum + attempts, 0);
        expect(counted).toBe(begun);
        for (const [name, { attempt }] of Object.entries(progress.unfinished)) expect(attempt.level).toBe(name);
      }),
    );
  });

  it('changes nothing that it was given', () => {
    const before = fold(nothingYet, started('a'));
    const copy = structuredClone(before.progress);
    fold(fold(before, moved('a', 'https')), ended('a', 50));
    expect(before.progress).toEqual(copy);
  });
});

describe('an event of the log', () => {
  const refused: readonly (readonly [string, unknown])[] = [
    ['of another version', { ...started('a'), v: 2 }],
    ['with a key too many', { ...started('a'), extra: 1 }],
    ['with a level that is no id', { ...started('a'), level: '../../etc/passwd' }],
    ['with more than 100 points', ended('a', 101)],
    ['with four stars', { ...ended('a', 50), stars: 4 }],
    ['with a time that is none', { ...started('a'), at: 'yesterday' }],
    ['with an unknown move', { ...moved('a', 'x'), move: { move: 'cheat' } }],
    ['with a seed without end', { ...started('a'), seed: 'x'.repeat(10_000) }],
  ];
  it.each(refused)('is refused %s', (_what, event) => {
    expect(logEventSchema.safeParse(event).success).toBe(false);
  });
  it('is read as it was written', () => {
    for (const event of [started('a'), moved('a', 'https'), ended('a', 100)])
      expect(logEventSchema.parse(JSON.parse(JSON.stringify(event)))).toEqual(event);
  });
});
