// What the title says of a log at a glance is what the log says.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type LogEvent, progressOf } from '../../src/game/progress.ts';
import { logName } from '../../src/store/folders.ts';
import { glance } from '../../src/store/glance.ts';
import { seal } from '../../src/store/lines.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quest-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = '2026-01-01T00:00:00.000Z';
const head = { v: 1, at } as const;
const attempt = fc.constantFrom('a', 'b', 'c', 'd');
const event: fc.Arbitrary<LogEvent> = fc.oneof(
  attempt.map((one): LogEvent => ({ ...head, attempt: one, type: 'moved', move: { move: 'rewind' } })),
  fc
    .tuple(attempt, fc.constantFrom('met', 'missed'))
    .map(([one, outcome]): LogEvent => ({ ...head, attempt: one, type: 'ended', outcome, points: 9, stars: 1 })),
  fc.constantFrom<LogEvent>({ v: 2, at, type: 'reset' }, { v: 2, at, type: 'reset', level: 'first' }),
);
/** Each attempt is begun once, before all else is told of it. */
const log = fc
  .record({
    levels: fc.array(fc.constantFrom('first', 'second'), { maxLength: 4 }),
    events: fc.array(event, { maxLength: 12 }),
  })
  .map(({ levels, events }): LogEvent[] => [
    ...levels.map(
      (level, index): LogEvent => ({
        ...head,
        attempt: 'abcd'[index] ?? 'a',
        type: 'started',
        level,
        contentHash: '00000000',
        seed: '1',
      }),
    ),
    ...events,
  ]);

it('is what the log says, line by line', () => {
  fc.assert(
    fc.property(log, (events) => {
      const lines = [seal({ log: 'https-quest attempts', v: 1 }), ...events.map(seal)];
      writeFileSync(join(folder, logName), Buffer.concat(lines));
      const { levels } = progressOf(events);
      const { isNew, finished } = glance(folder);
      expect(isNew).toBe(Object.keys(levels).length === 0);
      expect([...finished].filter(Boolean).sort()).toEqual(
        Object.keys(levels)
          .filter((level) => levels[level]?.best)
          .sort(),
      );
    }),
  );
});
it('is that of a new player where there is no log, or one that cannot be read', () => {
  expect(glance(folder)).toEqual({ isNew: true, finished: new Set() });
  writeFileSync(join(folder, logName), '"type":"started" {');
  expect(glance(folder)).toEqual({ isNew: true, finished: new Set() });
});
