// Cells to draw on, for what is not lines of text: each has a character and a look of its own.
import { columnsOf, narrow } from './columns.ts';
import type { Line, Span } from './spans.ts';

type Look = Omit<Span, 'text'>;
interface Cell {
  readonly character: string;
  readonly look: Look;
}

export interface Canvas {
  /** Writes from a column on; what is outside is dropped, and marks that take no column. */
  readonly put: (row: number, column: number, text: string, look?: Look) => void;
  readonly lines: () => Line[];
}

export function canvasOf(columns: number, rows: number): Canvas {
  const empty: Cell = { character: ' ', look: {} };
  const cells = Array.from({ length: rows }, () => new Array<Cell>(columns).fill(empty));
  return {
    put(row, column, text, look = {}) {
      const line = cells[row];
      if (!line) return;
      const isNarrow = narrow.test(text);
      let at = column;
      for (const character of text) {
        const wide = isNarrow ? 1 : columnsOf(character);
        if (wide && at >= 0 && at + wide <= columns) {
          line[at] = { character, look };
          if (wide === 2) line[at + 1] = { character: '', look };
        }
        at += wide;
      }
    },
    lines: () => cells.map(spansOf),
  };
}

/** Neighbours of one look become one span. */
function spansOf(cells: readonly Cell[]): Line {
  const spans: { text: string; look: Look }[] = [];
  for (const { character, look } of cells) {
    const last = spans.at(-1);
    if (last && last.look === look) last.text += character;
    else spans.push({ text: character, look });
  }
  return spans.map(({ text, look }) => ({ ...look, text }));
}
