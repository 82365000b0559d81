// The program as it is built, played through a pipe.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rightAnswers } from './answers.ts';

const program = new URL('../../dist/cli.js', import.meta.url).pathname;
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quest-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const quest = (args: readonly string[], input = '') =>
  spawnSync(process.execPath, [program, ...args, '--data-dir', join(folder, 'data')], {
    input,
    encoding: 'utf8',
    timeout: 110_000,
  });
const lines = (answers: readonly string[]) => answers.map((answer) => `${answer}\n`).join('');

describe.each(Object.entries(rightAnswers))('%s', (level, answers) => {
  it('is finished with three stars by the right answers', () => {
    const { status, stdout, stderr } = quest(['play', level, '--plain', '--seed', '1'], lines(answers));
    expect(stderr).toBe('');
    expect(stdout).toContain('Score: 100 of 100 points, 3 of 3 stars.');
    expect(status).toBe(0);
  });

  it('can be replayed from what was saved', () => {
    const file = join(folder, 'mine.json');
    quest(['play', level, '--plain', '--seed', '1', '--save', file], lines(answers));
    const { status, stdout } = quest(['replay', file, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ level, outcome: 'met', points: 100 });
    expect(status).toBe(0);
  });
});

describe('export', () => {
  const saved = (level: string) => {
    const file = join(folder, 'mine.json');
    quest(['play', level, '--plain', '--seed', '1', '--save', file], lines(rightAnswers[level] ?? []));
    return file;
  };
  it('writes a capture, a key log and a page', () => {
    const file = saved('first-contact');
    const [pcapng, keylog, html] = ['a.pcapng', 'a.keys', 'a.html'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    const { status, stdout, stderr } = quest(['export', file, '--pcapng', pcapng, '--keylog', keylog, '--html', html]);
    expect(stderr).toBe('');
    expect(stdout.match(/Written/g)).toHaveLength(3);
    expect(status).toBe(0);
    expect(readFileSync(pcapng).readUInt32LE(0)).toBe(0x0a0d0d0a);
    expect(readFileSync(keylog, 'utf8')).toMatch(/^CLIENT_HANDSHAKE_TRAFFIC_SECRET [0-9a-f]{64} [0-9a-f]{64}\n/);
    expect(readFileSync(html, 'utf8')).toMatch(/^<!doctype html>/);
  });
  it('says in a sentence what is missing or cannot be', () => {
    const file = saved('goodbye');
    expect(quest(['export', file])).toMatchObject({ status: 2, stderr: expect.stringContaining('Say what to write') });
    const nowhere = quest(['export', file, '--html', join(folder, 'no', 'such', 'folder', 'a.html')]);
    expect(nowhere).toMatchObject({ status: 2, stderr: expect.stringContaining('cannot be written') });
    expect(quest(['export', join(folder, 'none.json'), '--html', 'x'])).toMatchObject({ status: 2 });
  });
});

describe('plain mode', () => {
  it('shows the cut feed that was believed, and offers the decision again', () => {
    const { stdout, status } = quest(
      ['play', 'goodbye', '--plain', '--seed', '1'],
      lines(['done', 'refuse', 'refuse', 'notify']),
    );
    expect(stdout).toMatch(/You note: The till acts on this feed: BUY \d+/);
    expect(stdout.split('You go back to the decision')[0]).not.toMatch(/acts on this feed: .*CANCEL/);
    expect(stdout).toContain('You go back to the decision.');
    expect(stdout).toMatch(/Score: [5-9]\d of 100 points/);
    expect(status).toBe(0);
  });

  it('goes on where the input ended', () => {
    expect(quest(['play', 'goodbye', '--plain'], 'refuse\n').status).toBe(1);
    const { stdout, status } = quest(['play', 'goodbye', '--plain'], lines(['refuse', 'notify']));
    expect(stdout).toContain('You go on where you stopped.');
    expect(status).toBe(0);
  });

  it('answers nonsense with a sentence, and asks on', () => {
    const { stdout, status } = quest(
      ['play', 'goodbye', '--plain'],
      lines(['\u001b[2J', '99', 'refuse', 'refuse', 'notify']),
    );
    expect(stdout).toContain('is none of the choices');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
    expect(stdout).not.toMatch(/\u001b/);
    expect(status).toBe(0);
  });
});

describe('the commands', () => {
  it('check proves the levels of a folder, but those with a real program, and counts what it did', () => {
    const mine = join(folder, 'mine');
    for (const chapter of ['3-handshake', '9-real-world'])
      cpSync(new URL(`../../levels/${chapter}`, import.meta.url), mine, {
        recursive: true,
        filter: (file) => !file.endsWith('.yaml') || /a-goodbye|live-/.test(file),
      });
    const { stdout, stderr, status } = quest(['check', mine, '--json']);
    expect(stderr).toBe('');
    const { levels, left } = JSON.parse(stdout) as { levels: Record<string, number>[]; left: string[] };
    expect(left).toEqual(['live-client', 'live-server']);
    expect(levels).toHaveLength(1);
    for (const { plays, steps, choices, worlds } of levels)
      for (const count of [plays, steps, choices, worlds]) expect(count).toBeGreaterThan(0);
    expect(status).toBe(0);
  });

  it('check names level, step and choice of a verdict that was turned round', () => {
    const text = readFileSync(new URL('../../levels/3-handshake/a-goodbye.yaml', import.meta.url), 'utf8');
    const file = join(folder, 'turned.yaml');
    writeFileSync(
      file,
      text.replace(
        'answer: { how: close }\n        verdict: { misses: { delivered: [orders, bob] } }',
        'answer: { how: close }\n        verdict: safe',
      ),
    );
    const { stderr, status } = quest(['check', file]);
    expect(stderr).toMatch(/goodbye: act 1, step goodbye, choice close: says safe, but misses the goal/);
    expect(status).toBe(1);
  });

  it.each([
    [['pley'], 2, /There is no command "pley"\. Did you mean "play"\?/],
    [['play', 'godbye'], 2, /There is no level "godbye"\. Did you mean "goodbye"\?/],
    [['play'], 2, /"play" needs <level>/],
    [['--sed', '1'], 2, /There is no option/],
    [['check', '/no/such/folder'], 2, /There is no file or folder/],
    [['replay', '/no/such/file'], 2, /There is no file/],
  ])('%j is a slip, said in one sentence', (args, code, says) => {
    const { stderr, stdout, status } = quest(args);
    expect(stderr.replaceAll('\n', ' ')).toMatch(says);
    expect(stderr).not.toMatch(/ {4}at /);
    expect(stdout).toBe('');
    expect(status).toBe(code);
  });

  it('levels --json is for a program', () => {
    const { stdout } = quest(['levels', '--json']);
    const listed = JSON.parse(stdout) as { id: string; proof: string }[];
    expect(listed.map(({ id }) => id).toSorted()).toEqual(Object.keys(rightAnswers).toSorted());
    expect(listed.find(({ id }) => id === 'goodbye')).toMatchObject({
      title: 'The cut cable',
      chapter: 3,
      roles: ['client'],
      kinds: ['choose'],
      decisions: 3,
      minutes: 4,
      misconceptions: expect.arrayContaining(['end-of-stream-is-end-of-message']),
      proof: 'run',
    });
    expect(listed.filter(({ proof }) => proof === 'live')).toHaveLength(2);
  });

  it('new writes a level that check then asks words for, and never over a file', () => {
    const inFolder = (...args: string[]) =>
      spawnSync(process.execPath, [program, ...args], { cwd: folder, encoding: 'utf8' });
    expect(inFolder('new', 'my-level').status).toBe(0);
    const { stderr, status } = inFolder('check', 'my-level.yaml');
    expect(stderr).toContain('my-level.yaml:5:1: title: This is empty.');
    expect(status).toBe(1);
    const [, schema = ''] = /\$schema=(\S+)/.exec(readFileSync(join(folder, 'my-level.yaml'), 'utf8')) ?? [];
    expect(readFileSync(new URL(schema), 'utf8')).toContain('A level of HTTPS Quest');
    writeFileSync(join(folder, 'mine.yaml'), 'mine');
    const again = inFolder('new', 'mine');
    expect(again.stderr).toContain('There is a file "mine.yaml" already.');
    expect(again.status).toBe(2);
    expect(readFileSync(join(folder, 'mine.yaml'), 'utf8')).toBe('mine');
    expect(inFolder('new', '../up').stderr).toContain('cannot be the id of a level');
  });

  it('a reader that goes away ends the program quietly', () => {
    const result = spawnSync('sh', ['-c', `"${process.execPath}" "${program}" --help | head -n 1`], {
      encoding: 'utf8',
    });
    expect(result.stderr).toBe('');
    expect(result.stdout).toContain('HTTPS Quest');
  });
});
