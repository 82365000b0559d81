// A screen as the text that stands in a window of a size.
import { stripVTControlCharacters } from 'node:util';
import { renderToString } from 'ink';
import { expect } from 'vitest';
import type { Game } from '../../src/ui/game.ts';
import type { Size } from '../../src/ui/layout.ts';
import { GameAt } from '../../src/ui/Root.tsx';
import { columnsOf } from '../../src/ui/columns.ts';

export const sizes: readonly Size[] = [
  { columns: 60, rows: 18 },
  { columns: 80, rows: 24 },
  { columns: 112, rows: 32 },
  { columns: 120, rows: 36 },
  { columns: 200, rows: 60 },
];

export const frame = (game: Game, size: Size): string[] =>
  stripVTControlCharacters(renderToString(<GameAt game={game} size={size} />, { columns: size.columns })).split('\n');

/** The frame, once it was seen that it fills the window and no more. */
export function framed(game: Game, size: Size): string {
  const lines = frame(game, size);
  expect(lines).toHaveLength(size.rows);
  for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(size.columns);
  // The last column of the last row stays empty.
  expect(columnsOf((lines.at(-1) ?? '').trimEnd())).toBeLessThan(size.columns);
  return lines.join('\n');
}
/** Without frames and line ends, so that wrapped text can be found. */
export const words = (text: string): string => text.replace(/[│╭╮╰╯─\n]/g, ' ').replace(/\s+/g, ' ');
/** The same of the left panel alone, where there are two. */
export const leftWords = (text: string): string =>
  words(
    text
      .split('\n')
      .map((line) => line.split('││')[0])
      .join('\n'),
  );
/** The same of the right panel. */
export const rightWords = (text: string): string =>
  words(
    text
      .split('\n')
      .map((line) => line.split('││')[1] ?? '')
      .join('\n'),
  );
/** What a narrow panel may have cut at its lower end still begins as it should. */
export const beginning = (text: string): string => text.split(' ').slice(0, 3).join(' ');
