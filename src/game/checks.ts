// What a level says about its scenario, held against the scenario: points, answers, facts, words, names.
import { entropy } from '../tls/entropy.ts';
import type { Scenario, Scene } from '../scenarios/scenario.ts';
import type { Scenarios } from '../scenarios/index.ts';
import { answerProblems, asSentence, noPoint, repeated } from './checks/answers.ts';
import { stepProblems } from './checks/steps.ts';
import { textProblems } from './checks/texts.ts';
import { factText, namedFact } from './goal.ts';
import type { Act, FactPattern, Level, Step, World } from './level.ts';
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
    ...textProblems(level, scenario),
    ...proofProblems(level, scenario),
    ...bossProblems(level),
    ...level.acts.flatMap((act, index) => {
      const problems = actProblems(act, ['acts', index], { scenario, earlier });
      for (const step of act.steps) earlier.set(step.id, step);
      return problems;
    }),
  ];
}

/** Live is what has a real program on the other side, in every world. */
function proofProblems({ proof, acts }: Level, { name, setup, scene }: Scenario): Problem[] {
  if (proof !== 'live') return [];
  if (acts.length > 1) return [{ path: ['proof'], message: 'A level that is played live has one act.' }];
  const worlds = acts.flatMap((act) => act.worlds.map((world) => setup.safeParse(world.setup)));
  return worlds.every(({ success, data }) => !success || scene(data, entropy('sample')).real)
    ? []
    : [{ path: ['proof'], message: `Nobody in "${name}" can be a real program. Remove "proof".` }];
}

/** A boss asks what one can do without help. */
const bossProblems = ({ boss, acts }: Level): Problem[] =>
  acts.flatMap(({ steps }, act) =>
    steps.flatMap(({ hints }, step): Problem[] =>
      boss && hints
        ? [{ path: ['acts', act, 'steps', step, 'hints'], message: 'A boss gives no hints. Remove them.' }]
        : [],
    ),
  );

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
