// The game among other programs: a shell that may stop it, and a terminal inside a terminal.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bench, program, question, strayCells, type Terminal } from './terminal.ts';

let at: ReturnType<typeof bench>;
beforeEach(() => {
  at = bench();
});
afterEach(() => at.clear());

const play = ['play', 'goodbye', '--seed', '1', '--reduced-motion'];
const there = (name: string) => spawnSync(name, ['-V']).error === undefined;
async function atQuestion(terminal: Terminal): Promise<string[][]> {
  await terminal.until('You are the client');
  terminal.press('enter');
  await question(terminal, 1);
  await terminal.calm();
  return terminal.cells();
}

describe('a shell', () => {
  /** The game at its first question in a shell of its own, which has kept the modes of the terminal in `$before`. */
  async function inShell(): Promise<{ shell: Terminal; drawn: string[][] }> {
    const shell = at.open('bash', ['--norc', '--noprofile', '-i'], { env: { PS1: 'ready> ', HISTFILE: '' } });
    await shell.until('ready>');
    const data = join(at.folder, 'data');
    shell.press(`before=$(stty -g); "${process.execPath}" "${program}" ${play.join(' ')} --data-dir "${data}"\r`);
    return { shell, drawn: await atQuestion(shell) };
  }

  it('has its terminal back by Ctrl+Z, and fg the whole screen, keys and all', async () => {
    const { shell, drawn } = await inShell();
    for (let times = 0; times < 2; times++) {
      shell.press('ctrl+z');
      await shell.until('Stopped');
      await shell.until(() => !shell.inside);
      expect(shell.modesLeftOn().filter((mode) => mode !== '2004')).toEqual([]);
      shell.press('clear; test "$before" = "$(stty -g)" && echo the same "modes"\r');
      await shell.until('the same modes');
      shell.press('fg\r');
      await shell.until('step 1 of');
      await shell.calm();
      expect(shell.inside).toBe(true);
      expect(strayCells(shell.cells(), drawn)).toEqual([]);
      shell.press('?');
      await shell.until('leave at once');
      shell.press('x');
      await shell.until('step 1 of');
    }
    shell.press('ctrl+c');
    // What is typed before the shell has its terminal back, nobody reads.
    await shell.until((text) => !shell.inside && text.trimEnd().endsWith('ready>'));
    shell.press('echo "it ended with $?"\r');
    await shell.until('it ended with 1');
  });
  it('may have another size when the game comes back', async () => {
    const { shell } = await inShell();
    shell.press('ctrl+z');
    await shell.until('Stopped');
    shell.resize(100, 32);
    shell.press('fg\r');
    const fresh = at.quest(play, { columns: 100, rows: 32 });
    const drawn = await atQuestion(fresh);
    await shell.until((text) => text === fresh.text());
    expect(strayCells(shell.cells(), drawn)).toEqual([]);
  });
  it('may stop the game unasked, and write over its screen', async () => {
    const { shell, drawn } = await inShell();
    const pid = Number(spawnSync('pgrep', ['-P', `${shell.pid}`], { encoding: 'utf8' }).stdout);
    process.kill(pid, 'SIGSTOP');
    await shell.until('Stopped');
    shell.press('clear; echo something else\r');
    await shell.until(/^something else/m);
    shell.press('fg\r');
    await shell.until('step 1 of');
    await shell.calm();
    expect(strayCells(shell.cells(), drawn)).toEqual([]);
    shell.press('?');
    await shell.until('leave at once');
  });
  it('may be missing: Ctrl+Z does nothing then', async () => {
    const terminal = at.quest(play);
    const drawn = await atQuestion(terminal);
    const [text, written] = [terminal.text(), terminal.raw.length];
    terminal.press('ctrl+z');
    await terminal.until(() => terminal.raw.slice(written).includes('\u001b[?1049h'));
    await terminal.until((now) => now === text);
    expect(strayCells(terminal.cells(), drawn)).toEqual([]);
    terminal.press('?');
    await terminal.until('leave at once');
  });
});

describe.skipIf(!there('tmux'))('tmux (skipped where it is not installed)', () => {
  it('shows the same, takes the same keys, and is as it was afterwards', async () => {
    const settings = join(at.folder, 'tmux.conf');
    writeFileSync(settings, 'set -g status off\nset -g default-terminal tmux-256color\nset -s escape-time 10\n');
    const env = { TMUX_TMPDIR: at.folder, TMUX: '', SHELL: '/bin/sh' };
    const tmux = (...args: readonly string[]) =>
      spawnSync('tmux', args, { env: { ...process.env, ...env }, encoding: 'utf8' }).stdout.trim();
    const game = `"${process.execPath}" "${program}" ${play.join(' ')} --data-dir "${join(at.folder, 'data')}"`;
    const inner = `unset CI; stty -g > ${at.folder}/before; ${game}; echo "it ended with $?"; stty -g > ${at.folder}/after; cmp ${at.folder}/before ${at.folder}/after && echo the same modes; sleep 600`;
    const terminal = at.open('tmux', ['-f', settings, 'new-session', inner], { env });
    try {
      await atQuestion(terminal);
      const alone = at.quest([...play, '--data-dir', join(at.folder, 'other')]);
      await atQuestion(alone);
      expect(terminal.text()).toBe(alone.text());
      for (const one of [terminal, alone]) {
        one.press('down', 'enter');
        await one.until(/[✓✗] [+−]\d+/);
        await one.calm();
      }
      expect(terminal.text()).toBe(alone.text());
      terminal.resize(100, 30);
      await terminal.calm();
      terminal.press('esc');
      await terminal.until('Leave this level?');
      terminal.press('y');
      await terminal.until('The way');
      terminal.press('q');
      await terminal.until((text) => text.trim() === 'it ended with 1\nthe same modes');
      const modes = '#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{keypad_cursor_flag}';
      expect(tmux('display-message', '-p', modes)).toBe('0 1 0 0');
    } finally {
      tmux('kill-server');
    }
  });
});
