// Where each entry of the codex is met: in the levels that introduce the word, and in those that show the thing by its name.
import type { Scenarios } from '../scenarios/index.ts';
import type { Codex } from './codex.ts';
import type { Level } from './level.ts';
import { shownIn } from './shown.ts';

/** By entry, the ids of the levels, in their order. */
export type Places = Readonly<Record<string, readonly string[]>>;

export function placesOf({ entries }: Codex, levels: readonly Level[], scenarios: Scenarios): Places {
  const shown = levels.map((level) => new Set(shownIn(level, scenarios).map(({ name }) => name)));
  return Object.fromEntries(
    [...entries].map(([name, entry]) => [
      name,
      levels
        .filter(
          ({ terms }, index) => terms.includes(name) || [name, ...entry.shown].some((one) => shown[index]?.has(one)),
        )
        .map(({ id }) => id),
    ]),
  );
}
