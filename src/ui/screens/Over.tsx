// What lies over a screen: all keys, the question before a level is left, and a window that is too small.
import { Box } from 'ink';
import { Footer } from '../components/Footer.tsx';
import { Header } from '../components/Header.tsx';
import { Lines } from '../components/Lines.tsx';
import { Panel } from '../components/Panel.tsx';
import { useSize } from '../game.ts';
import { bindingsIn, type Context } from '../keys.ts';
import { smallest } from '../layout.ts';
import { type Line, span } from '../spans.ts';
import { wrap } from '../wrap.ts';

export function Help({ context }: { readonly context: Context }) {
  const { columns, rows } = useSize();
  const lines = bindingsIn(context)
    .filter(({ shows }) => shows)
    .map(({ shows, says }): Line => [span(shows.padStart(9), 'read', { bold: true }), span(`   ${says}`, 'text')]);
  const always: readonly Line[] = [
    [],
    [span('1 to 9'.padStart(9), 'read', { bold: true }), span('   choose at once', 'text')],
    [span('Ctrl+C'.padStart(9), 'read', { bold: true }), span('   leave at once; what you did is saved', 'text')],
  ];
  return <Screen title="Keys" context="help" columns={columns} rows={rows} lines={[...lines, ...always]} />;
}

export function QuitQuestion({ drill }: { readonly drill: boolean }) {
  const { columns, rows } = useSize();
  const said = drill
    ? ['Leave the drill?', '', 'What you answered is saved. The others come again the next time.']
    : ['Leave this level?', '', 'What you did is saved. When you come back, you go on at this decision.'];
  const lines = said.flatMap((text, index) =>
    wrap(text, '', columns - 4).map((line): Line => [span(line, index ? 'text' : 'read', { bold: !index })]),
  );
  return <Screen title="Leave" context="quit" columns={columns} rows={rows} lines={lines} />;
}

interface ScreenProps {
  readonly title: string;
  readonly context: Context;
  readonly columns: number;
  readonly rows: number;
  readonly lines: readonly Line[];
}

function Screen({ title, context, columns, rows, lines }: ScreenProps) {
  const height = rows - 3;
  return (
    <Box flexDirection="column">
      <Header width={columns} title={title} />
      <Lines of={[[]]} width={columns} />
      <Panel title={title} width={columns} height={height} focused>
        <Lines of={lines.slice(0, height - 2)} width={columns - 4} />
      </Panel>
      <Footer width={columns} context={context} />
    </Box>
  );
}

export function TooSmall() {
  const { columns, rows } = useSize();
  const text = `This window is ${columns}x${rows}. The game needs ${smallest.columns}x${smallest.rows}. Enlarge it; q leaves.`;
  const lines = wrap(text, '', Math.max(1, columns - 1)).slice(0, rows);
  return <Lines of={lines.map((line): Line => [span(line, 'read')])} width={Math.max(1, columns - 1)} />;
}
