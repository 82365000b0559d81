// kill -9, a hundred times: the next start goes on at least where the player was told to be, and the log is whole.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { logName, openLog } from '../../src/store/log.ts';
import { readLines } from '../../src/store/lines.ts';
import { rightAnswers } from './answers.ts';
import { buildWithTornWrites } from './programs/build.ts';
import { bench, choose, pause, type Terminal, verdict } from './terminal.ts';

let at: ReturnType<typeof bench>;
let program = '';
beforeAll(async () => {
  program = await buildWithTornWrites();
});
beforeEach(() => {
  at = bench();
});
afterEach(() => at.clear());

const right = rightAnswers.goodbye ?? [];
const wrong = 'done';
/** Where a player stands: so many decisions are made. Behind the last, and then the end that was told. */
const over = right.length + 1;

/** What one player knows, from start to start. */
interface Player {
  readonly folder: string;
  /** What was said last about where he stands. */
  stands: number;
  /** Verdicts that he has read. */
  verdicts: number;
  /** The log may have a line without its end. */
  torn: boolean;
  readonly faults: string[];
}
/** What a start shows must be what was told, or one step more, which was saved and not told any more. */
function shown(player: Player, stands: number, how: string): void {
  const may = player.stands === over ? [0] : [player.stands, (player.stands + 1) % over];
  if (!may.includes(stands)) player.faults.push(`stood at ${player.stands}, then at ${stands}, killed ${how}`);
  player.stands = stands;
}

/** Numbers that only look like chance, from 0 to 1. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

type Kill =
  /** In the so-and-so-many-th write of the log, when this part of it was on the disk. */
  | { readonly when: 'in a write'; readonly write: number; readonly part: number }
  /** When the question stands there, or when it was answered; so many ms later. */
  | { readonly when: 'between two answers' | 'after an answer'; readonly question: number; readonly later: number };

function anyKill(draw: () => number): Kill {
  const which = draw();
  if (which < 0.55) return { when: 'in a write', write: 1 + Math.floor(draw() * 5), part: draw() * 1.2 };
  const question = 1 + Math.floor(draw() * 4);
  return which < 0.9
    ? { when: 'between two answers', question, later: draw() * 20 }
    : { when: 'after an answer', question, later: draw() * 12 };
}

/** Plays in plain mode until it is killed; false where the level was over before. */
function play(player: Player, kill: Kill, draw: () => number): Promise<boolean> {
  const dying =
    kill.when === 'in a write' ? { DIE_IN_WRITE: `${kill.write}`, DIE_AFTER: `${Math.min(1, kill.part)}` } : {};
  const args = [program, 'play', 'goodbye', '--plain', '--data-dir', player.folder];
  const child = spawn(process.execPath, args, { env: { ...process.env, ...dying } });
  child.stdin.on('error', () => {});
  let said = '';
  let read = 0;
  let questions = 0;
  let given = '';
  let first = true;
  const stands = (now: number) => {
    if (first) shown(player, now, kill.when);
    first = false;
    player.stands = now;
  };
  const hear = () => {
    const told =
      /Decision (\d+)\. [\s\S]*?Type a number from 1 to \d, or help\.\n|You chose: [^\n]*\n|Score: [^\n]*\n/g;
    told.lastIndex = read;
    for (let found = told.exec(said); found; found = told.exec(said)) {
      read = told.lastIndex;
      if (found[0].startsWith('Score')) {
        if (first) stands(right.length);
        player.stands = over;
      } else if (found[0].startsWith('You chose')) {
        player.verdicts++;
        if (given !== wrong) player.stands++;
      } else {
        questions++;
        stands(Number(found[1]) - 1);
        const dies = kill.when !== 'in a write' && questions === kill.question;
        if (dies) setTimeout(() => child.kill('SIGKILL'), kill.later);
        if (dies && kill.when === 'between two answers') continue;
        given = found[1] === '1' && draw() < 0.3 ? wrong : (right[Number(found[1]) - 1] ?? '');
        child.stdin.write(`${given}\n`);
      }
    }
  };
  child.stdout.on('data', (data: Buffer) => {
    said += data.toString();
    hear();
  });
  let complaints = '';
  child.stderr.on('data', (data: Buffer) => {
    complaints += data.toString();
  });
  return new Promise((resolve) => {
    child.on('close', (_code, signal) => {
      const damaged = said.match(/One line of your log/g)?.length ?? 0;
      if (damaged > (player.torn ? 1 : 0)) player.faults.push(`damaged, and not in a write:\n${said}`);
      if (complaints) player.faults.push(complaints);
      player.torn = kill.when === 'in a write';
      resolve(signal === 'SIGKILL');
    });
  });
}

/** Answers in the log, which is left as it is. */
function recorded(folder: string): number {
  const log = join(folder, logName);
  const lines = existsSync(log) ? readLines(readFileSync(log)) : [];
  return lines.filter(({ data }) => (data as { move?: { move?: string } } | undefined)?.move?.move === 'answer').length;
}

it('a hundred times in plain mode, most of them in a write or between two answers', async () => {
  const kills: Record<Kill['when'], number> = { 'in a write': 0, 'between two answers': 0, 'after an answer': 0 };
  let killed = 0;
  const lane = async (seed: number) => {
    const draw = chance(seed);
    const player: Player = { folder: join(at.folder, `${seed}`), stands: 0, verdicts: 0, torn: false, faults: [] };
    while (killed < 100) {
      const kill = anyKill(draw);
      if (!(await play(player, kill, draw))) continue;
      killed++;
      kills[kill.when]++;
      if (recorded(player.folder) < player.verdicts)
        player.faults.push(`${player.verdicts} verdicts, ${recorded(player.folder)} answers, killed ${kill.when}`);
    }
    expect(player.faults).toEqual([]);
    expect(player.verdicts).toBeGreaterThan(5);
    // What the last kill tore is mended by the next start, and then nothing is left to mend.
    expect(openLog(player.folder).notices.length).toBeLessThanOrEqual(player.torn ? 1 : 0);
    expect(openLog(player.folder).notices).toEqual([]);
  };
  await Promise.all([1, 2, 3].map(lane));
  console.log(
    `killed ${Object.entries(kills)
      .map(([when, times]) => `${times} times ${when}`)
      .join(', ')}`,
  );
  expect(kills['in a write'] + kills['between two answers']).toBeGreaterThanOrEqual(80);
});

it('ten times on the screen', async () => {
  const labels = ['Refuse the feed', 'Refuse it, it is not sealed', 'close_notify, then close'];
  const draw = chance(7);
  const player: Player = { folder: join(at.folder, 'data'), stands: 0, verdicts: 0, torn: false, faults: [] };
  const stepOf = (terminal: Terminal) => Number(/step (\d) of/.exec(terminal.text())?.[1] ?? over) - 1;
  for (let killed = 0; killed < 10; killed++) {
    const args = [program, 'play', 'goodbye', '--reduced-motion', '--data-dir', player.folder];
    const terminal = at.open(process.execPath, args);
    await terminal.until(/You are the client|step \d of|You made it|[✓✗] [+−]\d+/);
    if (terminal.text().includes('You are the client')) terminal.press('enter');
    await terminal.until(/step \d of|You made it|[✓✗] [+−]\d+/);
    shown(player, terminal.text().includes('step') ? stepOf(terminal) : right.length, 'on the screen');
    for (let answers = Math.floor(draw() * 3); answers > 0 && player.stands < right.length; answers--) {
      await choose(terminal, labels[player.stands] ?? '');
      await verdict(terminal);
      player.stands++;
      terminal.press('enter');
      await terminal.until(/step \d of|You made it/);
      if (terminal.text().includes('You made it')) player.stands = over;
    }
    // A last answer, of which nobody learns what became.
    if (draw() < 0.5 && player.stands < right.length) await choose(terminal, labels[player.stands] ?? '');
    await pause(draw() * 10);
    terminal.kill('SIGKILL');
    expect(await terminal.ended()).toBe(137);
    terminal.dispose();
  }
  expect(player.faults).toEqual([]);
  expect(openLog(player.folder).notices).toEqual([]);
});
