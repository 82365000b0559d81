// Where things stand on the play screen, at every size.

export interface Size {
  readonly columns: number;
  readonly rows: number;
}
export const smallest: Size = { columns: 60, rows: 18 };
export const fits = ({ columns, rows }: Size): boolean => columns >= smallest.columns && rows >= smallest.rows;

export interface Layout {
  readonly columns: number;
  /** Empty rows under the header. */
  readonly gap: number;
  /** Names have a second row under them. */
  readonly titles: boolean;
  /** Rows of the ladder, without its heads. */
  readonly ladder: number;
  /** Messages have a second row that explains them. */
  readonly explains: boolean;
  /** One panel at a time, of the whole width. */
  readonly tabs: boolean;
  /** Outer height of the panels. */
  readonly panel: number;
  /** Outer widths. */
  readonly left: number;
  readonly right: number;
}

/** `lines` is how many rows the text in the left panel would like to have. */
export function layoutOf({ columns, rows }: Size, lines: number): Layout {
  const tabs = columns < 80;
  const gap = rows >= 32 ? 2 : rows >= 24 ? 1 : 0;
  const titles = rows >= 22;
  const left = columns >= 110 ? Math.min(64, Math.max(37, columns - 75)) : 37;
  // Header, status line and footer; names; at least four messages.
  const most = rows - 3 - gap - (titles ? 2 : 1) - 4;
  const usual = rows >= 36 ? 13 + Math.floor((rows - 36) / 6) : rows >= 24 ? 11 : 9;
  const panel = Math.min(most, Math.max(Math.min(usual, most), lines + 2));
  return {
    columns,
    gap,
    titles,
    ladder: rows - 3 - gap - (titles ? 2 : 1) - panel,
    explains: rows >= 32,
    tabs,
    panel,
    left: tabs ? columns : left,
    right: tabs ? columns : columns - left,
  };
}
