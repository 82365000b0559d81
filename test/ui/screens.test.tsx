// Every screen at every size: as many rows and columns as the window has, and nothing that must be read is cut off.
import { stripVTControlCharacters } from 'node:util';
import { renderToString } from 'ink';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import { columnsOf } from '../../src/ui/spans.ts';
import { GameAt } from '../../src/ui/Root.tsx';
import type { Game } from '../../src/ui/game.ts';
import type { Size } from '../../src/ui/layout.ts';
import { rightAnswers } from '../journeys/answers.ts';
import { choose, levelNamed, newGame, toQuestion } from './game.ts';

const sizes: readonly Size[] = [
  { columns: 60, rows: 18 },
  { columns: 80, rows: 24 },
  { columns: 112, rows: 32 },
  { columns: 120, rows: 36 },
  { columns: 200, rows: 60 },
];

const frame = (game: Game, size: Size): string[] =>
  stripVTControlCharacters(renderToString(<GameAt game={game} size={size} />, { columns: size.columns })).split('\n');

/** The frame, once it was seen that it fills the window and no more. */
function framed(game: Game, size: Size): string {
  const lines = frame(game, size);
  expect(lines).toHaveLength(size.rows);
  for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(size.columns);
  // The last column of the last row stays empty.
  expect(columnsOf((lines.at(-1) ?? '').trimEnd())).toBeLessThan(size.columns);
  return lines.join('\n');
}
/** Without frames and line ends, so that wrapped text can be found. */
const words = (text: string): string => text.replace(/[│╭╮╰╯─\n]/g, ' ').replace(/\s+/g, ' ');
/** The same of the left panel alone, where there are two. */
const leftWords = (text: string): string =>
  words(
    text
      .split('\n')
      .map((line) => line.split('││')[0])
      .join('\n'),
  );
/** What a narrow panel may have cut at its lower end still begins as it should. */
const beginning = (text: string): string => text.split(' ').slice(0, 3).join(' ');

describe.each(sizes)('in a window of $columns x $rows', (size) => {
  const eachMoment = (id: string, look: (store: Store, game: Game) => void) => {
    const { game, store } = newGame();
    store.actions.start(levelNamed(id));
    for (const answer of rightAnswers[id] ?? []) {
      look(store, game);
      toQuestion(store);
      look(store, game);
      const { step } = store.getState().playing?.snapshot.waiting ?? {};
      const wrong = step?.choices.filter(({ verdict }) => verdict !== 'safe') ?? [];
      for (const choice of step?.kind === 'pick' ? [] : wrong) {
        choose(store, choice.id);
        look(store, game);
        store.actions.goOn();
      }
      choose(store, answer);
      look(store, game);
    }
    toQuestion(store);
    look(store, game);
  };

  // The sizes at which something changes with every level; the others with one.
  const levelsHere = [60, 80, 120].includes(size.columns) ? Object.keys(rightAnswers) : ['goodbye'];
  it.each(levelsHere)('%s fills it at every moment, and its choices and verdicts can be read', (id) => {
    eachMoment(id, (store, game) => {
      const { playing } = store.getState();
      const text = framed(game, size);
      const { waiting } = playing?.snapshot ?? {};
      if (playing?.phase === 'ask' && waiting) {
        expect(words(text)).toContain(beginning(waiting.ask));
        for (const { label } of waiting.options) expect(text).toContain(label);
        if (waiting.dump.length) expect(text).toContain(waiting.dump[0]?.name);
      }
      if (playing?.phase === 'verdict') {
        const judged = playing.snapshot.judged.at(-1);
        if (judged) expect(words(text)).toContain(judged.headline);
      }
      if (playing?.phase === 'over') expect(text).toContain('of 100 points');
    });
  });

  it('fills it with the title, the map, the keys and the question before leaving', () => {
    const { game, store } = newGame();
    expect(framed(game, size)).toContain('H T T P S   Q U E S T');
    store.actions.show('map');
    expect(framed(game, size)).toContain('The first parcel');
    store.actions.lay('help');
    expect(framed(game, size)).toContain('Ctrl+C');
    store.actions.start(levelNamed('goodbye'));
    store.actions.lay('quit');
    expect(framed(game, size)).toContain('Leave this level?');
    store.actions.lay('help');
    expect(framed(game, size)).toContain('Ctrl+C');
  });

  it('shows every hint in full', () => {
    for (const id of levelsHere) {
      const { game, store } = newGame();
      store.actions.start(levelNamed(id));
      for (const answer of rightAnswers[id] ?? []) {
        toQuestion(store);
        for (const hint of store.getState().playing?.snapshot.waiting?.hints ?? []) {
          store.actions.hint();
          expect(leftWords(framed(game, size))).toContain(hint.replace(/\s+/g, ' '));
        }
        choose(store, answer);
      }
    }
  });

  it('shows the bytes of each message with whatever field is selected', () => {
    const { game, store } = newGame();
    store.actions.start(levelNamed('first-contact'));
    toQuestion(store);
    choose(store, 'https');
    store.actions.look({ focus: 'bytes' });
    for (let message = 0; message < 4; message++) {
      store.actions.look({ message });
      for (let depth = 0; depth < 3; depth++) {
        for (let step = 0; step < 3; step++) {
          expect(framed(game, size)).toMatch(/▍\S/);
          store.actions.look({ field: 1 });
        }
        store.actions.look({ nested: 'into' });
      }
    }
  });
});

it('a window that is too small says so, at any size', () => {
  const { game } = newGame();
  for (const size of [
    { columns: 20, rows: 5 },
    { columns: 59, rows: 24 },
    { columns: 80, rows: 17 },
    { columns: 1, rows: 1 },
  ]) {
    const lines = frame(game, size);
    expect(lines.length).toBeLessThanOrEqual(size.rows);
    for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(size.columns);
    if (size.columns >= 20) expect(words(lines.join('\n'))).toContain(`This window is ${size.columns}x${size.rows}`);
  }
});

it('a notice of the log is said on the title and during play', () => {
  const { game, store, log } = newGame();
  log.notices.push('The log cannot be written. You play without saving.');
  store.setState({ notices: [...log.notices] });
  expect(framed(game, { columns: 80, rows: 24 })).toContain('You play without saving');
  store.actions.start(levelNamed('goodbye'));
  expect(framed(game, { columns: 80, rows: 24 })).toContain('You play without saving');
});
