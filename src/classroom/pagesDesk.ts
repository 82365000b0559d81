// The host as its pages see it: the competition in the words of the levels, and what the teacher presses there as commands.
import { contentHash } from '../game/attempt.ts';
import { chapterTitle } from '../game/chapters.ts';
import type { Level } from '../game/level.ts';
import { heatMap, progressOf, stuckPlayers } from './analytics.ts';
import { boardOf } from './board.ts';
import { codeLife, type Decision, nameTaken, newCode, newDeviceCode } from './commands.ts';
import { type Competition, playersIn, roundOf } from './competition.ts';
import type { Host } from './host.ts';
import type { CommandAnswer, PageCommand } from './pageCommands.ts';
import type { Heat, PlayerState, TeacherState } from './pageState.ts';
import type { PagesHost } from './pages.ts';
import { resultsCsv, resultsOf } from './results.ts';
import { adjust, assign, ban, freeze, kick, newRound, regrade, rename, turn, unfreeze } from './teaching.ts';

export interface PagesDesk {
  readonly host: Pick<Host, 'competition' | 'command' | 'erase' | 'changed'>;
  readonly levels: readonly Level[];
  /** What players think who have it, by the misconception's id. */
  readonly beliefs: ReadonlyMap<string, string>;
  readonly address: string;
  readonly code: string;
  /** What a player types. */
  readonly command: string;
}

export function pagesDesk(desk: PagesDesk): PagesHost {
  const { host } = desk;
  return {
    state: () => teacherState(host.competition(), desk, Date.now()),
    command: (command) => carryOut(command, desk),
    changed: (listener) => host.changed(() => listener()),
    results: (kind) =>
      kind === 'csv' ? resultsCsv(host.competition()) : `${JSON.stringify(resultsOf(host.competition()), null, 2)}\n`,
  };
}

/** `now` in ms since 1970. */
export function teacherState(
  competition: Competition,
  { levels, beliefs, address, code, command }: Omit<PagesDesk, 'host'>,
  now: number,
): TeacherState {
  const round = roundOf(competition);
  const known = new Map(levels.map((level) => [level.id, level]));
  return {
    address,
    code,
    command,
    board: boardOf(competition),
    titles: (round?.levels ?? []).map(({ id }) => ({ id, title: known.get(id)?.title ?? id })),
    names: playersIn(competition).map(({ name }) => name),
    players: playerStates(competition),
    heat: heatOf(competition, known, beliefs),
    stuck: stuckPlayers(competition, now).map(({ player, level, since, wrong }) => ({ player, level, since, wrong })),
    catalogue: levels.map(({ id, title, chapter }) => ({ id, title, chapter: chapterTitle(chapter) })),
  };
}

function playerStates(competition: Competition): PlayerState[] {
  const round = roundOf(competition)?.number;
  const progress = new Map(progressOf(competition).map((one) => [one.player, one]));
  return [...competition.players.values()].map(({ id, name, team, standing, attempts }) => {
    const { points = 0, levels = [] } = progress.get(id) ?? {};
    const own = [...attempts.values()].filter((attempt) => attempt.round === round);
    const times = own.map(({ at, moves }) => moves.at(-1)?.at ?? at);
    const last = own[times.indexOf(Math.max(...times))];
    const playing = levels.find(({ level, state }) => level === last?.level && state === 'playing');
    return {
      id,
      name,
      ...(team === undefined ? {} : { team }),
      standing,
      points,
      stars: levels.reduce((sum, { stars }) => sum + stars, 0),
      solved: levels.filter(({ state }) => state === 'met').length,
      ...(playing ? { level: playing.level } : {}),
      ...(times.length ? { movedAt: Math.max(...times) } : {}),
    };
  });
}

const heatOf = (competition: Competition, known: ReadonlyMap<string, Level>, beliefs: PagesDesk['beliefs']): Heat[] =>
  heatMap(competition).flatMap(({ level, players: of, misconceptions }) =>
    misconceptions.map(({ misconception, players, answer }) => ({
      level,
      misconception,
      title: beliefs.get(misconception) ?? misconception,
      players,
      of,
      answer: { ...inWords(known.get(level), answer), times: answer.players },
    })),
  );

/** The question and the answer as players read them; their ids where the level has them no more. */
function inWords(level: Level | undefined, { step, choice }: { readonly step: string; readonly choice: string }) {
  const asked = level?.acts.flatMap(({ steps }) => steps).find(({ id }) => id === step);
  const chosen = asked?.choices.find(({ id }) => id === choice);
  return { step: asked?.ask ?? step, choice: chosen && 'label' in chosen ? String(chosen.label) : choice };
}

const turned = {
  start: 'The round is running.',
  pause: 'The round is paused.',
  resume: 'The round goes on.',
  end: 'The round has ended.',
  reveal: 'The result is on the wall.',
} as const;

function carryOut(command: PageCommand, { host, levels }: PagesDesk): Promise<CommandAnswer> {
  const does = async (decide: (now: Competition) => Decision, done: string): Promise<CommandAnswer> => {
    const came = await host.command(decide);
    if ('refused' in came) return { refused: came.refused };
    if (came.fresh.every(Boolean)) return { done };
    return { refused: command.type === 'rename' ? nameTaken.refused : 'It was done on another host meanwhile.' };
  };
  switch (command.type) {
    case 'start':
    case 'pause':
    case 'resume':
    case 'end':
    case 'reveal':
      return does((now) => turn(now, command.type), turned[command.type]);
    case 'freeze':
      return does(freeze, 'The board stands still for everybody but you.');
    case 'unfreeze':
      return does(unfreeze, 'The board moves again.');
    case 'round': {
      const chosen = levels.filter(({ id }) => command.levels.includes(id));
      const missing = command.levels.find((id) => !chosen.some((level) => level.id === id));
      if (missing !== undefined) return Promise.resolve({ refused: `There is no level ${missing} here.` });
      const held = chosen.map((level) => ({ id: level.id, contentHash: contentHash(level) }));
      const asked = { title: command.title, levels: held, rules: command.rules };
      return does((now) => newRound(now, asked), 'The new round is in its lobby.');
    }
    case 'kick':
      return does((now) => kick(now, command.player), 'The player is out.');
    case 'ban':
      return does((now) => ban(now, command.player), 'The player is out, and the name cannot join again.');
    case 'rename':
      return does((now) => rename(now, command.player, command.name), 'The player has the new name.');
    case 'assign':
      return does((now) => assign(now, command.player, command.team), 'The team is changed.');
    case 'adjust':
      return does((now) => adjust(now, command.player, command.points, command.why), 'The points are counted.');
    case 'regrade':
      return does((now) => regrade(now, command.level), 'The level is graded anew.');
    case 'erase':
      return host
        .erase(command.player)
        .then((refusal) => (refusal ? { refused: refusal.refused } : { done: 'Nothing is kept of the player.' }));
    case 'device':
      return deviceCode(command.player, does);
  }
}

async function deviceCode(
  player: string,
  does: (decide: (now: Competition) => Decision, done: string) => Promise<CommandAnswer>,
): Promise<CommandAnswer> {
  const { code, hash } = newDeviceCode();
  const answer = await does((now) => newCode(now, player, hash), `Works once, for ${codeLife / 60_000} minutes.`);
  return 'done' in answer ? { ...answer, code } : answer;
}
