// The state of the screens: which is shown, what is played on it, what has the focus. Actions are plain functions.
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AttemptLog } from '../game/progress.ts';
import type { Level } from '../game/level.ts';
import type { Scenarios } from '../scenarios/index.ts';
import { type Asking, answered, begin, goOn, hinted, land, type Looking, lookAt, type Playing } from './playing.ts';
import type { Answer, Attempt } from '../game/attempt.ts';

export interface State {
  readonly screen: 'title' | 'map' | 'play' | 'debrief';
  /** What lies over the screen: the keys, or the question whether to leave. */
  readonly over: 'help' | 'quit' | undefined;
  /** Index of the level that the map has selected. */
  readonly selected: number;
  readonly playing: Playing | undefined;
  readonly levels: readonly Level[];
  /** The log's progress, as of the last event. */
  readonly progress: AttemptLog['progress'];
  /** Sentences about the log, for the player; the newest is shown. */
  readonly notices: readonly string[];
  /** What a command answered, until the screen changes. */
  readonly said: string | undefined;
  /** Packets do not fly; the padlock is shut at once. */
  readonly still: boolean;
}
export interface Actions {
  readonly show: (screen: 'title' | 'map') => void;
  readonly lay: (over: State['over']) => void;
  readonly select: (index: number) => void;
  /** Begins a level, or goes on where it was left. */
  readonly start: (level: Level, anew?: boolean) => void;
  /** The first level that is not finished; after the last, the first. */
  readonly next: () => Level | undefined;
  readonly answer: (answer: Answer) => void;
  /** After a brief, a verdict or the end. */
  readonly goOn: () => void;
  readonly hint: () => void;
  /** One packet more has arrived, or all. */
  readonly land: (all?: boolean) => void;
  readonly look: (change: Looking) => void;
  readonly say: (said: string) => void;
}
export type Store = StoreApi<State> & { readonly actions: Actions };

export interface StoreSetup {
  readonly levels: readonly Level[];
  readonly scenarios: Scenarios;
  readonly log: AttemptLog;
  readonly still: boolean;
  /** Draws an id for an attempt, and a seed where none is given. */
  readonly draw: () => { readonly id: string; readonly seed: string };
  /** Told of every attempt as it stands, for `--save`. */
  readonly onAttempt?: (attempt: Attempt) => void;
}

export function createGameStore({ levels, scenarios, log, still, draw, onAttempt }: StoreSetup): Store {
  const store = createStore<State>(() => ({
    screen: 'title',
    over: undefined,
    selected: 0,
    playing: undefined,
    levels,
    progress: log.progress,
    notices: log.notices,
    said: undefined,
    still,
  }));
  const { getState: get, setState: set } = store;

  const asking: Asking = {
    scenarios,
    log: {
      record(event) {
        log.record(event);
        set({ progress: log.progress, notices: [...log.notices] });
      },
    },
    still,
  };
  const put = (playing: Playing, screen: State['screen'] = 'play') => {
    onAttempt?.(playing.attempt);
    set({ playing, screen, over: undefined, said: undefined });
  };
  const inPlay = (change: (playing: Playing) => Playing) => {
    const { playing, screen } = get();
    if (playing) put(change(playing), screen);
  };

  const actions: Actions = {
    show: (screen) => set({ screen, over: undefined, ...(screen === 'map' ? { selected: indexToShow(get()) } : {}) }),
    lay: (over) => set({ over }),
    select: (index) => set({ selected: Math.max(0, Math.min(levels.length - 1, index)) }),
    start(level, anew = false) {
      const { id, seed } = draw();
      put(begin(level, { id, seed, going: anew ? undefined : log.progress.unfinished[level.id] }, asking));
    },
    next: () => nextLevel(get()),
    answer: (answer) => inPlay((playing) => answered(playing, answer, asking)),
    goOn() {
      const { playing } = get();
      if (!playing) return;
      const next = goOn(playing, asking);
      put(next, next.phase === 'over' ? 'debrief' : 'play');
    },
    hint: () => inPlay((playing) => hinted(playing, asking)),
    land: (all = false) => inPlay((playing) => land(playing, all)),
    look: (change) => inPlay((playing) => lookAt(playing, change)),
    say: (said) => set({ said }),
  };
  return Object.assign(store, { actions });
}

const nextLevel = ({ levels, progress }: State): Level | undefined =>
  levels.find(({ id }) => !progress.levels[id]?.best) ?? levels[0];

/** The level just played, otherwise the next. */
function indexToShow(state: State): number {
  const wanted = state.playing?.level ?? nextLevel(state);
  return Math.max(
    0,
    state.levels.findIndex(({ id }) => id === wanted?.id),
  );
}
