// The command `host`: the competition of a class, on this machine.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism, networkInterfaces } from 'node:os';
import { addressInWords, usualPort } from '../classroom/address.ts';
import { type Competition, roundOf } from '../classroom/competition.ts';
import type { Rules } from '../classroom/events.ts';
import { startHost } from '../classroom/host.ts';
import { type HostKey, newHostKey, readHostKey } from '../classroom/hostKey.ts';
import { certifiedKey, codeOf } from '../classroom/joinCode.ts';
import { titleOf } from '../classroom/names.ts';
import { openPages, type Pages } from '../classroom/pages.ts';
import { pagesDesk } from '../classroom/pagesDesk.ts';
import { reachable } from '../classroom/reach.ts';
import { newRound } from '../classroom/teaching.ts';
import { contentHash } from '../game/attempt.ts';
import type { Level } from '../game/level.ts';
import { didYouMean } from '../game/suggest.ts';
import { printable, quoted } from '../ui/printable.ts';
import { wrap } from '../ui/wrap.ts';
import { portOf } from './arguments.ts';
import type { Call } from './call.ts';
import { exportResults } from './hosting/results.ts';
import { rulesFrom } from './hosting/rules.ts';
import { heard, keeping, openPlace, type Place } from './hosting/store.ts';
import { handedOut, readTarball, type Tarball } from './hosting/tarball.ts';
import { builtIn, levelsFor, misconceptionsOf } from './levelFiles.ts';
import { onScreen } from './look.ts';
import { exit, type Output, report, withoutPassword } from './output.ts';
import { type Hosting, hostPlain } from './plain/hosting.ts';

export async function host(call: Call, version: string): Promise<number> {
  const { settings, given, output, slip } = call;
  if (given[0] === 'export') return exportResults(call);
  if (given[0] !== undefined)
    return slip(`"host" takes export, or nothing, and not "${quoted(withoutPassword(given[0]))}".`);
  if (settings.csv !== undefined || settings.json)
    return slip('The results are written by: https-quest host export --csv FILE, or --json FILE.');
  const { title = 'HTTPS Quest' } = settings;
  if (settings.seed !== undefined) return slip('A competition takes no --seed: every attempt gets one of its own.');
  const port = portOf(settings, usualPort);
  if (typeof port === 'string') return slip(port);
  const titled = titleOf(title);
  if ('refused' in titled) return slip(`--title "${quoted(title)}": ${printable(titled.refused)}`);
  if ((settings.cert === undefined) !== (settings.key === undefined))
    return slip('--cert and --key belong together: give both, or neither.');
  const rules = rulesFrom(settings);
  if (typeof rules === 'string') return slip(rules);
  const chosen = levelsOf(call);
  if (typeof chosen === 'number') return chosen;
  const key = ownKey(call);
  if (typeof key === 'number') return key;
  const tarball = settings.tarball === undefined ? undefined : readTarball(settings.tarball, version);
  if (tarball && !tarball.ok) {
    output.complain(wrap(printable(tarball.says)));
    return exit.unmet;
  }

  const place = await openPlace(call, settings.resume || settings.purge ? 'go on' : 'begin');
  if (typeof place === 'number') return place;
  const { store, where } = place;
  try {
    return await keeping(output, async () => {
      if (!settings.purge)
        return hosting(call, place, { title: titled.name, port, key, tarball, version, rules, ...chosen });
      await store.purge();
      output.say(wrap(printable(`The competition in ${where} is deleted, with all that its players did.`)));
      return exit.fine;
    });
  } finally {
    await store.close();
  }
}

/** That grade, each for 300 players who answer every 3 s; each takes memory, whether or not so many play. */
const mostThreads = 4;

interface Wish {
  readonly title: string;
  readonly port: number;
  /** The teacher's own. */
  readonly key: HostKey | undefined;
  readonly tarball: Tarball | undefined;
  readonly version: string;
  /** Of the first round, and of later ones where nothing else is said. */
  readonly rules: Rules;
  /** All that there are, and those of the first round. */
  readonly levels: readonly Level[];
  readonly round: readonly Level[];
}

async function hosting(call: Call, place: Place, wish: Wish): Promise<number> {
  const { settings, folder } = call;
  const { output, complaints } = listened(call.output);
  const { levels, round, title, version, port, rules } = wish;
  const hosted = await startHost({
    store: heard(place.store, (text) => output.complain(wrap(printable(text)))),
    fresh: { title, version, key: () => wish.key ?? newHostKey(new Date()) },
    levels,
    grader: new URL('./grader.mjs', import.meta.url),
    failed: failures(folder, output),
    threads: Math.min(availableParallelism(), mostThreads),
    host: '::',
    port,
  });
  if (!hosted.ok) {
    output.complain(wrap(printable(hosted.says)));
    return exit.unmet;
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  let stop = () => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  for (const signal of signals) process.once(signal, stop);
  let pages: Pages | undefined;
  try {
    if (!hosted.competition().rounds.length) {
      const first = await hosted.command((now) => newRound(now, roundWith(round, 'Round 1', rules)));
      if ('refused' in first) output.complain(wrap(printable(first.refused)));
    }
    const { created } = hosted.competition();
    const code = await codeOf(certifiedKey(created?.certificate ?? ''));
    const [address = '', ...others] = addresses(hosted.port);
    const command = `npx https-quest join ${address} ${code}`;
    const known = misconceptionsOf(existingFolder(settings.levels));
    const beliefs = new Map([...known].map(([id, { belief }]) => [id, belief]));
    const desk = { levels, beliefs, address, code, command };
    pages = await openPages(pagesDesk({ host: hosted, ...desk }), new URL('./pages/', import.meta.url));
    const { link } = pages;
    const teacher = link('teacher');
    const rights: Hosting = {
      host: hosted,
      chosen: (typed) => chosenFrom(levels, typed),
      roundWith,
      rules,
      links: () => [`For you: ${link('teacher')}`, `For the projector: ${link('projector')}`],
    };
    const notices = strangeLevels(hosted.competition(), levels);
    const kept = `What is kept: nicknames, teams, and what was played, with the time; no addresses. It stays in ${place.where} until you delete it with: ${place.command} --purge`;
    const ended = `The host has ended. Go on with it: ${place.command} --resume`;
    if (settings.openBrowser) openInBrowser(teacher);
    if (onScreen(call)) {
      const notes = [kept, `q ends the host; nothing is lost. Go on with it: ${place.command} --resume`];
      const tarball = wish.tarball ? handedOut(wish.tarball, `join ${address} ${code}`) : [];
      const { hostOnScreen } = await import('./hosting/screen.ts');
      await hostOnScreen({
        ...rights,
        call,
        desk,
        addresses: others,
        notes: [...notes, ...tarball],
        notices,
        complaints,
      });
      output.say(wrap(printable(ended)));
      return exit.fine;
    }
    output.complain(notices.flatMap((text) => wrap(printable(text))));
    output.say([
      ...wrap(printable(`${created?.title}: ${roundInWords(hosted.competition())}`)),
      '',
      'The players type one of these, the first that works:',
      ...addresses(hosted.port).map((one) => `  npx https-quest join ${one} ${code}`),
      '',
      ...(wish.tarball ? handedOut(wish.tarball, `join ${address} ${code}`) : []),
      'On this machine, each link opens once; pages types new ones:',
      `  for you           ${teacher}`,
      `  for the projector ${link('projector')}`,
      '',
      ...wrap(printable(kept)),
      'Type start when all are there, and help for the rest. Ctrl-C ends the host; nothing is lost.',
      '',
    ]);
    await hostPlain({ ...rights, output, stopped });
    output.say(wrap(printable(ended)));
    return exit.fine;
  } finally {
    for (const signal of signals) process.off(signal, stop);
    await pages?.close();
    await hosted.close();
  }
}

function roundInWords(competition: Competition): string {
  const { number, levels } = roundOf(competition) ?? { number: 0, levels: [] };
  return `round ${number}, with ${levels.length === 1 ? 'one level' : `${levels.length} levels`}.`;
}

/** An output whose complaints somebody else takes while a screen lies over it. */
function listened(own: Output) {
  let complain = own.complain;
  return {
    output: { say: own.say, complain: (lines: readonly string[]) => complain(lines) },
    complaints(listen: Output['complain'] | undefined) {
      complain = listen ?? own.complain;
    },
  };
}

/** A bug of ours ends no lesson: what happened is written down and said, the same one once. */
function failures(folder: string, output: Output): (error: unknown) => void {
  const known = new Set<string>();
  return (error) => {
    const what = String(error);
    if (known.has(what) || known.size >= 20) return;
    known.add(what);
    output.complain(wrap(report(error, folder, process.argv.slice(2), new Date())));
  };
}

/** Where players may reach this machine, the likeliest first. */
function addresses(port: number): readonly string[] {
  const hosts = reachable(networkInterfaces()).map(({ address }) => address);
  return (hosts.length ? hosts : ['localhost']).map((name) => addressInWords({ host: name, port }));
}

/** What each system opens links with. Where there is none, the link stands on the terminal. */
function openInBrowser(link: string): void {
  const [program = '', ...args] =
    process.platform === 'darwin'
      ? ['open']
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler']
        : ['xdg-open'];
  const child = spawn(program, [...args, link], { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}

const existingFolder = (typed: string | undefined): string | undefined =>
  typed !== undefined && existsSync(typed) ? typed : undefined;

const roundWith = (levels: readonly Level[], title: string, rules: Rules): Parameters<typeof newRound>[1] => ({
  title,
  levels: levels.map((level) => ({ id: level.id, contentHash: contentHash(level) })),
  rules,
});

/** Which levels of the round do something else here than where it was begun: what is played in them is not graded here. */
function strangeLevels(competition: Competition, levels: readonly Level[]): readonly string[] {
  const here = new Map(levels.map((level) => [level.id, level]));
  const strange = roundOf(competition)?.levels.filter(({ id, contentHash: hash }) => {
    const level = here.get(id);
    return !level || contentHash(level) !== hash;
  });
  if (!strange?.length) return [];
  return [
    `Not as here are these levels of the round: ${strange.map(({ id }) => id).join(', ')}. They can be graded only where they are as they were, in version ${competition.created?.version} with the same --levels. Host there, or begin a new round.`,
  ];
}

function ownKey({ settings, output }: Call): HostKey | number | undefined {
  if (settings.cert === undefined || settings.key === undefined) return undefined;
  const read = readHostKey(settings.cert, settings.key);
  if (read.ok) return read;
  output.complain(wrap(printable(read.says)));
  return exit.unmet;
}

/** The levels: of a folder, or the built-in ones; and which of them the first round has. */
function levelsOf(call: Call): Pick<Wish, 'levels' | 'round'> | number {
  const typed = call.settings.levels;
  const folder = existingFolder(typed);
  const found = folder === undefined ? builtIn() : levelsFor(call);
  if (typeof found === 'number') return found;
  const levels = found.levels.map(({ level }) => level).filter(({ proof }) => proof !== 'live');
  const round = typed === undefined || folder !== undefined ? levels : chosenFrom(levels, typed);
  return typeof round === 'string' ? call.slip(`--levels: ${printable(round)}`) : { levels, round };
}

/** Levels by their ids and the numbers of chapters, with commas between; or what is wrong with it. */
function chosenFrom(levels: readonly Level[], typed: string): readonly Level[] | string {
  const words = typed.split(/[\s,]+/).filter(Boolean);
  const chosen: Level[] = [];
  for (const word of words) {
    const meant = levels.filter(({ id, chapter }) => id === word || String(chapter) === word);
    const known = levels.map(({ id }) => id);
    if (!meant.length) return `There is no level or chapter "${word}".${didYouMean(word, known)}`;
    chosen.push(...meant.filter((level) => !chosen.includes(level)));
  }
  return chosen.length ? chosen : 'Name levels, or numbers of chapters, with commas between.';
}
