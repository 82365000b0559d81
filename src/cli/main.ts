// The command line: what was typed is carried out; the only place that prints errors and decides on the exit code.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { type Attempt, BadRun, contentHash, parseAttempt, standing } from '../game/attempt.ts';
import { idPattern } from '../game/letters.ts';
import { type Level, outcomesOf } from '../game/level.ts';
import type { Snapshot, Waiting } from '../game/play.ts';
import { type AttemptLog, nothingYet } from '../game/progress.ts';
import { score } from '../game/score.ts';
import { byReference } from '../game/simulate.ts';
import { fill } from '../game/words.ts';
import { stage } from '../game/view.ts';
import { dataFolder } from '../store/folders.ts';
import { openLog } from '../store/log.ts';
import { noteFor } from '../tls/fieldNotes.ts';
import { readArguments, type Settings } from './arguments.ts';
import { checkLevels } from './check.ts';
import type { CommandName } from './commands.ts';
import { filesOf } from './exports.ts';
import { helpFor } from './help.ts';
import { builtIn, faultLine, type LevelFiles, levelsIn } from './levelFiles.ts';
import { playersFor } from './players.ts';
import { newLevel } from './newLevel.ts';
import { exit, type Output, processOutput, report } from './output.ts';
import { playPlain } from './plain/game.ts';
import { linesOf } from './plain/lines.ts';
import { explanation, levelHeading, rowLine, scoreLines, verdict } from './plain/narrate.ts';
import { printable, quoted } from '../ui/printable.ts';
import { hasScreen, leaveScreen } from '../ui/terminal.ts';
import { didYouMean } from './suggest.ts';
import { wrap } from '../ui/wrap.ts';

/** Runs the program; gives its exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const output = processOutput();
  const asked = readArguments(argv);
  const folder = dataFolder(
    { platform: process.platform, env: process.env, home: homedir() },
    asked.what === 'run' ? asked.settings.dataDir : undefined,
  );
  try {
    switch (asked.what) {
      case 'help':
        output.say(helpFor(asked.command));
        return exit.fine;
      case 'version':
        output.say([version()]);
        return exit.fine;
      case 'slip':
        return slip(output, asked.says);
      case 'run':
        return await commands[asked.command]({ given: asked.given, settings: asked.settings, folder, output });
    }
  } catch (error) {
    leaveScreen();
    output.complain([report(error, folder, argv, new Date())]);
    return exit.bug;
  }
}

interface Call {
  readonly given: readonly string[];
  readonly settings: Settings;
  /** The data folder. */
  readonly folder: string;
  readonly output: Output;
}

const commands: Readonly<Record<CommandName, (call: Call) => number | Promise<number>>> = {
  '': campaign,
  play: playOne,
  levels: list,
  check,
  new: beginLevel,
  replay,
  export: exportRun,
  live: async (call) => (await import('./live.ts')).live(asLive(call)),
  serve: async (call) => (await import('./live.ts')).serveLive(asLive(call)),
};

/** Sockets are loaded only by the two commands that have them. */
const asLive = (call: Call) => ({ ...call, slip: (says: string) => slip(call.output, says) });

const version = (): string =>
  (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version;

function slip({ complain }: Output, says: string): number {
  complain([...wrap(says), 'For help: https-quest --help']);
  return exit.usage;
}

/** The levels to play: of --levels, or the built-in ones. A number is the exit code after it was said what is wrong. */
function levelsFor({ settings, output }: Call): LevelFiles | number {
  if (settings.levels === undefined) return builtIn();
  const found = levelsIn(settings.levels);
  if (typeof found === 'string') return slip(output, found);
  if (found.faults.length) {
    output.complain(found.faults.map(faultLine));
    return exit.usage;
  }
  return found;
}

// ---- playing ----------------------------------------------------------------------------------------------------

/** Without a command: the first level that is not finished, then the next, until the player leaves. */
async function campaign(call: Call): Promise<number> {
  const found = levelsFor(call);
  if (typeof found === 'number') return found;
  const log = openLog(call.folder);
  if (onScreen(call)) {
    const { playOnScreen } = await import('./screens.ts');
    const { code } = await playOnScreen({
      levels: found.levels.map(({ level }) => level),
      log,
      settings: call.settings,
      folder: call.folder,
      version: version(),
    });
    return code;
  }
  const session = plainSession(call, log);
  const open = found.levels.filter(({ level }) => !log.progress.levels[level.id]?.best);
  for (const { level } of open.length ? open : found.levels) {
    const code = await session.play(level);
    if (code !== exit.fine) return session.end(code);
  }
  call.output.say(['', 'You have finished every level. To play one again: https-quest play <level>']);
  return session.end(exit.fine);
}

const onScreen = ({ settings }: Call): boolean => !settings.plain && !settings.auto && hasScreen(process.env);

/** What is played without the player counts for nothing. */
const unrecorded: AttemptLog = { progress: nothingYet.progress, notices: [], record() {} };

async function playOne(call: Call): Promise<number> {
  const [name = ''] = call.given;
  const level = levelNamed(call, name);
  if (typeof level === 'number') return level;
  const log = openLog(call.folder);
  if (onScreen(call)) {
    const { playOnScreen } = await import('./screens.ts');
    const found = levelsFor(call);
    const levels = typeof found === 'number' ? [level] : found.levels.map((one) => one.level);
    const { code, attempt } = await playOnScreen({
      levels,
      log,
      settings: call.settings,
      folder: call.folder,
      version: version(),
      begin: level,
    });
    if (call.settings.save !== undefined && attempt) save(call.settings.save, attempt, call.output);
    return code;
  }
  const session = plainSession(call, call.settings.auto ? unrecorded : log);
  return session.end(await session.play(level));
}

function levelNamed(call: Call, name: string): Level | number {
  if (/\.ya?ml$/.test(name) || name.includes('/') || name.includes('\\')) {
    const found = levelsIn(name);
    if (typeof found === 'string') return slip(call.output, found);
    if (found.faults.length || !found.levels[0]) {
      call.output.complain(found.faults.map(faultLine));
      return exit.usage;
    }
    return found.levels[0].level;
  }
  const found = levelsFor(call);
  if (typeof found === 'number') return found;
  const level = found.levels.find((one) => one.level.id === name)?.level;
  if (level) return level;
  const ids = found.levels.map((one) => one.level.id);
  return slip(
    call.output,
    `There is no level "${quoted(name)}".${didYouMean(name, ids) || ` There are ${ids.join(', ')}.`}`,
  );
}

/** Plays levels in plain mode, from one standard input. */
function plainSession({ settings, output }: Call, log: AttemptLog) {
  const lines = linesOf(process.stdin);
  const players = playersFor();
  output.say(log.notices.flatMap((notice) => wrap(printable(notice))));
  return {
    end(code: number): number {
      lines.close();
      players.close();
      return code;
    },
    async play(level: Level): Promise<number> {
      const going = settings.seed === undefined ? log.progress.unfinished[level.id] : undefined;
      let begun = going?.attempt.contentHash === contentHash(level) ? going : undefined;
      for (;;) {
        const { id, attempt } = begun ?? begin(level, settings.seed, log);
        const moves: Attempt['moves'][number][] = [...attempt.moves];
        const watched: AttemptLog = {
          get progress() {
            return log.progress;
          },
          notices: log.notices,
          record(event) {
            if (event.type === 'moved') moves.push(event.move);
            log.record(event);
          },
        };
        const ending = await playPlain(
          {
            level,
            play: players.play,
            log: watched,
            stage,
            noteFor,
            teller: { say: output.say, ask: lines.next },
            ...(settings.auto ? { answer: ({ step }: Waiting) => byReference(step) } : {}),
          },
          id,
          attempt,
        );
        begun = undefined;
        if (ending === 'restart') continue;
        if (settings.save !== undefined) save(settings.save, { ...attempt, moves }, output);
        return ending === 'finished' ? exit.fine : exit.unmet;
      }
    },
  };
}

function begin(
  level: Level,
  seed: string | undefined,
  log: AttemptLog,
): { readonly id: string; readonly attempt: Attempt } {
  const id = `a${randomBytes(9).toString('hex')}`;
  const attempt: Attempt = {
    level: level.id,
    contentHash: contentHash(level),
    seed: seed ?? randomBytes(5).toString('hex'),
    moves: [],
  };
  log.record({
    attempt: id,
    type: 'started',
    level: attempt.level,
    contentHash: attempt.contentHash,
    seed: attempt.seed,
  });
  return { id, attempt };
}

function save(file: string, attempt: Attempt, { complain }: Output): void {
  try {
    writeFileSync(file, `${JSON.stringify(attempt, null, 2)}\n`);
    complain([`What you did is in ${quoted(file)}.`]);
  } catch {
    complain([`"${quoted(file)}" cannot be written. What you did is in the log, but not in that file.`]);
  }
}

// ---- looking and proving ----------------------------------------------------------------------------------------

function list(call: Call): number {
  const found = levelsFor(call);
  if (typeof found === 'number') return found;
  const { progress } = openLog(call.folder);
  const rows = found.levels.map(({ level }) => {
    const best = progress.levels[level.id]?.best;
    const steps = level.acts.flatMap((act) => act.steps);
    const outcomes = steps.flatMap(outcomesOf);
    return {
      id: level.id,
      title: level.title,
      chapter: level.chapter,
      minutes: level.minutes,
      roles: [...new Set(level.acts.map(({ role }) => role))],
      teaches: level.teaches,
      kinds: [...new Set(steps.map(({ kind }) => kind))],
      decisions: steps.length,
      misconceptions: [...new Set(outcomes.flatMap(([, { misconception }]) => misconception ?? []))],
      proof: level.proof ?? 'run',
      stars: best?.stars ?? 0,
      points: best?.points ?? null,
    };
  });
  if (call.settings.json) call.output.say([JSON.stringify(rows, null, 2)]);
  else {
    const width = Math.max(...rows.map(({ id }) => id.length)) + 2;
    call.output.say(
      rows.flatMap((row) =>
        wrap(
          `${printable(row.title)}, ${row.roles.join(' and ')}, ${row.points === null ? 'not finished yet' : `${row.stars} of 3 stars`}`,
          row.id.padEnd(width),
        ),
      ),
    );
  }
  return exit.fine;
}

async function check(call: Call): Promise<number> {
  const [path] = call.given;
  const found = path === undefined ? levelsFor(call) : levelsIn(path);
  if (typeof found === 'number') return found;
  if (typeof found === 'string') return slip(call.output, found);
  return checkLevels(found, { json: call.settings.json, output: call.output });
}

/** Writes a level to begin with; never over a file that is there. */
function beginLevel({ given: [id = ''], output }: Call): number {
  if (!idPattern.test(id))
    return slip(
      output,
      `"${quoted(id)}" cannot be the id of a level. An id has lower-case letters, digits and hyphens, at most 40.`,
    );
  const file = `${id}.yaml`;
  try {
    writeFileSync(file, newLevel(id, new URL('./level.schema.json', import.meta.url).href), { flag: 'wx' });
  } catch (error) {
    const there = (error as NodeJS.ErrnoException).code === 'EEXIST';
    return slip(
      output,
      there
        ? `There is a file "${file}" already. It was left as it is.`
        : `"${file}" cannot be written in this folder.`,
    );
  }
  output.say([`Written: ${file}`, `Fill in every "" in it, then: https-quest check ${file}`]);
  return exit.fine;
}

/** A saved attempt, played again. A number is the exit code after it was said what is wrong. */
async function saved(
  call: Call,
): Promise<{ readonly level: Level; readonly attempt: Attempt; readonly snapshot: Snapshot } | number> {
  const [file = ''] = call.given;
  if (!existsSync(file)) return slip(call.output, `There is no file "${quoted(file)}".`);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return slip(call.output, `"${quoted(file)}" cannot be read.`);
  }
  const parsed = parseAttempt(text);
  if ('fault' in parsed) return slip(call.output, `${quoted(file)}: ${printable(parsed.fault)}`);
  const { attempt } = parsed;
  const level = levelNamed(call, attempt.level);
  if (typeof level === 'number') return level;
  if (contentHash(level) !== attempt.contentHash) {
    call.output.complain(
      wrap(
        `Level ${level.id} has changed since this attempt was played, so it cannot be replayed. Its score stays what it was.`,
      ),
    );
    return exit.unmet;
  }
  const players = playersFor();
  try {
    const played = await players.play({ level, seed: attempt.seed, answers: standing(attempt.moves) });
    if (!('says' in played)) return { level, attempt, snapshot: played };
    call.output.complain(wrap(printable(played.says)));
    return exit.unmet;
  } catch (error) {
    if (error instanceof BadRun) return slip(call.output, `${quoted(file)}: ${error.message}`);
    throw error;
  } finally {
    players.close();
  }
}

async function replay(call: Call): Promise<number> {
  const found = await saved(call);
  if (typeof found === 'number') return found;
  const { level, attempt, snapshot } = found;
  const { say } = call.output;
  const reached = score(attempt.moves, level, snapshot.outcome);
  const outcome = snapshot.outcome ?? 'unfinished';
  if (call.settings.json) {
    const { points, stars } = reached;
    const facts = snapshot.acts.map((seen) => seen.facts);
    const result = { level: level.id, seed: attempt.seed, outcome, points, stars, judged: snapshot.judged, facts };
    say([JSON.stringify(result, null, 2)]);
  } else {
    say(levelHeading(level, attempt.seed, fill(level.brief, snapshot.acts[0]?.words ?? {})));
    for (const judged of snapshot.judged) say(['', ...verdict(judged), ...explanation(judged)]);
    for (const seen of snapshot.acts) {
      const now = stage(seen, true);
      say(['', 'On the line:', ...now.rows.flatMap((row, index) => rowLine(row, index + 1, now))]);
    }
    const came = {
      met: 'The goal was reached.',
      missed: 'The goal was missed.',
      unfinished: 'The attempt stops before its end.',
    };
    say(['', came[outcome], ...scoreLines(reached)]);
  }
  return snapshot.outcome === 'met' ? exit.fine : exit.unmet;
}

async function exportRun(call: Call): Promise<number> {
  const { pcapng, keylog, html } = call.settings;
  if (!pcapng && !keylog && !html)
    return slip(call.output, 'Say what to write: --pcapng FILE, --keylog FILE or --html FILE.');
  const found = await saved(call);
  if (typeof found === 'number') return found;
  const contents = filesOf(found.level, found.attempt.seed, found.snapshot, version());
  let code: number = exit.fine;
  for (const [file, content] of [
    [pcapng, contents.pcapng],
    [keylog, contents.keylog],
    [html, contents.html],
  ] as const) {
    if (!file) continue;
    try {
      writeFileSync(file, content);
      call.output.say([`Written: ${quoted(file)}`]);
    } catch {
      code = slip(call.output, `"${quoted(file)}" cannot be written.`);
    }
  }
  return code;
}
