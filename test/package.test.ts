// The package as a stranger gets it: packed, installed without a network into an empty folder, and played through npx.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentOf } from '../src/game/codex.ts';
import { rightAnswers } from './journeys/answers.ts';

const root = new URL('../', import.meta.url).pathname;
/** npm and npx of this very Node, whatever else is on the path. */
const bin = dirname(process.execPath);
const env = {
  ...process.env,
  PATH: `${bin}:${process.env.PATH ?? ''}`,
  npm_config_update_notifier: 'false',
};
let folder = '';
let tarball = '';
let installed = '';
const npm = (args: readonly string[], cwd: string) =>
  execFileSync('npm', [...args], { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'quest-package-'));
  // It has just been built; building it again would pull it from under the other tests.
  npm(['pack', '--ignore-scripts', '--pack-destination', folder], root);
  tarball = join(folder, readdirSync(folder).find((file) => file.endsWith('.tgz')) ?? '');
  installed = join(folder, 'empty');
  mkdirSync(installed);
  npm(['init', '-y'], installed);
  npm(['install', '--offline', '--cache', join(folder, 'cache'), tarball], installed);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package', () => {
  it('plays a level through npx', () => {
    const args = [
      '--no-install',
      'https-quest',
      'play',
      'first-contact',
      '--plain',
      '--seed',
      '1',
      '--data-dir',
      join(folder, 'data'),
    ];
    const input = `${rightAnswers['first-contact']?.join('\n')}\n`;
    const { status, stdout, stderr } = spawnSync('npx', args, { cwd: installed, env, input, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout).toContain('Score: 100 of 100 points, 3 of 3 stars.');
    expect(status).toBe(0);
  });
  it('brings nothing with it', () => {
    const { dependencies } = JSON.parse(npm(['ls', '--all', '--json'], installed)) as {
      dependencies: Record<string, object>;
    };
    expect(Object.keys(dependencies)).toEqual(['https-quest']);
    expect(dependencies['https-quest']).not.toHaveProperty('dependencies');
  });
  it('holds the program, the levels and the licences of what is in it, and nothing of the workshop', () => {
    const files = readdirSync(join(installed, 'node_modules/https-quest'), { recursive: true, encoding: 'utf8' });
    for (const wanted of [
      'dist/cli.js',
      'dist/prover.mjs',
      'dist/grader.mjs',
      'dist/levels.json',
      'dist/codex.json',
      'dist/levels/misconceptions.yaml',
      'dist/level.schema.json',
      'dist/LICENSES.txt',
      'LICENSE',
      'README.md',
      'package.json',
    ])
      expect(files).toContain(wanted);
    expect(files.filter((file) => file.endsWith('.yaml') && contentOf(file) === 'level')).toHaveLength(
      Object.keys(rightAnswers).length,
    );
    expect(files.filter((file) => /\.(tsx?|map)$|^(src|test|scripts)\b/.test(file))).toEqual([]);
    const licences = readFileSync(join(installed, 'node_modules/https-quest/dist/LICENSES.txt'), 'utf8');
    for (const name of ['ink', 'react', 'ink-select-input', 'zustand', 'zod', 'yaml', 'yoga-layout'])
      expect(licences).toMatch(new RegExp(`^${name} \\d`, 'm'));
  });
  it('tells editors where the schema of a level is, of its own and of one that is begun', () => {
    const args = ['--no-install', 'https-quest', 'new', 'my-level'];
    spawnSync('npx', args, { cwd: installed, env });
    const files = readdirSync(installed, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /levels\/\d.*\.yaml$|^my-level/.test(file),
    );
    expect(files).toHaveLength(Object.keys(rightAnswers).length + 1);
    for (const file of files) {
      const [, path = ''] =
        /^# yaml-language-server: \$schema=(\.\S+)\n/.exec(readFileSync(join(installed, file), 'utf8')) ?? [];
      expect(readFileSync(join(installed, dirname(file), path), 'utf8'), file).toContain('A level of HTTPS Quest');
    }
  });
  it('runs from the file itself, where no registry can be asked, and a host tells players how they know the file', () => {
    const args = (...more: readonly string[]) => ['--yes', `./${basename(tarball)}`, ...more];
    const alone = {
      cwd: folder,
      env: { ...env, npm_config_registry: 'http://127.0.0.1:9/', npm_config_cache: join(folder, 'cache') },
      encoding: 'utf8',
    } as const;
    const host = args('host', '--tarball', tarball, '--port', '0', '--data-dir', join(folder, 'data'));
    const { status, stdout, stderr } = spawnSync('npx', host, { ...alone, input: 'quit\n' });
    expect([stderr, status]).toEqual(['', 0]);
    expect(stdout).toContain(createHash('sha256').update(readFileSync(tarball)).digest('hex'));
    expect(stdout).toMatch(/then +npx --yes \.\/https-quest-\d+\.\d+\.\d+\.tgz join \S+ \S{5}-\S{5}\n/);
  });
  it('is small enough for a stick, a slow line and thirty at once', () => {
    const files = readdirSync(join(installed, 'node_modules/https-quest'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name)).size);
    const unpacked = files.reduce((sum, size) => sum + size, 0);
    const packed = statSync(tarball).size;
    console.log(`packed ${kilo(packed)}, unpacked ${kilo(unpacked)}, ${files.length} files`);
    expect(packed).toBeGreaterThan(100_000);
    expect(packed).toBeLessThan(most.packed);
    expect(unpacked).toBeLessThan(most.unpacked);
    expect(files.length).toBeLessThan(most.files);
  });
});

/** What the package may have, in bytes and files; told in docs/performance.md. */
const most = { packed: 1_000_000, unpacked: 4_000_000, files: 200 };
const kilo = (bytes: number) => `${Math.round(bytes / 1000)} kB`;
