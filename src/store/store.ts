// The state of the screens: which is shown, what is played on it, what has the focus. Actions are plain functions.
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Answer, Attempt, Drawn, Run } from '../game/attempt.ts';
import type { Pages } from '../game/codexPages.ts';
import { faultOfName } from '../game/letters.ts';
import type { Level } from '../game/level.ts';
import { play, type Snapshot } from '../game/play.ts';
import type { AttemptLog } from '../game/progress.ts';
import type { Scenarios } from '../scenarios/index.ts';
import { type Certifying, certifying, type Issue } from './certifying.ts';
import { type Drilling, drilled, drillHint, drillOf, reached } from './drilling.ts';
import { type Learned, learning } from './learned.ts';
import {
  type Asking,
  answered,
  begin,
  goOn,
  hinted,
  isFlying,
  type Looking,
  land,
  lookAt,
  type Playing,
} from './playing.ts';
import { type Preferences, preferenceNames, usual, valuesOf } from './preferences.ts';
import { type Reading, reading, type Turn, turned } from './reading.ts';
import { type Replaying, replaying, stepped } from './replaying.ts';
import { readAgain, reread } from './reread.ts';

export interface State {
  readonly screen:
    | 'title'
    | 'map'
    | 'play'
    | 'debrief'
    | 'replay'
    | 'settings'
    | 'codex'
    | 'drill'
    | 'live'
    | 'classroom'
    | 'certificate';
  /** What lies over the screen: the keys, or the question whether to leave. */
  readonly over: 'help' | 'quit' | undefined;
  /** Index of the level that the map has selected. */
  readonly selected: number;
  readonly playing: Playing | undefined;
  /** A finished attempt that is stepped through once more. */
  readonly replay: Replaying | undefined;
  /** A drill that was begun, until another one is. */
  readonly drill: Drilling | undefined;
  /** The player's certificate, once it was asked for. */
  readonly certificate: Certifying | undefined;
  /** What is known of what the player knows; computed when a screen needs it. */
  readonly learned: Learned | undefined;
  readonly levels: readonly Level[];
  /** The log's progress, as of the last event. */
  readonly progress: AttemptLog['progress'];
  /** Sentences about the log, for the player; the newest is shown. */
  readonly notices: readonly string[];
  /** What a command answered, until the screen changes. */
  readonly said: string | undefined;
  readonly preferences: Preferences;
  /** What is read in the codex, once it was opened. */
  readonly reading: Reading | undefined;
  /** Which setting is looked at: its index, the name behind the others. */
  readonly row: number;
  /** The text that is being typed, where there is one. */
  readonly typing: string | undefined;
  /** Packets do not fly; the padlock is shut at once. */
  readonly still: boolean;
  /** A real program is at work; until it has done its part, no other step is taken. */
  readonly busy: boolean;
  /** The level of a file that is watched, as it was last read. */
  readonly file: Level | undefined;
  /** What is wrong with that file as it stands now; the level is then the one that it held before. */
  readonly fault: string | undefined;
}
export interface Actions {
  readonly show: (screen: Exclude<State['screen'], 'play' | 'replay'>) => void;
  /** Asks the decisions that are due, or others where none is. */
  readonly drill: () => void;
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
  /** To another page of the codex, or to other entries. */
  readonly turn: (turn: Turn) => void;
  /** To another setting, so many rows down. */
  readonly row: (by: 1 | -1) => void;
  /** The next or the last value of the setting looked at; the name is typed. */
  readonly change: (by: 1 | -1) => void;
  /** What is typed now; `undefined` leaves the name as it was. */
  readonly type: (text: string | undefined) => void;
  /** Types the name that is set. */
  readonly rename: () => void;
  /** So many lines of the certificate on. */
  readonly readOn: (by: number) => void;
  /** Keeps a name, or says what is wrong with it. */
  readonly keepName: (name: string) => void;
  /** Steps through the finished attempt: from its beginning, or so many moments on. */
  readonly replay: (by?: number) => void;
  /** The watched file was saved: what it holds now. */
  readonly reread: (read: { readonly level: Level } | { readonly fault: string }) => void;
}
export type Store = StoreApi<State> & {
  readonly actions: Actions;
  /** The codex, where there is one. */
  readonly pages: () => Pages | undefined;
};

export interface StoreSetup {
  readonly levels: readonly Level[];
  readonly scenarios: Scenarios;
  readonly log: AttemptLog;
  readonly still: boolean;
  readonly preferences?: Preferences;
  /** The codex; read when it is opened first. */
  readonly pages?: () => Pages;
  /** Keeps them for the next start; gives what went wrong, in a sentence. */
  readonly savePreferences?: (preferences: Preferences) => string | undefined;
  /** Issues the player's certificate. */
  readonly issue?: Issue;
  /** Draws an id and a seed for an attempt at the level. Where that is not the one begun, nothing was used up. */
  readonly draw: (level: Level) => Drawn;
  /** Plays the levels that have a real program on their other side, or says in a sentence why that cannot be. */
  readonly playReally?: (run: Run) => Promise<Snapshot | { readonly says: string }>;
  /** The level of a file that is watched. */
  readonly file?: Level | undefined;
  /** Told of every attempt as it stands, for `--save`. */
  readonly onAttempt?: (attempt: Attempt) => void;
  readonly now?: () => Date;
}
export function createGameStore(setup: StoreSetup): Store {
  const { levels, scenarios, log, draw, playReally, file, onAttempt, preferences = usual, savePreferences } = setup;
  const isStill = ({ motion }: Preferences) => setup.still || motion === 'reduced';
  const learn = learning(setup, () => pages()?.codex.misconceptions ?? new Map());
  const store = createStore<State>(() => ({
    screen: 'title',
    over: undefined,
    selected: 0,
    playing: undefined,
    replay: undefined,
    drill: undefined,
    certificate: undefined,
    learned: undefined,
    levels,
    progress: log.progress,
    notices: log.notices,
    said: undefined,
    preferences,
    reading: undefined,
    row: 0,
    typing: undefined,
    still: isStill(preferences),
    busy: false,
    file,
    fault: undefined,
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
    get still() {
      return get().still;
    },
  };
  const put = (playing: Playing, screen: State['screen'] = 'play') => {
    if (!playing.drill) onAttempt?.(playing.attempt);
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
        const left = savedMeanwhile;
        savedMeanwhile = undefined;
        if (left) actions.reread(left);
      });
    }
  };
  /** What the watched file held when it was saved while a program was at work. */
  let savedMeanwhile: Parameters<Actions['reread']>[0] | undefined;
  const inPlay = (change: (playing: Playing) => Playing) => {
    const { playing, screen } = get();
    if (playing) put(change(playing), screen);
  };

  let known: Pages | undefined;
  const pages = (): Pages | undefined => {
    known ??= setup.pages?.();
    return known;
  };
  const opened = (screen: State['screen']): Partial<State> => {
    const all = screen === 'codex' && pages();
    return all ? { reading: reading(all, get().progress) } : {};
  };
  const certify = (from: Certifying['from']) => {
    const { progress, certificate: before, preferences: prefers } = get();
    const certificate = certifying({ progress, name: prefers.name, from }, before, setup.issue);
    set({ certificate });
    return certificate;
  };
  const putDrill = ({ drilling, playing }: { readonly drilling: Drilling; readonly playing?: Playing }) => {
    set({ drill: drilling });
    if (playing) put(playing);
    else actions.show('drill');
  };

  const prefer = (change: Partial<Preferences>) => {
    const now = { ...get().preferences, ...change };
    set({ preferences: now, still: isStill(now), said: savePreferences?.(now) });
  };

  const actions: Actions = {
    show(screen) {
      const from = get().screen === 'debrief' ? 'debrief' : 'title';
      set({ screen, over: undefined, said: undefined, typing: undefined, ...opened(screen) });
      if (screen === 'map') set({ selected: indexToShow(get()) });
      if (screen === 'drill' && get().playing?.drill) set({ playing: undefined });
      if (screen === 'certificate') {
        const { deed, name } = certify(from);
        // Where nothing else is missing, it is asked for.
        if (deed && !name) actions.rename();
      }
      if (screen === 'map' || screen === 'drill') set({ learned: learn() });
    },
    drill() {
      const { learned, busy } = get();
      if (learned && !busy) putDrill(reached(drillOf(learned.plan), draw, scenarios));
    },
    lay: (over) => set({ over }),
    select: (index) => set({ said: undefined, selected: Math.max(0, Math.min(get().levels.length - 1, index)) }),
    start(level, anew = false) {
      const { id, seed, says } = draw(level);
      take(() => {
        const playing = begin(level, { id, seed, going: anew ? undefined : log.progress.unfinished[level.id] }, asking);
        put(playing);
        if (says !== undefined && playing.id === id) actions.say(says);
      });
    },
    next: () => nextLevel(get()),
    answer(answer) {
      take(() => {
        const { playing, drill } = get();
        if (playing?.drill && drill) putDrill(drilled(drill, playing, answer, asking));
        else inPlay((now) => answered(now, answer, asking));
      });
    },
    goOn() {
      take(() => {
        const { playing, drill } = get();
        if (!playing) return;
        if (playing.drill && drill && playing.phase === 'verdict' && !isFlying(playing))
          return putDrill(reached(drill, draw, scenarios));
        const next = goOn(playing, asking);
        put(next, next.phase === 'over' ? 'debrief' : 'play');
      });
    },
    hint: () => inPlay((playing) => (playing.drill ? drillHint : hinted)(playing, asking)),
    land: (all = false) => inPlay((playing) => land(playing, all)),
    look(change) {
      const { screen, replay } = get();
      if (screen === 'replay' && replay) set({ replay: { ...replay, shown: lookAt(replay.shown, change) } });
      else inPlay((playing) => lookAt(playing, change));
    },
    turn(turn) {
      const { reading: now, progress } = get();
      if (now) set({ reading: turned(now, turn, progress) });
    },
    row: (by) =>
      set({ row: (get().row + by + preferenceNames.length + 1) % (preferenceNames.length + 1), said: undefined }),
    change(by) {
      const { row, preferences: now } = get();
      const name = preferenceNames[row];
      if (!name) return actions.rename();
      const values = valuesOf(name);
      prefer({ [name]: values[(values.indexOf(now[name]) + by + values.length) % values.length] });
    },
    rename: () => actions.type(get().preferences.name),
    readOn(by) {
      const { certificate: now } = get();
      if (now) set({ certificate: { ...now, scroll: Math.max(0, now.scroll + by) } });
    },
    type: (typing) => set({ typing, said: undefined }),
    keepName(name) {
      const fault = name.trim() ? faultOfName(name) : undefined;
      if (fault) return set({ said: fault });
      set({ typing: undefined });
      prefer({ name: name.trim() });
      const { screen, certificate } = get();
      if (screen === 'certificate' && certificate) certify(certificate.from);
    },
    replay(by) {
      take(() => {
        const { playing, replay } = get();
        if (by !== undefined && replay) set({ replay: stepped(replay, by) });
        else if (playing?.phase === 'over')
          set({ screen: 'replay', said: undefined, replay: replaying(playing, asking) });
      });
    },
    say: (said) => set({ said }),
    reread(read) {
      if (get().busy) {
        savedMeanwhile = read;
        return;
      }
      if ('fault' in read) return set({ fault: read.fault });
      const { playing, file: before } = get();
      const { level } = read;
      set({ file: level, fault: undefined });
      really?.forget();
      if (playing?.level !== before) return;
      const { id } = draw(level);
      take(() => {
        const { playing: now, screen, over } = get();
        if (!now) return;
        const next = reread(now, level, { id, scenarios }, asking);
        const shown = screen === 'play' || screen === 'debrief' || screen === 'replay';
        put(next, shown ? (next.phase === 'over' ? 'debrief' : 'play') : screen);
        set({ over, said: readAgain(now.attempt, next.attempt) });
      });
    },
  };
  return Object.assign(store, { actions, pages });
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
    /** What was played in a level that has been changed. */
    forget: () => kept.clear(),
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
