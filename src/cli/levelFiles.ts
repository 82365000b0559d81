// Where levels come from: those that ship with the program, those of a folder, or one file.
import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { loadCompiled } from '../game/compiled.ts';
import type { Level } from '../game/level.ts';
import { type Fault, fileLimit, loadLevel } from '../game/load.ts';
import { scenarios } from '../scenarios/index.ts';
import { quoted } from '../ui/printable.ts';

export interface LevelFiles {
  readonly levels: readonly { readonly file: string; readonly level: Level }[];
  readonly faults: readonly Fault[];
}

/** The levels that were compiled into the program, in the order in which they are best played. */
export function builtIn(compiled: URL = new URL('./levels.json', import.meta.url)): LevelFiles {
  const data = JSON.parse(readFileSync(compiled, 'utf8')) as { readonly file: string; readonly level: unknown }[];
  return { levels: data.map(({ file, level }) => ({ file, level: loadCompiled(level, scenarios) })), faults: [] };
}

/** The level files of a folder and the folders in it, or a single file. A string says why there are none. */
export function levelsIn(path: string): LevelFiles | string {
  let names: string[];
  try {
    names = statSync(path).isDirectory()
      ? readdirSync(path, { recursive: true, encoding: 'utf8' })
          .filter((name) => /\.ya?ml$/.test(name))
          .sort()
          .map((name) => join(path, name))
      : [path];
  } catch {
    return `There is no file or folder "${quoted(path)}".`;
  }
  if (!names.length) return `There is no level file (.yaml) in "${quoted(path)}".`;
  const levels: { file: string; level: Level }[] = [];
  const faults: Fault[] = [];
  for (const file of names) {
    const text = readText(file);
    if (text === undefined) {
      faults.push({ file, line: 1, key: '', message: 'The file cannot be read.' });
      continue;
    }
    const loaded = loadLevel(text, file, scenarios);
    if ('faults' in loaded) faults.push(...loaded.faults);
    else levels.push({ file, level: loaded.level });
  }
  return { levels, faults };
}

/** Of a file larger than a level may be, only as much as shows that it is; nothing where it cannot be read. */
function readText(file: string): string | undefined {
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

/** `file:line: key: what is wrong`. */
export const faultLine = ({ file, line, column, key, message }: Fault): string =>
  `${quoted(file, 200)}:${line}${column === undefined ? '' : `:${column}`}: ${key ? `${quoted(key)}: ` : ''}${quoted(message, 400)}`;
