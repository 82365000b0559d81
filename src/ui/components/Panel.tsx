// A frame with its title in the border and a count at the border's right end. Only the focused one has the accent.
import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { useTheme } from '../game.ts';
import { columnsOf } from '../columns.ts';
import { ends, fitted, type Line, span, widthOf } from '../spans.ts';

export interface PanelProps {
  readonly title: string;
  readonly count?: string | undefined;
  readonly width: number;
  readonly height: number;
  readonly focused: boolean;
  readonly children: ReactNode;
}

export function Panel({ title, count, width, height, focused, children }: PanelProps) {
  const theme = useTheme();
  const tone = focused ? 'accent' : 'line';
  const edge = (text: string) => span(text, tone);
  const right: Line = count ? [span(` ${count} `, 'faint'), edge('╮')] : [edge('╮')];
  const room = width - 4 - (count ? columnsOf(count) + 3 : 0);
  const name: Line = [span(title, focused ? 'accent' : 'text', { bold: focused })];
  const most = Math.max(1, room - 2);
  const named = widthOf(name) > most ? fitted(name, most) : name;
  const top = ends([edge('╭'), { text: ' ' }, ...named, { text: ' ' }], right, width, edge('─'));
  const side = theme.paint([edge('│')]);
  const sides = Array.from({ length: height - 2 }, () => side).join('\n');
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0}>
      <Text wrap="truncate">{theme.paint(top)}</Text>
      <Box height={height - 2}>
        <Text>{sides}</Text>
        <Box flexDirection="column" width={width - 2} height={height - 2} paddingX={1} overflow="hidden">
          {children}
        </Box>
        <Text>{sides}</Text>
      </Box>
      <Text wrap="truncate">{theme.paint([edge(`╰${'─'.repeat(width - 2)}╯`)])}</Text>
    </Box>
  );
}
