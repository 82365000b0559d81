// The title as lines: painted by the entry before Ink is loaded, and by Ink afterwards with the same cells.
import { writeSync } from 'node:fs';
import type { Size } from './layout.ts';
import { centred, fitted, type Line, span } from './spans.ts';
import type { Theme } from './theme.ts';

/** Rows that the menu may have under the name; of more, so many are shown at a time. */
export const menuRows = 10;

/** Below so many rows the padlock is a smaller one. */
const fewRows = 20;

const open = ['    ╭──────╮', '    │      │', '           │', ' ███████████', ' █████▪█████', ' ███████████'];
const shut = ['', '   ╭─────╮', '   │     │', ' ███████████', ' █████▪█████', ' ███████████'];
const smallOpen = ['    ╭──────╮', '           │', ' █████▪█████', ' ███████████'];
const smallShut = ['', '   ╭─────╮', ' █████▪█████', ' ███████████'];

/** All rows of the screen above the menu. */
export function titleLines({ columns, rows }: Size, isShut: boolean): readonly Line[] {
  const [large, small] = isShut ? [shut, smallShut] : [open, smallOpen];
  const lock = (rows < fewRows ? small : large).map((text) =>
    centred([span(text.padEnd(12), isShut ? 'accent' : 'faint')], columns),
  );
  const gap: readonly Line[] = rows < 22 ? [] : [[]];
  const words: readonly Line[] = [
    ...gap,
    centred([span('H T T P S   Q U E S T', 'read', { bold: true })], columns),
    centred(
      [
        span('Be the client ', 'text'),
        span('●', 'client'),
        span('  Be the attacker ', 'text'),
        span('◆', 'attacker'),
        span('  Be the server ', 'text'),
        span('■', 'server'),
      ],
      columns,
    ),
    ...gap,
  ];
  const body = [...lock, ...words];
  const above = Math.max(0, Math.floor((rows - body.length - menuRows - 2) / 2));
  return [...Array.from({ length: above }, (): Line => []), ...body].map((line) => fitted(line, columns));
}

/** Puts the title on the screen at once, with nothing loaded but this. */
export function paintTitle(size: Size, theme: Theme, isShut: boolean): void {
  const lines = titleLines(size, isShut).map((line) => theme.paint(line));
  try {
    writeSync(1, `\u001b[H${lines.join('\r\n')}`);
  } catch {
    // A terminal that cannot be written to is found out by the game itself.
  }
}
