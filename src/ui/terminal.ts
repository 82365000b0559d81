// The terminal as it was found: entered once, and put back whatever happens. Knows nothing of Ink.
import { writeSync } from 'node:fs';
import type { Depth, Look } from './theme.ts';

/** Signals that end a program, with their numbers. */
export const stops = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGTERM: 15 } as const;
export type Stop = keyof typeof stops;
const stopNames = Object.keys(stops) as Stop[];

let inside = false;
const leaveAndEnd = (signal: Stop) => {
  leaveScreen();
  process.exit(128 + stops[signal]);
};
let stop: (signal: Stop) => void = leaveAndEnd;
const stopped = (signal: NodeJS.Signals) => stop(signal as Stop);

/** Goes to the alternate screen, hides the cursor, and keeps what is typed from being written over it. Signals put it back. */
export function enterScreen(): void {
  if (inside) return;
  process.on('exit', leaveScreen);
  for (const signal of stopNames) process.on(signal, stopped);
  process.on('SIGTSTP', suspend);
  process.on('SIGCONT', goOn);
  show();
}

/** Puts the terminal back. May be called at any time, also twice, also when the terminal has gone. */
export function leaveScreen(): void {
  process.off('exit', leaveScreen);
  for (const signal of stopNames) process.off(signal, stopped);
  process.off('SIGTSTP', suspend);
  process.off('SIGCONT', goOn);
  hide();
}

/** From now on these signals are for somebody who puts the terminal back himself. Gives what undoes it. */
export function takeStops(handle: (signal: Stop) => void): () => void {
  stop = handle;
  return () => {
    stop = leaveAndEnd;
  };
}

/** What Ctrl+Z does outside raw mode: all that was started together is stopped. There is none of it on Windows. */
export function askToSuspend(): void {
  if (process.platform !== 'win32') process.kill(0, 'SIGTSTP');
}

/** The shell has the terminal until it wakes the game. */
function suspend(): void {
  hide();
  // Stopped as any program is: with a SIGSTOP, a game that no shell watches over would never wake.
  process.off('SIGTSTP', suspend);
  process.kill(process.pid, 'SIGTSTP');
  process.on('SIGTSTP', suspend);
  // Where nobody could wake it the system has not stopped it, and no SIGCONT comes.
  setTimeout(() => {
    if (!inside) goOn();
  }, 50);
}

/** Also after a SIGSTOP, which nobody notices: the shell may have changed the terminal meanwhile. */
function goOn(): void {
  hide();
  show();
  // The size may be another one, and nothing of what was drawn is there any more.
  process.emit('SIGWINCH', 'SIGWINCH');
  process.stdout.emit('resize');
}

function show(): void {
  inside = true;
  // Not only once Ink listens: until then the terminal would echo a key, and Enter would move the whole screen up.
  setRaw(true);
  // Alternate screen, cursor hidden, pasted text told from typed, all cleared.
  write('\u001b[?1049h\u001b[?25l\u001b[?2004h\u001b[H\u001b[2J');
}

function hide(): void {
  if (!inside) return;
  inside = false;
  setRaw(false);
  // Synchronized output and bracketed paste off, attributes off, all cleared (tmux keeps some rows after a change of size),
  // cursor shown, main screen.
  write('\u001b[?2026l\u001b[?2004l\u001b[0m\u001b[H\u001b[J\u001b[?25h\u001b[?1049l');
}

/** Asks the terminal to put a text into the clipboard (OSC 52); those that do not know it do nothing. */
export const copyToClipboard = (text: string): void =>
  write(`\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`);

function setRaw(on: boolean): void {
  try {
    if (process.stdin.isTTY) process.stdin.setRawMode(on);
  } catch {
    // The terminal has gone: nothing is typed there any more.
  }
}

/** At once, so that it is out before the process ends. */
function write(text: string): void {
  try {
    writeSync(1, text);
  } catch (error) {
    // A closed terminal has nothing to be restored.
    if ((error as NodeJS.ErrnoException).code === 'EIO') process.once('exit', dieOfIt);
  }
}

/** Ends the program as a closed terminal ends any. */
export function hangUp(): void {
  process.once('exit', dieOfIt);
  process.exit(128 + stops.SIGHUP);
}

/** Node must not end by itself: it would put back the modes of a terminal that is gone, and abort because it cannot. */
function dieOfIt(): void {
  process.removeAllListeners('SIGHUP');
  process.kill(process.pid, 'SIGHUP');
}

/** Whether screens can be shown; otherwise the game is played in plain text. */
export function hasScreen(env: Readonly<Record<string, string | undefined>>): boolean {
  const { TERM, INK_SCREEN_READER } = env;
  return (
    Boolean(process.stdout.isTTY && process.stdin.isTTY) &&
    INK_SCREEN_READER !== 'true' &&
    (process.platform === 'win32' || (TERM !== undefined && TERM !== '' && TERM !== 'dumb' && TERM !== 'unknown'))
  );
}

/** What the surroundings say about colours and characters; the terminal itself may know better (`askBackground`). */
export function lookOf(env: Readonly<Record<string, string | undefined>>, noColor: boolean, bits: number): Look {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  // COLORFGBG is "foreground;background", in the numbers of the 16 colours.
  const background = Number(/;(\d+)$/.exec(env.COLORFGBG ?? '')?.[1] ?? Number.NaN);
  return {
    depth: noColor || env.NO_COLOR ? 'none' : depthOf(bits),
    light: background === 7 || background === 15,
    ascii: locale !== '' && !/utf-?8/i.test(locale) && process.platform !== 'win32',
  };
}

const depthOf = (bits: number): Depth => (bits >= 24 ? 'truecolor' : bits >= 8 ? '256' : bits >= 4 ? '16' : 'none');
