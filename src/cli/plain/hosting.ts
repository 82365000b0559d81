// The host in plain text: what happens, a line each, and what the teacher types.
import { boardOf } from '../../classroom/board.ts';
import { codeLife, type Decision, newCode, newDeviceCode, type Refusal } from '../../classroom/commands.ts';
import { type Competition, roundOf } from '../../classroom/competition.ts';
import { StoreFault } from '../../classroom/eventStore.ts';
import type { EventOf, Rules, Stored } from '../../classroom/events.ts';
import type { Host } from '../../classroom/host.ts';
import { bareName, foldedName } from '../../classroom/names.ts';
import {
  adjust,
  assign,
  ban,
  freeze,
  kick,
  newRound,
  regrade,
  rename,
  turn,
  unfreeze,
} from '../../classroom/teaching.ts';
import type { Level } from '../../game/level.ts';
import { didYouMean } from '../../game/suggest.ts';
import { printable, quoted } from '../../ui/printable.ts';
import { boardTitle, nobodyYet } from '../../ui/standing.ts';
import { wrap } from '../../ui/wrap.ts';
import { roundTyped, rulesFrom, rulesInWords } from '../hosting/rules.ts';
import type { Output } from '../output.ts';
import { linesOf } from './lines.ts';

/** What commands are carried out with. */
export interface Hosting {
  readonly host: Host;
  /** Levels as they were typed, or what is wrong. */
  readonly chosen: (typed: string) => readonly Level[] | string;
  readonly roundWith: (levels: readonly Level[], title: string, rules: Rules) => Omit<EventOf<'round'>, 'type'>;
  /** Of a round, where the teacher says nothing else. */
  readonly rules: Rules;
  /** New links to the pages, in words. */
  readonly links: () => readonly string[];
}

interface Plain extends Hosting {
  readonly output: Output;
  /** Resolves when the host shall end. */
  readonly stopped: Promise<void>;
}

/** Until the teacher leaves. Where there is no more input (a service, a pipe) it hosts on until it is stopped. */
export async function hostPlain(hosting: Plain): Promise<void> {
  const { host, output, stopped } = hosting;
  // A link is one word, and stays on its line.
  const say = (texts: readonly string[]) =>
    output.say(texts.flatMap((text) => (text.includes('://') ? [printable(text)] : wrap(printable(text)))));
  const end = host.changed((events) => say(events.flatMap((stored) => tell(stored, host.competition()))));
  const lines = linesOf(process.stdin);
  try {
    for (;;) {
      const typed = await Promise.race([lines.next(), stopped.then(() => 'quit')]);
      if (typed === undefined) return await stopped;
      if (/^\s*quit\b/.test(typed)) return;
      say(await obeyed(typed, hosting));
    }
  } finally {
    end();
    lines.close();
  }
}

type Act = (of: string, hosting: Hosting) => Promise<readonly string[]> | readonly string[];

/** All that a teacher can type, here and on the dashboard. */
export const acts: Readonly<Record<string, { readonly takes: string; readonly says: string; readonly act: Act }>> = {
  start: { takes: '', says: 'the round begins', act: (_, to) => done(to, (now) => turn(now, 'start')) },
  pause: { takes: '', says: 'nobody plays on for now', act: (_, to) => done(to, (now) => turn(now, 'pause')) },
  resume: { takes: '', says: 'it goes on', act: (_, to) => done(to, (now) => turn(now, 'resume')) },
  freeze: { takes: '', says: 'the board stands still for the players', act: (_, to) => done(to, freeze) },
  unfreeze: { takes: '', says: 'it moves again', act: (_, to) => done(to, unfreeze) },
  end: { takes: '', says: 'the round is over', act: (_, to) => done(to, (now) => turn(now, 'end')) },
  reveal: { takes: '', says: 'everybody sees the results', act: (_, to) => done(to, (now) => turn(now, 'reveal')) },
  board: { takes: '', says: 'the best ten, as they are now', act: (_, { host }) => boardLines(host.competition()) },
  players: { takes: '', says: 'who is there', act: (_, { host }) => playerLines(host.competition()) },
  round: {
    takes: 'LEVELS',
    says: 'a new round: levels, chapters, --attempts N, --rules LIST',
    act: beginRound,
  },
  kick: { takes: 'NAME', says: 'out; may join again', act: (of, to) => about(to, of, kick) },
  ban: { takes: 'NAME', says: 'out; the name may not join again', act: (of, to) => about(to, of, ban) },
  rename: {
    takes: 'NAME = NEW',
    says: 'another name',
    act: (of, to) => about(to, of, (now, id, rest) => rename(now, id, rest)),
  },
  team: {
    takes: 'NAME = TEAM',
    says: 'into a team; without one into none',
    act: (of, to) => about(to, of, (now, id, rest) => assign(now, id, rest || undefined)),
  },
  points: {
    takes: 'NAME = 5 WHY',
    says: 'more points by hand, or fewer: -5',
    act: (of, to) =>
      about(to, of, (now, id, rest) => {
        const [, points = '', why = ''] = /^([+-]?\d{1,5})\s*(.*)$/.exec(rest) ?? [];
        return adjust(now, id, points ? Number(points) : Number.NaN, why);
      }),
  },
  device: { takes: 'NAME', says: 'a code with which the player goes on on another machine', act: deviceFor },
  regrade: { takes: 'LEVEL', says: 'grade it anew', act: (of, to) => done(to, (now) => regrade(now, of)) },
  erase: { takes: 'NAME', says: 'nothing of the player is kept', act: eraseOne },
  pages: { takes: '', says: 'new links to your page and to the projector', act: (_, { links }) => links() },
  quit: { takes: '', says: 'end the host; nothing is lost', act: () => [] },
  help: { takes: '', says: 'this list', act: helpLines },
};

/** Carries out what was typed; gives what there is to say about it, in texts that may hold names of players. */
export async function obeyed(typed: string, hosting: Hosting): Promise<readonly string[]> {
  const [word = '', ...rest] = typed.trim().split(/\s+/);
  const of = rest.join(' ');
  if (!word) return [];
  const known = Object.hasOwn(acts, word) ? acts[word] : undefined;
  if (!known)
    return [`There is no "${quoted(word)}" here.${didYouMean(word, Object.keys(acts))} Type help for what there is.`];
  if (known.takes && !of) return [`Type ${word} ${known.takes}.`];
  try {
    return await known.act(of, hosting);
  } catch (error) {
    if (error instanceof StoreFault) return [error.message];
    throw error;
  }
}

function helpLines(): readonly string[] {
  const width = Math.max(...Object.entries(acts).map(([word, { takes }]) => word.length + takes.length)) + 3;
  return Object.entries(acts).map(([word, { takes, says }]) => `${`${word} ${takes}`.padEnd(width)}${says}`);
}

/** What was asked for is told like what others do, when it is in the log; a refusal is said at once. */
async function done({ host }: Hosting, decide: (now: Competition) => Decision): Promise<readonly string[]> {
  const result = await host.command(decide);
  return 'refused' in result ? [result.refused] : [];
}

type About = (now: Competition, player: string, rest: string) => Decision;

async function about(hosting: Hosting, typed: string, decide: About): Promise<readonly string[]> {
  const [name = '', ...rest] = typed.split('=');
  const found = playerNamed(hosting.host.competition(), name.trim());
  if ('refused' in found) return [found.refused];
  return done(hosting, (now) => decide(now, found.id, rest.join('=').trim()));
}

async function eraseOne(name: string, { host }: Hosting): Promise<readonly string[]> {
  const found = playerNamed(host.competition(), name);
  if ('refused' in found) return [found.refused];
  const refusal = await host.erase(found.id);
  return [refusal?.refused ?? 'Nothing of this player is kept any more.'];
}

async function deviceFor(name: string, { host }: Hosting): Promise<readonly string[]> {
  const found = playerNamed(host.competition(), name);
  if ('refused' in found) return [found.refused];
  const { code, hash } = newDeviceCode();
  const result = await host.command((now) => newCode(now, found.id, hash));
  if ('refused' in result) return [result.refused];
  return [`There, once and within ${codeLife / 60_000} minutes: the command of the others, with --device ${code}`];
}

function playerNamed(competition: Competition, name: string): { readonly id: string } | Pick<Refusal, 'refused'> {
  const id = competition.names.get(foldedName(name));
  if (id !== undefined && competition.players.has(id)) return { id };
  const names = [...competition.players.values()].map((player) => player.name);
  return { refused: `There is no player "${bareName(name)}".${didYouMean(name, names)}` };
}

async function beginRound(typed: string, hosting: Hosting): Promise<readonly string[]> {
  const asked = roundTyped(typed);
  const rules = rulesFrom(asked, hosting.rules);
  if (typeof rules === 'string') return [rules];
  const levels = hosting.chosen(asked.levels);
  if (typeof levels === 'string') return [levels];
  const number = hosting.host.competition().rounds.length + 1;
  return done(hosting, (now) => newRound(now, hosting.roundWith(levels, `Round ${number}`, rules)));
}

// ---- telling ----------------------------------------------------------------------------------------------------

const states: Readonly<Record<EventOf<'state'>['state'], string>> = {
  lobby: 'The lobby is open.',
  running: 'The round runs.',
  paused: 'The round is paused.',
  ended: 'The round is over. What is still to be graded is graded.',
  revealed: 'The results are shown.',
};

/** An event in words, if there is anything to say about it. */
export function tell({ event }: Stored, competition: Competition): readonly string[] {
  const nameOf = (player: string) => bareName(competition.players.get(player)?.name ?? 'somebody');
  switch (event.type) {
    case 'round':
      return [`${bareName(event.title)} is in its lobby, with ${levelsInWords(event)}. Type start to begin it.`];
    case 'state':
      return [states[event.state]];
    case 'freeze':
      return [event.frozen ? 'The board stands still.' : 'The board moves again.'];
    case 'joined': {
      const there = [...competition.players.values()].filter(({ standing }) => standing === 'in').length;
      return [
        `${nameOf(event.player)} has joined${event.team ? ` for ${bareName(event.team)}` : ''}: ${there === 1 ? 'one player' : `${there} players`}.`,
      ];
    }
    case 'graded': {
      const level = event.attempt.split('/')[1];
      if (event.fault) return [`${nameOf(event.player)}: ${level} does not count. ${event.fault}`];
      return event.outcome === 'met' ? [`${nameOf(event.player)} has solved ${level}: ${event.points} points.`] : [];
    }
    case 'adjusted':
      return [`${nameOf(event.player)}: ${event.points > 0 ? '+' : ''}${event.points} points, ${bareName(event.why)}.`];
    case 'renamed':
      return [`Somebody is called ${bareName(event.name)} now.`];
    case 'teamed':
      return [`${nameOf(event.player)} plays for ${event.team ? bareName(event.team) : 'no team'}.`];
    case 'kicked':
      return [`${nameOf(event.player)} is out${event.banned ? ', and may not join again' : ''}.`];
    case 'regrade':
      return [`${event.level} is graded anew.`];
    default:
      return [];
  }
}

const levelsInWords = ({ levels, rules }: EventOf<'round'>): string =>
  `${levels.length === 1 ? 'one level' : `${levels.length} levels`} and ${rulesInWords(rules)}`;

function boardLines(competition: Competition): readonly string[] {
  const { top, levels, players } = boardOf(competition, 'live');
  const left = competition.ungraded.size;
  const grading = left ? [`${left === 1 ? 'One attempt is' : `${left} attempts are`} still being graded.`] : [];
  if (!top.length) return [nobodyYet, ...grading];
  return [
    `${boardTitle({ players, frozen: false })}:`,
    ...top.map(
      ({ rank, name, team, points, solved }) =>
        `${String(rank).padStart(3)}. ${bareName(name)}${team ? ` (${bareName(team)})` : ''}: ${points} points, ${solved} of ${levels.length} levels`,
    ),
    ...grading,
  ];
}

function playerLines(competition: Competition): readonly string[] {
  const number = roundOf(competition)?.number ?? 0;
  const rows = [...competition.players.values()].map(({ name, standing, attempts }) => {
    const own = [...attempts.values()].filter(({ round }) => round === number);
    const last = own.at(-1);
    const at = last ? `last at ${last.level}` : 'not begun';
    return `${bareName(name)}: ${standing === 'in' ? at : standing}`;
  });
  return rows.length ? rows : ['Nobody is there yet.'];
}
