import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readArguments } from '../../src/cli/arguments.ts';
import { everyCommand } from '../../src/cli/commands.ts';
import { helpFor } from '../../src/cli/help.ts';
import { distance, nearest } from '../../src/game/suggest.ts';

const slip = (...argv: string[]) => {
  const asked = readArguments(argv);
  return asked.what === 'slip' ? asked.says : asked;
};
const run = (...argv: string[]) => {
  const asked = readArguments(argv);
  if (asked.what !== 'run') throw new Error(JSON.stringify(asked));
  return asked;
};

describe('the arguments', () => {
  it('are none for the game', () => {
    expect(run()).toEqual({
      what: 'run',
      command: '',
      given: [],
      settings: { plain: false, noColor: false, reducedMotion: false, json: false },
    });
  });
  it('may have options before and after the command, with a space or an equals sign', () => {
    const expected = run('play', 'goodbye', '--seed', '7', '--plain', '--data-dir', 'here', '--levels', 'mine');
    expect(expected.settings).toEqual({
      plain: true,
      noColor: false,
      reducedMotion: false,
      json: false,
      seed: '7',
      dataDir: 'here',
      levels: 'mine',
    });
    expect(run('--plain', '--seed=7', 'play', '--data-dir=here', 'goodbye', '--levels=mine')).toEqual(expected);
  });
  it('may have a flag of one command as an option with a value of another, and - for standard output', () => {
    expect(run('check', '--json', 'here')).toMatchObject({ given: ['here'], settings: { json: true } });
    expect(run('host', 'export', '--json', 'here', '--csv', '-')).toMatchObject({
      given: ['export'],
      settings: { json: 'here', csv: '-' },
    });
  });
  it('may name a file that looks like an option after --', () => {
    expect(run('play', '--', '--plain')).toMatchObject({ given: ['--plain'], settings: { plain: false } });
  });
  it('ask for help of everything, of a command, and for the version', () => {
    for (const argv of [['--help'], ['-h']]) expect(readArguments(argv)).toMatchObject({ command: { name: '' } });
    for (const argv of [
      ['play', '--help'],
      ['-h', 'play'],
      ['play', 'x', '-h'],
    ])
      expect(readArguments(argv)).toMatchObject({ what: 'help', command: { name: 'play' } });
    expect(readArguments(['--version'])).toEqual({ what: 'version' });
    expect(readArguments(['check', '--version'])).toEqual({ what: 'version' });
  });

  const slips: readonly (readonly [string, readonly string[], string])[] = [
    ['an unknown command', ['chekc'], 'There is no command "chekc". Did you mean "check"?'],
    ['a command like no other', ['tango'], 'There is no command "tango".'],
    ['an unknown option', ['--sede', '1'], 'There is no option --sede. Did you mean "--seed"?'],
    ['an unknown short option', ['-x'], 'There is no option -x.'],
    ['an option of another command', ['play', 'goodbye', '--json'], '"play" takes no option --json.'],
    ['an option without its value', ['--seed'], 'The option --seed needs a value: --seed TEXT.'],
    ['an option with an empty value', ['--levels='], 'The option --levels needs a value: --levels DIR.'],
    [
      'an option whose value was forgotten',
      ['--seed', '--plain'],
      'The option --seed needs a value before "--plain": --seed TEXT.',
    ],
    ['a value for a flag', ['--plain=yes'], 'The option --plain takes no value; leave out "=yes".'],
    ['a missing level', ['play'], '"play" needs <level>: https-quest play <level>.'],
    ['a word too many', ['levels', 'all'], '"levels" does not know what to do with "all".'],
    ['an empty word', ['play', ''], '"play" was given an empty word in place of <level>.'],
    [
      'a seed that would steer the terminal',
      ['--seed', 'a\x1b[2J'],
      'The seed "a\\x1b[2J" has control characters in it.',
    ],
    ['a seed without end', ['--seed', 'x'.repeat(65)], 'The seed is too long: at most 64 characters.'],
    ['control characters in a command', ['\x1b]0;x\x07'], 'There is no command "\\x1b]0;x\\x07".'],
    ['a name that every object has', ['--constructor'], 'There is no option --constructor.'],
  ];
  it.each(slips)('are refused in one sentence for %s', (_what, argv, says) => {
    expect(slip(...argv)).toBe(says);
  });
  it('never end in an exception, and never in a message with control characters', () => {
    const word = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom(
        'play',
        'check',
        '--seed',
        '--plain',
        '--',
        '-',
        '--=',
        '--seed=',
        '-h',
        '--no-color',
        '--no-plain',
      ),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (argv) => {
        const asked = readArguments(argv);
        if (asked.what === 'slip') expect(asked.says).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]+$/u);
      }),
    );
  });
});

describe('a slip of the finger', () => {
  const distances: readonly (readonly [string, string, number])[] = [
    ['', '', 0],
    ['check', 'check', 0],
    ['chekc', 'check', 1],
    ['cheeck', 'check', 1],
    ['chck', 'check', 1],
    ['chack', 'check', 1],
    ['kitten', 'sitting', 3],
    ['ca', 'abc', 3],
    ['', 'abc', 3],
  ];
  it.each(distances)('from "%s" to "%s" is %i wide', (from, to, slips) => {
    expect(distance(from, to)).toBe(slips);
    expect(distance(to, from)).toBe(slips);
  });
  it('finds the nearest word, and none where all are far', () => {
    expect(nearest('frist-contact', ['goodbye', 'first-contact'])).toBe('first-contact');
    expect(nearest('GOODBYE', ['goodbye', 'first-contact'])).toBe('goodbye');
    expect(nearest('zzzzzz', ['goodbye', 'first-contact'])).toBeUndefined();
    expect(nearest('x'.repeat(100_000), ['goodbye'])).toBeUndefined();
  });
});

describe('the help', () => {
  it('of everything names every command and option, in lines of at most 80 columns', () => {
    const [game] = everyCommand;
    if (!game) throw new Error('no commands');
    const text = helpFor(game).join('\n');
    for (const word of ['play <level>', 'levels', 'check [dir]', 'replay <attempt.json>', '-h, --help', '--seed TEXT'])
      expect(text).toContain(word);
    expect(text).toMatch(/\n {2}play <level> +Play one level/);
  });
  it.each(everyCommand.map((command) => [command.name || 'the game', command] as const))(
    'of %s has examples that the program takes',
    (_name, command) => {
      const lines = helpFor(command);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
      for (const option of Object.keys(command.options)) expect(lines.join('\n')).toContain(`--${option}`);
      expect(command.examples.length).toBeGreaterThan(0);
      for (const [example] of command.examples) {
        expect(lines).toContain(`  ${example}`);
        const [, argv = ''] = example.split('https-quest');
        expect(readArguments(argv.split(' ').filter(Boolean))).toMatchObject({ what: 'run' });
      }
    },
  );
});
