// Standard input a line at a time, whether it is typed or comes all at once from a pipe.
import type { Readable } from 'node:stream';

/** No answer is longer; the rest of such a line is dropped. */
const mostCharacters = 1000;

/** Gives the next line without its end; `undefined` once the input has ended (or can no longer be read). */
export interface Lines {
  readonly next: () => Promise<string | undefined>;
  /** Lets go of the input, so that the program can end. */
  readonly close: () => void;
}

export function linesOf(input: Readable): Lines {
  const lines = read(input);
  return {
    next: async () => {
      const { done, value } = await lines.next();
      return done ? undefined : value;
    },
    close: () => void input.destroy(),
  };
}

async function* read(input: Readable): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of input) {
      const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = (parts.pop() ?? '').slice(0, mostCharacters);
      for (const part of parts) yield part.slice(0, mostCharacters).replace(/\r$/, '');
    }
  } catch {
    // A terminal that was closed, or a file that cannot be read on: the input has ended.
  }
  if (rest) yield rest;
}
