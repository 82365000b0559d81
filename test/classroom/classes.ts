// A host on loopback with a class of its own, and what its players send.
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventStore } from '../../src/classroom/eventStore.ts';
import { type Host, type HostOptions, startHost } from '../../src/classroom/host.ts';
import { newHostKey } from '../../src/classroom/hostKey.ts';
import { openJournal } from '../../src/classroom/journal.ts';
import { newRound, turn } from '../../src/classroom/teaching.ts';
import type { Seat } from '../../src/classroom/wire.ts';
import { contentHash, type Move, moveOf } from '../../src/game/attempt.ts';
import { wellPlayed as answersOf } from '../../src/game/play.ts';
import { scenarios } from '../../src/scenarios/index.ts';
import { levelNamed, levels } from '../ui/game.ts';
import { plainRules } from './logs.ts';

export const grader = new URL('../../dist/grader.mjs', import.meta.url);
export const level = levelNamed('first-contact');
const key = newHostKey(new Date('2026-05-04T09:00:00Z'));

/** What hosts said that they did wrong. */
export const mistakes: unknown[] = [];
/** What is to be closed after a test, in this order from the last. */
const open: (() => unknown)[] = [];
export const afterwards = (close: () => unknown): void => void open.push(close);
export async function closeAll(): Promise<void> {
  for (const close of open.splice(0).reverse()) await close();
  if (mistakes.length) throw mistakes.splice(0)[0];
}

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'quest-host-'));
  afterwards(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
export async function newStore(folder = newFolder()): Promise<EventStore> {
  const store = await openJournal(folder);
  afterwards(() => store.close());
  return store;
}
export async function newHost(store: EventStore, more: Partial<HostOptions> = {}): Promise<Host> {
  const host = await startHost({
    store,
    fresh: { title: 'Monday', version: '0.1.0', key: () => key },
    levels,
    grader,
    threads: 1,
    host: '127.0.0.1',
    port: 0,
    failed: (error) => mistakes.push(error),
    ...more,
  });
  if (!host.ok) throw new Error(host.says);
  afterwards(host.close);
  return host;
}
/** A host whose round of one level runs. */
export async function newClass(
  more: Partial<HostOptions> = {},
): Promise<{ readonly host: Host; readonly store: EventStore }> {
  const store = await newStore();
  const host = await newHost(store, more);
  await begin(host);
  return { host, store };
}
export async function begin(host: Host): Promise<void> {
  const round = { title: 'First', levels: [{ id: level.id, contentHash: contentHash(level) }], rules: plainRules };
  await host.command((competition) => newRound(competition, round));
  await host.command((competition) => turn(competition, 'start'));
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a host answers is what the tests look at.
  readonly json: any;
}
interface Sent {
  readonly method?: string;
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly raw?: string | Buffer;
}
const agent = new Agent({ keepAlive: true, maxSockets: 50, ca: key.certificate, checkServerIdentity: () => undefined });
export const options = ({ port }: Pick<Host, 'port'>, path: string): RequestOptions => ({
  host: '127.0.0.1',
  port,
  path,
  ca: key.certificate,
  checkServerIdentity: () => undefined,
});

export function ask(host: Pick<Host, 'port'>, path: string, sent: Sent = {}): Promise<Reply> {
  const {
    method = sent.body === undefined && sent.raw === undefined ? 'GET' : 'POST',
    token,
    body,
    headers,
    raw,
  } = sent;
  return new Promise((resolve, reject) => {
    const data = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const outgoing = httpsRequest(
      {
        ...options(host, path),
        agent,
        method,
        headers: {
          ...(data === undefined ? {} : { 'content-type': 'application/json' }),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...headers,
        },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const isJson = /json/.test(incoming.headers['content-type'] ?? '') && text;
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text,
            json: isJson ? JSON.parse(text) : undefined,
          });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(data);
  });
}

export async function joined(host: Pick<Host, 'port'>, name?: string): Promise<Seat> {
  const { status, json } = await ask(host, '/api/join', { body: { wire: 1, ...(name === undefined ? {} : { name }) } });
  if (status !== 200) throw new Error(JSON.stringify(json));
  return json as Seat;
}

export const firstAttempt = `1/${level.id}/1`;
export const secondAttempt = `1/${level.id}/2`;
/** The moves of somebody who knows the level. */
export const wellPlayed = (seed: string): readonly Move[] => answersOf({ level, seed }, scenarios).map(moveOf);
export async function seedOf(host: Pick<Host, 'port'>, { token }: Seat, attempt = firstAttempt): Promise<string> {
  const { json } = await ask(host, '/api/me', { token });
  const [{ attempts }] = json.round.levels as [{ attempts: { attempt: string; seed: string }[] }];
  const seed = attempts.find((one) => one.attempt === attempt)?.seed;
  if (seed === undefined) throw new Error(`no seed for ${attempt}`);
  return seed;
}
export const movesOf = (moves: readonly Move[], attempt = firstAttempt, from = 0) => ({
  began: from === 0 ? [{ attempt, contentHash: contentHash(level) }] : [],
  moves: moves.map((move, index) => ({ attempt, index: from + index, move })),
});

/** Until it holds, or the test times out. */
export async function until<T>(look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
