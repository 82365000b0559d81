// Plays an attempt on, move by move. A wrong answer is judged and not carried out: it counts as it is, and what stands
// after it is the same as before it.
import { type Answer, answerOf, BadRun, type Move, type Run } from '../game/attempt.ts';
import { playingActs } from '../game/play.ts';
import type { Strategy, Taken } from '../game/simulate.ts';
import type { Scenarios } from '../scenarios/index.ts';
import { running } from '../scenarios/network.ts';
import type { EventOf } from './events.ts';

export type Slip = EventOf<'graded'>['slips'][number];

/** How an attempt stands. */
export interface Refereed {
  /** `missed` too where the last answer is wrong and stands. */
  readonly outcome?: 'met' | 'missed';
  /** The wrong answers, in their order. */
  readonly slips: Slip[];
}
/** Takes the moves that follow those it took; throws BadRun where nobody can have made one of them. */
export type Referee = (moves: readonly Move[]) => Refereed;

export function referee({ level, seed }: Pick<Run, 'level' | 'seed'>, scenarios: Scenarios): Referee {
  const rules = rulesFor();
  const play = playingOn({ level, seed }, scenarios, rules.strategy);
  return (moves) => {
    rules.add(moves);
    const outcome = play();
    if (outcome) rules.takeAfterEnd();
    const now = rules.isSlipped() ? 'missed' : outcome;
    return { ...(now ? { outcome: now } : {}), slips: [...rules.slips] };
  };
}

/** What may be done where a step waits, and where none does any more. */
function rulesFor() {
  const moves: Move[] = [];
  const slips: Slip[] = [];
  const hints = new Map<string, number>();
  let next = 0;
  let slipped = false;

  const answer = (given: Answer, look: (answer: Answer) => Taken): Taken | undefined => {
    if (slipped) throw over();
    const taken = look(given);
    if (taken.outcome.verdict === 'safe') return taken;
    slips.push(slipOf(taken));
    slipped = true;
    return undefined;
  };
  const rewind = () => {
    if (!slipped) throw new BadRun(`Move ${next + 1} takes an answer back, but the last one was not wrong.`);
    slipped = false;
  };
  const hint = ({ step, tier }: Extract<Move, { move: 'hint' }>, waiting?: Parameters<Strategy>[0]) => {
    // What is wrong is taken back at once: before that nothing is asked.
    if (slipped || step !== waiting?.id)
      throw new BadRun(`Hint ${tier} of step "${step}" was read where that step did not wait.`);
    if (tier !== (hints.get(step) ?? 0) + 1 || tier > (waiting.hints?.length ?? 0))
      throw new BadRun(`Hint ${tier} of step "${step}" was read, which was not the next one there.`);
    hints.set(step, tier);
  };
  const strategy: Strategy = (step, _taken, look) => {
    for (let move = moves[next]; move; move = moves[++next]) {
      if (move.move === 'hint') hint(move, step);
      if (move.move === 'rewind') rewind();
      const taken = move.move === 'answer' ? answer(answerOf(move), look) : undefined;
      if (!taken) continue;
      next++;
      return taken;
    }
    return 'wait';
  };
  return {
    slips: slips as readonly Slip[],
    strategy,
    add: (more: readonly Move[]) => void moves.push(...more),
    isSlipped: () => slipped,
    takeAfterEnd() {
      const move = moves[next];
      if (move?.move === 'answer') throw over();
      if (move?.move === 'rewind') rewind();
      if (move?.move === 'hint') hint(move);
    },
  };
}

const over = () => new BadRun('The run is over, but an answer is left.');

const slipOf = ({ step, choice, outcome: { misconception } }: Taken): Slip => ({
  step: step.id,
  choice,
  ...(misconception === undefined ? {} : { misconception }),
});

/** Each call plays on to where the strategy waits again, or to the end. */
function playingOn(run: Pick<Run, 'level' | 'seed'>, scenarios: Scenarios, strategy: Strategy) {
  const acts = playingActs(run, scenarios, strategy);
  let staged: ReturnType<typeof acts.next> | undefined;
  let goOn: ReturnType<typeof running> | undefined;
  return (): 'met' | 'missed' | undefined => {
    staged ??= acts.next();
    while (!staged.done) {
      const { scene, answer } = staged.value;
      goOn ??= running(scene.actors, scene.wires, answer);
      const ran = goOn();
      if (ran.waiting) return undefined;
      goOn = undefined;
      staged = acts.next(ran);
    }
    return staged.value;
  };
}
