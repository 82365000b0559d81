// The end: the third, the second, the first, and the other seven.
import type { Board } from '../classroom/wire.ts';
import { element, many, named, part } from './dom.ts';

/** `anew`: it was not on the screen before, and is built up once more. */
export function drawPodium({ top, teams, number }: Board, anew: boolean): void {
  if (!anew && part('podium').dataset.number === String(number)) return;
  part('podium').dataset.number = String(number);
  // In the order in which they are read; which stands where on the screen is a matter of looks.
  part('steps').replaceChildren(
    ...top
      .slice(0, 3)
      .map(({ rank, name, team, points, stars }, place) =>
        element(
          'li',
          { class: 'step', 'data-place': place + 1 },
          element(
            'div',
            { class: 'winner' },
            named(name),
            ...(team === undefined ? [] : [named(team, 'team')]),
            element('span', { class: 'points' }, points.toLocaleString('en')),
          ),
          element(
            'div',
            { class: 'block' },
            element('span', { class: 'rank' }, String(rank)),
            element('span', { class: 'star' }, `★ ${stars}`),
          ),
        ),
      ),
  );
  part('others').replaceChildren(
    ...top
      .slice(3)
      .map(({ rank, name, points }) =>
        element(
          'li',
          {},
          element('span', { class: 'rank' }, String(rank)),
          named(name),
          element('span', { class: 'points' }, points.toLocaleString('en')),
        ),
      ),
  );
  const [best] = [...teams].sort((one, other) => other.points - one.points);
  part('best-team').replaceChildren(
    ...(best && teams.length > 1
      ? [
          'Best team: ',
          named(best.team),
          ` with ${Math.round(best.points)} points on average of ${many(best.players, 'player')}`,
        ]
      : []),
  );
}
