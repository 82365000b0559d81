// What a teacher can do from the page, as it is sent: JSON, held against this schema.
import * as z from 'zod';
import { idPattern } from '../game/letters.ts';
import { rulesSchema } from './events.ts';

const level = z.string().regex(idPattern);
const player = z.string().regex(/^[0-9a-f]{16}$/);
/** Names are held against their rules by the host (`names.ts`); here only their length. */
const text = z.string().min(1).max(400);

export const pageCommandSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.enum(['start', 'pause', 'resume', 'end', 'reveal']) }),
  z.strictObject({ type: z.enum(['freeze', 'unfreeze']) }),
  z.strictObject({
    type: z.literal('round'),
    title: text,
    levels: z.array(level).min(1).max(100),
    rules: rulesSchema,
  }),
  /** `device` is answered with a code with which the player goes on on another device, once. */
  z.strictObject({ type: z.enum(['kick', 'ban', 'device', 'erase']), player }),
  z.strictObject({ type: z.literal('rename'), player, name: text }),
  /** Without a team: out of the one that the player is in. */
  z.strictObject({ type: z.literal('assign'), player, team: text.optional() }),
  z.strictObject({ type: z.literal('adjust'), player, points: z.number().int().min(-10_000).max(10_000), why: text }),
  z.strictObject({ type: z.literal('regrade'), level }),
]);
export type PageCommand = z.output<typeof pageCommandSchema>;

/** What came of a command: one sentence for the teacher, or why not. */
export type CommandAnswer =
  | {
      readonly done: string;
      /** To be shown once, and kept nowhere. */
      readonly code?: string | undefined;
    }
  | { readonly refused: string };
