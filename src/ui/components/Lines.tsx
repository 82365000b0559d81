// Lines of spans on the screen, each exactly as wide as its place.
import { Box, Text } from 'ink';
import { useGame } from '../game.ts';
import { fitted, type Line } from '../spans.ts';

export function Lines({ of, width }: { readonly of: readonly Line[]; readonly width: number }) {
  const { theme } = useGame();
  return (
    <Box flexDirection="column" flexShrink={0}>
      {of.map((line, index) => (
        // Lines have no identity but their place.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <Text key={index} wrap="truncate">
          {theme.paint(fitted(line, width)) || ' '}
        </Text>
      ))}
    </Box>
  );
}
