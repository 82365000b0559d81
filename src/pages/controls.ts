// What the teacher does with the round: one main button at a time, those of no use now switched off.
import type { PageCommand } from '../classroom/pageCommands.ts';
import type { Board } from '../classroom/wire.ts';
import { ask, command } from './commanding.ts';
import { part, write } from './dom.ts';
import { send } from './follow.ts';

type Control = Extract<
  PageCommand,
  { type: 'start' | 'pause' | 'resume' | 'end' | 'reveal' } | { type: 'freeze' | 'unfreeze' }
>;

/** In which states each is of use; and whether it is what comes next. */
const uses: Readonly<Record<Control['type'], { readonly when: (board: Board) => boolean; readonly next?: true }>> = {
  start: { when: ({ state, round }) => state === 'lobby' && round.number > 0, next: true },
  pause: { when: ({ state }) => state === 'running' },
  resume: { when: ({ state }) => state === 'paused', next: true },
  freeze: { when: ({ state, frozen }) => (state === 'running' || state === 'paused') && !frozen },
  unfreeze: { when: ({ frozen }) => frozen },
  end: { when: ({ state }) => state === 'running' || state === 'paused' },
  reveal: { when: ({ state }) => state === 'ended', next: true },
};

export function openControls(): (board: Board) => void {
  const buttons = [...document.querySelectorAll<HTMLButtonElement>('[data-command]')];
  const typeOf = (button: HTMLButtonElement) => button.dataset.command as Control['type'];
  for (const button of buttons)
    button.addEventListener('click', async () => {
      const question = button.dataset.ask;
      if (question === undefined || (await ask(question))) await command({ type: typeOf(button) }, part('told'));
    });
  part('copy').addEventListener('click', async () => {
    await navigator.clipboard.writeText(part('command').textContent);
    write(part('told'), 'The command is copied.');
  });
  part('open-projector').addEventListener('click', async () => {
    const { ok, body } = await send('link', {});
    if (ok) open(String(body.link), '_blank', 'noopener');
    else write(part('told'), String(body.detail));
  });
  return (board) => {
    for (const button of buttons) {
      const { when, next } = uses[typeOf(button)];
      button.disabled = !when(board);
      button.classList.toggle('main', next === true && !button.disabled);
    }
    // The two stand in the same place, as do these.
    for (const [one, other] of [
      ['pause', 'resume'],
      ['freeze', 'unfreeze'],
    ] as const) {
      const second = buttons.find((button) => typeOf(button) === other);
      const first = buttons.find((button) => typeOf(button) === one);
      if (first && second) [first.hidden, second.hidden] = [!second.disabled, second.disabled];
    }
    const begun = board.state === 'running' || board.state === 'paused';
    part<HTMLButtonElement>('new-round').disabled = begun;
    part('new-round').classList.toggle('main', !board.round.number || board.state === 'revealed');
  };
}
