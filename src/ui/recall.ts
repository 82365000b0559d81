// How what was believed, and what is asked again and when, is written for people.
import type { Codex } from '../game/codex.ts';
import type { DrillPlan } from '../game/drill.ts';
import type { Level } from '../game/level.ts';
import type { Snapshot } from '../game/play.ts';

/** What is believed, in a sentence; of levels without a codex, its id in words. */
export const beliefInWords = (misconception: string, known: Codex['misconceptions']): string =>
  known.get(misconception)?.belief ?? `${misconception.replaceAll('-', ' ')}.`;

/** The day of a moment, here: 2026-05-04. */
export function onDay(moment: string | Date): string {
  const date = new Date(moment);
  const two = (number: number) => `${number}`.padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** How many are due. */
export function dueInWords(due: DrillPlan['due']): string {
  const missed = due.filter((item) => item.missed).length;
  const all = missed === due.length;
  const how = !missed
    ? ''
    : all && missed === 1
      ? ', missed before'
      : `, ${all ? 'all' : `${missed} of them`} missed before`;
  return `${due.length === 1 ? 'One decision is due' : `${due.length} decisions are due`}${how}.`;
}

/** When the next decision comes. */
export function nextInWords(next: DrillPlan['next']): string {
  if (next === undefined) return 'All of it is learned.';
  if (next === 'next start') return 'The next comes when you start the game again.';
  return `The next comes on ${onDay(next)}.`;
}

/** Where one is thrown into, in one line: the level, its part, and who one is. */
export function situationInWords({ title, acts }: Level, { acts: seen }: Pick<Snapshot, 'acts'>): string {
  const now = seen.at(-1);
  if (!now) return title;
  const part = acts.length > 1 && now.act.title ? `, ${now.act.title}` : '';
  const you = now.cast.find(({ actor }) => actor === now.you)?.title ?? now.you;
  return `${title}${part}: you are the ${now.act.role}, ${you}.`;
}

/** How a drill went. */
export function drillResultInWords(done: readonly { readonly safe: boolean }[]): string {
  const right = done.filter(({ safe }) => safe).length;
  if (!done.length) return 'Nothing was answered.';
  if (right === done.length) return done.length === 1 ? 'Right.' : `All ${done.length} right.`;
  return `${right} of ${done.length} right.`;
}

/** What the drill is, once for those who do not know it. */
export const drillRule =
  'Decisions out of levels that you have played, with new names and keys. A right one comes again after three days, then ' +
  'after ten; a wrong one, or one with a hint, at the next start.';
