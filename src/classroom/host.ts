// A host: the log of a competition, folded as it grows, and what players and teacher may do with it. Of several hosts on one
// database each is this.
import { createHash, createHmac, randomBytes, randomInt } from 'node:crypto';
import type { Level } from '../game/level.ts';
import { type Failure, failure } from '../live/dial.ts';
import { type Desk, playersApi } from './api.ts';
import { boardOf, standingOf } from './board.ts';
import { changes } from './changes.ts';
import { beginAndMove, codeVoid, type Decision, join, nameTaken, type Refusal, seated, useCode } from './commands.ts';
import { applyEvents, type Competition, emptyCompetition } from './competition.ts';
import { type EventStore, StoreFault } from './eventStore.ts';
import { type EventOf, eventsVersion, type Stored } from './events.ts';
import { graders as newGraders } from './graders.ts';
import { gradingQueue } from './gradingQueue.ts';
import type { HostKey } from './hostKey.ts';
import { listen } from './listener.ts';
import { generatedNames } from './names.ts';
import { streams } from './streams.ts';
import { erase } from './teaching.ts';
import type { Seat } from './wire.ts';

export interface HostOptions {
  /** Open; whoever opened it closes it after the host. */
  readonly store: EventStore;
  /** Of the competition, where the log is empty. */
  readonly fresh: { readonly title: string; readonly version: string; readonly key: () => HostKey };
  /** Those that this program has. */
  readonly levels: readonly Level[];
  /** The built `src/cli/grader.ts`, and how many threads run it. */
  readonly grader: URL;
  readonly threads: number;
  /** Where players connect: `::` on all addresses, and 0 takes a port that is free. */
  readonly host: string;
  readonly port: number;
  /** Told of mistakes of our own: the host goes on. */
  readonly failed: (error: unknown) => void;
  /** Players that are told of changes at a time; 58 kB each. The others ask now and then. 2,000 unless said. */
  readonly streams?: number;
}
export interface Host {
  readonly ok: true;
  readonly port: number;
  /** As it is now. The same value changes with each event. */
  readonly competition: () => Competition;
  /**
   * What the teacher wants, as `teaching.ts` decides it. Resolves once it is durable and in `competition`, with what was
   * decided, or with the refusal; `fresh` says of each event whether it is new, or its key was taken meanwhile.
   */
  readonly command: <More>(decide: (competition: Competition) => Decision<More>) => Promise<Done<More> | Refusal>;
  /** Of this player nothing is kept, on any host. */
  readonly erase: (player: string) => Promise<Refusal | undefined>;
  /** Told of the events after they are in `competition`; gives what ends it. */
  readonly changed: (listener: (events: readonly Stored[]) => void) => () => void;
  readonly close: () => Promise<void>;
}
export type Done<More = unknown> = { readonly fresh: readonly boolean[] } & More;

/** Begins or goes on with the competition of the store, and listens; else one sentence says why not. */
export async function startHost(options: HostOptions): Promise<Host | Failure> {
  const { store, levels, failed } = options;
  const competition = emptyCompetition();
  const listeners = new Set<(events: readonly Stored[]) => void>();
  const noted = changes();
  const { reached, reach, give } = waiters(() => competition.number);
  try {
    if ((await store.head()) === 0) await store.append([{ key: 'created', event: created(options.fresh) }]);
    for (let more = await store.read(0); more.length; more = await store.read(competition.number)) {
      applyEvents(competition, more);
      noted.note(more);
    }
  } catch (error) {
    if (error instanceof StoreFault) return failure(error.message);
    throw error;
  }
  const unfollow = store.follow(competition.number, (events) => {
    applyEvents(competition, events);
    noted.note(events);
    reach();
    for (const listener of [...listeners]) listener(events);
  });
  if (!competition.created) throw new Error('a log that does not begin with a competition');

  const command = async <More>(decide: (competition: Competition) => Decision<More>) => {
    const decision = decide(competition);
    if ('refused' in decision) return decision;
    const appended = await store.append(decision.events);
    await reached(Math.max(0, ...appended.map(({ number }) => number)));
    return { ...decision, fresh: appended.map(({ fresh }) => fresh) };
  };
  const graders = newGraders(options.grader, options.threads);
  // While a grade is written down, its thread has the next attempt already.
  const most = 4 * options.threads;
  const queue = gradingQueue({ competition, store, graders, levels, reached, most, failed });
  const board = boards(competition);
  const told = streams({
    before: board.renew,
    head: () => competition.number,
    newsOf(token) {
      const seat = seated(competition, hashOf(token));
      return 'refused' in seat ? undefined : noted.newsOf(competition, seat.player.id);
    },
    most: options.streams ?? 2_000,
  });
  const desk = deskOf({ competition, board: board.shown, command, took: queue.took, open: told.open });
  const listener = await listen({
    key: competition.created.key,
    certificate: competition.created.certificate,
    host: options.host,
    port: options.port,
    fetch: playersApi(desk, failed).fetch,
  });
  const close = async () => {
    queue.close();
    told.close();
    // What is being appended is still answered.
    if (listener.ok) await listener.close();
    await graders.close();
    unfollow();
    give();
  };
  if (!listener.ok) {
    await close();
    return listener;
  }
  listeners.add(() => {
    told.wake();
    queue.wake();
  });
  queue.wake();
  return {
    ok: true,
    port: listener.port,
    competition: () => competition,
    command,
    async erase(player) {
      const decision = erase(competition, player);
      if ('refused' in decision) return decision;
      await store.erase(player);
      await command(() => decision);
      return undefined;
    },
    changed(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close,
  };
}

/** The board that is shown may be so old, in ms. */
const boardLife = 250;

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');
const random = (digits: number): string => randomBytes(digits / 2).toString('hex');

/**
 * The place of whoever asks with this key, the same at every host and each time, with no need to keep the key or the token. The
 * key alone gives the token: who has the log, or the competition's secret, cannot make it.
 */
function seatOf({ created }: Competition, key: string): Pick<Seat, 'player' | 'token'> {
  const drawn = createHmac('sha256', Buffer.from(created?.secret ?? '', 'hex'))
    .update(`seat|${key}`)
    .digest('hex');
  return { player: drawn.slice(0, 16), token: drawn.slice(16, 48) };
}

function created({ title, version, key }: HostOptions['fresh']): EventOf<'created'> {
  const made = key();
  return {
    type: 'created',
    v: eventsVersion,
    competition: random(16),
    title,
    version,
    secret: random(64),
    key: made.key,
    certificate: made.certificate,
  };
}

interface Office {
  readonly competition: Competition;
  readonly board: Desk['board'];
  readonly command: Host['command'];
  readonly took: (attempt: string, player: string) => void;
  readonly open: (token: string, after: number) => Response;
}

function deskOf({ competition, board, command, took, open }: Office): Desk {
  return {
    async join({ key = random(32), ...asked }) {
      const { player, token } = seatOf(competition, key);
      // A name that was drawn may be taken at the same moment: then another is drawn.
      for (let tries = 0; tries < 8; tries++) {
        const seat = { ...asked, player, token: hashOf(token), random: randomInt(generatedNames) };
        const done = await command((now) => join(now, seat));
        if ('refused' in done) return done;
        const joined = competition.players.get(player);
        if (joined) return { player, token, name: joined.name };
        if (asked.name !== undefined) break;
      }
      return nameTaken;
    },
    async device(code) {
      const token = random(32);
      const done = await command((now) => useCode(now, { code: hashOf(code), token: hashOf(token), now: Date.now() }));
      if ('refused' in done) return done;
      return done.fresh.every(Boolean) ? { player: done.player, token, name: done.name } : codeVoid;
    },
    seat(token) {
      const seat = seated(competition, hashOf(token));
      return 'refused' in seat ? seat : { player: seat.player.id };
    },
    async move(token, moves) {
      const hash = hashOf(token);
      const decide = (now: Competition) => beginAndMove(now, hash, moves);
      const decision = decide(competition);
      if ('refused' in decision) return decision;
      for (const { event } of decision.events) if (event.type === 'moved') took(event.attempt, event.player);
      const done = await command(() => decision);
      if ('refused' in done) return done;
      // Where somebody was faster with some of it, it is told how it is now.
      const now = done.fresh.every(Boolean) ? done : decide(competition);
      return 'received' in now ? now.received : now;
    },
    standing(token) {
      const seat = seated(competition, hashOf(token));
      return 'refused' in seat ? seat : standingOf(competition, seat.player);
    },
    board,
    events: open,
  };
}

/** The board as text, made anew a few times a second however many ask; `renew` is for those that are told that it changed. */
function boards(competition: Competition): { readonly shown: Desk['board']; readonly renew: () => void } {
  let last = { number: -1, text: '', at: Number.NEGATIVE_INFINITY };
  const renew = () => {
    if (last.number === competition.shown) return;
    const made = boardOf(competition);
    last = { number: made.number, text: JSON.stringify(made), at: performance.now() };
  };
  return {
    shown() {
      if (performance.now() - last.at >= boardLife) renew();
      return last;
    },
    renew,
  };
}

interface Waiters {
  /** Resolves once that event is known here; rejects with StoreFault where it does not come. */
  readonly reached: (number: number) => Promise<void>;
  readonly reach: () => void;
  /** Nobody waits any more. */
  readonly give: () => void;
}

function waiters(head: () => number): Waiters {
  let waiting: {
    readonly number: number;
    readonly resolve: () => void;
    readonly reject: (fault: StoreFault) => void;
  }[] = [];
  return {
    reached(number) {
      if (head() >= number) return Promise.resolve();
      return new Promise((resolve, reject) => {
        waiting.push({ number, resolve, reject });
      });
    },
    reach() {
      const now = head();
      for (const { number, resolve } of waiting) if (number <= now) resolve();
      waiting = waiting.filter(({ number }) => number > now);
    },
    give() {
      for (const { reject } of waiting) reject(new StoreFault('The host was closed.'));
      waiting = [];
    },
  };
}
