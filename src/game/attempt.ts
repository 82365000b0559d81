// An attempt is a list of moves: what is logged, saved, sent and replayed. Score, resume and grading are folds of it.
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { type Picked, pickedSchema } from '../scenarios/scenario.ts';
import { idPattern } from './letters.ts';
import type { Level } from './level.ts';

/** A choice by id; or for a pick the bytes that were marked; or what was put together, by the ids of its items. */
export type Answer =
  | { readonly step: string; readonly choice: string }
  | { readonly step: string; readonly value: Picked }
  | { readonly step: string; readonly items: readonly string[] };
export type Move =
  | ({ readonly move: 'answer' } & Answer)
  /** Takes back the last answer that stands; allowed only when it was unsafe. */
  | { readonly move: 'rewind' }
  /** A hint of this tier was read at the step that waits. */
  | { readonly move: 'hint'; readonly step: string; readonly tier: 1 | 2 | 3 };
export interface Attempt {
  readonly level: string;
  /** What the level did when the attempt began: `contentHash(level)`. */
  readonly contentHash: string;
  readonly seed: string;
  readonly moves: readonly Move[];
}
/** What an attempt is begun with. */
export interface Drawn {
  readonly id: string;
  readonly seed: string;
  /** What the player is told of it, in a sentence: that it does not count, and why. */
  readonly says?: string;
}
/** The answers of an attempt that still stand. */
export interface Run {
  readonly level: Level;
  readonly seed: string;
  readonly answers: readonly Answer[];
}

/** A run that the level cannot have had: a damaged file, or one of another level. The message is for people. */
export class BadRun extends Error {}

/** The answers that still stand, in order. A rewind where nothing stands takes nothing back. */
export function standing(moves: readonly Move[]): Answer[] {
  const answers: Answer[] = [];
  for (const move of moves) {
    if (move.move === 'rewind') answers.pop();
    else if (move.move === 'answer') answers.push(answerOf(move));
  }
  return answers;
}

/** The answer that a move gives. */
export function answerOf(move: Extract<Move, { move: 'answer' }>): Answer {
  const { step } = move;
  if ('choice' in move) return { step, choice: move.choice };
  return 'value' in move ? { step, value: move.value } : { step, items: move.items };
}

/** The move that gives an answer. */
export const moveOf = (answer: Answer): Extract<Move, { move: 'answer' }> => ({ move: 'answer', ...answer });

/** More moves than any attempt of a person has. */
export const mostMoves = 2_000;

const id = z.string().regex(idPattern, 'is no id: lower-case letters, digits and hyphens, at most 40');
const seed = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u, 'has control characters in it');

const answerForms = [
  z.strictObject({ step: id, choice: id }),
  z.strictObject({ step: id, value: pickedSchema }),
  z.strictObject({ step: id, items: z.array(id).max(8) }),
] as const;
/** An answer as it stands in a file: strict, so that nothing in it is silently ignored. */
export const answerSchema: z.ZodType<Answer> = z.union(answerForms);
const [chosen, marked, composed] = answerForms;
/** One move as it stands in a file, as strict. */
export const moveSchema: z.ZodType<Move> = z.union([
  z.strictObject({ move: z.literal('answer'), ...chosen.shape }),
  z.strictObject({ move: z.literal('answer'), ...marked.shape }),
  z.strictObject({ move: z.literal('answer'), ...composed.shape }),
  z.strictObject({ move: z.literal('rewind') }),
  z.strictObject({ move: z.literal('hint'), step: id, tier: z.union([z.literal(1), z.literal(2), z.literal(3)]) }),
]);
/** An attempt as it stands in a file. */
export const attemptSchema: z.ZodType<Attempt> = z.strictObject({
  level: id,
  contentHash: z.string().regex(/^[0-9a-f]{32}$/, 'is no content hash: 32 hexadecimal digits'),
  seed,
  moves: z.array(moveSchema).max(mostMoves, `has more than ${mostMoves} moves`),
});

/** An attempt from the text of a JSON file; else one sentence that says what is wrong and where in it. */
export function parseAttempt(json: string): { readonly attempt: Attempt } | { readonly fault: string } {
  let data: unknown;
  try {
    data = JSON.parse(json);
  } catch {
    return { fault: 'This is no JSON, so it is no attempt. Give the file that the game wrote.' };
  }
  const parsed = attemptSchema.safeParse(data);
  if (parsed.success) return { attempt: parsed.data };
  const issue = parsed.error.issues[0];
  const where = (issue?.path ?? []).map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  const what = issue?.code === 'invalid_union' ? 'is neither an answer, a rewind nor a hint' : (issue?.message ?? '');
  return { fault: `This is no attempt: ${where.replace(/^\./, '') || 'the file'}: ${what}.` };
}

/**
 * What a level does, without its words: 32 hexadecimal digits of a SHA-256. Where it changes, an old attempt cannot be
 * replayed; where only texts change, it can.
 */
export function contentHash(level: Level): string {
  const deeds = {
    format: level.format,
    id: level.id,
    scenario: level.scenario,
    boss: level.boss && true,
    acts: level.acts.map(({ role, carry, worlds, steps }) => ({
      role,
      carry,
      worlds: worlds.map(({ name, setup, policies, goal }) => ({ name, setup, policies, goal })),
      steps: steps.map((step) => ({
        id: step.id,
        kind: step.kind,
        at: step.at,
        nth: step.nth,
        when: step.when,
        given: step.given,
        choices: step.choices.map((choice) => ({
          ...outcomeOf(choice),
          id: choice.id,
          reference: choice.reference,
          answer: 'answer' in choice ? choice.answer : undefined,
          picks: 'picks' in choice ? choice.picks : undefined,
          items: 'items' in choice ? choice.items : undefined,
        })),
        items: 'items' in step ? step.items.map(({ id: item, value }) => ({ item, value })) : undefined,
        as: 'as' in step ? step.as : undefined,
        with: 'with' in step ? step.with : undefined,
        otherwise: 'otherwise' in step ? outcomeOf(step.otherwise) : undefined,
      })),
    })),
  };
  return createHash('sha256').update(canonical(deeds)).digest('hex').slice(0, 32);
}

const outcomeOf = (outcome: { readonly verdict: unknown; readonly in?: string | undefined }) => ({
  verdict: outcome.verdict,
  in: outcome.in,
});

/** JSON with its keys sorted, so that the order in a file does not matter. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
