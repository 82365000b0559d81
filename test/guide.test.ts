// docs/levels.md is followed to the letter: every file that it has one write, every command, and what comes of it.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const program = new URL('../dist/cli.js', import.meta.url).pathname;
const guide = readFileSync(new URL('../docs/levels.md', import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'quest-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(
  join(folder, 'https-quest'),
  `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@" --data-dir "${join(folder, 'data')}"\n`,
);
chmodSync(join(folder, 'https-quest'), 0o755);

type Kind = 'sh' | 'text' | 'yaml' | 'diff' | 'diff try';
const blocks = [...guide.matchAll(/^```([a-z ]+)\n([\s\S]*?)^```$/gm)].map(([, kind = '', content = ''], index) => ({
  kind: kind as Kind,
  content,
  name: `${index + 1}, ${kind}: ${content.trim().split('\n')[0]}`,
}));
const file = join(folder, 'cut-feed.yaml');
/** The file without what is tried for a moment: that is put back after the next command. */
let kept: string | undefined;
let said = '';

it('has blocks of every kind', () => {
  expect(new Set(blocks.map(({ kind }) => kind))).toEqual(new Set(['sh', 'text', 'yaml', 'diff', 'diff try']));
});

it.each(blocks)('$name', ({ kind, content }) => {
  if (kind === 'text') return says(content);
  if (kind === 'sh') {
    said = content.split('\n').filter(Boolean).map(run).join('\n');
    if (kept !== undefined) writeFileSync(file, kept);
    kept = undefined;
    return;
  }
  const before = readFileSync(file, 'utf8');
  if (kind === 'diff try') kept = before;
  writeFileSync(file, kind === 'yaml' ? withBlock(before, content) : withDiff(before, content));
});

/** Runs a line as a reader types it; what npm does is done already. */
function run(line: string): string {
  if (/^(npm|alias) /.test(line)) return '';
  const path = `${folder}:${process.env.PATH ?? ''}`;
  const { stdout, stderr, status } = spawnSync('sh', ['-c', line], {
    cwd: folder,
    env: { ...process.env, PATH: path },
    encoding: 'utf8',
  });
  expect([0, 1], stderr).toContain(status);
  return `${stdout}${stderr}`;
}

/** Each line of the guide is a line, or a part of one, of what was said, in this order; `...` stands for anything. */
function says(content: string): void {
  let rest = said.replace(/\s+/g, ' ');
  for (const part of content.split(/\n|\.\.\./).map((one) => one.trim().replace(/\s+/g, ' '))) {
    expect(rest, said).toContain(part);
    rest = rest.slice(rest.indexOf(part) + part.length);
  }
}

/** A block in the place of what has the same keys; a choice or a step behind the last one. */
function withBlock(text: string, block: string): string {
  const lines = text.split('\n');
  const put = (at: number, count: number) => {
    lines.splice(at, count, ...block.trimEnd().split('\n'));
    return lines.join('\n');
  };
  if (block.startsWith('      - id:'))
    return put(
      lines.findLastIndex((line) => line.startsWith('    hints:')),
      0,
    );
  if (block.startsWith('  - id:')) return put(endOf(lines, 'steps:'), 0);
  const [, indented] = /^( +\w+:)/.exec(block) ?? [];
  if (indented)
    return put(
      lines.findIndex((line) => line.startsWith(indented)),
      1,
    );
  return block.split(/^(?=\w)/m).reduce((now, part) => {
    const all = now.split('\n');
    const key = part.slice(0, part.indexOf(':') + 1);
    const at = all.findIndex((line) => line.startsWith(key));
    expect(at, key).toBeGreaterThanOrEqual(0);
    all.splice(at, endOf(all, key) - at, ...part.trimEnd().split('\n'));
    return all.join('\n');
  }, text);
}

/** The line behind what belongs to a key of the outermost level. */
function endOf(lines: readonly string[], key: string): number {
  const at = lines.findIndex((line) => line.startsWith(key));
  const next = lines.findIndex((line, index) => index > at && /^\S/.test(line));
  return next < 0 ? lines.length : next;
}

function withDiff(text: string, block: string): string {
  const side = (sign: string) =>
    block
      .split('\n')
      .filter((line) => line.startsWith(sign) || line.startsWith(' '))
      .map((line) => `${line.slice(1)}\n`)
      .join('');
  expect(text).toContain(side('-'));
  return text.replace(side('-'), side('+'));
}
