// The store with levels that a real program plays: it waits for the program, takes no other step meanwhile, and records only
// what was carried out.
import { describe, expect, it } from 'vitest';
import type { Run } from '../../src/game/attempt.ts';
import { play, type Snapshot } from '../../src/game/play.ts';
import { scenarios } from '../../src/scenarios/index.ts';
import { createGameStore } from '../../src/store/store.ts';
import { choose, levelNamed, levels, memoryLog } from '../ui/game.ts';

const level = levelNamed('live-client');

/** A game whose program answers when it is told to: each with what the model plays, or with a problem. */
function newGame(log = memoryLog()) {
  const runs: Run[] = [];
  const waiting: ((played: Snapshot | { readonly says: string }) => void)[] = [];
  const store = createGameStore({
    levels,
    scenarios,
    log,
    still: true,
    draw: () => ({ id: `a${runs.length}`, seed: '1' }),
    playReally(run) {
      runs.push(run);
      return new Promise((resolve) => waiting.push(resolve));
    },
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    store,
    log,
    runs,
    async answers() {
      const run = runs[runs.length - waiting.length];
      if (!run) throw new Error('nothing is asked of it');
      waiting.shift()?.(play(run, scenarios));
      await settle();
    },
    async fails(says: string) {
      waiting.shift()?.({ says });
      await settle();
    },
  };
}
type Made = ReturnType<typeof newGame>;
const playing = ({ store }: Made) => {
  const { playing: now } = store.getState();
  if (!now) throw new Error('nothing is played');
  return now;
};
async function begun(): Promise<Made> {
  const made = newGame();
  made.store.actions.start(level);
  await made.answers();
  made.store.actions.goOn();
  return made;
}

describe('a level with a real program', () => {
  it('is begun once the program is there, and not before', async () => {
    const made = newGame();
    made.store.actions.start(level);
    expect(made.store.getState()).toMatchObject({ busy: true, screen: 'title', playing: undefined });
    expect(made.log.events).toEqual([]);
    await made.answers();
    expect(made.store.getState()).toMatchObject({ busy: false, screen: 'play', playing: { phase: 'brief' } });
    expect(made.log.events.map(({ type }) => type)).toEqual(['started']);
    expect(made.runs.map(({ answers }) => answers)).toEqual([[]]);
  });
  it('takes one answer, and no other step until it was carried out', async () => {
    const made = await begun();
    choose(made.store, 'both');
    expect(made.store.getState().busy).toBe(true);
    choose(made.store, 'only');
    made.store.actions.goOn();
    made.store.actions.start(levelNamed('first-contact'));
    expect(playing(made).phase).toBe('ask');
    expect(made.log.events).toHaveLength(1);
    await made.answers();
    expect(playing(made).snapshot.judged.map(({ choice }) => choice)).toEqual(['both']);
    expect(made.log.events.filter(({ type }) => type === 'moved')).toHaveLength(1);
    expect(made.runs).toHaveLength(2);
  });
  it('goes back behind a wrong answer at once: that was played already', async () => {
    const made = await begun();
    choose(made.store, 'older');
    await made.answers();
    expect(playing(made).snapshot.slip?.choice).toBe('older');
    made.store.actions.goOn();
    expect(made.store.getState().busy).toBe(false);
    expect(playing(made)).toMatchObject({ phase: 'ask' });
    expect(made.log.events.map((event) => (event.type === 'moved' ? event.move.move : event.type))).toEqual([
      'started',
      'answer',
      'rewind',
    ]);
  });
  it('ends with its stars', async () => {
    const made = await begun();
    for (const answer of ['both', 'each', 'named', 'all']) {
      choose(made.store, answer);
      await made.answers();
      made.store.actions.goOn();
    }
    expect(made.store.getState().screen).toBe('debrief');
    expect(made.log.progress.levels[level.id]?.best).toEqual({ points: 100, stars: 3 });
  });
  it('that fails is left for the map, which says why; what was done before is kept, and goes on', async () => {
    const made = await begun();
    choose(made.store, 'both');
    await made.answers();
    made.store.actions.goOn();
    choose(made.store, 'each');
    await made.fails('It died.');
    expect(made.store.getState()).toMatchObject({ screen: 'map', said: 'It died.', busy: false });
    expect(levels[made.store.getState().selected]?.id).toBe(level.id);
    expect(made.log.events.filter(({ type }) => type === 'moved')).toHaveLength(1);
    made.store.actions.start(level);
    expect(made.store.getState()).toMatchObject({ screen: 'play', playing: { phase: 'ask' } });
    expect(playing(made).snapshot.waiting?.step.id).toBe('keys');
    made.store.actions.select(0);
    expect(made.store.getState().said).toBeUndefined();
  });
  it('that cannot be begun says so on the map', async () => {
    const made = newGame();
    made.store.actions.start(level);
    await made.fails('There is no program.');
    expect(made.store.getState()).toMatchObject({ screen: 'map', said: 'There is no program.', playing: undefined });
    expect(made.log.events).toEqual([]);
  });
  it('that was left at a wrong answer goes on before it', async () => {
    const first = await begun();
    choose(first.store, 'older');
    await first.answers();
    const made = newGame(first.log);
    made.store.actions.start(level);
    await made.answers();
    await made.answers();
    expect(playing(made)).toMatchObject({ phase: 'ask' });
    expect(made.runs.map(({ answers }) => answers.length)).toEqual([1, 0]);
    expect(first.log.events.at(-1)).toMatchObject({ type: 'moved', move: { move: 'rewind' } });
  });
  it('plays the others in the model as ever', () => {
    const made = newGame();
    made.store.actions.start(levelNamed('first-contact'));
    expect(made.store.getState()).toMatchObject({ busy: false, screen: 'play' });
    expect(made.runs).toEqual([]);
  });
});
