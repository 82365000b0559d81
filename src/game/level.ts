// A level as data. Level files are untrusted input: strict, bounded, plain.
import { z } from 'zod';
import { factKinds } from '../scenarios/scenario.ts';

/** Names in a level file: lower case, digits, hyphens. */
const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'an id has lower-case letters, digits and hyphens, at most 40');
/** Text for players. Control characters are refused: nothing in a file may steer the terminal. */
const text = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is refused
    .regex(
      /^[^\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*$/,
      'control characters are not allowed',
    );
const rfc = z.string().regex(/^\d{4,5} [A-Z0-9](\.?[0-9A-Z]+)*$/, 'an RFC link looks like "8446 4.1.2"');

/** `{ learned: [eve, order] }`: the kind of fact, who, and what. `detected` needs no what. */
const factPattern = z
  .strictObject(
    Object.fromEntries(
      factKinds.map((kind) => [kind, z.union([z.tuple([id]), z.tuple([id, z.string().max(60)])]).optional()]),
    ),
  )
  .refine((fact) => Object.keys(fact).length === 1, 'one fact at a time');
const goalItem = z.union([factPattern, z.strictObject({ anyOf: z.array(factPattern).min(2).max(6) })]);
const goal = z.strictObject({
  must: z.array(goalItem).max(8).default([]),
  never: z.array(factPattern).max(12).default([]),
});

const verdict = z.union([
  z.literal('safe'),
  z.strictObject({ breaks: factPattern }),
  z.strictObject({ misses: factPattern }),
]);
const outcome = {
  verdict,
  /** The world in which the harm shows, where it is not the first. */
  in: id.optional(),
  /** One bold sentence on the status line. */
  headline: text(66),
  says: text(600),
  misconception: id.optional(),
  rfc: rfc.optional(),
};
/** The answer is checked against the schema of the step's point when the level is loaded. */
const choice = z.strictObject({
  id,
  label: text(60),
  /** Shown under the choices while this one is under the cursor. */
  note: text(66).optional(),
  answer: z.unknown(),
  reference: z.boolean().optional(),
  /** The choice whose parsed answer is meant to be the same. */
  sameAs: id.optional(),
  ...outcome,
});
/** What a `pick` names: an entry of the dump and a field in it, as a path of field names; `*` stands for any run of characters. */
const target = z.strictObject({ record: text(60), field: text(80).optional() });
const picked = choice.omit({ answer: true }).extend({ picks: z.array(target).min(1).max(8) });
/** What is not named. */
const otherwise = z.strictObject({ ...outcome });

const stepBase = {
  id,
  /** The decision point of the role's actor. */
  at: z.string().regex(/^[a-z]+\.[a-zA-Z]+$/),
  /** The how manieth time that this point is asked. */
  nth: z.number().int().min(1).max(50).default(1),
  /** Asked only where earlier steps were answered so. */
  when: z.record(id, z.union([id, z.array(id).min(1)])).optional(),
  ask: text(200),
  hints: z.tuple([text(240), text(240), text(240)]).optional(),
};
const step = z.discriminatedUnion('kind', [
  z.strictObject({ ...stepBase, kind: z.literal('choose'), choices: z.array(choice).min(2).max(6) }),
  z.strictObject({ ...stepBase, kind: z.literal('predict'), choices: z.array(choice).min(2).max(6) }),
  z.strictObject({ ...stepBase, kind: z.literal('pick'), choices: z.array(picked).min(1).max(8), otherwise }),
  z.strictObject({
    ...stepBase,
    kind: z.enum(['several', 'order']),
    items: z
      .array(z.strictObject({ id, label: text(60), value: z.unknown() }))
      .min(2)
      .max(8),
    choices: z
      .array(choice.omit({ answer: true, label: true }).extend({ items: z.array(id).max(8) }))
      .min(1)
      .max(12),
    otherwise,
  }),
]);
const world = z.strictObject({
  name: id,
  /** What the screen says when this world is shown because of a wrong answer. */
  announce: text(160).optional(),
  setup: z.record(z.string().max(40), z.unknown()).default({}),
  /** Per actor and point, the answer of a deliberately different implementation. */
  policies: z.record(id, z.record(z.string().max(40), z.unknown())).default({}),
  goal,
});
const act = z.strictObject({
  role: z.enum(['client', 'server', 'attacker']),
  title: text(60).optional(),
  brief: text(500).optional(),
  /** The actors whose answers in this act become their policy in later acts. */
  carry: z.array(id).default([]),
  worlds: z.array(world).min(1).max(4),
  steps: z.array(step).min(1).max(12),
});

const head = {
  format: z.literal(1),
  id,
  title: text(40),
  chapter: z.number().int().min(0).max(9),
  minutes: z.number().int().min(1).max(15),
  /** One sentence for the map: what one can do after it. */
  teaches: text(160),
  scenario: id,
  brief: text(500),
  debrief: text(700),
  terms: z.array(text(40)).max(24).default([]),
};
/** A file with one act may write it without a list. */
export const levelSchema = z.union([
  z.strictObject({ ...head, acts: z.array(act).min(1).max(4) }),
  z
    .strictObject({ ...head, ...act.omit({ title: true, brief: true }).shape })
    .transform(({ role, carry, worlds, steps, ...rest }) => ({
      ...rest,
      acts: [{ role, carry, worlds, steps }] as z.output<typeof act>[],
    })),
]);

export type Level = z.output<typeof levelSchema>;
export type Act = Level['acts'][number];
export type World = Act['worlds'][number];
export type Step = Act['steps'][number];
export type StepKind = Step['kind'];
export type Verdict = z.output<typeof verdict>;
export type FactPattern = z.output<typeof factPattern>;
export type Goal = z.output<typeof goal>;
