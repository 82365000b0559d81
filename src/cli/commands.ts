// Every command and option, once: what is parsed, what `--help` says and what is suggested for a slip come from here.

export interface Option {
  /** What stands for its value in the help; a flag has none. */
  readonly value?: string;
  readonly says: string;
}
/** The options that every command takes. */
export const everywhere = {
  help: { says: 'Show help for the command, with examples.' },
  version: { says: 'Show the version.' },
  levels: { value: 'DIR', says: 'Use the level files of a folder instead of the built-in ones.' },
  'data-dir': { value: 'DIR', says: 'Keep progress in this folder.' },
  seed: { value: 'TEXT', says: 'Draw all names, keys and numbers from this seed.' },
  plain: { says: 'Play in lines of plain text, without screens.' },
  'no-color': { says: 'Use no colours (as NO_COLOR does).' },
  'reduced-motion': { says: 'Show results at once instead of moving pictures.' },
} as const satisfies Record<string, Option>;

const json: Option = { says: 'Write the result as JSON.' };

export interface Command {
  /** Empty for the game itself. */
  readonly name: string;
  /** What it takes, as the help writes it: `<level>` must be given, `[dir]` may be. */
  readonly takes: readonly string[];
  readonly summary: string;
  /** Paragraphs for its own help. */
  readonly says: readonly string[];
  readonly options: Readonly<Record<string, Option>>;
  readonly examples: readonly (readonly [command: string, says: string])[];
}

const commands = [
  {
    name: '',
    takes: [],
    summary: 'Play.',
    says: [
      'Opens the game where you left it. Where a terminal program cannot be shown (no terminal, TERM=dumb, a screen ' +
        'reader), it is played in lines of plain text.',
    ],
    options: {},
    examples: [
      ['https-quest', 'the game'],
      ['https-quest --plain', 'the same in plain text, for screen readers and scripts'],
    ],
  },
  {
    name: 'play',
    takes: ['<level>'],
    summary: 'Play one level, by its name or from a file of yours.',
    says: [
      'Goes on where you stopped in that level, or begins it. With --seed it always begins anew.',
      'In plain text, answer with a number or a name, one line each; "help" lists what else can be typed. ' +
        'Ends with exit code 0 when the level is finished, and 1 when it is left before.',
    ],
    options: {
      save: { value: 'FILE', says: 'Write what you did to a file, for "replay".' },
      auto: { says: 'Ask nothing: watch it played as it is right, in plain text. It counts for nothing.' },
    },
    examples: [
      ['https-quest play first-contact', 'play the first level'],
      ['https-quest play ./my-level.yaml', 'play a level file that you wrote'],
      ["printf '1\\n2\\n' | https-quest play first-contact --plain --seed 1", 'play from a script'],
    ],
  },
  {
    name: 'levels',
    takes: [],
    summary: 'List the levels, with your stars.',
    says: ['The names in the first column are what "play" takes.'],
    options: { json },
    examples: [
      ['https-quest levels', 'a list to read'],
      ['https-quest levels --json', 'the same for a program'],
    ],
  },
  {
    name: 'check',
    takes: ['[dir]'],
    summary: 'Prove that level files do what they say.',
    says: [
      'Runs every choice of every level in every one of its worlds, and compares what happens with the verdict in the ' +
        'file. Levels with a real program on the other side are left out: it starts none. Without a folder it proves the ' +
        'built-in levels. Ends with exit code 1 when a level does not hold.',
    ],
    options: { json },
    examples: [
      ['https-quest check', 'prove the built-in levels'],
      ['https-quest check my-levels', 'prove the files of a folder'],
      ['https-quest check my-levels/first.yaml', 'prove one file'],
    ],
  },
  {
    name: 'new',
    takes: ['<id>'],
    summary: 'Begin a level of your own.',
    says: [
      'Writes the file <id>.yaml into this folder: a small level that runs, with all its words still to be written. ' +
        '"check" says which are missing, and later whether your verdicts are what happens. An editor that knows YAML ' +
        'finds every key explained.',
    ],
    options: {},
    examples: [
      ['https-quest new my-level', 'writes my-level.yaml'],
      ['https-quest check my-level.yaml', 'says what is missing'],
      ['https-quest play ./my-level.yaml', 'plays it'],
    ],
  },
  {
    name: 'replay',
    takes: ['<attempt.json>'],
    summary: 'Run a saved attempt again and say what it came to.',
    says: [
      'The file is one that "play --save FILE" wrote. Ends with exit code 1 when the attempt does not reach the goal, or ' +
        'when the level has changed since.',
    ],
    options: { json },
    examples: [
      ['https-quest play goodbye --save mine.json', 'play, and keep what you did'],
      ['https-quest replay mine.json', 'see it again'],
      ['https-quest replay mine.json --json', 'the result for a program'],
    ],
  },
  {
    name: 'export',
    takes: ['<attempt.json>'],
    summary: 'Write a saved attempt for Wireshark, as a key log, or as a page to read.',
    says: [
      'The capture has the packets that you saw, and the secrets that you held: Wireshark opens the sealed records by ' +
        'itself. The page explains each message, byte by byte; it needs no network.',
    ],
    options: {
      pcapng: { value: 'FILE', says: 'Write the packets, with the secrets in it.' },
      keylog: { value: 'FILE', says: 'Write the secrets in the format of SSLKEYLOGFILE.' },
      html: { value: 'FILE', says: 'Write a page that explains the run.' },
    },
    examples: [
      ['https-quest export mine.json --pcapng mine.pcapng', 'then: wireshark mine.pcapng'],
      ['https-quest export mine.json --html mine.html', 'a page for a browser'],
    ],
  },
  {
    name: 'live',
    takes: ['<url>'],
    summary: 'Be the client of a real HTTPS server.',
    says: [
      'Goes over the network: connects to the server of the URL and asks for the page, with TLS 1.3 (or 1.2, where it has ' +
        'nothing newer) and your decisions. Each is asked as it comes; what is decided before the first message is asked before the server is called.',
      'Ends with the status line of the answer. Exit code 1 says that there was none, and why.',
    ],
    options: {
      ca: { value: 'FILE', says: 'Trust the certificates of this PEM file as well.' },
      auto: { says: 'Ask nothing: decide everything as it is right.' },
      json: { says: 'Write each event as a line of JSON, secrets included.' },
    },
    examples: [
      ['https-quest live https://www.example.org/', 'decide for yourself'],
      ['https-quest live https://www.example.org/ --auto', 'only watch'],
      ['https-quest live https://localhost:8443/ --ca ca.pem --auto --json', 'for a program'],
    ],
  },
  {
    name: 'serve',
    takes: [],
    summary: 'Be an HTTPS server for a real browser, or for curl.',
    says: [
      'Listens on this machine alone, unless --host says otherwise, and serves one connection after the other. It makes a ' +
        'certificate authority for localhost in the data folder, and says how to call.',
    ],
    options: {
      port: { value: 'N', says: 'Listen on this port (8443); 0 takes one that is free.' },
      host: { value: 'ADDRESS', says: 'Listen on this address (127.0.0.1).' },
      auto: { says: 'Ask nothing: decide everything as it is right.' },
      once: { says: 'End after one connection: exit code 1 where it came to nothing.' },
      json: { says: 'Write each event as a line of JSON, secrets included.' },
    },
    examples: [
      ['https-quest serve', 'decide for yourself'],
      ['https-quest serve --auto --once --port 0 --json', 'for a program'],
    ],
  },
] as const satisfies readonly Command[];

export type CommandName = (typeof commands)[number]['name'];
/** The commands by the type that they share. */
export const everyCommand: readonly (Command & { readonly name: CommandName })[] = commands;
