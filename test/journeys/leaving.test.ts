// Every way out of the game, from everything that it may be doing: the terminal is as it was, and what there is to say is
// said after that.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildWithFaults } from './programs/build.ts';
import { bench, pause, type Terminal } from './terminal.ts';

let at: ReturnType<typeof bench>;
let program = '';
beforeAll(async () => {
  program = await buildWithFaults();
});
beforeEach(() => {
  at = bench();
});
afterEach(() => at.clear());

/** What the game is doing: how it is begun, how one comes there, and how one leaves by `q`. */
const doing: Readonly<
  Record<
    string,
    {
      args: readonly string[];
      come: (terminal: Terminal, curl: Game['curl']) => Promise<unknown>;
      q: Leave;
      unfinished: 0 | 1;
    }
  >
> = {
  'showing the title': {
    args: [],
    come: (terminal) => terminal.until('Begin'),
    q: async (terminal) => terminal.press('q'),
    unfinished: 0,
  },
  'asking for a decision': {
    args: ['play', 'first-contact', '--seed', '1'],
    async come(terminal) {
      await terminal.until('You are the client');
      terminal.press('enter');
      await terminal.until(/step 1 of|any key/);
      if (terminal.text().includes('any key')) terminal.press('x');
      await terminal.until('step 1 of');
    },
    q: askedFirst,
    unfinished: 1,
  },
  'showing a packet in the air': {
    args: ['play', 'in-the-middle', '--seed', '1'],
    async come(terminal) {
      await terminal.until('You are the attacker');
      terminal.press('enter');
      await terminal.until('any key');
    },
    async q(terminal) {
      terminal.press('q');
      await terminal.until((text) => !text.includes('any key'));
      await askedFirst(terminal);
    },
    unfinished: 1,
  },
  'waiting for a real program': {
    args: ['play', 'live-server', '--seed', '1'],
    async come(terminal, curl) {
      await terminal.until('You are the server');
      terminal.press('enter');
      await terminal.until('step 1 of');
      terminal.press('1');
      await terminal.until('is at work');
      await terminal.until(() => curl() !== undefined);
    },
    q: askedFirst,
    unfinished: 1,
  },
};
type Leave = (terminal: Terminal) => Promise<void>;
async function askedFirst(terminal: Terminal): Promise<void> {
  terminal.press('q');
  await terminal.until('Leave this level?');
  terminal.press('y');
  await terminal.until('The way');
  terminal.press('q');
}

const bySignal = { SIGHUP: 129, SIGINT: 130, SIGQUIT: 131, SIGTERM: 143 } as const;
const byFault = ['a component', 'a handler', 'a timer', 'a promise'] as const;
const ways = ['q', 'ctrl+c', 'closing the window', ...Object.keys(bySignal), ...byFault] as const;

/** The game in a shell that says what became of it. */
function begin(args: readonly string[], fault: string): Game {
  const file = (name: string) => join(at.folder, name);
  // A curl that is found, and then does nothing.
  mkdirSync(file('bin'));
  mkdirSync(file('tmp'));
  writeFileSync(
    file('bin/curl'),
    `#!/bin/sh
case "$*" in *--version*) echo 'curl 8.5.0 (any) libcurl/8.5.0 OpenSSL/3.0.0'; exit;; esac
echo $$ > "${file('curl')}"
exec sleep 600
`,
  );
  chmodSync(file('bin/curl'), 0o755);
  const script = `trap '' HUP
before=$(stty -g)
"$@"
code=$?
test "$before" = "$(stty -g)" && echo 'The modes are the same.'
echo $code > "${file('code')}"`;
  const game = [process.execPath, program, ...args, '--data-dir', file('data')];
  const env = { PID: file('pid'), FAULT: fault, PATH: `${file('bin')}:${process.env.PATH}`, TMPDIR: file('tmp') };
  const terminal = at.open('/bin/sh', ['-c', script, 'sh', ...game], { env });
  return {
    terminal,
    pid: () => Number(readFileSync(file('pid'), 'utf8')),
    async code() {
      // The shell makes the file first, and then writes the code into it.
      const written = () => (existsSync(file('code')) ? readFileSync(file('code'), 'utf8') : '');
      for (let tries = 0; tries < 500 && !written(); tries++) await pause(20);
      return Number(written());
    },
    curl: () => (existsSync(file('curl')) ? Number(readFileSync(file('curl'), 'utf8')) : undefined),
  };
}
interface Game {
  readonly terminal: Terminal;
  readonly pid: () => number;
  /** Waits for its exit code. */
  readonly code: () => Promise<number>;
  /** The process number of the real program, if it was started. */
  readonly curl: () => number | undefined;
}

const rows = Object.keys(doing).flatMap((state) => ways.map((way) => [state, way] as const));
describe.each(Object.keys(doing))('while %s', (state) => {
  it.each(rows.filter(([one]) => one === state).map(([, way]) => way))(
    '%s leaves the terminal as it was',
    async (way) => {
      const { args, come, q, unfinished } = doing[state] as (typeof doing)[string];
      const { terminal, pid, code, curl } = begin(args, way);
      await come(terminal, curl);
      expect(terminal.inside).toBe(true);
      if (way === 'q') await q(terminal);
      else if (way === 'ctrl+c') terminal.press('ctrl+c');
      else if (way === 'closing the window') terminal.close();
      else process.kill(pid(), way in bySignal ? (way as keyof typeof bySignal) : 'SIGUSR2');

      const isFault = byFault.some((fault) => fault === way);
      const wanted: Readonly<Record<string, number>> = {
        q: unfinished,
        'ctrl+c': unfinished,
        'closing the window': 129,
        ...bySignal,
      };
      expect(await code()).toBe(isFault ? 70 : wanted[way]);
      const program = curl();
      if (program !== undefined) expect(await isGone(program)).toBe(true);
      expect(readdirSync(join(at.folder, 'tmp'))).toEqual([]);
      if (way === 'closing the window') return;
      await terminal.ended();
      expect(terminal.inside).toBe(false);
      expect(terminal.modesLeftOn()).toEqual([]);
      expect(terminal.text()).toContain('The modes are the same.');
      const said = terminal.text().replaceAll('\n', '').replace('The modes are the same.', '');
      if (!isFault) return expect(said).toBe('');
      expect(terminal.raw.indexOf('Something in the game')).toBeGreaterThan(terminal.raw.lastIndexOf('\u001b[?1049l'));
      const reports = join(at.folder, 'data', 'reports');
      const [report = ''] = readdirSync(reports);
      expect(said).toContain(join(reports, report));
      expect(readFileSync(join(reports, report), 'utf8')).toContain(`Error: broken in ${way}\n`);
    },
  );
});

describe('before the game is loaded', () => {
  it.each(Object.entries(bySignal))('%s leaves the terminal as it was', async (signal, wanted) => {
    const { terminal, pid, code } = begin([], '');
    await terminal.until(() => terminal.inside);
    process.kill(pid(), signal);
    expect(await code()).toBe(wanted);
    await terminal.ended();
    expect(terminal.inside).toBe(false);
    expect(terminal.modesLeftOn()).toEqual([]);
    expect(terminal.text()).toContain('The modes are the same.');
  });
});

it('closing the window of a game that no shell watches ends it', async () => {
  const env = { PID: join(at.folder, 'pid'), FAULT: '' };
  const terminal = at.open(process.execPath, [program, '--data-dir', join(at.folder, 'data')], { env });
  await terminal.until('Begin');
  const pid = Number(readFileSync(env.PID, 'utf8'));
  terminal.close();
  expect(await isGone(pid)).toBe(true);
});

/** Waits for it; one that has ended and that nobody asked how counts as gone. */
async function isGone(pid: number): Promise<boolean> {
  const state = () => spawnSync('ps', ['-o', 'stat=', '-p', `${pid}`], { encoding: 'utf8' }).stdout.trim();
  for (let tries = 0; tries < 100; tries++) {
    if (/^(Z|$)/.test(state())) return true;
    await pause(50);
  }
  return false;
}
