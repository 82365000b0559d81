// What the texts for people promise is there: commands, levels, files, scripts.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readArguments } from '../src/cli/arguments.ts';
import { everyCommand } from '../src/cli/commands.ts';
import { scenarios } from '../src/scenarios/index.ts';
import { shippedLevels } from './shipped.ts';

const root = new URL('../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, root), 'utf8');
const scripts = (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts;

const names = everyCommand.flatMap(({ name }) => name || []);

describe.each(['README.md', 'CONTRIBUTING.md', 'docs/levels.md'])('%s', (file) => {
  const text = read(file);
  it('names commands that the program takes', () => {
    const commands = [
      ...text.matchAll(new RegExp(`(?:https-quest|npm start --) ((?:${names.join('|')})\\b[^\`\\n]*)`, 'g')),
    ].map(([, command = '']) => command);
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands)
      expect(readArguments(command.trim().split(' ')), command).toMatchObject({ what: 'run' });
  });
  it('names scripts of npm that there are', () => {
    const names = [...text.matchAll(/npm (?:run )?(start|test|check(?::\w+)?|build)\b/g)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !scripts[name])).toEqual([]);
  });
  it('leads to files that there are', () => {
    // A link is seen from the file that has it; what is named in the text, from the folder of the project.
    const links = [
      ...[...text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, link = '']) => new URL(link, new URL(file, root))),
      ...[...text.matchAll(/`((?:src|test|scripts|levels)\/[\w./-]+)`/g)].map(([, link = '']) => new URL(link, root)),
    ].filter(({ href }) => !href.includes('mySituation') && !href.includes('MyScreen'));
    expect(links.length).toBeGreaterThan(1);
    expect(links.filter((link) => !existsSync(link))).toEqual([]);
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
