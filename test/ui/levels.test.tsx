// Every moment of every level, at the sizes at which something changes: it fills the window, and nothing that must be read
// is cut off.
import { expect, it } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import type { Size } from '../../src/ui/layout.ts';
import { rightAnswers } from '../journeys/answers.ts';
import { beginning, framed, leftWords, sizes, words } from './frames.tsx';
import { choose, levelNamed, newGame, toQuestion } from './game.ts';

/** Those at which something changes with every level; the others with one. */
const sizesFor = (id: string): readonly Size[] =>
  sizes.filter(({ columns }) => [60, 80, 120].includes(columns) || id === 'goodbye');
const levels = Object.keys(rightAnswers);

/** Plays the level as it is right, with every wrong choice of each step before. */
function eachMoment(id: string, store: Store, look: () => void): void {
  store.actions.start(levelNamed(id));
  for (const answer of rightAnswers[id] ?? []) {
    look();
    toQuestion(store);
    look();
    const { step } = store.getState().playing?.snapshot.waiting ?? {};
    const wrong = step?.choices.filter(({ verdict }) => verdict !== 'safe') ?? [];
    for (const choice of step?.kind === 'pick' ? [] : wrong) {
      choose(store, choice.id);
      look();
      store.actions.goOn();
    }
    choose(store, answer);
    look();
  }
  toQuestion(store);
  look();
}

it.each(levels)('%s fills it at every moment, and its choices and verdicts can be read', (id) => {
  const { game, store } = newGame();
  eachMoment(id, store, () => {
    const { playing } = store.getState();
    const { waiting, judged } = playing?.snapshot ?? {};
    for (const size of sizesFor(id)) {
      const text = framed(game, size);
      if (playing?.phase === 'ask' && waiting) {
        expect(words(text)).toContain(beginning(waiting.ask));
        for (const { label } of waiting.options) expect(text).toContain(label);
        if (waiting.dump.length) expect(text).toContain(waiting.dump[0]?.name);
      }
      const verdict = judged?.at(-1);
      if (playing?.phase === 'verdict' && verdict) expect(words(text)).toContain(verdict.headline);
      if (playing?.phase === 'over') expect(text).toContain('of 100 points');
    }
  });
});

it.each(levels)('%s shows every hint in full', (id) => {
  const { game, store } = newGame();
  store.actions.start(levelNamed(id));
  for (const answer of rightAnswers[id] ?? []) {
    toQuestion(store);
    for (const hint of store.getState().playing?.snapshot.waiting?.hints ?? []) {
      store.actions.hint();
      for (const size of sizesFor(id)) expect(leftWords(framed(game, size))).toContain(hint.replace(/\s+/g, ' '));
    }
    choose(store, answer);
  }
});
