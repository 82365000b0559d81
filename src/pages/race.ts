// The race: the first ten, who move to their places; what was solved; the last solve; teams.
import type { PublicState } from '../classroom/pageState.ts';
import type { Board } from '../classroom/wire.ts';
import { calm, element, keep, named, part, write } from './dom.ts';

type Row = Board['top'][number];

export function drawRace({ board, titles }: PublicState): void {
  const { top, levels, lastSolve, teams, players, frozen, state } = board;
  const titleOf = (level: string) => titles.find(({ id }) => id === level)?.title ?? level;
  drawRows(part('rows'), top);
  part('nobody').hidden = top.length > 0;
  write(
    part('sign'),
    state === 'ended'
      ? 'Time is up. The result follows.'
      : frozen
        ? 'The board stands still. What happens now is shown at the end.'
        : state === 'paused'
          ? 'Pause. Nobody can go on until the teacher does.'
          : '',
  );
  part('sign').hidden = !part('sign').textContent;

  part('levels').dataset.crowd = levels.length > 18 ? 'many' : levels.length > 9 ? 'some' : 'few';
  keep(part('levels'), levels, ({ id }) => id, {
    make: ({ id }) =>
      element('li', {}, element('span', { class: 'level' }, titleOf(id)), element('span', { class: 'solved' })),
    update: (row, { id, solved }) => {
      row.style.setProperty('--share', String(players ? solved / players : 0));
      const counted = row.querySelector<HTMLElement>('.solved');
      if (counted) write(counted, String(solved));
      row.setAttribute('aria-label', `${titleOf(id)}: solved by ${solved} of ${players}`);
    },
  });
  const solve = lastSolve ? [named(lastSolve.name), element('span', { class: 'at' }, titleOf(lastSolve.level))] : [];
  const key = lastSolve ? `${lastSolve.name}|${lastSolve.level}` : '';
  if (part('last').dataset.key !== key) {
    part('last').dataset.key = key;
    part('last').replaceChildren(...(solve.length ? solve : ['Nobody yet. The first is about to.']));
  }
  part('teams-panel').hidden = teams.length < 2;
  const best = [...teams].sort((one, other) => other.points - one.points).slice(0, 4);
  keep(part('teams'), best, ({ team }) => team, {
    make: ({ team }) => element('li', {}, named(team), element('span', { class: 'solved' })),
    update: (row, { points }) => {
      const mean = row.querySelector<HTMLElement>('.solved');
      if (mean) write(mean, String(Math.round(points)));
    },
  });
}

/** The elements keep their places in the document and are moved on the screen; `aria-owns` says their order. */
function drawRows(list: HTMLElement, top: readonly Row[]): void {
  const most = Math.max(1, ...top.map(({ points }) => points));
  const here = new Map([...list.children].map((row) => [row.getAttribute('data-key') ?? '', row as HTMLElement]));
  const shown = top.map((one, place) => {
    const row = here.get(one.name) ?? arrive(list, one, place);
    here.delete(one.name);
    const before = Number(row.dataset.place);
    if (place < before) row.classList.add('rising');
    row.dataset.place = String(place);
    row.style.setProperty('--place', String(place));
    row.style.setProperty('--share', String(Math.max(0, one.points) / most));
    row.dataset.rank = String(one.rank);
    fill(row, one);
    return row;
  });
  for (const gone of here.values()) gone.remove();
  const owned = shown.map(({ id }) => id).join(' ');
  if (owned && list.getAttribute('aria-owns') !== owned) list.setAttribute('aria-owns', owned);
}

let numbered = 0;
function arrive(list: HTMLElement, { name, team }: Row, place: number): HTMLElement {
  const row = element(
    'li',
    { id: `row-${++numbered}`, 'data-key': name, 'data-place': place },
    element('span', { class: 'rank' }),
    element('span', { class: 'who' }, named(name), ...(team === undefined ? [] : [named(team, 'team')])),
    element('span', { class: 'stars' }),
    element('span', { class: 'points' }),
  );
  row.addEventListener('animationend', () => row.classList.remove('rising'));
  list.append(row);
  return row;
}

function fill(row: HTMLElement, { rank, stars, solved, points }: Row): void {
  const [ranked, starred, pointed] = ['.rank', '.stars', '.points'].map((which) =>
    row.querySelector<HTMLElement>(which),
  );
  if (!ranked || !starred || !pointed) return;
  write(ranked, String(rank));
  if (starred.dataset.of !== `${stars}/${solved}`) {
    starred.dataset.of = `${stars}/${solved}`;
    starred.replaceChildren(
      element('span', { class: 'check', 'aria-label': `${solved} solved,` }, `✓ ${solved}`),
      element('span', { class: 'star', 'aria-label': `${stars} stars,` }, `★ ${stars}`),
    );
  }
  countTo(pointed, points);
}

/** Counts up or down to the points, in half a second. */
function countTo(target: HTMLElement, points: number): void {
  const from = Number(target.dataset.points ?? points);
  if (target.dataset.points === String(points)) return;
  target.dataset.points = String(points);
  const began = performance.now();
  const step = (now: number) => {
    if (target.dataset.points !== String(points)) return;
    const part = calm() ? 1 : Math.min(1, (now - began) / 500);
    write(target, Math.round(from + (points - from) * part).toLocaleString('en'));
    if (part < 1) requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}
