// The command line: what was typed is carried out; the only place that prints errors and decides on the exit code.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { type Attempt, BadRun, contentHash, parseAttempt, standing } from '../game/attempt.ts';
import { idPattern } from '../game/letters.ts';
import { decisionOf, type Level, outcomesOf } from '../game/level.ts';
import type { Snapshot } from '../game/play.ts';
import { type AttemptLog, nothingYet } from '../game/progress.ts';
import { score } from '../game/score.ts';
import { didYouMean } from '../game/suggest.ts';
import { stage } from '../game/view.ts';
import { fill } from '../game/words.ts';
import { dataFolder } from '../store/folders.ts';
import { openLog } from '../store/log.ts';
import { printable, quoted } from '../ui/printable.ts';
import { leaveScreen } from '../ui/terminal.ts';
import { wrap } from '../ui/wrap.ts';
import { readArguments } from './arguments.ts';
import type { Call } from './call.ts';
import type { CommandName } from './commands.ts';
import { filesOf } from './exports.ts';
import { helpFor } from './help.ts';
import { builtInFolder, faultLine, levelsFor, levelsIn } from './levelFiles.ts';
import { onScreen } from './look.ts';
import { newLevel, schemaFrom } from './newLevel.ts';
import { exit, processOutput, report } from './output.ts';
import { explanation, levelHeading, rowLine, scoreLines, verdict } from './plain/narrate.ts';
import { plainSession, save } from './plain/session.ts';
import { playersFor } from './players.ts';

/** Runs the program; gives its exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const output = processOutput();
  const slip = (says: string): number => {
    output.complain([...wrap(says), 'For help: https-quest --help']);
    return exit.usage;
  };
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
        return slip(asked.says);
      case 'run':
        return await commands[asked.command]({ given: asked.given, settings: asked.settings, folder, output, slip });
    }
  } catch (error) {
    leaveScreen();
    output.complain([report(error, folder, argv, new Date())]);
    return exit.bug;
  }
}

const commands: Readonly<Record<CommandName, (call: Call) => number | Promise<number>>> = {
  '': campaign,
  play: playOne,
  levels: list,
  check,
  new: beginLevel,
  replay,
  export: exportRun,
  codex: async (call) => (await import('./codex.ts')).codex(call),
  settings: async (call) => (await import('./settings.ts')).settings(call),
  certificate: async (call) => (await import('./certificate.ts')).certificate(call),
  drill,
  // What looks at all that was ever played is loaded only where it is asked for.
  stats: async (call) => (await import('./progress.ts')).stats(call),
  reset: async (call) => (await import('./progress.ts')).reset(call),
  'export-progress': async (call) => (await import('./progress.ts')).exportProgress(call),
  'import-progress': async (call) => (await import('./progress.ts')).importProgress(call),
  // Sockets are loaded only by the two commands that have them.
  join: async (call) => (await import('./join.ts')).join(call, version()),
  host: async (call) => (await import('./host.ts')).host(call, version()),
  live: async (call) => (await import('./live.ts')).live(call),
  serve: async (call) => (await import('./live.ts')).serveLive(call),
};

const version = (): string =>
  (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version;

// ---- playing ----------------------------------------------------------------------------------------------------

/** Without a command: the first level that is not finished, then the next, until the player leaves. */
async function campaign(call: Call): Promise<number> {
  const found = levelsFor(call);
  if (typeof found === 'number') return found;
  const log = openLog(call.folder);
  if (onScreen(call)) {
    const { playOnScreen } = await import('./screens.ts');
    const { code, plain } = await playOnScreen({
      levels: found.levels.map(({ level }) => level),
      log,
      settings: call.settings,
      folder: call.folder,
      version: version(),
    });
    if (!plain) return code;
  }
  const session = plainSession({ ...call, version: version() }, log);
  const open = found.levels.filter(({ level }) => !log.progress.levels[level.id]?.best);
  for (const { level } of open.length ? open : found.levels) {
    const code = await session.play(level);
    if (code !== exit.fine) return session.end(code);
  }
  call.output.say(['', 'You have finished every level. To play one again: https-quest play <level>']);
  return session.end(exit.fine);
}

/** What is played without the player counts for nothing. */
const unrecorded: AttemptLog = { progress: nothingYet.progress, history: () => [], notices: [], record() {} };

async function playOne(call: Call): Promise<number> {
  const [name = ''] = call.given;
  const named = levelNamed(call, name);
  if (typeof named === 'number') return named;
  const { level, file } = named;
  const log = openLog(call.folder);
  if (onScreen(call)) {
    const { playOnScreen } = await import('./screens.ts');
    const found = levelsFor(call);
    const levels = typeof found === 'number' ? [level] : found.levels.map((one) => one.level);
    const { code, attempt, plain } = await playOnScreen({
      levels,
      log,
      settings: call.settings,
      folder: call.folder,
      version: version(),
      begin: level,
      file,
    });
    if (call.settings.save !== undefined && attempt) save(call.settings.save, attempt, call.output);
    if (!plain) return code;
  }
  const session = plainSession({ ...call, version: version() }, call.settings.auto ? unrecorded : log);
  return session.end(await session.play(level, file));
}

/** Decisions by themselves: on its screen, or in plain text. */
async function drill(call: Call): Promise<number> {
  const found = levelsFor(call);
  if (typeof found === 'number') return found;
  const started = new Date();
  const levels = found.levels.map(({ level }) => level);
  const log = openLog(call.folder);
  const { settings, folder, output } = call;
  if (onScreen(call)) {
    const { playOnScreen } = await import('./screens.ts');
    const { code, plain } = await playOnScreen({ levels, log, settings, folder, version: version(), drill: true });
    if (!plain) return code;
  }
  const { drillPlain } = await import('./plain/drill.ts');
  return drillPlain({ levels, log, output, started, ...(settings.seed === undefined ? {} : { seed: settings.seed }) });
}

interface Named {
  readonly level: Level;
  /** Where it stands, if not in the program. */
  readonly file?: string;
}
function levelNamed(call: Call, name: string): Named | number {
  if (/\.ya?ml$/.test(name) || name.includes('/') || name.includes('\\')) {
    const found = levelsIn(name);
    if (typeof found === 'string') return call.slip(found);
    if (found.faults.length || !found.levels[0]) {
      call.output.complain(found.faults.map(faultLine));
      return exit.usage;
    }
    return found.levels[0];
  }
  const found = levelsFor(call);
  if (typeof found === 'number') return found;
  const level = found.levels.find((one) => one.level.id === name)?.level;
  if (level) return { level };
  const ids = found.levels.map((one) => one.level.id);
  return call.slip(`There is no level "${quoted(name)}".${didYouMean(name, ids) || ` There are ${ids.join(', ')}.`}`);
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
      decisions: level.acts.reduce((sum, act) => sum + new Set(act.steps.map(decisionOf)).size, 0),
      misconceptions: [...new Set(outcomes.flatMap(([, { misconception }]) => misconception ?? []))],
      proof: level.proof ?? 'run',
      boss: level.boss !== undefined,
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
          `${row.boss ? 'Boss: ' : ''}${printable(row.title)}, ${row.roles.join(' and ')}, ${standingOf(row)}`,
          row.id.padEnd(width),
        ),
      ),
    );
  }
  return exit.fine;
}

/** How far the player is with a level. Only a boss can be finished and have no star. */
const standingOf = ({ points, stars }: { readonly points: number | null; readonly stars: number }): string =>
  points === null ? 'not finished yet' : stars ? `${stars} of 3 stars` : 'not passed yet';

async function check({ given, settings, output, slip }: Call): Promise<number> {
  const { checkLevels } = await import('./check.ts');
  const path = given[0] ?? settings.levels ?? builtInFolder();
  const said = await checkLevels(path, { json: Boolean(settings.json), output });
  return typeof said === 'string' ? slip(said) : said;
}

/** Writes a level to begin with; never over a file that is there. */
function beginLevel({ given: [id = ''], output, slip }: Call): number {
  if (!idPattern.test(id))
    return slip(
      `"${quoted(id)}" cannot be the id of a level. An id has lower-case letters, digits and hyphens, at most 40.`,
    );
  const file = `${id}.yaml`;
  try {
    const schema = schemaFrom(process.cwd(), new URL('./level.schema.json', import.meta.url));
    writeFileSync(file, newLevel(id, schema), { flag: 'wx' });
  } catch (error) {
    const there = (error as NodeJS.ErrnoException).code === 'EEXIST';
    return slip(
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
  if (!existsSync(file)) return call.slip(`There is no file "${quoted(file)}".`);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return call.slip(`"${quoted(file)}" cannot be read.`);
  }
  const parsed = parseAttempt(text);
  if ('fault' in parsed) return call.slip(`${quoted(file)}: ${printable(parsed.fault)}`);
  const { attempt } = parsed;
  const named = levelNamed(call, attempt.level);
  if (typeof named === 'number') return named;
  const { level } = named;
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
    if (error instanceof BadRun) return call.slip(`${quoted(file)}: ${error.message}`);
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
  const { pcapng, keylog, html, card } = call.settings;
  if (!pcapng && !keylog && !html && !card)
    return call.slip('Say what to write: --pcapng FILE, --keylog FILE, --html FILE or --card FILE.');
  const found = await saved(call);
  if (typeof found === 'number') return found;
  const contents = filesOf(found.level, found.attempt, found.snapshot, version());
  let code: number = exit.fine;
  for (const [file, content] of [
    [pcapng, contents.pcapng],
    [keylog, contents.keylog],
    [html, contents.html],
    [card, contents.card],
  ] as const) {
    if (!file) continue;
    try {
      writeFileSync(file, content);
      call.output.say([`Written: ${quoted(file)}`]);
    } catch {
      code = call.slip(`"${quoted(file)}" cannot be written.`);
    }
  }
  return code;
}
