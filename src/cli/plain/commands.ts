// What can be typed in plain mode beside an answer: one table, for reading it and for `help`.

export const plainCommands = {
  hint: { forms: ['hint', 'h'], says: 'the next of the hints; each costs a few points' },
  again: { forms: ['again', 'a'], says: 'the question once more' },
  messages: { forms: ['messages', 'm'], says: 'every message so far, numbered' },
  inspect: { forms: ['inspect', 'i'], says: 'a message with its fields and bytes: inspect 3; one field: inspect 3.2' },
  notebook: { forms: ['notebook', 'n'], says: 'what you have found out' },
  keys: { forms: ['keys', 'k'], says: 'the keys you hold, and how many records each has opened' },
  restart: { forms: ['restart'], says: 'begin the level anew, with other names and numbers' },
  quit: { forms: ['quit', 'q', 'exit'], says: 'leave; you can go on later' },
  help: { forms: ['help', '?'], says: 'this list' },
} as const;
export type PlainCommand = keyof typeof plainCommands;

export function commandOf(word: string): PlainCommand | undefined {
  const entries = Object.entries(plainCommands) as [PlainCommand, { readonly forms: readonly string[] }][];
  return entries.find(([, { forms }]) => forms.includes(word))?.[0];
}

/** The words that a slip may have meant. */
export const commandWords: readonly string[] = Object.keys(plainCommands);

export function commandHelp(): string[] {
  return Object.values(plainCommands).map(({ forms: [word, short], says }) =>
    short === undefined ? `  ${word}: ${says}` : `  ${word}, or ${short}: ${says}`,
  );
}
