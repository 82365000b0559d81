// Plain mode: one level in lines of text. Asks, plays what was answered, tells what happened, and asks on.
import { type Answer, type Attempt, type Move, type Run, standing } from '../../game/attempt.ts';
import type { Stage } from '../../game/view.ts';
import type { Level } from '../../game/level.ts';
import type { Snapshot, Waiting } from '../../game/play.ts';
import type { AttemptLog } from '../../game/progress.ts';
import { score } from '../../game/score.ts';
import type { Seen } from '../../game/simulate.ts';
import { fill } from '../../game/words.ts';
import { printable } from '../../ui/printable.ts';
import { wrap } from '../../ui/wrap.ts';
import { commandHelp } from './commands.ts';
import type { NoteFor } from './fields.ts';
import { type Input, readInput } from './input.ts';
import { dumpInFull, legsAndRows, rowInFull } from './inspect.ts';
import {
  actHeading,
  explanation,
  levelHeading,
  paragraphs,
  question,
  rowLine,
  scoreLines,
  verdict,
} from './narrate.ts';

/** Whom plain mode speaks with. */
export interface Teller {
  readonly say: (lines: readonly string[]) => void;
  /** The next line that was typed; `undefined` once there is none any more. */
  readonly ask: () => Promise<string | undefined>;
}
export interface PlainGame {
  readonly level: Level;
  /** Plays a run, or says in a sentence why the program on the other side cannot. */
  readonly play: (run: Run) => Promise<Snapshot | { readonly says: string }>;
  /** Answers in place of the player, where nobody is asked. */
  readonly answer?: (waiting: Waiting) => Answer;
  readonly log: AttemptLog;
  readonly stage: (seen: Seen, revealed?: boolean) => Stage;
  readonly noteFor: NoteFor;
  readonly teller: Teller;
}
/** `left`: the player quit, or the input ended; `missed`: no answer was wrong and yet the goal was not met. */
export type Ending = 'finished' | 'left' | 'restart' | 'missed';

/** How much of an act was told. */
interface Told {
  readonly world: string;
  readonly rows: number;
  readonly notes: number;
}

/**
 * Plays the attempt `id` from where it stands to its end. Every move goes to the log at once. Throws BadRun where the
 * attempt is none of this level.
 */
export async function playPlain(game: PlainGame, id: string, begun: Attempt): Promise<Ending> {
  try {
    return await playOn(game, id, begun);
  } catch (error) {
    if (!(error instanceof Undone)) throw error;
    game.teller.say(['', ...wrap(printable(error.message)), goOnLater(game)]);
    return 'left';
  }
}

/** The other side could not play its part. The message is for people. */
class Undone extends Error {}

async function playOn(game: PlainGame, id: string, begun: Attempt): Promise<Ending> {
  const { level, log, stage, teller } = game;
  const { say } = teller;
  let attempt = begun;
  let told: readonly Told[] = [];
  let notices = log.notices.length;
  const snapshotOf = async (moves: readonly Move[]): Promise<Snapshot> => {
    const played = await game.play({ level, seed: attempt.seed, answers: standing(moves) });
    if ('says' in played) throw new Undone(played.says);
    return played;
  };
  const record = (move: Move) => {
    attempt = { ...attempt, moves: [...attempt.moves, move] };
    log.record({ attempt: id, type: 'moved', move });
    say(log.notices.slice(notices).flatMap((notice) => wrap(printable(notice))));
    notices = log.notices.length;
  };
  /** What has happened since it was last told. */
  const tell = (snapshot: Snapshot) => {
    told = snapshot.acts.map((seen, index) => {
      // Who was somebody else all along is said of the act in which the slip was.
      const now = stage(seen, snapshot.slip !== undefined && index === snapshot.acts.length - 1);
      const before = told[index]?.world === seen.world.name ? told[index] : undefined;
      if (!told[index]) say(['', ...actHeading(seen, index, level.acts.length)]);
      const rows = now.rows.slice(before?.rows ?? 0);
      const notes = now.notebook.slice(before?.notes ?? 0);
      if (rows.length) say(['On the line:']);
      for (const [at, row] of rows.entries()) say(rowLine(row, (before?.rows ?? 0) + at + 1, now));
      for (const note of notes) say(wrap(`You note: ${printable(note)}`));
      for (const { name, text } of now.others) say(wrap(`${printable(name)} notes: ${printable(text)}`));
      return { world: seen.world.name, rows: now.rows.length, notes: now.notebook.length };
    });
  };
  /** Takes the last answer back, without telling again what led to it. */
  const rewind = async (): Promise<Snapshot> => {
    record({ move: 'rewind' });
    const snapshot = await snapshotOf(attempt.moves);
    told = snapshot.acts.map((seen) => {
      const { rows, notebook } = stage(seen);
      return { world: seen.world.name, rows: rows.length, notes: notebook.length };
    });
    return snapshot;
  };

  let snapshot = await snapshotOf(attempt.moves);
  const words = snapshot.acts[0]?.words ?? {};
  say(levelHeading(level, attempt.seed, fill(level.brief, words)));
  if (attempt.moves.length) say(['', 'You go on where you stopped. To begin anew, type restart.']);
  if (snapshot.slip) snapshot = await rewind();
  tell(snapshot);
  while (snapshot.waiting) {
    const { waiting } = snapshot;
    const answer = await askFor(game, { waiting, snapshot, moves: () => attempt.moves, record });
    if (answer === 'left' || answer === 'restart') return answer;
    // Recorded only once it was carried out: a program that fails in between is nobody's answer.
    snapshot = await snapshotOf([...attempt.moves, { move: 'answer', ...answer }]);
    record({ move: 'answer', ...answer });
    const judged = snapshot.judged.at(-1);
    if (!judged) throw new Error(`the answer to ${waiting.step.id} was not judged`);
    say(['', ...verdict(judged)]);
    if (judged.safe) {
      say(explanation(judged));
      tell(snapshot);
      continue;
    }
    tellHarm(snapshot, game);
    tell(snapshot);
    say(explanation(judged));
    snapshot = await rewind();
    say(['', 'You go back to the decision.', ...offerOfHint(waiting, attempt.moves)]);
  }
  return end(game, id, attempt, snapshot);
}

/** In which world the harm shows, and what it is called there. */
function tellHarm({ acts }: Snapshot, { teller }: PlainGame): void {
  const announce = acts.at(-1)?.world.announce;
  if (announce) teller.say(wrap(printable(announce)));
}

/** After two wrong answers the next hint is offered unasked. */
function offerOfHint({ step, hints }: Waiting, moves: readonly Move[]): string[] {
  const wrong = moves.filter((move) => move.move === 'answer' && move.step === step.id).length;
  return wrong >= 2 && hintsRead(step.id, moves) < hints.length ? ['There is a hint for it: type hint.'] : [];
}
const hintsRead = (step: string, moves: readonly Move[]): number =>
  Math.max(0, ...moves.map((move) => (move.move === 'hint' && move.step === step ? move.tier : 0)));

function end({ level, log, teller }: PlainGame, id: string, attempt: Attempt, snapshot: Snapshot): Ending {
  const met = snapshot.outcome === 'met';
  const reached = score(attempt.moves, level, snapshot.outcome);
  log.record({
    attempt: id,
    type: 'ended',
    outcome: met ? 'met' : 'missed',
    points: reached.points,
    stars: reached.stars,
  });
  if (!met) {
    teller.say([
      '',
      ...wrap(
        `Level ${level.id} ended without its goal, although no answer was wrong. That is the level's fault, not yours; ` +
          '"https-quest check" says where it is.',
      ),
    ]);
    return 'missed';
  }
  const debrief = fill(level.debrief, snapshot.acts.at(-1)?.words ?? {});
  teller.say(['', 'You made it.', ...paragraphs(debrief), '', ...scoreLines(reached)]);
  return 'finished';
}

interface Asking {
  readonly waiting: Waiting;
  readonly snapshot: Snapshot;
  readonly moves: () => readonly Move[];
  readonly record: (move: Move) => void;
}

/** Asks until there is an answer. */
async function askFor(game: PlainGame, asking: Asking): Promise<Answer | 'left' | 'restart'> {
  const { waiting, snapshot } = asking;
  const { say, ask } = game.teller;
  const asked = question(waiting, snapshot.judged.length + 1);
  say(['', ...asked]);
  if (game.answer) return game.answer(waiting);
  let opened: number | undefined;
  for (;;) {
    const line = await ask();
    if (line === undefined) {
      say(['', `The input has ended in the middle of the level. ${goOnLater(game)}`]);
      return 'left';
    }
    const input = readInput(line, waiting, opened);
    if (input.does === 'answer') return input.answer;
    if (input.does === 'restart') return 'restart';
    if (input.does === 'quit') {
      say([`You leave the level. ${goOnLater(game)}`]);
      return 'left';
    }
    if (input.does === 'inspect' && waiting.dump[input.message]) opened = input.message;
    say(replyTo(input, game, asking, asked));
  }
}

const goOnLater = ({ level, log }: PlainGame): string =>
  log.notices.some((notice) => notice.includes('without saving') || notice.includes('no longer be saved'))
    ? 'It could not be saved.'
    : `It is saved; go on with: https-quest play ${level.id}`;

/** What a line that is no answer is answered with. */
function replyTo(
  input: Exclude<Input, { readonly does: 'answer' } | { readonly does: 'restart' } | { readonly does: 'quit' }>,
  game: PlainGame,
  { waiting, snapshot, moves, record }: Asking,
  asked: readonly string[],
): readonly string[] {
  const seen = snapshot.acts.at(-1);
  const now = seen ? game.stage(seen) : undefined;
  switch (input.does) {
    case 'nothing':
      return wrap(input.says);
    case 'again':
      return asked;
    case 'help':
      return [...asked.slice(-1), 'You can also type:', ...commandHelp()];
    case 'hint':
      return hint(waiting, moves(), record);
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

function hint({ step, hints }: Waiting, moves: readonly Move[], record: (move: Move) => void): readonly string[] {
  if (!hints.length) return ['There are no hints for this decision.'];
  const tier = hintsRead(step.id, moves) + 1;
  if (tier <= 3 && tier <= hints.length) record({ move: 'hint', step: step.id, tier: tier as 1 | 2 | 3 });
  const from = tier <= hints.length ? tier : 1;
  const shown = hints.slice(from - 1, tier);
  return shown.flatMap((text, index) => wrap(`Hint ${from + index} of ${hints.length}: ${printable(text)}`));
}
