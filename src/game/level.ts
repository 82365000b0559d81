// A level as data. Level files are untrusted input: strict, bounded, plain.
import * as z from 'zod';
import { type FactKind, factKinds } from '../scenarios/scenario.ts';
import { id, line, rfcLink, text } from './texts.ts';

/** What stands on one line of the screen. The loader measures it again with the seed's words in it. */
const shown = (most: number) => line(most + 60);

/** Columns that the screen has for what stands on one line. */
export const room = { label: 31, item: 29, note: 66, headline: 66 } as const;

const whoAndWhat = z
  .union([z.tuple([id]), z.tuple([id, z.string().max(60)])], { error: 'write [who] or [who, what]' })
  .optional();
/** `{ learned: [eve, order] }`: the kind of fact, who, and what. `detected` needs no what. */
const factPattern = z
  .strictObject(Object.fromEntries(factKinds.map((kind) => [kind, whoAndWhat])) as Record<FactKind, typeof whoAndWhat>)
  .refine((fact) => Object.keys(fact).length === 1, 'one fact at a time');
const goalItem = z.union([factPattern, z.strictObject({ anyOf: z.array(factPattern).min(2).max(6) })], {
  error: 'write a fact, such as { learned: [eve, order] }, or { anyOf: [fact, fact] }',
});
const goal = z.strictObject({
  must: z.array(goalItem).max(8).default([]),
  never: z.array(factPattern).max(12).default([]),
});

const verdict = z.union(
  [z.literal('safe'), z.strictObject({ breaks: factPattern }), z.strictObject({ misses: factPattern })],
  { error: 'write safe, or { breaks: fact }, or { misses: fact }' },
);
const outcome = {
  verdict,
  /** The world in which the harm shows, where it is not the first. */
  in: id.optional(),
  /** One bold sentence on the status line. */
  headline: shown(room.headline),
  says: text(600),
  misconception: id.optional(),
  rfc: rfcLink.optional(),
};
/** The answer is checked against the schema of the step's point when the level is loaded. */
const choice = z.strictObject({
  id,
  label: shown(room.label),
  /** Shown under the choices while this one is under the cursor. */
  note: shown(room.note).optional(),
  answer: z.unknown(),
  reference: z.boolean().optional(),
  /** The earlier choice whose parsed answer is meant to be the same. */
  sameAs: id.optional(),
  ...outcome,
});
/**
 * What a `pick` names: an entry of the dump by its name and, unless any byte of it will do, a field by its path: the
 * names from the outermost field to it, joined by dots. `*` stands for any run of characters in either.
 */
const target = z.strictObject({
  record: line(60),
  /** Of entries of one name, those that the player's actor sent or received. */
  direction: z.enum(['sent', 'received']).optional(),
  field: line(80).optional(),
});
const picked = choice.omit({ answer: true }).extend({ picks: z.array(target).min(1).max(8) });
/** What is not named. */
const otherwise = z.strictObject({ ...outcome });

const stepBase = {
  id,
  /** The decision point of the role's actor. */
  at: z.string().regex(/^[a-z]+\.[a-zA-Z]+$/, 'a decision point looks like client.onServerHello'),
  /** The how manieth time that this point is asked. */
  nth: z.number().int().min(1).max(50).default(1),
  /** Asked only where earlier steps were answered so. */
  when: z
    .record(id, z.union([id, z.array(id).min(1)], { error: 'write the id of a choice, or a list of ids' }))
    .optional(),
  /** Asked only where the seed has decided so: a word of the scenario, and the value or values that it must have. */
  given: z
    .record(id, z.union([shown(40), z.array(shown(40)).min(1)], { error: 'write a value of the word, or a list' }))
    .optional(),
  /** How many right answers the seed gives, at least, over the twenty seeds of `check`. One where it is left out. */
  variants: z.number().int().min(2).max(20).optional(),
  ask: text(200),
  hints: z.tuple([text(240), text(240), text(240)]).optional(),
};
const kinds = {
  /** What a step is that does not say its kind. */
  choose: z.strictObject({ ...stepBase, kind: z.literal('choose'), choices: z.array(choice).min(2).max(6) }),
  predict: z.strictObject({ ...stepBase, kind: z.literal('predict'), choices: z.array(choice).min(2).max(6) }),
  pick: z.strictObject({ ...stepBase, kind: z.literal('pick'), choices: z.array(picked).min(1).max(8), otherwise }),
  composed: z.strictObject({
    ...stepBase,
    kind: z.enum(['several', 'order']),
    /** The key of the point's answer that gets the values of the items. */
    as: z.string().regex(/^[a-z][a-zA-Z]{0,39}$/, 'a key looks like cards or certificates'),
    /** The rest of the answer, where it has more keys. */
    with: z.record(z.string().max(40), z.unknown()).default({}),
    items: z
      .array(z.strictObject({ id, label: shown(room.item), value: z.unknown() }))
      .min(2)
      .max(8),
    choices: z
      .array(choice.omit({ answer: true, label: true }).extend({ items: z.array(id).max(8) }))
      .min(1)
      .max(12),
    otherwise,
  }),
};
const step = z.preprocess(
  (value) => (typeof value === 'object' && value !== null && !('kind' in value) ? { kind: 'choose', ...value } : value),
  z.discriminatedUnion('kind', [kinds.choose, kinds.predict, kinds.pick, kinds.composed], {
    error: 'the kind of a step is choose, predict, pick, several or order',
  }),
);
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
  /**
   * `live`: where it is played, a real program takes the other side, and what becomes of an answer is what that program
   * does. `check` starts no programs and leaves it out.
   */
  proof: z.literal('live').optional(),
  /** The test at the end of a chapter: no hints, and it is passed by first tries alone. */
  boss: z
    .strictObject({
      /** What passing it gives, read in the debrief. */
      reward: text(300),
    })
    .optional(),
  brief: text(500),
  debrief: text(700),
  /** Entries of the codex, by their names. */
  terms: z.array(line(40)).max(24).default([]),
};
const listForm = z.strictObject({ ...head, acts: z.array(act).min(1).max(6) });
/** A file with one act may write it without a list. */
const oneAct = z
  .strictObject({ ...head, ...act.omit({ title: true, brief: true }).shape })
  .transform(({ role, carry, worlds, steps, ...rest }) => ({
    ...rest,
    acts: [{ role, carry, worlds, steps }] as z.output<typeof act>[],
  }));
export const levelSchema = z.union([listForm, oneAct]);

/** Whether a file writes its one act without a list; then its keys are `steps`, not `acts[0].steps`. */
export const isOneAct = (data: unknown): boolean => typeof data !== 'object' || data === null || !('acts' in data);

/** Parses by the form that the data has, so that what is wrong is named exactly. */
export const parseLevel = (data: unknown): z.ZodSafeParseResult<Level> =>
  isOneAct(data) ? oneAct.safeParse(data) : listForm.safeParse(data);

export type Level = z.output<typeof levelSchema>;
export type Act = Level['acts'][number];
export type World = Act['worlds'][number];
export type Step = Act['steps'][number];
export type FactPattern = z.output<typeof factPattern>;
export type Goal = z.output<typeof goal>;
export type PickStep = Extract<Step, { kind: 'pick' }>;
export type ComposedStep = Extract<Step, { kind: 'several' | 'order' }>;
export type PickChoice = PickStep['choices'][number];
/** What stands beside every choice, and in `otherwise`. */
export type Outcome = PickStep['otherwise'];

/**
 * What tells decisions of one act apart: the point, and which time it is asked. Steps that share it are alternatives; a run
 * comes to one of them at most.
 */
export const decisionOf = ({ at, nth }: Step): string => `${at} ${nth}`;

/** What can come of a step, by the id of the choice; `otherwise` is what is not named. */
export function outcomesOf(step: Step): (readonly [id: string, outcome: Outcome])[] {
  const named = step.choices.map((choice) => [choice.id, choice] as const);
  return 'otherwise' in step ? [...named, ['otherwise', step.otherwise]] : named;
}
