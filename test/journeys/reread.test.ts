// A level file that is written while it is played: a save is on the screen at once, and a fault in it is no harm.
import { spawnSync } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bench, choose, program } from './terminal.ts';

const original = readFileSync(new URL('../../levels/3-handshake/a-goodbye.yaml', import.meta.url), 'utf8');
let at: ReturnType<typeof bench>;
let file = '';
beforeEach(() => {
  at = bench();
  file = join(at.folder, 'my.yaml');
  writeFileSync(file, original);
});
afterEach(() => at.clear());

/** As editors do that never write into the file itself. */
function save(from: string, to: string): void {
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  writeFileSync(`${file}~`, text.replace(from, to));
  renameSync(`${file}~`, file);
}

it('on the screen a save is seen at once where one stands, and a fault is said until it is mended', async () => {
  const terminal = at.quest(['play', file, '--seed', '1', '--reduced-motion']);
  await terminal.until('You are the client');
  save('But she can cut', 'But she may cut');
  await terminal.until(/But she\s+│\n│ may cut/);
  terminal.press('enter');
  await terminal.until('Refuse the feed, fetch it anew');
  terminal.press('down', 'down');
  await terminal.until('❯ Take it: the server is done');
  save('Take it: the server is done', 'Take it: it is done');
  await terminal.until('❯ Take it: it is done');
  await terminal.until('The level was read again.');
  save('minutes: 4', 'minutes: 40');
  await terminal.until('✗ Not read again: my.yaml:6:1: minutes: This is too big: at most 15.');
  terminal.press('enter');
  await terminal.until('What happened');
  expect(terminal.text()).toContain('Not read again');
  save('minutes: 40', 'minutes: 4');
  await terminal.until(/✗ −\d+ +You believed half a feed/);
  save('You believed half a feed', 'Half a feed, and you believed it');
  await terminal.until(/✗ −\d+ +Half a feed, and you/);
  save('- id: tags', '- id: seals');
  terminal.press('enter');
  await terminal.until('step 1 of 3');
  await choose(terminal, 'Refuse the feed');
  await terminal.until(/✓ \+\d+/);
  terminal.press('enter');
  await terminal.until('step 2 of 3');
  save('- id: end\n', '- id: the-end\n');
  await terminal.until('step 1 of 3');
  await terminal.until('One answer does not fit it any more.');
  for (const label of ['Refuse the feed', 'Refuse it', 'close_notify, then']) {
    await choose(terminal, label);
    await terminal.until(/✓ \+\d+/);
    terminal.press('enter');
    await terminal.until(/step \d of 3|You made it/);
  }
  await terminal.until('100 of 100 points');
  save('A cut proves nothing', 'A cut says nothing');
  await terminal.until('A cut says nothing');
  terminal.press('q');
  expect(await terminal.ended()).toBe(0);
  const events = readFileSync(join(at.folder, 'data', 'attempts.log'), 'utf8');
  expect(events.match(/"type":"started"/g)).toHaveLength(3);
  expect(events.match(/"type":"ended"/g)).toHaveLength(1);
});

it('in plain text a save is said before the next question, and asked there', async () => {
  const mine = join(at.folder, 'mine.json');
  const terminal = at.quest(['play', file, '--seed', '1', '--plain', '--save', mine]);
  await terminal.until('Type a number from 1 to 3');
  /** Nothing is said unasked: the question is asked once more until the save has been noticed. */
  const again = async (wanted: string) => {
    for (let tries = 0; tries < 40; tries++) {
      terminal.press('again', 'enter');
      if ((await terminal.calm()).includes(wanted)) return;
    }
    throw new Error(`never said: ${wanted}\n${terminal.text()}`);
  };
  save('Refuse the feed, fetch it anew', 'Refuse it, ask anew');
  await again('The level was read again.');
  expect(terminal.text()).toContain('. Refuse it, ask anew');
  save('minutes: 4', 'minutes: 40');
  await again('Not read again: my.yaml:6:1: minutes: This is too big: at most 15.');
  expect(terminal.text()).toContain('You go on in the level as it was.');
  terminal.press('refuse', 'enter');
  await terminal.until('Decision 2');
  save('minutes: 40', 'minutes: 4');
  save('- id: end\n', '- id: the-end\n');
  await again('One answer does not fit it any more.');
  await terminal.until('Decision 1');
  terminal.press('done', 'enter');
  await terminal.until('You go back to the decision.');
  terminal.press('refuse', 'enter');
  await terminal.until('Decision 2');
  terminal.press('quit', 'enter');
  expect(await terminal.ended()).toBe(1);
  const { moves } = JSON.parse(readFileSync(mine, 'utf8')) as { moves: object[] };
  expect(moves).toEqual([
    { move: 'answer', step: 'the-end', choice: 'done' },
    { move: 'rewind' },
    { move: 'answer', step: 'the-end', choice: 'refuse' },
  ]);
});

it('what comes through a pipe is played in the level as it was', () => {
  const { stdout, status } = spawnSync(
    process.execPath,
    [program, 'play', file, '--seed', '1', '--data-dir', join(at.folder, 'data')],
    { input: 'refuse\nrefuse\nnotify\n', encoding: 'utf8' },
  );
  expect(stdout).toContain('3 of 3 stars');
  expect(status).toBe(0);
});
