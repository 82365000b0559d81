// The state of the screens: which is shown, what is played on it, what has the focus. Actions are plain functions.
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AttemptLog } from '../game/progress.ts';
import type { Level } from '../game/level.ts';
import type { Scenarios } from '../scenarios/index.ts';
import { type Asking, answered, begin, goOn, hinted, land, type Looking, lookAt, type Playing } from './playing.ts';
import type { Answer, Attempt, Run } from '../game/attempt.ts';
import { play, type Snapshot } from '../game/play.ts';

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
  /** A real program is at work; until it has done its part, no other step is taken. */
  readonly busy: boolean;
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
  /** Plays the levels that have a real program on their other side, or says in a sentence why that cannot be. */
  readonly playReally?: (run: Run) => Promise<Snapshot | { readonly says: string }>;
  /** Told of every attempt as it stands, for `--save`. */
  readonly onAttempt?: (attempt: Attempt) => void;
}

export function createGameStore({ levels, scenarios, log, still, draw, playReally, onAttempt }: StoreSetup): Store {
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
    busy: false,
  }));
  const { getState: get, setState: set } = store;

  const really = playReally && playedReally(playReally);
  const asking: Asking = {
    play: (run) => (really && run.level.proof === 'live' ? really.played(run) : play(run, scenarios)),
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
  /** Takes a step; where a run must first be played with a real program, once it was. */
  const take = (step: () => void) => {
    if (get().busy) return;
    try {
      step();
    } catch (error) {
      if (!(really && error instanceof NotYetPlayed)) throw error;
      set({ busy: true, said: undefined });
      void really.play(error.run).then((says) => {
        set({ busy: false });
        if (says === undefined) take(step);
        // What was done is in the log: from the map one goes on where one was.
        else set({ screen: 'map', over: undefined, selected: indexToShow(get(), error.run.level), said: says });
      });
    }
  };
  const inPlay = (change: (playing: Playing) => Playing) => {
    const { playing, screen } = get();
    if (playing) put(change(playing), screen);
  };

  const actions: Actions = {
    show: (screen) =>
      set({ screen, over: undefined, said: undefined, ...(screen === 'map' ? { selected: indexToShow(get()) } : {}) }),
    lay: (over) => set({ over }),
    select: (index) => set({ said: undefined, selected: Math.max(0, Math.min(levels.length - 1, index)) }),
    start(level, anew = false) {
      const { id, seed } = draw();
      take(() => put(begin(level, { id, seed, going: anew ? undefined : log.progress.unfinished[level.id] }, asking)));
    },
    next: () => nextLevel(get()),
    answer: (answer) => take(() => inPlay((playing) => answered(playing, answer, asking))),
    goOn() {
      take(() => {
        const { playing } = get();
        if (!playing) return;
        const next = goOn(playing, asking);
        put(next, next.phase === 'over' ? 'debrief' : 'play');
      });
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

/** Thrown where a run was not played with its real program yet. */
class NotYetPlayed extends Error {
  readonly run: Run;
  constructor(run: Run) {
    super(`${run.level.id} was not played yet`);
    this.run = run;
  }
}

/** More runs than are asked for between two that are new. */
const mostKept = 64;

/** Keeps what became of runs, so that the steps, which cannot wait, find it. */
function playedReally(playReally: NonNullable<StoreSetup['playReally']>) {
  const kept = new Map<string, Snapshot>();
  const keyOf = ({ level, seed, answers }: Run) => JSON.stringify([level.id, seed, answers]);
  return {
    played(run: Run): Snapshot {
      const snapshot = kept.get(keyOf(run));
      if (!snapshot) throw new NotYetPlayed(run);
      return snapshot;
    },
    /** Gives what went wrong, in a sentence. */
    async play(run: Run): Promise<string | undefined> {
      const played = await playReally(run);
      if ('says' in played) return played.says;
      kept.set(keyOf(run), played);
      for (const [oldest] of kept) if (kept.size > mostKept) kept.delete(oldest);
      return undefined;
    },
  };
}

/** The level just played, otherwise the next. */
function indexToShow(state: State, level?: Level): number {
  const wanted = level ?? state.playing?.level ?? nextLevel(state);
  return Math.max(
    0,
    state.levels.findIndex(({ id }) => id === wanted?.id),
  );
}
