// Who needs a visit: longest first.
import type { TeacherState } from '../classroom/pageState.ts';
import { element, keep, many, named, part, write } from './dom.ts';

export function drawStuck({ stuck, players, titles }: TeacherState, open: (player: string) => void): void {
  const nameOf = (id: string) => players.find((player) => player.id === id)?.name ?? '';
  const sorted = [...stuck].sort((one, other) => one.since - other.since);
  part('no-stuck').hidden = sorted.length > 0;
  keep(part('stuck'), sorted, ({ player, level }) => `${player} ${level} ${nameOf(player)}`, {
    make: ({ player }) => {
      const button = element('button', { type: 'button', class: 'plain' }, named(nameOf(player)));
      button.addEventListener('click', () => open(player));
      return element('li', {}, button, element('span', { class: 'where' }), element('span', { class: 'faint' }));
    },
    update: (row, { level, since, wrong }) => {
      const [where, long] = [...row.querySelectorAll<HTMLElement>(':scope > span')];
      if (!where || !long) return;
      write(where, titles.find(({ id }) => id === level)?.title ?? level);
      write(long, `${Math.floor((Date.now() - since) / 60_000)} min · ${many(wrong, 'wrong answer')}`);
    },
  });
}
