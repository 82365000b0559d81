// A game on no terminal: the shipped levels, a log in memory, every draw the same.
import type { Level } from '../../src/game/level.ts';
import { fold, type LogEvent, type NewEvent, nothingYet } from '../../src/game/progress.ts';
import { scenarios } from '../../src/scenarios/index.ts';
import { createGameStore, type Store } from '../../src/store/store.ts';
import { noteFor } from '../../src/tls/fieldNotes.ts';
import type { Game } from '../../src/ui/game.ts';
import { themeFor } from '../../src/ui/theme.ts';
import { shippedLevels } from '../shipped.ts';

export const levels = shippedLevels();
export const levelNamed = (id: string): Level => {
  const level = levels.find((one) => one.id === id);
  if (!level) throw new Error(`no level ${id}`);
  return level;
};

export interface Log {
  readonly events: NewEvent[];
  readonly progress: ReturnType<typeof fold>['progress'];
  readonly notices: string[];
  readonly record: (event: NewEvent) => void;
}
export function memoryLog(notices: string[] = []): Log {
  const events: NewEvent[] = [];
  let folded = nothingYet;
  return {
    events,
    notices,
    get progress() {
      return folded.progress;
    },
    record(event) {
      events.push(event);
      folded = fold(folded, { v: 1, at: '2026-05-04T09:00:00.000Z', ...event } as LogEvent);
    },
  };
}

export function newGame({ still = true, log = memoryLog() } = {}): {
  game: Game;
  store: Store;
  log: Log;
  left: () => boolean;
} {
  let drawn = 0;
  let left = false;
  const store = createGameStore({
    levels,
    scenarios,
    log,
    still,
    draw: () => ({ id: `a${++drawn}`, seed: '1' }),
  });
  const game: Game = {
    store,
    scenarios,
    noteFor,
    theme: themeFor({ depth: 'none', light: false, ascii: false }),
    exportRun: ({ level }) => `Exported ${level.id}.`,
    quit: () => {
      left = true;
    },
  };
  return { game, store, log, left: () => left };
}

/** Goes on until something is asked, or the level is over. */
export function toQuestion({ actions, getState }: Store): void {
  for (let turns = 0; turns < 8; turns++) {
    const { playing } = getState();
    if (!playing || playing.phase === 'ask' || playing.phase === 'over') {
      actions.land(true);
      return;
    }
    actions.land(true);
    actions.goOn();
  }
  throw new Error('nothing is asked any more');
}

/** Answers by the id of a choice. */
export function choose(store: Store, choice: string): void {
  const step = store.getState().playing?.snapshot.waiting?.step.id;
  if (!step) throw new Error('nothing is asked');
  store.actions.answer({ step, choice });
  store.actions.land(true);
}
