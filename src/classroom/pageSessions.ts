// Who may see which page: links that work once, and what a browser has after it used one. Kept in memory alone.
import { createHash, randomBytes } from 'node:crypto';

export type PageName = 'teacher' | 'projector';
export const pageNames: readonly PageName[] = ['teacher', 'projector'];

export interface PageSessions {
  /** A secret for one use: 32 hexadecimal digits. */
  readonly issue: (page: PageName) => string;
  /** The secret of the session that begins with it; nothing where it was used, or is none. */
  readonly exchange: (page: PageName, token: string) => string | undefined;
  readonly holds: (page: PageName, session: string) => boolean;
}

/** More links than these are not open at a time, nor more sessions: the oldest goes. */
const most = 32;

export function openSessions(): PageSessions {
  const tokens = new Set<string>();
  const sessions = new Set<string>();
  return {
    issue: (page) => remember(tokens, page),
    exchange: (page, token) => (tokens.delete(digest(page, token)) ? remember(sessions, page) : undefined),
    holds: (page, session) => sessions.has(digest(page, session)),
  };
}

function remember(known: Set<string>, page: PageName): string {
  const secret = randomBytes(16).toString('hex');
  known.add(digest(page, secret));
  for (const oldest of known) {
    if (known.size <= most) break;
    known.delete(oldest);
  }
  return secret;
}

/** Hashes are looked up, not secrets: how long that takes says nothing of them. */
const digest = (page: PageName, secret: string): string =>
  createHash('sha256').update(`${page}|${secret}`).digest('base64');
