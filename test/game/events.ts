// Events of a log, each on a day of January 2026.
import type { Answer } from '../../src/game/attempt.ts';
import { dated, type LogEvent } from '../../src/game/progress.ts';

const on = (day: number): Date => new Date(Date.UTC(2026, 0, day));
const contentHash = '0123456789abcdef0123456789abcdef';
type Given =
  | string
  | { readonly items: readonly string[] }
  | { readonly record: number; readonly offset: number; readonly length: number };
const answerOf = (step: string, given: Given): Answer =>
  typeof given === 'string' ? { step, choice: given } : 'items' in given ? { step, ...given } : { step, value: given };

export const started = (attempt: string, level: string, day: number, hash = contentHash, seed = '1'): LogEvent =>
  dated({ type: 'started', attempt, level, contentHash: hash, seed }, on(day));
export const moved = (attempt: string, step: string, given: Given, day: number): LogEvent =>
  dated({ type: 'moved', attempt, move: { move: 'answer', ...answerOf(step, given) } }, on(day));
export const rewind = (attempt: string, day: number): LogEvent =>
  dated({ type: 'moved', attempt, move: { move: 'rewind' } }, on(day));
export const hint = (attempt: string, step: string, day: number): LogEvent =>
  dated({ type: 'moved', attempt, move: { move: 'hint', step, tier: 1 } }, on(day));
export const ended = (attempt: string, points: number, day: number): LogEvent =>
  dated({ type: 'ended', attempt, outcome: 'met', points, stars: points >= 90 ? 3 : points >= 60 ? 2 : 1 }, on(day));
export const drilled = (
  level: string,
  step: string,
  choice: string,
  day: number,
  { due = true, hints = 0 as 0 | 1 } = {},
): LogEvent =>
  dated({ type: 'drilled', level, contentHash, seed: '1', answer: { step, choice }, choice, hints, due }, on(day));
