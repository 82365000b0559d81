// Plain mode: a drill. Decisions by themselves, each answered once.
import { randomBytes } from 'node:crypto';
import { type Attempt, type Move, moveOf, standing } from '../../game/attempt.ts';
import { attemptUpTo, drilledAs, type DrillItem, drillItems, type DrillPlan, planDrill } from '../../game/drill.ts';
import type { Level } from '../../game/level.ts';
import { masteryIn } from '../../game/mastery.ts';
import { play, type Snapshot } from '../../game/play.ts';
import type { AttemptLog } from '../../game/progress.ts';
import { stage } from '../../game/view.ts';
import { scenarios } from '../../scenarios/index.ts';
import { noteFor } from '../../tls/fieldNotes.ts';
import { printable } from '../../ui/printable.ts';
import { dueInWords, drillResultInWords, drillRule, nextInWords, situationInWords } from '../../ui/recall.ts';
import { wrap } from '../../ui/wrap.ts';
import { exit, type Output } from '../output.ts';
import { askFor } from './ask.ts';
import { linesOf } from './lines.ts';
import { explanation, verdict } from './narrate.ts';
import { harmInWords, telling } from './tell.ts';
import type { Teller } from './game.ts';

interface DrillSetup {
  readonly levels: readonly Level[];
  readonly log: AttemptLog;
  readonly output: Output;
  /** When the program was started. */
  readonly started: Date;
  readonly seed?: string;
}

/** Asks what is due, or practice, until it is answered or the player leaves; gives the exit code. */
export async function drillPlain({ levels, log, output, started, seed }: DrillSetup): Promise<number> {
  const { say } = output;
  say(log.notices.flatMap((notice) => wrap(printable(notice))));
  const mastery = masteryIn(levels, scenarios);
  const planned = () => planDrill(mastery(log.history()), { now: new Date(), started });
  const plan = planned();
  const items = drillItems(plan);
  say(headingOf(plan, items.length));
  const lines = linesOf(process.stdin);
  const teller: Teller = { say, ask: lines.next };
  const done: { readonly safe: boolean }[] = [];
  const draw = () => seed ?? randomBytes(5).toString('hex');
  for (const [index, item] of items.entries()) {
    say(['', `Drill ${index + 1} of ${items.length}`]);
    const safe = await drillOne(item, { number: index + 1, log, teller, draw });
    if (safe === 'left') break;
    if (safe !== 'unreached') done.push({ safe });
  }
  lines.close();
  if (items.length) say(['', drillResultInWords(done), ...wrap(nextOf(planned()))]);
  return exit.fine;
}

function headingOf({ due, practice, next }: DrillPlan, asked: number): string[] {
  if (!due.length && !practice.length)
    return wrap('There is nothing to ask yet. Play a level first: https-quest play first-contact');
  const says = due.length ? dueInWords(due) : `Nothing is due. ${nextInWords(next)} Here is practice all the same.`;
  return [
    ...wrap(`${says} You are asked ${asked}. Type quit to leave; what you answered is kept.`),
    ...wrap(drillRule),
    ...wrap('Type messages to see what was said on the line so far.'),
  ];
}

const nextOf = ({ due, next }: DrillPlan): string =>
  due.length ? `Still due: ${due.length}. Go on with: https-quest drill` : nextInWords(next);

interface One {
  readonly number: number;
  readonly log: AttemptLog;
  readonly teller: Teller;
  readonly draw: () => string;
}

/** One decision: whether the answer was right, or that there was none. */
async function drillOne(item: DrillItem, one: One): Promise<boolean | 'left' | 'unreached'> {
  const { level, step } = item;
  const { number, log, teller, draw } = one;
  for (;;) {
    const reached = attemptUpTo(level, step.id, draw(), scenarios);
    if (!reached) return 'unreached';
    teller.say(wrap(printable(situationInWords(level, reached.snapshot))));
    const answered = await answerOf(reached, { level, number, teller });
    if (answered === 'left') return 'left';
    // Begun anew: the same decision with other names and numbers.
    if (answered === 'restart') continue;
    const { attempt, snapshot } = answered;
    const judged = snapshot.judged.at(-1);
    if (!judged) throw new Error(`the answer to ${step.id} was not judged`);
    log.record(drilledAs(item, attempt, judged.choice));
    teller.say(['', ...verdict(judged)]);
    if (!judged.safe) teller.say(harmInWords(snapshot));
    const { tell, skip } = telling({ stage, teller }, () => level.acts.length);
    skip(reached.snapshot);
    // What a right answer leads to in the next part is no longer asked.
    tell({ ...snapshot, acts: snapshot.acts.slice(0, reached.snapshot.acts.length) });
    teller.say(explanation(judged));
    return judged.safe;
  }
}

interface Reached {
  readonly attempt: Attempt;
  readonly snapshot: Snapshot;
}
type Asked = Pick<One, 'number' | 'teller'> & { readonly level: Level };

async function answerOf({ attempt, snapshot }: Reached, { level, number, teller }: Asked) {
  const { waiting } = snapshot;
  if (!waiting) throw new TypeError('nothing is asked');
  const moves: Move[] = [...attempt.moves];
  const asking = {
    waiting,
    snapshot,
    number,
    leaving: () => 'What you answered is kept.',
    moves: () => moves,
    record: (move: Move) => void moves.push(move),
  };
  for (;;) {
    const answer = await askFor({ level, stage, noteFor, teller }, asking);
    if (answer === 'again') continue;
    if (answer === 'left' || answer === 'restart') return answer;
    moves.push(moveOf(answer));
    const after = play({ level, seed: attempt.seed, answers: standing(moves) }, scenarios);
    return { attempt: { ...attempt, moves }, snapshot: after };
  }
}
