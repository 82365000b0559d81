// The entry: an old Node gets one sentence, the title is painted at once, and the rest is loaded after it.
import { enterScreen, hasScreen, lookOf } from '../ui/terminal.ts';
import { themeFor } from '../ui/theme.ts';
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
  if (opensTitle(argv) && hasScreen(process.env)) {
    const { columns, rows } = process.stdout;
    enterScreen();
    const look = lookOf(process.env, argv.includes('--no-color'), process.stdout.getColorDepth());
    if (columns >= 60 && rows >= 18) paintTitle({ columns, rows }, themeFor(look));
  }
  import('./main.ts')
    .then(({ main }) => main(argv))
    .then((code) => {
      process.exitCode = code;
    });
}

/** The game itself, and nothing that ends in words: every argument is one that the game takes with a screen. */
function opensTitle(argv: readonly string[]): boolean {
  const flags = ['--no-color', '--reduced-motion'];
  return argv.every((argument) => flags.includes(argument));
}
