// Shows a picture on the terminal until somebody leaves, and puts the terminal back after every exit, error and signal.
import { useStdout } from 'ink';
import { Component, type ErrorInfo, type ReactNode, useEffect } from 'react';
import { draw, endDrawing } from './draw.ts';
import { readKeys } from './keyboard.ts';
import { askToSuspend, enterScreen, leaveScreen, type Stop, takeStops } from './terminal.ts';

/** How it ended: the person left, a signal came, or a bug of ours, which is thrown. */
export type ScreenEnd = { readonly signal?: Stop };

/**
 * Resolves when `quit` is called. Throws what a screen, a handler, a timer or a promise threw; the terminal is put back first.
 */
export async function onScreen(picture: (quit: () => void) => ReactNode): Promise<ScreenEnd> {
  enterScreen();
  let end: (how: ScreenEnd | { readonly error: unknown }) => void = () => {};
  const ended = new Promise<ScreenEnd | { readonly error: unknown }>((resolve) => {
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
  const ink = draw(
    <Boundary onError={failed}>
      <CleanWindow />
      {picture(() => end({}))}
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

/** How long a window must have kept its size, in milliseconds. */
const quiet = 80;

/**
 * Once a window has stopped changing its size, all of it is drawn anew: what terminals and Ink made of frames that were
 * drawn for another size is cleared away.
 */
function CleanWindow() {
  const { stdout, write } = useStdout();
  useEffect(() => {
    let timer: NodeJS.Timeout | undefined;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => write('\u001b[H\u001b[2J'), quiet);
    };
    stdout.on('resize', wait);
    return () => {
      stdout.off('resize', wait);
      clearTimeout(timer);
    };
  }, [stdout, write]);
  return null;
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
