// The command `certificate`, as it is built; and what OpenSSL says of what it writes.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLog } from '../../src/store/log.ts';
import { Terminal } from './terminal.ts';

const program = new URL('../../dist/cli.js', import.meta.url).pathname;
const noOpenssl = spawnSync('openssl', ['version']).status !== 0;
if (noOpenssl) console.log('skipped: openssl is not installed');

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quest-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const data = () => join(folder, 'data');
const certificate = (...args: readonly string[]) =>
  spawnSync(process.execPath, [program, 'certificate', ...args, '--data-dir', data()], {
    encoding: 'utf8',
    cwd: folder,
  });
function finishedBothEnds(stars: 1 | 2 | 3): void {
  const log = openLog(data());
  const attempt = 'a1';
  log.record({ attempt, type: 'started', level: 'both-ends', contentHash: '0'.repeat(32), seed: '1' });
  log.record({ attempt, type: 'ended', outcome: 'met', points: 95, stars });
}

describe('certificate', () => {
  it('is refused before it is earned, with what is to be done for it', () => {
    for (const before of [() => {}, () => finishedBothEnds(2)]) {
      before();
      const { status, stdout, stderr } = certificate('--name', 'Ada');
      expect(stderr.replaceAll('\n', ' ')).toContain('finished the level both-ends with three stars');
      expect([stdout, status]).toEqual(['', 1]);
    }
    expect(readdirSync(folder)).toEqual(['data']);
  });
  it('writes four files, the key for its owner alone, and never over others', () => {
    finishedBothEnds(3);
    const { status, stdout, stderr } = certificate('--name', 'Ada Lovelace', '--out', 'mine');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('This certificate is issued to Ada Lovelace\n');
    expect(stdout.replaceAll('\n', ' ')).toContain('It is nobody’s trust anchor');
    const files = readdirSync(join(folder, 'mine'));
    expect(files.sort()).toEqual(['certificate.pem', 'intermediate.pem', 'key.pem', 'root.pem']);
    if (process.platform !== 'win32') expect(statSync(join(folder, 'mine', 'key.pem')).mode & 0o777).toBe(0o600);
    const before = readFileSync(join(folder, 'mine', 'key.pem'), 'utf8');
    const again = certificate('--name', 'Ada Lovelace', '--out', 'mine');
    expect(again.stderr).toContain('There are files of a certificate in "mine" already.');
    expect(again.status).toBe(1);
    expect(readFileSync(join(folder, 'mine', 'key.pem'), 'utf8')).toBe(before);
  });
  it('says what is wrong with a name, or that there is none', () => {
    finishedBothEnds(3);
    for (const [args, says] of [
      [[], 'Say in whose name'],
      [['--name', 'Ada\u001b[31m'], 'a character that cannot be seen'],
      [['--name', '<b>'], 'The name has "<" in it.'],
    ] as const) {
      const { status, stderr } = certificate(...args);
      expect(stderr).toContain(says);
      expect(status).toBe(2);
    }
  });
  it('says so where the folder cannot be written', () => {
    finishedBothEnds(3);
    const { status, stderr } = certificate('--name', 'Ada', '--out', join(program, 'there'));
    // Lines are wrapped, and where depends on how long the path is.
    expect(stderr.replaceAll('\n', ' ')).toContain('cannot be written. No certificate was issued');
    expect(status).toBe(1);
  });
});

describe('on the screen', () => {
  /** Up to the files, with what is said of them; in one line. */
  async function written(again: boolean) {
    const terminal = new Terminal(process.execPath, [program, '--data-dir', data()], { columns: 200, rows: 40 });
    try {
      await terminal.until('Certificate');
      terminal.press('6');
      if (!again) {
        await terminal.until('Your name');
        terminal.press('Ada', 'enter');
      }
      await terminal.until('This certificate is issued to');
      terminal.press('x');
      const said = await terminal.until(/To verify it|No certificate was issued|They were left as they are/);
      terminal.press('q');
      expect(await terminal.ended()).toBe(0);
      return said;
    } finally {
      terminal.kill('SIGKILL');
    }
  }
  it('it is issued in a name that is typed, and written into the data folder, never over what is there', async () => {
    finishedBothEnds(3);
    const said = await written(false);
    const at = (file: string) => join(data(), 'certificate', file);
    expect(readdirSync(join(data(), 'certificate')).sort()).toEqual([
      'certificate.pem',
      'intermediate.pem',
      'key.pem',
      'root.pem',
    ]);
    if (process.platform !== 'win32') expect(statSync(at('key.pem')).mode & 0o777).toBe(0o600);
    const before = readFileSync(at('key.pem'), 'utf8');
    if (!noOpenssl) {
      const lines = said.split('\n').map((line) => line.replaceAll('│', ' ').trim());
      const begin = lines.indexOf('To verify it:') + 1;
      const command = lines.slice(begin, lines.indexOf('', begin)).join(' ');
      expect(spawnSync('sh', ['-c', command], { encoding: 'utf8' }).stdout).toContain('certificate.pem: OK');
    }
    expect(await written(true)).toContain('There are files of a certificate in');
    expect(readFileSync(at('key.pem'), 'utf8')).toBe(before);
  });
  it('says so where the folder cannot be written', async () => {
    finishedBothEnds(3);
    writeFileSync(join(data(), 'certificate'), 'a file, and no folder');
    expect(await written(false)).toContain('cannot be written. No certificate was issued');
  });
});

describe.skipIf(noOpenssl)('openssl', () => {
  it('verifies it by the command that was shown, and shows the name and the deed', () => {
    finishedBothEnds(3);
    const { stdout } = certificate('--name', 'José Núñez', '--out', "José's own");
    const command = stdout.split('\n').find((line) => line.includes('openssl verify'));
    const run = (text: string) => spawnSync('sh', ['-c', text], { encoding: 'utf8', cwd: folder });
    expect(run(command ?? 'false').stdout).toContain('certificate.pem: OK');
    const at = (file: string) => `"José's own/${file}"`;
    const text = run(`openssl x509 -in ${at('certificate.pem')} -noout -text -nameopt utf8,sep_comma_plus`).stdout;
    expect(text).toContain('CN=José Núñez');
    expect(text).toContain('finished both-ends with 3 of 3 stars and 95 of 100 points');
    // Alone it proves nothing, and its key signs no other certificate.
    expect(run(`openssl verify ${at('certificate.pem')}`).status).not.toBe(0);
    const keys = [
      `openssl pkey -in ${at('key.pem')} -pubout`,
      `openssl x509 -in ${at('certificate.pem')} -noout -pubkey`,
    ];
    expect(new Set(keys.map((one) => run(one).stdout)).size).toBe(1);
  });
});
