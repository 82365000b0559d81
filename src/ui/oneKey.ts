// Keys that were pressed so quickly that the terminal sends them in one piece reach the game one at a time, each after
// the screen has taken the one before.

/** Longer than what hands can press between two reads; such text was pasted, and is passed on as it is. */
const mostKeys = 24;

/** Makes the stream give one key a read. Gives what undoes it. */
export function oneKeyAtATime(stdin: NodeJS.ReadStream): () => void {
  const read = stdin.read.bind(stdin);
  const waiting: string[] = [];
  let isResting = false;
  stdin.read = ((size?: number) => {
    if (isResting) return null;
    if (!waiting.length) {
      const chunk: string | Buffer | null = read(size);
      if (chunk === null) return null;
      waiting.push(...keysIn(chunk.toString()));
    }
    const key = waiting.shift() ?? null;
    if (waiting.length) {
      isResting = true;
      setTimeout(() => {
        isResting = false;
        stdin.emit('readable');
      }, 0);
    }
    return key;
  }) as typeof stdin.read;
  return () => {
    stdin.read = read;
  };
}

/** The keys in what was read; pasted text is one. */
export function keysIn(text: string): readonly string[] {
  const keys = text.match(sequence) ?? [];
  return keys.length > mostKeys ? [text] : keys;
}
/** A control sequence (CSI, SS3), Alt with a key, or one character (ECMA-48 5.4). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what terminals send
const sequence = /\u001b\[[0-?]*[ -/]*[@-~]|\u001bO[\s\S]|\u001b\[?|[\s\S]/gu;
