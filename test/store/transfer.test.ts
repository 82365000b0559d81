// Progress as a file: written, taken in on another machine, and refused where it is none.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dated, type LogEvent, type NewEvent } from '../../src/game/progress.ts';
import { seal } from '../../src/store/lines.ts';
import { logName, openLog } from '../../src/store/log.ts';
import { copyAside, importLog, writeLog } from '../../src/store/transfer.ts';
import { drilled, ended, moved, started } from '../game/events.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'quest-transfer-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const folderNamed = (name: string) => join(home, name);
const logWith = (name: string, events: readonly LogEvent[]) => {
  const log = openLog(folderNamed(name));
  expect(log.add(events)).toBe(true);
  return log;
};
const contentOf = (name: string) => readFileSync(join(folderNamed(name), logName));

const here = [started('a', 'goodbye', 1), moved('a', 'end', 'refuse', 2), ended('a', 95, 3)];
const there = [
  started('b', 'goodbye', 1),
  ended('b', 60, 2),
  started('c', 'open-wire', 4),
  moved('c', 'capture', 'shop', 5),
  drilled('goodbye', 'end', 'refuse', 9),
];
const file = () => join(home, 'mine.progress');
const exported = (events: readonly LogEvent[]) => writeLog(file(), events);

describe('progress that is taken to another machine', () => {
  it('is all there, half-played levels and drills as well, and nothing that was here is worse', () => {
    expect(exported(logWith('there', there).history())).toEqual({ written: 5 });
    const log = logWith('here', here);
    expect(importLog(file(), folderNamed('here'), log)).toMatchObject({ added: { length: 5 } });
    for (const { progress } of [log, openLog(folderNamed('here'))]) {
      expect(progress.levels.goodbye).toEqual({ attempts: 2, best: { points: 95, stars: 3 } });
      expect(progress.unfinished['open-wire']?.attempt.moves).toHaveLength(1);
    }
    expect(openLog(folderNamed('here')).history()).toHaveLength(8);
  });
  it('is added once, however often it is imported', () => {
    exported(there);
    importLog(file(), folderNamed('here'), logWith('here', here));
    const before = contentOf('here');
    expect(importLog(file(), folderNamed('here'), openLog(folderNamed('here')))).toEqual({ added: [] });
    expect(contentOf('here').equals(before)).toBe(true);
  });
  it('has nothing in it that was forgotten', () => {
    const reset: LogEvent = { v: 2, at: '2026-01-20T00:00:00.000Z', type: 'reset', level: 'goodbye' };
    expect(exported([...there, reset])).toEqual({ written: 2 });
    const log = openLog(folderNamed('new'));
    importLog(file(), folderNamed('new'), log);
    expect(Object.keys(log.progress.levels)).toEqual(['open-wire']);
  });
  it('is for its owner alone, and is never written over a file', () => {
    exported(there);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    const before = readFileSync(file());
    expect(exported(here)).toEqual({ refused: 'is there already, and is left as it is' });
    expect(readFileSync(file()).equals(before)).toBe(true);
    expect(writeLog(join(home, 'no', 'where'), here)).toEqual({
      refused: 'cannot be written: its folder is not there',
    });
  });
});

describe('a copy of before', () => {
  it('brings back what was forgotten', () => {
    const log = logWith('here', here);
    const aside = copyAside(folderNamed('here'), new Date('2026-05-04T09:00:00.000Z'));
    if ('refused' in aside) throw new Error(aside.refused);
    expect(aside.copy).toMatch(/attempts\.log\.bak-2026-05-04T09-00-00-000Z$/);
    log.record({ type: 'reset' });
    expect(openLog(folderNamed('here')).progress.levels).toEqual({});
    const again = openLog(folderNamed('here'));
    expect(importLog(aside.copy, folderNamed('here'), again)).toMatchObject({ added: { length: 3 } });
    expect(again.progress.levels.goodbye?.best?.points).toBe(95);
    expect(importLog(aside.copy, folderNamed('here'), openLog(folderNamed('here')))).toEqual({ added: [] });
  });
});

describe('a file that is none', () => {
  const header = seal({ log: 'https-quest attempts', v: 1 });
  const lines = (events: readonly unknown[]) => Buffer.concat([header, ...events.map(seal)]);
  const many = (count: number, level: (index: number) => string): Buffer =>
    Buffer.concat(
      [header].concat(
        Array.from({ length: count }, (_one, index) =>
          seal(dated({ ...(begun as NewEvent), level: level(index) } as NewEvent, new Date(0))),
        ),
      ),
    );
  const { v: _v, at: _at, ...begun } = started('a', 'goodbye', 1);
  const hostile: readonly (readonly [string, () => Uint8Array | string, RegExp])[] = [
    ['with nothing in it', () => '', /no progress of this game/],
    ['of text', () => '# Bread\n'.repeat(100), /no progress of this game/],
    ['of zeros', () => Buffer.alloc(100_000), /no progress of this game/],
    [
      'that begins as one and goes on as another',
      () => Buffer.concat([header, Buffer.from('bread\n')]),
      /damaged in line 2/,
    ],
    ['of a newer version', () => lines([{ v: 99, type: 'dreamt' }]), /newer version/],
    ['of a newer version from the first line on', () => seal({ log: 'https-quest attempts', v: 99 }), /newer version/],
    [
      'with an event that no program writes',
      () => lines([...there, { ...ended('b', 50, 3), points: 1e9 }]),
      /damaged in line 7/,
    ],
    [
      'with a level that is a path',
      () => lines([{ ...started('z', 'goodbye', 1), level: '../../x' }]),
      /damaged in line 2/,
    ],
    ['that was cut off', () => lines(there).subarray(0, -20), /damaged in line 6/],
    [
      'in which one letter was changed',
      () => lines(there).toString().replace('goodbye', 'goodbyf'),
      /damaged in line 2/,
    ],
    ['with more levels than there are', () => many(1_001, (index) => `level-${index}`), /more in it than anybody/],
  ];
  it.each(hostile)('%s is refused in one sentence, and nothing is changed', (_what, content, says) => {
    writeFileSync(file(), content());
    const log = logWith('here', here);
    const before = contentOf('here');
    const done = importLog(file(), folderNamed('here'), log);
    expect(done).toHaveProperty('refused');
    expect('refused' in done && done.refused).toMatch(says);
    expect(contentOf('here').equals(before)).toBe(true);
    expect(readdirSync(folderNamed('here'))).toEqual([logName]);
    expect(Object.keys(log.progress.levels)).toEqual(['goodbye']);
  });
  it.each([
    ['is not there', 'nowhere', /^is not there$/],
    ['is a folder', '.', /is no file/],
    ['has no end', '/dev/zero', /is no file/],
  ])('that %s is refused', (_what, path, says) => {
    const done = importLog(
      join(path.startsWith('/') ? '/' : home, path),
      folderNamed('here'),
      openLog(folderNamed('here')),
    );
    expect('refused' in done && done.refused).toMatch(says);
  });
  it('is not taken where the log itself cannot be written', () => {
    exported(there);
    mkdirSync(folderNamed('here'));
    writeFileSync(join(folderNamed('here'), logName), seal({ log: 'https-quest attempts', v: 99 }));
    const done = importLog(file(), folderNamed('here'), openLog(folderNamed('here')));
    expect('refused' in done && done.refused).toMatch(/your log could not be written/);
  });
});
