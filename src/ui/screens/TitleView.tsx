// What the title looks like: the name with its padlock, the menu, and a line for what there is to say.
import { Box } from 'ink';
import { Choices } from '../components/Choices.tsx';
import { Footer } from '../components/Footer.tsx';
import { Lines } from '../components/Lines.tsx';
import { useSize } from '../game.ts';
import { type Entry, menu } from '../menu.ts';
import { type Line, span } from '../spans.ts';
import { menuRows, titleLines } from '../title.ts';

/** What of a player's progress the title shows. */
export interface Standing {
  /** Nothing was played yet. */
  readonly isNew: boolean;
  /** The title of the level that comes next. */
  readonly next: string;
}
interface TitleViewProps extends Standing {
  readonly isShut: boolean;
  readonly notice?: string | undefined;
  /** Nobody listens yet where it is missing. */
  readonly onSelect?: (to: Entry['to']) => void;
}

export function TitleView({ isShut, isNew, next, notice, onSelect }: TitleViewProps) {
  const size = useSize();
  const items = menu.map(({ to, label }) => ({
    value: to,
    label: to === 'play' && !isNew ? `Continue: ${next}` : label,
  }));
  const lines = titleLines(size, isShut);
  const width = Math.max(...items.map(({ label }) => label.length)) + 2;
  const shown = Math.min(items.length, menuRows, size.rows - lines.length - 2);
  const below = size.rows - lines.length - shown - 2;
  const said: Line = notice ? [{ text: '  ' }, span(notice, 'accent')] : [];
  return (
    <Box flexDirection="column">
      <Lines of={lines} width={size.columns} />
      <Box paddingLeft={Math.floor((size.columns - width) / 2)} flexDirection="column">
        <Choices
          items={items}
          width={width}
          limit={shown}
          focused
          listens={onSelect !== undefined}
          onSelect={(value) => onSelect?.(value as Entry['to'])}
        />
      </Box>
      <Lines of={[...Array.from({ length: Math.max(0, below) }, (): Line => []), said]} width={size.columns} />
      <Footer width={size.columns} context="title" />
    </Box>
  );
}
