// The load of a class: each player has a connection, a stream of events, and gives an answer every few seconds.
import { setTimeout as pause } from 'node:timers/promises';
import type { Move } from '../../../src/game/attempt.ts';
import { call, follow, join, line } from './call.ts';
import { finish, message, taken, tell } from './processes.ts';

/** A level, and the moves of somebody who knows it. */
export interface Plan {
  readonly level: string;
  readonly contentHash: string;
  readonly moves: readonly Move[];
}
export interface PlayersTask {
  readonly port: number;
  readonly players: number;
  readonly seconds: number;
  /** In ms, between two answers of a player. */
  readonly every: number;
  readonly plans: readonly Plan[];
  /** A host, or the bare server: that is sent the same, and nothing else. */
  readonly isHost: boolean;
}
/** An answer, when it was sent and when the host said that it keeps it. */
export interface Sent {
  readonly player: string;
  readonly attempt: string;
  readonly index: number;
  readonly at: number;
  readonly done: number;
}
/** When a player's program had its standing, which it asked for when it was told of that event. */
export interface Seen {
  readonly player: string;
  readonly number: number;
  readonly at: number;
}
export interface PlayersResult {
  readonly sent: readonly Sent[];
  readonly seen: readonly Seen[];
  /** What was refused or broke. */
  readonly failures: readonly string[];
  /** In ms: until all had their places and streams. */
  readonly joining: number;
}

const now = () => performance.timeOrigin + performance.now();

export async function players(): Promise<void> {
  const task = await taken<PlayersTask>();
  const all: PlayersResult & { sent: Sent[]; seen: Seen[]; failures: string[] } = {
    ...{ sent: [], seen: [], failures: [], joining: 0 },
  };
  const began = now();
  const posts = await Promise.all(Array.from({ length: task.players }, (_, index) => seated(task, index, all)));
  const joining = now() - began;
  tell('ready');
  await message();
  const start = now() + 100;
  await Promise.all(posts.map((post, index) => plays(task, index, start, post)));
  tell('done');
  await message();
  finish({ ...all, joining });
}

/** Gives a player's answers, evenly spread: no answer waits for the one before. */
async function plays(task: PlayersTask, index: number, start: number, post: Post): Promise<void> {
  const { plans, players, seconds, every } = task;
  const first = start + (index / players) * every;
  const underWay: Promise<void>[] = [];
  for (const answer of answers(plans, index)) {
    const due = first + underWay.length * every;
    if (due >= start + seconds * 1000) break;
    await pause(Math.max(0, due - now()));
    underWay.push(post(answer));
  }
  await Promise.all(underWay);
}

interface Answer {
  readonly attempt: string;
  readonly index: number;
  readonly body: string;
}
/** Twice through all levels, each player from another one on. */
function* answers(plans: readonly Plan[], from: number): Generator<Answer> {
  for (const nth of [1, 2])
    for (let at = 0; at < plans.length; at++) {
      const { level, contentHash, moves } = plans[(from + at) % plans.length] as Plan;
      const attempt = `1/${level}/${nth}`;
      for (const [index, move] of moves.entries()) {
        const began = index ? [] : [{ attempt, contentHash }];
        yield { attempt, index, body: JSON.stringify({ began, moves: [{ attempt, index, move }] }) };
      }
    }
}

type Post = (answer: Answer) => Promise<void>;
/** Joins, and follows the events as the game does. */
async function seated(
  { port, isHost }: PlayersTask,
  index: number,
  { sent, seen, failures }: { sent: Sent[]; seen: Seen[]; failures: string[] },
): Promise<Post> {
  const agent = line();
  const failed = (error: unknown) => void failures.push(String(error));
  const seat = isHost ? await join(port, agent, `Player ${index}`) : undefined;
  const { player = String(index), token = '0'.repeat(32) } = seat ?? {};
  const post: Post = async ({ attempt, index, body }) => {
    const at = now();
    const text = await call({ port, agent, token, body }, '/api/moves').catch(failed);
    if (text === undefined) return;
    if (isHost && JSON.parse(text).refused.length) failed(text);
    sent.push({ player, attempt, index, at, done: now() });
  };
  if (!isHost) return post;
  let news = 0;
  let asks = false;
  const ask = async () => {
    if (asks) return;
    asks = true;
    for (let told = 0; told < news; ) {
      told = news;
      const text = await call({ port, agent, token }, '/api/me').catch(failed);
      if (text !== undefined) seen.push({ player, number: told, at: now() });
    }
    asks = false;
  };
  await call({ port, agent, token }, '/api/me');
  await follow(port, token, (name, number) => {
    if (name !== 'standing') return;
    news = number;
    void ask();
  });
  return post;
}
