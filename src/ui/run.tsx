// Runs the game on the terminal.
import type { Game } from './game.ts';
import { onScreen, type ScreenEnd } from './onScreen.tsx';
import { Root } from './Root.tsx';
import { copyToClipboard } from './terminal.ts';

export type GameOptions = Omit<Game, 'quit' | 'copy'>;

export const runGame = (options: GameOptions): Promise<ScreenEnd> =>
  onScreen((quit) => <Root game={{ ...options, quit, copy: copyToClipboard }} />);
