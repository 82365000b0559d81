// A game on no terminal: the shipped levels, a log in memory, every draw the same.
import { diploma } from '../../src/game/diploma.ts';
import type { Level } from '../../src/game/level.ts';
import { dated, fold, type LogEvent, type NewEvent, nothingYet } from '../../src/game/progress.ts';
import { scenarios } from '../../src/scenarios/index.ts';
import type { Preferences } from '../../src/store/preferences.ts';
import { createGameStore, type Store, type StoreSetup } from '../../src/store/store.ts';
import { entropy } from '../../src/tls/entropy.ts';
import { noteFor } from '../../src/tls/fieldNotes.ts';
import { type Classroom, createEntrance } from '../../src/ui/entrance.ts';
import type { Game } from '../../src/ui/game.ts';
import { themeFor } from '../../src/ui/theme.ts';
import { shippedLevels, shippedPages } from '../shipped.ts';

export const levels = shippedLevels();
export const levelNamed = (id: string): Level => {
  const level = levels.find((one) => one.id === id);
  if (!level) throw new Error(`no level ${id}`);
  return level;
};

export interface Log {
  readonly events: NewEvent[];
  readonly progress: ReturnType<typeof fold>['progress'];
  readonly history: () => readonly LogEvent[];
  readonly notices: string[];
  readonly record: (event: NewEvent) => void;
}
export function memoryLog(notices: string[] = [], now = () => new Date('2026-05-04T09:00:00.000Z')): Log {
  const events: NewEvent[] = [];
  const history: LogEvent[] = [];
  let folded = nothingYet;
  return {
    events,
    history: () => history,
    notices,
    get progress() {
      return folded.progress;
    },
    record(event) {
      events.push(event);
      history.push(dated(event, now()));
      folded = fold(folded, history.at(-1) as LogEvent);
    },
  };
}

interface Made {
  readonly still?: boolean;
  readonly log?: Log;
  /** The level of a file that is watched. */
  readonly file?: Level;
  readonly now?: () => Date;
  readonly draw?: StoreSetup['draw'];
  /** What lies behind the join screen. */
  readonly classroom?: () => Promise<Classroom>;
}
const nowhere = () => Promise.reject(new Error('this game has no classroom'));
export const noon = new Date('2026-05-04T09:00:00.000Z');
export function newGame({
  still = true,
  log = memoryLog(),
  file,
  now = () => noon,
  draw,
  classroom = nowhere,
}: Made = {}): {
  game: Game;
  store: Store;
  log: Log;
  left: () => boolean;
  copied: readonly string[];
  /** The settings, each time they were kept. */
  saved: readonly Preferences[];
} {
  let drawn = 0;
  let left = false;
  const copied: string[] = [];
  const saved: Preferences[] = [];
  const store = createGameStore({
    levels,
    scenarios,
    log,
    still,
    pages: shippedPages,
    savePreferences(preferences) {
      saved.push(preferences);
      return undefined;
    },
    file,
    issue: (name, deed) => diploma(entropy(name), { name, deed, now: now() }),
    draw: draw ?? (() => ({ id: `a${++drawn}`, seed: '1' })),
    now,
  });
  const game: Game = {
    store,
    entrance: createEntrance(classroom, () => store.actions.show('title')),
    scenarios,
    noteFor,
    themed: ({ glyphs }) => themeFor({ depth: 'none', light: false, ascii: glyphs === 'ascii' }),
    copy: (text) => {
      copied.push(text);
    },
    exportRun: ({ level }) => `Exported ${level.id}.`,
    exportDiploma: ({ name }) => `Written in the name of ${name}.\nTo verify it: openssl verify`,
    quit: () => {
      left = true;
    },
  };
  return { game, store, log, left: () => left, copied, saved };
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
