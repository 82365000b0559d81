// A level file that is saved in all the ways in which editors save: it is told what it holds, once for each change.
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Reading, watchLevel } from '../../src/cli/watch.ts';

const text = readFileSync(new URL('../../levels/3-handshake/a-goodbye.yaml', import.meta.url), 'utf8');
const titled = (title: string) => text.replace('The cut cable', title);

let folder = '';
let file = '';
let stop = () => {};
let told: string[] = [];
let wake = () => {};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quest-'));
  file = join(folder, 'my.yaml');
  writeFileSync(file, text);
  told = [];
});
afterEach(() => {
  stop();
  rmSync(folder, { recursive: true, force: true });
});
const watching = (path = file) => {
  stop = watchLevel(path, (reading: Reading) => {
    told.push('level' in reading ? reading.level.title : reading.fault);
    wake();
  });
};
/** What was told, once it is so much. */
const tells = async (count: number): Promise<readonly string[]> => {
  while (told.length < count)
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  return told;
};

it('is read again when it is written', async () => {
  watching();
  writeFileSync(file, titled('One'));
  expect(await tells(1)).toEqual(['One']);
  writeFileSync(file, titled('Two'));
  expect(await tells(2)).toEqual(['One', 'Two']);
});
it('is read again when another file is put in its place, each time', async () => {
  watching();
  for (const [index, title] of ['One', 'Two', 'Three'].entries()) {
    writeFileSync(join(folder, 'new'), titled(title));
    renameSync(join(folder, 'new'), file);
    expect((await tells(index + 1)).at(-1)).toBe(title);
  }
});
it('is waited for while it is away or empty', async () => {
  watching();
  renameSync(file, join(folder, 'backup'));
  writeFileSync(file, '');
  await new Promise((resolve) => setTimeout(resolve, 150));
  writeFileSync(file, titled('One'));
  expect(await tells(1)).toEqual(['One']);
});
it('says that it is gone, and takes it up again', async () => {
  watching();
  rmSync(file);
  expect(await tells(1)).toEqual(['my.yaml is not there any more, or cannot be read.']);
  writeFileSync(file, text);
  expect((await tells(2)).at(-1)).toBe('The cut cable');
});
it('says the first fault with its line and key, and how many there are', async () => {
  watching();
  writeFileSync(file, text.replace('title: The cut cable', 'title: ""').replace('minutes: 4', 'minutes: 99'));
  expect(await tells(1)).toEqual(['my.yaml:4:1: title: This is empty. 1 more: https-quest check says all.']);
});
it('says nothing where nothing has changed, nor of the files beside it', async () => {
  watching();
  writeFileSync(file, text);
  writeFileSync(join(folder, 'other.yaml'), titled('Other'));
  await new Promise((resolve) => setTimeout(resolve, 200));
  writeFileSync(file, titled('One'));
  expect(await tells(1)).toEqual(['One']);
});
it('is followed through a link', async () => {
  symlinkSync(file, join(folder, 'link.yaml'));
  watching(join(folder, 'link.yaml'));
  writeFileSync(file, titled('One'));
  expect(await tells(1)).toEqual(['One']);
});
it('is looked at from time to time where its folder cannot be watched', async () => {
  const away = join(folder, 'away');
  watching(join(away, 'my.yaml'));
  mkdirSync(away);
  writeFileSync(join(away, 'my.yaml'), titled('One'));
  expect(await tells(1)).toEqual(['One']);
});
