import { describe, expect, it } from 'vitest';
import type { Moment, Replaying } from '../../src/store/replaying.ts';
import type { Store } from '../../src/store/store.ts';
import { rightAnswers } from '../journeys/answers.ts';
import { choose, levelNamed, newGame, toQuestion } from '../ui/game.ts';

const finished = (id: string, ...wrong: readonly string[]): Store => {
  const { store } = newGame();
  store.actions.start(levelNamed(id));
  toQuestion(store);
  for (const choice of wrong) {
    choose(store, choice);
    store.actions.goOn();
  }
  for (const answer of rightAnswers[id] ?? []) {
    toQuestion(store);
    choose(store, answer);
  }
  toQuestion(store);
  return store;
};
const replayOf = (store: Store): Replaying => {
  const { replay } = store.getState();
  if (!replay) throw new Error('no replay');
  return replay;
};
const rowsOf = ({ playing }: Moment) => playing.stage.rows.map(({ from, to, label }) => `${from} ${to} ${label}`);

describe.each(Object.keys(rightAnswers).filter((id) => levelNamed(id).proof !== 'live'))('the replay of %s', (id) => {
  const store = finished(id);
  const end = store.getState().playing;
  store.actions.replay();
  const { moments } = replayOf(store);

  it('has every decision in its order', () => {
    const decided = moments.flatMap((one) => one.decided?.judged ?? []);
    expect(decided).toEqual(end?.snapshot.judged);
    expect(moments.flatMap((one) => one.decided?.ask ?? []).every(Boolean)).toBe(true);
  });
  it('lets one message more arrive at a time, and ends where the attempt ended', () => {
    for (const [index, moment] of moments.entries()) {
      const before = moments[index - 1];
      const rows = rowsOf(moment);
      if (moment.decided) {
        // What was before stays, but where a new act begins.
        if (before && before.playing.act === moment.playing.act) expect(rows).toEqual(rowsOf(before));
      } else if (before && before.playing.act === moment.playing.act) {
        // The end of a stream may have stood last before, and moves on with what comes.
        const known = rowsOf(before);
        expect(rows.slice(0, -1)).toEqual(before.decided ? known.slice(0, rows.length - 1) : known);
      } else expect(rows).toHaveLength(1);
    }
    const last = moments.findLast(({ playing }) => playing.act === end?.act);
    expect(last && rowsOf(last)).toEqual(end?.stage.rows.map(({ from, to, label }) => `${from} ${to} ${label}`));
    expect(moments.at(-1)?.playing.score).toEqual(end?.score);
  });
});

describe('a replay', () => {
  it('goes forwards and back, and stops at both ends', () => {
    const store = finished('goodbye');
    store.actions.replay();
    const { moments } = replayOf(store);
    store.actions.replay(-1);
    expect(replayOf(store).at).toBe(0);
    for (let step = 0; step < moments.length + 3; step++) store.actions.replay(1);
    expect(replayOf(store).at).toBe(moments.length - 1);
    store.actions.replay(-1);
    expect(replayOf(store).shown).toBe(moments.at(-2)?.playing);
  });
  it('has the wrong answers, too, with what came of each; and the right one begins where they began', () => {
    const store = finished('goodbye', 'done');
    store.actions.replay();
    const { moments } = replayOf(store);
    const decisions = moments.filter(({ decided }) => decided);
    expect(decisions.slice(0, 2).map(({ decided }) => decided?.judged.safe)).toEqual([false, true]);
    expect(decisions[0] && rowsOf(decisions[0])).toEqual(decisions[1] && rowsOf(decisions[1]));
  });
  it('lets the messages be looked into without touching the attempt', () => {
    const store = finished('first-contact');
    store.actions.replay();
    while (!replayOf(store).shown.stage.rows.length) store.actions.replay(1);
    const before = store.getState().playing;
    const { path } = replayOf(store).shown;
    store.actions.look({ field: 1 });
    expect(replayOf(store).shown.path).not.toEqual(path);
    expect(store.getState().playing).toBe(before);
  });
  it('is not there before the end', () => {
    const { store } = newGame();
    store.actions.start(levelNamed('goodbye'));
    store.actions.replay();
    expect(store.getState()).toMatchObject({ screen: 'play', replay: undefined });
  });
});
