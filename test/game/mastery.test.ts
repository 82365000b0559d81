// What a player knows, from the log alone: answers by decision, and what was believed, refuted and believed again.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentHash } from '../../src/game/attempt.ts';
import { beliefsOf, masteryIn, rightAtFirst } from '../../src/game/mastery.ts';
import type { LogEvent } from '../../src/game/progress.ts';
import { scenarios } from '../../src/scenarios/index.ts';
import { shippedLevels } from '../shipped.ts';
import { drilled, hint, moved, rewind, started } from './events.ts';

const levels = shippedLevels();
const mastery = masteryIn(levels, scenarios);
const decision = (events: readonly LogEvent[], level: string, step: string) =>
  mastery(events).find((one) => one.level.id === level && one.step.id === step);
const belief = (events: readonly LogEvent[], misconception: string) =>
  beliefsOf(mastery(events)).find((one) => one.misconception === misconception);

describe('the answers of a log', () => {
  it('stand by their decision, in the order of time, and say which was the first of its attempt', () => {
    const events = [
      started('a', 'goodbye', 1),
      moved('a', 'end', 'done', 2),
      rewind('a', 3),
      moved('a', 'end', 'refuse', 4),
      moved('a', 'typed', 'skip', 5),
      drilled('goodbye', 'end', 'tags', 7, { due: false }),
    ];
    expect(mastery(events).map(({ level, step }) => `${level.id} ${step.id}`)).toEqual([
      'goodbye end',
      'goodbye typed',
    ]);
    expect(decision(events, 'goodbye', 'end')?.given).toEqual([
      { at: day(2), safe: false, asked: 'level', hinted: false, misconception: 'end-of-stream-is-end-of-message' },
      { at: day(4), safe: true, asked: 'retried', hinted: false },
      { at: day(7), safe: false, asked: 'practice', hinted: false, misconception: 'each-record-so-the-whole' },
    ]);
  });

  it('count as right at the first try only where no hint was read before', () => {
    const right = [started('a', 'goodbye', 1), moved('a', 'end', 'refuse', 2)];
    const hinted = [started('a', 'goodbye', 1), hint('a', 'end', 2), moved('a', 'end', 'refuse', 3)];
    const wrong = [started('a', 'goodbye', 1), moved('a', 'end', 'done', 2)];
    const all = [right, hinted, wrong].map((events) => decision(events, 'goodbye', 'end'));
    expect(all.map((one) => one && rightAtFirst(one))).toEqual([true, false, false]);
  });

  it('that marked bytes are right where the attempt went on, and wrong where they were taken back', () => {
    const mark = (record: number, offset: number, length: number) => ({ record, offset, length });
    const begun = [started('a', 'open-wire', 1, hashOf('open-wire')), moved('a', 'capture', 'shop', 2)];
    const marked = [...begun, moved('a', 'secret', mark(0, 0, 1), 3)];
    expect(decision(marked, 'open-wire', 'secret')).toBeUndefined();
    expect(decision([...marked, moved('a', 'typed', 'decoded', 4)], 'open-wire', 'secret')?.given).toMatchObject([
      { at: day(3), safe: true },
    ]);
    // Only a replay says what stands at these bytes.
    expect(decision([...marked, rewind('a', 4)], 'open-wire', 'secret')?.given).toEqual([
      { at: day(3), safe: false, asked: 'level', hinted: false, misconception: 'looks-random-so-secret' },
    ]);
    const changed = [started('a', 'open-wire', 1, 'f'.repeat(32)), ...marked.slice(1), rewind('a', 4)];
    expect(decision(changed, 'open-wire', 'secret')?.given).toMatchObject([{ safe: false }]);
    expect(decision(changed, 'open-wire', 'secret')?.given[0]?.misconception).toBeUndefined();
    const none = [...begun, moved('a', 'secret', mark(99, 0, 1), 3), rewind('a', 4)];
    expect(decision(none, 'open-wire', 'secret')?.given).toMatchObject([{ safe: false }]);
  });

  it('that were put together are known by their items', () => {
    const put = (items: readonly string[]) => [started('a', 'not-a-cipher', 1), moved('a', 'envelope', { items }, 2)];
    const step = levels.flatMap(({ acts }) => acts.flatMap(({ steps }) => steps)).find(({ id }) => id === 'envelope');
    if (!step || !('items' in step)) throw new Error('envelope is put together no more');
    const named = step.choices.find(({ misconception }) => misconception === 'hash-hides-short-secrets');
    expect(decision(put([...(named?.items ?? [])].toReversed()), 'not-a-cipher', 'envelope')?.given).toMatchObject([
      { safe: false, misconception: 'hash-hides-short-secrets' },
    ]);
    expect(decision(put([]), 'not-a-cipher', 'envelope')?.given).toMatchObject([
      { safe: false, misconception: 'nonce-and-tag-are-decoration' },
    ]);
  });

  it('of levels, steps and choices that are not there are left out', () => {
    const events = [
      started('a', 'no-such-level', 1),
      moved('a', 'end', 'done', 2),
      started('b', 'goodbye', 3),
      moved('b', 'no-such-step', 'done', 4),
      moved('b', 'end', 'no-such-choice', 5),
      drilled('goodbye', 'end', 'nothing', 6),
    ];
    expect(mastery(events)).toEqual([]);
  });

  it('of a level that was reset are forgotten, and those after it are not', () => {
    const events: LogEvent[] = [
      started('a', 'goodbye', 1),
      moved('a', 'end', 'done', 2),
      started('b', 'open-wire', 3),
      moved('b', 'capture', 'shop', 4),
      { v: 2, at: day(5), type: 'reset', level: 'goodbye' },
      moved('a', 'end', 'refuse', 6),
    ];
    expect(decision(events, 'goodbye', 'end')).toBeUndefined();
    expect(decision(events, 'open-wire', 'capture')?.given).toHaveLength(1);
    const again = [...events, started('c', 'goodbye', 7), moved('c', 'end', 'refuse', 8)];
    expect(decision(again, 'goodbye', 'end')?.given).toHaveLength(1);
  });

  it('are the same whatever order came from another machine', () => {
    const one = [
      started('a', 'goodbye', 1),
      moved('a', 'end', 'done', 2),
      rewind('a', 3),
      moved('a', 'end', 'refuse', 4),
    ];
    const two = [started('b', 'goodbye', 5), moved('b', 'end', 'tags', 6)];
    expect(mastery([...two, ...one])).toEqual(mastery([...one, ...two]));
  });
});

describe('a misconception', () => {
  const id = 'end-of-stream-is-end-of-message';
  const met = [started('a', 'goodbye', 1), moved('a', 'end', 'done', 2)];
  const refuted = [...met, rewind('a', 3), moved('a', 'end', 'refuse', 4)];

  it('is met by an unsafe answer, and stands until the same decision is answered safely', () => {
    expect(belief(met, id)).toEqual({
      misconception: id,
      times: 1,
      first: day(2),
      last: day(2),
      again: 0,
      at: [{ level: 'goodbye', step: 'end', stands: true }],
    });
    const elsewhere = [...met, rewind('a', 3), started('b', 'goodbye', 4), moved('b', 'goodbye', 'notify', 5)];
    expect(belief(elsewhere, id)?.refuted).toBeUndefined();
    expect(belief(refuted, id)).toMatchObject({ refuted: day(4), at: [{ stands: false }] });
  });

  it('that comes back is met again, at the same decision or another, in a level or a drill', () => {
    const later = [...refuted, moved('a', 'typed', 'refuse', 5), moved('a', 'goodbye', 'close', 6)];
    expect(belief(later, id)).toMatchObject({ times: 2, again: 1, lastAgain: day(6), first: day(2), last: day(6) });
    expect(belief(later, id)?.refuted).toBeUndefined();
    expect(belief(later, id)?.at).toEqual([
      { level: 'goodbye', step: 'end', stands: false },
      { level: 'goodbye', step: 'goodbye', stands: true },
    ]);
    const inDrill = [...refuted, drilled('goodbye', 'end', 'done', 8), drilled('goodbye', 'end', 'refuse', 9)];
    expect(belief(inDrill, id)).toMatchObject({ times: 2, again: 1, lastAgain: day(8), refuted: day(9) });
  });

  it('that is met twice before it is refuted was not met again', () => {
    const twice = [
      ...met,
      rewind('a', 3),
      moved('a', 'end', 'done', 4),
      rewind('a', 5),
      moved('a', 'end', 'refuse', 6),
    ];
    expect(belief(twice, id)).toMatchObject({ times: 2, again: 0, refuted: day(6) });
  });

  it('is refuted exactly where no decision is left at which it was answered last', () => {
    const steps = ['end', 'goodbye'] as const;
    const choices = { end: ['refuse', 'done'], goodbye: ['notify', 'close'] } as const;
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...steps), fc.boolean()), { maxLength: 20 }), (answers) => {
        const events = answers.map(([step, wrong], index) =>
          drilled('goodbye', step, choices[step][wrong ? 1 : 0], index + 1),
        );
        const now = belief(events, id);
        const stands = steps.filter((step) => answers.findLast(([one]) => one === step)?.[1]);
        expect(now !== undefined).toBe(answers.some(([, wrong]) => wrong));
        if (!now) return;
        expect(now.refuted === undefined).toBe(stands.length > 0);
        expect(
          now.at
            .filter((one) => one.stands)
            .map(({ step }) => step)
            .toSorted(),
        ).toEqual(stands);
        expect(now.times).toBe(answers.filter(([, wrong]) => wrong).length);
      }),
    );
  });
});

const day = (number: number): string => new Date(Date.UTC(2026, 0, number)).toISOString();
function hashOf(id: string): string {
  const level = levels.find((one) => one.id === id);
  if (!level) throw new Error(`no level ${id}`);
  return contentHash(level);
}
