// Logs that released versions wrote: every later version reads them, and leaves what they wrote as it was.
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inForce } from '../../src/game/progress.ts';
import { logName, openLog } from '../../src/store/log.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quest-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the log of version 1', () => {
  // Played by the game itself: two levels won, one at the second try with a hint, one left, one won and begun again.
  const file = new URL('./fixtures/attempts-v1.log', import.meta.url).pathname;
  const opened = () => {
    copyFileSync(file, join(folder, logName));
    return openLog(folder);
  };

  it('still says what was won, and what was left half played', () => {
    const { progress, notices } = opened();
    expect(notices).toEqual([]);
    expect({ ...progress.levels }).toEqual({
      'first-contact': { attempts: 1, best: { points: 100, stars: 3 } },
      'open-wire': { attempts: 1, best: { points: 72, stars: 2 } },
      goodbye: { attempts: 1 },
      'server-hello': { attempts: 2, best: { points: 100, stars: 3 } },
    });
    expect(Object.keys(progress.unfinished)).toEqual(['goodbye', 'server-hello']);
    expect(progress.unfinished.goodbye?.attempt).toMatchObject({
      seed: 'seed 3',
      moves: [{ move: 'answer', step: 'end', choice: 'refuse' }],
    });
  });
  it('goes on behind what stands there', () => {
    const log = opened();
    log.record({ attempt: 'a000000000000000003', type: 'moved', move: { move: 'rewind' } });
    const text = readFileSync(join(folder, logName), 'utf8');
    expect(text.startsWith(readFileSync(file, 'utf8'))).toBe(true);
    expect(text.trimEnd().split('\n')).toHaveLength(25);
    expect(openLog(folder).progress.unfinished.goodbye?.attempt.moves).toHaveLength(2);
  });
});

describe('the log of version 2', () => {
  // Two levels won, one of them with a wrong answer and a hint; four drills; the other level reset; a third one left.
  const file = new URL('./fixtures/attempts-v2.log', import.meta.url).pathname;

  it('still says what counts after the reset, and how the drills went', () => {
    copyFileSync(file, join(folder, logName));
    const { progress, notices, history } = openLog(folder);
    expect(notices).toEqual([]);
    expect({ ...progress.levels }).toEqual({
      goodbye: { attempts: 1, best: { points: 85, stars: 2 } },
      'open-wire': { attempts: 1 },
    });
    expect(Object.keys(progress.unfinished)).toEqual(['open-wire']);
    expect(
      inForce(history()).flatMap((event) => (event.type === 'drilled' ? [event.choice, event.hints] : [])),
    ).toEqual([...['done', 0], ...['refuse', 1], ...['done', 0], ...['refuse', 0]]);
  });
});
