// A run as files: what each holds, and where the game puts them when it is asked to on the screen.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { captureOf, keyLog } from '../capture/export.ts';
import { reportOf } from '../capture/report.ts';
import { cardOf } from '../game/card.ts';
import { score } from '../game/score.ts';
import type { Attempt } from '../game/attempt.ts';
import type { Level } from '../game/level.ts';
import type { Snapshot } from '../game/play.ts';
import { printable } from '../ui/printable.ts';

export interface RunFiles {
  /** A picture of the result in characters, to be pasted. */
  readonly card: string;
  readonly pcapng: Uint8Array;
  readonly keylog: string;
  readonly html: string;
}

export function filesOf(level: Level, { seed, moves }: Attempt, snapshot: Snapshot, version: string): RunFiles {
  const { acts, judged, outcome } = snapshot;
  const application = `HTTPS Quest ${version}`;
  return {
    pcapng: captureOf(acts, application),
    keylog: keyLog(acts),
    card: `${cardOf(level, seed, score(moves, level, outcome)).join('\n')}\n`,
    html: reportOf({ title: level.title, level: level.id, seed, application, acts, judged }),
  };
}

/** Writes the attempt and all that can be made of it beside each other; gives the sentence to say. */
export function exportTo(folder: string, level: Level, attempt: Attempt, snapshot: Snapshot, version: string): string {
  const place = join(folder, 'exports');
  // A seed may have any letters; a file name may not.
  const name = `${level.id}-${attempt.seed.replace(/[^A-Za-z0-9]/g, '_').slice(0, 40)}`;
  const { pcapng, keylog, html, card } = filesOf(level, attempt, snapshot, version);
  const files = { json: `${JSON.stringify(attempt, null, 2)}\n`, pcapng, keys: keylog, html, txt: card };
  try {
    mkdirSync(place, { recursive: true });
    for (const [ending, content] of Object.entries(files)) writeFileSync(join(place, `${name}.${ending}`), content);
    return `Written for Wireshark (.pcapng), as a page (.html), a key log (.keys) and a card to share (.txt): ${printable(join(place, name))}.*`;
  } catch {
    return `${printable(place)} cannot be written. Nothing was exported.`;
  }
}
