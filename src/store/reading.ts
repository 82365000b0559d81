// Reading the codex: pure steps from one page to the next.
import { everyEntry, found, metEntries, type Pages } from '../game/codexPages.ts';
import type { Progress } from '../game/progress.ts';

export interface Reading {
  readonly pages: Pages;
  /** Also what was not met yet. */
  readonly all: boolean;
  readonly query: string;
  /** The entries that are listed. */
  readonly listed: readonly string[];
  /** The entry that is read; nothing where none is listed. */
  readonly name: string | undefined;
  /** The entries that were left by a link, the newest last. */
  readonly trail: readonly string[];
  /** First line of the page that is shown. */
  readonly scroll: number;
}
export type Turn =
  | { readonly by: number }
  /** The link of that number, from 1. */
  | { readonly link: number }
  | { readonly back: true }
  | { readonly query: string }
  | { readonly all: boolean }
  | { readonly scroll: number };

/** At the first entry of those that were met; where there are none, of all. */
export function reading(pages: Pages, progress: Progress): Reading {
  const all = !metEntries(pages, progress).length;
  const empty: Reading = { pages, all, query: '', listed: [], name: undefined, trail: [], scroll: 0 };
  return listing(empty, progress);
}

function listing(before: Reading, progress: Progress): Reading {
  const { pages, all, query, name } = before;
  const listed = found(pages, all ? everyEntry(pages) : metEntries(pages, progress), query);
  const stays = name !== undefined && listed.includes(name) && !query;
  return { ...before, listed, name: stays ? name : listed[0], scroll: 0 };
}

export function turned(now: Reading, turn: Turn, progress: Progress): Reading {
  const { listed, name, trail } = now;
  if ('scroll' in turn) return { ...now, scroll: Math.max(0, turn.scroll) };
  if ('query' in turn) return listing({ ...now, query: turn.query, trail: [] }, progress);
  if ('all' in turn) return listing({ ...now, all: turn.all, trail: [] }, progress);
  if ('back' in turn) {
    const last = trail.at(-1);
    return last === undefined ? now : { ...now, name: last, trail: trail.slice(0, -1), scroll: 0 };
  }
  if ('link' in turn) {
    const to = linksOf(now)[turn.link - 1];
    return to === undefined || name === undefined ? now : { ...now, name: to, trail: [...trail, name], scroll: 0 };
  }
  if (!listed.length) return now;
  // Whoever followed a link may stand on an entry that is not listed.
  const at = listed.indexOf(name ?? '');
  const next = at < 0 ? 0 : Math.max(0, Math.min(listed.length - 1, at + turn.by));
  return { ...now, name: listed[next], trail: [], scroll: 0 };
}

/** What the entry leads to. */
export const linksOf = ({ pages: { codex }, name }: Reading): readonly string[] =>
  codex.entries.get(name ?? '')?.see ?? [];
