// Levels and codex files held against each other: what is wrong, with file, line and key.
import type { Scenarios } from '../scenarios/index.ts';
import { codexProblems, levelProblems, type Used } from './checks/codex.ts';
import { goalProblems } from './checks/goals.ts';
import { hintProblems } from './checks/hints.ts';
import { linkProblems } from './checks/links.ts';
import { outcomes } from './checks/outcomes.ts';
import { type CodexFile, codexOf, type Entry, type ReadCodexFile } from './codex.ts';
import type { Fault, Read } from './faults.ts';
import type { Level } from './level.ts';
import { shownIn } from './shown.ts';

export interface ToCheck {
  readonly levels: readonly (Pick<Read<Level>, 'faultsAt'> & { readonly level: Level })[];
  /** Their own codex. */
  readonly files: readonly ReadCodexFile[];
  /** What ships with the program: its levels in the order of the path, and its codex. */
  readonly shipped: { readonly levels: readonly Level[]; readonly files: readonly CodexFile[] };
}

/** Everything that levels and codex have against each other. */
export function checkCodex({ levels, files, shipped }: ToCheck, scenarios: Scenarios): Fault[] {
  const codex = codexOf([...shipped.files, ...files]);
  const given = levels.map(({ level }) => level);
  const path = pathOf(given, shipped.levels);
  const introduced = introducedBefore(path);
  const used = files.length ? usedBy(path, codexOf(files).entries, scenarios) : undefined;
  return [
    ...levels.flatMap(({ level, faultsAt }) =>
      faultsAt([
        ...levelProblems(level, codex, introduced.get(level.id) ?? new Set()),
        ...hintProblems(level),
        ...linkProblems(level),
        ...goalsOf(level, scenarios),
      ]),
    ),
    ...files.flatMap((file) => (used ? file.faultsAt(codexProblems(file, codex, used)) : [])),
  ];
}

function goalsOf(level: Level, scenarios: Scenarios) {
  const scenario = scenarios.get(level.scenario);
  return scenario ? goalProblems(level, scenario) : [];
}

/** The order in which levels are played: where all that ship are given, the given one; else the others after those that ship. */
function pathOf(given: readonly Level[], shipped: readonly Level[]): readonly Level[] {
  const mine = new Map(given.map((level) => [level.id, level]));
  if (shipped.every(({ id }) => mine.has(id))) return given;
  const known = new Set(shipped.map(({ id }) => id));
  return [...shipped.map((level) => mine.get(level.id) ?? level), ...given.filter(({ id }) => !known.has(id))];
}

/** By level, the terms of all levels before it. */
function introducedBefore(path: readonly Level[]): ReadonlyMap<string, ReadonlySet<string>> {
  const terms = new Set<string>();
  return new Map(
    path.map(({ id, terms: own }) => {
      const before = new Set(terms);
      for (const term of own) terms.add(term);
      return [id, before];
    }),
  );
}

/** Levels are played only where an entry is in no list of terms. */
function usedBy(path: readonly Level[], entries: ReadonlyMap<string, Entry>, scenarios: Scenarios): Used {
  const terms = new Set(path.flatMap((level) => level.terms));
  const rest = [...entries].filter(([name]) => !terms.has(name));
  const shown = new Set(
    rest.length ? path.flatMap((level) => shownIn(level, scenarios).map(({ name }) => name)) : undefined,
  );
  const isShown = ([name, entry]: readonly [string, Entry]) => [name, ...entry.shown].some((one) => shown.has(one));
  return {
    misconceptions: new Set(
      path.flatMap((level) => outcomes(level).flatMap(([, { misconception }]) => misconception ?? [])),
    ),
    entries: new Set([...terms, ...rest.filter(isShown).map(([name]) => name)]),
  };
}
