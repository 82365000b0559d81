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

describe('a boss in plain mode', () => {
  const right = rightAnswers['both-ends'] ?? [];
  const play = (...answers: readonly string[]) =>
    quest(['play', 'both-ends', '--plain', '--seed', '1'], lines(answers));

  it('gives no hint and says why; where it is passed, its reward is written', () => {
    const { stdout, status } = play('hint', ...right);
    expect(stdout).toContain('Boss: Both ends');
    expect(stdout.replace(/\s+/g, ' ')).toContain('A boss gives no hints: it asks what you can do without them.');
    expect(stdout).toContain('10 of 10 right at the first try: passed.');
    const capture = join(folder, 'data', 'exports', 'both-ends-1.pcapng');
    expect(readFileSync(capture).readUInt32LE(0)).toBe(0x0a0d0d0a);
    expect(status).toBe(0);
  });

  it('ends without a star after three wrong answers, and is listed as not passed', () => {
    const [version = '', keys = '', name = '', ...rest] = right;
    const { stdout, status } = play('legacy', version, 'none', keys, 'hidden', name, ...rest);
    expect(stdout.match(/cannot be passed any/g)).toHaveLength(1);
    expect(stdout).toContain('Score: 88 of 100 points, 0 of 3 stars.');
    expect(stdout).toContain('7 of 10 right at the first try.');
    expect(stdout).not.toContain('Your reward');
    expect(status).toBe(0);
    expect(quest(['levels']).stdout).toMatch(/Boss: Both ends, client and server,\s+not passed yet/);
    const listed = JSON.parse(quest(['levels', '--json']).stdout) as { id: string; boss: boolean; decisions: number }[];
    expect(listed.filter(({ boss }) => boss)).toMatchObject([{ id: 'both-ends', decisions: 10, stars: 0, points: 88 }]);
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

describe('progress', () => {
  const played = () => {
    quest(['play', 'goodbye', '--plain', '--seed', '1'], lines(['done', 'refuse', 'refuse', 'notify']));
    quest(['play', 'first-contact', '--plain', '--seed', '1'], lines(['http']));
  };
  const statsNow = () => JSON.parse(quest(['stats', '--json']).stdout) as Record<string, unknown>;

  it('stats says what was learned, in words and for a program', () => {
    played();
    expect(statsNow()).toMatchObject({
      levels: expect.arrayContaining([expect.objectContaining({ id: 'goodbye', finished: true, stars: 2 })]),
      decisions: { answered: 4, rightAtFirstTry: 2 },
      misconceptions: [
        { id: 'end-of-stream-is-end-of-message', met: 1, stands: false, metAgain: 0 },
        { id: 'https-changes-little', met: 1, stands: true, refuted: null },
      ],
      drill: { due: [{ step: 'end' }, { step: 'address' }], learned: 0, next: expect.stringMatching(/^\d{4}-/) },
    });
    const { stdout, stderr, status } = quest(['stats']);
    expect(stdout).toContain('Decisions: 4 answered, 2 of them right at the first try.');
    expect(stdout).toMatch(/When the connection ends, the message is complete\.\n {2}Met once, [\s\S]*?; refuted on /);
    expect(stdout).toMatch(/A listener reads HTTPS as well[\s\S]*still stands[\s\S]*In truth: /);
    expect(stdout).not.toMatch(/[✓✗]/);
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it('reset forgets a level or all once that is meant, and import-progress takes it back from the copy', () => {
    played();
    const before = statsNow();
    const refused = quest(['reset', 'goodbye']);
    expect(refused).toMatchObject({ status: 2, stdout: '' });
    expect(refused.stderr.replaceAll('\n', ' ')).toContain('Nothing was forgotten: without a terminal to ask on');
    expect(statsNow()).toEqual(before);
    expect(quest(['reset', 'goodby']).stderr).toContain('Did you mean "goodbye"?');
    const { stdout, status } = quest(['reset', 'goodbye', '--yes']);
    expect(status).toBe(0);
    expect(statsNow()).toMatchObject({ decisions: { answered: 1 } });
    expect(quest(['reset', '--yes']).status).toBe(0);
    expect(statsNow()).toMatchObject({ decisions: { answered: 0 } });
    expect(quest(['reset', '--yes']).stdout).toContain('There is nothing to forget.');
    const [, copy = ''] = /import-progress (.*)/.exec(stdout) ?? [];
    expect(quest(['import-progress', copy]).stdout).toContain('Added: 2 attempts');
    expect(statsNow()).toEqual(before);
  });

  it('goes to another machine, once, and a file that is none changes nothing', () => {
    played();
    const file = join(folder, 'mine.progress');
    expect(quest(['export-progress', file]).status).toBe(0);
    expect(quest(['export-progress', file])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('is there already'),
    });
    const elsewhere = (...args: string[]) =>
      spawnSync(process.execPath, [program, ...args, '--data-dir', join(folder, 'elsewhere')], { encoding: 'utf8' });
    expect(elsewhere('import-progress', file).stdout).toContain('1 level has a new best result');
    expect(elsewhere('import-progress', file).stdout).toContain('Nothing in it is missing here.');
    expect(JSON.parse(elsewhere('stats', '--json').stdout)).toMatchObject({ decisions: { answered: 4 } });
    const goesOn = elsewhere('play', 'first-contact', '--plain');
    expect(goesOn.stdout).toContain('You go on where you stopped.');
    const bread = elsewhere('import-progress', new URL('../../README.md', import.meta.url).pathname);
    expect(bread.stderr).toMatch(/Nothing was added: .*README\.md" is no progress of this game/s);
    expect(bread.status).toBe(2);
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
