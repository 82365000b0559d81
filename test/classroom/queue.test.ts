import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attemptPattern } from '../../src/classroom/events.ts';
import { logId, queueOf } from '../../src/classroom/queue.ts';
import { idPattern } from '../../src/game/letters.ts';

const level = fc.stringMatching(idPattern);
const attempt = fc
  .tuple(fc.integer({ min: 1, max: 999 }), level, fc.integer({ min: 1, max: 99 }))
  .map((parts) => parts.join('/'));
const started = (id: string, of: string) =>
  ({ type: 'started', attempt: id, level: of, contentHash: '0'.repeat(32), seed: 's' }) as const;

describe('the id of an attempt in the log', () => {
  it('is an id, however long that of the level is, and leads back to the attempt', () => {
    fc.assert(
      fc.property(attempt, (one) => {
        expect(one).toMatch(attemptPattern);
        expect(logId(one)).toMatch(idPattern);
        expect(queueOf([]).attemptOf(started(logId(one), one.split('/')[1] ?? ''))).toBe(one);
      }),
    );
  });
  it('is another one for another attempt', () => {
    fc.assert(
      fc.property(attempt, attempt, (one, other) => {
        expect(logId(one) === logId(other)).toBe(one === other);
      }),
    );
    expect(logId('1/a/12')).not.toBe(logId('11/a/2'));
  });
  it.each([
    ['of no competition', 'a0123456789abcdef01', 'first-contact'],
    ['of practice', 'practice-0123456789abcdef', 'first-contact'],
    ['of another level', logId('1/goodbye/1'), 'first-contact'],
    ['of round 0', logId('0/goodbye/1'), 'goodbye'],
  ])('that is %s leads to none', (_what, id, of) => {
    expect(queueOf([]).attemptOf(started(id, of))).toBeUndefined();
  });
});
