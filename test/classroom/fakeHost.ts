// A host in memory, held to the schemas of the wire, behind a line that misbehaves as it is told to.

import { seedOf } from '../../src/classroom/events.ts';
import type { News } from '../../src/classroom/followEvents.ts';
import type { Reply, Transport } from '../../src/classroom/session.ts';
import { joinSchema, mostBodyBytes, movesSchema, type Received, type Standing } from '../../src/classroom/wire.ts';
import type { Move } from '../../src/game/attempt.ts';

export type Fault =
  /** The request never arrives. */
  | 'lost'
  /** It is done, and the answer does not arrive. */
  | 'cut'
  /** It is done twice. */
  | 'twice'
  /** It is done; and before the next request it is done once more. */
  | 'late'
  /** Of the moves only the first is kept. */
  | 'part'
  /** It says that all is well, and keeps none of the moves. */
  | 'none'
  /** Something else answers. */
  | 'garbage'
  /** The host says that it cannot now. */
  | 'busy';

/** Of the moves of one request. */
const mostKept: Readonly<Record<string, number>> = { part: 1, none: 0 };

export interface FakeLevel {
  readonly id: string;
  readonly contentHash: string;
}
export function fakeHost(levels: readonly FakeLevel[], attempts = 2) {
  const secret = '5a'.repeat(32);
  const player = '0123456789abcdef';
  const token = 'fe'.repeat(16);
  const kept = new Map<string, Move[]>();
  /** In the order in which they were kept. */
  const order: { readonly attempt: string; readonly index: number; readonly move: Move }[] = [];
  const refusing = new Map<string, string>();
  const faults: Fault[] = [];
  const requests: string[] = [];
  const bodies: unknown[] = [];
  let state: Standing['state'] = 'running';
  let round = 1;
  let problem: { readonly type: string; readonly detail: string } | undefined;
  let late: (() => void) | undefined;
  let hear: ((news: News) => void) | undefined;
  let followed = 0;

  const standing = (): Standing => ({
    title: 'A class',
    name: 'Ada',
    state,
    round: {
      number: round,
      title: `Round ${round}`,
      levels: levels.map((level) => ({
        ...level,
        // They are told once the round has begun.
        attempts: Array.from({ length: state === 'lobby' ? 0 : attempts }, (_, index) => {
          const attempt = `${round}/${level.id}/${index + 1}`;
          return { attempt, seed: seedOf(secret, player, attempt) };
        }),
      })),
    },
    attempts: [...kept].map(([attempt, moves]) => ({ attempt, kept: moves.length })),
    points: 0,
  });
  const keep = (body: unknown, most = Number.POSITIVE_INFINITY): Received => {
    const { moves, began } = movesSchema.parse(body);
    const named = new Set<string>();
    const refused: Received['refused'] = [];
    for (const { attempt } of began) {
      named.add(attempt);
      if (!refusing.has(attempt) && !kept.has(attempt)) kept.set(attempt, []);
    }
    for (const { attempt, index, move } of moves.slice(0, most)) {
      named.add(attempt);
      const says = refusing.get(attempt);
      const had = kept.get(attempt);
      if (says !== undefined) refused.push({ attempt, index, says });
      else if (!had || index > had.length) refused.push({ attempt, index, says: `A move before ${index} is missing.` });
      else if (index === had.length) {
        had.push(move);
        order.push({ attempt, index, move });
      }
    }
    return { kept: Object.fromEntries([...named].map((one) => [one, kept.get(one)?.length ?? 0])), refused };
  };
  const answer = (method: string, path: string, body: unknown, given: string | undefined, most?: number): unknown => {
    if (path === '/api/join') return { player, token, name: joinSchema.parse(body).name ?? 'Otter 7' };
    if (given !== token) throw new Error('no token');
    if (method === 'GET' && path === '/api/me') return standing();
    if (method === 'POST' && path === '/api/moves') return keep(body, most);
    throw new Error(`there is no ${method} ${path}`);
  };
  const transport: Transport = {
    async request(method, path, body, given): Promise<Reply> {
      requests.push(`${method} ${path}`);
      bodies.push(body);
      const json = JSON.stringify(body);
      if ((json ?? '').length > mostBodyBytes) throw new Error('the body is too long');
      const fault = faults.shift();
      await Promise.resolve();
      late?.();
      late = undefined;
      const away = { ok: false, says: 'The host does not answer.' } as const;
      const refusal = (type: string, status: number, detail: string): Reply => ({
        ok: false,
        says: detail,
        problem: { type, title: 'no', status, detail },
      });
      if (fault === 'lost') return away;
      if (fault === 'busy') return refusal('about:blank', 503, 'The host has too much to do.');
      if (problem) return refusal(problem.type, 403, problem.detail);
      const done = () => answer(method, path, json && JSON.parse(json), given, mostKept[fault ?? '']);
      const data = JSON.parse(JSON.stringify(done()));
      if (fault === 'twice') done();
      if (fault === 'late' && method === 'POST') late = done;
      if (fault === 'cut') return away;
      return { ok: true, data: fault === 'garbage' ? { welcome: 'to the hotel' } : data };
    },
    follow(given, tell) {
      if (given !== token) throw new Error('no token');
      followed++;
      hear = tell;
      return () => {
        hear = undefined;
      };
    },
  };
  return {
    transport,
    token,
    faults,
    requests,
    bodies,
    order,
    kept,
    refusing,
    standing,
    /** As the stream of events does; false where nobody follows it. */
    tell(news: News) {
      hear?.(news);
      return hear !== undefined;
    },
    /** How often somebody began to follow. */
    followed: () => followed,
    become(next: Standing['state']) {
      state = next;
    },
    nextRound() {
      round++;
    },
    say(next: typeof problem) {
      problem = next;
    },
  };
}

/** Time that passes when it is told to. */
export function fakeTime() {
  const timers = new Set<{ readonly at: number; readonly call: () => void }>();
  let time = 0;
  const waits: number[] = [];
  return {
    waits,
    after(ms: number, call: () => void) {
      const timer = { at: time + ms, call };
      waits.push(ms);
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    /** Everything is done that needs no time. */
    async settle() {
      for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    },
    /** The next that waits for its time has come. */
    async pass() {
      const [next] = [...timers].sort((one, other) => one.at - other.at);
      if (next) {
        time = next.at;
        timers.delete(next);
        next.call();
      }
      await this.settle();
    },
  };
}
