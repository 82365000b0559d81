// What `--help` says, of everything and of each command; made from the table of commands.
import { type Command, everyCommand, everywhere, type Option } from './commands.ts';
import { wrap } from '../ui/wrap.ts';

/** The help of a command; that of the game itself lists all of them. */
export function helpFor(command: Command): string[] {
  const usage = ['https-quest', command.name, ...command.takes].filter(Boolean).join(' ');
  const lines = command.name
    ? [`${usage} [options]`, '', ...wrap(command.summary)]
    : ['HTTPS Quest: learn how HTTPS works by playing client, server and attacker.', '', 'https-quest [options]'];
  for (const says of command.says) lines.push('', ...wrap(says));
  if (!command.name)
    lines.push('', 'Commands', ...table(rowsOf(everyCommand.filter(({ name }) => name))), '', ...wrap(perCommand));
  if (Object.keys(command.options).length) lines.push('', 'Options', ...table(optionRows(command.options)));
  lines.push('', command.name ? 'Options of every command' : 'Options', ...table(optionRows(everywhere)));
  lines.push('', 'Examples', ...command.examples.flatMap(([example, says]) => [`  ${example}`, `      ${says}`]));
  return lines;
}

const perCommand = 'For more on one of them: https-quest <command> --help';

type Row = readonly [left: string, right: string];
const rowsOf = (commands: readonly Command[]): Row[] =>
  commands.map(({ name, takes, summary }) => [[name, ...takes].join(' '), summary]);
const optionRows = (options: Readonly<Record<string, Option>>): Row[] =>
  Object.entries(options).map(([name, { value, says }]) => [
    `${name === 'help' ? '-h, ' : ''}--${name}${value === undefined ? '' : ` ${value}`}`,
    says,
  ]);

function table(rows: readonly Row[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.flatMap(([left, right]) => wrap(right, `  ${left.padEnd(width)}`));
}
