// The keys, pressed: what each does where, and that footer and help say the same.
import { stripVTControlCharacters } from 'node:util';
import { cleanup, render } from 'ink-testing-library';
import { afterEach, describe, expect, it } from 'vitest';
import { footerLine } from '../../src/ui/components/Footer.tsx';
import { actionFor, bindingsIn, type Context, keymap } from '../../src/ui/keys.ts';
import { GameAt } from '../../src/ui/Root.tsx';
import { columnsOf } from '../../src/ui/columns.ts';
import { widthOf } from '../../src/ui/spans.ts';
import { choose, levelNamed, newGame, toQuestion } from './game.ts';

afterEach(cleanup);

const contexts = [...new Set(keymap.flatMap((binding) => binding.in))];
const soon = () => new Promise((resolve) => setTimeout(resolve, 30));
const codes: Readonly<Record<string, string>> = {
  enter: '\r',
  down: '\u001b[B',
  up: '\u001b[A',
  right: '\u001b[C',
  left: '\u001b[D',
  tab: '\t',
  pageup: '\u001b[5~',
};

function pressed(game = newGame()) {
  const { stdin, lastFrame } = render(<GameAt game={game.game} size={{ columns: 80, rows: 24 }} />);
  return {
    ...game,
    screen: () => stripVTControlCharacters(lastFrame() ?? ''),
    async press(...keys: string[]) {
      for (const key of keys) {
        stdin.write(codes[key] ?? key);
        // Ink waits this long to tell a lone escape from the beginning of a sequence.
        await soon();
      }
    },
    state: () => game.store.getState(),
  };
}
const atQuestion = (level = 'goodbye') => {
  const made = newGame();
  made.store.actions.start(levelNamed(level));
  toQuestion(made.store);
  return pressed(made);
};

describe('the keymap', () => {
  it.each(contexts)('gives each key of "%s" one meaning', (context) => {
    const keys = bindingsIn(context).flatMap((binding) => (binding.does ? binding.keys : []));
    expect(keys).toEqual([...new Set(keys)]);
  });
  it.each(contexts)(
    'fits the footer of "%s" into 60 columns, with at most five hints and how to get out',
    (context) => {
      for (const width of [59, 79, 119]) {
        const line = footerLine(context, width, false);
        expect(widthOf(line)).toBeLessThanOrEqual(width);
        expect(line.filter(({ bold }) => bold).length).toBeLessThanOrEqual(6);
        expect(line.filter(({ bold }) => bold).length).toBeGreaterThan(context === 'small' ? 0 : 0);
      }
      for (const { shows } of bindingsIn(context)) expect(columnsOf(shows)).toBeLessThanOrEqual(9);
    },
  );
  it('leaves from everywhere', () => {
    const ways: Readonly<Partial<Record<Context, string>>> = { flight: 'x', help: 'x', quit: 'y' };
    // Where something is typed every key is a letter, and esc ends that.
    const typed: readonly Context[] = ['typing', 'join', 'joining'];
    for (const context of contexts.filter((one) => !typed.includes(one)))
      expect(actionFor(context, ways[context] ?? 'q')).toBeDefined();
  });
});

describe('on the title', () => {
  it('arrows and numbers choose', async () => {
    const { press, screen, state, left } = pressed();
    expect(screen()).toContain('❯ Begin');
    await press('down');
    expect(screen()).toContain('❯ Campaign');
    await press('enter');
    expect(state().screen).toBe('map');
    await press('down', 'j', 'k');
    expect(state().selected).toBe(1);
    await press('enter');
    expect(state().playing?.level.id).toBe(state().levels[1]?.id);
    expect(left()).toBe(false);
  });
  it('q leaves', async () => {
    const { press, left } = pressed();
    await press('q');
    expect(left()).toBe(true);
  });
});

describe('in play', () => {
  it('a number answers, enter goes on', async () => {
    const { press, state, screen } = atQuestion();
    await press('2');
    expect(state().playing?.phase).toBe('verdict');
    expect(screen()).toMatch(/[✓✗] [+−]\d+/);
    await press('enter');
    expect(state().playing?.phase).toBe('ask');
  });
  it('tab goes round, arrows walk the fields, enter goes into one and backspace out', async () => {
    const { press, state } = atQuestion('server-hello');
    await press('tab');
    expect(state().playing?.focus).toBe('bytes');
    const before = state().playing?.path ?? [];
    await press('right');
    expect(state().playing?.path).not.toEqual(before);
    await press('left');
    expect(state().playing?.path).toEqual(before);
    await press('tab');
    expect(state().playing?.focus).toBe('ladder');
    await press('tab');
    expect(state().playing?.focus).toBe('move');
  });
  it('h reads a hint, n opens the notebook', async () => {
    const { press, state, screen } = atQuestion();
    await press('h');
    expect(screen()).toContain('Hint 1 of 3');
    await press('n');
    expect(screen()).toContain('Notebook');
    expect(screen()).toContain('client application');
    await press('n');
    expect(state().playing?.aside).toBeUndefined();
  });
  it('q asks; the answer may be no', async () => {
    const { press, state, left } = atQuestion();
    await press('q');
    expect(state().over).toBe('quit');
    await press('n');
    expect(state()).toMatchObject({ over: undefined, screen: 'play' });
    await press('q', 'y');
    expect(state().screen).toBe('map');
    expect(left()).toBe(false);
  });
  it('? shows the keys of what has the focus, and any key goes back', async () => {
    const { press, state, screen } = atQuestion();
    await press('?');
    expect(screen()).toContain('notebook');
    await press('z');
    expect(state().over).toBeUndefined();
  });
  it('Ctrl+C leaves at once', async () => {
    const { press, left } = atQuestion();
    await press('\u0003');
    expect(left()).toBe(true);
  });
  it('pasted text is no key', async () => {
    const { press, state } = atQuestion();
    await press('qqq hello 1');
    expect(state()).toMatchObject({ over: undefined, screen: 'play' });
    expect(state().playing?.phase).toBe('ask');
  });
});

it('at the end r plays again, m shows the map', async () => {
  const made = newGame();
  made.store.actions.start(levelNamed('goodbye'));
  for (const answer of ['refuse', 'refuse', 'notify']) {
    toQuestion(made.store);
    choose(made.store, answer);
  }
  toQuestion(made.store);
  const { press, state } = pressed(made);
  expect(state().screen).toBe('debrief');
  await press('r');
  expect(state().playing).toMatchObject({ phase: 'brief', attempt: { level: 'goodbye', moves: [] } });
});

it('the list of messages shows the one that a number has opened', async () => {
  const { screen, press, state } = atQuestion('passport');
  expect(screen()).toMatch(/❯ ← shop certificate/);
  await press('2');
  expect(state().playing).toMatchObject({ message: 1, focus: 'bytes' });
  expect(screen()).toMatch(/❯ ← CA certificate/);
});
