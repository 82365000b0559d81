// Where levels come from: those that ship with the program, those of a folder, or one file. And their codex.
import { closeSync, existsSync, fstatSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Codex, type CodexFile, codexOf, contentOf, loadCodexFile, type ReadCodexFile } from '../game/codex.ts';
import type { Pages } from '../game/codexPages.ts';
import type { Places } from '../game/codexPlaces.ts';
import { loadCompiled } from '../game/compiled.ts';
import type { Fault, Read } from '../game/faults.ts';
import type { Level } from '../game/level.ts';
import { loadLevel } from '../game/load.ts';
import { fileLimit } from '../game/yamlFile.ts';
import { scenarios } from '../scenarios/index.ts';
import { quoted } from '../ui/printable.ts';
import type { Call } from './call.ts';
import { exit } from './output.ts';

export interface LevelFiles {
  readonly levels: readonly { readonly file: string; readonly level: Level }[];
  readonly faults: readonly Fault[];
}
/** As they were written, so that it can be said where in a file something is wrong. */
export interface WrittenLevels {
  readonly levels: readonly (LevelFiles['levels'][number] & Pick<Read<Level>, 'faultsAt'>)[];
  readonly faults: readonly Fault[];
}

/** The levels that were compiled into the program, in the order in which they are best played. */
export function builtIn(compiled: URL = new URL('./levels.json', import.meta.url)): LevelFiles {
  const data = JSON.parse(readFileSync(compiled, 'utf8')) as { readonly file: string; readonly level: unknown }[];
  return { levels: data.map(({ file, level }) => ({ file, level: loadCompiled(level, scenarios) })), faults: [] };
}
/** The codex that was compiled into the program. Read only where it is asked for. */
export const builtInCodex = (compiled: URL = new URL('./codex.json', import.meta.url)): readonly CodexFile[] =>
  JSON.parse(readFileSync(compiled, 'utf8')) as readonly CodexFile[];
/** The codex with the places where each entry is met. */
export const builtInPages = (places: URL = new URL('./codexPlaces.json', import.meta.url)): Pages => ({
  codex: codexOf(builtInCodex()),
  places: JSON.parse(readFileSync(places, 'utf8')) as Places,
});
/** Where the files lie that both were compiled from. */
export const builtInFolder = (): string => fileURLToPath(new URL('./levels', import.meta.url));

/** The level files of a folder and the folders in it, or a single file. A string says why there are none. */
export function levelsIn(path: string): WrittenLevels | string {
  const all = yamlIn(path);
  if (!all) return `There is no file or folder "${quoted(path)}".`;
  const names = all.filter((name) => contentOf(name) === 'level');
  if (!names.length) return `There is no level file (.yaml) in "${quoted(path)}".`;
  const levels: WrittenLevels['levels'][number][] = [];
  const faults: Fault[] = [];
  for (const file of names) {
    const text = readText(file);
    if (text === undefined) {
      faults.push(unreadable(file));
      continue;
    }
    const loaded = loadLevel(text, file, scenarios);
    if ('faults' in loaded) faults.push(...loaded.faults);
    else levels.push({ file, ...loaded });
  }
  return { levels, faults };
}

/** The codex of a folder of levels; of a single level, what lies beside its file. */
export function codexIn(path: string): { readonly files: readonly ReadCodexFile[]; readonly faults: readonly Fault[] } {
  const files: ReadCodexFile[] = [];
  const faults: Fault[] = [];
  for (const file of codexNames(path)) {
    const text = readText(file);
    const loaded = text === undefined ? { faults: [unreadable(file)] } : loadCodexFile(text, file);
    if ('faults' in loaded) faults.push(...loaded.faults);
    else files.push(loaded);
  }
  return { files, faults };
}

/** What many believe, by the ids that levels name: of the program, and of a folder of levels where one is given. */
export const misconceptionsOf = (path: string | undefined): Codex['misconceptions'] =>
  codexOf([...builtInCodex(), ...(path === undefined ? [] : codexIn(path).files)]).misconceptions;

function codexNames(path: string): readonly string[] {
  const isFolder = statSync(path).isDirectory();
  const beside = ['misconceptions.yaml', 'codex'].map((name) => join(dirname(path), name)).filter(existsSync);
  const names = isFolder ? yamlIn(path) : beside.flatMap((name) => yamlIn(name) ?? []);
  return (names ?? []).filter((name) => contentOf(name) !== 'level');
}

const unreadable = (file: string): Fault => ({ file, line: 1, key: '', message: 'The file cannot be read.' });

/** The YAML files of a folder and the folders in it, in order, or the one file; nothing where there is neither. */
function yamlIn(path: string): string[] | undefined {
  try {
    return statSync(path).isDirectory()
      ? readdirSync(path, { recursive: true, encoding: 'utf8' })
          .filter((name) => /\.ya?ml$/.test(name))
          .sort()
          .map((name) => join(path, name))
      : [path];
  } catch {
    return undefined;
  }
}

/** Of a file larger than a level may be, only as much as shows that it is; nothing where it cannot be read. */
export function readText(file: string): string | undefined {
  let open: number | undefined;
  try {
    open = openSync(file, 'r');
    if (fstatSync(open).isDirectory()) return undefined;
    const bytes = Buffer.alloc(fileLimit + 1);
    let length = 0;
    for (let read = 1; read > 0 && length < bytes.length; length += read)
      read = readSync(open, bytes, length, bytes.length - length, null);
    return bytes.subarray(0, length).toString('utf8');
  } catch {
    return undefined;
  } finally {
    if (open !== undefined) closeSync(open);
  }
}

/** The levels to play: of --levels, or the built-in ones. A number is the exit code after it was said what is wrong. */
export function levelsFor({ settings, output, slip }: Call): LevelFiles | number {
  if (settings.levels === undefined) return builtIn();
  const found = levelsIn(settings.levels);
  if (typeof found === 'string') return slip(found);
  if (found.faults.length) {
    output.complain(found.faults.map(faultLine));
    return exit.usage;
  }
  return found;
}

/** `file:line: key: what is wrong`. */
export const faultLine = ({ file, line, column, key, message }: Fault): string =>
  `${quoted(file, 200)}:${line}${column === undefined ? '' : `:${column}`}: ${key ? `${quoted(key)}: ` : ''}${quoted(message, 400)}`;
