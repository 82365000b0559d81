// What the teacher asks for, decided: the events to append, or one sentence that refuses.
import { type Decision, keyOfName, nameTaken, type Refusal, teamOf } from './commands.ts';
import { type Competition, type Player, roundOf, type State } from './competition.ts';
import type { Wanted } from './eventStore.ts';
import type { CompetitionEvent, EventOf } from './events.ts';
import { foldedName, nicknameOf, titleOf } from './names.ts';

/** From which states each of these can be asked for, what comes of it, and what is said elsewhere. */
const turns = {
  start: { from: ['lobby'], to: 'running', else: 'The round can be started in its lobby alone.' },
  pause: { from: ['running'], to: 'paused', else: 'Only a round that is running can be paused.' },
  resume: { from: ['paused'], to: 'running', else: 'The round is not paused.' },
  end: { from: ['running', 'paused'], to: 'ended', else: 'No round is running.' },
  reveal: { from: ['ended'], to: 'revealed', else: 'The results can be revealed once the round has ended.' },
} as const satisfies Record<string, { from: readonly State[]; to: State; else: string }>;
export type Turn = keyof typeof turns;

export function turn(competition: Competition, asked: Turn): Decision {
  const { from, to, else: says } = turns[asked];
  if (!roundOf(competition)) return no('There is no round yet. Choose its levels first.');
  if (!(from as readonly State[]).includes(competition.state)) return no(says);
  return just({ event: { type: 'state', state: to } });
}

/** The public board stands still from here on. Whoever is renamed or taken out is so on it, too. */
export function freeze(competition: Competition): Decision {
  if (competition.frozen !== undefined) return no('The board stands still already.');
  if (competition.state !== 'running' && competition.state !== 'paused')
    return no('The board can be frozen while a round is running.');
  return just({ event: { type: 'freeze', frozen: true } });
}

export function unfreeze(competition: Competition): Decision {
  if (competition.frozen === undefined) return no('The board is not frozen.');
  return just({ event: { type: 'freeze', frozen: false } });
}

/** A new round, in its lobby. Where its event was not fresh, one was begun on another host. */
export function newRound(competition: Competition, asked: Omit<EventOf<'round'>, 'type'>): Decision {
  if (competition.state === 'running' || competition.state === 'paused')
    return no('End the round that is running first.');
  const titled = titleOf(asked.title);
  if ('refused' in titled) return no(titled.refused);
  const { levels } = asked;
  if (levels.length === 0) return no('A round needs a level.');
  const twice = levels.find(({ id }, index) => levels.findIndex((other) => other.id === id) !== index);
  if (twice) return no(`The level ${twice.id} is in the round twice.`);
  const number = competition.rounds.length + 1;
  if (number > mostRounds) return no(`A competition has at most ${mostRounds} rounds. Begin a new competition.`);
  return just({ key: `round:${number}`, event: { ...asked, type: 'round', title: titled.name } });
}

/** Takes a player out: the token is void. Nobody with the name of who is banned joins again. */
export function kick(competition: Competition, player: string): Decision {
  return about(competition, player, ({ standing }) =>
    standing === 'in' ? just({ event: { type: 'kicked', player, banned: false } }) : no('This player is out already.'),
  );
}
export function ban(competition: Competition, player: string): Decision {
  return about(competition, player, ({ standing }) =>
    standing === 'banned'
      ? no('This player is banned already.')
      : just({ event: { type: 'kicked', player, banned: true } }),
  );
}

/** Where its event was not fresh: `nameTaken`. */
export function rename(competition: Competition, player: string, typed: string): Decision {
  return about(competition, player, ({ name: former }) => {
    const named = nicknameOf(typed);
    if ('refused' in named) return no(named.refused);
    const { name } = named;
    if (name === former) return no('The player has this name already.');
    const owner = competition.names.get(foldedName(name));
    if (owner !== undefined && owner !== player) return nameTaken;
    const event: CompetitionEvent = { type: 'renamed', player, name };
    // What was the player's once stays taken, for the player as well: its key is no use a second time.
    return just(owner === player ? { event } : { key: keyOfName(name), event });
  });
}

/** Without a name: into no team. */
export function assign(competition: Competition, player: string, typed: string | undefined): Decision {
  return about(competition, player, () => {
    if (typed === undefined) return just({ event: { type: 'teamed', player } });
    const team = teamOf(competition, typed);
    return 'refused' in team ? no(team.refused) : just({ event: { type: 'teamed', player, team: team.name } });
  });
}

/** Adds points to what the player has in this round, or takes some away. */
export function adjust(competition: Competition, player: string, points: number, why: string): Decision {
  return about(competition, player, () => {
    if (!roundOf(competition)) return no('There is no round yet. Choose its levels first.');
    if (!Number.isInteger(points) || points === 0 || Math.abs(points) > 10_000)
      return no('Give a whole number of points from -10,000 to 10,000 that is not 0.');
    const reason = titleOf(why);
    return 'refused' in reason
      ? no(reason.refused)
      : just({ event: { type: 'adjusted', player, points, why: reason.name } });
  });
}

/** All attempts at the level are graded once more. */
export function regrade(competition: Competition, level: string): Decision {
  if (!competition.rounds.some(({ levels }) => levels.some(({ id }) => id === level)))
    return no(`The level ${level} is in no round.`);
  const number = (competition.regrades.get(level) ?? 0) + 1;
  return just({ key: `regrade:${level}:${number}`, event: { type: 'regrade', level, regrade: number } });
}

/** First `erase(player)` of the store, then these events, so that the other hosts forget the player as well. */
export function erase(competition: Competition, player: string): Decision {
  return about(competition, player, () => just({ event: { type: 'erased', player } }));
}

/** As many as an attempt's id has digits for. */
const mostRounds = 999;
const no = (refused: string): Refusal => ({ refused, type: 'blank' });
const just = (...events: Wanted[]): Decision => ({ events });

function about(competition: Competition, id: string, decide: (player: Player) => Decision): Decision {
  const player = competition.players.get(id);
  return player ? decide(player) : no('There is no such player.');
}
