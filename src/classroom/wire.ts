// What players and host say to each other: JSON over HTTPS, held against these schemas on both sides.
import * as z from 'zod';
import { moveSchema } from '../game/attempt.ts';
import { idPattern } from '../game/letters.ts';
import { attemptPattern } from './events.ts';

/** Rises when an older player or host could no longer understand the other. */
export const wireVersion = 1;
/** The largest body that a host reads, in bytes. */
export const mostBodyBytes = 64 * 1024;
/** The largest body that a player reads, and the longest event, in bytes. */
export const mostOfAnswer = 2 ** 20;
/** Moves in one request. */
export const mostMovesAtOnce = 50;
/** In ms: a stream of events on which nothing happens carries a comment so often. Three left out, and the player connects anew. */
export const heartbeat = 15_000;

const id = z.string().regex(idPattern);
/** `1/first-contact/2`, as in the events. */
const attempt = z.string().regex(attemptPattern);
const short = z.string().max(200);
const count = z.number().int().min(0);
const points = z.number().int();

/**
 * POST /api/join. The answer is `seatSchema`. Without a name the host makes one. Asked again with the same `key`, of 128 random
 * bits, it is the same place.
 */
export const joinSchema = z.strictObject({
  wire: z.number().int(),
  key: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional(),
  name: short.optional(),
  team: short.optional(),
});
/** POST /api/device: goes on as a player, with the code that the teacher or the old device showed. The answer is `seatSchema`. */
export const deviceSchema = z.strictObject({ wire: z.number().int(), code: short });
/** The player's place. The token goes into each further request: `Authorization: Bearer <token>`. */
export const seatSchema = z.strictObject({
  player: z.string().regex(/^[0-9a-f]{16}$/),
  token: z.string().regex(/^[0-9a-f]{32}$/),
  name: short,
});

/** POST /api/moves: what the player did, in order. The answer is `receivedSchema`. */
export const movesSchema = z.strictObject({
  moves: z
    .array(
      z.strictObject({
        attempt,
        /** From 0 for each attempt; those before it must have been received, or stand before it in the request. */
        index: count,
        move: moveSchema,
      }),
    )
    .max(mostMovesAtOnce),
  /** Attempts that were begun, with what the level does at the player's: `contentHash(level)`. */
  began: z.array(z.strictObject({ attempt, contentHash: z.string().max(64) })).max(mostMovesAtOnce),
});
export const receivedSchema = z.strictObject({
  /** By attempt, how many moves are kept. */
  kept: z.record(z.string(), count),
  /** What was not kept, and one sentence why. It is of no use to send it again. */
  refused: z.array(z.strictObject({ attempt, index: count.optional(), says: short })),
});

/** GET /api/me */
export const standingSchema = z.strictObject({
  title: short,
  name: short,
  team: short.optional(),
  state: z.enum(['lobby', 'running', 'paused', 'ended', 'revealed']),
  round: z.strictObject({
    number: count,
    title: short,
    levels: z.array(
      z.strictObject({
        id,
        contentHash: z.string().max(64),
        /** In their order, the seeds of all attempts that the player has: what is played without the host goes on. */
        attempts: z.array(z.strictObject({ attempt, seed: z.string().regex(/^[0-9a-f]{32}$/) })).max(9),
      }),
    ),
  }),
  /** Of the attempts that were begun. */
  attempts: z.array(
    z.strictObject({
      attempt,
      kept: count,
      /** Undefined until it is graded. */
      points: points.optional(),
      stars: z.number().int().min(0).max(3).optional(),
      outcome: z.enum(['met', 'missed']).optional(),
      fault: short.optional(),
    }),
  ),
  /** Of the best attempts together, with what the teacher added. */
  points,
  /** From 1; only if the player is among the first ten of the public board. */
  rank: count.optional(),
});

/** GET /api/board: the same for everybody. */
export const boardSchema = z.strictObject({
  /** The number of the last event that it knows. */
  number: count,
  title: short,
  state: standingSchema.shape.state,
  frozen: z.boolean(),
  round: z.strictObject({ number: count, title: short }),
  players: count,
  /** The first ten. */
  top: z
    .array(z.strictObject({ rank: count, name: short, team: short.optional(), points, stars: count, solved: count }))
    .max(10),
  /** In the order of the round: how many have met the level's goal. */
  levels: z.array(z.strictObject({ id, solved: count })),
  lastSolve: z.strictObject({ name: short, level: id }).optional(),
  teams: z.array(z.strictObject({ team: short, points: z.number(), players: count })),
});

/** Before the word of ours in the type of a problem. */
export const problemTag = 'tag:https-quest,2026:';
/** By these the client knows what to do. */
export const problemWords = [
  /** Another name or team must be chosen. */
  'name',
  /** No device has this code, or it was used. */
  'code',
  /** May not join any more. */
  'banned',
  /** The token is not valid (any more): the player was taken out, erased, or went on on another device. */
  'token',
  /** `wireVersion` is another one. */
  'version',
  /** Not now, but nothing is wrong with it: to be sent again later, as with every 429 and 5xx. */
  'later',
] as const;
export type ProblemWord = (typeof problemWords)[number];

/** Any refusal, as application/problem+json (RFC 9457, section 3). */
export const problemSchema = z.strictObject({
  /** `about:blank`, or a word of ours behind `tag:https-quest,2026:` by which the client knows what to do. */
  type: z.string().max(200),
  title: short,
  status: z.number().int(),
  /** One sentence for the player. */
  detail: short,
});

export type Join = z.output<typeof joinSchema>;
export type Device = z.output<typeof deviceSchema>;
export type Seat = z.output<typeof seatSchema>;
export type Moves = z.output<typeof movesSchema>;
export type Received = z.output<typeof receivedSchema>;
export type Standing = z.output<typeof standingSchema>;
export type Board = z.output<typeof boardSchema>;
export type Problem = z.output<typeof problemSchema>;
