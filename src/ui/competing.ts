// A competition on the screen: the session and the board as they stand, the game's store kept in step, and how it is left.
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { SessionState } from '../classroom/session.ts';
import type { Board, Standing } from '../classroom/wire.ts';
import type { Level } from '../game/level.ts';
import type { Competition, Left } from './entrance.ts';

export interface CompetingState {
  readonly session: SessionState;
  /** As it was last; or why there is none. */
  readonly board: Board | string | undefined;
  /** The player wants to leave; the host is asked once more. */
  readonly leaving: boolean;
}
export type Competing = StoreApi<CompetingState> &
  Pick<Competition, 'store' | 'session' | 'comeBack'> & {
    /** Gets the board anew. */
    readonly look: () => void;
    /** Leaves, once the host has what waits for it or was asked for some seconds; the second time at once. */
    readonly leave: () => void;
    /** Leaves at once, and says nothing. */
    readonly close: () => void;
  };

/** How long the host is asked for when one leaves, in milliseconds. */
const patience = 5000;

export function competingIn(competition: Competition, left: (how: Left) => void): Competing {
  const { store, session, board, comeBack } = competition;
  const all = store.getState().levels;
  const watched = createStore<CompetingState>(() => ({
    session: session.state(),
    board: undefined,
    leaving: false,
  }));
  const { getState: get, setState: set } = watched;
  // What the session says is told once, and does not stand there until it says something else.
  let told = session.log.notices.length;
  let isAsked = false;
  let isOpen = true;

  const follow = () => {
    const now = session.state();
    set({ session: now });
    const levels = levelsOf(now.standing, all);
    const { levels: before, selected } = store.getState();
    store.setState({ progress: session.log.progress });
    if (levels.map(({ id }) => id).join() !== before.map(({ id }) => id).join())
      store.setState({ levels, selected: Math.min(selected, Math.max(0, levels.length - 1)) });
    const news = session.log.notices.slice(told);
    told = session.log.notices.length;
    const newest = news.at(-1);
    if (newest !== undefined) store.actions.say(newest);
    // Who is taken out plays on nowhere.
    if (now.over) store.actions.show('map');
    if (get().leaving && (!now.unsent || now.over)) end();
  };
  const unsubscribe = session.subscribe(follow);

  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    clearTimeout(timer);
    unsubscribe();
    competition.close();
  };
  const end = () => {
    if (!isOpen) return;
    const { unsent, over } = session.state();
    close();
    const queued = unsent
      ? `Queued: ${unsent}. It is kept here; it is sent when you come back with: ${comeBack}`
      : undefined;
    left({ says: over ? over.says : queued, isOut: over !== undefined });
  };
  let timer: NodeJS.Timeout | undefined;

  store.setState({ levels: levelsOf(session.state().standing, all) });
  store.actions.show('map');
  return Object.assign(watched, {
    store,
    session,
    comeBack,
    look() {
      if (isAsked || !isOpen) return;
      isAsked = true;
      void board().then((came) => {
        isAsked = false;
        if (isOpen) set({ board: came });
      });
    },
    leave() {
      const { unsent, over } = session.state();
      if (!unsent || over || get().leaving) return end();
      set({ leaving: true });
      timer = setTimeout(end, patience);
      session.look();
    },
    close,
  });
}

/** Those of the round that this game has, in their order. */
const levelsOf = (standing: Standing | undefined, all: readonly Level[]): readonly Level[] =>
  standing?.round.levels.flatMap(({ id }) => all.find((level) => level.id === id) ?? []) ?? [];
