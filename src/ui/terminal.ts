// The terminal as it was found: entered once, and put back whatever happens. Knows nothing of Ink.
import { writeSync } from 'node:fs';
import type { Depth, Look } from './theme.ts';

let inside = false;

/** Goes to the alternate screen, hides the cursor, and keeps what is typed from being written over it. */
export function enterScreen(): void {
  if (inside) return;
  inside = true;
  process.on('exit', leaveScreen);
  // Not only once Ink listens: until then the terminal would echo a key, and Enter would move the whole screen up.
  setRaw(true);
  write('\u001b[?1049h\u001b[?25l\u001b[H\u001b[2J');
}

/** Puts the terminal back. May be called at any time, also twice, also when the terminal has gone. */
export function leaveScreen(): void {
  if (!inside) return;
  inside = false;
  process.off('exit', leaveScreen);
  setRaw(false);
  // Synchronized output off, attributes off, cursor shown, main screen.
  write('\u001b[?2026l\u001b[0m\u001b[?25h\u001b[?1049l');
}

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
  } catch {
    // A closed terminal has nothing to be restored.
  }
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
