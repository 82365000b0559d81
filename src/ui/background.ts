// Asks the terminal whether its background is light (OSC 11). Not every terminal answers; one that does not is not waited for long.

/** How long an answer may take, in milliseconds. The rest of the game is loaded meanwhile. */
const patience = 120;

let asked: Promise<boolean | undefined> | undefined;

/** Asked once; `undefined` where the terminal does not say. What was typed meanwhile is given back to the input. */
export function askBackground(): Promise<boolean | undefined> {
  asked ??= ask();
  return asked;
}

function ask(
  stdin: NodeJS.ReadStream = process.stdin,
  stdout: NodeJS.WriteStream = process.stdout,
): Promise<boolean | undefined> {
  return new Promise((resolve) => {
    let heard = Buffer.alloc(0);
    const done = () => {
      clearTimeout(timer);
      stdin.off('data', listen);
      stdin.pause();
      const { light, rest } = readAnswer(heard.toString('latin1'));
      if (rest) stdin.unshift(Buffer.from(rest, 'latin1'));
      resolve(light);
    };
    const listen = (chunk: Buffer) => {
      heard = Buffer.concat([heard, chunk]);
      if (attributes.test(heard.toString('latin1'))) done();
    };
    const timer = setTimeout(done, patience);
    stdin.on('data', listen);
    // Every terminal answers the question for its attributes: once that is here, no colour will come any more.
    stdout.write('\u001b]11;?\u001b\\\u001b[c');
  });
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: this is what terminals answer
const attributes = /\u001b\[\?[\d;]*c/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: this is what terminals answer
const colour = /\u001b\]11;rgba?:([0-9a-f]{1,4})\/([0-9a-f]{1,4})\/([0-9a-f]{1,4})[^\u0007\u001b]*(?:\u0007|\u001b\\)/i;

/** Whether the answer speaks of a light background, and what else was in the input. */
export function readAnswer(heard: string): { readonly light: boolean | undefined; readonly rest: string } {
  const found = colour.exec(heard);
  const rest = heard.replace(colour, '').replace(attributes, '');
  if (!found) return { light: undefined, rest };
  // One to four digits a colour, scaled to their own width (XParseColor).
  const [red = 0, green = 0, blue = 0] = found.slice(1).map((hex) => Number.parseInt(hex, 16) / (16 ** hex.length - 1));
  return { light: 0.299 * red + 0.587 * green + 0.114 * blue > 0.5, rest };
}
