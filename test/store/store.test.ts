// The store: what a player does, as steps of its state and events of the log.
import { describe, expect, it } from 'vitest';
import { contentHash } from '../../src/game/attempt.ts';
import { scenarios } from '../../src/scenarios/index.ts';
import { fieldsAt, isFlying, marked, slipsOf, subjectsOf } from '../../src/store/playing.ts';
import type { Store } from '../../src/store/store.ts';
import { rightAnswers } from '../journeys/answers.ts';
import { choose, levelNamed, levels, memoryLog, newGame, toQuestion } from '../ui/game.ts';

const playing = (store: Store) => {
  const { playing: now } = store.getState();
  if (!now) throw new Error('nothing is played');
  return now;
};

describe.each(Object.entries(rightAnswers))('%s', (id, answers) => {
  it('ends with three stars after the right answers, and its log says so', () => {
    const { store, log } = newGame();
    store.actions.start(levelNamed(id));
    for (const answer of answers) {
      toQuestion(store);
      choose(store, answer);
      expect(playing(store).snapshot.judged.at(-1)?.safe).toBe(true);
    }
    toQuestion(store);
    expect(store.getState().screen).toBe('debrief');
    expect(playing(store).score).toMatchObject({ points: 100, stars: 3 });
    expect(log.events.at(-1)).toMatchObject({ type: 'ended', outcome: 'met', points: 100, stars: 3 });
    expect(log.progress.levels[id]?.best).toEqual({ points: 100, stars: 3 });
    expect(log.progress.unfinished[id]).toBeUndefined();
  });
});

describe('a wrong answer', () => {
  const slipped = () => {
    const made = newGame();
    made.store.actions.start(levelNamed('goodbye'));
    toQuestion(made.store);
    choose(made.store, 'done');
    return made;
  };

  it('is carried out to the end, and shows what it cost', () => {
    const now = playing(slipped().store);
    expect(now.phase).toBe('verdict');
    expect(now.snapshot.slip?.choice).toBe('done');
    expect(now.gained).toBeGreaterThan(0);
    expect(now.stage.notebook.at(-1)).toMatch(/The till acts on this feed/);
    expect(now.stage.others.map(({ text }) => text).join()).toMatch(/I cut the cable/);
  });
  it('is taken back by going on, and the same is asked again', () => {
    const { store, log } = slipped();
    store.actions.goOn();
    expect(playing(store)).toMatchObject({ phase: 'ask', aside: undefined });
    expect(playing(store).snapshot.waiting?.step.id).toBe('end');
    expect(log.events.map(({ type }) => type)).toEqual(['started', 'moved', 'moved']);
    expect(log.events.at(-1)).toMatchObject({ move: { move: 'rewind' } });
    expect(slipsOf(playing(store).level, playing(store).attempt, scenarios).map(({ choice }) => choice)).toEqual([
      'done',
    ]);
  });
  it('of the second time offers a hint, which is only read when it is asked for', () => {
    const { store, log } = slipped();
    store.actions.goOn();
    choose(store, 'tags');
    store.actions.goOn();
    expect(playing(store)).toMatchObject({ aside: 'hint', hints: 0 });
    expect(log.events.some((event) => event.type === 'moved' && event.move.move === 'hint')).toBe(false);
    store.actions.hint();
    expect(playing(store)).toMatchObject({ aside: 'hint', hints: 1 });
    expect(log.events.at(-1)).toMatchObject({ move: { move: 'hint', step: 'end', tier: 1 } });
  });
  it('costs less than all', () => {
    const { store } = slipped();
    const { gained } = playing(store);
    store.actions.goOn();
    for (const answer of rightAnswers.goodbye ?? []) {
      toQuestion(store);
      choose(store, answer);
    }
    expect(playing(store).score.points).toBe(100 - gained);
  });
});

describe('hints', () => {
  it('come tier by tier, and after the last turn between hint and question', () => {
    const { store } = newGame();
    store.actions.start(levelNamed('goodbye'));
    toQuestion(store);
    for (const tier of [1, 2, 3]) {
      store.actions.hint();
      expect(playing(store)).toMatchObject({ aside: 'hint', hints: tier });
    }
    store.actions.hint();
    expect(playing(store)).toMatchObject({ aside: undefined, hints: 3 });
    store.actions.hint();
    expect(playing(store)).toMatchObject({ aside: 'hint', hints: 3 });
  });
});

describe('a level that was left', () => {
  it('goes on at the decision at which it was left', () => {
    const first = newGame();
    first.store.actions.start(levelNamed('goodbye'));
    toQuestion(first.store);
    choose(first.store, 'refuse');
    const second = newGame({ log: first.log });
    second.store.actions.start(levelNamed('goodbye'));
    expect(playing(second.store)).toMatchObject({ phase: 'ask', id: 'a1' });
    expect(playing(second.store).snapshot.waiting?.step.id).toBe('typed');
  });
  it('after a wrong answer goes on at that decision', () => {
    const first = newGame();
    first.store.actions.start(levelNamed('goodbye'));
    toQuestion(first.store);
    choose(first.store, 'done');
    const second = newGame({ log: first.log });
    second.store.actions.start(levelNamed('goodbye'));
    expect(playing(second.store).phase).toBe('ask');
    expect(first.log.events.at(-1)).toMatchObject({ move: { move: 'rewind' } });
  });
  it('begins anew where the level has changed since, or the attempt is none of it', () => {
    const log = memoryLog();
    log.record({ attempt: 'old', type: 'started', level: 'goodbye', contentHash: 'f'.repeat(32), seed: '1' });
    const changed = newGame({ log });
    changed.store.actions.start(levelNamed('goodbye'));
    expect(playing(changed.store)).toMatchObject({ phase: 'brief', id: 'a1' });
    const other = memoryLog();
    const hash = contentHash(levelNamed('goodbye'));
    other.record({ attempt: 'old', type: 'started', level: 'goodbye', contentHash: hash, seed: '1' });
    other.record({ attempt: 'old', type: 'moved', move: { move: 'answer', step: 'end', choice: 'nothing-such' } });
    const damaged = newGame({ log: other });
    damaged.store.actions.start(levelNamed('goodbye'));
    expect(playing(damaged.store)).toMatchObject({ phase: 'brief', id: 'a1' });
  });
});

describe('looking', () => {
  const looking = (id: string) => {
    const { store } = newGame();
    store.actions.start(levelNamed(id));
    toQuestion(store);
    return store;
  };

  it('walks the fields in a ring, into nested ones and out again', () => {
    const store = looking('goodbye');
    const { siblings } = fieldsAt(playing(store));
    expect(siblings.length).toBeGreaterThan(1);
    const start = playing(store).path;
    for (let count = 0; count < siblings.length; count++) store.actions.look({ field: 1 });
    expect(playing(store).path).toEqual(start);
    for (let message = 0; message < subjectsOf(playing(store)).length; message++) {
      store.actions.look({ message });
      for (let depth = 0; depth < 12; depth++) {
        store.actions.look({ nested: 'into' });
        const { siblings: around, field } = fieldsAt(playing(store));
        if (around.length) expect(field).toBeDefined();
      }
      store.actions.look({ focus: 'bytes' });
      for (let depth = 0; depth < 20; depth++) store.actions.look({ nested: 'out' });
      expect(playing(store)).toMatchObject({ focus: 'move' });
    }
  });
  it('goes through what has the keys in turn', () => {
    const store = looking('goodbye');
    const seen = [1, 2, 3].map(() => {
      store.actions.look({ focus: 'next' });
      return playing(store).focus;
    });
    expect(seen).toEqual(['bytes', 'ladder', 'move']);
  });
  it('marks the field it is at as the answer of a pick', () => {
    const store = looking('open-wire');
    choose(store, 'shop');
    store.actions.goOn();
    const { waiting } = playing(store).snapshot;
    expect(waiting?.step.kind).toBe('pick');
    const answer = marked(playing(store));
    if (!answer) throw new Error('nothing is marked');
    store.actions.answer(answer);
    expect(playing(store).phase).toBe('verdict');
  });
  it('never leaves what there is, whatever is asked', () => {
    const store = looking('first-contact');
    for (const message of [-5, 0, 3, 99]) store.actions.look({ message });
    for (const scroll of [-3, 500]) store.actions.look({ scroll });
    store.actions.look({ nested: 'into' });
    store.actions.look({ layer: 'next' });
    expect(playing(store).phase).toBe('ask');
  });
});

describe('packets', () => {
  it('fly one at a time, and any key lands them all', () => {
    const { store } = newGame({ still: false });
    store.actions.start(levelNamed('goodbye'));
    store.actions.goOn();
    expect(isFlying(playing(store))).toBe(true);
    store.actions.land();
    expect(playing(store).landed).toBe(1);
    store.actions.goOn();
    expect(isFlying(playing(store))).toBe(false);
    expect(playing(store).phase).toBe('ask');
  });
});

describe('the map', () => {
  it('recommends the first level that is not finished, and shows the one just played', () => {
    const { store } = newGame();
    expect(store.actions.next()?.id).toBe(levels[0]?.id);
    store.actions.start(levelNamed('first-contact'));
    for (const answer of rightAnswers['first-contact'] ?? []) {
      toQuestion(store);
      choose(store, answer);
    }
    toQuestion(store);
    expect(store.actions.next()?.id).toBe(levels[1]?.id);
    store.actions.show('map');
    expect(levels[store.getState().selected]?.id).toBe('first-contact');
    store.actions.select(99);
    expect(store.getState().selected).toBe(levels.length - 1);
    store.actions.select(-1);
    expect(store.getState().selected).toBe(0);
  });
});

describe('what an attempt is begun with', () => {
  const drawnGame = () => {
    const asked: string[] = [];
    const made = newGame({
      draw: ({ id }) => {
        asked.push(id);
        return { id: `r1-${asked.length}`, seed: `seed ${asked.length}`, says: `Attempt ${asked.length} is practice.` };
      },
    });
    return { ...made, asked };
  };

  it('is drawn for its level, and what there is to say of it is said', () => {
    const { store, log, asked } = drawnGame();
    store.actions.start(levelNamed('goodbye'));
    expect(asked).toEqual(['goodbye']);
    expect(log.events).toMatchObject([{ type: 'started', attempt: 'r1-1', seed: 'seed 1' }]);
    expect(store.getState().said).toBe('Attempt 1 is practice.');
  });
  it('is not said where an attempt is gone on with', () => {
    const { store } = drawnGame();
    store.actions.start(levelNamed('goodbye'));
    store.actions.show('map');
    store.actions.start(levelNamed('goodbye'));
    expect(playing(store).id).toBe('r1-1');
    expect(store.getState().said).toBeUndefined();
  });
});
