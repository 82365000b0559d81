// The house: which folder may import which, and what the pure ones never touch. Counts what it saw, so that it cannot pass blind.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const source = new URL('../src/', import.meta.url).pathname;
/** Each may import those before it, and itself. */
const house = ['tls', 'pki', 'attacks', 'scenarios', 'game', 'capture', 'live', 'store', 'classroom', 'ui', 'cli'];
/** Runs in a browser, beside the house. Nobody imports it; of the house it sees types, and these files. */
const annex = { folder: 'pages', sees: ['classroom/names.ts'] };
/** They get bytes and answers, and nothing of the world around them. */
const pure = ['tls', 'pki', 'attacks', 'scenarios', 'game', 'capture'];
/** All that they may import beside each other: computing, and reading what they are given. */
const allowed = /^(?:node:crypto|node:util|zod|yaml|@noble\/[a-z-]+(?:\/[\w.-]+)?)$/;
/** What needs no import. */
const world: readonly (readonly [RegExp, string])[] = [
  [
    /\bMath\.random\b|\brandom(?:Bytes|UUID|Int|Fill)\b|\bgetRandomValues\b|\bgenerateKeyPair|\bgenerateKey\b/,
    'chance',
  ],
  [/\bDate\.now\b|\bDate\(\s*\)|\bnew Date\b(?!\()|\bperformance\b|\bset(?:Timeout|Interval|Immediate)\b/, 'the clock'],
  [/\bprocess\s*[.[](?!versions\b)|\brequire\s*\(|\bimport\.meta\b/, 'the process'],
  [/\bconsole\.|\bfetch\s*\(|\bglobalThis\b/, 'the world outside'],
];

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => ({
    file,
    folder: file.split('/')[0] ?? '',
    text: withoutComments(readFileSync(join(source, file), 'utf8')),
  }));
const imports = files.flatMap(({ file, folder, text }) => importsOf(text).map((from) => ({ file, folder, from })));

/** What a file imports and passes on: static, for its effects, and when it runs. */
function importsOf(text: string): string[] {
  return [...text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)['"`]([^'"`]+)['"`]/g)].map(([, from = '']) => from);
}
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
    expect([...new Set(files.map(({ folder }) => folder))].filter((folder) => !house.includes(folder))).toEqual([
      annex.folder,
    ]);
  });
  it('is imported from the bottom to the top', () => {
    const wrong = imports
      .filter(({ folder, from }) => from.startsWith('.') && folder !== annex.folder)
      .filter(
        ({ file, folder, from }) =>
          !(house.indexOf(target(file, from)) <= house.indexOf(folder) && house.includes(target(file, from))),
      )
      .map(({ file, from }) => `${file} imports ${from}`);
    expect(wrong).toEqual([]);
  });
  it('gives the pages that a browser loads nothing but types and what they name', () => {
    const pages = files.filter(({ folder }) => folder === annex.folder);
    expect(pages.length).toBeGreaterThan(5);
    const loaded = pages.flatMap(({ file, text }) =>
      importsOf(text.replace(/\bimport type [^;]*;/g, '')).map((from) => ({ file, from })),
    );
    const wrong = loaded
      .filter(({ from }) => from !== 'uqr')
      .map(({ file, from }) => new URL(from, `file:///${file}`).pathname.slice(1))
      .filter((path) => !path.startsWith(`${annex.folder}/`) && !annex.sees.includes(path));
    expect(wrong).toEqual([]);
    const [seen] = annex.sees;
    expect(importsOf(files.find(({ file }) => file === seen)?.text ?? '')).toEqual([]);
    expect(
      imports.filter(({ file, folder, from }) => folder !== annex.folder && target(file, from) === annex.folder),
    ).toEqual([]);
  });
  it('imports zod as a namespace: its object `z` would bring all of it, with the words of forty languages', () => {
    const wrong = files
      .filter(({ text }) => /import (?:type )?\{[^}]*\} from 'zod'/.test(text))
      .map(({ file }) => file);
    expect(wrong).toEqual([]);
  });
  it('names the ending of every file it imports', () => {
    const wrong = imports.filter(({ from }) => from.startsWith('.') && !/\.tsx?$/.test(from));
    expect(wrong).toEqual([]);
  });
});

describe.each(pure)('%s', (folder) => {
  it('imports nothing of the system and nothing of screens', () => {
    const wrong = imports
      .filter((one) => one.folder === folder && !one.from.startsWith('.') && !allowed.test(one.from))
      .map(({ file, from }) => `${file} imports ${from}`);
    expect(wrong).toEqual([]);
  });
  it.each(world)('does not match %s', (pattern, what) => {
    const wrong = files
      .filter((one) => one.folder === folder && pattern.test(one.text))
      .map(({ file }) => `${file} touches ${what}`);
    expect(wrong).toEqual([]);
  });
});

describe('the rule itself', () => {
  it.each([
    ['const dice = Math.random();', 'chance'],
    ['const key = generateKeyPairSync("x25519");', 'chance'],
    ['const now = new Date();', 'the clock'],
    ['const now = new Date;', 'the clock'],
    ['const now = Date.now();', 'the clock'],
    ['const home = process.env.HOME;', 'the process'],
    ["const fs = require('fs');", 'the process'],
    ["await fetch('https://shop.example');", 'the world outside'],
  ])('sees %s', (text, what) => {
    expect(world.filter(([pattern]) => pattern.test(text)).map(([, name]) => name)).toContain(what);
  });
  it.each([
    "import { readFileSync } from 'node:fs';",
    "import { connect } from 'node:tls';",
    "import 'node:http';",
    "export { useState } from 'react';",
    "const net = await import('node:net');",
    'import {\n  Box,\n  Text,\n} from "ink";',
  ])('refuses %s', (text) => {
    expect(importsOf(text)).toHaveLength(1);
    expect(importsOf(text).filter((from) => allowed.test(from))).toEqual([]);
  });
  it('lets a given day and a given key be', () => {
    const text = "const day = new Date('2026-05-04'); const key = createPrivateKey(given);";
    expect(world.filter(([pattern]) => pattern.test(text))).toEqual([]);
  });
  it('sees an import that goes down', () => {
    expect(target('tls/client.ts', '../game/play.ts')).toBe('game');
    expect(target('cli/plain/game.ts', '../../game/play.ts')).toBe('game');
  });
});

it('colours stand in the theme, and in the style of the page that a run is exported to', () => {
  // As #rrggbb, or as the escape codes that choose one.
  const colour = /#[0-9a-f]{6}\b|(?:\\u001b|\\x1b|\\e)\[(?:[0-9;]*;)?(?:[34]8;|3[0-7]m|4[0-7]m|9[0-7]m)/i;
  const coloured = files.filter(({ text }) => colour.test(text)).map(({ file }) => file);
  expect(coloured.sort()).toEqual(['capture/style.ts', 'ui/theme.ts']);
});
it('decisions are asked by decide alone', () => {
  const bare = files.filter(({ folder, text }) => pure.includes(folder) && /\byield (?!\*)/.test(text));
  // The effects themselves, those who pass on what another protocol asks, and what hands a scene to whoever runs it.
  expect(bare.map(({ file }) => file).sort()).toEqual([
    'game/simulate.ts',
    'scenarios/actors.ts',
    'scenarios/tunnel.ts',
    'tls/effects.ts',
  ]);
});
