// The house: which folder may import which, and what the pure ones never touch. Counts what it saw, so that it cannot pass blind.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const source = new URL('../src/', import.meta.url).pathname;
/** Each may import those before it, and itself. */
const house = ['tls', 'pki', 'attacks', 'scenarios', 'game', 'capture', 'live', 'classroom', 'store', 'ui', 'cli'];
/** They get bytes and answers, and nothing of the world around them. */
const pure = ['tls', 'pki', 'attacks', 'scenarios', 'game', 'capture'];
const world: readonly (readonly [RegExp, string])[] = [
  [
    /\bfrom '(?:node:)?(?:fs|net|tls|http|https|http2|dgram|dns|child_process|worker_threads|os|process)(?:\/[a-z]+)?'/,
    'the system',
  ],
  [/\bfrom '(?:react|ink|ink-select-input|zustand)(?:\/[a-z]+)?'/, 'screens'],
  [/\bMath\.random\b|\brandomBytes\b|\brandomUUID\b|\brandomInt\b/, 'chance'],
  [/\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b|\bsetTimeout\b|\bsetInterval\b/, 'the clock'],
  [/\bprocess\.(?!versions)/, 'the process'],
];

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => ({
    file,
    folder: file.split('/')[0] ?? '',
    text: withoutComments(readFileSync(join(source, file), 'utf8')),
  }));
const imports = files.flatMap(({ file, folder, text }) =>
  [...text.matchAll(/(?:\bfrom\s+|\bimport\s*\(?\s*)'([^']+)'/g)].map(([, from = '']) => ({ file, folder, from })),
);
/** The folder of `src` that a relative import leads to. */
const target = (file: string, from: string): string => new URL(from, `file:///${file}`).pathname.split('/')[1] ?? '';

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}

describe('the house', () => {
  it('was seen', () => {
    expect(files.length).toBeGreaterThan(100);
    expect(imports.length).toBeGreaterThan(400);
    expect(imports.filter(({ from }) => from.startsWith('.')).length).toBeGreaterThan(300);
    expect(new Set(files.map(({ folder }) => folder)).size).toBeGreaterThanOrEqual(7);
  });
  it('has no rooms but those of the plan', () => {
    expect([...new Set(files.map(({ folder }) => folder))].filter((folder) => !house.includes(folder))).toEqual([]);
  });
  it('is imported from the bottom to the top', () => {
    const wrong = imports
      .filter(({ from }) => from.startsWith('.'))
      .filter(({ file, folder, from }) => house.indexOf(target(file, from)) > house.indexOf(folder))
      .map(({ file, from }) => `${file} imports ${from}`);
    expect(wrong).toEqual([]);
  });
  it('names the ending of every file it imports', () => {
    const wrong = imports.filter(({ from }) => from.startsWith('.') && !/\.tsx?$/.test(from));
    expect(wrong).toEqual([]);
  });
});

describe.each(pure)('%s', (folder) => {
  const own = files.filter((file) => file.folder === folder);
  it.each(world)('does not match %s', (pattern, what) => {
    const wrong = own.filter(({ text }) => pattern.test(text)).map(({ file }) => `${file} touches ${what}`);
    expect(wrong).toEqual([]);
  });
});

describe('the rule itself', () => {
  it.each([
    ["import { readFileSync } from 'node:fs';", 'the system'],
    ["import { useState } from 'react';", 'screens'],
    ['const dice = Math.random();', 'chance'],
    ['const now = new Date();', 'the clock'],
    ['const home = process.env.HOME;', 'the process'],
  ])('sees %s', (text, what) => {
    expect(world.filter(([pattern]) => pattern.test(text)).map(([, name]) => name)).toContain(what);
  });
  it('sees an import that goes down', () => {
    expect(target('tls/client.ts', '../game/play.ts')).toBe('game');
    expect(target('cli/plain/game.ts', '../../game/play.ts')).toBe('game');
  });
});

it('colours stand in the theme alone', () => {
  const wrong = files.filter(({ file, text }) => file !== 'ui/theme.ts' && /'#[0-9a-f]{6}'|\\u001b\[[34]8/i.test(text));
  expect(files.some(({ file, text }) => file === 'ui/theme.ts' && /'#[0-9a-f]{6}'/.test(text))).toBe(true);
  expect(wrong.map(({ file }) => file)).toEqual([]);
});
it('decisions are asked by decide alone', () => {
  const bare = files.filter(({ folder, text }) => pure.includes(folder) && /\byield (?!\*)/.test(text));
  // The effects themselves, and those who pass on what another protocol asks.
  expect(bare.map(({ file }) => file).sort()).toEqual(['scenarios/actors.ts', 'tls/effects.ts']);
});
