// Which panels stand where: one, two beside each other, or all four.
import type { PanelName } from './panels.ts';

export interface Place {
  readonly name: PanelName;
  readonly width: number;
  readonly height: number;
}

/** Rows of panels. The one that has the focus is always among them. */
export function placesOf(columns: number, rows: number, focus: PanelName): readonly (readonly Place[])[] {
  if (columns < 80) return [[{ name: focus, width: columns, height: rows }]];
  const board = columns >= 110 ? Math.floor(columns * 0.45) : 36;
  const two = (left: PanelName, right: PanelName, height: number): readonly Place[] => [
    { name: left, width: board, height },
    { name: right, width: columns - board, height },
  ];
  if (columns < 110 || rows < 22) return [two('board', focus === 'board' ? 'players' : focus, rows)];
  // The ten best, if there is room for as much below them.
  const upper = Math.min(Math.max(12, Math.floor(rows / 2)), rows - 8);
  return [two('board', 'players', upper), two('events', 'levels', rows - upper)];
}
