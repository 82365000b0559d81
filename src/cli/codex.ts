// The command `codex`: a list of its entries, or one page, in words.
import { everyEntry, found, metEntries, type Pages } from '../game/codexPages.ts';
import type { Progress } from '../game/progress.ts';
import { openLog } from '../store/log.ts';
import { codexLines, inWords } from '../ui/codexLines.ts';
import { printable, quoted } from '../ui/printable.ts';
import { wrap } from '../ui/wrap.ts';
import type { Call } from './call.ts';
import { builtIn, builtInPages } from './levelFiles.ts';
import { exit } from './output.ts';

export function codex({ given: [wanted], settings, folder, output, slip }: Call): number {
  const { progress } = openLog(folder);
  const pages = builtInPages();
  if (wanted === undefined) {
    const names = settings.all ? everyEntry(pages) : metEntries(pages, progress);
    if (settings.json)
      output.say([
        JSON.stringify(
          names.map((name) => asData(pages, name)),
          null,
          2,
        ),
      ]);
    else if (names.length) output.say([...names, '', `${names.length} of ${pages.codex.entries.size} entries.`]);
    else output.say(wrap('You have met none yet: they come with the levels. All of them: https-quest codex --all'));
    return exit.fine;
  }
  const exact = everyEntry(pages).find((name) => name.toLowerCase() === wanted.toLowerCase());
  const names = exact === undefined ? found(pages, everyEntry(pages), wanted) : [exact];
  const [name] = names;
  if (name === undefined)
    return slip(`The codex knows nothing of "${quoted(wanted)}". The list: https-quest codex --all`);
  if (settings.json) output.say([JSON.stringify(asData(pages, name), null, 2)]);
  else if (exact === undefined && names.length > 1)
    output.say([`"${quoted(wanted)}" stands in ${names.length} entries:`, ...names.map((one) => `  ${one}`)]);
  else output.say(pageOf(pages, name, progress));
  return exit.fine;
}

const asData = ({ codex: { entries, misconceptions }, places }: Pages, name: string) => {
  const entry = entries.get(name);
  return {
    name,
    kind: entry?.kind,
    is: entry?.is,
    isNot: (entry?.misconceptions ?? []).map((id) => ({ id, ...misconceptions.get(id) })),
    levels: places[name] ?? [],
    rfc: entry?.rfc ?? null,
    see: entry?.see ?? [],
  };
};

function pageOf(pages: Pages, name: string, progress: Progress): string[] {
  const levels = builtIn().levels.map(({ level }) => level);
  const kind = pages.codex.entries.get(name)?.kind;
  const lines = codexLines({ pages, name, levels, progress, width: 78, marks: inWords });
  return [`${name} (${kind})`, '', ...lines.map((line) => printable(line.map(({ text }) => text).join('')).trimEnd())];
}
