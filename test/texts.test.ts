// What README.md and CONTRIBUTING.md promise is there: commands, levels, files, scripts.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readArguments } from '../src/cli/arguments.ts';
import { scenarios } from '../src/scenarios/index.ts';
import { shippedLevels } from './shipped.ts';

const root = new URL('../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, root), 'utf8');
const scripts = (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts;

describe.each(['README.md', 'CONTRIBUTING.md'])('%s', (file) => {
  const text = read(file);
  it('names commands that the program takes', () => {
    const commands = [
      ...text.matchAll(/(?:https-quest|npm start --) ((?:play|levels|check|new|replay|export|live|serve)\b[^`\n]*)/g),
    ].map(([, command = '']) => command);
    expect(commands.length).toBeGreaterThan(2);
    for (const command of commands)
      expect(readArguments(command.trim().split(' ')), command).toMatchObject({ what: 'run' });
  });
  it('names scripts of npm that there are', () => {
    const names = [...text.matchAll(/npm (?:run )?(start|test|check(?::\w+)?|build)\b/g)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !scripts[name])).toEqual([]);
  });
  it('leads to files that there are', () => {
    const links = [...text.matchAll(/\]\(([^)#]+)\)/g), ...text.matchAll(/`((?:src|test|scripts|levels)\/[\w./-]+)`/g)]
      .map(([, link = '']) => link)
      .filter((link) => !link.includes('mySituation') && !link.includes('MyScreen'));
    expect(links.length).toBeGreaterThan(1);
    expect(links.filter((link) => !existsSync(new URL(link, root)))).toEqual([]);
  });
});

describe('README.md', () => {
  it('lists the levels that ship', () => {
    const listed = [...read('README.md').matchAll(/^\| `([a-z-]+)` \| the /gm)].map(([, id]) => id);
    expect(listed).toEqual(shippedLevels().map(({ id }) => id));
  });
  it('has the options of every command that it tells of', () => {
    for (const option of ['--plain', '--no-color', '--reduced-motion', '--data-dir', '--seed', '--json', '--help'])
      expect(read('README.md')).toContain(option);
  });
});

describe('CONTRIBUTING.md', () => {
  it('lists the scenarios', () => {
    const [, list = ''] = /They are ([^.]*)\./.exec(read('CONTRIBUTING.md').replace(/\s+/g, ' ')) ?? [];
    expect([...list.matchAll(/`([a-z0-9-]+)`/g)].map(([, name]) => name).sort()).toEqual([...scenarios.keys()].sort());
  });
});
