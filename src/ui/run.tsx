// Runs the game on the terminal: renders, and puts the terminal back after every exit, error and signal.
import { Component, type ErrorInfo, type ReactNode } from 'react';
import { draw, endDrawing } from './draw.ts';
import type { Game } from './game.ts';
import { readKeys } from './keyboard.ts';
import { Root } from './Root.tsx';
import { askToSuspend, copyToClipboard, enterScreen, leaveScreen, type Stop, takeStops } from './terminal.ts';

export type GameOptions = Omit<Game, 'quit' | 'copy'>;
/** How the game ended: the player left, a signal came, or a bug of ours, which is thrown. */
export type GameEnd = { readonly signal?: Stop };

/** Resolves when the player leaves. Throws what a screen, a handler, a timer or a promise threw; the terminal is put back first. */
export async function runGame(options: GameOptions): Promise<GameEnd> {
  enterScreen();
  let end: (how: GameEnd | { readonly error: unknown }) => void = () => {};
  const ended = new Promise<GameEnd | { readonly error: unknown }>((resolve) => {
    end = resolve;
  });
  const failed = (error: unknown) => end({ error });
  const gone = () => end({ signal: 'SIGHUP' });
  const giveBackStops = takeStops((signal) => end({ signal }));
  process.on('uncaughtException', failed);
  process.on('unhandledRejection', failed);
  process.stdin.on('end', gone);
  process.stdin.on('error', gone);
  const release = readKeys(process.stdin, askToSuspend);
  const game: Game = { ...options, quit: () => end({}), copy: copyToClipboard };
  const ink = draw(
    <Boundary onError={failed}>
      <Root game={game} />
    </Boundary>,
  );
  ink.waitUntilExit().then(() => end({}), failed);
  const how = await ended;
  process.stdin.off('end', gone);
  process.stdin.off('error', gone);
  try {
    endDrawing();
  } catch {
    // What is broken has been told already.
  }
  release();
  giveBackStops();
  leaveScreen();
  process.off('uncaughtException', failed);
  process.off('unhandledRejection', failed);
  process.stdin.unref?.();
  if ('error' in how) throw how.error;
  return how;
}

/** Catches what a screen throws while it is drawn, so that Ink prints nothing over it. */
class Boundary extends Component<
  { readonly onError: (error: unknown) => void; readonly children: ReactNode },
  { readonly failed: boolean }
> {
  override state = { failed: false };
  static getDerivedStateFromError() {
    return { failed: true };
  }
  override componentDidCatch(error: Error, _info: ErrorInfo) {
    this.props.onError(error);
  }
  override render() {
    return this.state.failed ? null : this.props.children;
  }
}
