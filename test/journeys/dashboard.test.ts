// A teacher at the dashboard of a host, in a real terminal, and a player who joins through a pipe.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { rightAnswers } from './answers.ts';
import { bench, program, type Terminal } from './terminal.ts';

let quest: ReturnType<typeof bench>;
const ends: (() => void)[] = [];
beforeEach(() => {
  quest = bench();
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
  quest.clear();
});

/** A player who knows the level, and says what it was told. */
function player(address: string, code: string, name: string) {
  const child = spawn(process.execPath, [
    program,
    ...['join', address, code, '--name', name, '--plain', '--data-dir', join(quest.folder, name)],
  ]);
  ends.push(() => child.kill('SIGKILL'));
  child.stdin.on('error', () => {});
  child.stdin.write((rightAnswers['first-contact'] ?? []).map((answer) => `${answer}\n`).join(''));
}

/** Where to join, as the screen says it. */
async function shown(host: Terminal) {
  const text = await host.until(/join \S+ [0-9A-Z]{5}-[0-9A-Z]{5}/);
  const [, port = '8443', code = ''] = /join \S+?(?::(\d+))? ([0-9A-Z]{5}-[0-9A-Z]{5})/.exec(text) ?? [];
  return { port, code };
}

it('shows the race and obeys keys and commands; it leaves the terminal as it was, and goes on later', async () => {
  const host = quest.quest(['host', '--levels', 'first-contact', '--title', 'Class 7b', '--port', '0'], {
    columns: 120,
    rows: 36,
  });
  await host.until('LOBBY');
  const { port, code } = await shown(host);
  player(`127.0.0.1:${port}`, code, 'Ada');
  await host.until('Ada has joined: one player.');
  host.press('s');
  await host.until('RUNNING');
  await host.until('Ada has solved first-contact: 100 points.');
  await host.until(/1 {2}Ada +100 +1\/1/);
  host.press('f');
  await host.until('FROZEN');
  host.press('l');
  await host.until(/For the projector: http:\/\/127\.0\.0\.1:\d+\/projector\/#\S{20}/);
  host.press('esc');
  await host.until('Players ─');
  host.press(':', 'p', 'o', 'i', 'tab', 'a', 'tab', '5', ' ', 'w', 'e', 'l', 'l');
  await host.until(': points Ada = 5 well▍');
  host.press('enter');
  await host.until('Ada: +5 points, well.');
  // The players' board stands still.
  await host.until(/1 {2}Ada +100 +1\/1/);
  await host.until(/Ada +105 +1\/1/);
  host.press('e');
  await host.until('Nobody can play on in it.');
  host.press('n');
  await host.until('RUNNING');
  host.press('e', 'y');
  await host.until('ENDED');
  host.press('r');
  await host.until('REVEALED');
  await host.until(/1 {2}Ada +105 +1\/1/);
  host.press('q');
  await host.until('y ends the host.');
  host.press('y');
  expect(await host.ended()).toBe(0);
  expect(host.inside).toBe(false);
  expect(host.showsCursor).toBe(true);
  expect(host.modesLeftOn()).toEqual([]);
  expect(host.text().replace(/\s+/g, ' ')).toMatch(/Go on with it: https-quest host .*--resume/);

  const again = quest.quest(['host', '--resume', '--port', port], { columns: 80, rows: 24 });
  await again.until('REVEALED');
  expect((await shown(again)).code).toBe(code);
  await again.until(/1 {2}Ada +105 +1\/1/);
  again.press(':', 'q', 'u', 'i', 't', 'enter');
  expect(await again.ended()).toBe(0);
  expect([again.inside, again.showsCursor, again.modesLeftOn()]).toEqual([false, true, []]);
});

it.each(['SIGTERM', 'SIGHUP'] as const)('leaves the terminal as it was when %s comes', async (signal) => {
  const host = quest.quest(['host', '--levels', 'first-contact', '--port', '0'], { columns: 60, rows: 18 });
  await host.until('LOBBY');
  host.kill(signal);
  expect(await host.ended()).toBe(0);
  expect([host.inside, host.showsCursor, host.modesLeftOn()]).toEqual([false, true, []]);
});
