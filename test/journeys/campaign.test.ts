// From the first key to the last: all levels in one go on the real screen, each with a wrong choice that is taken back. A game
// of the same seed runs along without a screen, and says what is to be pressed and what must then be shown.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Attempt, type Move, standing } from '../../src/game/attempt.ts';
import { choiceOf, marksWholeMessages, pointing, regionOf } from '../../src/game/picks.ts';
import { play, type Snapshot, type Waiting } from '../../src/game/play.ts';
import { scenarios } from '../../src/scenarios/index.ts';
import { logName, sort } from '../../src/store/log.ts';
import { fieldsAt, type Playing } from '../../src/store/playing.ts';
import type { Field } from '../../src/tls/codec.ts';
import { widthOf } from '../../src/ui/spans.ts';
import { briefLines, moveTitle } from '../../src/ui/texts.ts';
import { levels, newGame } from '../ui/game.ts';
import { rightAnswers } from './answers.ts';
import { bench, program, type Terminal } from './terminal.ts';

let at: ReturnType<typeof bench>;
let terminal: Terminal;
const { store } = newGame();
const { actions } = store;
beforeAll(async () => {
  at = bench();
  // The game that runs along draws its names from the same seed, and its packets do not fly either.
  terminal = at.quest(['--seed', '1', '--reduced-motion']);
  await terminal.until('Begin');
});
afterAll(() => at.clear());

const playing = (): Playing => {
  const { playing: now } = store.getState();
  if (!now) throw new Error('nothing is played');
  return now;
};
const waiting = (): Waiting => {
  const { waiting: now } = playing().snapshot;
  if (!now) throw new Error('nothing is asked');
  return now;
};
const starsOf = (id: string): number => store.getState().progress.levels[id]?.best?.stars ?? 0;

it.each(levels.map(({ id }, index) => [id, index] as const))('%s', async (id, index) => {
  expect(actions.next()?.id).toBe(id);
  await enter(index);
  expect(playing().level.id).toBe(id);
  await shown();
  await playThrough(id, true);
  // Whoever slipped too often in a boss plays it again.
  if (!starsOf(id)) {
    terminal.press('r');
    actions.start(playing().level, true);
    await shown();
    await playThrough(id, false);
  }
  expect(starsOf(id)).toBeGreaterThan(0);
});

it('then every level has its stars on the map', async () => {
  terminal.press('m');
  actions.show('map');
  const inAll = levels.reduce((sum, level) => sum + starsOf(level.id), 0);
  await terminal.until(`${inAll} of ${levels.length * 3} stars`);
  terminal.press(...levels.map(() => 'up'));
  for (const { id, title } of levels) {
    const row = ` ${'★'.repeat(starsOf(id))}${'☆'.repeat(3 - starsOf(id))} `;
    await terminal.until((text) =>
      text.split('\n').some((line) => line.includes(title.slice(0, 20)) && line.includes(row)),
    );
    terminal.press('down');
  }
  terminal.press('q');
  expect(await terminal.ended()).toBe(0);
  expect(terminal.inside).toBe(false);
});

it('and the same moves, typed into a pipe, give the same events and the same score in every level', () => {
  const { events } = sort(readFileSync(join(at.folder, 'data', logName)));
  const started = events.flatMap((event) => (event.type === 'started' ? [event] : []));
  expect(new Set(started.map(({ level }) => level))).toEqual(new Set(levels.map(({ id }) => id)));
  let compared = 0;
  for (const { attempt: id, level: name, seed } of started) {
    const level = levels.find((one) => one.id === name);
    // What a real program says is another thing each time.
    if (!level || level.proof === 'live') continue;
    const moves = events.flatMap((event) => (event.type === 'moved' && event.attempt === id ? [event.move] : []));
    const end = events.find((event) => event.type === 'ended' && event.attempt === id);
    const file = join(at.folder, `${id}.json`);
    const args = ['play', name, '--plain', '--seed', seed, '--save', file, '--data-dir', join(at.folder, 'plain')];
    const { stdout } = spawnSync(process.execPath, [program, ...args], { input: typed(moves), encoding: 'utf8' });
    const saved = JSON.parse(readFileSync(file, 'utf8')) as Attempt;
    expect(saved.moves).toEqual(moves);
    const [here, there] = [moves, saved.moves].map((all) => play({ level, seed, answers: standing(all) }, scenarios));
    expect(hashOf(there)).toBe(hashOf(here));
    expect(end).toMatchObject({ type: 'ended', outcome: 'met' });
    if (end?.type === 'ended') expect(stdout).toContain(`Score: ${end.points} of 100 points, ${end.stars} of 3 stars.`);
    compared++;
  }
  expect(compared).toBeGreaterThanOrEqual(26);
});

/** What to type for the same moves: back to the decision plain mode goes by itself. */
const typed = (moves: readonly Move[]): string =>
  moves
    .flatMap((move) => {
      if (move.move === 'rewind') return [];
      if (move.move === 'hint') return ['hint'];
      if ('choice' in move) return [move.choice];
      if ('items' in move) return [move.items.join(' ') || 'none'];
      return [`${move.value.record + 1} ${move.value.offset} ${move.value.length}`];
    })
    .map((line) => `${line}\n`)
    .join('');

/** Of all that happened in a run, byte by byte; there is something. */
function hashOf(snapshot: Snapshot | undefined): string {
  const events = snapshot?.acts.flatMap((act) => act.events) ?? [];
  expect(events.length).toBeGreaterThan(0);
  const plain = (_key: string, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
  return createHash('sha256').update(JSON.stringify(events, plain)).digest('hex');
}

/** Goes to the next level in one of the ways that there are: from the title, straight on, by the map. */
async function enter(index: number): Promise<void> {
  const next = actions.next();
  if (!next) throw new Error('there are no levels');
  const ways = [
    async () => {
      if (index) {
        terminal.press('m');
        await terminal.until('The way');
        terminal.press('esc');
        await terminal.until(`Continue: ${next.title}`);
      }
      terminal.press('enter');
    },
    async () => terminal.press('enter'),
    async () => {
      terminal.press('m');
      await terminal.until('The way');
      terminal.press('down');
      await terminal.until((text) => /▶[^│]*next/.test(text) && text.includes(`╭ ${next.title.slice(0, 12)}`));
      terminal.press('enter');
    },
  ];
  await ways[index % ways.length]?.();
  actions.start(next);
}

/** Plays from the brief to the debrief. */
async function playThrough(id: string, slips: boolean): Promise<void> {
  let slipped = !slips;
  for (const answer of rightAnswers[id] ?? []) {
    await on('ask');
    const wrong = slipped ? undefined : wrongIn(waiting());
    if (wrong) {
      slipped = true;
      await give(wrong);
      expect(playing().snapshot.slip).toBeDefined();
      await on('ask');
    }
    await give(answer);
    expect(playing().snapshot.judged.at(-1)?.safe).toBe(true);
  }
  expect(slipped).toBe(true);
  await on('over');
}

/** Presses enter until there is a question, or the end. */
async function on(phase: 'ask' | 'over'): Promise<void> {
  for (let turns = 0; playing().phase !== phase && turns < 6; turns++) {
    terminal.press('enter');
    actions.goOn();
    await shown();
  }
}

/** Waits until the screen shows the moment at which the game is that runs along. */
async function shown(): Promise<void> {
  const now = playing();
  const { phase, snapshot, score, gained, level } = now;
  const judged = snapshot.judged.at(-1);
  const { title, count } = moveTitle(now);
  // What a real program says is known only when it has said it.
  const real = level.proof === 'live';
  switch (phase) {
    case 'brief': {
      const [first = []] = briefLines(now, 76).filter((line) => widthOf(line));
      const text = first.map((one) => one.text).join('');
      await terminal.until(real ? '⏎ go on' : text);
      return;
    }
    case 'ask':
      await terminal.until((text) => text.includes(`╭ ${title} `) && text.includes(`${count} ╮`));
      return;
    case 'verdict':
      await terminal.until(
        `${snapshot.slip ? '✗ −' : '✓ +'}${gained}   ${real ? '' : (judged?.headline ?? '')}`.trimEnd(),
      );
      return;
    case 'over': {
      const title = score.boss?.result === 'failed' ? 'The last decision is made' : 'You made it';
      await terminal.until((text) => text.includes(title) && text.includes(`${score.points} of 100 points`));
    }
  }
}

/** The name of something that harms; of a pick perhaps `otherwise`. */
function wrongIn({ step }: Waiting): string | undefined {
  const named = step.choices.find(({ verdict }) => verdict !== 'safe')?.id;
  return named ?? ('otherwise' in step && step.otherwise.verdict !== 'safe' ? 'otherwise' : undefined);
}

/** Gives the answer of this name by its keys, here and there, and waits for the verdict. */
async function give(answer: string): Promise<void> {
  const now = waiting();
  const { step, options, dump } = now;
  if (dump.length) await mark(answer);
  else if ('items' in step) {
    const itemsOf = (name: string | undefined) => step.choices.find(({ id }) => id === name)?.items;
    const [safe] = step.choices.filter(({ verdict }) => verdict === 'safe');
    const unnamed = step.kind === 'order' ? (itemsOf(safe?.id) ?? []).toReversed() : [];
    const items = itemsOf(answer) ?? unnamed;
    for (const [place, item] of items.entries()) {
      const index = options.findIndex(({ id }) => id === item);
      terminal.press(String(index + 1));
      await terminal.until(`${step.kind === 'order' ? place + 1 : '●'} ${options[index]?.label}`);
    }
    terminal.press(String(options.length + 1));
    actions.answer({ step: step.id, items });
  } else {
    const index = options.findIndex(({ id }) => id === answer);
    expect(index, `${answer} is among what is offered at ${step.id}`).toBeGreaterThanOrEqual(0);
    terminal.press(String(index + 1));
    actions.answer({ step: step.id, choice: answer });
  }
  await shown();
}

/** Goes to a field that is this answer, from the list of messages through the fields around it, and marks it. */
async function mark(answer: string): Promise<void> {
  const { step, dump } = waiting();
  if (step.kind !== 'pick') throw new Error(`nothing can be marked at ${step.id}`);
  const words = playing().snapshot.acts.at(-1)?.words ?? {};
  const { choices } = pointing(step, words) as typeof step;
  const isIt = (record: number, { offset, length }: { readonly offset: number; readonly length: number }): boolean => {
    const region = length ? regionOf(dump, { record, offset, length }) : undefined;
    return region !== undefined && (choiceOf(choices, dump, region)?.id ?? 'otherwise') === answer;
  };
  const down = (message: number) => {
    terminal.press(...Array.from({ length: message }, () => 'down'), 'enter');
    actions.look({ message });
  };
  if (marksWholeMessages(step)) {
    const message = dump.findIndex(({ bytes: { length } }, record) => isIt(record, { offset: 0, length }));
    down(message);
    const length = dump[message]?.bytes.length ?? 0;
    return actions.answer({ step: step.id, value: { record: message, offset: 0, length } });
  }
  const [message, path] = dump
    .flatMap(({ fields }, record) => pathsIn(fields).map(([way, field]) => [record, way, field] as const))
    .find(([record, , field]) => isIt(record, field)) ?? [0, [0]];
  down(message);
  actions.look({ focus: 'bytes' });
  await terminal.until('mark this field');
  walkTo(path);
  const { field } = fieldsAt(playing());
  if (!field) throw new Error(`nothing stands at ${path}`);
  await terminal.until(`▍${field.name.slice(0, 12)}`);
  terminal.press('space');
  actions.answer({ step: step.id, value: { record: message, offset: field.offset, length: field.length } });
}

/** Every field with the positions that lead to it, outer ones first. */
function pathsIn(fields: readonly Field[], above: readonly number[] = []): (readonly [readonly number[], Field])[] {
  const here = fields.map((field, index) => [[...above, index], field] as const);
  return [...here, ...here.flatMap(([path, { children }]) => pathsIn(children ?? [], path))];
}

/** From the field that is looked at out to where both ways part, along there, and in again. */
// Up, not escape: what follows an escape at once is read as one key with it.
function walkTo(path: readonly number[]): void {
  const press = (key: string, change: Parameters<typeof actions.look>[0]) => {
    terminal.press(key);
    actions.look(change);
  };
  const here = () => playing().path;
  const parts = () => here().findIndex((position, depth) => position !== path[depth]);
  while (here().length > path.length || (parts() >= 0 && parts() < here().length - 1)) press('up', { nested: 'out' });
  for (let depth = here().length - 1; depth < path.length; depth++) {
    if (depth >= here().length) press('enter', { nested: 'into' });
    while (here()[depth] !== path[depth]) press('right', { field: 1 });
  }
}
