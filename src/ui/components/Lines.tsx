// Lines of spans on the screen, each exactly as wide as its place.
import { Box, Text } from 'ink';
import { useTheme } from '../game.ts';
import { fitted, type Line } from '../spans.ts';

export function Lines({ of, width }: { readonly of: readonly Line[]; readonly width: number }) {
  const theme = useTheme();
  const painted = of.map((line) => theme.paint(cut(fitted(line, width))));
  return (
    <Box flexDirection="column" flexShrink={0}>
      {painted.map((text, index) => {
        // Lines have no identity but their place.
        if (text)
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            <Text key={index} wrap="truncate">
              {text}
            </Text>
          );
        // Empty lines that follow each other are one gap: a large window has many.
        if (index > 0 && !painted[index - 1]) return null;
        const end = painted.findIndex((one, at) => at > index && one);
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        return <Box key={index} height={(end < 0 ? painted.length : end) - index} flexShrink={0} />;
      })}
    </Box>
  );
}

/** Without the space at its end, where nothing is to be seen of it. */
function cut(line: Line): Line {
  const last = line.at(-1);
  return last && !last.on && !last.text.trim() ? line.slice(0, -1) : line;
}
