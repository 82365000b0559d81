// Where the game keeps what a player has done: one folder, by the custom of each system.
import { posix, win32 } from 'node:path';

/** The name of the log in the data folder. */
export const logName = 'attempts.log';

export interface Surroundings {
  /** As `process.platform`. */
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder, absolute. */
  readonly home: string;
}

/**
 * The data folder: `chosen` (from --data-dir) as it is, otherwise `~/Library/Application Support/https-quest` on macOS,
 * `%LOCALAPPDATA%\https-quest` on Windows, and `$XDG_DATA_HOME/https-quest` or `~/.local/share/https-quest` elsewhere
 * (XDG Base Directory Specification 0.8, which says that a relative path is to be ignored).
 */
export function dataFolder({ platform, env, home }: Surroundings, chosen?: string): string {
  if (chosen !== undefined) return chosen;
  if (platform === 'win32') {
    const local = absolute(env.LOCALAPPDATA, win32) ?? win32.join(home, 'AppData', 'Local');
    return win32.join(local, 'https-quest');
  }
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'https-quest');
  const data = absolute(env.XDG_DATA_HOME, posix) ?? posix.join(home, '.local', 'share');
  return posix.join(data, 'https-quest');
}

const absolute = (path: string | undefined, style: typeof posix): string | undefined =>
  path && style.isAbsolute(path) ? path : undefined;
