// The game on screens: Ink and all that it needs is loaded only here.
import { randomBytes } from 'node:crypto';
import type { Attempt } from '../game/attempt.ts';
import type { Level } from '../game/level.ts';
import type { AttemptLog } from '../game/progress.ts';
import { scenarios } from '../scenarios/index.ts';
import { createGameStore } from '../store/store.ts';
import { noteFor } from '../tls/fieldNotes.ts';
import { askBackground } from '../ui/background.ts';
import { enterScreen, leaveScreen, lookOf } from '../ui/terminal.ts';
import { themeFor } from '../ui/theme.ts';
import type { Settings } from './arguments.ts';
import { exportTo } from './exports.ts';
import { exit } from './output.ts';
import { playersFor } from './players.ts';

export interface OnScreen {
  readonly levels: readonly Level[];
  readonly log: AttemptLog;
  readonly settings: Settings;
  /** The data folder, for what is exported. */
  readonly folder: string;
  readonly version: string;
  /** The level to begin with; otherwise the title. */
  readonly begin?: Level;
}
export interface Ended {
  readonly code: number;
  /** The last attempt that was played. */
  readonly attempt: Attempt | undefined;
}

/** Plays until the player leaves. Whatever happens, the terminal is as it was afterwards. */
export async function playOnScreen({ levels, log, settings, folder, version, begin }: OnScreen): Promise<Ended> {
  let attempt: Attempt | undefined;
  let finished = false;
  const players = playersFor();
  enterScreen();
  try {
    const look = lookOf(process.env, settings.noColor, process.stdout.getColorDepth());
    const known = look.depth === 'none' || process.env.COLORFGBG;
    const [{ runGame }, light] = await Promise.all([import('../ui/run.tsx'), known ? undefined : askBackground()]);
    const store = createGameStore({
      levels,
      scenarios,
      log,
      still: settings.reducedMotion,
      draw: () => ({
        id: `a${randomBytes(9).toString('hex')}`,
        seed: settings.seed ?? randomBytes(5).toString('hex'),
      }),
      playReally: players.play,
      onAttempt(now) {
        attempt = now;
      },
    });
    store.subscribe(({ playing }) => {
      if (playing?.phase === 'over' && playing.level.id === begin?.id) finished ||= playing.snapshot.outcome === 'met';
    });
    if (begin) store.actions.start(begin, settings.seed !== undefined);
    const theme = themeFor({ ...look, light: light ?? look.light });
    const { signal } = await runGame({
      store,
      theme,
      scenarios,
      noteFor,
      exportRun: (playing) => exportTo(folder, playing.level, playing.attempt, playing.snapshot, version),
    });
    const code = signal ? 128 + signalNumbers[signal] : begin && !finished ? exit.unmet : exit.fine;
    return { code, attempt };
  } finally {
    players.close();
    leaveScreen();
  }
}

const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
