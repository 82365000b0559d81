// `host export`: the results of a competition that nobody hosts from its folder just now, or of one in a database.
import { writeFileSync } from 'node:fs';
import { applyEvents, emptyCompetition } from '../../classroom/competition.ts';
import type { EventStore } from '../../classroom/eventStore.ts';
import { resultsCsv, resultsOf } from '../../classroom/results.ts';
import { codeOf, reasonOf } from '../../store/damage.ts';
import { printable, quoted } from '../../ui/printable.ts';
import { wrap } from '../../ui/wrap.ts';
import type { Call } from '../call.ts';
import { exit } from '../output.ts';
import { keeping, openPlace } from './store.ts';

export async function exportResults(call: Call): Promise<number> {
  const { settings, output, slip } = call;
  const wanted = { csv: settings.csv, json: settings.json || undefined };
  if (wanted.csv === undefined && wanted.json === undefined)
    return slip('Say what to write: --csv FILE or --json FILE; - in place of FILE writes it here.');
  if (settings.resume || settings.purge) return slip('"host export" goes on with nothing and deletes nothing.');
  const place = await openPlace(call, 'export');
  if (typeof place === 'number') return place;
  try {
    return await keeping(output, async () => {
      const competition = await folded(place.store);
      const contents = {
        csv: () => resultsCsv(competition),
        json: () => `${JSON.stringify(resultsOf(competition), null, 2)}\n`,
      };
      const codes = (['csv', 'json'] as const).flatMap((kind) => {
        const file = wanted[kind];
        return typeof file === 'string' ? [write(file, contents[kind](), call)] : [];
      });
      return Math.max(...codes);
    });
  } finally {
    await place.store.close();
  }
}

async function folded(store: EventStore) {
  const competition = emptyCompetition();
  for (let more = await store.read(0); more.length; more = await store.read(competition.number))
    applyEvents(competition, more);
  return competition;
}

/** Never over a file that is there: it may be the results of another class. */
function write(file: string, content: string, { output, slip }: Call): number {
  if (file === '-') {
    output.say([content.replace(/\n$/, '')]);
    return exit.fine;
  }
  try {
    writeFileSync(file, content, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (codeOf(error) === 'EEXIST')
      return slip(`There is a file "${quoted(file)}" already. It was left as it is; give another name.`);
    output.complain(wrap(`"${quoted(file)}" cannot be written: ${printable(reasonOf(error))}.`));
    return exit.unmet;
  }
  output.say([`Written: ${quoted(file)}`]);
  return exit.fine;
}
