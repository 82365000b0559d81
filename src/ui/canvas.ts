// Cells to draw on, for what is not lines of text: each has a character and a look of its own.
import type { Line, Span } from './spans.ts';

type Look = Omit<Span, 'text'>;
interface Cell {
  readonly character: string;
  readonly look: Look;
}

export interface Canvas {
  /** Writes from a column on; what is outside is dropped. */
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
      let at = column;
      for (const character of text) {
        if (at >= 0 && at < columns) line[at] = { character, look };
        at++;
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
