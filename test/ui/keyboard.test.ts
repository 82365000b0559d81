// Keys on their way to the game: in their order, and none of what was pasted.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Typed, typed } from '../../src/ui/keyboard.ts';

const onKey = vi.fn<() => void>();
const onSuspend = vi.fn<() => void>();
let keys: Typed;
beforeEach(() => {
  vi.useFakeTimers();
  onKey.mockClear();
  onSuspend.mockClear();
  keys = typed({ onKey, onSuspend });
});
afterEach(() => vi.useRealTimers());

function taken(): string[] {
  const all: string[] = [];
  for (let key = keys.next(); key !== null; key = keys.next()) all.push(key);
  return all;
}
const pass = (milliseconds: number) => vi.advanceTimersByTime(milliseconds);
/** Three choices a line, each with Enter, and a way out. */
const choices = '1\r2\ry3q\r';

it('keys that come in one piece are all taken, in their order', () => {
  keys.take('jjk\u001b[B1\r');
  expect(keys.waits()).toBe(true);
  expect(taken()).toEqual(['j', 'j', 'k', '\u001b[B', '1', '\r']);
});
it('an arrow that is held down while the game is busy arrives as often', () => {
  keys.take('\u001b[B'.repeat(90));
  expect(taken()).toHaveLength(90);
});
it('Ctrl+Z is nobody’s key', () => {
  keys.take('1\u001a2');
  expect(taken()).toEqual(['1', '2']);
  expect(onSuspend).toHaveBeenCalledOnce();
});

describe('a lone escape', () => {
  it('is a key once nothing has followed', () => {
    keys.take('\u001b');
    expect(taken()).toEqual([]);
    pass(60);
    expect(onKey).toHaveBeenCalledOnce();
    expect(taken()).toEqual(['\u001b[27u']);
  });
  it('is none where the rest of an arrow follows late', () => {
    keys.take('\u001b');
    pass(40);
    keys.take('[');
    pass(400);
    keys.take('A');
    pass(2000);
    expect(taken()).toEqual(['\u001b[A']);
  });
  it('is none where its rest waits to be read by a game that was busy', async () => {
    vi.useRealTimers();
    keys.take('\u001b');
    setImmediate(() => keys.take('[A'));
    const until = performance.now() + 80;
    while (performance.now() < until);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(taken()).toEqual(['\u001b[A']);
  });
  it('whose sequence never ends holds up no key for long', () => {
    for (const begun of ['\u001b[1', '\u001b]11;rgb:', '\u001b[200~pasted']) {
      keys.take(begun);
      pass(1100);
      keys.take('1');
      expect(taken()).toEqual(['1']);
      pass(100);
    }
  });
});

describe('pasted text', () => {
  it('that comes without brackets chooses nothing, and the next key does', () => {
    const text = choices.repeat(400);
    // As a terminal gives it: in pieces, with the game at work in between.
    for (let at = 0; at < text.length; at += 1000) {
      keys.take(text.slice(at, at + 1000));
      expect(taken().length).toBe(0);
      pass(20);
    }
    pass(300);
    keys.take('1');
    expect(taken()).toEqual(['1']);
  });
  it('of the same letter again and again is not kept either', () => {
    keys.take('a'.repeat(1_000_000));
    expect(keys.waits()).toBe(false);
  });
  it('that stops for a moment goes on as pasted text', () => {
    keys.take(choices.repeat(9));
    pass(200);
    keys.take('1\r');
    expect(taken().length).toBe(0);
  });
  it('does not keep Ctrl+C from leaving', () => {
    keys.take(choices.repeat(40));
    keys.take(`1\u0003${choices.repeat(40)}`);
    expect(taken()).toEqual(['\u0003']);
  });
  it('is not what somebody types fast', () => {
    for (let presses = 0; presses < 60; presses++) {
      keys.take(choices[presses % choices.length] ?? '');
      pass(30);
    }
    expect(taken()).toHaveLength(60);
  });
});
