// Plain mode: one level in lines of text. Asks, plays what was answered, tells what happened, and asks on.
import { type Answer, type Attempt, type Move, moveOf, type Run, standing } from '../../game/attempt.ts';
import { bossAfterSlip } from '../../game/boss.ts';
import { deedOf, yourCertificate } from '../../game/deed.ts';
import type { Level } from '../../game/level.ts';
import type { Snapshot, Waiting } from '../../game/play.ts';
import type { AttemptLog } from '../../game/progress.ts';
import { beginningOf, refitted } from '../../game/refit.ts';
import { highestHint, score } from '../../game/score.ts';
import type { Seen } from '../../game/simulate.ts';
import type { Stage } from '../../game/view.ts';
import { fill } from '../../game/words.ts';
import { scenarios } from '../../scenarios/index.ts';
import { readAgain } from '../../store/reread.ts';
import { printable } from '../../ui/printable.ts';
import { wrap } from '../../ui/wrap.ts';
import type { Reading } from '../watch.ts';
import { askFor } from './ask.ts';
import type { NoteFor } from './fields.ts';
import { explanation, levelHeading, paragraphs, scoreLines, verdict } from './narrate.ts';
import { harmInWords, telling } from './tell.ts';

/** Whom plain mode speaks with. */
export interface Teller {
  readonly say: (lines: readonly string[]) => void;
  /** The next line that was typed; `undefined` once there is none any more. */
  readonly ask: () => Promise<string | undefined>;
}
export interface PlainGame {
  readonly level: Level;
  /** The command with which the player goes on later. */
  readonly goOnWith: string;
  /** What its file holds, where it was saved since this was last asked. */
  readonly news: () => Reading | undefined;
  /** Plays a run, or says in a sentence why the program on the other side cannot. */
  readonly play: (run: Run) => Promise<Snapshot | { readonly says: string }>;
  /** Answers in place of the player, where nobody is asked. */
  readonly answer?: (waiting: Waiting) => Answer;
  /** Writes the attempt with its capture, and says where; nothing where it counts for nothing. */
  readonly write?: (level: Level, attempt: Attempt, snapshot: Snapshot) => string;
  readonly log: AttemptLog;
  readonly stage: (seen: Seen, revealed?: boolean) => Stage;
  readonly noteFor: NoteFor;
  readonly teller: Teller;
  /** Draws the id of an attempt. */
  readonly draw: () => string;
  /** Told of the attempt as it stands. */
  readonly onAttempt: (attempt: Attempt) => void;
}
/** `left`: the player quit, or the input ended; `missed`: no answer was wrong and yet the goal was not met. */
export type Ending = 'finished' | 'left' | 'restart' | 'missed';

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

async function playOn(begunGame: PlainGame, begunId: string, begun: Attempt): Promise<Ending> {
  const { log, teller, news, draw, onAttempt } = begunGame;
  const { say } = teller;
  let game = begunGame;
  let id = begunId;
  let attempt = begun;
  let notices = log.notices.length;
  const snapshotOf = async (moves: readonly Move[]): Promise<Snapshot> => {
    const played = await game.play({ level: game.level, seed: attempt.seed, answers: standing(moves) });
    if ('says' in played) throw new Undone(played.says);
    return played;
  };
  const record = (move: Move) => {
    attempt = { ...attempt, moves: [...attempt.moves, move] };
    onAttempt(attempt);
    log.record({ attempt: id, type: 'moved', move });
    say(log.notices.slice(notices).flatMap((notice) => wrap(printable(notice))));
    notices = log.notices.length;
  };
  const { tell, skip } = telling(game, () => game.level.acts.length);
  /** Stands where the moves lead, without telling again what led there. */
  const standAt = async (moves: readonly Move[]): Promise<Snapshot> => {
    const snapshot = await snapshotOf(moves);
    skip(snapshot);
    return snapshot;
  };
  const rewind = async (): Promise<Snapshot> => {
    record({ move: 'rewind' });
    return standAt(attempt.moves);
  };
  /** Says what came of the last answer. A wrong one is taken back. */
  const judge = async (snapshot: Snapshot): Promise<Snapshot> => {
    const judged = snapshot.judged.at(-1);
    if (!judged) throw new Error('an answer was not judged');
    say(['', ...verdict(judged)]);
    if (judged.safe) {
      say(explanation(judged));
      tell(snapshot);
      return snapshot;
    }
    say(harmInWords(snapshot));
    tell(snapshot);
    say(explanation(judged));
    const back = await rewind();
    const { boss } = score(attempt.moves, game.level, undefined);
    say([...(boss ? wrap(bossAfterSlip(boss)) : []), '', 'You go back to the decision.']);
    say(offerOfHint(back.waiting, attempt.moves));
    return back;
  };
  /** The file of the level was saved: its answers are played again in what it holds now. */
  const reread = async (reading: Reading, before: Snapshot): Promise<Snapshot> => {
    if ('fault' in reading) {
      say(['', ...wrap(printable(`Not read again: ${reading.fault}`)), 'You go on in the level as it was.']);
      return before;
    }
    const now = refitted(attempt, reading.level, scenarios);
    say(['', ...wrap(readAgain(attempt, now))]);
    game = { ...game, level: reading.level };
    if (now !== attempt) {
      id = draw();
      for (const event of beginningOf(id, now)) log.record(event);
    }
    attempt = now;
    onAttempt(attempt);
    const snapshot = await snapshotOf(attempt.moves);
    return snapshot.slip ? judge(snapshot) : standAt(attempt.moves);
  };

  let snapshot = await snapshotOf(attempt.moves);
  const words = snapshot.acts[0]?.words ?? {};
  say(levelHeading(game.level, attempt.seed, fill(game.level.brief, words)));
  if (attempt.moves.length) say(['', 'You go on where you stopped. To begin anew, type restart.']);
  if (snapshot.slip) snapshot = await rewind();
  tell(snapshot);
  while (snapshot.waiting) {
    const reading = news();
    if (reading) {
      snapshot = await reread(reading, snapshot);
      continue;
    }
    const { waiting } = snapshot;
    const leaving = () => goOnLater(game);
    const number = snapshot.judged.length + 1;
    const answer = await askFor(game, { waiting, snapshot, number, leaving, moves: () => attempt.moves, record });
    if (answer === 'again') continue;
    if (answer === 'left' || answer === 'restart') return answer;
    // Recorded only once it was carried out: a program that fails in between is nobody's answer.
    snapshot = await snapshotOf([...attempt.moves, moveOf(answer)]);
    record(moveOf(answer));
    snapshot = await judge(snapshot);
  }
  return end(game, id, attempt, snapshot);
}

/** After two wrong answers the next hint is offered unasked. */
function offerOfHint(waiting: Waiting | undefined, moves: readonly Move[]): string[] {
  if (!waiting) return [];
  const { step, hints } = waiting;
  const wrong = moves.filter((move) => move.move === 'answer' && move.step === step.id).length;
  return wrong >= 2 && highestHint(moves, step.id) < hints.length ? ['There is a hint for it: type hint.'] : [];
}

function end({ level, log, teller, write }: PlainGame, id: string, attempt: Attempt, snapshot: Snapshot): Ending {
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
  const inWords = (text: string) => paragraphs(fill(text, snapshot.acts.at(-1)?.words ?? {}));
  const failed = reached.boss?.result === 'failed';
  teller.say(['', failed ? 'That was the last decision.' : 'You made it.', ...inWords(level.debrief)]);
  teller.say(['', ...scoreLines(reached)]);
  if (level.boss && !failed)
    teller.say(['', `Your reward.`, ...inWords(level.boss.reward), ...wrap(write?.(level, attempt, snapshot) ?? '')]);
  if (deedOf(log.progress)?.level === level.id)
    teller.say(['', ...wrap(`${yourCertificate} To have it: https-quest certificate --name "NAME"`)]);
  return 'finished';
}

const goOnLater = ({ goOnWith, log }: PlainGame): string =>
  log.notices.some((notice) => notice.includes('without saving') || notice.includes('no longer be saved'))
    ? 'It could not be saved.'
    : `It is saved; go on with: ${goOnWith}`;
