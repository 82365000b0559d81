// The command `codex`, as it is built.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openLog } from '../../src/store/log.ts';

const program = new URL('../../dist/cli.js', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'quest-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const codex = (...args: readonly string[]) =>
  spawnSync(process.execPath, [program, 'codex', ...args, '--data-dir', folder], { encoding: 'utf8' });

describe('codex', () => {
  it('lists what the levels that were begun have shown, and all with --all', () => {
    expect(codex().stdout).toContain('You have met none yet');
    openLog(folder).record({
      attempt: 'a1',
      type: 'started',
      level: 'first-contact',
      contentHash: '0'.repeat(32),
      seed: '1',
    });
    const met = codex().stdout.split('\n');
    const all = codex('--all').stdout.split('\n');
    expect(met).toContain('ClientHello');
    expect(all.length).toBeGreaterThan(met.length);
    expect(new Set(all)).toEqual(new Set([...all, ...met.slice(0, -3)]));
  });
  it('says one page, searches for what is none, and refuses what it does not know', () => {
    expect(codex('clienthello').stdout).toMatch(/^ClientHello \(message\)\n\n/);
    expect(codex('certificate').stdout).toMatch(/What it is not\nWrong: .*[\s\S]*\nRight: /);
    expect(codex('hello').stdout).toMatch(/stands in \d+ entries:\n/);
    const { status, stderr } = codex('no such word');
    expect(stderr).toContain('The codex knows nothing of "no such word"');
    expect(status).toBe(2);
  });
  it('is data for programs', () => {
    const page = JSON.parse(codex('Finished', '--json').stdout);
    expect(page).toMatchObject({ name: 'Finished', kind: 'message', rfc: '8446 4.4.4' });
    expect(JSON.parse(codex('--all', '--json').stdout).length).toBeGreaterThan(80);
  });
});
