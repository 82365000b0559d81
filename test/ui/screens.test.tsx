// Every screen at every size: as many rows and columns as the window has, and nothing that must be read is cut off.
import { describe, expect, it } from 'vitest';
import { referenceOf } from '../../src/game/simulate.ts';
import { meaningOf, preferenceNames, valuesOf } from '../../src/store/preferences.ts';
import { menu } from '../../src/ui/menu.ts';
import { columnsOf } from '../../src/ui/columns.ts';
import { rightAnswers } from '../journeys/answers.ts';
import { beginning, frame, framed, leftWords, rightWords, sizes, words } from './frames.tsx';
import { choose, levelNamed, memoryLog, newGame, noon, toQuestion } from './game.ts';

describe.each(sizes)('in a window of $columns x $rows', (size) => {
  it('shows each moment of a replay', () => {
    const { game, store } = newGame();
    store.actions.start(levelNamed('goodbye'));
    for (const answer of ['done', ...(rightAnswers.goodbye ?? [])]) {
      toQuestion(store);
      choose(store, answer);
    }
    toQuestion(store);
    store.actions.replay();
    const { moments } = store.getState().replay ?? { moments: [] };
    expect(moments.length).toBeGreaterThan(5);
    for (const { decided } of moments) {
      const text = framed(game, size);
      expect(text).toContain('Replay: ');
      if (decided) expect(words(text)).toContain(decided.judged.headline);
      if (decided) expect(leftWords(text)).toContain(beginning(decided.ask));
      store.actions.look({ focus: 'bytes' });
      framed(game, size);
      store.actions.replay(1);
    }
  });

  it('fills it with the title, the map, the keys and the question before leaving', () => {
    const { game, store } = newGame();
    expect(framed(game, size)).toContain('H T T P S   Q U E S T');
    store.actions.show('map');
    expect(framed(game, size)).toContain('The first parcel');
    store.actions.lay('help');
    expect(framed(game, size)).toContain('Ctrl+C');
    store.actions.start(levelNamed('goodbye'));
    store.actions.lay('quit');
    expect(framed(game, size)).toContain('Leave this level?');
    store.actions.lay('help');
    expect(framed(game, size)).toContain('Ctrl+C');
  });

  it('shows the settings, whatever is set', () => {
    const { game, store } = newGame();
    store.actions.show('settings');
    for (let row = 0; row <= preferenceNames.length; row++) {
      const name = preferenceNames[row];
      for (const value of name ? valuesOf(name) : []) {
        if (name !== 'glyphs') expect(words(framed(game, size))).toContain(`← ${meaningOf(name ?? 'theme', value)} →`);
        store.actions.change(1);
      }
      if (!name) store.actions.change(1);
      framed(game, size);
      store.actions.row(1);
    }
    store.actions.type('x'.repeat(80));
    framed(game, size);
  });

  it('shows all of the menu, the real peers, and the certificate before and after it is earned', () => {
    const log = memoryLog();
    const { game, store } = newGame({ log });
    const title = framed(game, size);
    for (const { label } of menu) expect(title).toContain(label);
    store.actions.show('live');
    const live = framed(game, size);
    for (const { title: name } of store.getState().levels.filter(({ proof }) => proof === 'live'))
      expect(live).toContain(name);
    expect(words(live)).toContain('you are the server of your browser');
    store.actions.show('certificate');
    expect(words(framed(game, size))).toContain('nobody’s trust anchor');
    const attempt = 'a0';
    store.actions.start(levelNamed('both-ends'));
    log.record({ attempt, type: 'started', level: 'both-ends', contentHash: '0'.repeat(32), seed: '1' });
    log.record({ attempt, type: 'ended', outcome: 'met', points: 95, stars: 3 });
    store.setState({ progress: log.progress });
    store.actions.show('certificate');
    expect(words(framed(game, size))).toContain('Your name ▍');
    store.actions.type('x'.repeat(80));
    framed(game, size);
    for (const name of ['Ada Lovelace', `${'W'.repeat(64)}`]) {
      store.actions.keepName(name);
      expect(framed(game, size)).toContain(name.slice(0, 40));
      let read = '';
      for (let line = 0; line < 12; line++) {
        read += words(framed(game, size));
        store.actions.readOn(1);
      }
      expect(read).toContain('nobody’s trust anchor');
      expect(read).toContain('fingerprint');
    }
    store.actions.say(`Written into ${'/a/long/folder'.repeat(10)}.\nTo verify it:\nopenssl verify`);
    store.actions.readOn(-Infinity);
    expect(words(framed(game, size))).toContain('openssl verify');
  });

  it('says at every moment what is wrong in the file that is played, and still shows what is asked', () => {
    const fault = `my.yaml:47:9: steps[0].choices[1].answer: ${'The point does not take this. '.repeat(3)}`;
    const level = levelNamed('goodbye');
    const { game, store } = newGame({ file: level });
    store.actions.start(level);
    store.actions.reread({ fault });
    for (const answer of rightAnswers.goodbye ?? []) {
      toQuestion(store);
      const text = framed(game, size);
      expect(words(text)).toContain('Not read again: my.yaml:47:9: steps[0].choices[1].answer: The point');
      for (const { label } of store.getState().playing?.snapshot.waiting?.options ?? []) expect(text).toContain(label);
      choose(store, answer);
      expect(words(framed(game, size))).toContain('Not read again: my.yaml:47:9:');
    }
    toQuestion(store);
    expect(words(framed(game, size))).toContain('Not read again: my.yaml:47:9:');
  });

  it('shows every page of the codex, with what it is and where it leads', () => {
    const { game, store } = newGame();
    store.actions.show('codex');
    const { listed = [], pages } = store.getState().reading ?? {};
    expect(listed.length).toBeGreaterThan(50);
    for (const name of size.columns === 80 ? listed : listed.slice(0, 12)) {
      const text = framed(game, size);
      expect(store.getState().reading?.name).toBe(name);
      expect(text).toContain(name.slice(0, 10));
      expect(words(text)).toContain(beginning(pages?.codex.entries.get(name)?.is ?? '?'));
      store.actions.turn({ by: 1 });
    }
    store.actions.turn({ query: 'no such word' });
    expect(framed(game, size)).toContain('Nothing is found');
    store.actions.type('no such word');
    expect(framed(game, size)).toContain('Search: no such word');
  });
  it('shows on the map what was believed and still stands, and what is recommended', () => {
    const { game, store } = newGame();
    store.actions.start(levelNamed('first-contact'));
    toQuestion(store);
    choose(store, 'http');
    store.actions.show('map');
    const text = framed(game, size);
    expect(text).toContain('Next for you: The');
    expect(rightWords(text)).toContain('Believed, and still stands');
    expect(rightWords(text)).toContain('A listener reads HTTPS as well, or reads little of HTTP.');
    store.actions.goOn();
    choose(store, 'https');
    store.actions.show('map');
    expect(framed(game, size)).not.toContain('still stands');
    expect(framed(game, size)).toContain('One belief refuted here');
  });

  it('fills it before, during and after a drill', () => {
    // Each decision of these levels was answered a year ago, so that all are due.
    let now = new Date('2025-05-04T09:00:00.000Z');
    const log = memoryLog([], () => now);
    const { store: first } = newGame({ log });
    for (const id of ['first-contact', 'goodbye', 'passport', 'not-a-cipher', 'bit-flip']) {
      first.actions.start(levelNamed(id));
      for (const answer of rightAnswers[id] ?? []) {
        toQuestion(first);
        choose(first, answer);
      }
    }
    now = noon;
    const { game, store } = newGame({ log });
    store.actions.show('map');
    expect(framed(game, size)).toContain('Drill: 17 due');
    store.actions.show('drill');
    expect(framed(game, size)).toContain('17 decisions are due.');
    store.actions.drill();
    for (let number = 1; number <= 8; number++) {
      const { playing } = store.getState();
      const { waiting } = playing?.snapshot ?? {};
      if (!playing || !waiting) throw new Error('nothing is asked');
      const text = framed(game, size);
      expect(text).toContain(`Drill ${number} of 8`);
      expect(text).toContain(playing.level.title);
      expect(words(text)).toContain(beginning(waiting.ask));
      for (const { label } of waiting.options) expect(text).toContain(label);
      const wrong = waiting.step.choices.find(({ verdict }) => verdict !== 'safe');
      choose(store, (number % 2 ? wrong : referenceOf(waiting.step))?.id ?? '');
      expect(words(framed(game, size))).toContain(store.getState().playing?.snapshot.judged.at(-1)?.headline);
      store.actions.lay('quit');
      expect(framed(game, size)).toContain('Leave the drill?');
      store.actions.lay(undefined);
      store.actions.goOn();
    }
    const done = framed(game, size);
    expect(done).toContain('4 of 8 right.');
    expect(done).toContain('9 decisions are due.');
    for (const { item } of store.getState().drill?.done ?? []) expect(done).toContain(item.level.title);
  });

  it('shows the bytes of each message with whatever field is selected', () => {
    const { game, store } = newGame();
    store.actions.start(levelNamed('first-contact'));
    toQuestion(store);
    choose(store, 'https');
    store.actions.look({ focus: 'bytes' });
    for (let message = 0; message < 4; message++) {
      store.actions.look({ message });
      for (let depth = 0; depth < 3; depth++) {
        for (let step = 0; step < 3; step++) {
          expect(framed(game, size)).toMatch(/▍\S/);
          store.actions.look({ field: 1 });
        }
        store.actions.look({ nested: 'into' });
      }
    }
  });
});

it('a window that is too small says so, at any size', () => {
  const { game } = newGame();
  for (const size of [
    { columns: 20, rows: 5 },
    { columns: 59, rows: 24 },
    { columns: 80, rows: 17 },
    { columns: 1, rows: 1 },
  ]) {
    const lines = frame(game, size);
    expect(lines.length).toBeLessThanOrEqual(size.rows);
    for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(size.columns);
    if (size.columns >= 20) expect(words(lines.join('\n'))).toContain(`This window is ${size.columns}x${size.rows}`);
  }
});

it('the end of a level says what many believe, and what is true, once for each belief', () => {
  const { game, store } = newGame();
  store.actions.start(levelNamed('goodbye'));
  toQuestion(store);
  for (const wrong of ['done', 'done']) {
    choose(store, wrong);
    store.actions.goOn();
  }
  for (const answer of rightAnswers.goodbye ?? []) {
    toQuestion(store);
    choose(store, answer);
  }
  toQuestion(store);
  const text = words(framed(game, { columns: 120, rows: 36 }));
  const { misconceptions } = store.pages()?.codex ?? {};
  const known = misconceptions?.get('end-of-stream-is-end-of-message');
  expect(text.split(`Many believe: “${known?.belief}”`)).toHaveLength(2);
  expect(text).toContain(known?.truth.trim());
});

it('the end of both-ends says that the certificate is earned, with three stars and not before', () => {
  for (const [stars, says] of [
    [3, true],
    [2, false],
  ] as const) {
    const { game, store, log } = newGame();
    store.actions.start(levelNamed('goodbye'));
    for (const answer of rightAnswers.goodbye ?? []) {
      toQuestion(store);
      choose(store, answer);
    }
    toQuestion(store);
    const { playing } = store.getState();
    if (!playing) throw new Error('nothing is played');
    log.record({ attempt: 'b1', type: 'started', level: 'both-ends', contentHash: '0'.repeat(32), seed: '1' });
    log.record({ attempt: 'b1', type: 'ended', outcome: 'met', points: 95, stars });
    store.setState({ progress: log.progress, playing: { ...playing, level: { ...playing.level, id: 'both-ends' } } });
    expect(words(framed(game, { columns: 80, rows: 24 })).includes('You have earned a certificate')).toBe(says);
  }
});

describe('a boss', () => {
  const size = { columns: 80, rows: 24 };
  const right = rightAnswers['both-ends'] ?? [];
  /** Played to its end, with these wrong choices before the right ones of the first decisions. */
  const played = (wrong: readonly string[]) => {
    const { game, store } = newGame();
    store.actions.start(levelNamed('both-ends'));
    const begun = framed(game, size);
    for (const [index, answer] of right.entries())
      for (const choice of [...wrong.slice(index, index + 1), answer]) {
        toQuestion(store);
        choose(store, choice);
      }
    toQuestion(store);
    return { game, store, begun };
  };

  it('says what it is on the map and before it begins', () => {
    const { game, store, begun } = played([]);
    expect(words(begun)).toContain(
      'This is a boss: there are no hints. 8 of 10 decisions right at the first try pass it.',
    );
    expect(begun).toContain('Boss: The first word');
    store.actions.show('map');
    expect(framed(game, size)).toContain('Boss: Both ends');
  });

  it('says why there is no hint when one is asked for, which is no move', () => {
    const { game, store } = newGame();
    store.actions.start(levelNamed('both-ends'));
    toQuestion(store);
    store.actions.hint();
    expect(leftWords(framed(game, size))).toContain('A boss gives no hints');
    expect(store.getState().playing?.attempt.moves).toEqual([]);
    store.actions.hint();
    expect(leftWords(framed(game, size))).not.toContain('A boss gives no hints');
  });

  it('tells at the end how many were right at the first try, and what passing it gives', () => {
    const { game, store } = played(['legacy']);
    const text = words(framed(game, size));
    expect(text).toContain('9 of 10 right at the first try: passed.');
    expect(text).toContain('Your reward');
    expect(store.getState().progress.levels['both-ends']?.best).toEqual({ points: 96, stars: 3 });
  });

  it('has no star where too few were, and says so kindly', () => {
    const { game, store } = played(['legacy', 'none', 'hidden']);
    const text = words(framed(game, size));
    expect(text).toContain('☆☆☆ 88 of 100 points');
    expect(text).toContain('7 of 10 right at the first try. It takes 8 to pass');
    expect(text).not.toContain('Your reward');
    expect(store.getState().progress.levels['both-ends']?.best).toEqual({ points: 88, stars: 0 });
    store.actions.show('map');
    expect(framed(game, size)).toContain('88 of 100, not passed');
  });
});

it('a notice of the log is said on the title and during play', () => {
  const { game, store, log } = newGame();
  log.notices.push('The log cannot be written. You play without saving.');
  store.setState({ notices: [...log.notices] });
  expect(framed(game, { columns: 80, rows: 24 })).toContain('You play without saving');
  store.actions.start(levelNamed('goodbye'));
  expect(framed(game, { columns: 80, rows: 24 })).toContain('You play without saving');
});
