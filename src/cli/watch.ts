// A level file that is being written while it is played: read again whenever it is saved.
import { existsSync, type FSWatcher, realpathSync, unwatchFile, watch, watchFile } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Level } from '../game/level.ts';
import { loadLevel } from '../game/load.ts';
import { scenarios } from '../scenarios/index.ts';
import { faultLine, readText } from './levelFiles.ts';

/** What a level file holds: a level, or in a sentence what is wrong with it, with its line and key. */
export type Reading = { readonly level: Level } | { readonly fault: string };

/** An editor writes in several steps; so long after the last of them the file is read, in milliseconds. */
const quiet = 60;
/** So often a file that is empty or not there is looked at again, before that is a fault: some editors put a new one in its place. */
const patience = 20;

/** Tells what the file holds, each time that this has changed, until the function that it gives is called. */
export function watchLevel(path: string, tell: (reading: Reading) => void): () => void {
  const file = existsSync(path) ? realpathSync(path) : path;
  let known = readText(file);
  let timer: NodeJS.Timeout | undefined;
  const look = (left: number) => {
    const text = readText(file);
    if (!text && left > 0) return later(left - 1);
    if (text === known) return;
    known = text;
    tell(readingOf(text, basename(path)));
  };
  const later = (left = patience) => {
    clearTimeout(timer);
    timer = setTimeout(look, quiet, left);
  };
  const stop = watchFolder(file, () => later());
  // What was saved before the watching had begun.
  later();
  return () => {
    clearTimeout(timer);
    stop();
  };
}

function readingOf(text: string | undefined, name: string): Reading {
  if (text === undefined) return { fault: `${name} is not there any more, or cannot be read.` };
  const loaded = loadLevel(text, name, scenarios);
  if ('level' in loaded) return loaded;
  const [first, ...more] = loaded.faults;
  const others = more.length ? ` ${more.length} more: https-quest check says all.` : '';
  return { fault: `${first ? faultLine(first) : name}${others}` };
}

/**
 * Calls `changed` when something may have become of the file. The folder is watched, since an editor that puts a new file in
 * the place of the old one takes the watched one away; where a folder cannot be watched, the file is looked at twice a second.
 */
function watchFolder(file: string, changed: () => void): () => void {
  const look = () => {
    watchFile(file, { persistent: false, interval: 500 }, changed);
    return () => unwatchFile(file, changed);
  };
  let watcher: FSWatcher;
  try {
    watcher = watch(dirname(file), { persistent: false });
  } catch {
    return look();
  }
  let stop = () => watcher.close();
  watcher.on('change', (_, name) => {
    if (name === null || String(name) === basename(file)) changed();
  });
  watcher.on('error', () => {
    watcher.close();
    stop = look();
  });
  return () => stop();
}
