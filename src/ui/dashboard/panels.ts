// What stands in the panels of the dashboard, as lines of a width.
import type { Heat, PlayerState } from '../../classroom/pageState.ts';
import { cell, type Line, span, type Tone } from '../spans.ts';
import { nobodyYet } from '../standing.ts';
import { wrap } from '../wrap.ts';
import type { Seen } from './desk.ts';

export const panelNames = ['board', 'players', 'levels', 'events'] as const;
export type PanelName = (typeof panelNames)[number];
export interface PanelText {
  readonly title: string;
  readonly count: string;
  readonly lines: readonly Line[];
}

export const panelTexts: Readonly<Record<PanelName, (seen: Seen, width: number) => PanelText>> = {
  board: boardText,
  players: playersText,
  levels: levelsText,
  events: eventsText,
};

/** What the players see. */
function boardText({ state: { board } }: Seen, width: number): PanelText {
  const total = board.levels.length;
  const rows = board.top.map(({ rank, name, team, points, solved }): Line => {
    const right = `${points}`.padStart(6) + `${solved}/${total}`.padStart(7);
    const room = width - 4 - right.length;
    const named = cell(team ? `${name} (${team})` : name, room);
    return [
      span(`${rank}`.padStart(2), rank <= 3 ? 'accent' : 'faint', { bold: rank <= 3 }),
      span(`  ${named}`, 'read'),
      span(right.slice(0, 6), 'read', { bold: true }),
      span(right.slice(6), 'faint'),
    ];
  });
  const teams = board.teams.map(({ team, points, players }): Line => {
    const right = `${points}`.padStart(6) + `of ${players}`.padStart(7);
    return [
      span(`    ${cell(team, width - 4 - right.length)}`),
      span(right.slice(0, 6), 'read'),
      span(right.slice(6), 'faint'),
    ];
  });
  return {
    title: board.frozen ? 'Board, frozen for players' : 'Board',
    count: '',
    lines: [
      ...(rows.length ? rows : [faint(nobodyYet)]),
      ...(teams.length ? [[], faint('Teams, by their mean'), ...teams] : []),
    ],
  };
}

/** Who is stuck first, the longest; then all others by their names; last who was taken out. Points as they are, not as frozen. */
function playersText({ state, now }: Seen, width: number): PanelText {
  const stuck = new Map(state.stuck.map((one) => [one.player, one]));
  const place = ({ id, standing }: PlayerState) => (standing !== 'in' ? 1e15 : (stuck.get(id)?.since ?? 1e14));
  const players = [...state.players].sort((a, b) => place(a) - place(b) || (a.name < b.name ? -1 : 1));
  const titles = new Map(state.titles.map(({ id, title }) => [id, title]));
  const name = Math.min(20, Math.max(12, Math.floor(width * 0.34)));
  const team = width >= 60 && players.some((one) => one.team) ? 12 : 0;
  const lines = players.map((player): Line => {
    const is = stuck.get(player.id);
    const [at, tone]: [string, Tone] = is
      ? [`stuck ${minutes(now - is.since)}: ${titles.get(is.level) ?? is.level}`, 'bad']
      : player.standing !== 'in'
        ? [player.standing === 'banned' ? 'banned' : 'taken out', 'faint']
        : [
            player.level === undefined
              ? player.solved
                ? ''
                : 'not begun'
              : (titles.get(player.level) ?? player.level),
            'text',
          ];
    return [
      span(cell(player.name, name), player.standing === 'in' ? 'read' : 'faint'),
      ...(team ? [span(` ${cell(player.team ?? '', team - 1)}`, 'faint')] : []),
      span(`${player.points}`.padStart(5), 'read', { bold: true }),
      span(`${player.solved}/${state.board.levels.length}`.padStart(6), 'faint'),
      span(`  ${at}`, tone),
    ];
  });
  const count = state.stuck.length ? `${state.stuck.length} stuck` : '';
  return { title: 'Players', count, lines: lines.length ? lines : [faint('Nobody is there yet.')] };
}

/** How many have solved each level, and under it what those believe who answered wrong. */
function levelsText({ state }: Seen, width: number): PanelText {
  const solved = new Map(state.board.levels.map((one) => [one.id, one.solved]));
  const all = state.names.length;
  const bar = width >= 50 ? 12 : 6;
  const lines = state.titles.flatMap(({ id, title }): Line[] => {
    const done = solved.get(id) ?? 0;
    const full = all ? Math.round((bar * Math.min(done, all)) / all) : 0;
    const right = `${done}/${all}`.padStart(8);
    return [
      [
        span(cell(title, width - bar - right.length), 'read'),
        span('█'.repeat(full), 'good'),
        span('░'.repeat(bar - full), 'line'),
        span(right),
      ],
      ...state.heat.filter(({ level }) => level === id).flatMap((heat) => heatLines(heat, width)),
    ];
  });
  return {
    title: width >= 50 ? 'Levels: who solved them, what many believe' : 'Levels, and what many believe',
    count: '',
    lines: lines.length ? lines : [faint('There is no round yet.')],
  };
}

/** The more of those who began the level, the hotter. */
function heatLines({ title, players, of, answer }: Heat, width: number): Line[] {
  const share = of ? players / of : 0;
  const tone: Tone = share >= 0.5 ? 'bad' : share >= 0.25 ? 'attacker' : 'text';
  const dots = '▪'.repeat(Math.max(1, Math.ceil(5 * Math.min(1, share)))).padEnd(5, '·');
  const count = `${players}/${of}`.padStart(7);
  const before = width >= 50 ? `${dots} ${count}  ` : `${count}  `;
  const indent = ' '.repeat(before.length + 2);
  return [
    ...wrap(title, '', width - indent.length).map(
      (line, index): Line => [span(index ? indent : `  ${before}`, tone), span(line, tone)],
    ),
    ...wrap(`chose “${answer.choice}”`, '', width - indent.length)
      .slice(0, 2)
      .map((line): Line => [span(indent + line, 'faint')]),
  ];
}

function eventsText({ events }: Seen, width: number): PanelText {
  const lines = events.flatMap(({ at, text }) =>
    wrap(text, '', width - 7).map(
      (line, index): Line => [span(index ? ' '.repeat(7) : `${clock(at)}  `, 'faint'), span(line, 'text')],
    ),
  );
  return {
    title: 'What happened',
    count: '',
    lines: lines.length ? lines : [faint('Nothing since the host was started.')],
  };
}

const faint = (text: string): Line => [span(text, 'faint')];

const minutes = (milliseconds: number): string => `${Math.max(0, Math.floor(milliseconds / 60_000))} min`;
const clock = (at: number): string => {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes()].map((part) => `${part}`.padStart(2, '0')).join(':');
};
