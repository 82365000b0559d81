// All that a teacher can do with one player.
import type { PageCommand } from '../classroom/pageCommands.ts';
import type { TeacherState } from '../classroom/pageState.ts';
import { ask, closable, command } from './commanding.ts';
import { many, named, part, write } from './dom.ts';

export interface PlayerDialog {
  readonly open: (player: string) => void;
  readonly draw: (state: TeacherState) => void;
}

export function openPlayerDialog(): PlayerDialog {
  const dialog = part<HTMLDialogElement>('player');
  const told = part('player-told');
  let id = '';
  let players: TeacherState['players'] = [];
  const input = (name: string) => part<HTMLInputElement>(name);
  closable(dialog);

  const draw = () => {
    const player = players.find((one) => one.id === id);
    if (!player) return dialog.close();
    if (part('player-name').dataset.name !== player.name) {
      part('player-name').dataset.name = player.name;
      part('player-name').replaceChildren(named(player.name));
    }
    const { points, stars, solved, standing } = player;
    const out = { in: '', kicked: ' · taken out', banned: ' · banned' }[standing];
    write(part('player-facts'), `${many(points, 'point')} · ${many(stars, 'star')} · ${solved} solved${out}`);
    part<HTMLButtonElement>('kick').disabled = standing !== 'in';
    part<HTMLButtonElement>('ban').disabled = standing === 'banned';
    part<HTMLButtonElement>('device').disabled = standing !== 'in';
  };
  const onSubmit = (form: string, asked: () => PageCommand) =>
    part(form).addEventListener('submit', async (event) => {
      event.preventDefault();
      await command(asked(), told);
    });
  onSubmit('rename', () => ({ type: 'rename', player: id, name: input('new-name').value }));
  onSubmit('assign', () => {
    const team = input('new-team').value.trim();
    return { type: 'assign', player: id, ...(team ? { team } : {}) };
  });
  onSubmit('adjust', () => ({
    type: 'adjust',
    player: id,
    points: input('add-points').valueAsNumber,
    why: input('add-why').value,
  }));
  part('device').addEventListener('click', async () => {
    const answer = await command({ type: 'device', player: id }, told);
    write(part('device-code'), answer?.code ?? '');
  });
  const onGrave = (type: 'kick' | 'ban' | 'erase', question: (name: string) => string) =>
    part(type).addEventListener('click', async () => {
      const player = id;
      const name = part('player-name').textContent;
      if (await ask(question(name))) await command({ type, player }, told);
    });
  onGrave('kick', (name) => `Take ${name} out? The player may join again under another name.`);
  onGrave('ban', (name) => `Ban ${name}? Nobody can join under this name again.`);
  onGrave('erase', (name) => `Erase ${name}? Name, answers and points are deleted and cannot be brought back.`);

  return {
    open: (player) => {
      id = player;
      const { name = '', team = '' } = players.find((one) => one.id === id) ?? {};
      input('new-name').value = name;
      input('new-team').value = team;
      input('add-points').value = '';
      input('add-why').value = '';
      write(told, '');
      write(part('device-code'), '');
      dialog.showModal();
      draw();
    },
    draw: (state) => {
      players = state.players;
      if (dialog.open) draw();
    },
  };
}
