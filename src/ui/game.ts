// What every component is given: the store and the theme.
import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { Scenarios } from '../scenarios/index.ts';
import type { Playing } from '../store/playing.ts';
import type { State, Store } from '../store/store.ts';
import type { FieldNote } from '../tls/fieldNotes.ts';
import type { Size } from './layout.ts';
import type { Theme } from './theme.ts';

export interface Game {
  readonly store: Store;
  readonly theme: Theme;
  readonly scenarios: Scenarios;
  readonly noteFor: (name: string) => FieldNote | undefined;
  /** Writes the run to files; gives the sentence to say. */
  readonly exportRun: (playing: Playing) => string;
  /** Ends the program; the terminal is put back by whoever started it. */
  readonly quit: () => void;
}
export const GameContext = createContext<Game | undefined>(undefined);
export const SizeContext = createContext<Size>({ columns: 80, rows: 24 });

export function useGame(): Game {
  const game = useContext(GameContext);
  if (!game) throw new TypeError('a screen outside the game');
  return game;
}
export const useGameState = <T>(select: (state: State) => T): T => useStore(useGame().store, select);
export const useSize = (): Size => useContext(SizeContext);
