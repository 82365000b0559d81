// The command `certificate`: issues the player's certificate and writes it, with all that is needed to verify it.
import { deedOf, levelForIt, whatIsWanted } from '../game/deed.ts';
import { diploma } from '../game/diploma.ts';
import { faultOfName } from '../game/letters.ts';
import { freshEntropy } from '../live/entropy.ts';
import { openLog } from '../store/log.ts';
import { readPreferences } from '../store/preferences.ts';
import { diplomaLines, diplomaText } from '../ui/diploma.ts';
import { printable } from '../ui/printable.ts';
import { hasScreen, lookOf } from '../ui/terminal.ts';
import { themeFor } from '../ui/theme.ts';
import { plain } from '../ui/spans.ts';
import { wrap } from '../ui/wrap.ts';
import type { Call } from './call.ts';
import { verifyCommand, writeDiploma, writtenInWords } from './diplomaFiles.ts';
import { exit } from './output.ts';

export function certificate({ settings, folder, output, slip }: Call): number {
  const { out = 'https-quest-certificate' } = settings;
  const name = settings.name ?? (readPreferences(folder).preferences.name || undefined);
  if (name === undefined) return slip('Say in whose name: https-quest certificate --name "NAME".');
  const fault = faultOfName(name);
  if (fault) return slip(printable(fault));
  const deed = deedOf(openLog(folder).progress);
  if (!deed) {
    output.complain(wrap(`${whatIsWanted} To play it: https-quest play ${levelForIt}`));
    return exit.unmet;
  }
  const issued = diploma(freshEntropy(), { name, deed, now: new Date() });
  const problem = writeDiploma(out, issued, 'give another folder with --out DIR.');
  if (problem) {
    output.complain(wrap(problem));
    return exit.unmet;
  }
  // A frame stands only around letters that are as wide in every terminal.
  const drawn = hasScreen(process.env) && !settings.plain && plain(issued.name) === issued.name;
  // In the terminal’s own colours: nobody has asked it whether it is light or dark.
  const theme = themeFor({ ...lookOf(process.env, true, 1), depth: 'none' });
  output.say([
    ...(drawn ? diplomaLines(issued, process.stdout.columns).map(theme.paint) : diplomaText(issued)),
    '',
    ...wrap(writtenInWords(out, issued)),
    'To verify it:',
    `  ${verifyCommand(out)}`,
  ]);
  return exit.fine;
}
