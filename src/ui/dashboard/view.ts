// What the teacher looks at on the dashboard.
import type { PanelName } from './panels.ts';

export interface View {
  /** The panel that the arrows scroll. */
  readonly focus: PanelName;
  /** First line in sight. */
  readonly scroll: Readonly<Record<PanelName | 'over', number>>;
  /** What lies over the panels. */
  readonly over?: Over | undefined;
  /** The command line, while one is typed. */
  readonly typed?: string | undefined;
  /** The answer to the last command, where it is short. */
  readonly said?: string | undefined;
}
type Over =
  | { readonly is: 'help'; readonly title: string }
  | { readonly is: 'answer'; readonly title: string; readonly texts: readonly string[] }
  | { readonly is: 'question'; readonly title: string; readonly texts: readonly string[]; readonly yes: () => void };

export const atFirst: View = { focus: 'board', scroll: { board: 0, players: 0, levels: 0, events: 0, over: 0 } };
