// The play screen: header, stage, status line, two panels (or one at a time), footer.
import { Box } from 'ink';
import { isFlying, isPick, type Playing } from '../../store/playing.ts';
import { Footer } from '../components/Footer.tsx';
import { Header } from '../components/Header.tsx';
import { Ladder } from '../components/Ladder.tsx';
import { Lines } from '../components/Lines.tsx';
import { MovePanel } from '../components/MovePanel.tsx';
import { Panel } from '../components/Panel.tsx';
import { faultLines, statusLine } from '../components/Status.tsx';
import { TwoPanels } from '../components/TwoPanels.tsx';
import { useGameState, useSize } from '../game.ts';
import type { Context } from '../keys.ts';
import { type Layout, layoutOf } from '../layout.ts';
import type { Line } from '../spans.ts';
import { briefLines, moveTitle, questionLines } from '../texts.ts';

const atWork = 'The real program on the other side is at work.';

export function Play({ playing }: { readonly playing: Playing }) {
  const size = useSize();
  const levels = useGameState((state) => state.levels);
  const notice = useGameState((state) => (state.busy ? atWork : (state.said ?? state.notices.at(-1))));
  const fault = useGameState((state) => (state.file === playing.level ? state.fault : undefined));
  const status = fault ? faultLines(fault, size.columns) : [statusLine(playing, size.columns, notice)];
  const rows = size.rows - (status.length - 1);
  const layout = layoutOf({ ...size, rows }, wantedLines(playing, size.columns));
  return (
    <Box flexDirection="column">
      <Header width={size.columns} title={titleOf(playing, levels)} playing={playing} />
      <Lines of={Array.from({ length: layout.gap }, (): Line => [])} width={size.columns} />
      <Ladder playing={playing} layout={layout} />
      <Lines of={status} width={size.columns} />
      <Panels playing={playing} layout={layout} />
      <Footer width={size.columns} context={playContext(playing)} />
    </Box>
  );
}

function Panels({ playing, layout }: { readonly playing: Playing; readonly layout: Layout }) {
  const { columns, panel, left } = layout;
  if (playing.phase === 'brief') {
    const lines = briefLines(playing, columns - 4);
    const first = Math.max(0, Math.min(playing.scroll, lines.length - (panel - 2)));
    const { title, count } = moveTitle(playing);
    return (
      <Panel title={title} count={lines.length > panel - 2 ? '↓ more' : count} width={columns} height={panel} focused>
        <Lines of={lines.slice(first, first + panel - 2)} width={columns - 4} />
      </Panel>
    );
  }
  return (
    <TwoPanels playing={playing} layout={layout}>
      <MovePanel playing={playing} width={left} height={panel} />
    </TwoPanels>
  );
}

/** Rows that the question with its choices would like to have. */
function wantedLines(playing: Playing, columns: number): number {
  const { waiting } = playing.snapshot;
  if (playing.phase === 'brief') return briefLines(playing, columns - 4).length;
  if (playing.phase !== 'ask' || !waiting) return 0;
  const inner = layoutOf({ columns, rows: 24 }, 0).left - 4;
  const composed = 'items' in waiting.step ? 1 : 0;
  const choices = (waiting.options.length && waiting.options.length + composed) || Math.min(waiting.dump.length, 5);
  return questionLines(playing, inner).length + choices + 1;
}

/** `3.2  The café Wi-Fi`: chapter, place in it, name. */
function titleOf(
  { level, drill }: Playing,
  levels: readonly { readonly id: string; readonly chapter: number }[],
): string {
  if (drill) return `Drill ${drill.number} of ${drill.of}`;
  const place = levels.filter(({ chapter }) => chapter === level.chapter).findIndex(({ id }) => id === level.id);
  return place < 0 ? level.title : `${level.chapter}.${place + 1}  ${level.title}`;
}

/** What has the keys. */
export function playContext(playing: Playing): Context {
  if (playing.phase === 'brief') return 'brief';
  if (isFlying(playing)) return 'flight';
  if (playing.focus === 'bytes') return isPick(playing) ? 'pick bytes' : 'bytes';
  if (playing.focus === 'ladder') return 'ladder';
  if (playing.phase === 'verdict') return 'verdict';
  return isPick(playing) ? 'pick' : 'move';
}
