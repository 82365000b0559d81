// The JSON Schema of level files, for editors: what is read (src/game/level.ts) with a sentence for every key, and what
// each scenario brings to it: its setup, its decision points with their answers, and the facts it knows.
import * as z from 'zod';
import { levelSchema } from '../src/game/level.ts';
import type { Scenarios } from '../src/scenarios/index.ts';
import type { Scenario } from '../src/scenarios/scenario.ts';

export type Json = { readonly [key: string]: unknown };

/** JSON Schema draft 7, which every editor reads. Throws where a key has no sentence, or a sentence no key. */
export function levelJsonSchema(scenarios: Scenarios): Json {
  const { anyOf, definitions } = described(jsonSchema(levelSchema, 'ref')) as {
    readonly anyOf: readonly [listForm: Json, oneAct: Json];
    readonly definitions: Json;
  };
  const [listForm, oneAct] = anyOf;
  const all = [...scenarios.values()];
  const answers = answersOf(all);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'A level of HTTPS Quest',
    type: 'object',
    properties: { scenario: { enum: all.map(({ name }) => name) } },
    // One act may be written without a list. By `if`, so that an editor names what is wrong in the form that is meant.
    if: { required: ['acts'] },
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so
    then: listForm,
    else: oneAct,
    allOf: all.map((scenario) => ({
      if: { properties: { scenario: { const: scenario.name } }, required: ['scenario'] },
      // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so
      then: withScenario(scenario, answers.refer(scenario)),
    })),
    definitions: {
      ...definitions,
      ...answers.definitions,
    },
  };
}

/** What each point takes. One definition a point, or one a scenario where they take different answers at a point of one name. */
function answersOf(all: readonly Scenario[]) {
  const schemas = new Map<string, Map<string, string>>();
  for (const { name: scenario, points } of all)
    for (const { name, schema } of points) {
      const text = JSON.stringify(jsonSchema(schema));
      schemas.set(name, (schemas.get(name) ?? new Map<string, string>()).set(scenario, text));
    }
  const nameFor = (point: string, scenario: string): string =>
    new Set(schemas.get(point)?.values()).size > 1 ? `${scenario}.${point}` : point;
  return {
    definitions: Object.fromEntries(
      [...schemas].flatMap(([point, texts]) =>
        [...texts].map(([scenario, text]) => [nameFor(point, scenario), JSON.parse(text) as Json]),
      ),
    ),
    refer: ({ name: scenario, points }: Scenario): Json =>
      Object.fromEntries(points.map(({ name }) => [name, { $ref: `#/definitions/${nameFor(name, scenario)}` }])),
  };
}

/** What a level of this scenario may say of worlds and steps. */
function withScenario({ setup, vocabulary }: Scenario, answers: Json): Json {
  const fact = {
    properties: {
      anyOf: {},
      ...Object.fromEntries(
        Object.entries(vocabulary).map(([kind, pairs]) => [
          kind,
          { enum: [...pairs, ...[...new Set(pairs.map(([who]) => who))].map((who) => [who])] },
        ]),
      ),
    },
    additionalProperties: false,
  };
  const outcome = { properties: { verdict: { properties: { breaks: fact, misses: fact } } } };
  const worlds = {
    items: {
      properties: {
        setup: jsonSchema(setup),
        policies: { additionalProperties: { properties: answers, additionalProperties: false } },
        goal: { properties: { must: { items: fact }, never: { items: fact } } },
      },
    },
  };
  const steps = {
    items: {
      properties: { at: { enum: Object.keys(answers) }, choices: { items: outcome }, otherwise: outcome },
      allOf: Object.entries(answers).map(([name, answer]) => ({
        if: { properties: { at: { const: name } }, required: ['at'] },
        // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so
        then: { properties: { choices: { items: { properties: { answer } } } } },
      })),
    },
  };
  return { properties: { worlds, steps, acts: { items: { properties: { worlds, steps } } } } };
}

/** `ref`: what is used in several places is written once, under `definitions`. */
function jsonSchema(schema: z.ZodType, reused: 'ref' | 'inline' = 'inline'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    target: 'draft-7',
    io: 'input',
    reused,
    override({ jsonSchema: made }) {
      // A step that does not say its kind is one to choose in.
      const kind = made.properties?.kind;
      if (typeof kind === 'object' && kind.const === 'choose')
        made.required = made.required?.filter((key) => key !== 'kind') ?? [];
    },
  });
  return rest as Json;
}

/** The same with the sentence of each key, wherever a key stands. */
function described(schema: Json): Json {
  const seen = new Set<string>();
  const visit = (value: unknown, names = false): unknown => {
    if (Array.isArray(value)) return value.map((item) => visit(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => {
        const made = visit(inner, key === 'properties' && !names);
        if (!names) return [key, made];
        seen.add(key);
        if (!(key in sentences)) throw new Error(`scripts/levelSchema.ts has no sentence for the key ${key}`);
        return [key, { description: sentences[key as keyof typeof sentences], ...(made as Json) }];
      }),
    );
  };
  const made = visit(schema) as Json;
  const left = Object.keys(sentences).filter((key) => !seen.has(key));
  if (left.length) throw new Error(`scripts/levelSchema.ts has sentences for no key: ${left.join(', ')}`);
  return made;
}

const sentences = {
  format: 'The version of the format: 1.',
  id: 'Its name: lower-case letters, digits and hyphens, at most 40. Never change it once people have played it.',
  title: 'What the map calls it, or the act.',
  chapter: 'Which part of the map it stands in, 0 to 9.',
  minutes: 'How long it takes a beginner, 1 to 15.',
  teaches: 'One sentence for the map: what one can do after it.',
  scenario: 'The situation that it is made of: who is there, on which cables, with which secrets.',
  proof:
    'live: where it is played, a real program takes the other side, and what becomes of an answer is what that program does. The prover leaves it out.',
  boss: 'The test at the end of a chapter: its steps have no hints, and 80 in 100 right at the first try pass it.',
  reward: 'What passing it gives, read in the debrief.',
  brief: 'What the player is told before the first decision: who is there, and the goal.',
  debrief: 'What the player takes home, read at the end.',
  terms: 'The words of the field that one meets in it.',
  acts: 'The parts, played in order, each with its own role. A level of one act may leave this out.',
  role: 'Who the player is.',
  carry: 'Actors whose answers in this act become their policy in later acts.',
  worlds: 'Versions of the situation. The first is shown; a choice counts as safe only if it holds in all of them.',
  name: 'Its name.',
  announce: 'What the screen says when this world is shown because of a wrong answer.',
  setup: 'What the scenario is asked for.',
  policies: 'By actor and decision point: the answer of one that deliberately does otherwise than it should.',
  goal: 'What must hold at the end, and what must never.',
  must: 'Facts that hold at the end of a world that went well.',
  never: 'Facts that must not come about.',
  anyOf: 'One of these facts is enough.',
  steps: 'The decisions that the player is asked, in the order of the file.',
  kind: 'How it is answered: choose (the usual), predict, pick (a field in the bytes), several (of the items) or order (of all items).',
  at: 'The decision point of the player’s actor.',
  nth: 'Which time that this point is asked is meant. 1 unless said.',
  when: 'Asked only where earlier steps were answered so: { step: choice } or { step: [choice, choice] }.',
  given:
    'Asked only where the seed has decided so: { word: value } or { word: [value, value] }, with a word of the scenario.',
  variants:
    'Where the seed moves the right answer: in how many variants it comes, at least, over the twenty seeds of check.',
  ask: 'The question.',
  hints: 'Three: the concept, where to look, the step.',
  choices: 'What can be chosen, or the fields that count.',
  otherwise: 'What becomes of every answer that is not named.',
  as: 'Of several and order: the key of the answer that gets the values of the items.',
  with: 'Of several and order: the rest of the answer, if it has more keys.',
  items: 'What is put together, or by id: what this answer is put together from.',
  value: 'What the item stands for in the answer.',
  label: 'What the player reads, at most 31 columns.',
  note: 'Shown while the cursor is on it, at most 66 columns.',
  answer: 'What the actor does: given to the decision point.',
  picks: 'The fields that count as this choice.',
  record: 'The message or record, by its name in the dump; * stands for any characters.',
  direction: 'Of entries of one name, only those that the player’s actor sent or received.',
  field: 'The field, by the names from the outermost to it, joined by dots. Any byte will do where this is left out.',
  reference: 'Whether a correct implementation does this; the first safe choice unless said.',
  sameAs: 'The earlier choice that has the same answer on purpose.',
  verdict: 'What becomes of it: safe, { breaks: a fact of never } or { misses: a fact of must }.',
  breaks: 'A fact of never that comes about.',
  misses: 'A fact of must that can no longer be reached.',
  in: 'The world in which the harm shows, if not the first.',
  headline: 'The verdict in one sentence, at most 66 columns.',
  says: 'Why. For an unsafe choice: what many think, where to look, what is true.',
  misconception: 'The belief behind an unsafe choice, as an id.',
  rfc: 'RFC and section, such as "8446 4.1.2".',
  delivered: '[what, to]: its application acted on exactly these bytes.',
  learned: '[who, secret]: it stands in what the actor holds, in the clear or opened with a key of its own.',
  accepted: '[who, what]: believed it.',
  aborted: '[who, alert]: ended the connection with that alert; any for every one.',
  detected: '[who, what]: noticed it.',
  negotiated: '[tls, version]: both ends completed the same handshake.',
  found: '[who, what]: pointed at the right bytes.',
  guessed: '[who, what]: foresaw it.',
  stalled: '[who, what it lacked]: could not go on.',
  spent: '[who, what]: did something costly so often.',
  linked: '[who, what]: tied two things to one person.',
} as const;
