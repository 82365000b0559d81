// Where words go: lines to standard output and error, a closed pipe ends quietly, our own bugs leave a report.
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hangUp } from '../ui/terminal.ts';

/** Exit codes of the program. */
export const exit = { fine: 0, unmet: 1, usage: 2, bug: 70 } as const;

export interface Output {
  readonly say: (lines: readonly string[]) => void;
  readonly complain: (lines: readonly string[]) => void;
}

/** Writes to the process's own streams. Whoever closed the other end of a pipe has read enough: that is no error. */
export function processOutput(): Output {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(exit.fine);
      if (error.code === 'EIO') return hangUp();
      throw error;
    });
  }
  const writeTo = (stream: NodeJS.WriteStream) => (lines: readonly string[]) => {
    if (lines.length) stream.write(`${lines.join('\n')}\n`);
  };
  return { say: writeTo(process.stdout), complain: writeTo(process.stderr) };
}

/** What was typed, without what stands for a user in a URL: nobody else reads a password of it. */
export const withoutPassword = (typed: string): string => typed.replace(/:\/\/.*@/s, '://…@');

/** Writes what is needed to mend a bug of ours; gives the sentence to say. */
export function report(error: unknown, folder: string, argv: readonly string[], now: Date): string {
  const text = [
    `HTTPS Quest, ${now.toISOString()}`,
    `Node.js ${process.version} on ${process.platform} ${process.arch}`,
    `Arguments: ${JSON.stringify(argv.map(withoutPassword))}`,
    '',
    error instanceof Error ? (error.stack ?? error.message) : String(error),
    '',
  ].join('\n');
  const name = `report-${now.toISOString().replace(/[:.]/g, '-')}.txt`;
  for (const place of [join(folder, 'reports'), tmpdir()]) {
    try {
      mkdirSync(place, { recursive: true });
      writeFileSync(join(place, name), text);
      return `Something in the game itself is broken. What happened is written in ${join(place, name)}; please send it to its makers.`;
    } catch {
      // The next place, then.
    }
  }
  return 'Something in the game itself is broken, and no report of it could be written.';
}
