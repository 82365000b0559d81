// The settings: each takes effect at once, and is kept.
import { Box } from 'ink';
import { meaningOf, preferenceChoices, preferenceNames } from '../../store/preferences.ts';
import { Footer } from '../components/Footer.tsx';
import { Header } from '../components/Header.tsx';
import { Lines } from '../components/Lines.tsx';
import { Panel } from '../components/Panel.tsx';
import { TypingName } from '../components/Typing.tsx';
import { useGameState, useSize } from '../game.ts';
import { type Line, span } from '../spans.ts';
import { wrap } from '../wrap.ts';

export function Settings() {
  const { columns, rows } = useSize();
  const preferences = useGameState((state) => state.preferences);
  const row = useGameState((state) => state.row);
  const typing = useGameState((state) => state.typing);
  const said = useGameState((state) => state.said);
  const inner = columns - 4;
  const settings = [
    ...preferenceNames.map((name) => [preferenceChoices[name].label, meaningOf(name, preferences[name])] as const),
    ['Your name', typing === undefined ? preferences.name || 'none yet' : `${typing}▍`] as const,
  ];
  const lines = settings.map(([label, value], index): Line => {
    const chosen = index === row;
    return [
      span(chosen ? '❯ ' : '  ', 'accent'),
      span(label.padEnd(14), chosen ? 'read' : 'text', { bold: chosen }),
      span(
        chosen && typing === undefined && index < preferenceNames.length ? `← ${value} →` : `  ${value}`,
        chosen ? 'accent' : 'text',
      ),
    ];
  });
  const below = said ?? (row < preferenceNames.length ? atOnce : forWhat);
  return (
    <Box flexDirection="column">
      <Header width={columns} title="Settings" />
      <Lines of={[[]]} width={columns} />
      <Panel title="Settings" width={columns} height={rows - 3} focused>
        <Lines
          of={[...lines, [], ...wrap(below, '', inner).map((line): Line => [span(line, said ? 'accent' : 'faint')])]}
          width={inner}
        />
      </Panel>
      {typing === undefined ? null : <TypingName typed={typing} />}
      <Footer width={columns} context={typing === undefined ? 'settings' : 'typing'} />
    </Box>
  );
}

const atOnce = 'What you change holds at once, and when you come back.';
const forWhat =
  'It stands in your certificate, and a class sees it. It never leaves this machine otherwise. Enter lets you type it.';
