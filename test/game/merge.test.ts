// Two logs of one player made one: nothing is lost, nothing gets worse, and the second time changes nothing.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { missingIn } from '../../src/game/merge.ts';
import { inForce, type LogEvent, progressOf } from '../../src/game/progress.ts';
import { drilled, ended, moved, started } from './events.ts';

const merged = (mine: readonly LogEvent[], other: readonly LogEvent[]) => [...mine, ...missingIn(mine, other)];
const reset = (day: number, level?: string): LogEvent => ({
  v: 2,
  at: new Date(Date.UTC(2026, 0, day)).toISOString(),
  type: 'reset',
  ...(level ? { level } : {}),
});

describe('what is missing in a log', () => {
  const here = [started('a', 'goodbye', 1), moved('a', 'end', 'refuse', 2), ended('a', 70, 3)];
  const there = [
    started('b', 'goodbye', 4),
    ended('b', 90, 5),
    started('c', 'open-wire', 6),
    moved('c', 'capture', 'shop', 7),
    drilled('goodbye', 'end', 'refuse', 8),
  ];

  it('is all of another player’s machine', () => {
    expect(missingIn(here, there)).toHaveLength(there.length);
    const { levels, unfinished } = progressOf(merged(here, there));
    expect(levels.goodbye).toMatchObject({ attempts: 2, best: { points: 90 } });
    expect(unfinished['open-wire']?.attempt.moves).toHaveLength(1);
  });
  it('is nothing the second time', () => {
    expect(missingIn(merged(here, there), there)).toEqual([]);
    expect(missingIn(here, here)).toEqual([]);
  });
  it('never takes a better result away', () => {
    expect(progressOf(merged(there, here)).levels.goodbye?.best?.points).toBe(90);
    expect(progressOf(merged(here, there)).levels.goodbye?.best?.points).toBe(90);
  });
  it('leaves half played what is half played here, where it is the newer one', () => {
    const mine = [started('n', 'open-wire', 9), moved('n', 'capture', 'names', 10)];
    expect(progressOf(merged(mine, there)).unfinished['open-wire']).toMatchObject({
      id: 'n',
      attempt: { moves: [{}] },
    });
    const older = [started('n', 'open-wire', 2)];
    expect(progressOf(merged(older, there)).unfinished['open-wire']?.id).toBe('c');
  });
  it('goes on with an attempt that was played on elsewhere', () => {
    const begun = here.slice(0, 1);
    expect(missingIn(begun, here)).toEqual(here.slice(1));
    expect(missingIn(here, begun)).toEqual([]);
  });
  it('keeps both ways of an attempt that went on in both, also when one of them goes on again', () => {
    const begun = started('a', 'goodbye', 1);
    const mine = [begun, moved('a', 'end', 'done', 2)];
    const theirs = [begun, moved('a', 'end', 'refuse', 2), moved('a', 'typed', 'refuse', 3)];
    const once = merged(mine, theirs);
    expect(progressOf(once).levels.goodbye?.attempts).toBe(2);
    expect(once.slice(0, 2)).toEqual(mine);
    const [copy] = once.slice(2);
    expect(once.slice(2)).toEqual(
      theirs.map((event) => ({ ...event, attempt: copy && 'attempt' in copy && copy.attempt })),
    );
    expect(missingIn(once, theirs)).toEqual([]);
    const further = [...theirs, ended('a', 95, 4)];
    expect(missingIn(once, further)).toHaveLength(1);
    expect(progressOf(merged(once, further)).levels.goodbye?.best?.points).toBe(95);
  });
  it('is what was forgotten here since, so that a copy of before brings it back', () => {
    const forgotten = [...here, reset(9, 'goodbye')];
    expect(progressOf(forgotten).levels.goodbye).toBeUndefined();
    const back = merged(forgotten, here);
    expect(progressOf(back)).toEqual(progressOf(here));
    expect(missingIn(back, here)).toEqual([]);
  });
  it('is nothing of what was forgotten there', () => {
    expect(missingIn([], [...here, reset(9)])).toEqual([]);
  });
});

describe('whatever two machines did', () => {
  const id = fc.constantFrom('a', 'b', 'c', 'd');
  const levelOf = (attempt: string) => (attempt < 'c' ? 'goodbye' : 'open-wire');
  const level = fc.constantFrom('goodbye', 'open-wire');
  const day = fc.integer({ min: 1, max: 28 });
  const event = fc.oneof(
    fc.tuple(id, day).map(([attempt, on]) => started(attempt, levelOf(attempt), on)),
    fc.tuple(id, fc.constantFrom('x', 'y'), day).map(([attempt, choice, on]) => moved(attempt, 'end', choice, on)),
    fc.tuple(id, fc.integer({ min: 0, max: 100 }), day).map(([attempt, points, on]) => ended(attempt, points, on)),
    fc.tuple(level, day).map(([name, on]) => drilled(name, 'end', 'x', on)),
    fc.tuple(day, fc.option(level, { nil: undefined })).map(([on, name]) => reset(on, name)),
  );
  // An attempt begins once.
  const selector = (one: LogEvent) => (one.type === 'started' ? one.attempt : JSON.stringify(one));
  const log = fc.uniqueArray(event, { maxLength: 30, selector });

  it('the second import adds nothing, results only get better, and what is half played stays', () => {
    let shared = 0;
    fc.assert(
      fc.property(log, log, log, (before, here, there) => {
        const one = (events: readonly LogEvent[]) => [
          ...new Map(events.map((each) => [selector(each), each])).values(),
        ];
        const [mine, other] = [one([...before, ...here]), one([...before, ...there])];
        const both = merged(mine, other);
        expect(missingIn(both, other)).toEqual([]);
        expect(both.slice(0, mine.length)).toEqual(mine);
        const after = progressOf(both);
        for (const events of [mine, inForce(other)])
          for (const [name, { best }] of Object.entries(progressOf(events).levels))
            expect(after.levels[name]?.best?.points ?? -1).toBeGreaterThanOrEqual(best?.points ?? -1);
        const added = both.slice(mine.length);
        for (const [name, begun] of Object.entries(progressOf(mine).unfinished)) {
          const newer = added.some((each) => each.type === 'started' && each.level === name && each.at >= begun.at);
          const itself = added.some((each) => 'attempt' in each && each.attempt === begun.id);
          if (newer || itself) continue;
          shared++;
          expect(after.unfinished[name]).toEqual(begun);
        }
      }),
      { numRuns: 400 },
    );
    expect(shared).toBeGreaterThan(100);
  });
});
