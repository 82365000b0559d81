import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewEvent } from '../../src/game/progress.ts';
import { readLines, seal } from '../../src/store/lines.ts';
import { logName, openLog } from '../../src/store/log.ts';

const home = mkdtempSync(join(tmpdir(), 'https-quest-log-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
let count = 0;
const newFolder = () => join(home, `data-${count++}`);
const folderWith = (content: Uint8Array | string) => {
  const folder = newFolder();
  mkdirSync(folder);
  writeFileSync(join(folder, logName), content);
  return folder;
};
const contentIn = (folder: string) => readFileSync(join(folder, logName));
const keptIn = (folder: string) => readdirSync(folder).filter((name) => name.includes('damaged'));

const contentHash = '0123456789abcdef0123456789abcdef';
const story: readonly NewEvent[] = [
  { attempt: 'a', type: 'started', level: 'first-contact', contentHash, seed: 'Zoë ☂' },
  { attempt: 'a', type: 'moved', move: { move: 'answer', step: 'open', choice: 'http' } },
  { attempt: 'a', type: 'moved', move: { move: 'rewind' } },
  { attempt: 'a', type: 'moved', move: { move: 'hint', step: 'open', tier: 1 } },
  {
    attempt: 'a',
    type: 'moved',
    move: { move: 'answer', step: 'record', value: { record: 3, offset: 5, length: 17 } },
  },
  { attempt: 'a', type: 'ended', outcome: 'met', points: 73, stars: 2 },
  { attempt: 'b', type: 'started', level: 'goodbye', contentHash, seed: '2' },
];
/** A log after the first `events` of the story, as its bytes. */
const written = (events: number): Buffer => {
  const folder = newFolder();
  const log = openLog(folder, () => new Date(1_770_000_000_000));
  for (const event of story.slice(0, events)) log.record(event);
  expect(log.notices).toEqual([]);
  return contentIn(folder);
};
const progressAfter = story.map((_event, events) => openLog(folderWith(written(events))).progress);
const whole = written(story.length);
const progressOfWhole = openLog(folderWith(whole)).progress;

describe('the log of attempts', () => {
  it('gives back at the next start what was recorded', () => {
    expect(progressOfWhole.levels['first-contact']).toEqual({ attempts: 1, best: { points: 73, stars: 2 } });
    expect(progressOfWhole.unfinished.goodbye?.attempt.seed).toBe('2');
    expect(progressAfter[5]?.unfinished['first-contact']?.attempt.moves).toHaveLength(4);
  });

  it('is text: a line that names the format and its version, then a line an event with its CRC-32', () => {
    const lines = whole.toString().split('\n');
    expect(lines[0]).toMatch(/^[0-9a-f]{8} \{"log":"https-quest attempts","v":1\}$/);
    expect(lines).toHaveLength(story.length + 2);
    for (const line of lines.slice(1, -1)) expect(line).toMatch(/^[0-9a-f]{8} \{"v":1,"at":"2026-/);
  });

  it('has the published CRC-32: "123456789" gives cbf43926', () => {
    expect(seal(123456789).toString()).toBe('cbf43926 123456789\n');
  });

  it('is open to its owner alone', () => {
    const folder = join(newFolder(), 'deep', 'down');
    openLog(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, logName)).mode & 0o777).toBe(0o600);
  });

  it('refuses to record what it could not read again', () => {
    const log = openLog(newFolder());
    expect(() => log.record({ attempt: 'a', type: 'ended', outcome: 'met', points: 1000, stars: 3 })).toThrow();
  });
});

describe('a log whose writer was killed', () => {
  it('loses no whole event wherever it was cut, keeps the torn one aside, says so once, and goes on', () => {
    let torn = 0;
    for (let length = 0; length <= whole.length; length++) {
      const folder = folderWith(whole.subarray(0, length));
      const log = openLog(folder);
      const events = readLines(whole.subarray(0, length)).filter(({ data }) => data !== undefined).length - 1;
      expect(log.progress).toEqual(progressAfter[Math.max(events, 0)] ?? progressOfWhole);
      const ends = length === 0 || whole[length - 1] === 0x0a || whole[length] === 0x0a;
      expect(log.notices).toHaveLength(ends ? 0 : 1);
      expect(keptIn(folder)).toHaveLength(ends ? 0 : 1);
      if (!ends) {
        torn++;
        expect(log.notices[0]).toMatch(/^One line .* was damaged .* kept in attempts\.log\.damaged-1, .*\.$/);
        const start = whole.subarray(0, length).lastIndexOf('\n') + 1;
        const kept = readFileSync(join(folder, 'attempts.log.damaged-1'));
        expect(kept.subarray(0, -1).equals(whole.subarray(start, length))).toBe(true);
      }
      log.record({ attempt: 'z', type: 'started', level: 'zebra', contentHash, seed: '9' });
      const again = openLog(folder);
      expect(again.notices).toEqual([]);
      expect(again.progress).toEqual(log.progress);
      expect(again.progress.levels.zebra).toEqual({ attempts: 1 });
    }
    expect(torn).toBeGreaterThan(500);
  });

  it('loses at most the line in which a byte was changed', () => {
    let lost = 0;
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const changed = Buffer.from(whole);
        changed[at] = (changed[at] ?? 0) ^ mask;
        const folder = folderWith(changed);
        const log = openLog(folder);
        const again = openLog(folder);
        expect(again.notices).toEqual([]);
        expect(again.progress).toEqual(log.progress);
        const good = readLines(contentIn(folder)).map(({ data }) => JSON.stringify(data));
        const before = readLines(whole).map(({ data }) => JSON.stringify(data));
        // The header is written anew where it was hit.
        const missing = before.filter((line) => !good.includes(line));
        expect(missing.length).toBeLessThanOrEqual(1);
        lost += missing.length;
        if (missing.length) expect(keptIn(folder)).toHaveLength(1);
      }),
      { numRuns: 400 },
    );
    expect(lost).toBeGreaterThan(100);
  });

  it('uses the good lines before and after damage in the middle', () => {
    const lines = whole.toString().split('\n');
    lines[3] = 'something else entirely';
    lines[4] = '\u0000'.repeat(40);
    const folder = folderWith(lines.join('\n'));
    const log = openLog(folder);
    expect(log.progress.levels['first-contact']).toEqual({ attempts: 1, best: { points: 73, stars: 2 } });
    expect(log.progress.unfinished.goodbye?.attempt.seed).toBe('2');
    expect(log.notices).toHaveLength(1);
    expect(log.notices[0]).toContain('2 lines');
    const kept = readFileSync(join(folder, 'attempts.log.damaged-1'), 'utf8');
    expect(kept).toBe(`something else entirely\n${'\u0000'.repeat(40)}\n`);
  });

  it('finds a good line that was appended to a torn one', () => {
    const torn = whole.subarray(0, whole.length - 20);
    const next = seal({
      v: 1,
      at: '2026-03-01T10:00:00Z',
      attempt: 'c',
      type: 'started',
      level: 'open-wire',
      contentHash,
      seed: '3',
    });
    const folder = folderWith(Buffer.concat([torn, next]));
    const log = openLog(folder);
    expect(log.progress.levels['open-wire']).toEqual({ attempts: 1 });
    expect(log.notices).toHaveLength(1);
    expect(openLog(folder).progress).toEqual(log.progress);
  });

  it('never overwrites what was kept aside before', () => {
    const folder = folderWith(whole.subarray(0, -5));
    openLog(folder);
    appendFileSync(join(folder, logName), 'torn again');
    openLog(folder);
    expect(keptIn(folder).sort()).toEqual(['attempts.log.damaged-1', 'attempts.log.damaged-2']);
    expect(readFileSync(join(folder, 'attempts.log.damaged-2'), 'utf8')).toBe('torn again\n');
  });
});

describe('a log that is not to be touched', () => {
  const untouched = (content: Uint8Array | string, says: RegExp) => {
    const folder = folderWith(content);
    const before = contentIn(folder);
    const log = openLog(folder);
    expect(log.notices).toHaveLength(1);
    expect(log.notices[0]).toMatch(says);
    log.record({ attempt: 'a', type: 'started', level: 'goodbye', contentHash, seed: '1' });
    expect(log.progress.levels.goodbye?.attempts).toBe(1);
    expect(log.notices).toHaveLength(1);
    expect(contentIn(folder).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual([logName]);
    return log;
  };
  it('is one of a newer version, by its header', () => {
    untouched(Buffer.concat([seal({ log: 'https-quest attempts', v: 3 }), Buffer.from('anything')]), /newer version/);
  });
  it('is one with an event of a newer version', () => {
    untouched(Buffer.concat([whole, seal({ v: 3, type: 'dreamt' })]), /newer version/);
  });
  it('is some other file of that name', () => {
    untouched('# My attempts at baking bread\n'.repeat(20), /no log of this game/);
    untouched(Buffer.alloc(5000), /no log of this game/);
  });
});

describe('a folder that cannot be used', () => {
  const playedUnsaved = (folder: string, says: RegExp) => {
    const log = openLog(folder);
    expect(log.notices).toHaveLength(1);
    expect(log.notices[0]).toMatch(says);
    expect(log.notices[0]).toMatch(/You play without saving; .*--data-dir DIR/);
    log.record({ attempt: 'a', type: 'started', level: 'goodbye', contentHash, seed: '1' });
    expect(log.progress.levels.goodbye?.attempts).toBe(1);
  };
  it('lies below a file', () => {
    const file = join(home, 'a-file');
    writeFileSync(file, '');
    playedUnsaved(join(file, 'data'), /a part of its path is a file/);
    playedUnsaved(file, /a file stands where the folder should be/);
  });
  it('has a folder in the place of the log', () => {
    const folder = newFolder();
    mkdirSync(join(folder, logName), { recursive: true });
    playedUnsaved(folder, /it is a folder/);
  });
  it.skipIf(process.platform === 'win32')('has a pipe in the place of the log', () => {
    const folder = newFolder();
    mkdirSync(folder);
    execFileSync('mkfifo', [join(folder, logName)]);
    playedUnsaved(folder, /no file/);
  });
  it.skipIf(!existsSync('/dev/full'))('is on a full disk: said once, and the game goes on', () => {
    const folder = newFolder();
    mkdirSync(folder);
    // The device answers each write with "no space left", but it is no file, so it is refused like any other.
    execFileSync('ln', ['-s', '/dev/full', join(folder, logName)]);
    playedUnsaved(folder, /no file/);
  });
});

describe('writers in processes of their own', () => {
  const program = join(home, 'writer.mjs');
  beforeAll(async () => {
    chmodSync(home, 0o755);
    await build({
      entryPoints: [
        { in: join(import.meta.dirname, 'programs/writer.ts'), out: 'writer' },
        { in: join(import.meta.dirname, '../../src/store/log.ts'), out: 'log' },
      ],
      outdir: home,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
    });
  });
  /** Runs until killed or done; gives how many events it had said to be on disk. */
  const write = (folder: string, name: string, most: number, killAfter?: number) =>
    new Promise<number>((resolve) => {
      const child = spawn(process.execPath, [program, folder, name, `${most}`], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      let said = '';
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk;
        if (killAfter !== undefined && said.split('\n').length > killAfter) child.kill('SIGKILL');
      });
      child.on('close', () => resolve(said.split('\n').length - 1));
    });

  it('loses no event that was said to be saved when it is killed at any moment', async () => {
    const folder = newFolder();
    for (let round = 0; round < 8; round++) {
      const name = `round-${round}`;
      const said = await write(folder, name, 1_000_000, 1 + round * 7);
      const { progress, notices } = openLog(folder);
      const moves = progress.unfinished[name]?.attempt.moves.length ?? 0;
      expect(moves).toBeGreaterThanOrEqual(Math.min(said, 2_000) - 1);
      expect(notices.length).toBeLessThanOrEqual(1);
    }
    expect(Object.keys(openLog(folder).progress.levels)).toHaveLength(8);
  });

  it('keeps every event of three that write at once while a fourth opens the log again and again', async () => {
    const folder = newFolder();
    const names = ['one', 'two', 'three'];
    let going = true;
    const writers = Promise.all(names.map((name) => write(folder, name, 150))).then(() => {
      going = false;
    });
    let opened = 0;
    while (going) {
      expect(openLog(folder).notices).toEqual([]);
      opened++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    await writers;
    const { progress, notices } = openLog(folder);
    expect(notices).toEqual([]);
    expect(opened).toBeGreaterThan(3);
    for (const name of names) expect(progress.unfinished[name]?.attempt.moves).toHaveLength(149);
  });

  it.skipIf(process.platform === 'win32')('says once that the disk takes no more, and plays on', () => {
    const folder = newFolder();
    // A file may not grow beyond 2 KiB here: the write that crosses the border is cut short, those after it are refused.
    const limited = `trap '' XFSZ; ulimit -f 2; exec "$0" "$@"`;
    const ran = spawnSync('bash', ['-c', limited, process.execPath, program, folder, 'a', '60'], { encoding: 'utf8' });
    expect(ran.stdout.split('\n')).toHaveLength(61);
    const notices = JSON.parse(ran.stderr);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatch(/^Your progress can no longer be saved to .* You can play on, but it will be lost\.$/);
    const again = openLog(folder);
    expect(again.progress.unfinished.a?.attempt.moves.length).toBeGreaterThan(5);
    expect(again.notices).toHaveLength(1);
  });

  it.skipIf(process.getuid?.() !== 0)(
    'plays on without saving where it may only read, and still knows the stars',
    () => {
      const folder = folderWith(whole);
      chmodSync(folder, 0o555);
      chmodSync(join(folder, logName), 0o444);
      const script = `import { openLog } from ${JSON.stringify(join(home, 'log.mjs'))};
      const { progress, notices } = openLog(${JSON.stringify(folder)});
      console.log(JSON.stringify({ levels: progress.levels, notices }));`;
      const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
        uid: 65534,
        gid: 65534,
        cwd: '/',
      });
      const { levels, notices } = JSON.parse(said.toString());
      expect(levels['first-contact'].best.points).toBe(73);
      expect(notices).toHaveLength(1);
      expect(notices[0]).toMatch(/no permission to write there\. You play without saving; /);
      expect(contentIn(folder).equals(whole)).toBe(true);
    },
  );
});
