// A host as the pages see it, whose state the test says; and a browser.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
// @ts-expect-error: the build is plain JavaScript.
import { buildPages } from '../../scripts/pages.mjs';
import type { CommandAnswer, PageCommand } from '../../src/classroom/pageCommands.ts';
import type { PlayerState, TeacherState } from '../../src/classroom/pageState.ts';
import type { PagesHost } from '../../src/classroom/pages.ts';
import type { Board } from '../../src/classroom/wire.ts';

/** Builds the pages into a folder of its own. */
export async function builtPages(): Promise<{ readonly assets: URL; readonly remove: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'quest-pages-'));
  await buildPages(folder);
  return { assets: pathToFileURL(`${folder}/`), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export interface TestHost extends PagesHost {
  /** Changes the state and tells those who listen. */
  readonly set: (change: Change) => void;
  readonly asked: PageCommand[];
  /** How often the state was read. */
  readonly reads: () => number;
  readonly listeners: () => number;
  answer: (command: PageCommand) => CommandAnswer;
}
export type Change = Partial<Omit<TeacherState, 'board'>> & { readonly board?: Partial<Board> };

export function testHost(): TestHost {
  let state = teacherState;
  let read = 0;
  const listeners = new Set<() => void>();
  const host: TestHost = {
    asked: [],
    reads: () => read,
    listeners: () => listeners.size,
    answer: ({ type }) => ({ done: `Done: ${type}.`, ...(type === 'device' ? { code: 'TR7M-2K9Q' } : {}) }),
    set: ({ board, ...rest }) => {
      state = { ...state, ...rest, board: { ...state.board, ...board } };
      for (const listener of listeners) listener();
    },
    state: () => {
      read++;
      return state;
    },
    command: async (command) => {
      host.asked.push(command);
      return host.answer(command);
    },
    changed: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    results: (kind) => (kind === 'csv' ? 'name,points\r\nAda,300\r\n' : '[{"name":"Ada"}]'),
  };
  return host;
}

const levels = [
  ['first-contact', 'First contact'],
  ['open-line', 'The open line'],
  ['sealed-form', 'The sealed form'],
  ['key-exchange', 'A key from nothing'],
  ['passport', 'The passport'],
  ['coffee-shop', 'The coffee shop'],
] as const;

const teacherState: TeacherState = {
  address: '192.0.2.7',
  code: 'K7QM2-9F4DX',
  command: 'npx https-quest join 192.0.2.7 K7QM2-9F4DX',
  board: {
    number: 1,
    title: 'Class 9b',
    state: 'lobby',
    frozen: false,
    round: { number: 1, title: 'First steps' },
    players: 0,
    top: [],
    levels: levels.map(([id]) => ({ id, solved: 0 })),
    teams: [],
  },
  titles: levels.map(([id, title]) => ({ id, title })),
  names: [],
  players: [],
  heat: [],
  stuck: [],
  catalogue: levels.map(([id, title], place) => ({ id, title, chapter: place < 3 ? 'Postcards' : 'Locks and keys' })),
};

export const row = (rank: number, name: string, points: number, more: Partial<Board['top'][number]> = {}) => ({
  rank,
  name,
  points,
  stars: Math.floor(points / 40),
  solved: Math.floor(points / 100),
  ...more,
});
export const player = (id: number, name: string, more: Partial<PlayerState> = {}): PlayerState => ({
  id: id.toString(16).padStart(16, '0'),
  name,
  standing: 'in',
  points: 0,
  stars: 0,
  solved: 0,
  ...more,
});

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}
/** One request as a program sends it, with any Host. */
export const ask = (
  port: number,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: string,
): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts).toString() }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });

export const chromium = '/usr/bin/chromium';
export function browserIsThere(): boolean {
  if (existsSync(chromium)) return true;
  console.log(`skipped: ${chromium} is not installed`);
  return false;
}

/** Where pictures go, if somebody wants to look at them: `PICTURES=folder`. */
export function pictures(): string | undefined {
  const folder = process.env.PICTURES;
  if (folder) mkdirSync(folder, { recursive: true });
  return folder;
}
