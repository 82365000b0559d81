// A class of the program as it is built: a host on loopback, and players who join it through pipes.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { playersIn } from '../../src/classroom/competition.ts';
import { type Host, startHost } from '../../src/classroom/host.ts';
import { newHostKey } from '../../src/classroom/hostKey.ts';
import { certifiedKey, codeFor, codeOf, type JoinCode } from '../../src/classroom/joinCode.ts';
import { openJournal } from '../../src/classroom/journal.ts';
import { kick, newRound, turn } from '../../src/classroom/teaching.ts';
import { contentHash } from '../../src/game/attempt.ts';
import { levelNamed, levels } from '../ui/game.ts';
import { readPreferences, writePreferences } from '../../src/store/preferences.ts';
import { rightAnswers } from './answers.ts';

const program = new URL('../../dist/cli.js', import.meta.url).pathname;
const grader = new URL('../../dist/grader.mjs', import.meta.url);
const key = newHostKey(new Date());
const chosen = ['first-contact', 'open-wire'];

let folder = '';
let code: JoinCode;
let host: Host;
let close: () => Promise<void>;
const players: ChildProcess[] = [];
const failures: unknown[] = [];
/** The same competition each time. */
async function openHost(port = 0): Promise<void> {
  const store = await openJournal(join(folder, 'host'));
  const fresh = { title: 'Monday', version: '0.1.0', key: () => key };
  const failed = (error: unknown) => void failures.push(error);
  const started = await startHost({ store, fresh, levels, grader, threads: 1, host: '127.0.0.1', port, failed });
  if (!started.ok) throw new Error(started.says);
  host = started;
  close = async () => {
    await started.close();
    await store.close();
  };
}
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quest-join-'));
  code = await codeOf(certifiedKey(key.certificate));
  await openHost();
  const rules = { attempts: 2, speedBonus: false, streaks: false, firstBlood: false, decay: false };
  const round = chosen.map((id) => ({ id, contentHash: contentHash(levelNamed(id)) }));
  await host.command((competition) => newRound(competition, { title: 'The first hour', levels: round, rules }));
});
afterEach(async () => {
  for (const player of players.splice(0)) player.kill('SIGKILL');
  await close();
  expect(failures).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

const start = () => host.command((competition) => turn(competition, 'start'));
const lines = (answers: readonly string[]) => answers.map((answer) => `${answer}\n`).join('');

interface Joining {
  readonly input?: string;
  readonly code?: string;
  readonly options?: readonly string[];
  /** More may be typed. */
  readonly open?: boolean;
}
function player({ input = '', code: typed = code, options = [], open = false }: Joining = {}) {
  const child = spawn(process.execPath, [
    program,
    ...['join', `127.0.0.1:${host.port}`, typed, '--plain', '--data-dir', join(folder, 'player'), ...options],
  ]);
  players.push(child);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  child.stdin.write(input);
  if (!open) child.stdin.end();
  const ended = new Promise<{ readonly status: number | null; readonly stdout: string; readonly stderr: string }>(
    (resolve) => child.on('close', (status) => resolve({ status, stdout, stderr })),
  );
  return {
    ended,
    kill: () => child.kill('SIGKILL'),
    said: (text: string) => expect.poll(() => stdout.replace(/\s+/g, ' '), { timeout: 20_000 }).toContain(text),
  };
}
const standings = () =>
  playersIn(host.competition()).map(({ name, attempts }) => ({
    name,
    attempts: [...attempts].map(([id, { moves, grade }]) => [id, moves.length, grade?.points, grade?.outcome]),
  }));

describe('a player', () => {
  it('is told that the name in the settings is the nickname, and that there can be another', {
    timeout: 60_000,
  }, async () => {
    const { preferences } = readPreferences(join(folder, 'player'));
    writePreferences(join(folder, 'player'), { ...preferences, name: 'Noor' });
    const one = player({ open: true });
    await one.said('Your nickname is the name in your settings, Noor. Another one: --name NAME.');
    await one.said('You are Noor.');
  });
  it('waits in the lobby, plays the round, and comes back to the same place', { timeout: 60_000 }, async () => {
    const [first = '', second = ''] = chosen;
    const answers = rightAnswers[first] ?? [];
    const one = player({ input: lines(answers.slice(0, 2)), options: ['--name', 'Zoë'] });
    await one.said('Monday. You are Zoë.');
    expect(standings()).toEqual([{ name: 'Zoë', attempts: [] }]);
    await start();
    const left = await one.ended;
    expect(left.stderr).toBe('');
    expect(left.stdout).toContain(`go on with: https-quest join 127.0.0.1:${host.port} ${code}`);
    expect(left.status).toBe(1);

    const rest = lines([...answers.slice(2), ...(rightAnswers[second] ?? []), 'board', 'quit']);
    // Typed as people do.
    const { stdout, stderr, status } = await player({ input: rest, code: code.toLowerCase().replace('-', ' ') }).ended;
    expect(stderr).toBe('');
    expect(stdout).toContain('You go on where you stopped.');
    expect(stdout).toContain('Your best at this level: 100 points. In all you have 200 points, rank 1.');
    expect(stdout).toContain('1. Zoë, you: 200 points, 2 of 2 levels');
    expect(status).toBe(0);
    expect(standings()).toEqual([
      {
        name: 'Zoë',
        attempts: [
          [`1/${first}/1`, 3, 100, 'met'],
          [`1/${second}/1`, 3, 100, 'met'],
        ],
      },
    ]);
  });

  it('plays on while the host is away, and what was done comes to it later, also after a kill', {
    timeout: 60_000,
  }, async () => {
    await start();
    const [first = ''] = chosen;
    const answers = rightAnswers[first] ?? [];
    const one = player({ input: lines(answers.slice(0, 1)) });
    expect((await one.ended).status).toBe(1);
    const { port } = host;
    await close();
    const away = player({ input: lines(answers.slice(1)), open: true });
    await away.said('You made it.');
    await away.said('Queued: 2.');
    away.kill();
    await away.ended;
    await openHost(port);
    const { stdout } = await player().ended;
    expect(stdout).not.toContain('Queued');
    await expect.poll(() => standings()[0]?.attempts).toContainEqual([`1/${first}/1`, 3, 100, 'met']);
  });

  it('plays in one window at a time', { timeout: 60_000 }, async () => {
    const one = player({ open: true });
    await one.said('begins when your teacher starts it');
    const other = await player().ended;
    expect(other.stderr.replace(/\s+/g, ' ')).toContain('You play in this competition in another window already');
    expect(other.status).toBe(1);
    expect(playersIn(host.competition())).toHaveLength(1);
  });

  it('who was taken out is told so, and joins anew the next time', { timeout: 60_000 }, async () => {
    await start();
    await player({ options: ['--name', 'Ada'] }).ended;
    const [ada] = playersIn(host.competition());
    await host.command((competition) => kick(competition, ada?.id ?? ''));
    const out = await player().ended;
    expect(out.stdout).toContain('This place in the competition is not yours any more.');
    expect(out.status).toBe(1);
    const again = await player({ options: ['--name', 'Grace'] }).ended;
    expect(again.stdout).toContain('What leaves this machine');
    expect(playersIn(host.competition()).map(({ name }) => name)).toContain('Grace');
  });
});

describe('nothing is told to somebody else', () => {
  it('who answers at the address with another key', { timeout: 30_000 }, async () => {
    const { stderr, status } = await player({ code: codeFor(12_345) }).ended;
    expect(stderr.replace(/\s+/g, ' ')).toContain('This is not the host whose code you typed');
    expect(status).toBe(1);
    expect(playersIn(host.competition())).toEqual([]);
    // Drawn before anybody is called, and sent to nobody.
    const kept = readdirSync(join(folder, 'player'), { recursive: true, withFileTypes: true });
    expect(kept.filter((one) => one.isFile()).map(({ name }) => name)).toEqual(['joining.json']);
  });
  it.each([
    [
      'a code with a slip in it',
      (right: string) => right.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
      'is not quite a code',
    ],
    ['a code that is too short', (right: string) => right.slice(1), 'A code has 10 characters'],
  ])('%s is seen before anybody is called', async (_what, slip, says) => {
    const { stderr, status } = await player({ code: slip(code) }).ended;
    expect(stderr.replace(/\s+/g, ' ')).toContain(says);
    expect(status).toBe(2);
  });
});
