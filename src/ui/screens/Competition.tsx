// A competition: the levels of the round with how one stands, and beside them what is waited for, or the ten best.
import { Box } from 'ink';
import { useEffect } from 'react';
import type { Board, Standing } from '../../classroom/wire.ts';
import type { Level } from '../../game/level.ts';
import { stars } from '../about.ts';
import type { Competing } from '../competing.ts';
import { Footer } from '../components/Footer.tsx';
import { Header } from '../components/Header.tsx';
import { Lines } from '../components/Lines.tsx';
import { Panel } from '../components/Panel.tsx';
import { ScrolledPanel } from '../components/ScrolledPanel.tsx';
import { useCompeting, useGameState, useSize } from '../game.ts';
import type { Context } from '../keys.ts';
import { glyphOf } from '../ladder.ts';
import { ends, fitted, type Line, span, type Tone } from '../spans.ts';
import { attemptsLeft, bestOf, boardTitle, levelsInWords, newestOf, nobodyYet, waiting } from '../standing.ts';
import { wrap } from '../wrap.ts';

/** How often the board is got anew while it is looked at, in milliseconds. */
const boardEvery = 3000;

export function Competition({ competing }: { readonly competing: Competing }) {
  const { columns, rows } = useSize();
  const { standing } = competing.session.state();
  useCompeting((state) => state);
  const { board, leaving, session } = competing.getState();
  const levels = useGameState((state) => state.levels);
  const selected = useGameState((state) => state.selected);
  const said = useGameState((state) => state.said);
  useEffect(() => {
    competing.look();
    const timer = setInterval(competing.look, boardEvery);
    return () => clearInterval(timer);
  }, [competing]);
  const left = columns < 80 ? Math.floor(columns * 0.55) : Math.min(64, Math.floor(columns * 0.5));
  const right = columns - left;
  const height = rows - 3;
  const beside = besideLines(
    { standing, board, session, said, leaving, level: levels[selected], competing },
    right - 4,
  );
  const list = listLines(competing, levels, selected, left - 4);
  const first = Math.max(0, Math.min(selected - Math.floor(height / 2), list.length - (height - 2)));
  return (
    <Box flexDirection="column">
      <Header width={columns} title={standing?.title ?? 'Classroom'} />
      <Lines of={[[]]} width={columns} />
      <Box>
        <Panel
          title={standing?.round.title || 'The round'}
          count={levels.length ? levelsInWords(levels.length) : undefined}
          width={left}
          height={height}
          focused
        >
          <Lines of={list.slice(first, first + height - 2)} width={left - 4} />
        </Panel>
        <ScrolledPanel
          title={besideTitle(standing)}
          lines={beside}
          scroll={0}
          width={right}
          height={height}
          focused={false}
        />
      </Box>
      <Footer width={columns} context={competitionContext(competing)} />
    </Box>
  );
}

/** What has the keys: a round in which levels can be played, or the waiting for one. */
export function competitionContext({ session }: Pick<Competing, 'session'>): Context {
  const { standing, over } = session.state();
  const waits = !standing?.round.levels.length || standing.state === 'lobby' || standing.state === 'paused';
  return over || waits ? 'lobby' : 'round';
}

const besideTitle = (standing: Standing | undefined): string =>
  standing?.state === 'ended' || standing?.state === 'revealed' ? 'Results' : standing ? 'You' : 'The host';

const textIn = (width: number, words: string, tone: Tone = 'text', bold = false): Line[] =>
  wrap(words, '', width).map((line): Line => [span(line, tone, { bold })]);

function listLines({ session }: Competing, levels: readonly Level[], selected: number, width: number): Line[] {
  const { standing } = session.state();
  const missing = standing?.round.levels.filter(({ id }) => !levels.some((level) => level.id === id)) ?? [];
  // Before a round has begun the attempts are not known.
  const none = standing?.state === 'lobby' ? '' : 'practice';
  const rows = levels.map((level, index): Line => {
    const on = index === selected ? ({ on: 'band' } as const) : {};
    const role = level.acts[0]?.role ?? 'client';
    const name = span(level.title, 'read', { ...on, bold: index === selected });
    const best = bestOf(standing, level.id);
    const points = best ? `${stars(best.stars ?? 0)} ${String(best.points).padStart(3)}` : '';
    const left = attemptsLeft(session, level);
    const state = session.log.progress.unfinished[level.id] ? 'go on' : left ? `${left} left` : none;
    return fitted(
      ends(
        [span(index === selected ? '❯ ' : '  ', 'accent', on), span(`${glyphOf[role]} `, role, on), name],
        [span(` ${points}`, 'accent', on), ...(state ? [span(` ${state.padStart(8)}`, 'faint', on)] : [])],
        width,
        { text: ' ', ...on },
      ),
      width,
    );
  });
  return [
    ...(rows.length ? rows : textIn(width, 'No round has been opened yet.', 'faint')),
    ...missing.flatMap(({ id }) =>
      textIn(width, `Your game does not have the level ${id}. Get the game that the host has.`, 'bad'),
    ),
  ];
}

interface Beside {
  readonly standing: Standing | undefined;
  readonly board: Board | string | undefined;
  readonly session: ReturnType<Competing['session']['state']>;
  readonly said: string | undefined;
  readonly leaving: boolean;
  readonly level: Level | undefined;
  readonly competing: Competing;
}

function besideLines(told: Beside, width: number): Line[] {
  const { standing, session, said, leaving, board } = told;
  const text = (words: string, tone: Tone = 'text', bold = false) => textIn(width, words, tone, bold);
  if (leaving) return text(`The host is asked once more to take what you did: ${session.unsent} queued.`, 'accent');
  if (session.over) return [...text(session.over.says, 'bad', true), [], ...text('q leaves the competition.')];
  if (!standing)
    return session.away === undefined
      ? text('The host is asked how things stand.', 'accent')
      : [...text(session.away, 'bad'), [], ...text('You are in as soon as it answers.')];
  const isOver = standing.state === 'ended' || standing.state === 'revealed';
  const news = session.away ?? said;
  return [
    ...(news === undefined ? [] : [...text(news, 'accent'), []]),
    ...(isOver ? [] : [...text(`You are ${standing.name}.`, 'read', true), ...teamLines(standing, text), []]),
    ...(standing.state === 'running' ? runningLines(told, text) : text(waiting(standing), 'accent')),
    [],
    ...pointsLines(standing, text),
    ...(isOver ? [[], ...boardLines(standing, board, width)] : playersLines(board, text)),
  ];
}

type Text = (words: string, tone?: Tone, bold?: boolean) => Line[];

const teamLines = ({ team }: Standing, text: Text): Line[] => (team === undefined ? [] : text(`Team ${team}`));

/** What becomes of the level that is selected. */
function runningLines({ standing, level, competing }: Beside, text: Text): Line[] {
  if (!level) return text('The round is running.', 'accent');
  const { session } = competing;
  const fault = newestOf(standing, level.id)?.fault;
  const { says } = session.begin(level);
  const going = session.log.progress.unfinished[level.id] !== undefined;
  return [
    ...text(level.title, 'read', true),
    ...text(level.teaches),
    [],
    ...(fault === undefined ? [] : text(`The host could not count it: ${fault}`, 'bad')),
    ...(going
      ? text('Enter goes on where you stopped.', 'accent')
      : says === undefined
        ? text('Enter plays it. The first answer to each step counts.', 'accent')
        : text(says, 'accent')),
  ];
}

/** The own rank only where the host tells it: among the first ten. */
function pointsLines({ points, rank, state }: Standing, text: Text): Line[] {
  if (state === 'lobby' && !points) return [];
  return text(`You have ${points} points${rank === undefined ? '.' : `, rank ${rank}.`}`, 'read', true);
}

function playersLines(board: Board | string | undefined, text: Text): Line[] {
  if (board === undefined || typeof board === 'string') return [];
  return [[], ...text(board.players === 1 ? 'You are the first here.' : `${board.players} players are here.`, 'faint')];
}

function boardLines({ name }: Standing, board: Board | string | undefined, width: number): Line[] {
  if (board === undefined) return textIn(width, 'The board is asked for.', 'faint');
  if (typeof board === 'string') return textIn(width, board, 'bad');
  if (!board.top.length) return textIn(width, nobodyYet, 'faint');
  return [
    ...textIn(width, boardTitle(board), 'text'),
    ...board.top.map((one) => {
      const isOwn = one.name === name;
      const on = isOwn ? ({ on: 'band', bold: true } as const) : {};
      const who = `${String(one.rank).padStart(2)}  ${one.name}${one.team === undefined ? '' : ` (${one.team})`}`;
      return fitted(
        ends([span(who, 'read', on)], [span(` ${one.points}`, 'accent', on)], width, { text: ' ', ...on }),
        width,
      );
    }),
  ];
}
