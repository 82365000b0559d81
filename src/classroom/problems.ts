// Refusals as they go over the wire: application/problem+json (RFC 9457), with a sentence for the player.
import { STATUS_CODES } from 'node:http';
import type { Refusal } from './commands.ts';
import { type Problem, type ProblemWord, problemTag } from './wire.ts';

interface More {
  readonly type?: ProblemWord | 'blank';
  readonly headers?: Readonly<Record<string, string>>;
}

export function problem(status: number, detail: string, { type = 'blank', headers = {} }: More = {}): Response {
  const body: Problem = {
    type: type === 'blank' ? 'about:blank' : `${problemTag}${type}`,
    title: renamed[status] ?? STATUS_CODES[status] ?? 'Error',
    status,
    detail,
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers },
  });
}

/** As RFC 9110 calls them (sections 15.5.14 and 15.5.21); Node.js has their older names. */
const renamed: Readonly<Record<number, string>> = { 413: 'Content Too Large', 422: 'Unprocessable Content' };

/** What was refused by the rules of the competition. */
export const refusal = ({ refused, type }: Refusal): Response =>
  problem(statusOf[type], refused, { type, headers: type === 'token' ? { 'www-authenticate': 'Bearer' } : {} });

const statusOf: Readonly<Record<Refusal['type'], number>> = {
  blank: 400,
  token: 401,
  code: 403,
  banned: 403,
  name: 409,
  version: 409,
  later: 409,
};

/** Not now: to be asked again after so many seconds. */
export const later = (status: 429 | 503, detail: string, seconds: number): Response =>
  problem(status, detail, { type: 'later', headers: { 'retry-after': String(seconds) } });
