// What the states of a competition are called on the pages.

import { bareName } from '../classroom/names.ts';
import type { Board } from '../classroom/wire.ts';
import { part, write } from './dom.ts';

const names: Readonly<Record<Board['state'], string>> = {
  lobby: 'Lobby',
  running: 'Running',
  paused: 'Paused',
  ended: 'Ended',
  revealed: 'Revealed',
};

/** The strip at the top, the same on both pages. */
export function drawStrip({ title, round, state, frozen }: Board, count: string): void {
  const bare = bareName(title);
  write(part('title'), bare);
  write(part('round'), roundInWords(round));
  write(part('count'), count);
  write(part('state'), frozen ? `${names[state]} · board frozen` : names[state]);
  document.body.dataset.state = state;
  document.body.dataset.frozen = String(frozen);
  document.title = `${bare} – HTTPS Quest`;
}

/** Its number, and its title where that is another. */
function roundInWords({ number, title }: Board['round']): string {
  if (!number) return 'No round yet';
  const counted = `Round ${number}`;
  return title === counted ? counted : `${counted} · ${bareName(title)}`;
}

/** Reads a change aloud to whoever listens to the page; the same sentence only once. */
export function announce(sentence: string): void {
  if (sentence) write(part('said'), sentence);
}

/** What to say of a change between two boards; nothing of small ones. */
export function changeOf(before: Board | undefined, { state, frozen, top }: Board): string {
  if (!before) return '';
  if (before.state !== state)
    return {
      lobby: 'A new round is in its lobby.',
      running: 'The round is running.',
      paused: 'The round is paused.',
      ended: 'The round has ended.',
      revealed: 'The result is revealed.',
    }[state];
  if (before.frozen !== frozen) return frozen ? 'The board is frozen.' : 'The board moves again.';
  const [first] = top;
  return first && before.top[0]?.name !== first.name ? `${bareName(first.name)} takes the lead.` : '';
}
