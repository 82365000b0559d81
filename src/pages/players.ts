// The players as a table: who is where, what they have, and a way to each of them.
import type { PlayerState, TeacherState } from '../classroom/pageState.ts';
import { element, keep, named, part, write } from './dom.ts';

const orders: Readonly<Record<string, (one: PlayerState, other: PlayerState) => number>> = {
  points: (one, other) => other.points - one.points,
  name: (one, other) => one.name.localeCompare(other.name),
  quiet: (one, other) => (one.movedAt ?? 0) - (other.movedAt ?? 0),
  joined: () => 0,
};
const standings = { in: '', kicked: 'taken out', banned: 'banned' } as const;

/** Gives what draws them; `open` is called with the player whose name was pressed. */
export function openPlayers(open: (player: string) => void): (state: TeacherState) => void {
  let newest: TeacherState | undefined;
  const draw = (state: TeacherState) => {
    newest = state;
    const sought = part<HTMLInputElement>('search').value.trim().toLowerCase();
    const order = orders[part<HTMLSelectElement>('order').value] ?? (() => 0);
    const shown = state.players
      .filter(({ name, team = '' }) => `${name} ${team}`.toLowerCase().includes(sought))
      .sort((one, other) => Number(one.standing !== 'in') - Number(other.standing !== 'in') || order(one, other));
    write(
      part('how-many'),
      shown.length === state.players.length ? String(shown.length) : `${shown.length} of ${state.players.length}`,
    );
    part('no-players').hidden = state.players.length > 0;
    const titles = new Map(state.titles.map(({ id, title }) => [id, title]));
    keep(part('players'), shown, ({ id }) => id, {
      make: ({ id }) => rowFor(id, open),
      update: (row, player) => fill(row, player, titles),
    });
  };
  for (const id of ['search', 'order']) part(id).addEventListener('input', () => newest && draw(newest));
  return draw;
}

function rowFor(id: string, open: (player: string) => void): HTMLTableRowElement {
  const button = element('button', { type: 'button', class: 'plain' });
  button.addEventListener('click', () => open(id));
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, element('div', { class: 'who' }, button, element('span', { class: 'standing' }))),
    ...['team', 'level', 'moved', 'number', 'number', 'number'].map((kind) => element('td', { class: kind })),
  );
}

function fill(row: HTMLTableRowElement, player: PlayerState, titles: ReadonlyMap<string, string>): void {
  const { name, team = '', standing, level, movedAt, solved, stars, points } = player;
  const button = row.querySelector('button');
  if (button && button.dataset.name !== name) {
    button.dataset.name = name;
    button.replaceChildren(named(name));
  }
  const [head, teamCell, ...cells] = [...row.cells];
  const mark = head?.querySelector<HTMLElement>('.standing');
  if (mark) write(mark, standings[standing]);
  row.classList.toggle('out', standing !== 'in');
  if (teamCell && teamCell.dataset.team !== team) {
    teamCell.dataset.team = team;
    teamCell.replaceChildren(...(team ? [named(team, 'team')] : []));
  }
  const texts = [
    level === undefined ? '' : (titles.get(level) ?? level),
    movedAt === undefined ? '' : ago(movedAt),
    String(solved),
    String(stars),
    points.toLocaleString('en'),
  ];
  texts.forEach((text, at) => {
    const cell = cells[at];
    if (cell) write(cell, text);
  });
}

/** How long ago that was: milliseconds since 1970, by the clock of the same machine. */
function ago(at: number): string {
  const minutes = Math.floor((Date.now() - at) / 60_000);
  return minutes < 1 ? 'now' : minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}
