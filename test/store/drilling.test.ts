// A drill on the screen: what is asked, what is kept of it, and when it comes again.
import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import { choose, levelNamed, memoryLog, newGame, toQuestion } from '../ui/game.ts';

/** A clock to be turned on, by days. */
function clock() {
  let now = Date.UTC(2026, 4, 4, 9);
  return {
    now: () => new Date(now),
    pass(days: number) {
      now += days * 24 * 60 * 60 * 1000;
    },
  };
}

/** The cut cable: its first decision wrong and then right, the second right, the third never answered. */
function played() {
  const time = clock();
  const log = memoryLog([], time.now);
  const { store } = newGame({ log, now: time.now });
  store.actions.start(levelNamed('goodbye'));
  for (const answer of ['done', 'refuse', 'refuse']) {
    toQuestion(store);
    time.pass(0.001);
    choose(store, answer);
    store.actions.goOn();
  }
  /** The program is started anew, and shows its drill. */
  const restart = () => {
    const made = newGame({ log, now: time.now });
    made.store.actions.show('drill');
    return made.store;
  };
  return { time, log, store, restart };
}
const asked = (store: Store) => store.getState().playing?.snapshot.waiting?.step.id;
const plan = (store: Store) => store.getState().learned?.plan;
const dueSteps = (store: Store) => plan(store)?.due.map(({ step }) => step.id);

describe('a drill', () => {
  it('asks at the next start what was missed, with a new seed, at the decision itself', () => {
    const { time, restart, store: first } = played();
    first.actions.show('drill');
    expect(dueSteps(first)).toEqual([]);
    expect(plan(first)?.next).toBe('next start');
    time.pass(0.01);
    const store = restart();
    expect(dueSteps(store)).toEqual(['end']);
    store.actions.drill();
    expect(store.getState()).toMatchObject({ screen: 'play', playing: { phase: 'ask', drill: { number: 1, of: 1 } } });
    expect(asked(store)).toBe('end');
  });

  it('keeps each answer at once, tells the verdict, and leaves the level as it was', () => {
    const { time, log, restart } = played();
    time.pass(0.01);
    const store = restart();
    const before = log.progress;
    store.actions.drill();
    choose(store, 'tags');
    expect(log.events.at(-1)).toMatchObject({
      type: 'drilled',
      level: 'goodbye',
      answer: { step: 'end', choice: 'tags' },
      choice: 'tags',
      hints: 0,
      due: true,
    });
    expect(log.progress).toEqual(before);
    expect(store.getState().playing).toMatchObject({ phase: 'verdict', snapshot: { slip: { choice: 'tags' } } });
    store.actions.goOn();
    expect(store.getState()).toMatchObject({ screen: 'drill', drill: { done: [{ safe: false }] } });
    store.actions.start(levelNamed('goodbye'));
    expect(asked(store)).toBe('goodbye');
    expect(store.getState().playing?.drill).toBeUndefined();
  });

  it('asks again after three days, after ten more, and then no more', () => {
    const { time, restart } = played();
    for (const [days, due] of [
      [0.01, ['end']],
      [2.9, []],
      [0.2, ['typed', 'end']],
      [9.9, []],
      [0.2, ['typed', 'end']],
    ] as const) {
      time.pass(days);
      const store = restart();
      expect(dueSteps(store)?.toSorted(), `after ${days} days`).toEqual([...due].toSorted());
      if (!due.length) continue;
      store.actions.drill();
      while (store.getState().screen === 'play') {
        choose(store, 'refuse');
        store.actions.goOn();
      }
      expect(store.getState().drill?.done).toHaveLength(due.length);
    }
    time.pass(400);
    expect(plan(restart())).toMatchObject({ due: [], learned: 2, next: undefined });
  });

  it('begins again with what was answered wrong, or with a hint', () => {
    for (const hint of [true, false]) {
      const { time, log, restart } = played();
      time.pass(5);
      const store = restart();
      expect(dueSteps(store)).toEqual(['end', 'typed']);
      store.actions.drill();
      if (hint) store.actions.hint();
      choose(store, hint ? 'refuse' : 'done');
      expect(log.events.at(-1)).toMatchObject({ type: 'drilled', hints: hint ? 1 : 0 });
      expect(log.events.filter((event) => event.type === 'moved' && event.move.move === 'hint')).toEqual([]);
      time.pass(0.01);
      expect(dueSteps(restart())?.[0]).toBe('end');
      expect(plan(restart())?.due[0]?.missed).toBe(true);
    }
  });

  it('is practice where nothing is due: right changes nothing, wrong does', () => {
    const { time, log, restart } = played();
    time.pass(0.01);
    let store = restart();
    store.actions.drill();
    choose(store, 'refuse');
    store.actions.goOn();
    time.pass(1);
    store = restart();
    expect(dueSteps(store)).toEqual([]);
    const next = plan(store)?.next;
    expect(plan(store)?.practice.map(({ step }) => step.id)).toEqual(['typed', 'end']);
    store.actions.drill();
    choose(store, 'refuse');
    expect(log.events.at(-1)).toMatchObject({ type: 'drilled', due: false });
    store.actions.goOn();
    choose(store, 'done');
    store.actions.goOn();
    expect(plan(store)?.next).toBe('next start');
    expect(next).toBeInstanceOf(Date);
    time.pass(0.01);
    expect(dueSteps(restart())).toEqual(['end']);
  });

  it('can be left at any time, and says how it went so far', () => {
    const { time, restart } = played();
    time.pass(5);
    const store = restart();
    store.actions.drill();
    choose(store, 'refuse');
    store.actions.goOn();
    expect(store.getState().playing?.drill).toEqual({ number: 2, of: 2 });
    store.actions.show('drill');
    expect(store.getState()).toMatchObject({ screen: 'drill', playing: undefined, drill: { done: [{ safe: true }] } });
    expect(dueSteps(store)).toEqual(['typed']);
  });

  it('has nothing to ask before a level was played', () => {
    const { store } = newGame();
    store.actions.show('drill');
    expect(plan(store)).toMatchObject({ due: [], practice: [], next: undefined });
    store.actions.drill();
    expect(store.getState().screen).toBe('drill');
  });
});

describe('what was learned', () => {
  it('is not computed for the title, and is for the map', () => {
    let reads = 0;
    const log = memoryLog();
    const counted = {
      ...log,
      get progress() {
        return log.progress;
      },
      history() {
        reads++;
        return log.history();
      },
    };
    const { store } = newGame({ log: counted });
    expect(store.getState()).toMatchObject({ screen: 'title', learned: undefined });
    store.actions.start(levelNamed('goodbye'));
    toQuestion(store);
    choose(store, 'done');
    expect(reads).toBe(0);
    store.actions.show('map');
    expect(reads).toBe(1);
    expect(store.getState().learned?.beliefs).toMatchObject([
      { misconception: 'end-of-stream-is-end-of-message', at: [{ stands: true }] },
    ]);
  });
});
