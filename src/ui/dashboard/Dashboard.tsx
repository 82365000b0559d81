// The dashboard of a host: everything about the competition on one screen, keys for what is done often, a line for the rest.
import { Box, useInput, useWindowSize } from 'ink';
import { useState, useSyncExternalStore } from 'react';
import { Lines } from '../components/Lines.tsx';
import { ScrolledPanel } from '../components/ScrolledPanel.tsx';
import { Typing } from '../components/Typing.tsx';
import { SizeContext, ThemeContext } from '../game.ts';
import { keyName } from '../keys.ts';
import { fits, type Size } from '../layout.ts';
import { TooSmall } from '../screens/Over.tsx';
import type { Line } from '../spans.ts';
import type { Theme } from '../theme.ts';
import { footerLine, statusLine } from './bottom.ts';
import { completed } from './completion.ts';
import type { Desk } from './desk.ts';
import { helpLines, textLines } from './help.ts';
import { type Shortcut, shortcutFor } from './keys.ts';
import { type PanelName, panelNames, panelTexts } from './panels.ts';
import { placesOf } from './places.ts';
import { headerLine, joinLines } from './top.ts';
import { atFirst, type View } from './view.ts';

interface DashboardProps {
  readonly desk: Desk;
  readonly theme: Theme;
  readonly quit: () => void;
}

export const Dashboard = (props: DashboardProps) => <DashboardAt {...props} size={useWindowSize()} />;

/** In a window of a size. */
export function DashboardAt({ size, theme, ...props }: DashboardProps & { readonly size: Size }) {
  return (
    <SizeContext.Provider value={size}>
      <ThemeContext.Provider value={theme}>
        {fits(size) ? <Screen {...props} size={size} ascii={theme.ascii} /> : <Small quit={props.quit} />}
      </ThemeContext.Provider>
    </SizeContext.Provider>
  );
}

function Small({ quit }: Pick<DashboardProps, 'quit'>) {
  useInput((input, key) => {
    if (input === 'q' || (key.ctrl && input === 'c')) quit();
  });
  return <TooSmall />;
}

interface ScreenProps extends Omit<DashboardProps, 'theme'> {
  readonly size: Size;
  readonly ascii: boolean;
}

function Screen({ desk, quit, size: { columns, rows }, ascii }: ScreenProps) {
  const seen = useSyncExternalStore(desk.follow, desk.seen);
  const [view, setView] = useState(atFirst);
  const { over, typed, focus } = view;
  const { board } = seen.state;
  const change = (now: Partial<View>) => setView((before) => ({ ...before, ...now }));
  const lay = (now: View['over']) =>
    setView((before) => ({ ...before, over: now, typed: undefined, scroll: { ...before.scroll, over: 0 } }));

  const above = [
    headerLine(seen, columns),
    ...(rows >= 30 ? [[]] : []),
    ...joinLines(seen, desk, { columns, rows }, ascii),
  ];
  const room = rows - above.length - 2;
  const places = placesOf(columns, room, focus);
  const inner = columns - 4;
  const overLines: readonly Line[] = !over
    ? []
    : over.is === 'help'
      ? helpLines(desk, board, inner)
      : over.texts.flatMap((text) => textLines(text, inner));

  async function obey(line: string): Promise<void> {
    change({ typed: undefined, over: undefined, said: undefined });
    if (line === 'quit') return quit();
    if (line === 'help') return lay({ is: 'help', title: 'Help' });
    const texts = line ? await desk.obey(line) : [];
    if (texts.length > 1 || [...(texts[0] ?? '')].length > inner) lay({ is: 'answer', title: line, texts });
    else change({ said: texts[0] });
  }

  /** So far down or up, and no further than there is something to see. */
  function scroll(by: (height: number) => number): void {
    const place = places.flat().find(({ name }) => name === focus);
    const height = (over ? room : (place?.height ?? room)) - 2;
    const { length } = over ? overLines : panelTexts[focus](seen, (place?.width ?? columns) - 4).lines;
    const what = over ? 'over' : focus;
    const to = Math.max(0, Math.min(view.scroll[what] + by(height), length - height));
    change({ scroll: { ...view.scroll, [what]: to } });
  }

  const everywhere: Readonly<Record<string, () => void>> = {
    up: () => scroll(() => -1),
    k: () => scroll(() => -1),
    down: () => scroll(() => 1),
    j: () => scroll(() => 1),
    pageup: () => scroll((height) => -height),
    '[': () => scroll((height) => -height),
    pagedown: () => scroll((height) => height),
    ']': () => scroll((height) => height),
    ':': () => change({ typed: '', over: undefined }),
    '/': () => change({ typed: '', over: undefined }),
    '?': () => lay(over?.is === 'help' ? undefined : { is: 'help', title: 'Help' }),
    tab: () =>
      change({ focus: panelNames[(panelNames.indexOf(focus) + 1) % panelNames.length] ?? focus, over: undefined }),
    q: () => lay(over ? undefined : { is: 'question', title: 'Leave?', texts: leaving, yes: quit }),
    esc: () => change({ over: undefined, said: undefined }),
    enter: () => change({ over: undefined, said: undefined }),
  };

  function press(name: string): void {
    if (over?.is === 'question') {
      if (name === 'y') over.yes();
      else lay(undefined);
      return;
    }
    const deed = Object.hasOwn(everywhere, name) ? everywhere[name] : undefined;
    const shortcut = shortcutFor(name, board);
    if (deed) deed();
    else if (shortcut) type(shortcut);
  }

  /** What the key stands for: done at once, asked about, or to be typed on. */
  function type({ types, asks }: Shortcut): void {
    const line = types(board);
    if (line.endsWith(' ')) change({ typed: line, over: undefined });
    else if (asks) lay({ is: 'question', title: `Sure: ${line}?`, texts: [asks], yes: () => void obey(line) });
    else void obey(line);
  }

  useInput((input, key) => {
    if (key.ctrl && input === 'c') return quit();
    const name = keyName(input, key);
    if (typed === undefined) {
      if (name) press(name);
    } else if (name === 'tab') change({ typed: completed(typed, desk.words, seen.state).typed });
  });

  const panel = (name: PanelName, width: number, height: number) => (
    <ScrolledPanel
      key={name}
      {...panelTexts[name](seen, width - 4)}
      width={width}
      height={height}
      scroll={view.scroll[name]}
      focused={name === focus}
    />
  );
  return (
    <Box flexDirection="column">
      {typed === undefined ? null : (
        <Typing
          typed={typed}
          most={mostTyped}
          onType={(text) => change({ typed: text })}
          onKeep={() => void obey(typed.trim())}
          onLeave={() => change({ typed: undefined })}
        />
      )}
      <Lines of={above} width={columns} />
      {over ? (
        <ScrolledPanel
          title={over.title}
          width={columns}
          height={room}
          lines={overLines}
          scroll={view.scroll.over}
          focused
        />
      ) : (
        places.map((row) => (
          <Box key={row[0]?.name}>{row.map(({ name, width, height }) => panel(name, width, height))}</Box>
        ))
      )}
      <Lines of={[statusLine(view, desk, seen)]} width={columns} />
      <Lines of={[footerLine(view, board, columns - 1, ascii)]} width={columns - 1} />
    </Box>
  );
}

/** More than any command has. */
const mostTyped = 200;
const leaving = [
  'Leave? y ends the host.',
  'Nothing is lost: what players do meanwhile they send when the host is back. Go on with it: the same command, with --resume.',
];
