// Plain mode: the rounds of a competition. Waits for each to begin, plays its levels in their order, and says how one stands.
import type { Session, SessionState, Transport } from '../../classroom/session.ts';
import { boardSchema, type Standing } from '../../classroom/wire.ts';
import type { Level } from '../../game/level.ts';
import { didYouMean } from '../../game/suggest.ts';
import { printable, quoted } from '../../ui/printable.ts';
import { bestOf, boardTitle, isGraded, levelsInWords, newestOf, nobodyYet, waiting } from '../../ui/standing.ts';
import { wrap } from '../../ui/wrap.ts';
import type { Call } from '../call.ts';
import { exit } from '../output.ts';
import { type PlainSession, plainSession } from './session.ts';

interface Competing {
  readonly session: Session;
  readonly line: Transport;
  /** All that this game has. */
  readonly levels: readonly Level[];
  readonly call: Call;
  readonly version: string;
  /** The command with which the player comes back. */
  readonly goOnWith: string;
}

/** Plays until the player leaves or is taken out, or there is no more input; gives the exit code. */
export async function competePlain(competing: Competing): Promise<number> {
  const { session, call, version, goOnWith } = competing;
  const { output, folder, settings } = call;
  const plain = plainSession(
    { settings, folder, output, version, competition: { draw: session.begin, goOnWith } },
    session.log,
  );
  output.say(['The host is asked how things stand.']);
  await change(session);
  let code: number = exit.fine;
  for (;;) {
    const round = await roundBegun(competing);
    if (!round) break;
    code = await playRound(competing, plain, round);
    if (code !== exit.fine) break;
    if ((await chosenNext(competing, plain, round)) === 'leave') break;
  }
  output.say(await goodbye(competing));
  return plain.end(session.state().over ? exit.unmet : code);
}

/** Waits until a round runs; nothing where it is over for the player. */
async function roundBegun({ session, call }: Competing): Promise<Standing['round'] | undefined> {
  let said: string | undefined;
  for (;;) {
    const { standing, away, over } = session.state();
    if (over) return undefined;
    if (standing?.state === 'running') return standing.round;
    const says = standing ? inWords(standing) : (away ?? 'The host has not said yet how things stand.');
    if (says !== said) call.output.say(wrap(printable(says)));
    said = says;
    await change(session);
  }
}

function inWords(standing: Standing): string {
  return `${standing.title}. You are ${standing.name}. ${waiting(standing)} Ctrl-C leaves; your place is kept.`;
}

const change = (session: Session): Promise<void> =>
  new Promise((resolve) => {
    const end = session.subscribe(() => {
      end();
      resolve();
    });
  });

/** The levels that are still to be finished, in their order. */
async function playRound(competing: Competing, plain: PlainSession, round: Standing['round']): Promise<number> {
  const { session, call, levels } = competing;
  const { say } = call.output;
  say(['', ...wrap(printable(`${round.title}: ${levelsInWords(round.levels.length)}.`))]);
  for (const [index, { id }] of round.levels.entries()) {
    if (session.log.progress.levels[id]?.best && !session.log.progress.unfinished[id]) continue;
    const level = levels.find((one) => one.id === id);
    if (!level) {
      say(wrap(`Your game does not have the level ${id}. Get the game that the host has.`));
      continue;
    }
    if (!(await goesOn(competing, round))) break;
    say(['', `Level ${index + 1} of ${round.levels.length}`]);
    const code = await plain.play(level);
    if (code !== exit.fine) return code;
    say(await standingAfter(session, id));
  }
  return exit.fine;
}

/** Whether the round may be played on; waits while it is paused. */
async function goesOn(competing: Competing, { number }: Standing['round']): Promise<boolean> {
  const { session } = competing;
  const { standing, over } = session.state();
  if (over) return false;
  if (standing?.state === 'paused' && !(await roundBegun(competing))) return false;
  const now = session.state().standing;
  return now?.state === 'running' && now.round.number === number;
}

/** What the host says of the level, if it says it soon; otherwise that it is still to come. */
async function standingAfter(session: Session, level: string): Promise<string[]> {
  await settled(
    session,
    4000,
    ({ standing, unsent, away }) => away !== undefined || (!unsent && isGraded(standing, level)),
  );
  const { standing, unsent, away } = session.state();
  const rank = standing?.rank === undefined ? '' : `, rank ${standing.rank}`;
  if (unsent || away || !standing)
    return wrap(printable(`${queued(unsent)} ${away ?? 'The host is not done with it yet.'}`.trim()));
  if (standing.state !== 'running') return ['The round does not run any more: what came late does not count.'];
  if (!isGraded(standing, level)) return ['The host has all that you did, and is still grading it.'];
  const fault = newestOf(standing, level)?.fault;
  if (fault !== undefined) return wrap(printable(`The host could not count it: ${fault}`));
  return [
    `Your best at this level: ${bestOf(standing, level)?.points ?? 0} points. In all you have ${standing.points} points${rank}.`,
  ];
}

const queued = (unsent: number): string => (unsent ? `Queued: ${unsent}.` : '');

/** Waits so many milliseconds at most. */
async function settled(session: Session, ms: number, isDone: (state: SessionState) => boolean): Promise<void> {
  const until = performance.now() + ms;
  for (;;) {
    const state = session.state();
    if (isDone(state) || state.over || performance.now() >= until) return;
    session.look();
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
}

/** After the last level: one of them again, or the next round. */
async function chosenNext(
  competing: Competing,
  plain: PlainSession,
  round: Standing['round'],
): Promise<'leave' | 'round'> {
  const { session, levels, call } = competing;
  const { say } = call.output;
  const ids = round.levels.map(({ id }) => id);
  for (;;) {
    const { standing, over } = session.state();
    if (over) return 'leave';
    if (standing?.round.number !== round.number) return 'round';
    say([
      '',
      ...(standing.state === 'ended' || standing.state === 'revealed' ? ['The round is over.'] : []),
      ...wrap(
        'Type the name of a level to play it again, board for the best ten, next to wait for the next round, or quit.',
      ),
      ...ids.flatMap((id) => againLine(competing, id)),
    ]);
    const typed = (await plain.ask())?.trim();
    if (typed === undefined || ['quit', 'q', 'exit'].includes(typed)) return 'leave';
    const level = ids.includes(typed) ? levels.find(({ id }) => id === typed) : undefined;
    if (typed === 'board') say(await boardLines(competing.line, session));
    else if (typed === 'next') await nextRound(session, round, say);
    else if (!level) say([`There is no level "${quoted(typed)}" in the round.${didYouMean(typed, ids)}`]);
    else if ((await plain.play(level)) === exit.fine) say(await standingAfter(session, level.id));
  }
}

function againLine({ session, levels }: Competing, id: string): string[] {
  const level = levels.find((one) => one.id === id);
  if (!level) return [];
  const { points } = bestOf(session.state().standing, id) ?? {};
  const counts = session.begin(level).says === undefined ? 'an attempt is left' : 'for practice';
  return wrap(`${id}: ${points === undefined ? 'no points yet' : `${points} points`}, ${counts}`, '  ');
}

async function nextRound(session: Session, { number }: Standing['round'], say: Call['output']['say']): Promise<void> {
  say(['You wait for the next round. Ctrl-C leaves; your place is kept.']);
  const isOn = () => !session.state().over && session.state().standing?.round.number === number;
  while (isOn()) await change(session);
}

/** What is not at the host yet, and the board. */
async function goodbye({ session, line, goOnWith }: Competing): Promise<string[]> {
  // A host that was away may be there again: it is asked once more, whenever that was due.
  await settled(session, 5000, ({ unsent }) => !unsent);
  const { unsent, over } = session.state();
  if (over) return ['', ...wrap(printable(over.says))];
  const rest = unsent
    ? wrap(`Queued: ${unsent}. It is kept here; it is sent when you come back with: ${goOnWith}`)
    : [];
  return ['', ...rest, ...(await boardLines(line, session))];
}

async function boardLines(line: Transport, session: Session): Promise<string[]> {
  const reply = await line.request('GET', '/api/board');
  const board = reply.ok ? boardSchema.safeParse(reply.data).data : undefined;
  if (!board) return wrap(printable(reply.ok ? 'The host says what this game does not understand.' : reply.says));
  const own = session.state().standing;
  return [
    board.top.length ? `${boardTitle(board)}:` : nobodyYet,
    ...board.top.flatMap(({ rank, name, team, points, solved }) =>
      wrap(
        printable(
          `${name}${team === undefined ? '' : ` (${team})`}${name === own?.name ? ', you' : ''}: ${points} points, ${solved} of ${board.levels.length} levels`,
        ),
        `  ${rank}. `,
      ),
    ),
    ...(own ? [`You have ${own.points} points.`] : []),
  ];
}
