// Plain mode: one question, until it is answered.
import type { Answer, Move } from '../../game/attempt.ts';
import { noHints } from '../../game/boss.ts';
import type { Level } from '../../game/level.ts';
import type { Snapshot, Waiting } from '../../game/play.ts';
import { highestHint } from '../../game/score.ts';
import { printable } from '../../ui/printable.ts';
import { wrap } from '../../ui/wrap.ts';
import { commandHelp } from './commands.ts';
import type { PlainGame } from './game.ts';
import { type Input, readInput } from './input.ts';
import { dumpInFull, legsAndRows, rowInFull } from './inspect.ts';
import { question } from './narrate.ts';

/** What is asked of whom, and how it is shown. */
type Asker = Pick<PlainGame, 'level' | 'answer' | 'stage' | 'noteFor' | 'teller'>;
interface Asking {
  readonly waiting: Waiting;
  readonly snapshot: Snapshot;
  /** From 1. */
  readonly number: number;
  /** What becomes of it where the player leaves. */
  readonly leaving: () => string;
  readonly moves: () => readonly Move[];
  readonly record: (move: Move) => void;
}

/** Asks until there is an answer; or until the question is to be asked once more. */
export async function askFor(game: Asker, asking: Asking): Promise<Answer | 'left' | 'restart' | 'again'> {
  const { waiting, number, leaving } = asking;
  const { say, ask } = game.teller;
  const asked = question(waiting, number);
  say(['', ...asked]);
  if (game.answer) return game.answer(waiting);
  let opened: number | undefined;
  for (;;) {
    const line = await ask();
    if (line === undefined) {
      say(['', `The input has ended. ${leaving()}`]);
      return 'left';
    }
    const input = readInput(line, waiting, opened);
    if (input.does === 'answer') return input.answer;
    if (input.does === 'restart' || input.does === 'again') return input.does;
    if (input.does === 'quit') {
      say([`You leave. ${leaving()}`]);
      return 'left';
    }
    if (input.does === 'inspect' && waiting.dump[input.message]) opened = input.message;
    say(replyTo(input, game, asking, asked));
  }
}

/** What a line that is no answer is answered with. */
function replyTo(
  input: Exclude<Input, { readonly does: 'answer' | 'again' | 'restart' | 'quit' }>,
  game: Asker,
  { waiting, snapshot, moves, record }: Asking,
  asked: readonly string[],
): readonly string[] {
  const seen = snapshot.acts.at(-1);
  const now = seen ? game.stage(seen) : undefined;
  switch (input.does) {
    case 'nothing':
      return wrap(input.says);
    case 'help':
      return [...asked.slice(-1), 'You can also type:', ...commandHelp()];
    case 'hint':
      return hint(waiting, game.level, moves(), record);
    case 'messages':
      return now ? legsAndRows(now) : [];
    case 'notebook':
      return now?.notebook.length ? now.notebook.flatMap((note) => wrap(printable(note))) : ['Your notebook is empty.'];
    case 'keys':
      return now?.keys.length
        ? now.keys.flatMap(({ label, value, opens }) =>
            wrap(`${printable(label)}: ${Buffer.from(value).toString('hex')}, has opened ${opens} records`),
          )
        : ['You hold no keys.'];
    case 'inspect':
      if (waiting.dump.length) return dumpInFull(waiting.dump, input, game.noteFor);
      return now ? rowInFull(now, input, game.noteFor) : [];
  }
}

function hint(
  { step, hints }: Waiting,
  level: Level,
  moves: readonly Move[],
  record: (move: Move) => void,
): readonly string[] {
  if (!hints.length) return wrap(noHints(level));
  const tier = highestHint(moves, step.id) + 1;
  if (tier <= 3 && tier <= hints.length) record({ move: 'hint', step: step.id, tier: tier as 1 | 2 | 3 });
  const from = tier <= hints.length ? tier : 1;
  const shown = hints.slice(from - 1, tier);
  return shown.flatMap((text, index) => wrap(`Hint ${from + index} of ${hints.length}: ${printable(text)}`));
}
