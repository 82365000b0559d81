import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold, inForce, type LogEvent, logEventSchema, nothingYet, progressOf } from '../../src/game/progress.ts';

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

  it('holds a boss that was passed for better than one that was not, however many points that one had', () => {
    const boss = (attempt: string, points: number, stars: 0 | 2): LogEvent => ({
      ...(ended(attempt, points) as Extract<LogEvent, { type: 'ended' }>),
      stars,
    });
    const begun = [started('a'), started('b')];
    const best = (...events: LogEvent[]) => progressOf([...begun, ...events]).levels['first-contact']?.best;
    expect(best(boss('a', 88, 0))).toEqual({ points: 88, stars: 0 });
    expect(best(boss('a', 88, 0), boss('b', 84, 2))).toEqual({ points: 84, stars: 2 });
    expect(best(boss('a', 84, 2), boss('b', 88, 0))).toEqual({ points: 84, stars: 2 });
    expect(best(boss('a', 84, 2), boss('b', 86, 2))).toEqual({ points: 86, stars: 2 });
  });

  it('keeps the newest attempt of a level that has not ended, with its moves', () => {
    const { unfinished } = progressOf([started('a'), started('b', 'first-contact', '2'), moved('b', 'https')]);
    expect(unfinished['first-contact']).toEqual({
      id: 'b',
      at,
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

describe('a reset', () => {
  const before = [started('a'), ended('a', 70), started('b', 'goodbye'), moved('b', 'x')];
  const reset = (level?: string): LogEvent => ({ v: 2, at, type: 'reset', ...(level ? { level } : {}) });

  it('of a level forgets it, and nothing else', () => {
    expect(progressOf([...before, reset('goodbye')])).toEqual(progressOf(before.slice(0, 2)));
    expect(progressOf([...before, reset('first-contact')]).levels).toEqual({ goodbye: { attempts: 1 } });
  });
  it('without a level forgets all', () => {
    expect(progressOf([...before, reset()])).toEqual(nothingYet.progress);
  });
  it('forgets what came before it, and not what comes after', () => {
    expect(progressOf([...before, reset(), started('c'), ended('c', 60)]).levels).toEqual({
      'first-contact': { attempts: 1, best: { points: 60, stars: 2 } },
    });
  });
  it('lets an attempt that began before it add nothing more', () => {
    expect(progressOf([...before, reset('goodbye'), moved('b', 'y'), ended('b', 100)]).levels.goodbye).toBeUndefined();
  });
  it('is honoured alike by the fold and by what is in force', () => {
    const id = fc.constantFrom('a', 'b', 'c');
    const level = fc.constantFrom('goodbye', 'open-wire');
    const event = fc.oneof(
      id.map((attempt) => started(attempt, attempt === 'a' ? 'goodbye' : 'open-wire')),
      id.map((attempt) => moved(attempt, 'x')),
      id.map((attempt) => ended(attempt, 80)),
      fc.option(level, { nil: undefined }).map(reset),
    );
    fc.assert(
      fc.property(fc.uniqueArray(event, { maxLength: 40, selector: (one) => JSON.stringify(one) }), (events) => {
        expect(progressOf(inForce(events))).toEqual(progressOf(events));
      }),
    );
  });
});

it('a decision that was drilled changes nothing of the levels', () => {
  const drilled: LogEvent = {
    v: 2,
    at,
    type: 'drilled',
    level: 'first-contact',
    contentHash: hash,
    seed: '1',
    answer: { step: 'open', choice: 'https' },
    choice: 'https',
    hints: 0,
    due: true,
  };
  expect(progressOf([started('a'), drilled])).toEqual(progressOf([started('a')]));
  expect(progressOf([drilled])).toEqual(nothingYet.progress);
});

it('of two attempts at a level the later one is gone on with, in whichever order they stand', () => {
  const later: LogEvent = { ...started('b'), at: '2026-03-02T10:00:00.000Z' };
  expect(progressOf([started('a'), later]).unfinished['first-contact']?.id).toBe('b');
  const { unfinished, levels } = progressOf([later, started('a'), moved('a', 'x'), ended('a', 80)]);
  expect(unfinished['first-contact']).toMatchObject({ id: 'b', attempt: { moves: [] } });
  expect(levels['first-contact']?.best?.points).toBe(80);
});

describe('an event of the log', () => {
  const refused: readonly (readonly [string, unknown])[] = [
    ['of another version', { ...started('a'), v: 2 }],
    ['of a version in which there was none of its kind', { v: 1, at, type: 'reset' }],
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
