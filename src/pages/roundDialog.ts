// A new round: its title, its levels, its rules.
import type { TeacherState } from '../classroom/pageState.ts';
import { closable, command } from './commanding.ts';
import { element, part, write } from './dom.ts';

export function openRoundDialog(): (state: TeacherState) => void {
  const dialog = part<HTMLDialogElement>('round-dialog');
  const input = (id: string) => part<HTMLInputElement>(id);
  const boxes = () => [...part('catalogue').querySelectorAll<HTMLInputElement>('input[name="level"]')];
  const chosen = () => boxes().filter(({ checked }) => checked);
  let newest: TeacherState | undefined;
  closable(dialog);

  const count = () => {
    write(part('chosen'), `${chosen().length} of ${boxes().length}`);
    for (const all of part('catalogue').querySelectorAll<HTMLInputElement>('.chapter > input')) {
      const own = [...(all.closest('fieldset')?.querySelectorAll<HTMLInputElement>('input[name="level"]') ?? [])];
      all.checked = own.every(({ checked }) => checked);
      all.indeterminate = !all.checked && own.some(({ checked }) => checked);
    }
  };
  part('new-round').addEventListener('click', () => {
    if (!newest) return;
    const number = newest.board.round.number + 1;
    input('round-title').value = `Round ${number}`;
    write(part('round-told'), '');
    if (!boxes().length) part('catalogue').replaceChildren(...chaptersOf(newest, count));
    count();
    dialog.showModal();
  });
  part('round-form').addEventListener('submit', async (event) => {
    event.preventDefault();
    const levels = chosen().map(({ value }) => value);
    if (!levels.length) {
      part('round-told').classList.add('bad');
      return write(part('round-told'), 'Choose at least one level.');
    }
    const { checked: speedBonus } = input('speedBonus');
    const { checked: streaks } = input('streaks');
    const { checked: firstBlood } = input('firstBlood');
    const { checked: decay } = input('decay');
    const attempts = input('round-attempts').valueAsNumber;
    const rules = { attempts, speedBonus, streaks, firstBlood, decay };
    if (await command({ type: 'round', title: input('round-title').value, levels, rules }, part('round-told')))
      dialog.close();
  });
  return (state) => {
    newest = state;
  };
}

/** A box for each chapter, which ticks those of its levels. */
function chaptersOf({ catalogue }: TeacherState, changed: () => void): HTMLElement[] {
  const chapters = new Map<string, TeacherState['catalogue']>();
  for (const level of catalogue) chapters.set(level.chapter, [...(chapters.get(level.chapter) ?? []), level]);
  return [...chapters].map(([chapter, levels]) => {
    const all = element('input', { type: 'checkbox' });
    const own = levels.map(({ id, title }) => ({
      box: element('input', { type: 'checkbox', name: 'level', value: id }),
      title,
    }));
    all.addEventListener('change', () => {
      for (const { box } of own) box.checked = all.checked;
      changed();
    });
    for (const { box } of own) box.addEventListener('change', changed);
    return element(
      'fieldset',
      { 'aria-label': chapter },
      element('label', { class: 'chapter' }, all, ` ${chapter}`),
      ...own.map(({ box, title }) => element('label', {}, box, ` ${title}`)),
    );
  });
}
