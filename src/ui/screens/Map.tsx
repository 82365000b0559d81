// The map: chapters as a path with their levels as stations; the selected one is described beside it.
import { Box } from 'ink';
import { chapterTitle } from '../../game/chapters.ts';
import type { Level } from '../../game/level.ts';
import type { Progress } from '../../game/progress.ts';
import { aboutLines, nextLines, stars } from '../about.ts';
import { Footer } from '../components/Footer.tsx';
import { Header } from '../components/Header.tsx';
import { Lines } from '../components/Lines.tsx';
import { Panel } from '../components/Panel.tsx';
import { useGame, useGameState, useSize } from '../game.ts';
import { glyphOf } from '../ladder.ts';
import { ends, fitted, type Line, span } from '../spans.ts';
import { wrap } from '../wrap.ts';

export function LevelMap() {
  const { store } = useGame();
  const { columns, rows } = useSize();
  const levels = useGameState((state) => state.levels);
  const progress = useGameState((state) => state.progress);
  const selected = useGameState((state) => state.selected);
  const level = levels[selected];
  const learned = useGameState((state) => state.learned);
  const said = useGameState((state) => (state.busy ? startingUp : state.said));
  const left = columns < 80 ? Math.floor(columns / 2) : Math.min(56, Math.floor(columns * 0.5));
  const right = columns - left;
  const height = rows - 3;
  const next = store.actions.next();
  const path = pathLines({ levels, progress, selected, next, width: left - 4 });
  const at = path.findIndex(({ level: index }) => index === selected);
  const first = Math.max(0, Math.min(at - Math.floor(height / 2), path.length - (height - 2)));
  const below = nextLines({ next, learned }, right - 4);
  const room = height - 2 - below.length - 1;
  const about = level
    ? [...saidLines(said, right - 4), ...aboutLines(level, progress, learned, right - 4)].slice(0, room)
    : [];
  const blank = Array.from({ length: room + 1 - about.length }, (): Line => []);
  return (
    <Box flexDirection="column">
      <Header width={columns} title="Campaign" />
      <Lines of={[[]]} width={columns} />
      <Box>
        <Panel title="The way" count={starsInAll(progress, levels)} width={left} height={height} focused>
          <Lines of={path.slice(first, first + height - 2).map(({ line }) => line)} width={left - 4} />
        </Panel>
        <Panel title={level?.title ?? ''} count={level?.id} width={right} height={height} focused={false}>
          <Lines of={[...about, ...blank, ...below]} width={right - 4} />
        </Panel>
      </Box>
      <Footer width={columns} context="map" />
    </Box>
  );
}

export const startingUp = 'The program on the other side is being started.';
/** What there is to say before the level itself. */
const saidLines = (said: string | undefined, width: number): Line[] =>
  said === undefined ? [] : [...wrap(said, '', width).map((line): Line => [span(line, 'accent')]), []];

const starsInAll = ({ levels }: Progress, all: readonly Level[]): string =>
  `${all.reduce((sum, { id }) => sum + (levels[id]?.best?.stars ?? 0), 0)} of ${all.length * 3} stars`;

interface Path {
  readonly levels: readonly Level[];
  readonly progress: Progress;
  readonly selected: number;
  readonly next: Level | undefined;
  readonly width: number;
}
interface Station {
  readonly line: Line;
  /** Index of the level that stands here. */
  readonly level?: number;
}

function pathLines({ levels, progress, selected, next, width }: Path): Station[] {
  return levels.flatMap((level, index): Station[] => {
    const head = levels[index - 1]?.chapter === level.chapter ? [] : [chapterStation(level, index, width)];
    const best = progress.levels[level.id]?.best;
    const role = level.acts[0]?.role ?? 'client';
    const on = index === selected ? ({ on: 'band' } as const) : {};
    const mark = level === next ? span('▶ ', 'accent', on) : span('  ', 'line', on);
    const boss = level.boss ? [span('Boss: ', 'accent', { ...on, bold: true })] : [];
    const name = span(level.title, index === selected ? 'read' : best ? 'text' : 'read', {
      ...on,
      bold: index === selected,
    });
    const line = ends(
      [mark, span(`${glyphOf[role]} `, role, on), ...boss, name],
      [span(` ${best ? stars(best.stars) : level === next ? 'next' : '   '}`, best ? 'accent' : 'faint', on)],
      width,
      { text: ' ', ...on },
    );
    return [...head.flat(), { line: fitted(line, width), level: index }];
  });
}

function chapterStation({ chapter }: Level, index: number, width: number): Station[] {
  const title = { line: fitted([span(`${chapter}  ${chapterTitle(chapter)}`, 'faint', { bold: true })], width) };
  return index ? [{ line: [span('  │', 'line')] }, title] : [title];
}
