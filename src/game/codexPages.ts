// The codex as it is read: which entries a player has met, and which a search finds.
import type { Codex } from './codex.ts';
import type { Places } from './codexPlaces.ts';
import type { Progress } from './progress.ts';

export interface Pages {
  readonly codex: Codex;
  readonly places: Places;
}

/** The names of all entries, in the order of the alphabet. */
export const everyEntry = ({ codex }: Pages): readonly string[] =>
  [...codex.entries.keys()].sort((one, other) => one.localeCompare(other, 'en', { sensitivity: 'base' }));

/** Those that stood in a level which the player has begun. */
export const metEntries = (pages: Pages, { levels }: Progress): readonly string[] =>
  everyEntry(pages).filter((name) => pages.places[name]?.some((id) => levels[id]));

/** Those of `names` that a search finds: first by the beginning of the name, then inside it, then in what is said of it. */
export function found({ codex }: Pages, names: readonly string[], query: string): readonly string[] {
  const wanted = query.trim().toLowerCase();
  if (!wanted) return names;
  const rank = (name: string): number => {
    const at = name.toLowerCase().indexOf(wanted);
    if (at >= 0) return at === 0 ? 0 : 1;
    return codex.entries.get(name)?.is.toLowerCase().includes(wanted) ? 2 : 3;
  };
  const ranked = names.map((name) => [rank(name), name] as const).filter(([place]) => place < 3);
  return ranked.sort(([one], [other]) => one - other).map(([, name]) => name);
}
