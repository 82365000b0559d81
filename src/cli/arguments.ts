// What was typed on the command line, against the table of commands.
import { parseArgs } from 'node:util';
import { didYouMean } from '../game/suggest.ts';
import { quoted } from '../ui/printable.ts';
import { type Command, type CommandName, everyCommand, everywhere, type Option } from './commands.ts';
import { withoutPassword } from './output.ts';

export interface Settings {
  readonly levels?: string;
  readonly dataDir?: string;
  readonly seed?: string;
  readonly save?: string;
  readonly pcapng?: string;
  readonly keylog?: string;
  readonly html?: string;
  readonly card?: string;
  /** The player's name: in the certificate, or in a competition. */
  readonly name?: string;
  /** Of a competition. */
  readonly team?: string;
  readonly device?: string;
  /** Of the certificate: the folder that it goes to. */
  readonly out?: string;
  /** Of the codex: also what was not met yet. */
  readonly all?: true;
  readonly plain: boolean;
  readonly noColor: boolean;
  readonly reducedMotion: boolean;
  /** A flag; of the host's results the file that they go to. */
  readonly json: boolean | string;
  /** Of live connections. */
  readonly ca?: string;
  readonly host?: string;
  readonly port?: string;
  readonly auto?: true;
  readonly once?: true;
  /** Of the host. */
  readonly title?: string;
  readonly data?: string;
  readonly database?: string;
  readonly attempts?: string;
  readonly rules?: string;
  readonly csv?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly tarball?: string;
  readonly openBrowser?: true;
  readonly resume?: true;
  readonly purge?: true;
  /** Of what asks first. */
  readonly yes?: true;
}
export type Asked =
  | {
      readonly what: 'run';
      readonly command: CommandName;
      readonly given: readonly string[];
      readonly settings: Settings;
    }
  | { readonly what: 'help'; readonly command: Command }
  | { readonly what: 'version' }
  /** One sentence on what is wrong, and what to do. */
  | { readonly what: 'slip'; readonly says: string };

/** Reads the arguments after the program's name. */
export function readArguments(argv: readonly string[]): Asked {
  const [name = ''] = wordsOf(tokensOf(argv, everyOption));
  const command = everyCommand.find((one) => one.name === name);
  // What is a flag of one command may take a value of another.
  const tokens = tokensOf(argv, { ...everyOption, ...command?.options });
  const [, ...rest] = wordsOf(tokens);
  const values: Record<string, string | true> = {};
  const known = { ...everywhere, ...(command?.options ?? everyOption) };
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const problem = checkOption(token, known, command);
    if (problem) return { what: 'slip', says: problem };
    values[token.name] = token.value ?? true;
  }
  if (values.version) return { what: 'version' };
  if (!command) return { what: 'slip', says: unknownCommand(name) };
  if (values.help) return { what: 'help', command };
  const problem = checkTaken(command, rest) ?? checkSeed(values.seed);
  if (problem) return { what: 'slip', says: problem };
  return { what: 'run', command: command.name, given: rest, settings: settingsOf(values) };
}

type Tokens = NonNullable<ReturnType<typeof parseArgs>['tokens']>;
const tokensOf = (argv: readonly string[], options: Readonly<Record<string, Option>>): Tokens =>
  parseArgs({
    args: [...argv],
    options: { ...typesOf(options), help: { type: 'boolean', short: 'h' } },
    strict: false,
    allowPositionals: true,
    tokens: true,
  }).tokens;
const wordsOf = (tokens: Tokens): string[] =>
  tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []));

const everyOption: Readonly<Record<string, Option>> = Object.assign(
  {},
  everywhere,
  // Of two with the same name that of the earlier command.
  ...everyCommand.map(({ options }) => options).reverse(),
);
const typesOf = (options: Readonly<Record<string, Option>>) =>
  Object.fromEntries(
    Object.entries(options).map(([name, { value }]) => [
      name,
      { type: value === undefined ? ('boolean' as const) : ('string' as const) },
    ]),
  );

/** Of --port, or the usual one; else one sentence. 0 is any that is free. */
export function portOf({ port }: Settings, usual: number): number | string {
  if (port === undefined) return usual;
  if (/^\d{1,5}$/.test(port) && Number(port) <= 65_535) return Number(port);
  return `--port takes a number from 0 to 65535 (0: any that is free), not "${quoted(port)}".`;
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}
function checkOption(
  { name, rawName, value, inlineValue }: OptionToken,
  known: Readonly<Record<string, Option>>,
  command: Command | undefined,
): string | undefined {
  const option = Object.hasOwn(known, name) ? known[name] : undefined;
  if (!option) {
    const names = Object.keys(known).map((one) => `--${one}`);
    if (Object.hasOwn(everyOption, name)) return `"${command?.name || 'https-quest'}" takes no option --${name}.`;
    return `There is no option ${quoted(rawName)}.${didYouMean(rawName, names)}`;
  }
  if (option.value === undefined)
    return value === undefined ? undefined : `The option --${name} takes no value; leave out "=${quoted(value)}".`;
  if (value === undefined || value === '') return `The option --${name} needs a value: --${name} ${option.value}.`;
  // `--seed --plain` is a forgotten value, not a seed of that name; `--seed=--plain` is one.
  if (!inlineValue && value.startsWith('-') && value !== '-')
    return `The option --${name} needs a value before "${quoted(value)}": --${name} ${option.value}.`;
  return undefined;
}

function unknownCommand(name: string): string {
  const names = everyCommand.map((one) => one.name).filter(Boolean);
  return `There is no command "${quoted(name)}".${didYouMean(name, names)}`;
}

function checkTaken({ name, takes }: Command, given: readonly string[]): string | undefined {
  const wanted = takes[given.length];
  if (wanted?.startsWith('<')) return `"${name}" needs ${wanted}: https-quest ${name} ${takes.join(' ')}.`;
  const extra = given[takes.length];
  if (extra !== undefined) return `"${name}" does not know what to do with "${quoted(withoutPassword(extra))}".`;
  if (given.includes('')) return `"${name}" was given an empty word in place of ${takes.join(' ')}.`;
  return undefined;
}

/** As an attempt may have it (`src/game/attempt.ts`), but shorter: it is shown, and typed again. */
function checkSeed(seed: string | true | undefined): string | undefined {
  if (typeof seed !== 'string') return undefined;
  if (seed.length > 64) return 'The seed is too long: at most 64 characters.';
  return /[\p{C}\p{Zl}\p{Zp}]/u.test(seed) ? `The seed "${quoted(seed)}" has control characters in it.` : undefined;
}

/** What was given, under the names of the settings: that a flag has no value and all else has one was checked. */
const settingsOf = (values: Readonly<Record<string, string | true>>): Settings => ({
  ...{ plain: false, noColor: false, reducedMotion: false, json: false },
  ...Object.fromEntries(Object.entries(values).map(([name, value]) => [inOneWord(name), value])),
});

/** `data-dir` as `dataDir`. */
const inOneWord = (name: string): string => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
