// Runs the game on the terminal: renders, and puts the terminal back after every exit, error and signal.
import { render } from 'ink';
import { Component, type ErrorInfo, type ReactNode } from 'react';
import type { Game } from './game.ts';
import { oneKeyAtATime } from './oneKey.ts';
import { Root } from './Root.tsx';
import { enterScreen, leaveScreen } from './terminal.ts';

export type GameOptions = Omit<Game, 'quit'>;
/** How the game ended: the player left, a signal came, or a bug of ours, which is thrown. */
export type GameEnd = { readonly signal?: (typeof signals)[number] };

const signals = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const;

/** Resolves when the player leaves. Throws what a screen, a handler, a timer or a promise threw; the terminal is put back first. */
export async function runGame(options: GameOptions): Promise<GameEnd> {
  enterScreen();
  let end: (how: GameEnd | { readonly error: unknown }) => void = () => {};
  const ended = new Promise<GameEnd | { readonly error: unknown }>((resolve) => {
    end = resolve;
  });
  const failed = (error: unknown) => end({ error });
  const stopped = (signal: NodeJS.Signals) => end({ signal: signals.find((one) => one === signal) ?? 'SIGTERM' });
  const gone = () => end({ signal: 'SIGHUP' });
  for (const signal of signals) process.on(signal, stopped);
  process.on('uncaughtException', failed);
  process.on('unhandledRejection', failed);
  process.stdin.on('end', gone);
  process.stdin.on('error', gone);
  const release = oneKeyAtATime(process.stdin);
  const game: Game = { ...options, quit: () => end({}) };
  const ink = render(
    <Boundary onError={failed}>
      <Root game={game} />
    </Boundary>,
    { exitOnCtrlC: false, incrementalRendering: true, maxFps: 60, patchConsole: false, interactive: true },
  );
  ink.waitUntilExit().then(() => end({}), failed);
  const how = await ended;
  for (const signal of signals) process.off(signal, stopped);
  process.stdin.off('end', gone);
  process.stdin.off('error', gone);
  try {
    ink.unmount();
  } catch {
    // What is broken has been told already.
  }
  release();
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
