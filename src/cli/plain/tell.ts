// Plain mode: what happens on the line and in the notebooks, each thing told once.
import type { Snapshot } from '../../game/play.ts';
import { printable } from '../../ui/printable.ts';
import { wrap } from '../../ui/wrap.ts';
import type { PlainGame } from './game.ts';
import { actHeading, rowLine } from './narrate.ts';

/** How much of an act was told. */
interface Told {
  readonly world: string;
  readonly rows: number;
  readonly notes: number;
}

/** `acts` is how many acts the level has. */
export function telling({ stage, teller: { say } }: Pick<PlainGame, 'stage' | 'teller'>, acts: () => number) {
  let told: readonly Told[] = [];
  return {
    /** What has happened since it was last told. */
    tell(snapshot: Snapshot): void {
      told = snapshot.acts.map((seen, index) => {
        // Who was somebody else all along is said of the act in which the slip was.
        const now = stage(seen, snapshot.slip !== undefined && index === snapshot.acts.length - 1);
        const before = told[index]?.world === seen.world.name ? told[index] : undefined;
        if (!told[index]) say(['', ...actHeading(seen, index, acts())]);
        const rows = now.rows.slice(before?.rows ?? 0);
        const notes = now.notebook.slice(before?.notes ?? 0);
        if (rows.length) say(['On the line:']);
        for (const [at, row] of rows.entries()) say(rowLine(row, (before?.rows ?? 0) + at + 1, now));
        for (const note of notes) say(wrap(`You note: ${printable(note)}`));
        for (const { name, text } of now.others) say(wrap(`${printable(name)} notes: ${printable(text)}`));
        return { world: seen.world.name, rows: now.rows.length, notes: now.notebook.length };
      });
    },
    /** What led here is known already. */
    skip(snapshot: Snapshot): void {
      told = snapshot.acts.map((seen) => {
        const { rows, notebook } = stage(seen);
        return { world: seen.world.name, rows: rows.length, notes: notebook.length };
      });
    },
  };
}

/** In which world the harm shows, and what it is called there. */
export function harmInWords({ acts }: Snapshot): readonly string[] {
  const announce = acts.at(-1)?.world.announce;
  return announce ? wrap(printable(announce)) : [];
}
