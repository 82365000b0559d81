// The entry: an old Node gets one sentence, the title is painted at once, then drawn with its menu, and the rest is loaded
// while it is looked at. The build makes one file of what is imported here, because each costs time.
import { homedir } from 'node:os';
import { dataFolder } from '../store/folders.ts';
import { readPreferences } from '../store/preferences.ts';
import { askBackground } from '../ui/background.ts';
import { fits } from '../ui/layout.ts';
import { enterScreen, hasScreen, leaveScreen, lookOf } from '../ui/terminal.ts';
import { lookWith, themeFor } from '../ui/theme.ts';
import { paintTitle } from '../ui/title.ts';

const wanted = [20, 19];
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < (wanted[0] ?? 0) || (major === wanted[0] && minor < (wanted[1] ?? 0))) {
  process.stderr.write(
    `HTTPS Quest needs Node.js ${wanted.join('.')} or newer; this is ${process.versions.node}. Install a newer one and start again.\n`,
  );
  process.exitCode = 2;
} else {
  const argv = process.argv.slice(2);
  openTitle(argv)
    .then(() => import('./main.ts'))
    .then(({ main }) => main(argv))
    .then((code) => {
      process.exitCode = code;
    })
    .catch((error: unknown) => {
      // What could not even be loaded leaves no report.
      leaveScreen();
      process.stderr.write(`HTTPS Quest cannot start. ${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 70;
    });
}

/** Draws the title with its menu, where the game is played on screens; nothing else may cost time before a command. */
async function openTitle(argv: readonly string[]): Promise<void> {
  if (!opensTitle(argv) || !hasScreen(process.env)) return;
  const folder = dataFolder({ platform: process.platform, env: process.env, home: homedir() });
  const { preferences } = readPreferences(folder);
  if (preferences.plain === 'always') return;
  const { columns, rows } = process.stdout;
  const size = { columns, rows };
  enterScreen();
  const noColor = argv.includes('--no-color');
  const look = lookOf(process.env, noColor, process.stdout.getColorDepth());
  const theme = themeFor(lookWith(preferences, { ...look, noColor }));
  const still = preferences.motion === 'reduced' || argv.includes('--reduced-motion');
  if (fits(size)) paintTitle(size, theme, still);
  if (!noColor && !process.env.COLORFGBG) void askBackground();
  const { open } = await import('./opening.ts');
  open({ size, theme, still, folder });
}

/** The game itself, and nothing that ends in words: every argument is one that the game takes with a screen. */
function opensTitle(argv: readonly string[]): boolean {
  const flags = ['--no-color', '--reduced-motion'];
  return argv.every((argument) => flags.includes(argument));
}
