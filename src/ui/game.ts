// What every component is given: the store and the theme.
import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { Diploma } from '../game/diploma.ts';
import type { Scenarios } from '../scenarios/index.ts';
import type { Playing } from '../store/playing.ts';
import type { Preferences } from '../store/preferences.ts';
import type { State, Store } from '../store/store.ts';
import type { FieldNote } from '../tls/fieldNotes.ts';
import type { Competing, CompetingState } from './competing.ts';
import type { Entrance } from './entrance.ts';
import type { Size } from './layout.ts';
import type { Theme } from './theme.ts';

export interface Game {
  readonly store: Store;
  /** The look of everything, by what the player has set. */
  readonly themed: (preferences: Preferences) => Theme;
  readonly scenarios: Scenarios;
  readonly noteFor: (name: string) => FieldNote | undefined;
  /** Writes the run to files; gives the sentence to say. */
  readonly exportRun: (playing: Playing) => string;
  /** Writes the player's certificate to files; gives what there is to say, in lines. */
  readonly exportDiploma: (diploma: Diploma) => string;
  /** Gives a text to the terminal's clipboard, where it has one. */
  readonly copy: (text: string) => void;
  /** The way into a competition. */
  readonly entrance: Entrance;
  /** The competition that is played in: this is then its game. */
  readonly competing?: Competing;
  /** Ends the program; the terminal is put back by whoever started it. */
  readonly quit: () => void;
}
/** The game as components have it: with the theme as it is now. */
export type Shown = Game & { readonly theme: Theme };
export const GameContext = createContext<Shown | undefined>(undefined);
/** By itself, for what is drawn before there is a game. */
export const ThemeContext = createContext<Theme | undefined>(undefined);
export const SizeContext = createContext<Size>({ columns: 80, rows: 24 });

export function useGame(): Shown {
  const game = useContext(GameContext);
  if (!game) throw new TypeError('a screen outside the game');
  return game;
}
export function useTheme(): Theme {
  const theme = useContext(ThemeContext);
  if (!theme) throw new TypeError('a screen without a theme');
  return theme;
}
export const useGameState = <T>(select: (state: State) => T): T => useStore(useGame().store, select);
export const useSize = (): Size => useContext(SizeContext);
const noCompetition = createStore<CompetingState | undefined>(() => undefined);
/** Of the competition that is played in; nothing outside of one. */
export const useCompeting = <T>(select: (state: CompetingState | undefined) => T): T =>
  useStore(useGame().competing ?? noCompetition, select);
