// What a host knows of a competition: a fold of its log, and the same on every host that has read as far.
import type { Move } from '../game/attempt.ts';
import { attemptPattern, type CompetitionEvent, type EventOf, type Rules, type Stored } from './events.ts';
import { foldedName } from './names.ts';

export type State = EventOf<'state'>['state'];

export interface Round {
  /** From 1. */
  readonly number: number;
  readonly title: string;
  readonly levels: EventOf<'round'>['levels'];
  readonly rules: Rules;
  /** When it first ran; it has not where there is none. */
  readonly started?: number;
}
export interface Moved {
  readonly move: Move;
  /** The event's. */
  readonly number: number;
  readonly at: number;
}
/** What an attempt came to, with the number of the event that says it. */
export type Graded = EventOf<'graded'> & { readonly number: number };
export interface Attempt {
  /** As in `1/first-contact/2`: in which round, at which level, the how manieth. */
  readonly id: string;
  readonly player: string;
  readonly round: number;
  readonly level: string;
  readonly nth: number;
  readonly contentHash: string;
  readonly at: number;
  readonly moves: readonly Moved[];
  /** Of the newest grading the grade of the most moves. */
  readonly grade?: Graded;
  /** Where `grade` came after the freeze: what stood there before. */
  readonly earlier?: Graded | undefined;
}
export interface Player {
  readonly id: string;
  readonly name: string;
  readonly team?: string | undefined;
  /** The number and time of the event. */
  readonly joined: number;
  readonly at: number;
  readonly standing: 'in' | 'kicked' | 'banned';
  /** The number of the last event that graded an attempt of the player's; 0 before. */
  readonly graded: number;
  readonly attempts: ReadonlyMap<string, Attempt>;
  readonly adjusted: readonly {
    readonly round: number;
    readonly points: number;
    readonly why: string;
    readonly number: number;
  }[];
}
/** How it is read from outside. Only `applyEvents` changes it. */
export interface Competition {
  /** Of the last event in it. */
  readonly number: number;
  /** Of the last event by which a board that moves may have changed. */
  readonly changed: number;
  /** The same of the public board, which may stand still. */
  readonly shown: number;
  /** The first event. */
  readonly created?: EventOf<'created'>;
  readonly state: State;
  /** Since when it has been running, last. */
  readonly runningSince?: number;
  /** The number of the event at which the public board stands still. */
  readonly frozen?: number | undefined;
  readonly rounds: readonly Round[];
  readonly players: ReadonlyMap<string, Player>;
  /** Players by the hash of their token. */
  readonly tokens: ReadonlyMap<string, string>;
  /** The codes that no device has used yet, by hash: whose, and from when. Each player's newest alone. */
  readonly codes: ReadonlyMap<string, { readonly player: string; readonly at: number }>;
  /** Whose each name is that was ever taken, by folded name. */
  readonly names: ReadonlyMap<string, string>;
  /** How often each level was to be graded anew. */
  readonly regrades: ReadonlyMap<string, number>;
  /** Attempts whose grade does not know all moves yet, or is not of the newest grading. */
  readonly ungraded: ReadonlySet<Attempt>;
}

export const emptyCompetition = (): Competition =>
  ({
    number: 0,
    changed: 0,
    shown: 0,
    state: 'lobby',
    rounds: [],
    players: new Map(),
    tokens: new Map(),
    codes: new Map(),
    names: new Map(),
    regrades: new Map(),
    ungraded: new Set(),
  }) satisfies Competition;

/**
 * Adds the events, which follow those in it, and gives it back. So that 100,000 events are read in a moment, it is the
 * same value, changed: whoever wants to keep an older one folds it anew. Events that it knows already change nothing.
 */
export function applyEvents(competition: Competition, events: readonly Stored[]): Competition {
  const folded = competition as Folded;
  for (const stored of events) {
    if (stored.number <= folded.number) continue;
    folded.number = stored.number;
    noteShown(folded, stored);
    applyEvent(folded, stored.event, stored);
  }
  return folded;
}

/** The round that is played, or that was last; none before the first. */
export const roundOf = (competition: Competition): Round | undefined => competition.rounds.at(-1);

/** Whose token it is, by its hash; none of those who were taken out. */
export const playerOf = (competition: Competition, token: string): Player | undefined =>
  competition.players.get(competition.tokens.get(token) ?? '');

/** Those who were not taken out, in the order in which they joined. */
export const playersIn = (competition: Competition): Player[] =>
  [...competition.players.values()].filter(({ standing }) => standing === 'in');

export const attemptId = (round: number, level: string, nth: number): string => `${round}/${level}/${nth}`;

/** What an attempt's id says; nothing where it is none. */
export function partsOf(
  id: string,
): { readonly round: number; readonly level: string; readonly nth: number } | undefined {
  const [round, level, nth] = attemptPattern.test(id) ? id.split('/') : [];
  return level === undefined ? undefined : { round: Number(round), level, nth: Number(nth) };
}

/** Nothing more can be done in it. Only its grade knows: what came since may not be graded yet. */
export const isOver = ({ grade }: Attempt): boolean => grade?.outcome === 'met' || grade?.fault !== undefined;

type Mutable<Of> = { -readonly [Key in keyof Of]: MutableValue<Of[Key]> };
type MutableValue<Of> =
  Of extends ReadonlyMap<infer Key, infer Value>
    ? Map<Key, Value>
    : Of extends ReadonlySet<infer Value>
      ? Set<Value>
      : Of extends readonly (infer Value)[]
        ? Value[]
        : Of;
type Folded = Mutable<Omit<Competition, 'players' | 'ungraded'>> & {
  players: Map<string, FoldedPlayer>;
  ungraded: Set<Attempt>;
};
type FoldedAttempt = Mutable<Attempt>;
type FoldedPlayer = Mutable<Omit<Player, 'attempts'>> & { attempts: Map<string, FoldedAttempt> };

/** What shows on the board even while it stands still: a name that nobody should read goes at once. */
const shownAlways = new Set<CompetitionEvent['type']>(
  'created round state freeze renamed teamed kicked erased'.split(' ') as CompetitionEvent['type'][],
);
const shownUnfrozen = new Set<CompetitionEvent['type']>(['joined', 'graded', 'adjusted']);

function noteShown(competition: Folded, { number, event: { type } }: Stored): void {
  const always = shownAlways.has(type);
  if (!always && !shownUnfrozen.has(type)) return;
  competition.changed = number;
  if (always || competition.frozen === undefined) competition.shown = number;
}

function applyEvent(competition: Folded, event: CompetitionEvent, { number, at }: Stored): void {
  const player = 'player' in event ? competition.players.get(event.player ?? '') : undefined;
  switch (event.type) {
    case 'created':
      competition.created = event;
      return;
    case 'round':
      competition.rounds.push({
        number: competition.rounds.length + 1,
        title: event.title,
        levels: event.levels,
        rules: event.rules,
      });
      competition.state = 'lobby';
      competition.frozen = undefined;
      return;
    case 'state':
      competition.state = event.state;
      if (event.state === 'running') run(competition, at);
      if (event.state === 'revealed') competition.frozen = undefined;
      return;
    case 'freeze':
      if (!event.frozen) competition.frozen = undefined;
      else competition.frozen ??= number;
      return;
    case 'joined':
      // Asked for twice at the same moment, at two hosts: the first counts.
      if (player) return;
      competition.players.set(event.player, {
        id: event.player,
        name: event.name,
        team: event.team,
        joined: number,
        at,
        standing: 'in',
        graded: 0,
        attempts: new Map(),
        adjusted: [],
      });
      competition.tokens.set(event.token, event.player);
      competition.names.set(foldedName(event.name), event.player);
      return;
    case 'code':
      dropSecrets(competition.codes, ({ player }) => player === event.player);
      if (player?.standing === 'in') competition.codes.set(event.code, { player: event.player, at });
      return;
    case 'device':
      competition.codes.delete(event.code);
      dropSecrets(competition.tokens, (owner) => owner === event.player);
      if (player?.standing === 'in') competition.tokens.set(event.token, event.player);
      return;
    case 'began':
      if (player) begin(player, event, at);
      return;
    case 'moved': {
      const attempt = player?.attempts.get(event.attempt);
      if (!player || attempt?.moves.length !== event.index) return;
      attempt.moves.push({ move: event.move, number, at });
      noteUngraded(competition, player, attempt);
      return;
    }
    case 'graded': {
      const attempt = player?.attempts.get(event.attempt);
      if (!player || !attempt || event.moves > attempt.moves.length || !isNewer(event, attempt.grade)) return;
      player.graded = number;
      const { frozen } = competition;
      if (frozen !== undefined && (attempt.grade?.number ?? 0) <= frozen) attempt.earlier = attempt.grade;
      attempt.grade = { ...event, number };
      noteUngraded(competition, player, attempt);
      return;
    }
    case 'regrade':
      competition.regrades.set(event.level, Math.max(event.regrade, competition.regrades.get(event.level) ?? 0));
      for (const one of competition.players.values())
        for (const attempt of one.attempts.values())
          if (attempt.level === event.level) noteUngraded(competition, one, attempt);
      return;
    case 'adjusted':
      player?.adjusted.push({ round: competition.rounds.length, points: event.points, why: event.why, number });
      return;
    case 'renamed':
      if (!player) return;
      player.name = event.name;
      competition.names.set(foldedName(event.name), event.player);
      return;
    case 'teamed':
      if (player) player.team = event.team;
      return;
    case 'kicked':
      if (player) player.standing = event.banned ? 'banned' : 'kicked';
      silence(competition, event.player);
      return;
    case 'erased':
      if (event.player !== undefined) forget(competition, event.player);
  }
}

function run(competition: Folded, at: number): void {
  competition.runningSince = at;
  const round = competition.rounds.pop();
  if (round) competition.rounds.push({ ...round, started: round.started ?? at });
}

function begin(player: FoldedPlayer, { attempt, contentHash }: EventOf<'began'>, at: number): void {
  const parts = partsOf(attempt);
  if (!parts || player.attempts.has(attempt)) return;
  player.attempts.set(attempt, { id: attempt, player: player.id, ...parts, contentHash, at, moves: [] });
}

/** Grades come from several hosts, in any order: of the newest grading that of the most moves counts. */
const isNewer = (grade: EventOf<'graded'>, than: Graded | undefined): boolean =>
  !than || grade.regrade > than.regrade || (grade.regrade === than.regrade && grade.moves > than.moves);

function noteUngraded({ regrades, ungraded }: Folded, player: FoldedPlayer, attempt: FoldedAttempt): void {
  const { grade, moves, level } = attempt;
  const whole = grade && grade.moves >= moves.length && grade.regrade >= (regrades.get(level) ?? 0);
  if (player.standing === 'in' && moves.length > 0 && !whole) ungraded.add(attempt);
  else ungraded.delete(attempt);
}

function silence(competition: Folded, player: string): void {
  dropSecrets(competition.tokens, (owner) => owner === player);
  dropSecrets(competition.codes, (code) => code.player === player);
  for (const attempt of competition.players.get(player)?.attempts.values() ?? []) competition.ungraded.delete(attempt);
}

function forget(competition: Folded, player: string): void {
  silence(competition, player);
  competition.players.delete(player);
  dropSecrets(competition.names, (owner) => owner === player);
}

function dropSecrets<Value>(map: Map<string, Value>, is: (value: Value) => boolean): void {
  for (const [key, value] of map) if (is(value)) map.delete(key);
}
