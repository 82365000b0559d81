// A player's part in a competition. It is played here, from the log on this disk; what was done is sent to the host in its
// order, and again until the host has said that it keeps it. Nothing that is played waits for the host.
import type * as z from 'zod';
import type { Drawn } from '../game/attempt.ts';
import type { Level } from '../game/level.ts';
import type { AttemptLog } from '../game/progress.ts';
import type { Failure } from '../live/dial.ts';
import type { News } from './followEvents.ts';
import { nextAttempt } from './nextAttempt.ts';
import { queueOf, roundOf } from './queue.ts';
import { roundLog } from './roundLog.ts';
import {
  type Moves,
  type Problem,
  type ProblemWord,
  problemTag,
  problemWords,
  type Received,
  receivedSchema,
  type Standing,
  standingSchema,
} from './wire.ts';

/** What the host answered; or why there is no answer, or none to go on with. */
export type Reply =
  | { readonly ok: true; readonly data: unknown }
  /** With the host's own words where it was the host that refused. */
  | (Failure & { readonly problem?: Problem | undefined });
/** The connection to the host: to none but that of the join code. */
export interface Transport {
  readonly request: (method: 'GET' | 'POST', path: string, body?: unknown, token?: string) => Promise<Reply>;
  /** Tells of what the host says by itself that something changed, until what this gives is called. Asked for after a reply. */
  readonly follow: (token: string, tell: (news: News) => void) => () => void;
}

export interface SessionState {
  /** As the host told it last, perhaps before this start. */
  readonly standing: Standing | undefined;
  /** Moves that the host has not said it keeps. */
  readonly unsent: number;
  /** Why the host cannot be asked just now, in a sentence. */
  readonly away: string | undefined;
  /** Why it is over for this player: the word of the host's refusal, and a sentence. */
  readonly over: { readonly word: ProblemWord; readonly says: string } | undefined;
}
export interface Session {
  /** For the game: what it records is first on this disk, and then sent. */
  readonly log: AttemptLog;
  readonly state: () => SessionState;
  /** Called after each change of the state; gives what ends that. */
  readonly subscribe: (told: () => void) => () => void;
  /**
   * The next attempt at a level, without the host. Nothing is used up by asking. Where none is left it is practice, of which
   * nothing is recorded.
   */
  readonly begin: (level: Level) => Drawn;
  /** Asks the host at once, whatever was waited for. */
  readonly look: () => void;
  readonly close: () => void;
}

export interface SessionSetup {
  readonly transport: Transport;
  readonly token: string;
  /** The player's own for this competition. */
  readonly log: AttemptLog;
  /** As it was kept before. */
  readonly standing?: Standing | undefined;
  readonly keepStanding?: (standing: Standing) => void;
  /** Draws hexadecimal digits for practice. */
  readonly draw: () => string;
  readonly now?: () => Date;
  /** Calls after so many milliseconds; gives what calls it off. */
  readonly after?: (ms: number, call: () => void) => () => void;
}

/** How often the host is asked how things stand, in milliseconds. */
const lookEvery = 3000;
/** The same while it says by itself when the player's place changes: for the rank, which others move. */
const lookSeldom = 30_000;
/** How long to wait after a failure, in milliseconds: after each that follows twice as long, up to the most. */
const shortestWait = 1000;
const longestWait = 30_000;

const onTime = (ms: number, call: () => void): (() => void) => {
  const timer = setTimeout(call, ms);
  return () => clearTimeout(timer);
};

export function openSession(setup: SessionSetup): Session {
  const { transport, token, keepStanding, draw, now = () => new Date(), after = onTime } = setup;
  const queue = queueOf(setup.log.history());
  // What the host kept when it was last asked, so that what waits can be told before it is asked again.
  if (setup.standing) queue.compare(setup.standing);
  const listeners = new Set<() => void>();
  let standing = setup.standing;
  let away: string | undefined;
  let held: string | undefined;
  let over: SessionState['over'];
  let closed = false;
  // At the start too, the host is asked first: it may have more of the log than this program knows.
  let isDue = true;
  /** It says by itself when something changes. */
  let isTold = false;
  /** It said that the player's place changed, and was not asked since. */
  let isNews = false;
  const tell = () => {
    for (const listener of [...listeners]) listener();
  };
  const log = roundLog(setup.log, {
    queue,
    now,
    round: () => standing?.round.number,
    recorded() {
      tell();
      wake(false);
    },
  });

  const ask = async <T>(schema: z.ZodType<T>, method: 'GET' | 'POST', path: string, body?: unknown) => {
    const reply = await transport.request(method, path, body, token);
    if (closed) return undefined;
    const read = readReply(schema, reply);
    if ('data' in read) {
      if (away !== undefined) log.say('The host is there again.');
      away = undefined;
      return read.data;
    }
    const { isNews, says } = heard(read);
    if (isNews) log.say(says);
    return undefined;
  };
  /** Why there was no answer to go on with: what it is to the session, and what the player is told once. */
  const heard = ({ means, says }: Trouble) => {
    if (typeof means !== 'string') {
      over = { word: means.ends, says };
      return { isNews: true, says };
    }
    if (means === 'later') {
      const isNews = held !== says;
      held = says;
      return { isNews, says };
    }
    const isNews = away === undefined;
    away = says;
    return { isNews, says: `${says} Play on: what you do is kept here, and sent later.` };
  };
  const look = async (): Promise<boolean> => {
    const told = await ask(standingSchema, 'GET', '/api/me');
    if (!told) return false;
    const before = standing;
    queue.compare(told);
    if (JSON.stringify(before) === JSON.stringify(told)) return true;
    standing = told;
    if (before && before.state !== told.state) log.say(changes[told.state]);
    log.recount();
    keepStanding?.(told);
    return true;
  };
  const send = async (moves: Moves): Promise<boolean> => {
    const received = await ask(receivedSchema, 'POST', '/api/moves', moves);
    if (!received) return false;
    held = undefined;
    const refusals = queue.answered(moves, received);
    for (const says of new Set(refusals)) log.say(says);
    if (refusals.length) log.recount();
    if (standing) {
      standing = withKept(standing, received);
      keepStanding?.(standing);
    }
    // Where it says of nothing that it keeps it, the same would be sent again and again without a pause.
    return JSON.stringify(queue.next()) !== JSON.stringify(moves);
  };

  /** Ends the rest; after a failure only where that was asked for. */
  let wake = (_isAsked: boolean): void => {};
  const rest = (ms?: number) =>
    new Promise<void>((resolve) => {
      const callOff = ms === undefined ? () => {} : after(ms, resolve);
      wake = (isAsked) => {
        if (!isAsked && ms !== undefined) return;
        callOff();
        resolve();
      };
    });
  const due = () => {
    isDue = true;
    wake(false);
  };
  const hear = (news: News) => {
    const wasTold = isTold;
    isTold = news.what === 'open' || news.what === 'event';
    // It is there again: nothing is to be waited for.
    if (news.what === 'open' && away !== undefined) wake(true);
    const isOfPlace = news.what === 'event' && news.name === 'standing';
    isNews ||= isOfPlace;
    if (isOfPlace || news.what === 'refused' || (wasTold && !isTold)) due();
  };
  const run = async () => {
    let notDue = () => {};
    let unfollow: (() => void) | undefined;
    let failures = 0;
    while (!closed && over === undefined) {
      const moves = isDue ? undefined : queue.next();
      const [before, wasNews] = [standing, isNews];
      // What is told while it is asked makes it due once more.
      if (!moves) isDue = isNews = false;
      const isFine = moves ? await send(moves) : await look();
      if (closed) break;
      if (!moves && !isFine) {
        isDue = true;
        isNews ||= wasNews;
      } else if (!moves) {
        notDue();
        // Of several hosts another may have been asked than the one that told: it will know it in a moment.
        const isKnown = !wasNews || standing !== before;
        notDue = after(isTold && isKnown ? lookSeldom : lookEvery, due);
        unfollow ??= transport.follow(token, hear);
      }
      failures = isFine ? 0 : failures + 1;
      tell();
      if (over !== undefined) break;
      if (failures) await rest(Math.min(longestWait, shortestWait * 2 ** (failures - 1)));
      else if (!queue.next() && !isDue) await rest();
    }
    notDue();
    unfollow?.();
  };

  const session: Session = {
    log,
    state: () => ({ standing, unsent: queue.unsent(), away: away ?? held, over }),
    subscribe(told) {
      listeners.add(told);
      return () => void listeners.delete(told);
    },
    begin(level) {
      const next = nextAttempt(level, standing, queue);
      return 'says' in next ? { id: `practice-${draw()}`, seed: draw(), says: next.says } : next;
    },
    look: () => wake(true),
    close() {
      closed = true;
      wake(true);
    },
  };
  void run();
  return session;
}

/** As the host will tell it when it is asked next: after a kill it may be away. */
function withKept(standing: Standing, { kept }: Received): Standing {
  const known = new Map(standing.attempts.map((one) => [one.attempt, one]));
  for (const [attempt, count] of Object.entries(kept))
    if (roundOf(attempt) === standing.round.number) known.set(attempt, { ...known.get(attempt), attempt, kept: count });
  return { ...standing, attempts: [...known.values()] };
}

/** The host is not to be reached; it is, but takes nothing just now; or it never will again. */
interface Trouble {
  readonly means: 'away' | 'later' | { readonly ends: ProblemWord };
  readonly says: string;
}

function readReply<T>(schema: z.ZodType<T>, reply: Reply): { readonly data: T } | Trouble {
  if (reply.ok) {
    const { success, data } = schema.safeParse(reply.data);
    return success ? { data } : { means: 'away', says: 'The host says what this game does not understand.' };
  }
  const { says, problem } = reply;
  if (!problem) return { means: 'away', says };
  const word = wordOf(reply);
  return { means: word !== undefined && ends.includes(word) ? { ends: word } : 'later', says };
}

/** What a refusal of the host is about, where it says so in a word of ours. */
export const wordOf = ({ problem }: { readonly problem?: Problem | undefined }): ProblemWord | undefined =>
  problemWords.find((word) => problem?.type === problemTag + word);
/** With these nothing that is sent later will be kept. */
const ends: readonly ProblemWord[] = ['banned', 'token', 'version'];

/** What the player is told when the state becomes this one. */
const changes: Readonly<Record<Standing['state'], string>> = {
  lobby: 'A new round is about to begin.',
  running: 'The round is running.',
  paused: 'The round is paused. Wait until it goes on.',
  ended: 'The round is over. What you play from now on does not count.',
  revealed: 'The result is shown.',
};
