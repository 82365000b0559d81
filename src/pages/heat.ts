// The heat map: who thinks what wrongly at which level. A cell that is pressed says the wrong answer that most gave.
import type { Heat, TeacherState } from '../classroom/pageState.ts';
import { element, keep, many, part, write } from './dom.ts';

let chosen = '';
/** Shares of the players from which a cell is one step hotter: on each of the colours its number can be read. */
const steps = [0.1, 0.25, 0.45, 0.7];
const keyOf = ({ level, misconception }: Heat) => `${level} ${misconception}`;

export function drawHeat(state: TeacherState): void {
  const { heat, titles } = state;
  const levels = titles.filter(({ id }) => heat.some(({ level }) => level === id));
  part('no-heat').hidden = heat.length > 0;
  keep(part('heat-levels'), [{ id: '', title: 'Players who think that …' }, ...levels], ({ id }) => id, {
    make: ({ id, title }) => element('th', { scope: 'col', class: id ? 'level' : '' }, element('span', {}, title)),
  });
  const rows = new Map<string, { title: string; players: number }>();
  for (const { misconception, title, players } of heat)
    rows.set(misconception, { title, players: (rows.get(misconception)?.players ?? 0) + players });
  const sorted = [...rows].sort(([, one], [, other]) => other.players - one.players);
  keep(part('heat'), sorted, ([misconception]) => misconception, {
    make: ([, { title }]) => element('tr', {}, element('th', { scope: 'row' }, title)),
    update: (row, [misconception]) =>
      keep(row, [undefined, ...levels], (level) => level?.id ?? 'title', {
        make: (level) =>
          level ? element('td') : element('th', { scope: 'row' }, rows.get(misconception)?.title ?? ''),
        update: (cell, level) => {
          const one = heat.find((each) => each.level === level?.id && each.misconception === misconception);
          if (level) fill(cell, one, level.title);
        },
      }),
  });
  sayAnswer(state);
}

function fill(cell: HTMLElement, one: Heat | undefined, title: string): void {
  if (!one) {
    cell.replaceChildren();
    return;
  }
  const button = cell.querySelector('button') ?? element('button', { type: 'button' });
  if (!button.isConnected) {
    cell.replaceChildren(button);
    button.addEventListener('click', () => {
      chosen = keyOf(one);
      for (const other of part('heat').querySelectorAll('button'))
        other.setAttribute('aria-pressed', String(other === button));
      say(button);
    });
  }
  const share = one.of ? one.players / one.of : 0;
  write(button, String(one.players));
  button.dataset.heat = String(1 + steps.filter((step) => share >= step).length);
  button.setAttribute('aria-pressed', String(keyOf(one) === chosen));
  button.setAttribute('aria-label', `${title}: ${one.players} of ${one.of}`);
  button.dataset.answer = answerOf(one, title);
}

const answerOf = ({ players, of, answer: { step, choice, times } }: Heat, title: string): string =>
  `${title}: ${many(players, 'player')} of ${of}. Chosen most, ${times === 1 ? 'once' : `${times} times`}: “${choice}” (${step}).`;

const say = (button: HTMLElement): void => write(part('answer'), button.dataset.answer ?? '');

/** The one that was chosen, or that of the most players. */
function sayAnswer({ heat }: TeacherState): void {
  const pressed = part('heat').querySelector<HTMLElement>('[aria-pressed="true"]');
  if (!pressed) chosen = '';
  const shown = pressed ?? part('heat').querySelector<HTMLElement>('button');
  if (shown && heat.length) say(shown);
  else write(part('answer'), '');
}
