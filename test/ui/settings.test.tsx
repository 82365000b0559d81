// The settings, with keys: each holds at once, and is kept.
import { stripVTControlCharacters } from 'node:util';
import { cleanup, render } from 'ink-testing-library';
import { afterEach, expect, it } from 'vitest';
import { usual } from '../../src/store/preferences.ts';
import { GameAt } from '../../src/ui/Root.tsx';
import { newGame } from './game.ts';

afterEach(cleanup);

const soon = () => new Promise((resolve) => setTimeout(resolve, 30));
const [down, up, right, left, enter, esc, backspace] = [
  '\u001b[B',
  '\u001b[A',
  '\u001b[C',
  '\u001b[D',
  '\r',
  '\u001b',
  '\u007f',
];

function atSettings() {
  const made = newGame();
  made.store.actions.show('settings');
  const { stdin, lastFrame } = render(<GameAt game={made.game} size={{ columns: 80, rows: 24 }} />);
  return {
    ...made,
    screen: () => stripVTControlCharacters(lastFrame() ?? ''),
    state: made.store.getState,
    async press(...keys: readonly (string | undefined)[]) {
      for (const key of keys) {
        stdin.write(key ?? '');
        await soon();
      }
    },
  };
}

it('arrows choose a setting and its value, which holds at once and is kept', async () => {
  const { press, state, saved, screen } = atSettings();
  await press(right);
  expect(state().preferences).toEqual({ ...usual, theme: 'dark' });
  await press(left, left);
  expect(state().preferences.theme).toBe('light');
  await press(down, down, enter);
  expect(state().preferences.motion).toBe('reduced');
  expect(state().still).toBe(true);
  expect(saved.at(-1)).toEqual({ ...usual, theme: 'light', motion: 'reduced' });
  expect(screen()).toContain('╭');
  await press(down, right, right);
  expect(screen()).not.toContain('╭');
  expect(screen()).toContain('+');
});

it('a name is typed, kept with Enter and left with Esc, and keys have no other meaning meanwhile', async () => {
  const { press, state, saved, left: hasLeft } = atSettings();
  await press(up, enter, 'A', 'q', backspace, 'd', 'a', enter);
  expect(state().preferences.name).toBe('Ada');
  expect(saved.at(-1)?.name).toBe('Ada');
  expect(hasLeft()).toBe(false);
  await press(enter, 'x');
  expect(state().typing).toBe('Adax');
  await press(esc);
  await press('');
  expect(state()).toMatchObject({ screen: 'settings', typing: undefined, preferences: { name: 'Ada' } });
});

it('a name that cannot be taken is said so, and can be mended', async () => {
  const { press, state, screen } = atSettings();
  await press(up, enter, 'A', '<', enter);
  expect(screen()).toContain('The name has "<" in it.');
  await press(backspace, enter);
  expect(state().preferences.name).toBe('A');
});

it('plain text leaves the screen when the settings are left, and not before', async () => {
  const { press, left: hasLeft } = atSettings();
  await press(down, down, down, down, right);
  expect(hasLeft()).toBe(false);
  await press(esc);
  await press('');
  expect(hasLeft()).toBe(true);
});
