// The command `settings`, as it is built, and what it does to the game.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const program = new URL('../../dist/cli.js', import.meta.url).pathname;
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quest-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const settings = (...args: readonly string[]) =>
  spawnSync(process.execPath, [program, 'settings', ...args, '--data-dir', folder], { encoding: 'utf8' });

describe('settings', () => {
  it('shows all, changes one, and keeps it', () => {
    expect(settings().stdout).toContain('theme: auto (theme: as the terminal is)\n  or dark: for a dark background\n');
    expect(settings('theme', 'light')).toMatchObject({ status: 0, stderr: '' });
    expect(settings('name', 'Ada Lovelace').stdout).toBe('name: Ada Lovelace\n');
    expect(JSON.parse(settings('--json').stdout)).toMatchObject({
      theme: 'light',
      name: 'Ada Lovelace',
      plain: 'auto',
    });
    expect(JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8'))).toMatchObject({ theme: 'light' });
  });
  it.each([
    [['them', 'dark'], 'There is no setting "them". Did you mean "theme"?'],
    [['theme', 'drak'], '"drak" is no value of theme. Did you mean "dark"? It can be auto, dark, light.'],
    [['name', 'A\u001b[31m'], 'The name has a character that cannot be seen in it.'],
    [['name', 'x'.repeat(65)], 'The name is too long'],
  ])('refuses %j', (args, says) => {
    const { status, stdout, stderr } = settings(...args);
    expect(stderr.replaceAll('\n', ' ')).toContain(says);
    expect([status, stdout]).toEqual([2, '']);
  });
  it('says so where they are damaged, and mends them with the next change', () => {
    writeFileSync(join(folder, 'settings.json'), '{"theme":');
    expect(settings().stderr).toContain('are damaged');
    settings('motion', 'reduced');
    expect(settings()).toMatchObject({ stderr: '' });
  });
});
