// What a level says about its scenario, held against the scenario: points, answers, facts, words, names.
import { isDeepStrictEqual } from 'node:util';
import type { DecisionPoint } from '../tls/effects.ts';
import { entropy } from '../tls/entropy.ts';
import type { Scenario, Scene } from '../scenarios/scenario.ts';
import type { Scenarios } from '../scenarios/index.ts';
import { factText, namedFact } from './goal.ts';
import { type Act, columns, type FactPattern, type Level, type Outcome, room, type Step, type World } from './level.ts';
import { fill, fillDeep, type Words, wordsIn } from './words.ts';
import type { Path, Problem } from './yamlFile.ts';

/** Everything that is wrong in a level of the right shape, with the path of its key in the list form. */
export function problemsOf(level: Level, scenarios: Scenarios): Problem[] {
  const scenario = scenarios.get(level.scenario);
  if (!scenario)
    return [
      {
        path: ['scenario'],
        message: `There is no scenario "${level.scenario}". There are ${[...scenarios.keys()].join(', ')}.`,
      },
    ];
  const earlier = new Map<string, Step>();
  return [
    ...textsOf(level, scenario),
    ...level.acts.flatMap((act, index) => {
      const problems = actProblems(act, ['acts', index], { scenario, earlier });
      for (const step of act.steps) earlier.set(step.id, step);
      return problems;
    }),
  ];
}

interface Context {
  readonly scenario: Scenario;
  /** The steps of earlier acts, by id. */
  readonly earlier: ReadonlyMap<string, Step>;
}

function actProblems(act: Act, path: Path, context: Context): Problem[] {
  const worlds = act.worlds.map((world, index) => worldOf(world, [...path, 'worlds', index], context.scenario));
  const problems: Problem[] = [
    ...worlds.flatMap((world) => world.problems),
    ...repeated(
      act.worlds.map(({ name }) => name),
      (index) => [...path, 'worlds', index, 'name'],
      'world',
    ),
  ];
  const scene = worlds.find((world) => world.scene)?.scene;
  if (!scene) return problems;
  const actors = new Set(scene.cast.map(({ actor }) => actor));
  if (!scene.cast.some(({ role }) => role === act.role))
    problems.push({ path: [...path, 'role'], message: `Nobody in "${context.scenario.name}" is the ${act.role}.` });
  for (const [index, actor] of act.carry.entries())
    if (!actors.has(actor)) problems.push({ path: [...path, 'carry', index], message: noActor(actor, actors) });
  for (const [index, world] of act.worlds.entries())
    problems.push(...policyProblems(world, [...path, 'worlds', index], context.scenario, scene));
  const before = new Map(context.earlier);
  for (const [index, step] of act.steps.entries()) {
    problems.push(...stepProblems(step, [...path, 'steps', index], { act, before, scene, scenario: context.scenario }));
    before.set(step.id, step);
  }
  return problems;
}

const noActor = (actor: string, actors: ReadonlySet<string>) =>
  `There is no actor "${actor}". There are ${[...actors].join(', ')}.`;

// ---- worlds -----------------------------------------------------------------------------------------------------

/** The scene of a world for a seed like any other, for the words and actors that it has. */
function worldOf(
  world: World,
  path: Path,
  scenario: Scenario,
): { readonly problems: Problem[]; readonly scene?: Scene } {
  const problems: Problem[] = [...world.goal.must.entries()].flatMap(([index, item]) =>
    'anyOf' in item
      ? item.anyOf.flatMap((fact, inner) =>
          factProblem(fact, [...path, 'goal', 'must', index, 'anyOf', inner], scenario),
        )
      : factProblem(item, [...path, 'goal', 'must', index], scenario),
  );
  for (const [index, fact] of world.goal.never.entries())
    problems.push(...factProblem(fact, [...path, 'goal', 'never', index], scenario));
  const setup = scenario.setup.safeParse(world.setup);
  if (setup.success) return { problems, scene: scenario.scene(setup.data, entropy('sample')) };
  const refused = setup.error.issues.map((issue) => ({
    path: [...path, 'setup', ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))],
    message: `"${scenario.name}" does not take this: ${asSentence(issue.message)}`,
  }));
  return { problems: [...problems, ...refused] };
}

function factProblem(pattern: FactPattern, path: Path, scenario: Scenario): Problem[] {
  const { kind, who, what } = namedFact(pattern);
  const known = scenario.vocabulary[kind] ?? [];
  if (known.some(([knownWho, knownWhat]) => knownWho === who && (what === undefined || knownWhat === what))) return [];
  const all = Object.entries(scenario.vocabulary).flatMap(([of, pairs]) =>
    pairs.map(([a, b]) => `${of}(${[a, b].join(', ')})`),
  );
  const message = `"${scenario.name}" knows no fact ${factText(pattern)}. It knows ${all.join(', ')}.`;
  return [{ path, message }];
}

function policyProblems(world: World, path: Path, scenario: Scenario, { cast, actors, words }: Scene): Problem[] {
  const known = new Set([...cast.map(({ actor }) => actor), ...actors.map(({ name }) => name)]);
  return Object.entries(world.policies).flatMap(([actor, policies]) => {
    const at = [...path, 'policies', actor];
    if (!known.has(actor)) return [{ path: at, message: noActor(actor, known) }];
    return Object.entries(policies).flatMap(([name, answer]) => {
      const point = scenario.points.find((one) => one.name === name);
      if (!point) return [{ path: [...at, name], message: noPoint(name, scenario) }];
      return answerProblems(point, answer, [...at, name], scenario, words);
    });
  });
}

const noPoint = (name: string, scenario: Scenario) => {
  const prefix = name.split('.')[0];
  const near = scenario.points.map((point) => point.name).filter((one) => one.startsWith(`${prefix}.`));
  const there = near.length ? near : scenario.points.map((point) => point.name);
  return `"${scenario.name}" has no decision point ${name}. It has ${there.join(', ')}.`;
};

function answerProblems(
  point: DecisionPoint,
  answer: unknown,
  path: Path,
  scenario: Scenario,
  words: Words,
): Problem[] {
  const unknown = unknownWords(JSON.stringify(answer) ?? '', path, scenario);
  if (unknown.length) return unknown;
  const parsed = point.schema.safeParse(fillDeep(answer, words));
  if (parsed.success) return [];
  const [issue] = parsed.error.issues;
  const where = issue?.path.length ? `${issue.path.join('.')}: ` : '';
  return [{ path, message: `${point.name} does not take this answer: ${where}${asSentence(issue?.message ?? '')}` }];
}

const asSentence = (message: string) => (/[.!?]$/.test(message) ? message : `${message}.`);

// ---- steps ------------------------------------------------------------------------------------------------------

interface StepContext {
  readonly act: Act;
  /** The steps before this one, by id. */
  readonly before: ReadonlyMap<string, Step>;
  readonly scenario: Scenario;
  readonly scene: Scene;
}

function stepProblems(step: Step, path: Path, context: StepContext): Problem[] {
  const { act, before, scenario, scene } = context;
  const problems: Problem[] = [];
  const say = (key: Path, message: string) => problems.push({ path: [...path, ...key], message });
  if (before.has(step.id)) say(['id'], `Another step of this level is called "${step.id}" as well. Rename one.`);
  const point = scenario.points.find((one) => one.name === step.at);
  if (!point) say(['at'], noPoint(step.at, scenario));
  problems.push(...whenProblems(step, path, before));
  problems.push(
    ...repeated(
      step.choices.map(({ id }) => id),
      (index) => [...path, 'choices', index, 'id'],
      'choice',
    ),
  );
  if (step.choices.some(({ id }) => id === 'otherwise'))
    say(['choices'], 'No choice may be called "otherwise": that is what is not named.');
  const safe = step.choices.filter(({ verdict }) => verdict === 'safe');
  if (!safe.length)
    say(
      ['choices'],
      `None of the choices of "${step.id}" (${step.choices.map(({ id }) => id).join(', ')}) is safe, so nobody can go on. Make one safe.`,
    );
  const references = step.choices.filter(({ reference }) => reference);
  if (references.length > 1) say(['choices'], 'Only one choice can be the reference.');
  if (references.some(({ verdict }) => verdict !== 'safe'))
    say(['choices'], 'The reference choice must be a safe one.');
  for (const [index, choice] of step.choices.entries())
    problems.push(...outcomeProblems(choice, [...path, 'choices', index], act));
  if ('otherwise' in step) problems.push(...outcomeProblems(step.otherwise, [...path, 'otherwise'], act));
  if (point) problems.push(...answersProblems(step, path, point, scenario, scene.words));
  return [...problems, ...widthProblems(step, path, scene.words)];
}

function whenProblems(step: Step, path: Path, before: ReadonlyMap<string, Step>): Problem[] {
  return Object.entries(step.when ?? {}).flatMap(([id, named]) => {
    const earlier = before.get(id);
    const at = [...path, 'when', id];
    if (!earlier) return [{ path: at, message: `No earlier step is called "${id}".` }];
    const ids = [...earlier.choices.map((choice) => choice.id), ...('otherwise' in earlier ? ['otherwise'] : [])];
    return [named]
      .flat()
      .filter((choice) => !ids.includes(choice))
      .map((choice) => ({ path: at, message: `Step "${id}" has no choice "${choice}". It has ${ids.join(', ')}.` }));
  });
}

function outcomeProblems(outcome: Outcome, path: Path, { worlds }: Act): Problem[] {
  const { verdict } = outcome;
  const names = worlds.map(({ name }) => name);
  if (verdict === 'safe')
    return outcome.in === undefined ? [] : [{ path: [...path, 'in'], message: 'A safe choice holds in every world.' }];
  const problems: Problem[] = [];
  if (outcome.misconception === undefined)
    problems.push({ path, message: 'An unsafe choice needs a misconception: the belief that it stands for.' });
  const world = outcome.in === undefined ? worlds[0] : worlds.find(({ name }) => name === outcome.in);
  if (!world)
    return [
      ...problems,
      { path: [...path, 'in'], message: `There is no world "${outcome.in}". There is ${names.join(', ')}.` },
    ];
  const [key, pattern, among] =
    'breaks' in verdict
      ? (['breaks', verdict.breaks, world.goal.never] as const)
      : ([
          'misses',
          verdict.misses,
          world.goal.must.flatMap((item) => ('anyOf' in item ? item.anyOf : [item])),
        ] as const);
  if (!among.some((one) => isDeepStrictEqual(namedFact(one), namedFact(pattern))))
    problems.push({
      path: [...path, 'verdict', key],
      message: `The goal of world "${world.name}" has no ${factText(pattern)} under ${key === 'breaks' ? 'never' : 'must'}.`,
    });
  return problems;
}

/** Answers that their point takes, and no two alike unless that is said. */
function answersProblems(step: Step, path: Path, point: DecisionPoint, scenario: Scenario, words: Words): Problem[] {
  switch (step.kind) {
    case 'pick':
      return point.schema.safeParse({ record: 0, offset: 0, length: 1 }).success
        ? []
        : [{ path: [...path, 'kind'], message: `${point.name} is no point that is picked. Use choose.` }];
    case 'several':
    case 'order': {
      const items = new Set(step.items.map(({ id }) => id));
      return [
        ...repeated(
          step.items.map(({ id }) => id),
          (index) => [...path, 'items', index, 'id'],
          'item',
        ),
        ...step.choices.flatMap((choice, index) =>
          choice.items
            .filter((item) => !items.has(item))
            .map((item) => ({ path: [...path, 'choices', index, 'items'], message: `There is no item "${item}".` })),
        ),
      ];
    }
    case 'choose':
    case 'predict': {
      const wrong = step.choices.flatMap(({ answer }, index) =>
        answerProblems(point, answer, [...path, 'choices', index, 'answer'], scenario, words),
      );
      return wrong.length ? wrong : twins(step.choices, path, (answer) => point.schema.parse(fillDeep(answer, words)));
    }
  }
}

type Answered = { readonly id: string; readonly answer: unknown; readonly sameAs?: string | undefined };
function twins(choices: readonly Answered[], path: Path, parse: (answer: unknown) => unknown): Problem[] {
  const parsed = choices.map(({ answer }) => parse(answer));
  return choices.flatMap(({ id, sameAs }, index): Problem[] => {
    const at = [...path, 'choices', index];
    if (sameAs !== undefined) {
      const other = choices.findIndex((choice) => choice.id === sameAs);
      if (other === index || other < 0)
        return [{ path: [...at, 'sameAs'], message: `There is no other choice "${sameAs}".` }];
      return isDeepStrictEqual(parsed[other], parsed[index])
        ? []
        : [{ path: [...at, 'sameAs'], message: `The answers of "${id}" and "${sameAs}" differ.` }];
    }
    const twin = choices.findIndex((_, other) => other < index && isDeepStrictEqual(parsed[other], parsed[index]));
    if (twin < 0) return [];
    const name = choices[twin]?.id ?? '';
    const message = `This is the answer of "${name}" as well. If that is meant, add sameAs: ${name}.`;
    return [{ path: [...at, 'answer'], message }];
  });
}

const repeated = (names: readonly string[], at: (index: number) => Path, what: string): Problem[] =>
  names.flatMap((name, index) =>
    names.indexOf(name) < index
      ? [{ path: at(index), message: `There is another ${what} "${name}". Rename one.` }]
      : [],
  );

// ---- texts ------------------------------------------------------------------------------------------------------

/** The columns of what stands on one line, with a seed's words in it. */
function widthProblems(step: Step, path: Path, words: Words): Problem[] {
  const lines: [Path, keyof typeof room, string | undefined][] = step.choices.flatMap((choice, index) => [
    [['choices', index, 'label'], 'label', 'label' in choice ? choice.label : undefined],
    [['choices', index, 'note'], 'note', choice.note],
    [['choices', index, 'headline'], 'headline', choice.headline],
  ]);
  if ('otherwise' in step) lines.push([['otherwise', 'headline'], 'headline', step.otherwise.headline]);
  return lines.flatMap(([key, what, text]) => {
    const width = columns(fill(text ?? '', words));
    if (width <= room[what]) return [];
    return [{ path: [...path, ...key], message: `This takes ${width} columns, and the screen has ${room[what]}.` }];
  });
}

/** The words that a text names must be the scenario's; what is shown before there is a seed can have none. */
function textsOf(level: Level, scenario: Scenario): Problem[] {
  const { title, teaches, terms, acts, brief, debrief } = level;
  const seedless = [['title', title] as const, ['teaches', teaches] as const, ['terms', terms.join(' ')] as const];
  return [
    ...seedless.flatMap(([key, text]) =>
      wordsIn(text).map((word) => ({ path: [key], message: `{${word}} cannot stand here: there is no seed yet.` })),
    ),
    ...unknownWords(brief, ['brief'], scenario),
    ...unknownWords(debrief, ['debrief'], scenario),
    ...acts.flatMap((act, index) => [
      ...wordsBelow({ title: act.title, brief: act.brief }, ['acts', index], scenario),
      ...act.worlds.flatMap(({ announce }, at) => wordsBelow({ announce }, ['acts', index, 'worlds', at], scenario)),
      ...act.steps.flatMap((step, at) => wordsBelow(step, ['acts', index, 'steps', at], scenario)),
    ]),
  ];
}

/** Every text below, but answers, which are looked at with their point. */
function wordsBelow(value: unknown, path: Path, scenario: Scenario): Problem[] {
  if (typeof value === 'string') return unknownWords(value, path, scenario);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'answer' ? [] : wordsBelow(inner, [...path, Array.isArray(value) ? Number(key) : key], scenario),
  );
}

const unknownWords = (text: string, path: Path, scenario: Scenario): Problem[] =>
  wordsIn(text)
    .filter((word) => !scenario.words.includes(word))
    .map((word) => ({
      path,
      message: scenario.words.length
        ? `"${scenario.name}" has no word {${word}}. It has ${scenario.words.join(', ')}.`
        : `"${scenario.name}" has no words, so {${word}} stands for nothing.`,
    }));
