// A panel with a text that may be longer than it: from the line that it is scrolled to, and a mark where there is more.
import type { Line } from '../spans.ts';
import { Lines } from './Lines.tsx';
import { Panel, type PanelProps } from './Panel.tsx';

interface ScrolledPanelProps extends Omit<PanelProps, 'children'> {
  readonly lines: readonly Line[];
  /** First line that is wanted. */
  readonly scroll: number;
}

/** Its count stands there while all of the text does. */
export function ScrolledPanel({ lines, scroll, count = '', ...frame }: ScrolledPanelProps) {
  const room = frame.height - 2;
  const first = Math.max(0, Math.min(scroll, lines.length - room));
  const more = lines.length > first + room ? '↓ more' : first ? '↑ back' : count;
  return (
    <Panel {...frame} count={more}>
      <Lines of={lines.slice(first, first + room)} width={frame.width - 4} />
    </Panel>
  );
}
