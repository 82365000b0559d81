// Putting an answer together on the screen and in plain text.
import { stripVTControlCharacters } from 'node:util';
import { cleanup, render } from 'ink-testing-library';
import { afterEach, expect, it } from 'vitest';
import { readInput, whatToType } from '../../src/cli/plain/input.ts';
import { loadLevel } from '../../src/game/load.ts';
import { play } from '../../src/game/play.ts';
import { createGameStore } from '../../src/store/store.ts';
import { GameAt } from '../../src/ui/Root.tsx';
import { parcelLevel, scenarios } from '../game/parcels.ts';
import { memoryLog, newGame } from './game.ts';

afterEach(cleanup);
const loaded = loadLevel(parcelLevel, 'parcel.yaml', scenarios);
if ('faults' in loaded) throw new Error('the level does not load');
const { level } = loaded;

const soon = () => new Promise((resolve) => setTimeout(resolve, 30));

it('an order is laid item by item, and a set is marked, until the last row gives it', async () => {
  const store = createGameStore({
    levels: [level],
    scenarios,
    log: memoryLog(),
    still: true,
    draw: () => ({ id: 'a1', seed: '1' }),
  });
  store.actions.start(level);
  store.actions.goOn();
  const { stdin, lastFrame } = render(
    <GameAt game={{ ...newGame().game, store, scenarios }} size={{ columns: 80, rows: 24 }} />,
  );
  const screen = () => stripVTControlCharacters(lastFrame() ?? '');
  const press = async (...keys: string[]) => {
    for (const key of keys) {
      stdin.write(key);
      await soon();
    }
  };
  /** The number of a row by its label. */
  const row = (label: string) => {
    const rows = screen()
      .split('\n')
      .flatMap((line) => /^│ (?:❯| ) [○●\d] (\S.*?)\s+│/.exec(line)?.[1] ?? []);
    return String(rows.indexOf(label) + 1);
  };
  expect(screen()).toContain('3 still to place');
  await press('4');
  expect(store.getState().playing?.phase).toBe('ask');
  for (const label of ['The box', 'The string', 'The string', 'The paper', 'The string']) await press(row(label));
  expect(screen()).toMatch(/1 The box/);
  expect(screen()).toMatch(/3 The string/);
  await press('4');
  expect(store.getState().playing?.snapshot.judged).toMatchObject([{ choice: 'inside-out', safe: true }]);
  await press('\r');
  await press(row('A joke'), row('Her name'), row('A joke'), row('Her street in Riga'));
  expect(screen()).toContain('That is it: 2');
  await press('4');
  expect(store.getState().playing?.snapshot).toMatchObject({ outcome: 'met', judged: [{}, { choice: 'needed' }] });
});

it('in plain text it is a line of numbers or names', () => {
  const { waiting } = play({ level, seed: '1', answers: [] }, scenarios);
  if (!waiting) throw new Error('nothing is asked');
  const ids = waiting.options.map(({ id }) => id);
  expect(whatToType(waiting)).toContain('Type all 3 numbers');
  expect(readInput('3 1 2', waiting, undefined)).toEqual({
    does: 'answer',
    answer: { step: 'layers', items: [ids[2], ids[0], ids[1]] },
  });
  expect(readInput('a, b, c', waiting, undefined)).toEqual({
    does: 'answer',
    answer: { step: 'layers', items: ['a', 'b', 'c'] },
  });
  for (const [typed, says] of [
    ['1 2', 'you named 2'],
    ['1 1 2', 'twice'],
    ['1 2 9', '"9" is none of them'],
  ] as const)
    expect(readInput(typed, waiting, undefined)).toMatchObject({
      does: 'nothing',
      says: expect.stringContaining(says),
    });
  const next = play({ level, seed: '1', answers: [{ step: 'layers', items: ['a', 'b', 'c'] }] }, scenarios).waiting;
  if (!next) throw new Error('nothing is asked');
  expect(whatToType(next)).toContain('or none');
  expect(readInput('none', next, undefined)).toEqual({ does: 'answer', answer: { step: 'lines', items: [] } });
  expect(readInput('help', next, undefined)).toEqual({ does: 'help' });
});
