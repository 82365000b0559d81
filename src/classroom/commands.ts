// What players ask for, decided: the events to append, or one sentence that refuses. Checks stand in their order; the first
// that fails speaks. What the teacher asks for is in `teaching.ts`.
import { createHash, randomInt } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { mostMoves } from '../game/attempt.ts';
import {
  type Attempt,
  attemptId,
  type Competition,
  isOver,
  type Player,
  partsOf,
  playerOf,
  playersIn,
  roundOf,
} from './competition.ts';
import type { Wanted } from './eventStore.ts';
import type { CompetitionEvent } from './events.ts';
import { alphabet } from './joinCode.ts';
import { foldedName, generatedName, generatedNames, nicknameOf, teamNameOf } from './names.ts';
import type { Moves, ProblemWord, Received } from './wire.ts';

export interface Refusal {
  /** One sentence for whoever asked. */
  readonly refused: string;
  /** What the asker's program does about it; `blank` where there is nothing that it could do. */
  readonly type: ProblemWord | 'blank';
}
export type Decision<More = unknown> = ({ readonly events: readonly Wanted[] } & More) | Refusal;

/** More than any school has; so that nobody fills the log by joining. */
export const mostPlayers = 5_000;
/** How long a code for another device can be used, in ms. */
export const codeLife = 15 * 60_000;

/** Also what to say where the name's key was taken when its event was appended. */
export const nameTaken: Refusal = { refused: 'Somebody has this name already. Choose another one.', type: 'name' };
/** Also where the code's key was taken. */
export const codeVoid: Refusal = {
  refused: 'No device has this code, or it was used, or it is older than 15 minutes. Ask for a new one.',
  type: 'code',
};
const noToken: Refusal = {
  refused: 'This place in the competition is not yours any more. Join again, or ask your teacher.',
  type: 'token',
};

interface Joining {
  readonly name?: string | undefined;
  readonly team?: string | undefined;
  /** As in the events, the same whenever the same key asks; of the token its hash. */
  readonly player: string;
  readonly token: string;
  /** A random whole number from 0, for a name where none is given. */
  readonly random: number;
}

/**
 * A player joins, also late; whoever joined with the same key already has that place, as long as it is theirs. Where its event was
 * not fresh, somebody on another host was faster: `nameTaken`.
 */
export function join(competition: Competition, asked: Joining): Decision<{ readonly name: string }> {
  const already = competition.players.get(asked.player);
  if (already) return playerOf(competition, asked.token) ? { events: [], name: already.name } : noToken;
  if (competition.state === 'ended' || competition.state === 'revealed')
    return later('This round is over. Join when the next one begins.');
  if (competition.players.size >= mostPlayers) return later(`The competition is full: it has ${mostPlayers} players.`);
  const named = asked.name === undefined ? { name: freeName(competition, asked.random) } : nicknameOf(asked.name);
  if ('refused' in named) return { ...named, type: 'name' };
  const { name } = named;
  const folded = foldedName(name);
  const owner = competition.names.get(folded);
  if (owner !== undefined && competition.players.get(owner)?.standing === 'banned')
    return { refused: 'Your teacher does not let this name join.', type: 'banned' };
  if (owner !== undefined) return nameTaken;
  const team = asked.team === undefined ? undefined : teamOf(competition, asked.team);
  if (team && 'refused' in team) return { ...team, type: 'name' };
  const { player, token } = asked;
  const event: CompetitionEvent = { type: 'joined', player, name, token, ...(team ? { team: team.name } : {}) };
  return { events: [{ key: keyOfName(name), event }], name };
}

/** The token's player, or why there is none: the first check of whatever a player asks for. */
export function seated(competition: Competition, token: string): { readonly player: Player } | Refusal {
  const player = playerOf(competition, token);
  return player ? { player } : noToken;
}

/**
 * What of a request with moves is to be appended, and the answer that is true once it was. What is kept already is kept once more, in
 * every state, so a request can be sent again. Another host may have been faster: after the events were appended and
 * folded, deciding the same request again gives no events, and the answer that is true.
 */
export function beginAndMove(
  competition: Competition,
  token: string,
  { began, moves }: Moves,
): Decision<{ readonly received: Received }> {
  const seat = seated(competition, token);
  if ('refused' in seat) return seat;
  const { player } = seat;
  const events: Wanted[] = [];
  const refused: Received['refused'] = [];
  const drafts = new Map<string, Draft>();
  const draftOf = (id: string): Draft => {
    const draft = drafts.get(id) ?? draftFrom(player.attempts.get(id));
    drafts.set(id, draft);
    return draft;
  };
  // Only what is new depends on whether it may be played now.
  const fresh =
    began.some(({ attempt }) => !player.attempts.has(attempt)) ||
    moves.some(({ attempt, index }) => index >= (player.attempts.get(attempt)?.moves.length ?? 0));
  if (fresh && competition.state === 'lobby') return later('The round has not begun yet. Wait for your teacher.');
  if (fresh && competition.state === 'paused')
    return later('The round is paused. Your answers are kept and sent later.');

  for (const { attempt, contentHash } of began) {
    const draft = draftOf(attempt);
    const says =
      draft.contentHash === undefined
        ? whyNotBegun(competition, (id) => draftOf(id).contentHash !== undefined, attempt, contentHash)
        : contentHash !== draft.contentHash && otherVersion(attempt);
    if (says) refused.push({ attempt, says });
    if (says || draft.contentHash !== undefined) continue;
    draft.contentHash = contentHash;
    events.push({
      key: `began:${player.id}:${attempt}`,
      event: { type: 'began', player: player.id, attempt, contentHash },
    });
  }
  for (const { attempt, index, move } of moves) {
    const draft = draftOf(attempt);
    const held = draft.moves[index];
    const says = held === undefined ? whyNotMoved(competition, attempt, draft, index) : otherThan(held, move);
    if (says) refused.push({ attempt, index, says });
    if (says || held !== undefined) continue;
    draft.moves.push(move);
    events.push({
      key: `move:${player.id}:${attempt}:${index}`,
      event: { type: 'moved', player: player.id, attempt, index, move },
    });
  }
  const kept = Object.fromEntries([...drafts].map(([id, draft]) => [id, draft.moves.length]));
  return { events, received: { kept, refused } };
}

/** A new one. Of Crockford's alphabet, in which no letter looks like another: 40 bits, for one use in a quarter of an hour. */
export function newDeviceCode(): { readonly code: string; readonly hash: string } {
  const code = Array.from({ length: 8 }, () => alphabet[randomInt(alphabet.length)]).join('');
  return { code, hash: createHash('sha256').update(code).digest('hex') };
}

/** A code with which a player goes on on another device, asked for by the old one or the teacher. `code` is its hash. */
export function newCode(competition: Competition, player: string, code: string): Decision {
  if (competition.players.get(player)?.standing !== 'in') return noToken;
  return { events: [{ event: { type: 'code', player, code } }] };
}

/** The new device goes on. Where its event was not fresh, the code was used on another host: `codeVoid`. */
export function useCode(
  competition: Competition,
  { code, token, now }: { readonly code: string; readonly token: string; readonly now: number },
): Decision<{ readonly player: string; readonly name: string }> {
  const held = competition.codes.get(code);
  const player = competition.players.get(held?.player ?? '');
  if (!held || !player || now - held.at > codeLife) return codeVoid;
  const event: CompetitionEvent = { type: 'device', player: player.id, code, token };
  return { events: [{ key: `code:${code}`, event }], player: player.id, name: player.name };
}

export const keyOfName = (name: string): string => `name:${foldedName(name)}`;

/** The team of that name, in the letters of whoever named it first. */
export function teamOf(competition: Competition, typed: string): ReturnType<typeof teamNameOf> {
  const named = teamNameOf(typed);
  if ('refused' in named) return named;
  const folded = foldedName(named.name);
  const first = playersIn(competition).find(({ team }) => team !== undefined && foldedName(team) === folded);
  return { name: first?.team ?? named.name };
}

/** An attempt as it is with what of the request was taken so far. */
interface Draft {
  contentHash: string | undefined;
  readonly moves: unknown[];
  readonly attempt: Attempt | undefined;
}
const draftFrom = (attempt: Attempt | undefined): Draft => ({
  contentHash: attempt?.contentHash,
  moves: attempt?.moves.map(({ move }) => move) ?? [],
  attempt,
});

/** In this order, what keeps an attempt from being played at all. */
function whyNotPlayed(competition: Competition, id: string): string | undefined {
  const round = roundOf(competition);
  const parts = partsOf(id);
  if (!parts || !round) return 'There is no such attempt. Update https-quest and join again.';
  if (parts.round !== round.number) return 'Its round is over.';
  if (!round.levels.some((level) => level.id === parts.level)) return 'The level is not in this round.';
  if (parts.nth > round.rules.attempts)
    return `Each level has ${round.rules.attempts} ${round.rules.attempts === 1 ? 'attempt' : 'attempts'} in this round.`;
  if (competition.state !== 'running') return 'The round has ended: what comes now does not count.';
  return undefined;
}

function whyNotBegun(
  competition: Competition,
  hasBegun: (attempt: string) => boolean,
  id: string,
  contentHash: string,
): string | undefined {
  const not = whyNotPlayed(competition, id);
  const parts = partsOf(id);
  if (not !== undefined || !parts) return not;
  const { round, level, nth } = parts;
  if (roundOf(competition)?.levels.find((one) => one.id === level)?.contentHash !== contentHash)
    return otherVersion(id);
  if (nth > 1 && !hasBegun(attemptId(round, level, nth - 1))) return `Attempt ${nth - 1} at the level comes first.`;
  return undefined;
}

function whyNotMoved(competition: Competition, id: string, draft: Draft, index: number): string | undefined {
  const not = whyNotPlayed(competition, id);
  if (not !== undefined) return not;
  if (draft.contentHash === undefined) return 'The attempt was not begun.';
  if (draft.attempt?.grade?.fault !== undefined) return 'The attempt could not be replayed: it counts for nothing.';
  if (draft.attempt && isOver(draft.attempt)) return 'The attempt is over.';
  if (index >= mostMoves) return `An attempt has at most ${mostMoves} moves.`;
  if (index > draft.moves.length) return `Move ${draft.moves.length + 1} of the attempt comes first.`;
  return undefined;
}

const otherThan = (held: unknown, move: unknown): string | undefined =>
  isDeepStrictEqual(held, move) ? undefined : 'The first answer counts, and there is one already.';
const otherVersion = (id: string): string =>
  `The level ${partsOf(id)?.level} is another one here than at the host. Update https-quest.`;
const later = (refused: string): Refusal => ({ refused, type: 'later' });

function freeName(competition: Competition, random: number): string {
  for (let more = 0; more < generatedNames; more++) {
    const name = generatedName(random + more);
    if (!competition.names.has(foldedName(name))) return name;
  }
  throw new Error(`There are more players than ${generatedNames} names.`);
}
