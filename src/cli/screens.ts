// The game on screens: Ink and all that it needs is loaded only here.
import { randomBytes } from 'node:crypto';
import { diploma } from '../game/diploma.ts';
import type { Attempt } from '../game/attempt.ts';
import type { Level } from '../game/level.ts';
import type { AttemptLog } from '../game/progress.ts';
import { freshEntropy } from '../live/entropy.ts';
import { scenarios } from '../scenarios/index.ts';
import { type Preferences, readPreferences, writePreferences } from '../store/preferences.ts';
import { createGameStore, type StoreSetup } from '../store/store.ts';
import { noteFor } from '../tls/fieldNotes.ts';
import { createEntrance, type Fields, type Left } from '../ui/entrance.ts';
import { printable } from '../ui/printable.ts';
import { enterScreen, leaveScreen, stops } from '../ui/terminal.ts';
import { lookWith, themeFor } from '../ui/theme.ts';
import type { Settings } from './arguments.ts';
import { exportDiploma } from './diplomaFiles.ts';
import { exportTo } from './exports.ts';
import { builtInPages } from './levelFiles.ts';
import { lookAround } from './look.ts';
import { exit } from './output.ts';
import { playersFor } from './players.ts';
import { watchLevel } from './watch.ts';

export interface OnScreen {
  readonly levels: readonly Level[];
  readonly log: AttemptLog;
  readonly settings: Settings;
  /** The data folder, for what is exported. */
  readonly folder: string;
  readonly version: string;
  /** The level to begin with; otherwise the title. */
  readonly begin?: Level;
  /** Goes straight to the way into this competition; the program ends when it is left. */
  readonly join?: Fields;
  /** Begins with the drill. */
  readonly drill?: true;
  /** The file of that level, where it is one of the player's: it is read again whenever it is saved. */
  readonly file?: string | undefined;
}
export interface Ended {
  readonly code: number;
  /** The last attempt that was played. */
  readonly attempt: Attempt | undefined;
  /** What there is to say of the competition that was left. */
  readonly says?: string | undefined;
  /** The player asked for plain text: to be played on so. */
  readonly plain: boolean;
}

/** Plays until the player leaves. Whatever happens, the terminal is as it was afterwards. */
export async function playOnScreen(given: OnScreen): Promise<Ended> {
  const { levels, log, settings, folder, version, begin, file, drill, join } = given;
  let attempt: Attempt | undefined;
  let finished = false;
  const players = playersFor();
  const { preferences, notice } = readPreferences(folder);
  let stopWatching = () => {};
  let close = () => {};
  let left: Left | undefined;
  enterScreen();
  try {
    const [{ runGame }, look] = await Promise.all([import('../ui/run.tsx'), lookAround(settings)]);
    const storeFor = (record: AttemptLog, draw: StoreSetup['draw'], chosen: Preferences) =>
      createGameStore({
        levels,
        scenarios,
        log: record,
        still: settings.reducedMotion,
        preferences: chosen,
        pages: builtInPages,
        savePreferences: (changed) => writePreferences(folder, changed),
        draw,
        issue: (name, deed) => diploma(freshEntropy(), { name, deed, now: new Date() }),
        playReally: players.play,
        file: file === undefined ? undefined : begin,
        onAttempt(now) {
          attempt = now;
        },
      });
    const drawn = () => ({
      id: `a${randomBytes(9).toString('hex')}`,
      seed: settings.seed ?? randomBytes(5).toString('hex'),
    });
    const store = storeFor(log, drawn, preferences);
    const entrance = createEntrance(
      async () => {
        const { classroomFor } = await import('./classroom.ts');
        const { preferences: now } = store.getState();
        return classroomFor({ folder, name: now.name, given: join, storeFor: (...own) => storeFor(...own, now) });
      },
      (how) => {
        left = how;
        store.actions.show('title');
        if (join) entrance.setState({ isDone: true });
        else if (how.says !== undefined) store.actions.say(how.says);
      },
    );
    close = entrance.actions.close;
    store.subscribe(({ playing, file: read }) => {
      const own = read ?? begin;
      if (playing?.phase === 'over' && playing.level.id === own?.id) finished ||= playing.snapshot.outcome === 'met';
    });
    if (notice) store.actions.say(printable(notice));
    if (drill) store.actions.show('drill');
    if (join) store.actions.show('classroom');
    if (begin) store.actions.start(begin, settings.seed !== undefined);
    if (file !== undefined) stopWatching = watchLevel(file, store.actions.reread);
    const { signal } = await runGame({
      store,
      themed: (chosen) => themeFor(lookWith(chosen, look)),
      scenarios,
      entrance,
      noteFor,
      exportRun: (playing) => exportTo(folder, playing.level, playing.attempt, playing.snapshot, version),
      exportDiploma: (issued) => exportDiploma(folder, issued),
    });
    const isUnmet = (begin && !finished) || (join && left?.isOut);
    const code = signal ? 128 + stops[signal] : isUnmet ? exit.unmet : exit.fine;
    return { code, attempt, says: left?.says, plain: !signal && store.getState().preferences.plain === 'always' };
  } finally {
    stopWatching();
    close();
    players.close();
    leaveScreen();
  }
}
