// A command of the teacher on its way to the host, and what is said of it.
import type { CommandAnswer, PageCommand } from '../classroom/pageCommands.ts';
import { part, write } from './dom.ts';
import { send } from './follow.ts';

/** Says in `told` what came of it; gives the answer where it was done. */
export async function command(
  asked: PageCommand,
  told: HTMLElement,
): Promise<Extract<CommandAnswer, { done: string }> | undefined> {
  write(told, '');
  const { ok, body } = await send('command', asked);
  const text = String((ok ? body.done : body.detail) ?? 'Not done.');
  told.classList.toggle('bad', !ok);
  write(told, text);
  return ok ? { done: text, ...(body.code === undefined ? {} : { code: String(body.code) }) } : undefined;
}

/** Asks in a dialog; true for yes. */
export function ask(question: string): Promise<boolean> {
  const dialog = part<HTMLDialogElement>('ask');
  write(part('question'), question);
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) =>
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true }),
  );
}

/** Its buttons of that kind close it, and a click beside it. */
export function closable(dialog: HTMLDialogElement): void {
  for (const button of dialog.querySelectorAll('[data-close]')) button.addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', ({ target }) => {
    if (target === dialog) dialog.close();
  });
}
