// What happens in a competition: the events of its log. The board, its freeze, the results and what is allowed are folds of them.
import { createHmac } from 'node:crypto';
import * as z from 'zod';
import { moveSchema } from '../game/attempt.ts';
import { idPattern } from '../game/letters.ts';

/** The newest version of events that this program knows. A log of a higher one is left alone. */
export const eventsVersion = 1;

const level = z.string().regex(idPattern);
const hex = (digits: number) => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`));
/** Random: 16 hexadecimal digits. */
const player = hex(16);
/** Of a level in a round: `1/first-contact/2` is a player's second attempt at first-contact in round 1. */
export const attemptPattern = /^[1-9]\d{0,2}\/[a-z0-9][a-z0-9-]{0,39}\/[1-9]\d?$/;
const attempt = z.string().regex(attemptPattern);
/** Names and titles are held against their rules before they become events (`names.ts`); here only their length. */
const text = z.string().min(1).max(200);
const points = z.number().int().min(0).max(100);
/** SHA-256 of a secret that its owner alone has. */
const hash = hex(64);

/** How a round is played and counted. */
export const rulesSchema = z.strictObject({
  /** Attempts that each player has at each level. */
  attempts: z.number().int().min(1).max(9),
  speedBonus: z.boolean(),
  streaks: z.boolean(),
  firstBlood: z.boolean(),
  decay: z.boolean(),
});

export const eventSchema = z.discriminatedUnion('type', [
  /** The first event. What a host needs to be the same host after a restart. */
  z.strictObject({
    type: z.literal('created'),
    v: z.literal(eventsVersion),
    competition: hex(16),
    title: text,
    /** Of the game that hosts it. */
    version: text,
    /** From which the seeds of all attempts come: 32 bytes. */
    secret: hex(64),
    /** PEM, PKCS #8. Its public half is what the join code pins. */
    key: z.string().max(4000),
    /** PEM. */
    certificate: z.string().max(8000),
  }),
  /** A new round begins, in its lobby. Its number is one more than that of the last. */
  z.strictObject({
    type: z.literal('round'),
    title: text,
    /** In their order, with what they did when the round began: `contentHash(level)`. */
    levels: z
      .array(z.strictObject({ id: level, contentHash: hex(32) }))
      .min(1)
      .max(100),
    rules: rulesSchema,
  }),
  z.strictObject({ type: z.literal('state'), state: z.enum(['lobby', 'running', 'paused', 'ended', 'revealed']) }),
  /** From here on the public board stands still, or moves again. */
  z.strictObject({ type: z.literal('freeze'), frozen: z.boolean() }),
  z.strictObject({ type: z.literal('joined'), player, name: text, token: hash, team: text.optional() }),
  /** A code with which the player can go on on another device, once. */
  z.strictObject({ type: z.literal('code'), player, code: hash }),
  /** The code was used: the new device has this token; the old one's is void. */
  z.strictObject({ type: z.literal('device'), player, code: hash, token: hash }),
  z.strictObject({ type: z.literal('began'), player, attempt, contentHash: hex(32) }),
  /** The move with this index, from 0. The first that comes for an index counts. */
  z.strictObject({ type: z.literal('moved'), player, attempt, index: z.number().int().min(0), move: moveSchema }),
  /** What the first `moves` moves of an attempt came to, as the host replayed them. */
  z.strictObject({
    type: z.literal('graded'),
    player,
    attempt,
    moves: z.number().int().min(0),
    points,
    stars: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]),
    outcome: z.enum(['met', 'missed']).optional(),
    /** The wrong answers, in their order, also those taken back. */
    slips: z.array(z.strictObject({ step: level, choice: level, misconception: level.optional() })).max(2000),
    /** The moves cannot have been played: the attempt counts for nothing. One sentence. */
    fault: text.optional(),
    /** How often the level was graded anew. */
    regrade: z.number().int().min(0),
  }),
  /** All attempts at the level are graded once more. */
  z.strictObject({ type: z.literal('regrade'), level, regrade: z.number().int().min(1) }),
  z.strictObject({ type: z.literal('adjusted'), player, points: z.number().int().min(-10_000).max(10_000), why: text }),
  z.strictObject({ type: z.literal('renamed'), player, name: text }),
  z.strictObject({ type: z.literal('teamed'), player, team: text.optional() }),
  /** The player's tokens are void. Banned: the name may not join again. */
  z.strictObject({ type: z.literal('kicked'), player, banned: z.boolean() }),
  /**
   * What stood here was of a player of whom nothing is kept. With the player's random id it was appended after the erasure,
   * so that hosts that run forget the player as well.
   */
  z.strictObject({ type: z.literal('erased'), player: player.optional() }),
]);
export type CompetitionEvent = z.output<typeof eventSchema>;
export type EventOf<Type extends CompetitionEvent['type']> = Extract<CompetitionEvent, { type: Type }>;
export type Rules = z.output<typeof rulesSchema>;

/** An event as it stands in the log. */
export interface Stored {
  /** Gapless, from 1: the order in which all hosts see it. */
  readonly number: number;
  /** When it was written: milliseconds since 1970. */
  readonly at: number;
  readonly event: CompetitionEvent;
}

/** The seed of an attempt: HMAC-SHA256 under the competition's secret, its first 32 hexadecimal digits. */
export const seedOf = (secret: string, player: string, attempt: string): string =>
  createHmac('sha256', Buffer.from(secret, 'hex')).update(`${player}|${attempt}`).digest('hex').slice(0, 32);
