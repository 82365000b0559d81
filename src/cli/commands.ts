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
      'A file is read again whenever it is saved: your answers are played again in what it holds now, and you see it where ' +
        'you stand. Where the file has a fault, you are told, and the level stays as it was.',
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
    name: 'drill',
    takes: [],
    summary: 'Answer decisions of levels that you have played again, when it is time.',
    says: [
      'About five minutes: up to eight decisions, those first that you missed. Names, keys and numbers are new each time. ' +
        'A decision that you get right comes again after three days, and then after ten; one that you get wrong, or with a ' +
        'hint, comes again at the next start. After three right answers it is learned.',
      'Where nothing is due it offers practice. Leave whenever you like: each answer is kept at once.',
    ],
    options: {},
    examples: [
      ['https-quest drill', 'what is due'],
      ['https-quest drill --plain', 'the same in plain text'],
    ],
  },
  {
    name: 'stats',
    takes: [],
    summary: 'What you have learned, and what is still to come.',
    says: [
      'Levels and stars, decisions that were right at the first try, what you believed and what refuted it, and what is ' +
        'due in the drill.',
      'A belief is met with a wrong answer. It is refuted when the same decision was answered right later, and stands until ' +
        'then.',
    ],
    options: { json },
    examples: [
      ['https-quest stats', 'to read'],
      ['https-quest stats --json', 'for a program'],
    ],
  },
  {
    name: 'reset',
    takes: ['[level]'],
    summary: 'Forget what you did in a level, or everywhere.',
    says: [
      'Asks first. Everything of before is kept in a copy beside your log, and "import-progress" takes it back from there. ' +
        'Without a terminal it forgets nothing unless --yes is given.',
    ],
    options: { yes: { says: 'Do not ask.' } },
    examples: [
      ['https-quest reset goodbye', 'begin one level as if it was new'],
      ['https-quest reset --yes', 'begin anew from a script'],
    ],
  },
  {
    name: 'export-progress',
    takes: ['<file>'],
    summary: 'Write your progress to a file, to take it to another machine.',
    says: [
      'Never writes over a file that is there. The file holds what you did in each level, half-played ones as well.',
    ],
    options: {},
    examples: [['https-quest export-progress mine.progress', 'then, on the other machine: import-progress']],
  },
  {
    name: 'import-progress',
    takes: ['<file>'],
    summary: 'Add the progress of another machine to yours.',
    says: [
      'Nothing that is here gets worse: of two results the better one counts, and what you left half played is there to go ' +
        'on with. What was added once is not added again.',
    ],
    options: {},
    examples: [['https-quest import-progress mine.progress', 'adds what is missing here']],
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
      card: { value: 'FILE', says: 'Write a small picture of the result, in characters, to be pasted anywhere.' },
    },
    examples: [
      ['https-quest export mine.json --pcapng mine.pcapng', 'then: wireshark mine.pcapng'],
      ['https-quest export mine.json --html mine.html', 'a page for a browser'],
    ],
  },
  {
    name: 'codex',
    takes: ['[entry]'],
    summary: 'Look up a word of the field, or list those that you met.',
    says: [
      'Says what it is, what it is not, where one meets it, and where it is written. A word that is no entry is searched for.',
    ],
    options: {
      all: { says: 'List all entries, not only those of levels that you began.' },
      json,
    },
    examples: [
      ['https-quest codex', 'the entries of the levels that you began'],
      ['https-quest codex ClientHello', 'one page'],
      ['https-quest codex --all', 'all there are'],
    ],
  },
  {
    name: 'settings',
    takes: ['[name]', '[value]'],
    summary: 'Show your settings, or change one.',
    says: [
      'The same as on the screen of the game: theme, colours, motion, glyphs, plain, and name. They hold on this machine ' +
        'until you change them. Options of the command line go before them.',
    ],
    options: { json },
    examples: [
      ['https-quest settings', 'all of them, with what each can be'],
      ['https-quest settings theme light', 'for a terminal with a light background'],
      ['https-quest settings plain always', 'lines of text instead of screens'],
    ],
  },
  {
    name: 'certificate',
    takes: [],
    summary: 'Get a certificate in your name: a real one, for what you have learned.',
    says: [
      'For those who have finished the level both-ends with three stars. Issues an X.509 certificate in your name, and ' +
        'writes it with its private key and its chain into a folder. The authority behind it exists for this certificate ' +
        'alone: it is nobody’s trust anchor, and should never become one.',
    ],
    options: {
      name: { value: 'NAME', says: 'Your name, as it is to stand in the certificate.' },
      out: { value: 'DIR', says: 'Write the files into this folder (https-quest-certificate).' },
    },
    examples: [
      ['https-quest certificate --name Ada --out mine', 'writes mine/certificate.pem and what belongs to it'],
      ['openssl x509 -in mine/certificate.pem -noout -text', 'reads it'],
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
  {
    name: 'join',
    takes: ['<address>', '<code>'],
    summary: 'Take part in the competition of a class.',
    says: [
      'Address and code stand on the board. The code stands for the key of the host: who answers with another one is told ' +
        'nothing. You are asked for no account. The host keeps your nickname, your team and what you do in the levels.',
      'You play on this machine, also while the host is away: what you did is kept here until the host has it. The same ' +
        'command brings you back to your place.',
    ],
    options: {
      name: {
        value: 'NAME',
        says: 'Your nickname: 2 to 20 letters, digits, spaces and . _ -. Without one you get one.',
      },
      team: { value: 'TEAM', says: 'The team that you play for.' },
      device: { value: 'CODE', says: 'Go on here as a player of another machine: your teacher has a code for you.' },
    },
    examples: [
      ['https-quest join 192.0.2.7 KNX14-KS4D7', 'join, or go on'],
      ['https-quest join 192.0.2.7 KNX14-KS4D7 --name Ada --plain', 'with a name, in plain text'],
    ],
  },
  {
    name: 'host',
    takes: ['[export]'],
    summary: 'Hold a competition for a class, on this machine.',
    says: [
      'Says what the players type: an address of this machine, and a code that stands for its key. They need no account and ' +
        'no internet. A terminal shows a dashboard: the board, who is stuck, what many believe; ? lists its keys. With --plain, ' +
        'type what shall happen: start, pause, board, end; help lists it all. Or open the page of the teacher, on this ' +
        'machine, and that of the projector: each link opens once.',
      'Every answer is graded here, by playing it again. All that happens is kept in the data folder as it happens: after ' +
        'an interruption "host --resume" goes on, with the same code.',
      'A round has all levels, or those of --levels: names of levels and numbers of chapters, with commas between; or a ' +
        'folder of level files. The same words, --attempts and --rules can follow "round" at the host.',
      'With --database the competition is kept in PostgreSQL, and several hosts can share it: start the first as usual and ' +
        'the others with --resume. All have the same code. In the address of the database write %40 for @ and %2F for / in ' +
        'a password, or put the password into the variable PGPASSWORD.',
      '"host export" writes the results: of a folder while no host runs on it, of a database at any time. It never writes ' +
        'over a file that is there; - in place of FILE writes to standard output.',
    ],
    options: {
      title: { value: 'TEXT', says: 'What the competition is called.' },
      port: { value: 'N', says: 'Listen on this port (8443); 0 takes one that is free.' },
      data: { value: 'DIR', says: 'Keep the competition in this folder (host in the data folder).' },
      database: { value: 'URL', says: 'Keep it in PostgreSQL: postgres://USER:PASSWORD@HOST:5432/DATABASE.' },
      attempts: { value: 'N', says: 'Attempts that each player has at each level, 1 to 9 (2).' },
      rules: {
        value: 'LIST',
        says: 'What counts as well, with commas between: speed, streaks, first-blood, decay (none).',
      },
      cert: { value: 'FILE', says: 'Your own certificate, in PEM.' },
      key: { value: 'FILE', says: 'Its private key, in PEM.' },
      tarball: {
        value: 'FILE',
        says: 'The packed game that you hand out on a stick: say its SHA-256, and how to check and install it.',
      },
      'open-browser': { says: 'Open the page of the teacher in the browser of this machine.' },
      resume: { says: 'Go on with the competition that is there.' },
      purge: { says: 'Delete the competition that is there, with all that its players did.' },
      csv: { value: 'FILE', says: 'For export: write a line for each player, for a spreadsheet.' },
      json: { value: 'FILE', says: 'For export: write all that is known of who played what.' },
    },
    examples: [
      ['https-quest host', 'all levels'],
      ['https-quest host --levels 1,3,first-contact --title Monday', 'two chapters and one more level'],
      ['https-quest host --resume', 'go on after an interruption'],
      ['https-quest host --attempts 3 --rules speed,streaks', 'a third attempt, and points for being fast'],
      ['https-quest host --database postgres://quest@db.example/quest', 'kept in a database'],
      [
        'https-quest host --database postgres://quest@db.example/quest --resume',
        'one more host of the same competition',
      ],
      ['https-quest host export --csv results.csv', 'the results, for a spreadsheet'],
    ],
  },
] as const satisfies readonly Command[];

export type CommandName = (typeof commands)[number]['name'];
/** The commands by the type that they share. */
export const everyCommand: readonly (Command & { readonly name: CommandName })[] = commands;
