// What comes from a terminal and is no key: pasted text, answers to questions, sequences in pieces. None of it does anything.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bench, pause, question, type Terminal } from './terminal.ts';

let at: ReturnType<typeof bench>;
beforeEach(() => {
  at = bench();
});
afterEach(() => at.clear());

/** Screens, each with how one comes to it and a key that does something there. */
const screens: readonly (readonly [string, () => Promise<Terminal>, string, string])[] = [
  ['the title', async () => shown(at.quest(['--reduced-motion']), 'Begin'), '?', 'leave at once'],
  ['the list of levels', listOfLevels, '?', 'leave at once'],
  ['a brief', () => playing(), 'enter', 'step 1 of'],
  ['a question', atQuestion, '?', 'leave at once'],
  ['the bytes', theBytes, '?', 'leave at once'],
  ['the question whether to leave', leaving, 'esc', 'step 1 of'],
];
async function shown(terminal: Terminal, wanted: string): Promise<Terminal> {
  await terminal.until(wanted);
  return terminal;
}
const playing = () => shown(at.quest(['play', 'goodbye', '--seed', '1', '--reduced-motion']), 'You are the client');
async function atQuestion(): Promise<Terminal> {
  const terminal = await playing();
  terminal.press('enter');
  await question(terminal, 1);
  return terminal;
}
async function theBytes(): Promise<Terminal> {
  const terminal = await atQuestion();
  terminal.press('tab');
  return shown(terminal, 'into it');
}
async function leaving(): Promise<Terminal> {
  const terminal = await atQuestion();
  terminal.press('q');
  return shown(terminal, 'Leave this level?');
}
async function listOfLevels(): Promise<Terminal> {
  const terminal = await leaving();
  terminal.press('y');
  return shown(terminal, 'The way');
}

/** Keys that would choose, leave and confirm. */
const pasted = '1\r2\rn3y\rq\rj\u001b[B h'.repeat(60_000);
it.each(screens)(
  'a megabyte of pasted text on %s does nothing, and a key does something afterwards',
  async (...row) => {
    const [, come, key, does] = row;
    const terminal = await come();
    const before = await terminal.calm();
    for (const text of [`\u001b[200~${pasted.replaceAll('\u001b', '')}\u001b[201~`, pasted]) {
      terminal.press(text);
      await pause(600);
      expect(await terminal.calm()).toBe(before);
    }
    terminal.press(key);
    await terminal.until(does);
    terminal.press('ctrl+c');
    await terminal.ended();
    expect(terminal.modesLeftOn()).toEqual([]);
  },
);

it('a name may be pasted', async () => {
  const terminal = at.quest(['--reduced-motion']);
  await terminal.until('Settings');
  await toSettings(terminal);
  for (let moves = 0; moves < 12 && !/❯ Your name/.test(terminal.text()); moves++) {
    terminal.press('down');
    await terminal.calm();
  }
  terminal.press('enter');
  await terminal.until('▍');
  terminal.press(`\u001b[200~Ada\r\nLovelace${'\u001b[201~'}`);
  await terminal.until('Ada Lovelace▍');
  terminal.press('enter');
  await terminal.until((text) => /Your name\s+Ada Lovelace/.test(text) && !text.includes('▍'));
});
async function toSettings(terminal: Terminal): Promise<void> {
  for (let moves = 0; moves < 8 && !/❯ Settings/.test(terminal.text()); moves++) {
    terminal.press('down');
    await terminal.calm();
  }
  terminal.press('enter');
  await terminal.until('Theme');
}

describe('what is no key', () => {
  it.each([
    ['one pasted character', ['\u001b[200~1\u001b[201~', '\u001b[200~\r\u001b[201~']],
    ['Alt with a number', ['\u001b1', '\u001b2', '\u001b\r']],
    ['a late answer about the background', ['\u001b]11;rgb:1111/1111/1111\u001b\\', '\u001b]11;rgb:11/11/11\u0007']],
    ['that answer in pieces', ['\u001b]11;rgb:1', '111/1111/1', '111\u001b', '\\']],
    [
      'answers about the terminal and its keyboard',
      ['\u001b[?62;1;4c', '\u001b[?1u', '\u001b[1;1R', '\u001b[?2026;1$y'],
    ],
    ['keys let go, as the kitty keyboard protocol tells', ['\u001b[49;1:3u', '\u001b[13;1:3u', '\u001b[1;1:3B']],
    ['a mouse and the focus', ['\u001b[<0;1;1M', '\u001b[<0;1;1m', '\u001b[M 11', '\u001b[I', '\u001b[O']],
    ['sequences that nobody knows', ['\u001b[1;1;1z', '\u001bP1$r1m\u001b\\', '\u001b[1 q', '\u001bOP']],
  ])('%s does nothing', async (_, pieces) => {
    const terminal = await atQuestion();
    const before = await terminal.calm();
    for (const piece of pieces) {
      terminal.press(piece);
      await pause(30);
    }
    expect(await terminal.calm()).toBe(before);
    terminal.press('?');
    await terminal.until('leave at once');
  });
  it('an arrow in three pieces is one arrow', async () => {
    const terminal = await atQuestion();
    const before = await terminal.calm();
    const place = (text: string) => text.split('\n').findIndex((line) => line.startsWith('│ ❯'));
    for (const piece of ['\u001b', '[', 'B']) {
      terminal.press(piece);
      await pause(10);
    }
    await terminal.until((text) => text !== before);
    expect(place(await terminal.calm())).toBe(place(before) + 1);
  });
});

it('a terminal that answers no question is not waited for', async () => {
  // Without motion: the padlock is shut from the beginning.
  const terminal = at.quest(['--reduced-motion'], { answers: false });
  await terminal.until('Begin');
  expect(terminal.raw).toContain('\u001b]11;?');
  // The answer comes late after all.
  terminal.press('\u001b]11;rgb:1111/1111/1111\u001b\\\u001b[?62c');
  const before = await terminal.calm();
  await pause(200);
  expect(terminal.text()).toBe(before);
  terminal.press('enter');
  await terminal.until('You are the client');
});
