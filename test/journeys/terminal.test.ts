// Journeys in a real pseudo-terminal: start, play, rewind, win, leave, and every way in which it can be cut short.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bench, choose, pause, program, question, strayCells, type Terminal, verdict } from './terminal.ts';

let at: ReturnType<typeof bench>;
beforeEach(() => {
  at = bench();
});
afterEach(() => at.clear());

const isRestored = (terminal: Terminal) => {
  expect(terminal.inside).toBe(false);
  expect(terminal.showsCursor).toBe(true);
};
describe('a first start', () => {
  it('is two key presses away from the first decision', async () => {
    const terminal = at.quest();
    await terminal.until('Begin');
    expect(terminal.inside).toBe(true);
    terminal.press('enter');
    await terminal.until('You are the client');
    terminal.press('enter');
    await terminal.until('step 1 of 3');
    terminal.press('ctrl+c');
    expect(await terminal.ended()).toBe(0);
    isRestored(terminal);
  });
  it('paints the title with the same cells before and after the screens are loaded', async () => {
    const terminal = at.open(process.execPath, [program], { env: { XDG_DATA_HOME: at.folder } });
    await terminal.until('Leave');
    const first = terminal.raw.split('\u001b[?25l').slice(1).join('').indexOf('H T T P S');
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(terminal.raw.indexOf('Begin'));
    // The name is painted once by the entry, and once by Ink; it does not move.
    const name = terminal.lines().findIndex((line) => line.includes('H T T P S'));
    expect(name).toBeGreaterThan(0);
    // The menu is drawn before the game is there; once it is, nothing is drawn again.
    await terminal.until(() => terminal.raw.includes('╭─────╮'));
    expect(terminal.raw.split('Begin')).toHaveLength(2);
    expect(terminal.raw.split('H T T P S')).toHaveLength(3);
    terminal.press('q');
    expect(await terminal.ended()).toBe(0);
    isRestored(terminal);
  });
  it('writes nothing of what is typed before it listens onto the screen', async () => {
    const terminal = at.quest(['--no-color']);
    await terminal.until(() => terminal.inside);
    terminal.press('zz', 'enter');
    await terminal.until('You are the client');
    expect(terminal.raw).not.toContain('zz');
    expect(terminal.lines()[0]).toContain('HTTPS QUEST');
    terminal.press('ctrl+c');
    expect(await terminal.ended()).toBe(0);
    isRestored(terminal);
  });
});

it('a level is played with a wrong choice, taken back, and won', async () => {
  const terminal = at.quest(['play', 'goodbye', '--seed', '1']);
  await terminal.until('You are the client');
  terminal.press('enter');
  await question(terminal, 1);
  await choose(terminal, 'Take it: the server is done');
  const wrong = await verdict(terminal);
  expect(wrong).toContain('You believed half a feed.');
  expect(wrong).toContain('What happened');
  terminal.press('enter');
  await question(terminal, 1);
  await choose(terminal, 'Refuse the feed');
  expect(await verdict(terminal)).toMatch(/✓ \+\d+/);
  terminal.press('enter');
  await question(terminal, 2);
  await choose(terminal, 'Refuse it, it is not sealed');
  await verdict(terminal);
  terminal.press('enter');
  await question(terminal, 3);
  await choose(terminal, 'close_notify, then close');
  await verdict(terminal);
  terminal.press('enter');
  await terminal.until('You made it');
  const debrief = await terminal.calm();
  expect(debrief).toMatch(/★★☆ {3}\d\d of 100 points/);
  expect(debrief).toContain('second try');
  expect(debrief).toContain('Take it: the server is done');
  terminal.press('x');
  await terminal.until('Written for Wireshark');
  const exported = readdirSync(join(at.folder, 'data', 'exports')).sort();
  expect(exported).toEqual(['html', 'json', 'keys', 'pcapng', 'txt'].map((ending) => `goodbye-1.${ending}`));
  terminal.press('m');
  await terminal.until(/The cut cable\s+★★☆/);
  terminal.press('q');
  expect(await terminal.ended()).toBe(0);
  isRestored(terminal);
});

it('a field is marked by walking to it', async () => {
  const terminal = at.quest(['play', 'open-wire', '--seed', '2']);
  await terminal.until('You are the attacker');
  terminal.press('enter');
  await question(terminal, 1);
  await choose(terminal, 'Port 80');
  await verdict(terminal);
  terminal.press('enter');
  await question(terminal, 2);
  terminal.press('enter');
  await terminal.until('mark this field');
  for (let moves = 0; moves < 30 && !terminal.text().includes('▍body'); moves++) {
    const before = terminal.text();
    terminal.press('right');
    await terminal.until((text) => text !== before);
  }
  terminal.press('enter');
  await terminal.calm();
  for (let moves = 0; moves < 8 && !terminal.text().includes('▍pass='); moves++) {
    const before = terminal.text();
    terminal.press('right');
    await terminal.until((text) => text !== before);
  }
  terminal.press('space');
  expect(await verdict(terminal)).toMatch(/[✓✗]/);
});

describe('leaving', () => {
  it('asks first where a level is half played, and goes on there the next time', async () => {
    const first = at.quest(['play', 'goodbye', '--seed', '1']);
    await first.until('You are the client');
    first.press('enter');
    await question(first, 1);
    await choose(first, 'Refuse the feed');
    await verdict(first);
    first.press('enter');
    await question(first, 2);
    first.press('q');
    await first.until('Leave this level?');
    first.press('esc');
    await first.until('step 2 of');
    first.press('q');
    await first.until('Leave this level?');
    first.press('y');
    await first.until('The way');
    first.press('q');
    expect(await first.ended()).toBe(1);
    isRestored(first);
    const second = at.quest(['play', 'goodbye']);
    await second.until('step 2 of');
  });
});

describe('a window that changes its size', () => {
  it('shows the same as a window that had that size from the beginning', async () => {
    const terminal = at.quest(['play', 'server-hello', '--seed', '1', '--reduced-motion']);
    await terminal.until('You are the server');
    terminal.press('enter');
    await terminal.until('step 1 of');
    const small = await terminal.calm();
    for (const [columns, rows] of [
      [120, 36],
      [60, 18],
      [200, 60],
      [40, 10],
      [80, 24],
    ] as const) {
      terminal.resize(columns, rows);
      await terminal.calm();
      if (columns >= 60) await terminal.until('HTTPS QUEST');
      else await terminal.until('This window is 40x10');
      const whole = at.quest(['play', 'server-hello', '--seed', '1', '--reduced-motion'], { columns, rows });
      if (columns < 60) {
        whole.dispose();
        continue;
      }
      await whole.until('You are the server');
      whole.press('enter');
      await whole.until('step 1 of');
      expect(terminal.text()).toBe(await whole.calm());
      whole.dispose();
    }
    expect(terminal.text()).toBe(small);
  });
  it.each([
    ['the title', [], 'Begin'],
    ['a level', ['play', 'server-hello', '--seed', '1', '--reduced-motion'], 'You are the server'],
    ['the list of levels', ['play', 'server-hello'], 'The way'],
  ] as const)('that is torn to 200 sizes shows %s without a stray cell', async (_, args, shows) => {
    const come = async (columns: number, rows: number) => {
      const terminal = at.quest([...args, '--reduced-motion'], { columns, rows });
      if (shows === 'The way') {
        await terminal.until('You are the server');
        terminal.press('q');
        await terminal.until('Leave this level?');
        terminal.press('y');
      }
      await terminal.until(shows);
      await terminal.calm();
      return terminal;
    };
    const terminal = await come(80, 24);
    for (const [columns, rows] of [
      [97, 31],
      [61, 40],
      [80, 24],
    ] as const) {
      for (let size = 0; size < 200; size++) {
        terminal.resize(20 + ((size * 37) % 140), 6 + ((size * 17) % 50));
        await pause(size % 3 ? 10 : 0);
      }
      terminal.resize(30, 9);
      await terminal.until('This window is');
      terminal.resize(columns, rows);
      const fresh = await come(columns, rows);
      await terminal.until((text) => text === fresh.text());
      expect(strayCells(terminal.cells(), fresh.cells())).toEqual([]);
      fresh.dispose();
    }
  });
});

it('keys that come in one piece are all taken, in their order', async () => {
  const terminal = at.quest();
  await terminal.until('Begin');
  terminal.press('\u001b[B\r');
  await terminal.until('The way');
  terminal.press('jj\u001b[Ak\u001b[B\r');
  await terminal.until('You are the attacker');
  terminal.press('\r\t');
  await terminal.until('Your move');
});

describe('a terminal that cannot show screens', () => {
  it.each([['dumb'], ['unknown'], ['']])('TERM=%s is played in plain text', async (TERM) => {
    const data = join(at.folder, 'data');
    const play = [program, 'play', 'first-contact', '--seed', '1', '--data-dir', data];
    const terminal = at.open('/usr/bin/env', [`TERM=${TERM}`, process.execPath, ...play]);
    await terminal.until('Type a number from 1 to 3');
    expect(terminal.raw).not.toContain('\u001b[');
    expect(terminal.inside).toBe(false);
  });
  it('is played in plain text for a screen reader', async () => {
    const terminal = at.quest(['play', 'first-contact', '--seed', '1'], { env: { INK_SCREEN_READER: 'true' } });
    await terminal.until('Type a number from 1 to 3');
    expect(terminal.inside).toBe(false);
  });
  it('of 20 columns and 5 rows says what it needs, and q leaves', async () => {
    const terminal = at.quest([], { columns: 20, rows: 5 });
    await terminal.until(/This window is\n20x5[\s\S]*q\s+leaves/);
    terminal.press('q');
    expect(await terminal.ended()).toBe(0);
    isRestored(terminal);
  });
});

it('without colours sends none', async () => {
  const terminal = at.quest([], { env: { NO_COLOR: '1' } });
  await terminal.until('Begin');
  terminal.press('q');
  await terminal.ended();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what terminals are sent
  expect(terminal.raw).not.toMatch(/\u001b\[(3[0-8]|4[0-8]|9\d|10\d)(;[\d;]*)?m/);
});

it('a closed pipe ends the list of levels quietly', () => {
  const { stderr } = spawnSync('sh', ['-c', `"${process.execPath}" "${program}" levels --json | head -c 10`], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
});
