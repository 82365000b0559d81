// A player in the competition of a class, in a real terminal, and a host that is killed and comes back while the player plays.
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { menu } from '../../src/ui/menu.ts';
import { endPrograms, hosting } from './hosting.ts';
import { bench, choose, question, type Terminal, verdict } from './terminal.ts';

let at: ReturnType<typeof bench>;
beforeEach(() => {
  at = bench();
});
afterEach(() => {
  endPrograms();
  at.clear();
});

/** However long it takes: the host is asked more and more seldom while it is away. */
const shows = (terminal: Terminal, text: string) =>
  expect.poll(() => terminal.text(), { timeout: 100_000 }).toContain(text);

/** As a terminal gives it: so much at once would not be taken for typing where the program is busy. */
const pasted = (text: string): string => `\u001b[200~${text}\u001b[201~`;

async function toClassroom(terminal: Terminal): Promise<void> {
  for (const { label } of menu) {
    await terminal.until(`❯ ${label}`);
    terminal.press(label === 'Classroom' ? 'enter' : 'down');
    if (label === 'Classroom') return;
  }
}

it('joins through the menu, plays on while the host is away, sees the results, and is taken out', {
  timeout: 400_000,
}, async () => {
  const folder = join(at.folder, 'host');
  const host = await hosting(folder, '--levels', 'goodbye', '--title', 'Class 7b', '--port', '0');
  const player = at.quest(['--reduced-motion']);
  await toClassroom(player);
  await player.until('❯ Address   ▍');
  player.press(pasted(`127.0.0.1:${host.port}`));
  await player.until(`127.0.0.1:${host.port}▍`);
  player.press('enter');
  await player.until('❯ Code      ▍');
  player.press(pasted(host.code));
  await player.until('typed without a slip');
  player.press('enter');
  await player.until('❯ Nickname  ▍');
  player.press('Ada');
  await player.until('Ada▍');
  player.press('enter');
  await player.until('❯ Team      ▍');
  player.press('enter');
  expect(await player.until('You are Ada.')).not.toContain('practice');
  await host.said('Ada has joined');

  host.type('start');
  await player.until('Enter plays it.');
  expect(player.text()).toContain('2 left');
  player.press('enter');
  await player.until('You are the client');
  player.press('enter');
  await question(player, 1);
  host.child.kill('SIGKILL');
  await host.ended;
  for (const [step, label] of [
    'Refuse the feed',
    'Refuse it, it is not sealed',
    'close_notify, then close',
  ].entries()) {
    await question(player, step + 1);
    await choose(player, label);
    await verdict(player);
    await player.until(`${step + 1} queued`);
    player.press('enter');
  }
  await player.until('3 queued: it is kept here, and sent when the host is there.');

  const again = await hosting(folder, '--resume', '--port', host.port);
  await shows(player, 'Your best here: 100 points. In all: 100 points.');
  expect(player.text()).not.toContain('queued');
  player.press('m');
  await player.until(/★★★ 100/);
  again.type('end');
  again.type('reveal');
  await player.until('The board of one player');
  await player.until(/1 {2}Ada +100/);

  // Who leaves finds the place again, and whoever is taken out is told so.
  player.press('esc');
  await toClassroom(player);
  await player.until('You have a place in this competition, as Ada.');
  player.press('esc');
  await player.until('❯ Begin');
  player.press('q');
  expect(await player.ended()).toBe(0);
  expect([player.inside, player.showsCursor, player.modesLeftOn()]).toEqual([false, true, []]);

  const back = at.quest(['join', `127.0.0.1:${host.port}`, host.code, '--reduced-motion'], { columns: 60, rows: 18 });
  await back.until('The board of one player');
  again.type('kick Ada');
  await back.until('yours any more.');
  back.press('q');
  expect(await back.ended()).toBe(1);
  expect([back.inside, back.showsCursor, back.modesLeftOn()]).toEqual([false, true, []]);
});
